"""How the desk does, by day and by week: counts, shares and medians of bounded spans of days, and no names."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils import timezone

from appointments import capped, inbox_views
from appointments.models import AppointmentRequest, Message
from appointments.models.sort_orders import DUE_FIRST
from appointments.statuses import NOT_COUNTED
from services import facts
from services.models import Page

DAYS, WEEKS = 30, 8
OLDEST = 5
ONE_DAY, ONE_WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)


@dataclass
class Week:
    """What became of the requests that a location received in the week that starts on `monday`."""

    monday: datetime.date
    requests: int = 0
    # Those with a promise whose time has come, and those of them contacted by then.
    judged: int = 0
    kept: int = 0
    # How many were contacted first after so many minutes of opening time.
    minutes: dict[int, int] = field(default_factory=dict)

    @property
    def share(self) -> int | None:
        """Contacted within the promise, in percent; never 100 when one was missed."""
        return self.kept * 100 // self.judged if self.judged else None

    @property
    def median(self) -> int | None:
        """Minutes of opening time to first contact that half of the patients waited at most."""
        return median(self.minutes)


def median(counted: dict[int, int]) -> int | None:
    """The lower median of values that each occur so often; None of none."""
    middle, seen = (sum(counted.values()) + 1) // 2, 0
    for value in sorted(counted):
        seen += counted[value]
        if seen >= middle:
            return value
    return None


def _midnights(days: Iterable[datetime.date]) -> list[datetime.datetime]:
    """When these days begin where the clinic is."""
    zone = facts.current().zone
    return [datetime.datetime.combine(day, datetime.time.min, tzinfo=zone) for day in days]


def _span(starts: list[datetime.datetime]) -> Case:
    """In which of the spans between `starts` a request was received: the first is 0."""
    ends = enumerate(starts[1:])
    return Case(*(When(created_at__lt=end, then=Value(n)) for n, end in ends), output_field=IntegerField())


def _received(requests, starts: list[datetime.datetime]):
    """Received in the spans between `starts`; spam and the like left out."""
    received = requests.filter(created_at__gte=starts[0], created_at__lt=starts[-1])
    return received.exclude(status__in=NOT_COUNTED).order_by().annotate(span=_span(starts))


def by_day(requests, today: datetime.date) -> list[tuple[datetime.date, int]]:
    """How many requests came on each of the last `DAYS` days, the oldest first."""
    days = [today - ONE_DAY * ago for ago in range(DAYS - 1, -2, -1)]
    found = dict(_received(requests, _midnights(days)).values_list("span").annotate(received=Count("created_at")))
    return [(day, found.get(n, 0)) for n, day in enumerate(days[:-1])]


def by_week(requests, today: datetime.date) -> dict[int, list[Week]]:
    """The last `WEEKS` weeks, this one included, of each location that received a request: one query."""
    monday = today - ONE_DAY * today.weekday()
    mondays = [monday - ONE_WEEK * ago for ago in range(WEEKS - 1, -2, -1)]
    kept = Q(first_contact_at__lte=F("promised_at"))
    judged = Q(promised_at__isnull=False) & (Q(first_contact_at__isnull=False) | Q(promised_at__lt=timezone.now()))
    rows = (
        _received(requests, _midnights(mondays))
        .values_list("location", "span", "first_contact_minutes")
        .annotate(
            received=Count("created_at"),
            judged=Count("created_at", filter=judged),
            kept=Count("created_at", filter=kept),
        )
    )
    found: dict[int, list[Week]] = {}
    for location, span, minutes, *counts in rows:
        weeks = found.setdefault(location, [Week(monday) for monday in mondays[:-1]])
        _add(weeks[span], minutes, *counts)
    return found


def _add(week: Week, minutes: int | None, requests: int, judged: int, kept: int) -> None:
    week.requests += requests
    week.judged += judged
    week.kept += kept
    if minutes is not None:
        week.minutes[minutes] = week.minutes.get(minutes, 0) + requests


def figures(user) -> dict[str, capped.Count]:
    """What waits for somebody now, of what `user` may see; requests also by view of the inbox. Quick at any size."""
    found, lists = {}, {}
    if user.has_perm("appointments.view_appointmentrequest"):
        found = inbox_views.counts(user)
    if user.has_perm("appointments.view_message"):
        mails = Message.objects.visible_to(user)
        # Apart, so that each finds its own small index; together they are what did not leave.
        lists |= {"unsent": mails.unsent(), "failed": mails.failed()}
    if user.has_perm("services.view_page"):
        lists["review_due"] = Page.objects.review_due(timezone.localdate(timezone=facts.current().zone))
    if lists:
        found |= dict(zip(lists, capped.counts(lists.values()), strict=True))
    if "failed" in found:
        found["unsent"] = capped.Count(found["unsent"] + found.pop("failed"))
    return found


def oldest(user) -> list[AppointmentRequest]:
    """What the desk does next: the requests that are due first."""
    waiting = AppointmentRequest.objects.visible_to(user).needs_action().order_by(*DUE_FIRST)
    return list(waiting.select_related("location", "owner").first_rows(user, OLDEST))
