"""How times are written: one formatter for page, mail and inbox; the zone is always named."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from services.hours import Range, instant

# Places that other languages spell in their own way.
PLACES = {"America/New_York": gettext_lazy("New York"), "America/Los_Angeles": gettext_lazy("Los Angeles")}


def moment(at: datetime, zone: ZoneInfo, today: date | None = None) -> str:
    """An instant in full: "Tuesday, May 14, 12:00 pm (Denver time)".

    The year follows the day when it is not the year of `today`. ValueError when `at` has no time zone.
    """
    return f"{day(instant(at).astimezone(zone).date(), today)}, {clock_with_zone(at, zone)}"


def near(at: datetime, zone: ZoneInfo, today: date) -> str:
    """As short as is clear: "8:00 am (Denver time)" today, "tomorrow, 8:00 am (Denver time)", else `moment`."""
    ahead = instant(at).astimezone(zone).date() - today
    if ahead == timedelta(0):
        return clock_with_zone(at, zone)
    if ahead == timedelta(days=1):
        return _("tomorrow, {clock}").format(clock=clock_with_zone(at, zone))
    return moment(at, zone, today)


def day(value: date, today: date | None = None) -> str:
    """A date: "Tuesday, May 14", or "Friday, May 14, 2027" when `today` is in another year."""
    # The formats are for translators too: Spanish is "l, j \d\e F" and "l, j \d\e F \d\e Y".
    # See https://docs.djangoproject.com/en/stable/ref/templates/builtins/#date
    if today is None or today.year == value.year:
        return dateformat.format(value, pgettext("date format", "l, F j"))
    return dateformat.format(value, pgettext("date format with year", "l, F j, Y"))


def clock(value: time | datetime, zone: ZoneInfo | None = None) -> str:
    """Such as "12:00 pm": a wall time, or an instant as the clock in `zone` shows it."""
    wall = _wall(value, zone)
    return f"{_hour(wall)}:{wall.minute:02} {_half(wall)}"


def clock_with_zone(at: datetime, zone: ZoneInfo) -> str:
    """Such as "12:00 pm (Denver time)", for an instant that is today."""
    return f"{clock(at, zone)} {zone_name(at, zone)}"


def clock_short(value: time | datetime, zone: ZoneInfo | None = None) -> str:
    """Such as "8 am" and "8:30 am", for opening hours."""
    wall = _wall(value, zone)
    return clock(wall) if wall.minute else f"{_hour(wall)} {_half(wall)}"


def hours_line(ranges: Iterable[Range]) -> str:
    """The ranges of a day in order, "Open 24 hours" or "Closed"."""
    ordered = sorted(ranges)
    if ordered == [Range(time.min, time.min)]:
        return _("Open 24 hours")
    return ", ".join(f"{clock_short(r.opens)} – {clock_short(r.closes)}" for r in ordered) or _("Closed")


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """Such as "(Denver time)", which anybody understands; "MST (Denver time)" where the clock shows that hour twice.

    "UTC" and "UTC-03:00" for zones that are named after no place.
    """
    local = instant(at).astimezone(zone)
    area, _slash, place = zone.key.rpartition("/")
    if not area or area == "Etc":
        return _abbreviation(local)
    words = _("({place} time)").format(place=PLACES.get(zone.key) or place.replace("_", " "))
    return f"{_abbreviation(local)} {words}" if _comes_twice(local) else words


def _abbreviation(local: datetime) -> str:
    """Such as "MDT"; some zones have a number only."""
    return local.tzname() if local.tzname().isalpha() else str(timezone(local.utcoffset()))


def _comes_twice(local: datetime) -> bool:
    """In the hour before and after the clocks go back."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _wall(value: time | datetime, zone: ZoneInfo | None) -> time:
    """The time of day. ValueError for an instant without a zone to show it in."""
    if isinstance(value, time):
        return value
    if zone is None:
        raise ValueError("An instant needs a zone to be shown in.")
    return instant(value).astimezone(zone).time()


def _hour(wall: time) -> int:
    """Noon and midnight are 12."""
    return wall.hour % 12 or 12


def _half(wall: time) -> str:
    return _("am") if wall.hour < 12 else _("pm")
