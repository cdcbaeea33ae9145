"""What the form says, before anything is sent, about when we will answer."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.promise import promise as promised_at
from services import moments
from services.facts import ClinicFacts, LocationFacts


def promise(location: LocationFacts) -> str:
    """By when we would call, were the form sent now; empty for a location without hours."""
    now = timezone.now()
    by = promised_at(location.schedule, now, location.response_time)
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
