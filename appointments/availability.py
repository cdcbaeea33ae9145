"""Good times for a visit: day × part of the day, as stored (`mon-am`) and in words."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from services.models import OpeningHours

DAY_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {"am": _("morning"), "pm": _("afternoon")}
ANY_TIME = "any"


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
