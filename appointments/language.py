"""Which language a patient is answered in: that of the page they asked on."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def is_own_language() -> bool:
    """Whether the page speaks the language that staff write in."""
    return translation.get_language() == settings.LANGUAGE_CODE


def spoken(stored: str) -> str:
    """The language kept with a request, or the site's own when the site no longer speaks that one."""
    try:
        return translation.get_supported_language_variant(stored)
    except LookupError:
        return settings.LANGUAGE_CODE


def speaking(stored: str) -> AbstractContextManager:
    """Addresses and texts of the patient's side in the language kept with a request; never fails."""
    return translation.override(spoken(stored))
