"""What our mails say: small typed objects of plain words that cannot hold what a patient typed."""

import re
from dataclasses import asdict, dataclass
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest, Message

# The worker puts addresses here when it sends: the outbox never holds the patient's secret link, and mail is written
# before its request is stored and has a page.
LINK_PLACEHOLDER = "[[my-request-link]]"
PAGE_PLACEHOLDER = "[[request-page]]"
EMPTY_LINES = re.compile(r"\n{3,}")


class Notice(Protocol):
    """A frozen dataclass of words and numbers that names its templates and its subject."""

    kind: Message.Kind
    subject: str


@dataclass(frozen=True)
class StaffNotice:
    """To the desk: there is a request. Site, reference, promise, link behind sign-in."""

    clinic: str
    location: str
    reference: str
    promise: str
    admin_url: str = PAGE_PLACEHOLDER

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
    can_answer: bool
    link: str = LINK_PLACEHOLDER

    kind = Message.Kind.RECEIPT

    @property
    def subject(self) -> str:
        return _("We have your request {reference}").format(reference=self.reference)


@dataclass(frozen=True)
class DueReminder:
    """To whoever works on the request, else to the desk: by when somebody must act."""

    clinic: str
    location: str
    reference: str
    due: str
    is_yours: bool
    admin_url: str = PAGE_PLACEHOLDER

    kind = Message.Kind.DUE

    @property
    def subject(self) -> str:
        return _("{location}: request {reference} is due").format(location=self.location, reference=self.reference)


@dataclass(frozen=True)
class OverdueNotice:
    """To the managers: since when nobody has acted."""

    clinic: str
    location: str
    reference: str
    due: str
    is_claimed: bool
    admin_url: str = PAGE_PLACEHOLDER

    kind = Message.Kind.OVERDUE

    @property
    def subject(self) -> str:
        return _("{location}: request {reference} is overdue").format(location=self.location, reference=self.reference)


@dataclass(frozen=True)
class Digest:
    """To the desk in the morning: numbers only."""

    clinic: str
    location: str
    day: str
    new: int
    unsent: int
    overdue: int
    suspects: int
    has_hours: bool
    inbox_url: str

    kind = Message.Kind.DIGEST

    @property
    def subject(self) -> str:
        numbers = _("{new} new, {unsent} unsent, {overdue} overdue").format(
            new=self.new, unsent=self.unsent, overdue=self.overdue
        )
        return f"{self.location}: {numbers}"


def message(
    notice: Notice,
    to: str,
    appointment_request: AppointmentRequest | None = None,
    reply_to: str = "",
    occasion: str = "",
) -> Message:
    """The notice as a rendered mail in the language being spoken, not stored yet."""
    context = {**asdict(notice), "subject": notice.subject}
    text = render_to_string(f"mail/{notice.kind}.txt", context)
    return Message(
        appointment_request=appointment_request,
        kind=notice.kind,
        to=to,
        reply_to=reply_to,
        occasion=occasion,
        subject=notice.subject,
        text=EMPTY_LINES.sub("\n\n", text).strip() + "\n",
        html=render_to_string(f"mail/{notice.kind}.html", context),
    )
