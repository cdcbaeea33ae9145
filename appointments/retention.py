"""What is kept how long: a rule for every field of every model; erasure.py applies them."""

import datetime
from enum import Enum

from django.apps import apps
from django.conf import settings
from django.db.models import Field

from appointments.audit_guard import YEARS
from appointments.statuses import Status


class Rule(Enum):
    """How long, in words for people. Days count from the closing of the request."""

    TEXT = "free text: erased KEEP_NOTE_DAYS after closing"
    CONTACT = "who it is and how to reach them: erased KEEP_CONTACT_DAYS after closing, of spam KEEP_SPAM_DAYS"
    COUNTS = "says nothing of a person by itself: stays, for the numbers"
    COMPUTED = "made from other fields by the database: lives and dies with them"
    HOLD = "the reason of a legal hold: stays until it is lifted"
    MAIL = "the row is removed with its request's contact, or KEEP_CONTACT_DAYS after it was written"
    CHANGES = "the row is removed with its request's contact"
    AUDIT = f"the row is removed after {YEARS} years (45 CFR 164.316(b)(2)(i))"
    DAY = "the row is removed after a day"
    SESSION = "the row is removed when the session has ended"
    STAFF = "about members of staff: stays until an administrator removes the account"
    SITE = "about the clinic and what it publishes: stays"


def _fields(**names: str) -> dict[str, Rule]:
    return {name: Rule[rule] for rule, listed in names.items() for name in listed.split()}


ANSWERS = _fields(
    TEXT="access_needs note",
    CONTACT="treatment treatment_title visit availability full_name phone_typed phone phone_extension email "
    "preferred_channel may_leave_voicemail patient_name patient_relation",
)
REQUEST = ANSWERS | _fields(
    CONTACT="language doubts changed treatment_now call_wish visit_at visit_reference",
    COMPUTED="stage search_text name_skeleton",
    HOLD="hold_reason",
    # The key is a keyed hash of the answers, and the link ends with the contact: neither leads back to a person.
    COUNTS="id location origin reference idempotency_key link_hash link_version link_expires_at created_at "
    "promised_at withdrawn_at status closed_at due_at reminded_due_at escalated_due_at attempts first_contact_at "
    "first_contact_minutes owner texts_erased_at erased_at held_at",
)
EVENT = _fields(
    TEXT="text",
    CONTACT="planned_at",
    COUNTS="id appointment_request at kind actor actor_name from_status to_status outcome",
)
FIELDS: dict[str, dict[str, Rule]] = {
    "appointments.AppointmentRequest": REQUEST,
    "appointments.ChangedAnswers": ANSWERS | _fields(CHANGES="id appointment_request at", COMPUTED="search_text"),
    "appointments.Event": EVENT,
}
MODELS: dict[str, Rule] = {
    "appointments.Message": Rule.MAIL,
    "appointments.AuditEntry": Rule.AUDIT,
    "appointments.AuditedRequest": Rule.AUDIT,
    "appointments.AuditSeal": Rule.AUDIT,
    "appointments.Trace": Rule.DAY,
    "appointments.WorkerHeartbeat": Rule.DAY,
    "appointments.DailyDigest": Rule.COUNTS,
    "appointments.LocationAccess": Rule.STAFF,
    "appointments.KeptView": Rule.STAFF,
    "sessions.Session": Rule.SESSION,
    "usersessions.UserSession": Rule.SESSION,
}
# Apps whose tables hold nothing that a patient typed.
APPS: dict[str, Rule] = {
    "services": Rule.SITE,
    "reversion": Rule.SITE,
    "contenttypes": Rule.SITE,
    "admin": Rule.STAFF,
    "auth": Rule.STAFF,
    "account": Rule.STAFF,
    "mfa": Rule.STAFF,
}


def rule_of(field: Field) -> Rule | None:
    """What holds for that field; None when nobody has said so yet, which a test does not allow."""
    label = field.model._meta.label
    if label in FIELDS:
        return FIELDS[label].get(field.name)
    return MODELS.get(label, APPS.get(field.model._meta.app_label))


def blanks(label: str, *rules: Rule) -> dict:
    """What is written over the fields of that model under these rules: the same as if nobody had answered."""
    model = apps.get_model(label)
    names = [name for name, rule in FIELDS[label].items() if rule in rules]
    return {name: model._meta.get_field(name).get_default() for name in names}


def kept_until(asked) -> list[datetime.datetime]:
    """When its free text goes, then its names and contact; nothing while it is open, held or erased."""
    if asked.closed_at is None or asked.held_at or asked.erased_at:
        return []
    last = span("spam" if asked.status == Status.SPAM else "contact")
    return [asked.closed_at + min(span("note"), last), asked.closed_at + min(last, span("contact"))]


def span(what: str) -> datetime.timedelta:
    """How long `note`, `contact` or `spam` is kept."""
    return datetime.timedelta(days=settings.KEPT_DAYS[what])
