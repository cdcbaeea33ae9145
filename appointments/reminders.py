"""Who is told that a request is due, and that it is overdue: once for each due time, while the desk is there."""

import datetime
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from appointments.language import speaking
from appointments.models import AppointmentRequest, Message
from appointments.notices import DueReminder, Notice, OverdueNotice, message
from appointments.notifications import managers_of, recipients_of
from appointments.one_by_one import count_done
from appointments.promise import promise
from services import facts, hours

# A reminder at the minute when a promise breaks would keep none.
AHEAD = datetime.timedelta(minutes=30)
# Opening time after which the managers are told: whoever comes in when it is due gets a chance first.
GRACE = datetime.timedelta(minutes=30)


def is_staffed(place: facts.LocationFacts) -> bool:
    """Whether somebody is there to act. A location without any hours has to act all the same."""
    return place.is_open or hours.next_open(place.schedule, timezone.now()) is None


def is_out_of_grace(place: facts.LocationFacts, due_at: datetime.datetime) -> bool:
    """Whether `GRACE` of opening time has passed since then."""
    ends_at = promise(place.schedule, due_at, GRACE)
    return ends_at is None or ends_at <= timezone.now()


def _due(asked: AppointmentRequest, is_yours: bool) -> DueReminder:
    return DueReminder(
        clinic=facts.current().name,
        location=asked.location.name,
        reference=asked.display_reference,
        due=asked.due_text,
        is_yours=is_yours,
    )


def _overdue(asked: AppointmentRequest) -> OverdueNotice:
    return OverdueNotice(
        clinic=facts.current().name,
        location=asked.location.name,
        reference=asked.display_reference,
        due=asked.due_text,
        is_claimed=asked.owner is not None,
    )


def _queue(asked: AppointmentRequest, claim: Callable[[], bool], notice: Notice, to: list[str]) -> bool:
    """Claim and mail in one transaction: neither without the other. Without a mailbox it stays to be told."""
    with transaction.atomic():
        if not to or not claim():
            return False
        occasion = asked.due_at.isoformat()
        Message.objects.bulk_create([message(notice, each, asked, occasion=occasion) for each in dict.fromkeys(to)])
    return True


def remind(asked: AppointmentRequest) -> bool:
    """Tell the owner, else the desk, that it is due."""
    owner = asked.owner
    is_yours = bool(owner and owner.is_active and owner.email)
    to = [owner.email] if is_yours else recipients_of(asked.location)
    return _queue(asked, asked.claim_reminder, _due(asked, is_yours), to)


def escalate(asked: AppointmentRequest) -> bool:
    """Tell the managers, else the desk, that it is overdue."""
    to = managers_of(asked.location) or recipients_of(asked.location)
    return _queue(asked, asked.claim_escalation, _overdue(asked), to)


def queue_due() -> int:
    """Take up offers that nobody answered, then write what is due and overdue to the outbox.

    Returns about how many requests. Raises `DatabaseError` when the database is down.
    """
    now, places = timezone.now(), {}

    def place_of(asked: AppointmentRequest) -> facts.LocationFacts:
        if asked.location_id not in places:
            places[asked.location_id] = facts.of_location(asked.location)
        return places[asked.location_id]

    waiting = AppointmentRequest.objects.select_related("location", "owner")
    with speaking(settings.LANGUAGE_CODE):
        lapsed = count_done(waiting.lapsed(now), AppointmentRequest.lapse, "lapsed offer")
    due = [asked for asked in waiting.to_remind(now + AHEAD) if is_staffed(place_of(asked))]
    late = [
        asked
        for asked in waiting.to_escalate(now)
        if is_staffed(place_of(asked)) and is_out_of_grace(place_of(asked), asked.due_at)
    ]
    with speaking(settings.LANGUAGE_CODE):
        return lapsed + count_done(due, remind, "reminder") + count_done(late, escalate, "escalation")
