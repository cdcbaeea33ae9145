"""What a clerk may do with a request: try to reach the patient, book, move it on, write a note."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.attempts import REOPENED_WAITS, WAITS, Outcome, needs_explaining
from appointments.models import AppointmentRequest, Event
from appointments.promise import next_attempt
from appointments.statuses import CLOSED, Status, by_button, needs_reason
from services import facts, hours, moments
from services.facts import LocationFacts
from services.moment_input import LocalMoment

LATEST_ATTEMPT = datetime.timedelta(days=60)
LATEST_VISIT = datetime.timedelta(days=366)

MOVE_WORDS = {
    (Status.OFFERED, Status.CONTACTING): gettext_lazy("Time not taken: contact them again"),
    (Status.BOOKED, Status.CONTACTING): gettext_lazy("Visit fell through: contact them again"),
    (Status.DECLINED, Status.CONTACTING): gettext_lazy("Reopen: contact them again"),
    (Status.UNREACHABLE, Status.CONTACTING): gettext_lazy("Reopen: contact them again"),
    (Status.DUPLICATE, Status.NEW): gettext_lazy("Not a duplicate: back to new"),
}
CLOSING_WORDS = {
    Status.DECLINED: gettext_lazy("We cannot arrange this"),
    Status.UNREACHABLE: gettext_lazy("Could not be reached"),
    Status.DUPLICATE: gettext_lazy("Duplicate of another request"),
    Status.SPAM: gettext_lazy("Spam"),
}


def words_for(current: str, to: str) -> str:
    """What the button of that move says."""
    return str(MOVE_WORDS.get((Status(current), Status(to))) or CLOSING_WORDS.get(Status(to), Status(to).label))


class DeskForm(forms.Form):
    """One of the forms of a request's page, with ids of its own: `name` and the field."""

    name: str

    def __init__(self, *args, asked: AppointmentRequest, **kwargs):
        super().__init__(*args, auto_id=f"{self.name}_%s", label_suffix="", **kwargs)
        self.asked = asked

    @cached_property
    def place(self) -> LocationFacts:
        """Also where a location takes no requests any more: its desk still works those it has."""
        location = self.asked.location
        return facts.current().location(location.slug) or facts.of_location(location)

    @property
    def is_crafted(self) -> bool:
        """Whether a choice was sent that the page does not offer."""
        return any(error.code == "invalid_choice" for errors in self.errors.as_data().values() for error in errors)


class AttemptForm(DeskForm):
    """How a try to reach the patient ended, and when the desk tries again."""

    name = "attempt"

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        choices=[(outcome.value, outcome.label) for outcome in Outcome if outcome in WAITS],
        error_messages={
            "required": gettext_lazy("Say how the call ended."),
            "invalid_choice": gettext_lazy("Say how the call ended."),
        },
    )
    remark = forms.CharField(label=gettext_lazy("Remark (optional)"), max_length=300, required=False)
    planned_at = LocalMoment(
        label=gettext_lazy("Another time for the next attempt"),
        required=False,
        help_text=gettext_lazy("Optional. Empty: the time on the button."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.asked.attempts
        self.fields["planned_at"].by_the_clock_of(self.place.zone)

    @property
    def buttons(self) -> list[tuple[str, str, str]]:
        """(value, words, when the desk would try again) of each outcome."""
        now = timezone.now()
        return [
            (outcome.value, str(outcome.label), self._near(next_attempt(self.place, now, wait)))
            for outcome, wait in WAITS.items()
        ]

    def _near(self, at: datetime.datetime) -> str:
        return moments.near(at, self.place.zone, timezone.localdate(timezone=self.place.zone))

    def clean_planned_at(self):
        """Ahead, and when somebody is at the desk."""
        at = self.cleaned_data["planned_at"]
        if at is None:
            return None
        now = timezone.now()
        if not now < at <= now + LATEST_ATTEMPT:
            raise ValidationError(
                _("Choose a next attempt within the next {days} days.").format(days=LATEST_ATTEMPT.days)
            )
        opens = hours.next_open(self.place.schedule, at)
        if opens and opens > at:
            text = _("{place} is closed then. It opens {time}.")
            raise ValidationError(text.format(place=self.place.name, time=self._near(opens)))
        return at

    def clean(self):
        """A message where none is allowed must be explained."""
        answers = super().clean()
        now = self.asked.answers
        if needs_explaining(answers.get("outcome", ""), bool(now.phone), now.may_leave_voicemail) and not answers.get(
            "remark"
        ):
            self.add_error("remark", _("This patient allows no voicemail. Say why you left a message all the same."))
        return answers

    def save(self, by) -> Event:
        """Record it. Raises `IllegalMoveError` when the request is closed or was tried meanwhile."""
        answers = self.cleaned_data
        usual = next_attempt(self.place, timezone.now(), WAITS[Outcome(answers["outcome"])])
        planned_at = answers["planned_at"] or usual
        return self.asked.record_attempt(answers["outcome"], by, planned_at, answers["remark"], answers["seen"])


class BookingForm(DeskForm):
    """The visit that was agreed, by the location's clock."""

    name = "book"

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    visit_at = LocalMoment(
        label=gettext_lazy("Date and time of the visit"),
        error_messages={"required": gettext_lazy("Enter date and time of the visit.")},
    )
    visit_reference = forms.CharField(
        label=gettext_lazy("Number in your calendar (optional)"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("So that colleagues find the visit there."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.asked.attempts
        self.fields["visit_at"].by_the_clock_of(self.place.zone)

    def clean_visit_at(self):
        """Ahead, and not by a slip of the year."""
        at, now = self.cleaned_data["visit_at"], timezone.now()
        if at <= now:
            raise ValidationError(_("This visit would be in the past. Check date and time."))
        if at > now + LATEST_VISIT:
            raise ValidationError(_("This visit is more than a year ahead. Check the year."))
        return at

    def save(self, by) -> Event:
        """Book. Raises `IllegalMoveError` when the request is closed or was tried meanwhile."""
        answers = self.cleaned_data
        return self.asked.record_attempt(
            Outcome.BOOKED,
            by,
            answers["visit_at"],
            seen=answers["seen"],
            visit_reference=answers["visit_reference"],
        )


class MoveForm(DeskForm):
    """The next status, one of the legal ones, with a reason where one is needed."""

    name = "move"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Next status"),
        error_messages={
            "required": gettext_lazy("Choose what becomes of this request."),
            "invalid_choice": gettext_lazy("This step is not possible from where the request stands."),
        },
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.asked
        self.initial["seen"] = asked.status
        moves = by_button(asked.status)
        self.fields["status"].choices = [(move.value, words_for(asked.status, move)) for move in moves]
        self.reason_is_needed = any(needs_reason(asked.status, move) for move in moves)
        if not self.reason_is_needed:
            self.fields["reason"].label = _("Reason (optional)")

    def clean(self):
        """Taking something back must be explained."""
        answers = super().clean()
        status = answers.get("status")
        if status and needs_reason(self.asked.status, status) and not answers.get("reason"):
            self.add_error(
                "reason",
                _("Say why the request goes back to “{status}”.").format(status=Status(status).label),
            )
        return answers

    def save(self, by) -> Event:
        """Move it. Raises `IllegalMoveError` when a colleague moved it meanwhile."""
        reopened = self.asked.status in CLOSED
        due_at = next_attempt(self.place, timezone.now(), REOPENED_WAITS) if reopened else None
        return self.asked.move_to(by=by, due_at=due_at, **self.cleaned_data)


class HoldForm(DeskForm):
    """Why a request must be kept."""

    name = "hold"

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Such as the number of a case. Everybody who works here reads it."),
        error_messages={"required": gettext_lazy("Say why this request must be kept.")},
    )

    def save(self, by) -> Event:
        """Hold it. Raises `IllegalMoveError` when it is held or erased already."""
        return self.asked.hold(by, self.cleaned_data["reason"])


class NoteForm(DeskForm):
    """A note for colleagues."""

    name = "note"

    text = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Never mailed; cannot be changed later."),
        error_messages={"required": gettext_lazy("Write something first.")},
    )

    def save(self, by) -> Event:
        """Append it."""
        return self.asked.add_note(self.cleaned_data["text"], by)
