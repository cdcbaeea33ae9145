"""The website's sections of the admin."""

from services.admin import clinic, pages

__all__ = ["clinic", "pages"]
