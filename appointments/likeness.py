"""Requests that may be the same person's: hints for a clerk, never a merge. Two who share an email stay two."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from appointments.models import AppointmentRequest
from appointments.models.answers import Answers

SHOWN_AT_MOST = 5
NEAR = 0.75


@dataclass(frozen=True)
class Hint:
    """Another request, and what it has in common with this one."""

    asked: AppointmentRequest
    reasons: list[str]


def hints(asked: AppointmentRequest, user) -> list[Hint]:
    """The newest requests that `user` may see and that share phone, email or nearly the name with `asked`."""
    alike = AppointmentRequest.objects.alike(asked)
    others = AppointmentRequest.objects.visible_to(user).among(alike).with_answers()
    found = [Hint(other, _reasons(asked.answers, other.answers)) for other in others]
    return [hint for hint in found if hint.reasons][:SHOWN_AT_MOST]


def _reasons(one: Answers, other: Answers) -> list[str]:
    reasons = []
    if one.phone and one.phone == other.phone:
        reasons.append(_("same phone"))
    if one.email and one.email.lower() == other.email.lower():
        reasons.append(_("same email"))
    if is_near(one.full_name, other.full_name):
        same = one.full_name.casefold() == other.full_name.casefold()
        reasons.append(_("same name") if same else _("similar name"))
    return reasons


def is_near(one: str, other: str) -> bool:
    """Whether two names differ by little, such as a letter or two."""
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= NEAR
