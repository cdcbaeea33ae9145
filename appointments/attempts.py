"""What may come of trying to reach a patient, and how long to wait before the next try. No database."""

import datetime
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.statuses import CLOSED, IllegalMoveError, Status


class Outcome(models.TextChoices):
    """How a try ended, as the clerk says it."""

    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "message", _("Left a message")
    SPOKE = "spoke", _("Spoke with them")
    OFFERED = "offered", _("Offered a time")
    BOOKED = "booked", _("Booked a visit")


# How long to wait before the desk acts again; then the first open moment. A booked visit waits for nothing.
WAITS: dict[Outcome, datetime.timedelta] = {
    Outcome.NO_ANSWER: datetime.timedelta(hours=2),
    Outcome.LEFT_MESSAGE: datetime.timedelta(days=1),
    Outcome.SPOKE: datetime.timedelta(days=1),
    Outcome.OFFERED: datetime.timedelta(days=2),
}
REOPENED_WAITS = datetime.timedelta(hours=1)

NOT_REACHED = (Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE)
UNREACHABLE_AFTER = 3


def leads_to(current: str, outcome: str) -> Status:
    """The status after that outcome. `IllegalMoveError` for a request that is closed."""
    if current in CLOSED:
        raise IllegalMoveError(f"{current} is closed")
    agreed = {Outcome.OFFERED: Status.OFFERED, Outcome.BOOKED: Status.BOOKED}
    tried = Status.CONTACTING if current == Status.NEW else Status(current)
    return agreed.get(Outcome(outcome), tried)


def needs_explaining(outcome: str, has_phone: bool, may_leave_voicemail: bool) -> bool:
    """Whether a message was left where the patient allowed none: somebody else may listen to it."""
    return outcome == Outcome.LEFT_MESSAGE and has_phone and not may_leave_voicemail


def suggests_unreachable(outcomes: Iterable[str]) -> bool:
    """Whether the last three tries of `outcomes`, oldest first, reached nobody."""
    last = list(outcomes)[-UNREACHABLE_AFTER:]
    return len(last) == UNREACHABLE_AFTER and all(outcome in NOT_REACHED for outcome in last)
