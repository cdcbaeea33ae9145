"""Requests, their events, the outbox, who may see which location, and who saw what."""

from appointments.models.audit import AuditedRequest, AuditEntry, AuditSeal
from appointments.models.changed_answers import ChangedAnswers
from appointments.models.digest import DailyDigest
from appointments.models.event import Event, ImmutableEventError
from appointments.models.kept_view import KeptView
from appointments.models.message import Message, WorkerHeartbeat
from appointments.models.patient_verbs import TooLateError
from appointments.models.request import AppointmentRequest
from appointments.models.scope import LocationAccess
from appointments.models.trace import Trace

__all__ = [
    "AppointmentRequest",
    "AuditEntry",
    "AuditSeal",
    "AuditedRequest",
    "ChangedAnswers",
    "DailyDigest",
    "Event",
    "ImmutableEventError",
    "KeptView",
    "LocationAccess",
    "Message",
    "TooLateError",
    "Trace",
    "WorkerHeartbeat",
]
