"""Good times for a visit: day × part of the day, as stored (`mon-am`) and in words."""

from collections.abc import Iterable
from datetime import time

from django.utils.translation import gettext_lazy as _

from services.hours import Range, Schedule
from services.models import OpeningHours

DAY_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {"am": _("morning"), "pm": _("afternoon")}
ANY_TIME = "any"
NOON = time(12)


def open_days(weekdays: Iterable[int]) -> list[tuple[str, str]]:
    """(code, day name) of those weekdays (0 is Monday), in order."""
    return [(DAY_CODES[day], str(OpeningHours.Weekday(day).label)) for day in sorted(set(weekdays))]


def choices(weekdays: Iterable[int]) -> list[tuple[str, str]]:
    """(value, words) for every part of those weekdays, and "any time"."""
    slots = [
        (f"{code}-{part}", f"{day} {words}") for code, day in open_days(weekdays) for part, words in PARTS.items()
    ]
    return [(ANY_TIME, _("Any time")), *slots]


def in_words(values: Iterable[str]) -> str:
    """`["mon-am"]` as "Monday morning"; nothing chosen is any time."""
    every = dict(choices(range(7)))
    return ", ".join(str(every[value]) for value in values) or str(every[ANY_TIME])


def _parts(hours: Range) -> set[str]:
    """The parts of its first day in which those hours lie; past midnight is that day's afternoon."""
    ends_later = hours.closes <= hours.opens
    found = {"am"} if hours.opens < NOON else set()
    return found | ({"pm"} if ends_later or hours.closes > NOON else set())


def closed_times(values: Iterable[str], schedule: Schedule) -> list[str]:
    """Which of the chosen times are outside the weekly hours, in words; a day without any hours once.

    Nothing is known of a location without hours, and nothing is refused there.
    """
    if not any(schedule.weekly.values()):
        return []
    found = []
    for value in values:
        code, part = value.split("-")
        day = DAY_CODES.index(code)
        open_parts = set().union(*map(_parts, schedule.weekly.get(day, ())))
        if not open_parts:
            found.append(str(OpeningHours.Weekday(day).label))
        elif part not in open_parts:
            found.append(in_words([value]))
    return list(dict.fromkeys(found))
