"""The front desk's sections of the admin."""

from appointments.admin import messages, requests, scope

__all__ = ["messages", "requests", "scope"]
