"""The request page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from appointments.admin import audit, calendar_file, desk, request_page, taking
from appointments.admin.inbox import Inbox
from appointments.models import AppointmentRequest


@admin.register(AppointmentRequest)
class AppointmentRequestAdmin(Inbox):
    """What the patient typed is read only; what the desk does is status, owner and notes."""

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
        guarded, about = self.admin_site.admin_view, {"model_admin": self}
        name_of = "appointments_appointmentrequest_{}".format
        own = [
            path("take/", guarded(taking.take), about, name=name_of("take")),
            path("<int:pk>/visit.ics", guarded(calendar_file.of_visit), about, name=name_of("ics")),
        ]
        verbs = [
            path(f"<int:pk>/{name}/", guarded(desk.on_request(self, name, verb)), name=name_of(name))
            for name, verb in desk.VERBS.items()
        ]
        return own + verbs + super().get_urls()

    def change_view(self, request: HttpRequest, object_id, form_url="", extra_context=None) -> HttpResponse:
        """The request page; its forms post elsewhere, so that a GET or a stray POST changes nothing."""
        asked = audit.seen_request(self, request, object_id, "view")
        if not self.has_view_or_change_permission(request, asked):
            raise PermissionDenied
        if request.method == "POST":
            return desk.back_to(asked)
        return request_page.show(self, request, asked)
