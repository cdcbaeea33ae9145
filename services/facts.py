"""The clinic's facts as pages use them, read at most once a second per process."""

import datetime
import re
import threading
import time as clock
import zoneinfo
from dataclasses import dataclass, field

from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from services import bad_day, hours, menus, moments
from services.models import Banner, Clinic, Location, MenuItem, OpeningHours, Publication

# A change made by staff shows in every process within a second: after so many, the facts are read anew.
SECONDS_KEPT = 0.9


def display_phone(phone: PhoneNumber) -> str:
    """The one way the site writes a number: 303-555-0142, or +44 20 7946 0018 for other countries."""
    if phone.country_code == 1:
        return re.sub(r"(\d{3})(\d{3})(\d{4})$", r"\1-\2-\3", str(phone.national_number))
    return phone.as_international


@dataclass(frozen=True)
class LocationFacts:
    """A location as patients see it; times are in its own zone."""

    pk: int
    name: str
    slug: str
    url: str
    phone: str
    phone_display: str
    street: str
    city: str
    region: str
    postal_code: str
    summary: str
    getting_here: str
    access_notes: str
    who_performs: str
    who_performs_review_on: datetime.date | None
    sketch: str
    response_time: datetime.timedelta
    schedule: hours.Schedule
    switch: bad_day.BadDay | None = None
    # The row itself, with its mailboxes: for what is stored and mailed, never for a page.
    record: Location | None = field(default=None, compare=False, repr=False)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.schedule.zone

    @property
    def address(self) -> str:
        return f"{self.street}, {self.city}, {self.region} {self.postal_code}"

    @property
    def trouble(self) -> bad_day.BadDay | None:
        """What is different here now."""
        return self.switch if self.switch and self.switch.is_on else None

    def _has_trouble(self, *kinds: str) -> bool:
        return self.trouble is not None and self.trouble.kind in kinds

    @property
    def phones_are_down(self) -> bool:
        return self._has_trouble(bad_day.Kind.PHONES)

    @property
    def notice_text(self) -> str:
        """The trouble as every page tells it, as HTML; "" on an ordinary day."""
        return bad_day.notice(self.trouble, self.name, self.phone_display) if self.trouble else ""

    def counting_from(self, at: datetime.datetime) -> datetime.datetime:
        """From when the opening hours of a promise made at `at` count: closed or paused, from the end of that."""
        if self._has_trouble(bad_day.Kind.CLOSED, bad_day.Kind.PAUSED):
            return max(at, self.trouble.ends_at)
        return at

    @property
    def is_open(self) -> bool:
        return not self._has_trouble(bad_day.Kind.CLOSED) and hours.is_open(self.schedule, timezone.now())

    @property
    def state_text(self) -> str:
        """Open or closed now, and until when, in words; whether the phones work."""
        text = self._state_text
        if self.phones_are_down:
            return _("{state}. Phones are down until {time}").format(state=text, time=self.trouble.near)
        return text

    @property
    def _state_text(self) -> str:
        now = timezone.now()
        today = now.astimezone(self.zone).date()
        if self._has_trouble(bad_day.Kind.CLOSED):
            opens = hours.next_open(self.schedule, self.trouble.ends_at) or self.trouble.ends_at
            return _("Closed. Opens {time}").format(time=moments.near(opens, self.zone, today))
        state = hours.open_state(self.schedule, now)
        if state.until is None:
            return _("Open around the clock") if state.is_open else _("Please call for our hours")
        if state.is_open:
            return _("Open until {time}").format(time=moments.clock_with_zone(state.until, self.zone))
        when = moments.near(state.until, self.zone, today)
        return _("Closed. Opens {time}").format(time=when)

    @property
    def week(self) -> tuple[tuple[str, str], ...]:
        """Seven (day name, hours) pairs from Monday."""
        return tuple(
            (str(OpeningHours.Weekday(day).label), moments.hours_line(ranges))
            for day, ranges in hours.week(self.schedule)
        )

    @property
    def special_hours(self) -> list[tuple[datetime.date, str, tuple[hours.Range, ...]]]:
        """Holidays and closures ahead, those at short notice too: (date, reason, ranges)."""
        ahead = hours.upcoming_special_days(self.schedule, timezone.now())
        usual = {date: (day.name, day.ranges) for date, day in ahead}
        today = {
            each.day: (self.trouble.words or _("Closed at short notice"), each.ranges) for each in self.changed_days
        }
        return [(date, name, ranges) for date, (name, ranges) in sorted({**usual, **today}.items())]

    @property
    def special_days(self) -> tuple[tuple[str, str, str], ...]:
        """The same in words: (date, reason, hours)."""
        return tuple(
            (moments.day(date), name, moments.hours_line(ranges)) for date, name, ranges in self.special_hours
        )

    @property
    def changed_days(self) -> list[hours.DayHours]:
        """Days on which a closure at short notice changes the hours."""
        if not self._has_trouble(bad_day.Kind.CLOSED):
            return []
        return bad_day.other_hours(self.schedule, self.trouble.ends_at, timezone.now())


@dataclass(frozen=True)
class Notice:
    """A sentence above every page, with a link or without."""

    text: str
    link: menus.Link | None = None
    lang: str = ""  # of a text that staff wrote; ours are translated


@dataclass(frozen=True)
class TimedNotice(Notice):
    """Shown from `starts_at` until `ends_at`."""

    starts_at: datetime.datetime = datetime.datetime.max
    ends_at: datetime.datetime = datetime.datetime.max

    @property
    def is_shown(self) -> bool:
        return self.starts_at <= timezone.now() < self.ends_at


@dataclass(frozen=True)
class ClinicFacts:
    """Everything a public page says about the clinic itself."""

    name: str = ""
    kind: str = Clinic.Kind.PHYSIOTHERAPY
    headline: str = ""
    introduction: str = ""
    needle: str = ""
    reply_to: str = ""
    zone: zoneinfo.ZoneInfo = field(default_factory=lambda: zoneinfo.ZoneInfo("UTC"))
    locations: tuple[LocationFacts, ...] = ()
    # (slug, title) of the treatments in public
    treatments: tuple[tuple[str, str], ...] = ()
    # slugs of the other pages in public: nothing links to one that is not there
    pages: frozenset[str] = frozenset()
    header_menu: tuple[menus.Link, ...] = menus.DEFAULTS[MenuItem.Menu.HEADER]
    footer_menu: tuple[menus.Link, ...] = menus.DEFAULTS[MenuItem.Menu.FOOTER]
    banner: TimedNotice | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What stands above every page now: trouble first, then the banner."""
        troubles = [Notice(location.notice_text) for location in self.locations if location.trouble]
        return (*troubles, *[notice for notice in [self.banner] if notice and notice.is_shown])

    @property
    def main_location(self) -> LocationFacts | None:
        return self.locations[0] if self.locations else None

    def numbered(self, pk: int) -> LocationFacts | None:
        """The active location with that number."""
        return next((location for location in self.locations if location.pk == pk), None)

    def location(self, slug: str) -> LocationFacts | None:
        """The active location with that slug."""
        return next((location for location in self.locations if location.slug == slug), None)


def _ranges(rows) -> tuple[hours.Range, ...]:
    return tuple(hours.Range(row.opens, row.closes) for row in rows if row.opens is not None)


def schedule_of(location: Location) -> hours.Schedule:
    """The location's weekly hours and special days as plain values."""
    weekly = {}
    for row in location.opening_hours.all():
        weekly.setdefault(row.weekday, []).append(row)
    return hours.Schedule(
        zone=zoneinfo.ZoneInfo(location.time_zone),
        weekly={day: _ranges(rows) for day, rows in weekly.items()},
        exceptions={row.date: hours.SpecialDay(row.name, _ranges([row])) for row in location.closures.all()},
    )


def of_location(location: Location) -> LocationFacts:
    """What holds at one location, in public or not; two queries when its hours are not prefetched."""
    schedule = schedule_of(location)
    return LocationFacts(
        pk=location.pk,
        name=location.name,
        slug=location.slug,
        url=location.get_absolute_url(),
        phone=location.phone.as_e164,
        phone_display=display_phone(location.phone),
        street=location.street,
        city=location.city,
        region=location.region,
        postal_code=location.postal_code,
        summary=location.summary,
        getting_here=location.getting_here,
        access_notes=location.access_notes,
        who_performs=location.who_performs,
        who_performs_review_on=location.who_performs_review_on,
        sketch=location.sketch,
        response_time=datetime.timedelta(hours=location.response_hours),
        schedule=schedule,
        switch=bad_day.of(location, schedule.zone),
        record=location,
    )


def _banner() -> TimedNotice | None:
    banner = Banner.objects.first()
    if banner is None:
        return None
    link = menus.Link(banner.link_text, banner.link) if banner.link else None
    return TimedNotice(banner.text, link, menus.WRITTEN_IN, banner.starts_at, banner.ends_at)


def load() -> ClinicFacts:
    """Read the facts from the database: nine queries."""
    locations = Location.objects.active().prefetch_related("opening_hours", "closures", "recipients")
    found = tuple(of_location(location) for location in locations)
    links = menus.load({location.slug for location in found})
    shared = {
        "locations": found,
        "treatments": tuple(Publication.objects.live().treatment_choices()),
        "pages": frozenset(Publication.objects.live().other_slugs()),
        "header_menu": links[MenuItem.Menu.HEADER],
        "footer_menu": links[MenuItem.Menu.FOOTER],
        "banner": _banner(),
    }
    clinic = Clinic.objects.first()
    if clinic is None:
        return ClinicFacts(**shared)
    return ClinicFacts(
        name=clinic.name,
        kind=clinic.kind,
        headline=clinic.headline,
        introduction=clinic.introduction,
        needle=clinic.needle,
        reply_to=clinic.reply_to,
        zone=zoneinfo.ZoneInfo(clinic.time_zone),
        **shared,
    )


class _Kept:
    facts = ClinicFacts()
    until = 0.0
    # Held by the one thread that reads anew.
    reading = threading.Lock()


def _read_anew() -> None:
    try:
        _Kept.facts = load()
    except Error:
        return
    _Kept.until = clock.monotonic() + SECONDS_KEPT


def current() -> ClinicFacts:
    """The facts, at most `SECONDS_KEPT` old; with the database down, the last that were read.

    While one thread reads them, all others go on with those they have: a site under load reads them once a second,
    not once for each visitor of that moment. Nobody goes on with none: the first time all wait.
    """
    if clock.monotonic() >= _Kept.until and _Kept.reading.acquire(blocking=not _Kept.until):
        try:
            if clock.monotonic() >= _Kept.until:
                _read_anew()
        finally:
            _Kept.reading.release()
    return _Kept.facts


def forget() -> None:
    """Read the facts anew at the next use (tests)."""
    _Kept.facts, _Kept.until = ClinicFacts(), 0.0
