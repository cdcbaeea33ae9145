"""The inbox and the request page."""

import re

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import references
from appointments.admin import audit, desk
from appointments.answers import answer_groups
from appointments.desk_forms import MoveForm, NoteForm
from appointments.models import AppointmentRequest, AuditEntry
from appointments.models.request_queryset import WORK_ORDER
from appointments.statuses import NEEDS_ACTION

DIGITS_OF_A_PHONE = 4


class ViewFilter(admin.SimpleListFilter):
    """The clerk's views; opens on what needs action."""

    title = gettext_lazy("view")
    parameter_name = "view"

    def lookups(self, request, model_admin):
        return [
            ("mine", _("Mine")),
            ("waiting", _("Waiting on patient")),
            ("spam", _("Suspected spam")),
            ("all", _("All")),
        ]

    def choices(self, changelist):
        """Without a value: needs action, not everything."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Needs action")}, *others]

    def queryset(self, request, queryset):
        views = {
            None: queryset.needs_action,
            "mine": lambda: queryset.owned_by(request.user),
            "waiting": queryset.waiting_on_patient,
            "spam": queryset.suspected_spam,
        }
        return views.get(self.value(), queryset.all)()


@admin.register(AppointmentRequest)
class AppointmentRequestAdmin(admin.ModelAdmin):
    """What the patient typed is read only; what the desk does is status, owner and notes."""

    list_display = ["who", "reach", "contact_by", "owner", "location", "status"]
    list_display_links = ["who"]
    list_filter = [ViewFilter, "location", "status"]
    list_select_related = ["location", "owner"]
    list_per_page = 50
    show_full_result_count = False
    ordering = WORK_ORDER
    search_fields = ["full_name", "patient_name", "email", "phone", "reference"]
    change_form_template = "admin/appointments/appointmentrequest/change_form.html"
    actions = None
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_list_filter(self, request):
        """Clerks of one location need no filter by location."""
        sees_all = request.user.has_perm("appointments.see_every_location")
        return self.list_filter if sees_all else [ViewFilter, "status"]

    def get_search_results(self, request, queryset, search_term):
        """A reference is found with or without its dash and blanks."""
        by_reference = queryset.by_reference(search_term)
        if len(references.normalise(search_term)) == references.LENGTH and by_reference.exists():
            return by_reference, False
        digits = re.sub(r"\D", "", search_term)
        if len(digits) >= DIGITS_OF_A_PHONE and not re.search(r"[^\W\d_]", search_term):
            return queryset.by_digits(digits), False
        return super().get_search_results(request, queryset, search_term)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Requests of other locations do not exist for this clerk: 404, as for a wrong number."""
        raise Http404

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        """Everything: the page has its own forms for what staff may change."""
        return [field.name for field in self.opts.fields]

    @admin.display(description=gettext_lazy("who"), ordering="full_name")
    def who(self, asked):
        return format_html(
            '<bdi class="who">{}</bdi> <span class="quiet">{}</span>', asked.full_name, asked.display_reference
        )

    @admin.display(description=gettext_lazy("how to reach them"))
    def reach(self, asked):
        return desk.safe_contact(asked)

    @admin.display(description=gettext_lazy("contact by"), ordering="promised_at")
    def contact_by(self, asked):
        text = asked.promise_text or _("No promise: hours are missing")
        if asked.is_overdue:
            return format_html('<span class="overdue">⚠ {}: {}</span>', _("Overdue"), text)
        return text if asked.status in NEEDS_ACTION else format_html('<span class="quiet">{}</span>', text)

    def get_urls(self):
        """The request page's own forms post to addresses of their own."""
        verbs = {
            "move": desk.move,
            "note": desk.note,
            "claim": desk.claim,
            "release": desk.release,
            "resend": desk.resend,
        }
        own = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(desk.on_request(self, view)),
                name=f"appointments_appointmentrequest_{verb}",
            )
            for verb, view in verbs.items()
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        """The inbox; who is shown in it goes to the access record."""
        response = super().changelist_view(request, extra_context)
        audit.record_list(request, response)
        return response

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None) -> HttpResponse:
        """The request page; its forms post elsewhere, so that a GET or a stray POST changes nothing."""
        asked = self.get_object(request, object_id)
        if asked is None:
            raise Http404
        if request.method == "POST":
            return desk.back_to(asked)
        AuditEntry.record(AuditEntry.Kind.VIEW, request.user, [asked])
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **self.page_of(asked, request.user)}
        )

    def page_of(self, asked: AppointmentRequest, user) -> dict:
        """What the request page shows."""
        return {
            "asked": asked,
            "title": _("Request {reference}").format(reference=asked.display_reference),
            "subtitle": None,
            "answers": answer_groups(asked),
            "received_text": asked.received_text,
            "may_release": asked.may_be_released_by(user),
            "safe_contact": desk.safe_contact(asked),
            "timeline": asked.events.select_related("actor"),
            "outbox": asked.messages.all(),
            "move_form": MoveForm(current=asked.status),
            "note_form": NoteForm(),
            "inbox_url": reverse("admin:appointments_appointmentrequest_changelist"),
        }
