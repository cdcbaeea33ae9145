"""What a clerk must know before the phone is picked up: a wrong call can harm."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from appointments import availability, call_times
from appointments.models import AppointmentRequest
from appointments.models.answers import Answers


@dataclass(frozen=True)
class SafeFact:
    """One thing to heed; `is_limit` when it forbids something."""

    label: str
    text: str
    is_limit: bool = False


def facts_of(asked: AppointmentRequest) -> list[SafeFact]:
    """What is allowed, which way and when, in which language, and who asks for whom: as it holds now."""
    now = asked.answers
    found = [_voicemail(now)] if now.phone else []
    found.append(SafeFact(_("Best way"), now.get_preferred_channel_display()))
    if asked.call_wish:
        found.append(SafeFact(_("Asked to be called"), call_times.words(asked.call_wish)))
    found.append(SafeFact(_("Good times"), availability.in_words(now.availability)))
    if language := _other_language(asked.language):
        found.append(SafeFact(_("Reads"), language))
    if now.access_needs:
        found.append(SafeFact(_("Language or access needs"), now.access_needs, is_limit=True))
    if now.patient_name:
        found.append(SafeFact(_("Asks for someone else"), _for_whom(now), is_limit=True))
    return found


def _voicemail(now: Answers) -> SafeFact:
    if now.may_leave_voicemail:
        return SafeFact(_("Voicemail"), _("Allowed: clinic, number, “please call back”, nothing else"))
    return SafeFact(_("Voicemail"), _("No voicemail"), is_limit=True)


def _other_language(code: str) -> str:
    """The language of the page they wrote on, when it is not the site's own."""
    if code.partition("-")[0] == settings.LANGUAGE_CODE.partition("-")[0]:
        return ""
    return str(dict(settings.LANGUAGES).get(code, code))


def _for_whom(now: Answers) -> str:
    return f"{now.patient_name} ({now.patient_relation})" if now.patient_relation else now.patient_name
