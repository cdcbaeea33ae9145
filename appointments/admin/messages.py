"""Mail that staff must look after: failed and waiting messages, over all requests they may see."""

from django.contrib import admin, messages
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.admin import audit
from appointments.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Read only; "send again" of a request's mails stands on the request's page."""

    list_display = [
        "kind",
        "appointment_request",
        "to",
        "status",
        "attempts",
        "last_error",
        "created_at",
        "sent_at",
    ]
    list_filter = ["status", "kind"]
    actions = ["send_again"]
    list_select_related = ["appointment_request"]
    fields = [
        "appointment_request",
        "kind",
        "to",
        "subject",
        "text",
        "status",
        "attempts",
        "due_at",
        "last_error",
    ]

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

    @admin.action(description=_("Send again (mails about no request)"), permissions=["view"])
    def send_again(self, request, queryset):
        """A request's own mails are sent again on its page, where that is logged."""
        again = sum(message.send_again() for message in queryset.about_no_request())
        messages.success(request, ngettext("%(n)d mail queued.", "%(n)d mails queued.", again) % {"n": again})

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
