"""Who gets mailed: the mailboxes of a location, and what leaves when a request comes in."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error

from appointments.language import speaking
from appointments.models import AppointmentRequest, Message
from appointments.notices import Receipt, StaffNotice, message
from services import facts
from services.models import Clinic, Location

logger = logging.getLogger(__name__)


def recipients_of(location: Location) -> list[str]:
    """The location's own mailboxes, or the clinic's fallback; empty when there is neither."""
    if own := [recipient.email for recipient in location.recipients.all()]:
        return own
    fallback = Clinic.objects.values_list("fallback_recipient", flat=True).first()
    return [fallback] if fallback else []


def managers_of(location: Location) -> list[str]:
    """Mailboxes of the location's own managers, else of those who look after every location."""
    users = get_user_model().objects.with_perm(
        "appointments.hear_of_overdue", include_superusers=False, backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    managers = users.exclude(email="").order_by("pk")
    own = [user.email for user in managers.filter(location_access__location=location)]
    return own or [user.email for user in managers if user.has_perm("appointments.see_every_location")]


def answers_arrive_at(location: Location) -> str:
    """The mailbox for what patients answer to our mails; empty when nobody reads answers."""
    return location.reply_to or facts.current().reply_to


def written_in(language: str, write: Callable[[], Message]) -> Message:
    """The mail that `write` gives in that language; in the site's own when a broken translation stops it."""
    try:
        with speaking(language):
            return write()
    except Error:
        raise
    except Exception as error:  # no translation may cost a mail
        logger.error("mail not written in %s: %s", language, type(error).__name__)
        with speaking(settings.LANGUAGE_CODE):
            return write()


def _staff_notice(appointment_request: AppointmentRequest) -> StaffNotice:
    return StaffNotice(
        clinic=facts.current().name,
        location=appointment_request.location.name,
        reference=appointment_request.display_reference,
        promise=appointment_request.promise_text,
    )


def _receipt(appointment_request: AppointmentRequest, can_answer: bool) -> Receipt:
    phone = appointment_request.location.phone
    return Receipt(
        clinic=facts.current().name,
        reference=appointment_request.display_reference,
        promise=appointment_request.promise_text,
        phone=phone.as_e164,
        phone_display=facts.display_phone(phone),
        can_answer=can_answer,
    )


def _receipt_mail(appointment_request: AppointmentRequest) -> Message:
    reply_to = answers_arrive_at(appointment_request.location)
    receipt = _receipt(appointment_request, can_answer=bool(reply_to))
    return message(receipt, appointment_request.answers.email, appointment_request, reply_to)


def _receipts(appointment_request: AppointmentRequest) -> list[Message]:
    """The patient's mail, when there is an address, in the language of the page they asked on."""
    if not appointment_request.answers.email:
        return []
    return [written_in(appointment_request.language, lambda: _receipt_mail(appointment_request))]


def queue_receipt(appointment_request: AppointmentRequest) -> None:
    """Write the receipt once more, for an address that was given later, in the caller's transaction."""
    Message.objects.bulk_create(_receipts(appointment_request))


def mails_about(appointment_request: AppointmentRequest) -> list[Message]:
    """The notices and the receipt of a new request. Neither has to be stored yet: writing mail takes longer than
    storing it, and while a request is stored others wait.
    """
    with speaking(settings.LANGUAGE_CODE):  # the desk's language, whatever page the patient was on
        notice = _staff_notice(appointment_request)
        messages = [message(notice, to, appointment_request) for to in recipients_of(appointment_request.location)]
    return [*messages, *_receipts(appointment_request)]
