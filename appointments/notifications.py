"""Who gets mailed, and what the mail says: small typed objects that cannot hold what a patient typed."""

from dataclasses import asdict, dataclass
from typing import Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest, Message
from services import facts
from services.models import Clinic, Location

# The worker puts the patient's secret link here when it sends: the outbox never holds it.
LINK_PLACEHOLDER = "[[my-request-link]]"


@dataclass(frozen=True)
class StaffNotice:
    """To the desk: there is a request. Site, reference, promise, link behind sign-in."""

    clinic: str
    location: str
    reference: str
    promise: str
    admin_url: str

    kind = Message.Kind.STAFF_NOTICE

    @property
    def subject(self) -> str:
        return _("{location}: new request {reference}").format(location=self.location, reference=self.reference)


@dataclass(frozen=True)
class Receipt:
    """To the patient: we have your request. No service, no reason, no note."""

    clinic: str
    reference: str
    promise: str
    phone: str
    phone_display: str
    link: str = LINK_PLACEHOLDER

    kind = Message.Kind.RECEIPT

    @property
    def subject(self) -> str:
        return _("We have your request {reference}").format(reference=self.reference)


def locations_without_recipient() -> list[Location]:
    """Active locations whose requests nobody would be mailed about."""
    locations = Location.objects.active().prefetch_related("recipients")
    return [location for location in locations if not recipients_of(location)]


def recipients_of(location: Location) -> list[str]:
    """The location's own mailboxes, or the clinic's fallback; empty when there is neither."""
    if own := [recipient.email for recipient in location.recipients.all()]:
        return own
    fallback = Clinic.objects.values_list("fallback_recipient", flat=True).first()
    return [fallback] if fallback else []


class Notice(Protocol):
    """What a mail says: a small dataclass that names its templates and its subject."""

    kind: Message.Kind
    subject: str


def message(notice: Notice, to: str, appointment_request: AppointmentRequest | None = None) -> Message:
    """The notice as a rendered mail, not stored yet."""
    context = asdict(notice)
    return Message(
        appointment_request=appointment_request,
        kind=notice.kind,
        to=to,
        subject=notice.subject,
        text=render_to_string(f"mail/{notice.kind}.txt", context),
        html=render_to_string(f"mail/{notice.kind}.html", context),
    )


def _staff_notice(appointment_request: AppointmentRequest) -> StaffNotice:
    page = reverse("admin:appointments_appointmentrequest_change", args=[appointment_request.pk])
    return StaffNotice(
        clinic=facts.current().name,
        location=appointment_request.location.name,
        reference=appointment_request.display_reference,
        promise=appointment_request.promise_text,
        admin_url=settings.SITE_URL + page,
    )


def _receipt(appointment_request: AppointmentRequest) -> Receipt:
    phone = appointment_request.location.phone
    return Receipt(
        clinic=facts.current().name,
        reference=appointment_request.display_reference,
        promise=appointment_request.promise_text,
        phone=phone.as_e164,
        phone_display=facts.display_phone(phone),
    )


def queue_messages(appointment_request: AppointmentRequest) -> None:
    """Write the notices and the receipt of a new request to the outbox, in the caller's transaction."""
    notice = _staff_notice(appointment_request)
    messages = [message(notice, to, appointment_request) for to in recipients_of(appointment_request.location)]
    if appointment_request.email:
        messages.append(message(_receipt(appointment_request), appointment_request.email, appointment_request))
    Message.objects.bulk_create(messages)
