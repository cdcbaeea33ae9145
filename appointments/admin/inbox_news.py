"""What has come since a page of the inbox was made, as a number: the page itself stays as it is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from appointments import capped
from appointments.models import AppointmentRequest

LONGEST_NUMBER = 18


def read_number(typed: str) -> int:
    """The number of a row as an address names it; 0 for what is none."""
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else 0


@require_safe
def news(request: HttpRequest) -> JsonResponse:
    """{"count": …, "text": "Show 2 new requests"}: requests that need action and came after number `after`."""
    if not request.user.has_perm("appointments.view_appointmentrequest"):
        raise PermissionDenied
    known = read_number(request.GET.get("after", ""))
    (count,) = capped.counts([AppointmentRequest.objects.visible_to(request.user).came_after(known).needs_action()])
    text = ngettext("Show %(count)s new request", "Show %(count)s new requests", count) % {"count": str(count)}
    return JsonResponse({"count": int(count), "text": text if count else ""})
