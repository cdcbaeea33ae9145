"""The website's sections of the admin."""

from services.admin import clinic, frame, images, pages

__all__ = ["clinic", "frame", "images", "pages"]
