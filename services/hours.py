"""When a location is open: pure rules over plain values, no database.

Hours are local wall time, instants are aware datetimes; results are in UTC. Every function that takes an
instant raises ValueError for one without a time zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

LOOK_AHEAD_DAYS = 366
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Range:
    """Local opening and closing time. Closing at or before opening is on the next day; equal is 24 hours."""

    opens: time
    closes: time


@dataclass(frozen=True)
class SpecialDay:
    """What holds on one date instead of the weekly hours. No ranges: closed all day."""

    name: str
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True)
class DayHours:
    """What holds on one date. No ranges: closed all day."""

    day: date
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Schedule:
    """The hours of one location: by weekday (0 is Monday), and by date where those do not hold."""

    zone: ZoneInfo
    weekly: Mapping[int, tuple[Range, ...]]
    exceptions: Mapping[date, SpecialDay] = field(default_factory=dict)

    def __post_init__(self):
        """Keep read-only copies, so that threads may share a schedule."""
        object.__setattr__(self, "weekly", MappingProxyType(dict(self.weekly)))
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))

    def ranges_on(self, day: date) -> tuple[Range, ...]:
        """The ranges that start on `day`, in order. A special day replaces the weekly ones."""
        special = self.exceptions.get(day)
        return tuple(sorted(special.ranges if special else self.weekly.get(day.weekday(), ())))

    def is_closed_all_day(self, day: date) -> bool:
        """Whether `day` is special and has no hours, as opposed to a weekday without any."""
        special = self.exceptions.get(day)
        return special is not None and not special.ranges


@dataclass(frozen=True)
class Interval:
    """Open from `start` until just before `end`, both in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class OpenState:
    """Open or closed, until when (None: for a year or more), and the name of today's special day or ""."""

    is_open: bool
    until: datetime | None
    special: str


def instant(at: datetime) -> datetime:
    """The same moment in UTC, where adding hours means elapsed hours. ValueError without a time zone."""
    if at.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    return at.astimezone(UTC)


def local_date(schedule: Schedule, at: datetime) -> date:
    """The calendar date at the location."""
    return instant(at).astimezone(schedule.zone).date()


def intervals(schedule: Schedule, start: datetime, days: int = LOOK_AHEAD_DAYS) -> Iterator[Interval]:
    """Open intervals in order, merged, from the one that contains or follows `start`.

    Looks at ranges that start from the day before `start` to `days` local days after it, no further: a
    location that never closes yields one interval cut there.
    """
    current = None
    for piece in _pieces(schedule, local_date(schedule, start) - ONE_DAY, days + 2):
        if current and piece.start <= current.end:
            current = Interval(current.start, max(current.end, piece.end))
            continue
        if current and current.end > start:
            yield current
        current = piece
    if current and current.end > start:
        yield current


def open_time(schedule: Schedule, start: datetime, end: datetime) -> timedelta:
    """How long the location was open from `start` until `end`; nothing when `end` is not later."""
    start, end = instant(start), instant(end)
    days = max((end - start).days, 0) + 1
    spans = (min(each.end, end) - max(each.start, start) for each in intervals(schedule, start, days))
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Open at the opening instant, closed at the closing one."""
    first = next(intervals(schedule, at), None)
    return first is not None and first.start <= at


def opened_on(schedule: Schedule, at: datetime) -> date | None:
    """The date on which the shift that `at` falls in began; None when it is closed.

    At 1 am a place that opened at 10 pm is in yesterday's shift; one that never closes begins anew at midnight.
    """
    today = local_date(schedule, at)
    for day in (today, today - ONE_DAY):
        if any(piece.start <= at < piece.end for piece in _pieces_of_day(schedule, day)):
            return day
    return None


def closes_at(schedule: Schedule, at: datetime) -> datetime | None:
    """When the location closes next; None when it is closed, or stays open for a year or more."""
    first = next(intervals(schedule, at), None)
    if first is None or first.start > at or first.end - at > timedelta(days=LOOK_AHEAD_DAYS - 1):
        return None
    return first.end


def next_open(schedule: Schedule, at: datetime) -> datetime | None:
    """The first open moment at or after `at`; None when there is none within 366 days."""
    first = next(intervals(schedule, at), None)
    return max(first.start, instant(at)) if first else None


def open_state(schedule: Schedule, at: datetime) -> OpenState:
    """What a visitor reads: "Open until 6 pm", "Closed for Labor Day, opens Tuesday"."""
    special = schedule.exceptions.get(local_date(schedule, at))
    name = special.name if special else ""
    if is_open(schedule, at):
        return OpenState(True, closes_at(schedule, at), name)
    return OpenState(False, next_open(schedule, at), name)


def ranges_after(schedule: Schedule, day: date, at: datetime) -> tuple[Range, ...]:
    """What is left of the ranges that start on `day` when the location stays closed until `at`."""
    pieces = [piece for piece in _pieces_of_day(schedule, day) if piece.end > at]

    def wall(moment: datetime) -> time:
        return moment.astimezone(schedule.zone).time()

    return tuple(sorted(Range(wall(max(piece.start, instant(at))), wall(piece.end)) for piece in pieces))


def week(schedule: Schedule) -> list[tuple[int, tuple[Range, ...]]]:
    """The seven weekdays from Monday (0) with their usual ranges, for printing."""
    return [(weekday, tuple(sorted(schedule.weekly.get(weekday, ())))) for weekday in range(7)]


def upcoming_special_days(schedule: Schedule, at: datetime, days: int = 60) -> list[tuple[date, SpecialDay]]:
    """Special days in order, from today to `days` days ahead, both included."""
    today = local_date(schedule, at)
    last = today + timedelta(days)
    return [(day, schedule.exceptions[day]) for day in sorted(schedule.exceptions) if today <= day <= last]


def _pieces(schedule: Schedule, first: date, days: int) -> Iterator[Interval]:
    """The intervals of each day, neither merged nor free of overlaps."""
    for offset in range(days):
        pieces = _pieces_of_day(schedule, first + timedelta(offset))
        yield from sorted(pieces, key=lambda piece: piece.start)


def _pieces_of_day(schedule: Schedule, day: date) -> Iterator[Interval]:
    """What opens on `day`. A next day that is closed all day ends it at midnight; other days do not.

    A range that daylight saving swallows whole is left out.
    """
    for hours in schedule.ranges_on(day):
        last_day = day + ONE_DAY if hours.closes <= hours.opens else day
        closes = time.min if last_day > day and schedule.is_closed_all_day(last_day) else hours.closes
        start, end = _wall(schedule, day, hours.opens), _wall(schedule, last_day, closes)
        if start < end:
            yield Interval(start, end)


def _wall(schedule: Schedule, day: date, clock: time) -> datetime:
    """Wall time as an instant.

    A time that the clock skips in spring moves forward by what was skipped. A time that comes twice in
    autumn is the first one (fold=0): at the earlier closing the location is surely still open.
    """
    return datetime.combine(day, clock.replace(fold=0), tzinfo=schedule.zone).astimezone(UTC)
