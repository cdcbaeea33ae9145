"""What the form says, before anything is sent, about when we will answer."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.promise import promised_by
from services import bad_day, moments
from services.facts import ClinicFacts, LocationFacts


def promise(location: LocationFacts) -> str:
    """By when we would call, were the form sent now; empty for a location without hours."""
    now = timezone.now()
    by = promised_by(location, now)
    if by is None:
        return ""
    when = moments.moment(by, location.zone, today=now.astimezone(location.zone).date())
    return _("If you send this now, we will contact you by {promise}.").format(promise=when)


def response(site: ClinicFacts) -> str:
    """Within how many opening hours we call, while no location is chosen."""
    hours = max((place.response_time for place in site.locations), default=timedelta()) // timedelta(hours=1)
    text = ngettext(
        "We will contact you within %(hours)d opening hour.",
        "We will contact you within %(hours)d opening hours.",
        hours,
    )
    return text % {"hours": hours} if hours else ""


def troubles(locations: Iterable[LocationFacts]) -> list[str]:
    """What is different at those locations today, for whoever is about to ask there."""
    return [
        bad_day.for_the_form(place.trouble, place.name, place.phone_display) for place in locations if place.trouble
    ]
