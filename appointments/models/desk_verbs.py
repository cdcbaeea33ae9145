"""What the desk does with a request: verbs of the row, atomic and logged."""

import datetime

from django.db import transaction
from django.utils import timezone

from appointments.models.audit import AuditEntry
from appointments.models.event import Event
from appointments.statuses import CLOSED, IllegalMoveError, Status, is_legal, needs_reason


class DeskVerbs:
    """Mixed into `AppointmentRequest`."""

    def _next_step_by(self, status: str) -> datetime.datetime | None:
        """`due_at` once the request stands at `status`."""
        if status in CLOSED:
            return None
        return self.promised_at if status == Status.NEW else self.due_at

    def move_to(self, status: str, by, reason: str = "", seen: str = "") -> Event:
        """Change the status and log who did it, atomically.

        Raises `IllegalMoveError` when the request no longer stands where the clerk saw it (`seen`), when the
        move is not allowed from where it stands in the database, or when it needs a reason and has none.
        """
        with transaction.atomic():
            locked = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if seen and seen != locked.status:
                raise IllegalMoveError(f"{locked.status}, not {seen}")
            if not is_legal(locked.status, status) or (needs_reason(locked.status, status) and not reason.strip()):
                raise IllegalMoveError(f"{locked.status} → {status}")
            self.status = status
            self.closed_at = timezone.now() if status in CLOSED else None
            self.due_at = locked._next_step_by(status)
            self.save(update_fields=["status", "closed_at", "due_at"])
            return self.log(Event.Kind.STATUS, by, from_status=locked.status, to_status=status, text=reason)

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
        """Append a note for colleagues; never mailed, never changed."""
        return self.log(Event.Kind.NOTE, by, text=text)

    def log(self, kind: str, by=None, **facts) -> Event:
        """Append an event, and to the access record what staff did."""
        if by:
            AuditEntry.record(AuditEntry.Kind.CHANGE, by, [self], detail=kind)
        return Event.objects.create(
            appointment_request=self, kind=kind, actor=by, actor_name=by.get_username() if by else "", **facts
        )
