"""Which requests: every way of picking some out has a name here."""

import datetime
import hashlib

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from appointments import references
from appointments.models.scope import LocationAccess
from appointments.statuses import NEEDS_ACTION, WAITING_ON_PATIENT, Status

WORK_ORDER = (
    Case(
        When(status__in=NEEDS_ACTION, then=Value(0)),
        When(status__in=WAITING_ON_PATIENT, then=Value(1)),
        default=Value(2),
    ).asc(),
    F("due_at").asc(nulls_first=True),
)


def hash_of(token: str) -> str:
    """What of a patient's link is kept in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


class AppointmentRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Requests of the locations that `user` works for."""
        if user.has_perm("appointments.see_every_location"):
            return self
        access = LocationAccess.objects.filter(user=user, location=OuterRef("location"))
        return self.filter(Exists(access))

    def with_answers(self):
        """Together with the location and the answers that hold."""
        return self.select_related("location", "changed")

    def needs_action(self):
        """Somebody at the desk has something to do."""
        return self.filter(status__in=NEEDS_ACTION)

    def waiting_on_patient(self):
        """The patient has been offered a time."""
        return self.filter(status__in=WAITING_ON_PATIENT)

    def owned_by(self, user):
        """Requests `user` has claimed."""
        return self.filter(owner=user)

    def suspected_spam(self):
        """Put aside as spam."""
        return self.filter(status=Status.SPAM)

    def overdue(self, at: datetime.datetime | None = None):
        """Needing action after the moment it was due."""
        return self.needs_action().filter(due_at__lt=at or timezone.now())

    def sent_as(self, idempotency_key: str):
        """The request that those answers in that form have become."""
        return self.filter(idempotency_key=idempotency_key).first()

    def new(self):
        """Nobody has dealt with them yet."""
        return self.filter(status=Status.NEW)

    def at_location(self, location):
        """Asked for that location."""
        return self.filter(location=location)

    def to_remind(self, due_by: datetime.datetime):
        """Due by then, and the desk has not been reminded of that due time."""
        return self.needs_action().filter(due_at__lte=due_by).exclude(reminded_due_at=F("due_at"))

    def to_escalate(self, at: datetime.datetime):
        """Overdue, and the managers have not been told of that due time."""
        return self.overdue(at).exclude(escalated_due_at=F("due_at"))

    def by_digits(self, digits: str):
        """Requests whose phone has these digits in a row, now or when they were sent."""
        return self.filter(Q(phone__contains=digits) | Q(changed__phone__contains=digits))

    def by_link(self, token: str, at: datetime.datetime | None = None):
        """The request whose patient holds `token`, unless the link has expired."""
        return self.filter(link_hash=hash_of(token), link_expires_at__gt=at or timezone.now())

    def by_reference(self, typed: str):
        """The request with that reference, however it was typed."""
        return self.filter(reference=references.normalise(typed))

    def reached_by(self, phone: str, email: str):
        """Requests that hold that phone (E.164) or email now; empty values match nothing."""
        condition = Q(pk__in=[])
        if phone:
            condition |= Q(changed=None, phone=phone) | Q(changed__phone=phone)
        if email:
            condition |= Q(changed=None, email__iexact=email) | Q(changed__email__iexact=email)
        return self.filter(condition)
