"""Mail that staff must look after: failed and waiting messages, over all requests they may see."""

from django.contrib import admin
from django.http import Http404

from appointments.models import AppointmentRequest, Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Read only: "send again" stands on the request's page."""

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

    def get_queryset(self, request):
        visible = AppointmentRequest.objects.visible_to(request.user)
        return super().get_queryset(request).of_requests(visible)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Messages of other locations do not exist for this clerk."""
        raise Http404

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
