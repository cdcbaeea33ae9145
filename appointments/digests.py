"""The daily digest: numbers for each location's desk when it opens, also when all are zero. Silence means trouble."""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appointments.language import speaking
from appointments.models import AppointmentRequest, DailyDigest, Message
from appointments.notices import Digest, message
from appointments.notifications import recipients_of
from appointments.one_by_one import count_done
from services import facts, hours, moments
from services.models import Location

# Longer than a weekend with a holiday: no suspect is missed because the desk was closed.
SUSPECTS_SINCE = datetime.timedelta(days=4)
# When a location without any hours is told: its silence would look like all being well.
NINE, FRIDAY = datetime.time(9), 4


def _has_hours(place: facts.LocationFacts) -> bool:
    return hours.next_open(place.schedule, timezone.now()) is not None


def _day_to_tell(place: facts.LocationFacts) -> datetime.date | None:
    """The day that has begun at `place`, by its hours or, without any, by `NINE` on a weekday; None while closed."""
    if _has_hours(place):
        return hours.opened_on(place.schedule, timezone.now()) if place.is_open else None
    here = timezone.now().astimezone(place.zone)
    return here.date() if here.weekday() <= FRIDAY and here.time() >= NINE else None


def _digest(location: Location, day: datetime.date, has_hours: bool) -> Digest:
    requests = AppointmentRequest.objects.at_location(location)
    return Digest(
        clinic=facts.current().name,
        location=location.name,
        day=moments.day(day),
        new=requests.new().count(),
        unsent=Message.objects.not_sent().of_open_requests().at_location(location).count(),
        overdue=requests.overdue().count(),
        suspects=requests.suspected_since(timezone.now() - SUSPECTS_SINCE).count(),
        has_hours=has_hours,
        inbox_url=settings.SITE_URL + reverse("admin:appointments_appointmentrequest_changelist"),
    )


def _queue(location: Location) -> bool:
    """Claim the day and write its mails in one transaction. Without a mailbox the day stays to be told."""
    place = facts.of_location(location)
    day = _day_to_tell(place)
    to = recipients_of(location)
    if not day or not to:
        return False
    with transaction.atomic():
        if not DailyDigest.claim(location, day):
            return False
        notice, occasion = _digest(location, day, _has_hours(place)), f"{location.pk} {day.isoformat()}"
        Message.objects.bulk_create([message(notice, each, occasion=occasion) for each in to])
    return True


def queue_due() -> int:
    """Write the digests of the locations that have opened today to the outbox; returns how many locations.

    Exactly once for each location and opening day. Raises `DatabaseError` when the database is down.
    """
    with speaking(settings.LANGUAGE_CODE):
        locations = Location.objects.active().prefetch_related("recipients", "opening_hours", "closures")
        return count_done(locations, _queue, "digest")
