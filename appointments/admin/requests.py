"""The request page."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from appointments.admin import desk
from appointments.admin.inbox import Inbox
from appointments.answers import answer_groups, changes_of
from appointments.desk_forms import MoveForm, NoteForm
from appointments.models import AppointmentRequest, AuditEntry


@admin.register(AppointmentRequest)
class AppointmentRequestAdmin(Inbox):
    """What the patient typed is read only; what the desk does is status, owner and notes."""

    change_form_template = "admin/appointments/appointmentrequest/change_form.html"
    view_on_site = False

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
            "answers": answer_groups(asked.answers),
            "changes": changes_of(asked),
            "received_text": asked.received_text,
            "may_release": asked.may_be_released_by(user),
            "safe_contact": desk.safe_contact(asked),
            "timeline": asked.events.select_related("actor"),
            "outbox": asked.messages.all(),
            "move_form": MoveForm(current=asked.status),
            "note_form": NoteForm(),
            "inbox_url": reverse("admin:appointments_appointmentrequest_changelist"),
        }
