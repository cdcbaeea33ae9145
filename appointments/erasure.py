"""Erases what has been kept long enough (retention.py), in small bites; says how many, never whose."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import audit_seals, search_index
from appointments.audit_guard import YEARS
from appointments.models import AppointmentRequest, AuditSeal, ChangedAnswers, Event, Message, Trace
from appointments.retention import Rule, blanks, span

# A short transaction each: nobody who sends a request meanwhile waits for the lock.
BITE = 500
EVERYTHING = (Rule.TEXT, Rule.CONTACT)


@dataclass(frozen=True)
class Step:
    """One kind of row that time erases."""

    name: str
    due: QuerySet
    erase: Callable[[QuerySet], int]


def _bites(due: QuerySet, erase: Callable[[list[int]], None]) -> int:
    """Erase all of `due`; rows that several workers want are erased by one."""
    total = 0
    while True:
        with transaction.atomic():
            keys = list(due.select_for_update().order_by("pk").values_list("pk", flat=True)[:BITE])
            erase(keys)
        total += len(keys)
        if len(keys) < BITE:
            return total


def _erase_texts(requests: list[int]) -> None:
    Event.objects.filter(appointment_request__in=requests).update(**blanks("appointments.Event", Rule.TEXT))
    ChangedAnswers.objects.filter(appointment_request__in=requests).update(
        **blanks("appointments.ChangedAnswers", Rule.TEXT)
    )
    AppointmentRequest.objects.filter(pk__in=requests).update(
        **blanks("appointments.AppointmentRequest", Rule.TEXT), texts_erased_at=timezone.now()
    )


def _erase_persons(requests: list[int]) -> None:
    now = timezone.now()
    Message.objects.filter(appointment_request__in=requests).delete()
    Event.objects.filter(appointment_request__in=requests).update(**blanks("appointments.Event", *EVERYTHING))
    AppointmentRequest.objects.filter(pk__in=requests).update(
        **blanks("appointments.AppointmentRequest", *EVERYTHING),
        texts_erased_at=now,
        erased_at=now,
        link_expires_at=now,
    )
    ChangedAnswers.objects.filter(appointment_request__in=requests).delete()
    Event.objects.bulk_create(Event(appointment_request_id=pk, kind=Event.Kind.ERASED, at=now) for pk in requests)


def _erase_all_persons(due: QuerySet) -> int:
    if erased := _bites(due, _erase_persons):
        search_index.purge(connection)
    return erased


def _delete(model) -> Callable[[QuerySet], int]:
    return lambda due: _bites(due, lambda keys: model.objects.filter(pk__in=keys).delete())


def _running(now: datetime.datetime) -> QuerySet:
    return Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=now)


def steps() -> list[Step]:
    """What is due now."""
    now = timezone.now()
    requests = AppointmentRequest.objects
    return [
        Step(
            _("requests: free text"),
            requests.with_texts_closed_by(now - span("note")),
            lambda due: _bites(due, _erase_texts),
        ),
        Step(
            _("requests: names and contact"),
            requests.to_erase(now - span("contact"), now - span("spam")),
            _erase_all_persons,
        ),
        Step(
            _("mails about no request"),
            Message.objects.old_ones_about_no_request(now - span("contact")),
            _delete(Message),
        ),
        Step(_("traces of visitors"), Trace.objects.old(), _delete(Trace)),
        Step(_("sessions of staff"), Session.objects.filter(expire_date__lt=now), _delete(Session)),
        Step(_("devices of ended sessions"), UserSession.objects.exclude(Exists(_running(now))), _delete(UserSession)),
        Step(
            _("seals of the access record, with their entries"),
            AuditSeal.objects.expired(audit_seals.expires_before(YEARS)),
            lambda due: audit_seals.remove_expired(YEARS),
        ),
    ]


def counts() -> dict[str, int]:
    """How many rows of each kind are due now; nothing is changed."""
    return {str(step.name): step.due.count() for step in steps()}


def erase_due() -> dict[str, int]:
    """Erase what is due; how many rows of each kind. Raises `DatabaseError` when the database is down."""
    return {str(step.name): step.erase(step.due) for step in steps()}


def erase() -> int:
    """Erase what is due; how many rows altogether."""
    return sum(erase_due().values())
