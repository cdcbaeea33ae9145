"""What our mails say: small typed objects of plain words that cannot hold what a patient typed."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest, Message

# The worker puts addresses here when it sends: the outbox never holds the patient's secret link, and mail is written
# before its request is stored and has a page.
LINK_PLACEHOLDER = "[[my-request-link]]"
PAGE_PLACEHOLDER = "[[request-page]]"
EMPTY_LINES = re.compile(r"\n{3,}")
# In these alone the mails of a kind, a place and a language differ.
OF_ONE_REQUEST = ("reference", "promise", "due")
RENDERED_KEPT = 200


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


@lru_cache(maxsize=RENDERED_KEPT)
def _rendered(notice: Notice, language: str) -> tuple[str, str]:
    """Text and HTML in the language being spoken."""
    context = {**vars(notice), "subject": notice.subject}
    text = render_to_string(f"mail/{notice.kind}.txt", context)
    return EMPTY_LINES.sub("\n\n", text).strip() + "\n", render_to_string(f"mail/{notice.kind}.html", context)


def _bodies(notice: Notice) -> tuple[str, str]:
    """Text and HTML. Rendered once for all requests, with stand-ins for what is of one: rendering each anew took a
    fifth of the time in which a request is taken. A changed template shows when the process starts anew.
    """
    own = [name for name in OF_ONE_REQUEST if getattr(notice, name, "")]
    text, html = _rendered(replace(notice, **{name: f"[[{name}]]" for name in own}), get_language())
    for name in own:
        stand_in, word = f"[[{name}]]", getattr(notice, name)
        text, html = text.replace(stand_in, word), html.replace(stand_in, escape(word))
    return text, html


def message(
    notice: Notice,
    to: str,
    appointment_request: AppointmentRequest | None = None,
    reply_to: str = "",
    occasion: str = "",
) -> Message:
    """The notice as a rendered mail in the language being spoken, not stored yet."""
    text, html = _bodies(notice)
    return Message(
        appointment_request=appointment_request,
        kind=notice.kind,
        to=to,
        reply_to=reply_to,
        occasion=occasion,
        subject=notice.subject,
        text=text,
        html=html,
    )
