"""When a patient may ask to be called: the mornings and afternoons on which a location is open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appointments.availability import PARTS
from services import moments
from services.facts import LocationFacts
from services.hours import Interval, instant, intervals

LOOK_AHEAD_DAYS = 14
OFFERED = 8
NOON = {"am": (time.min, time(12)), "pm": (time(12), time.min)}


@dataclass(frozen=True)
class CallTime:
    """A morning or an afternoon; `until` is its last open moment, in UTC."""

    day: date
    part: str
    until: datetime

    @property
    def value(self) -> str:
        """As stored: `2026-05-13-am`."""
        return f"{self.day}-{self.part}"

    def __str__(self):
        return words(self.value)


def words(value: str) -> str:
    """`2026-05-13-am` as "Wednesday, May 13, morning"; empty for no wish."""
    day, _dash, part = value.rpartition("-")
    return f"{moments.day(date.fromisoformat(day))}, {PARTS[part]}" if value else ""


def _bounds(place: LocationFacts, day: date, part: str) -> tuple[datetime, datetime]:
    starts, ends = NOON[part]
    last_day = day + timedelta(days=1) if ends == time.min else day
    return tuple(instant(datetime.combine(d, clock, place.zone)) for d, clock in ((day, starts), (last_day, ends)))


def _open_until(opened: list[Interval], starts: datetime, ends: datetime) -> datetime | None:
    """The last open moment between the two; None when there is none."""
    inside = [min(each.end, ends) for each in opened if each.end > starts and each.start < ends]
    return max(inside, default=None)


def call_times(place: LocationFacts, now: datetime) -> list[CallTime]:
    """What may be chosen at `now`, soonest first; closed or paused, from the end of that."""
    begins = place.counting_from(now)
    opened = list(intervals(place.schedule, begins, LOOK_AHEAD_DAYS))
    today = begins.astimezone(place.zone).date()
    found = []
    for day in (today + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS)):
        for part in PARTS:
            starts, ends = _bounds(place, day, part)
            until = _open_until(opened, max(starts, instant(begins)), ends)
            if until:
                found.append(CallTime(day, part, until))
    return found[:OFFERED]
