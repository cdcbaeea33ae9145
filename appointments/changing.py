"""Stores a change of one's own answers, and the receipt that a new address needs, together or not at all."""

from django.db import transaction

from appointments.models import AppointmentRequest
from appointments.models.answers import Answers
from appointments.notifications import queue_receipt
from appointments.statuses import PUT_ASIDE


def change(asked: AppointmentRequest, typed: Answers) -> None:
    """Keep `typed` beside what was sent. `TooLateError` once the request is claimed; nothing is stored then."""
    with transaction.atomic():
        before = asked.answers.email
        if asked.change_answers(typed) and typed.email != before and asked.status not in PUT_ASIDE:
            queue_receipt(asked)
