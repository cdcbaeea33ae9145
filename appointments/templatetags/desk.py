"""Numbers and warnings for the staff's pages."""

import datetime
import zoneinfo

from django.template import Library
from django.utils.translation import gettext as _

from appointments import mail_warnings
from appointments.models import AppointmentRequest
from appointments.notifications import locations_without_recipient
from services import moments

register = Library()


@register.simple_tag
def moment(at: datetime.datetime, zone_name: str) -> str:
    """A moment in the location's own time, zone named."""
    return moments.moment(at, zoneinfo.ZoneInfo(zone_name))


@register.inclusion_tag("admin/_desk_numbers.html")
def desk_numbers(user):
    """How many requests of the user's locations stand where."""
    visible = AppointmentRequest.objects.visible_to(user)
    return {
        "numbers": {
            "needs_action": visible.needs_action().count(),
            "overdue": visible.overdue().count(),
            "mine": visible.needs_action().owned_by(user).count(),
            "waiting": visible.waiting_on_patient().count(),
        }
    }


@register.inclusion_tag("admin/_desk_warnings.html")
def desk_warnings(user):
    """What keeps the desk from hearing of requests, on every staff page until it is mended."""
    warnings = [
        _("{location}: nobody is told about new requests. Add a recipient.").format(location=location)
        for location in locations_without_recipient()
    ]
    return {"warnings": [*warnings, *mail_warnings.found(user)]}
