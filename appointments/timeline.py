"""A request's way from received to booked, in the patient's words."""

from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest
from appointments.statuses import PATIENT_WORDS, Status
from services.facts import display_phone

# Staff's doubts and decisions look like "received" on the line; the words say the rest.
REACHED = {
    Status.NEW: 0,
    Status.DUPLICATE: 0,
    Status.SPAM: 0,
    Status.CONTACTING: 1,
    Status.OFFERED: 2,
    Status.BOOKED: 3,
}


def status_text(asked: AppointmentRequest) -> str:
    """What the patient reads about the status."""
    promise = asked.promise_text or _("the next opening day")
    return str(PATIENT_WORDS[Status(asked.status)]).format(promise=promise, phone=display_phone(asked.location.phone))


def steps(status: str) -> list[dict]:
    """[{label, done, current}] from received to booked; empty for requests that ended another way."""
    reached = REACHED.get(Status(status))
    if reached is None:
        return []
    labels = [_("Received"), _("Contacting you"), _("Time offered"), _("Booked")]
    return [{"label": label, "done": n <= reached, "current": n == reached} for n, label in enumerate(labels)]
