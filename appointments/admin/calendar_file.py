"""The visit of a booked request as a file for a calendar."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments import ics
from appointments.admin import audit
from appointments.models import AppointmentRequest, AuditEntry
from services import facts


@require_safe
def of_visit(request: HttpRequest, pk: int, model_admin: admin.ModelAdmin) -> HttpResponse:
    """The file; that it was fetched goes to the access record. 404 until a visit is booked."""
    asked = audit.seen_request(model_admin, request, str(pk), "ics")
    if not model_admin.has_view_or_change_permission(request, asked):
        raise PermissionDenied
    if asked.visit_at is None:
        raise Http404
    AuditEntry.record(AuditEntry.Kind.EXPORT, request.user, [asked], detail="ics")
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return HttpResponse(_file(asked), content_type="text/calendar; charset=utf-8", headers=headers)


def _file(asked: AppointmentRequest) -> str:
    """Clinic and address; nothing of the patient, nothing of what is treated."""
    location, clinic = asked.location, facts.current().name
    return ics.calendar(
        uid=f"{asked.reference}@{settings.MAIL_DOMAIN}",
        starts_at=asked.visit_at,
        written_at=timezone.now(),
        title=_("Visit at {clinic}").format(clinic=clinic),
        place=f"{clinic}, {facts.of_location(location).address}",
    )
