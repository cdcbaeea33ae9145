"""The front desk's sections of the admin."""

from appointments.admin import audit, messages, requests

__all__ = ["audit", "messages", "requests"]
