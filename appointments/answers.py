"""A request's answers in words, for the patient's check page and for the desk."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments import availability
from appointments.language import is_own_language
from appointments.models import AppointmentRequest, ChangedAnswers
from services import menus

# Asked with several boxes, of which the first takes the focus.
CHOSEN = ("location", "visit", "availability", "preferred_channel")


@dataclass(frozen=True)
class Answer:
    """One question and what was answered; `field_id` is where the form asks it."""

    label: str
    value: str
    field: str
    lang: str = ""  # of a value that is the title of a page, where the page around it speaks another

    @property
    def field_id(self) -> str:
        return f"id_{self.field}_0" if self.field in CHOSEN else f"id_{self.field}"


@dataclass(frozen=True)
class AnswerGroup:
    """The answers of one part of the form."""

    legend: str
    rows: list[Answer]


def _yes_no(value: bool) -> str:
    return _("Yes") if value else _("No")


@dataclass(frozen=True)
class Change:
    """What a patient changed at one moment: (question, before, after) of each answer that differs."""

    when: str
    rows: list[tuple[str, str, str]]


def _rows(asked: AppointmentRequest | ChangedAnswers) -> list[Answer]:
    return [row for group in answer_groups(asked) for row in group.rows]


def _differences(before: list[Answer], after: list[Answer]) -> list[tuple[str, str, str]]:
    pairs = zip(before, after, strict=True)
    return [(old.label, old.value, new.value) for old, new in pairs if old.value != new.value]


def changes_of(asked: AppointmentRequest) -> list[Change]:
    """Every change by the patient, newest first, each against what held before it."""
    versions = [asked, *asked.changes.all()]
    rows = [_rows(each) for each in versions]
    found = [
        Change(asked.local(change.at), _differences(before, after))
        for change, before, after in zip(versions[1:], rows, rows[1:], strict=False)
    ]
    return found[::-1]


def answer_groups(asked: AppointmentRequest | ChangedAnswers) -> list[AnswerGroup]:
    """Every answer of the request, stored or not, in the order of the form."""
    nothing = _("Not given")
    titles_in = menus.WRITTEN_IN if asked.treatment_title and not is_own_language() else ""
    return [
        AnswerGroup(
            _("Your visit"),
            [
                Answer(_("Location"), asked.location.name, "location"),
                Answer(_("Treatment"), asked.treatment_title or _("Not sure"), "treatment", titles_in),
                Answer(_("Been here before"), asked.get_visit_display() or nothing, "visit"),
                Answer(_("Good times"), capfirst(availability.in_words(asked.availability)), "availability"),
            ],
        ),
        AnswerGroup(
            _("You"),
            [
                Answer(_("Full name"), asked.full_name, "full_name"),
                Answer(_("Phone"), asked.display_phone or nothing, "phone"),
                Answer(_("Email"), asked.email or nothing, "email"),
                Answer(_("Preferred way"), asked.get_preferred_channel_display(), "preferred_channel"),
                Answer(_("May we leave a voicemail"), _yes_no(asked.may_leave_voicemail), "may_leave_voicemail"),
                Answer(_("For someone else"), asked.patient_name or _("No"), "patient_name"),
                Answer(_("You are their"), asked.patient_relation or nothing, "patient_relation"),
            ],
        ),
        AnswerGroup(
            _("Anything else"),
            [
                Answer(_("Language or access needs"), asked.access_needs or nothing, "access_needs"),
                Answer(_("Note"), asked.note or nothing, "note"),
            ],
        ),
    ]
