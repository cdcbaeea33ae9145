"""Requests, their events, the outbox, and who may see which location."""

from appointments.models.message import Message, WorkerHeartbeat
from appointments.models.request import AppointmentRequest, Event
from appointments.models.scope import LocationAccess

__all__ = ["AppointmentRequest", "Event", "LocationAccess", "Message", "WorkerHeartbeat"]
