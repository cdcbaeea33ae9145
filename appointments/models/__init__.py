"""Requests, their events, the outbox, who may see which location, and who saw what."""

from appointments.models.audit import AuditedRequest, AuditEntry, AuditSeal
from appointments.models.event import Event, ImmutableEventError
from appointments.models.message import Message, WorkerHeartbeat
from appointments.models.request import AppointmentRequest
from appointments.models.scope import LocationAccess
from appointments.models.trace import Trace

__all__ = [
    "AppointmentRequest",
    "AuditEntry",
    "AuditSeal",
    "AuditedRequest",
    "Event",
    "ImmutableEventError",
    "LocationAccess",
    "Message",
    "Trace",
    "WorkerHeartbeat",
]
