"""The website's sections of the admin."""

from services.admin import clinic, images, pages

__all__ = ["clinic", "images", "pages"]
