"""Numbers and warnings for the staff's pages."""

import datetime
import zoneinfo

from django.template import Library
from django.utils.translation import gettext as _

from appointments import capped, mail_warnings
from services import moments
from services.models import Location

register = Library()


@register.simple_tag
def moment(at: datetime.datetime, zone_name: str) -> str:
    """A moment in the location's own time, zone named."""
    return moments.moment(at, zoneinfo.ZoneInfo(zone_name))


@register.inclusion_tag("admin/_desk_warnings.html")
def desk_warnings(user):
    """What keeps the desk from hearing of requests, on every staff page until it is mended."""
    places = Location.objects.active().without_recipient()
    untold, *mails = capped.counts([places, *mail_warnings.lists(user)])
    warnings = [
        _("{location}: nobody is told about new requests. Add a recipient.").format(location=location)
        for location in (places if untold else ())
    ]
    return {"warnings": [*warnings, *mail_warnings.found(*mails)]}
