"""What a patient does with their own request: verbs of the row, atomic and logged."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from appointments.call_times import CallTime
from appointments.models.answers import Answers, copied
from appointments.models.changed_answers import ChangedAnswers
from appointments.models.event import Event
from appointments.promise import promised_by
from appointments.statuses import MOVES, NEEDS_ACTION, PUT_ASIDE, Status
from services import facts

UNDO_WITHIN = datetime.timedelta(hours=24)


class TooLateError(Exception):
    """The request has moved on since the patient looked at it."""


class PatientVerbs:
    """Mixed into `AppointmentRequest`. What staff put aside still looks and acts like a new request here."""

    @property
    def answers(self) -> Answers:
        """What holds: the last change, or what was sent first."""
        return self.changed or self

    @property
    def shown_status(self) -> Status:
        """Where the request stands for its patient."""
        if self.status in PUT_ASIDE:
            return Status.WITHDRAWN if self.withdrawn_at else Status.NEW
        return Status(self.status)

    @property
    def told_at(self) -> datetime.datetime | None:
        """By when the desk acts first: the promise, or a later time that took the place of one that had passed.

        None without opening hours, at the promise or once it had passed.
        """
        if not self.promised_at or self.promised_at > timezone.now():
            return self.promised_at
        if self.status in NEEDS_ACTION:
            return self.due_at and max(self.due_at, self.promised_at)
        return self.promised_at

    @property
    def is_waited_for(self) -> bool:
        """The patient waits for the desk."""
        return self.shown_status in NEEDS_ACTION

    @property
    def may_be_changed(self) -> bool:
        """Until somebody at the desk works with the answers."""
        return self.is_waited_for and self.owner_id is None

    @property
    def may_be_withdrawn(self) -> bool:
        return Status.WITHDRAWN in MOVES[self.shown_status]

    @property
    def undo_until(self) -> datetime.datetime | None:
        """Until when the withdrawal may be taken back."""
        return self.withdrawn_at + UNDO_WITHIN if self.withdrawn_at else None

    @property
    def may_be_taken_back(self) -> bool:
        """Withdrawn, less than 24 hours ago."""
        return self.shown_status == Status.WITHDRAWN and bool(self.undo_until) and timezone.now() < self.undo_until

    def _held(self, may: str):
        """The row as it stands in the database, held until the transaction ends. TooLateError unless it `may`."""
        row = type(self).objects.select_for_update(of=("self",)).select_related("changed").get(pk=self.pk)
        if not getattr(row, may):
            raise TooLateError(row.status)
        return row

    def _tell_staff(self, words) -> None:
        """An event of lazy `words`, in the language of staff. Nothing typed is in it."""
        with translation.override(settings.LANGUAGE_CODE):
            self.log(Event.Kind.PATIENT, text=str(words))

    def change_answers(self, typed: Answers) -> bool:
        """Keep `typed` beside what was sent; False when nothing differs. TooLateError once it is claimed."""
        with transaction.atomic():
            row = self._held("may_be_changed")
            if copied(row.answers) == copied(typed):
                return False
            self.changed = ChangedAnswers.objects.create(appointment_request=row, **copied(typed))
            self.treatment_now = typed.treatment
            self.save(update_fields=["changed", "treatment_now"])
            self._tell_staff(_("Changed the answers"))
        return True

    def withdraw(self) -> None:
        """Take the request back. TooLateError when it cannot be withdrawn any more."""
        with transaction.atomic():
            row = self._held("may_be_withdrawn")
            self.withdrawn_at = timezone.now()
            self.save(update_fields=["withdrawn_at"])
            if row.status in PUT_ASIDE:
                self._tell_staff(_("Withdrew the request"))
            else:
                self.move_to(Status.WITHDRAWN, None)

    def take_back(self) -> None:
        """Undo the withdrawal; a promise that has passed meanwhile is due anew. TooLateError after 24 hours."""
        with transaction.atomic():
            row = self._held("may_be_taken_back")
            self.withdrawn_at = None
            self.save(update_fields=["withdrawn_at"])
            if row.status in PUT_ASIDE:
                self._tell_staff(_("Took the withdrawal back"))
            else:
                due = row._due_anew()
                self.move_to(Status.NEW, None, due_at=due)
                if due is None:  # the opening hours are gone, and the promise has passed
                    self.due_at = None
                    self.save(update_fields=["due_at"])

    def _due_anew(self) -> datetime.datetime | None:
        """Counted from now, like a promise, once the promise has passed; it itself never moves."""
        if not self.promised_at or self.promised_at > timezone.now():
            return self.promised_at
        return promised_by(facts.of_location(self.location), timezone.now())

    def ask_to_be_called(self, time: CallTime) -> None:
        """Keep when the patient would like to be called; the desk then acts by the end of that time.

        The promise that was printed stays what it was. TooLateError when nobody is about to call any more.
        """
        with transaction.atomic():
            row = self._held("is_waited_for")
            self.call_wish = time.value
            self.due_at = time.until if row.status in NEEDS_ACTION else None
            self.save(update_fields=["call_wish", "due_at"])
            self._tell_staff(format_lazy("{asked}: {time}", asked=_("Asked to be called"), time=time))
