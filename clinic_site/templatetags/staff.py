"""What every page of a signed-in member of staff carries."""

from django.template import Context, Library
from django.utils import timezone

from clinic_site import devices, staff_session

register = Library()
register.filter("device", devices.in_words)


@register.inclusion_tag("components/session_warning.html", takes_context=True)
def session_warning(context: Context) -> dict:
    """The warning before the session ends, hidden until then."""
    request = context["request"]
    return {
        "csrf_token": context["csrf_token"],
        "seconds": int(staff_session.time_left(request.session, timezone.now()).total_seconds()),
        "warn": int(staff_session.WARNED_BEFORE.total_seconds()),
    }
