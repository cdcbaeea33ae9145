"""Stores a request: row, first event and messages together, or nothing."""

import json
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from appointments import references
from appointments.models import AppointmentRequest, Event, Message
from appointments.notifications import mails_about
from appointments.promise import promised_by
from appointments.sender import Sender, TooManyRequestsError
from appointments.spam import is_doubtful
from appointments.statuses import Status
from appointments.turns import turn
from services.facts import LocationFacts

REFERENCES_TRIED = 5
TYPED = (
    "location treatment visit availability full_name phone_typed email preferred_channel "
    "may_leave_voicemail patient_name patient_relation access_needs note"
).split()


def idempotency_key(appointment_request: AppointmentRequest, form_id: str) -> str:
    """A keyed hash of the form and every answer in it.

    The same form sent twice is one request. A form that was sent, changed with the Back button and sent
    again is another: what was typed last must not be lost.
    """
    answers = model_to_dict(appointment_request, TYPED)
    text = json.dumps([form_id, answers], sort_keys=True, default=str)
    return salted_hmac("appointments.submission", text, algorithm="sha256").hexdigest()


def _store(appointment_request: AppointmentRequest, sender: Sender | None, taken_by) -> None:
    mails = mails_about(appointment_request)
    with turn(), transaction.atomic():
        appointment_request.save(force_insert=True)
        appointment_request.log(Event.Kind.RECEIVED, taken_by)
        Message.objects.bulk_create(mails)
        if appointment_request.status == Status.SPAM:
            appointment_request.log(Event.Kind.STATUS, from_status=Status.NEW, to_status=Status.SPAM)
            appointment_request.messages.hold()
        if sender:
            sender.leave_traces()


def _put_aside(appointment_request: AppointmentRequest, doubts: Sequence[str]) -> None:
    """A suspect is stored like any other request, promise and all; only nobody is mailed until staff say so."""
    appointment_request.doubts = list(doubts)
    appointment_request.status = Status.SPAM
    appointment_request.closed_at = appointment_request.created_at
    appointment_request.due_at = None


def submit(
    appointment_request: AppointmentRequest,
    place: LocationFacts,
    form_id: str,
    doubts: Sequence[str] = (),
    sender: Sender | None = None,
    taken_by=None,
) -> AppointmentRequest:
    """Store the unsaved request of `place`; give back the one that is there if it was stored before.

    `doubts` are those about what was typed; a `sender` is counted, and doubted when there were many; `taken_by` is
    the member of staff who wrote it down. Raises
    `DatabaseError` when the database is down and `TooManyRequestsError` when the sender must wait; nothing is
    stored then.
    """
    key = idempotency_key(appointment_request, form_id)
    appointment_request.idempotency_key = key
    appointment_request.created_at = timezone.now()
    appointment_request.promised_at = promised_by(place, appointment_request.created_at)
    appointment_request.due_at = appointment_request.promised_at
    try:
        found = [*doubts, *(sender.doubts() if sender else ())]
    except TooManyRequestsError:
        if stored := AppointmentRequest.objects.sent_as(key):
            return stored
        raise
    if is_doubtful(found):
        _put_aside(appointment_request, found)
    for _attempt in range(REFERENCES_TRIED):
        try:
            _store(appointment_request, sender, taken_by)
        except IntegrityError:
            if stored := AppointmentRequest.objects.sent_as(key):
                return stored
            # Not the same form: the random reference was taken.
            appointment_request.pk = None
            appointment_request.reference = references.new_reference()
        else:
            return appointment_request
    raise IntegrityError("no free reference found")
