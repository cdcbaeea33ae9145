"""Which requests: every way of picking some out has a name here."""

import datetime
import hashlib

from django.db import connections, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone

from appointments import name_skeleton, references, search_index
from appointments.models.changed_answers import ChangedAnswers
from appointments.models.scope import places_of
from appointments.search_text import Search
from appointments.statuses import Stage, Status

FOUND_AT_MOST = 201
ALIKE_AT_MOST = 20


def hash_of(token: str) -> str:
    """What of a patient's link is kept in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


class AppointmentRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Requests of the locations that `user` works for."""
        if user.has_perm("appointments.see_every_location"):
            return self
        places = places_of(user)
        # Numbers, not a subquery: the database then knows how many rows each place has, and picks its index by that.
        return self.filter(location=places[0]) if len(places) == 1 else self.filter(location__in=places)

    def first_rows(self, user, count: int):
        """The first `count` of these, in order, of which `user` sees those of some locations.

        `location IN (…)` has no order in any index: SQLite would sort all rows of those locations.
        """
        places = [] if user.has_perm("appointments.see_every_location") else places_of(user)
        if len(places) < 2:
            return self[:count]
        reads = [self.filter(location=place).values("pk")[:count].query.sql_with_params() for place in places]
        first = " UNION ALL ".join(f"SELECT pk FROM ({sql}) AS place" for sql, _params in reads)  # noqa: S608
        params = [value for _sql, params in reads for value in params]
        return self.filter(pk__in=RawSQL(first, params))[:count]  # noqa: S611 (the SQL is Django's own)

    def with_answers(self):
        """Together with the location and the answers that hold."""
        return self.select_related("location", "changed")

    def numbered(self, pk: str):
        """The request with that number; None for what is no number."""
        return self.filter(pk=pk).first() if pk.isdecimal() else None

    def came_after(self, pk: int):
        """Received after the request with that number; of very many, the first ones."""
        # Looked up by number alone: few are new, many may need action.
        return self.filter(pk__in=self.model.objects.filter(pk__gt=pk).order_by("pk").values("pk")[:FOUND_AT_MOST])

    def needs_action(self):
        """Somebody at the desk has something to do."""
        return self.filter(stage=Stage.DESK)

    def waiting_on_patient(self):
        """The patient has been offered a time."""
        return self.filter(stage=Stage.PATIENT)

    def lapsed(self, at: datetime.datetime):
        """Offered a time, and no answer by the moment it was wanted."""
        return self.waiting_on_patient().filter(due_at__lt=at)

    def unclosed(self):
        """Somebody, desk or patient, has something to do."""
        return self.filter(closed_at__isnull=True)

    def owned_by(self, user):
        """Requests `user` has claimed."""
        return self.filter(owner=user)

    def suspected_spam(self):
        """Put aside as spam."""
        return self.filter(status=Status.SPAM)

    def suspected_since(self, at: datetime.datetime):
        """Put aside by the site itself, and still there."""
        return self.suspected_spam().filter(created_at__gte=at).exclude(doubts=[])

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

    def matching(self, search: Search):
        """Requests that hold all these texts, as they were sent."""
        return search_index.matching(self, search)

    def matching_changed(self, search: Search):
        """Requests whose patient changed an answer, then or since, to what holds all these texts."""
        changes = search_index.matching(ChangedAnswers.objects.all(), search, is_subquery=True)
        return self.filter(pk__in=changes.values("appointment_request"))

    def named(self, typed: str) -> int | None:
        """The number of the request whose whole reference was typed."""
        if len(references.normalise(typed)) != references.LENGTH:
            return None
        return self.by_reference(typed).values_list("pk", flat=True).first()

    def every_hit(self, typed: str, search: Search):
        """All that a clerk looks for, however many: for a file, not for a page."""
        if exact := self.named(typed):
            return self.filter(pk=exact)
        sent = search_index.matching(self.model.objects.all(), search, is_subquery=True).values("pk")
        changed = search_index.matching(ChangedAnswers.objects.all(), search, is_subquery=True)
        return self.filter(Q(pk__in=sent) | Q(pk__in=changed.values("appointment_request")))

    def find(self, typed: str, search: Search) -> list[int]:
        """Numbers of the requests a clerk looks for, at most `FOUND_AT_MOST`: what is more needs another word."""
        if exact := self.named(typed):
            return [exact]
        first, changed = (
            found.values_list("pk", flat=True) for found in (self.matching(search), self.matching_changed(search))
        )
        if connections[self.db].features.supports_slicing_ordering_in_compound:
            # PostgreSQL plans for few rows only where it reads that few are wanted; SQLite stops by itself.
            first = first[:FOUND_AT_MOST]
        # Without a look for doubles the database stops as soon as it has enough.
        return list(dict.fromkeys(first.union(changed, all=True)[:FOUND_AT_MOST]))

    def held(self):
        """Kept from being erased."""
        return self.filter(held_at__isnull=False)

    def _erasable(self):
        return self.filter(held_at__isnull=True, erased_at__isnull=True, closed_at__isnull=False)

    def with_texts_closed_by(self, closed_by: datetime.datetime):
        """Closed by then, and free text written before that may still be there."""
        unread = Q(texts_erased_at__isnull=True) | Q(texts_erased_at__lt=F("closed_at"))
        return self._erasable().filter(unread, closed_at__lte=closed_by)

    def to_erase(self, closed_by: datetime.datetime, spam_closed_by: datetime.datetime):
        """Closed by then, or put aside as spam by then, and not erased yet."""
        return self._erasable().filter(
            Q(closed_at__lte=closed_by) | Q(status=Status.SPAM, closed_at__lte=spam_closed_by)
        )

    def by_link(self, token: str, at: datetime.datetime | None = None):
        """The request whose patient holds `token`, unless the link has expired."""
        return self.filter(link_hash=hash_of(token), link_expires_at__gt=at or timezone.now())

    def by_reference(self, typed: str):
        """The request with that reference, however it was typed."""
        return self.filter(reference=references.normalise(typed))

    def among(self, pks: list[int]):
        """Requests with these numbers, newest first."""
        return self.filter(pk__in=pks).order_by("-created_at", "-pk")

    def alike(self, asked) -> list[int]:
        """Numbers of requests that share phone, email or nearly the name with `asked`, at most `ALIKE_AT_MOST` each.

        Looked up by index alone, newest first; which of them somebody may see is asked afterwards.
        """
        told, others = asked.answers, self.exclude(pk=asked.pk)
        rows = others.alias(small_email=Lower("email"))
        shared = [rows.filter(phone=told.phone)] if told.phone else []
        shared += [rows.filter(small_email=told.email.lower())] if told.email else []
        shared += [others.filter(pk__in=ChangedAnswers.objects.reached_by(told.phone, told.email))]
        if len(asked.name_skeleton) >= name_skeleton.SHORTEST:
            shared += [others.filter(name_skeleton=asked.name_skeleton)]
        found = [rows.order_by("-created_at").values_list("pk", flat=True)[:ALIKE_AT_MOST] for rows in shared]
        return list({pk for pks in found for pk in pks})

    def reached_by(self, phone: str, email: str):
        """Requests that hold that phone (E.164) or email now; empty values match nothing."""
        condition = Q(pk__in=[])
        if phone:
            condition |= Q(changed=None, phone=phone) | Q(changed__phone=phone)
        if email:
            condition |= Q(changed=None, email__iexact=email) | Q(changed__email__iexact=email)
        return self.filter(condition)
