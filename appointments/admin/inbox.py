"""The inbox: which requests a clerk sees, in what order, and what a row says."""

import re

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import references
from appointments.admin import audit, desk
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


class Inbox(admin.ModelAdmin):
    """The list of requests; the page of one is `requests.AppointmentRequestAdmin`."""

    list_display = ["who", "reach", "contact_by", "owner", "location", "status"]
    list_display_links = ["who"]
    list_filter = [ViewFilter, "location", "status"]
    list_select_related = ["location", "owner", "changed"]
    list_per_page = 50
    show_full_result_count = False
    ordering = WORK_ORDER
    search_fields = [
        *("full_name", "patient_name", "email", "phone", "reference"),
        *("changed__full_name", "changed__patient_name", "changed__email", "changed__phone"),
    ]
    actions = None

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

    @admin.display(description=gettext_lazy("who"), ordering="full_name")
    def who(self, asked):
        return format_html(
            '<bdi class="who">{}</bdi> <span class="quiet">{}</span>', asked.answers.full_name, asked.display_reference
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

    def changelist_view(self, request, extra_context=None):
        """The inbox; who is shown in it goes to the access record."""
        response = super().changelist_view(request, extra_context)
        audit.record_list(request, response)
        return response
