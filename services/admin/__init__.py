"""The website's sections of the admin."""

from services.admin import clinic, frame, pages

__all__ = ["clinic", "frame", "pages"]
