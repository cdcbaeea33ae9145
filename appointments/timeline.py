"""A request's way from received to booked, in the patient's words."""

from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest
from appointments.statuses import AGAIN_SOON, PATIENT_WORDS, Status
from services.facts import display_phone

WAY = (Status.NEW, Status.CONTACTING, Status.OFFERED, Status.BOOKED)


@dataclass(frozen=True)
class Step:
    """One station; `when` is empty until it is reached."""

    label: str
    when: str
    is_done: bool
    is_current: bool


def status_text(asked: AppointmentRequest) -> str:
    """What the patient reads about the status."""
    is_past = asked.shown_status == Status.CONTACTING and asked.is_overdue
    words = str(AGAIN_SOON if is_past else PATIENT_WORDS[asked.shown_status])
    promise = asked.told_text or _("the end of the next opening day")
    phone = display_phone(asked.location.phone)
    return words.format(promise=promise, phone=phone, time=asked.due_text or promise)


def is_late(asked: AppointmentRequest) -> bool:
    """The desk let pass the time on the page; a wish for another time is not the desk's delay."""
    told = asked.told_at if asked.shown_status == Status.NEW and not asked.call_wish else None
    return bool(told) and told < timezone.now()


def _reached_at(asked: AppointmentRequest) -> dict[str, str]:
    """When the request last came to each status, in words."""
    moves = asked.events.exclude(to_status="").values_list("to_status").annotate(last=Max("at"))
    return {Status.NEW: asked.received_text, **{status: asked.local(at) for status, at in moves if status != "new"}}


def steps(asked: AppointmentRequest) -> list[Step]:
    """From received to booked; empty for requests that ended another way."""
    if asked.shown_status not in WAY:
        return []
    reached = WAY.index(asked.shown_status)
    labels = [_("Received"), _("Contacting you"), _("Time offered"), _("Booked")]
    times = _reached_at(asked)
    return [
        Step(label, times.get(status, "") if n <= reached else "", n <= reached, n == reached)
        for n, (status, label) in enumerate(zip(WAY, labels, strict=True))
    ]
