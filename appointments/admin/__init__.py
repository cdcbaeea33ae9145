"""The front desk's sections of the admin."""

from appointments.admin import audit, messages, requests, scope

__all__ = ["audit", "messages", "requests", "scope"]
