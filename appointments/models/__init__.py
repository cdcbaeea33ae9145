"""Requests, their events, the outbox, and who may see which location."""

from appointments.models.event import Event, ImmutableEventError
from appointments.models.message import Message, WorkerHeartbeat
from appointments.models.request import AppointmentRequest
from appointments.models.scope import LocationAccess

__all__ = ["AppointmentRequest", "Event", "ImmutableEventError", "LocationAccess", "Message", "WorkerHeartbeat"]
