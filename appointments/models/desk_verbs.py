"""What the desk does with a request: verbs of the row, atomic and logged."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.attempts import leads_to, needs_explaining
from appointments.models.audit import AuditEntry
from appointments.models.event import Event
from appointments.statuses import CLOSED, MEANS_CONTACT, IllegalMoveError, Status, is_legal, needs_reason
from services import facts, hours


class DeskVerbs:
    """Mixed into `AppointmentRequest`."""

    def _locked(self):
        """The row as it stands now, for this transaction alone; a first contact it knows of stays the first."""
        locked = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.first_contact_at = locked.first_contact_at
        return locked

    def _stand_at(self, status: str, due_at: datetime.datetime | None, **changes) -> None:
        """Write the status with all that follows from it; leaving “booked” forgets the visit, any step a wish."""
        closed = status in CLOSED
        contact = self._first_contact() if status in MEANS_CONTACT or "attempts" in changes else {}
        written = {
            "status": status,
            "closed_at": timezone.now() if closed else None,
            "due_at": None if closed else due_at,
            "visit_at": None,
            "visit_reference": "",
            "call_wish": "",
            **contact,
            **changes,
        }
        for name, value in written.items():
            setattr(self, name, value)
        self.save(update_fields=[*written])

    def _first_contact(self) -> dict:
        """When the patient was contacted first, and after how much opening time; nothing new once that is known."""
        if self.first_contact_at:
            return {}
        now, place = timezone.now(), facts.current().numbered(self.location_id)
        waited = hours.open_time(place.schedule, self.created_at, now) if place else None
        minutes = None if waited is None else waited // datetime.timedelta(minutes=1)
        return {"first_contact_at": now, "first_contact_minutes": minutes}

    def move_to(
        self, status: str, by, reason: str = "", seen: str = "", due_at: datetime.datetime | None = None
    ) -> Event:
        """Change the status and log who did it, atomically. `due_at`: by when the desk acts next, if that changes.

        Raises `IllegalMoveError` when the request no longer stands where the clerk saw it (`seen`), when the
        move is not allowed from where it stands in the database, or when it needs a reason and has none.
        """
        with transaction.atomic():
            locked = self._locked()
            if locked.erased_at:
                raise IllegalMoveError("erased")
            if seen and seen != locked.status:
                raise IllegalMoveError(f"{locked.status}, not {seen}")
            if not is_legal(locked.status, status) or (needs_reason(locked.status, status) and not reason.strip()):
                raise IllegalMoveError(f"{locked.status} → {status}")
            before = locked.promised_at if status == Status.NEW else locked.due_at
            self._stand_at(status, due_at or before)
            self._hold_or_release_mail(locked.status)
            return self.log(Event.Kind.STATUS, by, from_status=locked.status, to_status=status, text=reason)

    def record_attempt(
        self,
        outcome: str,
        by,
        planned_at: datetime.datetime,
        text: str = "",
        seen: int | None = None,
        visit_reference: str = "",
    ) -> Event:
        """Count a try to reach the patient, move the request on and log it, atomically.

        `planned_at` is the next attempt or, when a visit was booked, the visit. Raises `IllegalMoveError` for a
        closed request, when another try was counted since the clerk looked (`seen`), and for a message left
        without permission and without `text` to say why.
        """
        with transaction.atomic():
            locked = self._locked()
            if seen is not None and seen != locked.attempts:
                raise IllegalMoveError(f"{locked.attempts} attempts, not {seen}")
            told = locked.answers
            if needs_explaining(outcome, bool(told.phone), told.may_leave_voicemail) and not text.strip():
                raise IllegalMoveError("no voicemail")
            status = leads_to(locked.status, outcome)
            visit = {"visit_at": planned_at, "visit_reference": visit_reference} if status == Status.BOOKED else {}
            self._stand_at(
                status,
                planned_at,
                attempts=locked.attempts + 1,
                **visit,
            )
            moved = {"from_status": locked.status, "to_status": status} if status != locked.status else {}
            return self.log(Event.Kind.ATTEMPT, by, outcome=outcome, planned_at=planned_at, text=text, **moved)

    def lapse(self) -> bool:
        """The offer was not answered in time: the desk's turn again, overdue and to be told of anew; nobody's contact.

        False when it has moved on meanwhile. One winner on any database.
        """
        with transaction.atomic():
            offered = type(self).objects.filter(pk=self.pk, status=Status.OFFERED, due_at=self.due_at)
            won = offered.update(status=Status.CONTACTING, reminded_due_at=None, escalated_due_at=None)
            if won:
                text = _("No answer to the offer by {time}").format(time=self.due_text)
                self.log(Event.Kind.STATUS, from_status=Status.OFFERED, to_status=Status.CONTACTING, text=text)
        return bool(won)

    def _hold_or_release_mail(self, earlier: str) -> None:
        """Nobody is mailed about spam; “not spam” lets the mails go that were written with the request."""
        if self.status == Status.SPAM:
            self.messages.hold()
        elif earlier == Status.SPAM:
            self.messages.release()

    def claim(self, by) -> bool:
        """Make `by` the owner if nobody is; False when somebody was faster. One winner on any database."""
        with transaction.atomic():
            won = type(self).objects.filter(pk=self.pk, owner__isnull=True).update(owner=by)
            if won:
                self.owner = by
                self.log(Event.Kind.CLAIMED, by)
        return bool(won)

    def may_be_released_by(self, user) -> bool:
        """Its owner may, and whoever sees every location: owners fall ill or leave."""
        return self.owner is not None and (self.owner == user or user.has_perm("appointments.see_every_location"))

    def release(self, by) -> bool:
        """Give the request back to the desk; False when `by` may not."""
        if not self.may_be_released_by(by):
            return False
        with transaction.atomic():
            released = type(self).objects.filter(pk=self.pk, owner=self.owner).update(owner=None)
            if released:
                self.owner = None
                self.log(Event.Kind.RELEASED, by)
        return bool(released)

    def add_note(self, text: str, by) -> Event:
        """Append a note for colleagues; never mailed, never changed.

        Raises `IllegalMoveError` for an erased request: nothing would erase the note.
        """
        with transaction.atomic():
            if self._locked().erased_at:
                raise IllegalMoveError("erased")
            return self.log(Event.Kind.NOTE, by, text=text)

    def hold(self, by, reason: str) -> Event:
        """Keep everything of the request until the hold is lifted. Raises `IllegalMoveError` when held or erased."""
        with transaction.atomic():
            free = type(self).objects.filter(pk=self.pk, held_at__isnull=True, erased_at__isnull=True)
            if not free.update(held_at=timezone.now(), hold_reason=reason):
                raise IllegalMoveError("held or erased")
            return self.log(Event.Kind.HELD, by, text=reason)

    def lift_hold(self, by) -> bool:
        """Let time erase the request again; False when nobody holds it."""
        with transaction.atomic():
            won = type(self).objects.filter(pk=self.pk).held().update(held_at=None, hold_reason="")
            if won:
                self.log(Event.Kind.LIFTED, by)
        return bool(won)

    def log(self, kind: str, by=None, **facts) -> Event:
        """Append an event, and to the access record what staff did."""
        if by:
            AuditEntry.record(AuditEntry.Kind.CHANGE, by, [self], detail=kind)
        return Event.objects.create(
            appointment_request=self, kind=kind, actor=by, actor_name=by.get_username() if by else "", **facts
        )
