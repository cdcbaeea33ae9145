"""Mail that staff must look after: failed and waiting messages, over all requests they may see."""

from django.contrib import admin, messages
from django.http import Http404
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.admin import audit
from appointments.models import Message
from appointments.notices import LINK_PLACEHOLDER, PAGE_PLACEHOLDER


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Read only; mails are sent again from here in bulk, or from their request's page."""

    list_display = [
        "kind",
        "appointment_request",
        "to",
        "outcome",
        "attempts",
        "when",
    ]
    list_filter = ["status", "kind"]
    actions = ["send_again"]
    list_select_related = ["appointment_request__location"]
    fields = [
        "appointment_request",
        "kind",
        "to",
        "subject",
        "words",
        "status",
        "attempts",
        "queued",
        "next_attempt",
        "sent",
        "last_error",
    ]
    readonly_fields = ["words", "queued", "next_attempt", "sent"]

    def changelist_view(self, request, extra_context=None):
        """The list; whose mails are shown goes to the access record."""
        response = super().changelist_view(request, extra_context)
        audit.record_list(request, response)
        return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One mail; opening it goes to the access record."""
        message = self.get_object(request, object_id)
        if message is None:
            raise Http404
        response = super().change_view(request, object_id, form_url, extra_context)
        audit.record_view(request, message.appointment_request)
        return response

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Messages of other locations do not exist for this clerk."""
        raise Http404

    @admin.display(description=_("status"), ordering="status")
    def outcome(self, message):
        if message.status == Message.Status.FAILED:
            return format_html(
                '<span class="overdue">⚠ {} {}</span>', message.get_status_display(), message.last_error
            )
        return f"{message.get_status_display()} {message.last_error}".strip()

    @admin.display(description=_("sent, or queued since"), ordering="queued_at")
    def when(self, message):
        return message.local(message.sent_at or message.queued_at)

    @admin.display(description=_("text"))
    def words(self, message):
        """As it was written; addresses are put in when the mail leaves, and secret ones are shown to nobody."""
        text = message.text.replace(LINK_PLACEHOLDER, str(_("[their own secret link]")))
        return text.replace(PAGE_PLACEHOLDER, str(_("[the address of the request's page]")))

    @admin.display(description=_("queued"), ordering="queued_at")
    def queued(self, message):
        return message.local(message.queued_at)

    @admin.display(description=_("next attempt"))
    def next_attempt(self, message):
        return message.local(message.due_at) if message.is_unsent else "—"

    @admin.display(description=_("sent"), ordering="sent_at")
    def sent(self, message):
        return message.local(message.sent_at) if message.sent_at else "—"

    def has_resend_permission(self, request):
        """Whoever may work on requests."""
        return request.user.has_perm("appointments.change_appointmentrequest")

    @admin.action(description=_("Send again"), permissions=["resend"])
    def send_again(self, request, queryset):
        """Each one is logged with its request. Invitations are renewed on the account's page instead."""
        again = sum(message.send_again(request.user) for message in queryset.may_be_sent_again())
        messages.success(request, ngettext("%(n)d mail queued.", "%(n)d mails queued.", again) % {"n": again})

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
