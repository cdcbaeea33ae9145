"""The status machine of a request: which moves are legal, and what the patient reads. No database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a request stands, as staff see it."""

    NEW = "new", _("New")
    CONTACTING = "contacting", _("Contacting")
    OFFERED = "offered", _("Offered a time")
    BOOKED = "booked", _("Booked")
    DECLINED = "declined", _("Declined")
    UNREACHABLE = "unreachable", _("Unreachable")
    WITHDRAWN = "withdrawn", _("Withdrawn by patient")
    DUPLICATE = "duplicate", _("Duplicate")
    SPAM = "spam", _("Spam")


class Stage(models.IntegerChoices):
    """Whose turn it is."""

    DESK = 0, _("The desk's")
    PATIENT = 1, _("The patient's")
    CLOSED = 2, _("Nobody's")


MOVES: dict[Status, tuple[Status, ...]] = {
    Status.NEW: (
        Status.CONTACTING,
        Status.OFFERED,
        Status.BOOKED,
        Status.DECLINED,
        Status.DUPLICATE,
        Status.SPAM,
        Status.WITHDRAWN,
    ),
    Status.CONTACTING: (
        Status.OFFERED,
        Status.BOOKED,
        Status.UNREACHABLE,
        Status.DECLINED,
        Status.WITHDRAWN,
    ),
    Status.OFFERED: (Status.BOOKED, Status.CONTACTING, Status.DECLINED, Status.WITHDRAWN),
    Status.BOOKED: (Status.CONTACTING,),
    Status.DECLINED: (Status.CONTACTING,),
    Status.UNREACHABLE: (Status.CONTACTING,),
    Status.WITHDRAWN: (Status.NEW,),
    Status.DUPLICATE: (Status.NEW,),
    Status.SPAM: (Status.NEW,),
}

# Somebody at the desk has something to do.
NEEDS_ACTION = (Status.NEW, Status.CONTACTING)
WAITING_ON_PATIENT = (Status.OFFERED,)
CLOSED = tuple(status for status in Status if status not in (*NEEDS_ACTION, *WAITING_ON_PATIENT))

# Staff doubt these; to the patient they look like new ones.
PUT_ASIDE = (Status.DUPLICATE, Status.SPAM)

# Somebody at the desk has tried to reach the patient.
MEANS_CONTACT = (Status.CONTACTING, Status.OFFERED, Status.BOOKED)
# Nobody was to be contacted: no request of its own, or taken back.
NOT_COUNTED = (Status.SPAM, Status.DUPLICATE, Status.WITHDRAWN)

# Moves that only the patient makes or takes back.
PATIENTS_OWN = (Status.WITHDRAWN,)

# Back to work from these needs words: somebody decided otherwise before.
NEEDS_REASON = frozenset(
    {
        (Status.BOOKED, Status.CONTACTING),
        (Status.DECLINED, Status.CONTACTING),
        (Status.UNREACHABLE, Status.CONTACTING),
    }
)

_NEW_WORDS = _("We have your request. We will contact you by {promise}.")
PATIENT_WORDS = {
    Status.NEW: _NEW_WORDS,
    Status.CONTACTING: _("We tried to reach you. We will try again by {time}."),
    Status.OFFERED: _("We offered you a time. Please call {phone} to agree or change it."),
    Status.BOOKED: _("Your visit is agreed. The clinic has told you the time."),
    Status.DECLINED: _("We could not arrange this. Call {phone}."),
    Status.UNREACHABLE: _("We could not arrange this. Call {phone}."),
    Status.WITHDRAWN: _("You withdrew this request."),
    # Staff's doubts are not the patient's news: the same words as new.
    Status.DUPLICATE: _NEW_WORDS,
    Status.SPAM: _NEW_WORDS,
}
# Of “contacting” once that time has passed: it would be a promise that nobody can keep.
AGAIN_SOON = _("We will contact you again as soon as we can. You can also call {phone}.")


class IllegalMoveError(Exception):
    """A move that `MOVES` does not allow."""


def is_legal(current: str, to: str) -> bool:
    """Whether a request may go from `current` to `to`."""
    return Status(to) in MOVES[Status(current)]


def staff_moves(current: str) -> tuple[Status, ...]:
    """The moves a clerk may choose from."""
    if current in PATIENTS_OWN:
        return ()
    return tuple(status for status in MOVES[Status(current)] if status not in PATIENTS_OWN)


def by_button(current: str) -> tuple[Status, ...]:
    """Those of them that no call makes: offering, booking and trying for the first time come with one."""
    by_call = {Status.OFFERED, Status.BOOKED} | ({Status.CONTACTING} if current == Status.NEW else set())
    return tuple(status for status in staff_moves(current) if status not in by_call)


def needs_reason(current: str, to: str) -> bool:
    """Whether that move must be explained."""
    return (Status(current), Status(to)) in NEEDS_REASON
