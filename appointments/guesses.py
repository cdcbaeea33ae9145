"""How often somebody may try: lookups by reference and contact, proofs of whose request it is, changes of it."""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import references
from appointments.limits import Limit
from appointments.models import Trace
from services import moments

ONE_MINUTE = datetime.timedelta(minutes=1)  # times are told without seconds
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Only wrong tries count. A family or a waiting room shares one connection; one request has one owner.
BY_CONNECTION = Limit("lookup.connection", 30, HOUR)
BY_REFERENCE = Limit("lookup.reference", 15, DAY)
BY_LINK = Limit("lookup.proof", 15, DAY)
CHANGES = Limit("request.changes", 20, DAY)


def wait_for_lookup(connection: str, reference: str) -> datetime.timedelta:
    """How long until one more lookup is answered; zero for now."""
    waits = [
        Trace.objects.wait(BY_CONNECTION, connection),
        Trace.objects.wait(BY_REFERENCE, references.normalise(reference)),
    ]
    return max(waits)


def count_lookup(connection: str, reference: str) -> None:
    """A lookup that found nothing."""
    Trace.objects.leave((BY_CONNECTION, connection), (BY_REFERENCE, references.normalise(reference)))


def wait_for_proof(reference: str) -> datetime.timedelta:
    """How long until one more contact may be tried on a request; zero for now."""
    return Trace.objects.wait(BY_LINK, reference)


def count_proof(reference: str) -> None:
    """A contact that is not the one we have."""
    Trace.objects.leave((BY_LINK, reference))


def wait_for_change(reference: str) -> datetime.timedelta:
    """How long until the answers of a request may be changed once more; zero for now."""
    return Trace.objects.wait(CHANGES, reference)


def count_change(reference: str) -> None:
    """The answers were changed; a new address gets a mail."""
    Trace.objects.leave((CHANGES, reference))


def wait_words(wait: datetime.timedelta, zone: ZoneInfo) -> str:
    """What somebody reads who has guessed too often."""
    at = moments.clock_with_zone(timezone.now() + wait + ONE_MINUTE, zone)
    return _("Too many tries. Please wait until {time}, or call us.").format(time=at)
