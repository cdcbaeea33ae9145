"""What is different at a location for some hours: phones down, closed, or requests paused; plain values and words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from services import hours, moments
from services.menus import WRITTEN_IN
from services.models import Location

Kind = Location.BadDay
LONGEST_DAYS = 31


@dataclass(frozen=True)
class BadDay:
    """One kind of trouble until `ends_at` (aware); `zone` is the location's."""

    kind: str
    words: str
    ends_at: datetime
    zone: ZoneInfo

    @property
    def is_on(self) -> bool:
        """The clock alone ends it."""
        return timezone.now() < self.ends_at

    @property
    def until(self) -> str:
        """Its end in full, in the location's time."""
        return moments.moment(self.ends_at, self.zone, today=timezone.localdate(timezone=self.zone))

    @property
    def near(self) -> str:
        """Its end, as short as is clear."""
        return moments.near(self.ends_at, self.zone, timezone.localdate(timezone=self.zone))


def of(location: Location, zone: ZoneInfo) -> BadDay | None:
    """The location's switch as it is set, on or over."""
    if not location.bad_day:
        return None
    return BadDay(location.bad_day, location.bad_day_words, location.bad_day_ends_at, zone)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _in_its_language(sentence: str) -> str:
    """What staff wrote, marked where it stands between our own words in another language (WCAG 3.1.2)."""
    if not sentence or (get_language() or WRITTEN_IN).startswith(WRITTEN_IN):
        return sentence
    return format_html('<span lang="{}">{}</span>', WRITTEN_IN, sentence)


def notice(bad_day: BadDay, place: str, phone: str) -> str:
    """For the top of every page, as HTML: where, what, until when, and what to do instead."""
    what, instead = {
        Kind.PHONES: (_("{place}: our phones are down until {when}."), _("Please use the form.")),
        Kind.CLOSED: (
            _("{place}: we are closed until {when}."),
            _("You can still send a request. We read it when we are back."),
        ),
        Kind.PAUSED: (
            _("{place}: we answer no new requests until {when}."),
            _("If it cannot wait, call {phone}."),
        ),
    }[bad_day.kind]
    words = _in_its_language(_sentence(bad_day.words))
    parts = [what.format(place=place, when=bad_day.until), words, instead.format(phone=phone)]
    return format_html_join(" ", "{}", [(part,) for part in parts if part])


def for_the_form(bad_day: BadDay, place: str, phone: str) -> str:
    """For whoever is about to ask for an appointment there."""
    text = {
        Kind.PHONES: _("{place}: our phones are down until {when}. This form reaches us all the same."),
        Kind.CLOSED: _("{place}: we are closed until {when}. Until then nobody reads requests; yours is kept."),
        Kind.PAUSED: _(
            "{place}: we answer no new requests until {when}. You can send yours now, and we count from then. "
            "If it cannot wait, call {phone}."
        ),
    }[bad_day.kind]
    return text.format(place=place, when=bad_day.until, phone=phone)


def other_hours(schedule: hours.Schedule, ends_at: datetime, now: datetime) -> list[hours.DayHours]:
    """The days from today on which a closure until `ends_at` changes the hours, with what is left of them."""
    today, last = hours.local_date(schedule, now), hours.local_date(schedule, ends_at)
    days = [today + timedelta(n) for n in range(min((last - today).days, LONGEST_DAYS) + 1)]
    left = [hours.DayHours(day, hours.ranges_after(schedule, day, ends_at)) for day in days]
    return [each for each in left if each.ranges != schedule.ranges_on(each.day)]
