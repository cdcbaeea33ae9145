"""The clinic's facts as pages use them, read at most once a second per process."""

import datetime
import re
import time as clock
import zoneinfo
from dataclasses import dataclass, field

from django.db import Error
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from services import hours, menus, moments
from services.models import Banner, Clinic, Location, MenuItem, OpeningHours, Publication
from services.models.blocks import Figure

# A change made by staff shows in every process within this many seconds.
SECONDS_KEPT = 1.0
TOKEN = re.compile(r"\[\[(?P<fact>[a-z]+)(?: (?P<slug>[a-z0-9-]+))?\]\]")


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
    sketch: str
    response_time: datetime.timedelta
    schedule: hours.Schedule

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.schedule.zone

    @property
    def address(self) -> str:
        return f"{self.street}, {self.city}, {self.region} {self.postal_code}"

    @property
    def is_open(self) -> bool:
        return hours.is_open(self.schedule, timezone.now())

    @property
    def state_text(self) -> str:
        """Open or closed now, and until when, in words."""
        now = timezone.now()
        state = hours.open_state(self.schedule, now)
        if state.until is None:
            return _("Open around the clock") if state.is_open else _("Please call for our hours")
        if state.is_open:
            return _("Open until {time}").format(time=moments.clock_with_zone(state.until, self.zone))
        today = now.astimezone(self.zone).date()
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
    def special_days(self) -> tuple[tuple[str, str, str], ...]:
        """Holidays and closures ahead: (date, reason, hours)."""
        ahead = hours.upcoming_special_days(self.schedule, timezone.now())
        return tuple((moments.day(date), day.name, moments.hours_line(day.ranges)) for date, day in ahead)


@dataclass(frozen=True)
class Notice:
    """A sentence above every page, from `starts_at` until `ends_at`."""

    text: str
    link: menus.Link | None
    starts_at: datetime.datetime
    ends_at: datetime.datetime

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
    zone: zoneinfo.ZoneInfo = field(default_factory=lambda: zoneinfo.ZoneInfo("UTC"))
    locations: tuple[LocationFacts, ...] = ()
    # (slug, title) of the treatments in public
    treatments: tuple[tuple[str, str], ...] = ()
    header_menu: tuple[menus.Link, ...] = menus.DEFAULTS[MenuItem.Menu.HEADER]
    footer_menu: tuple[menus.Link, ...] = menus.DEFAULTS[MenuItem.Menu.FOOTER]
    banner: Notice | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What stands above every page now."""
        return tuple(notice for notice in [self.banner] if notice and notice.is_shown)

    @property
    def main_location(self) -> LocationFacts | None:
        return self.locations[0] if self.locations else None

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


def _location_facts(location: Location) -> LocationFacts:
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
        sketch=location.sketch,
        response_time=datetime.timedelta(hours=location.response_hours),
        schedule=schedule_of(location),
    )


def _banner() -> Notice | None:
    banner = Banner.objects.first()
    if banner is None:
        return None
    link = menus.Link(banner.link_text, banner.link) if banner.link else None
    return Notice(banner.text, link, banner.starts_at, banner.ends_at)


def load() -> ClinicFacts:
    """Read the facts from the database: seven queries."""
    locations = Location.objects.active().prefetch_related("opening_hours", "closures")
    found = tuple(_location_facts(location) for location in locations)
    links = menus.load({location.slug for location in found})
    shared = {
        "locations": found,
        "treatments": tuple(Publication.objects.live().treatment_choices()),
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
        zone=zoneinfo.ZoneInfo(clinic.time_zone),
        **shared,
    )


class _Kept:
    facts = ClinicFacts()
    until = 0.0


def current() -> ClinicFacts:
    """The facts, at most `SECONDS_KEPT` old; with the database down, the last that were read."""
    if clock.monotonic() >= _Kept.until:
        try:
            _Kept.facts = load()
        except Error:
            return _Kept.facts
        _Kept.until = clock.monotonic() + SECONDS_KEPT
    return _Kept.facts


def forget() -> None:
    """Read the facts anew at the next use (tests)."""
    _Kept.facts, _Kept.until = ClinicFacts(), 0.0


def _phone_link(location: LocationFacts) -> SafeString:
    return format_html('<a href="tel:{}">{}</a>', location.phone, location.phone_display)


def _week_text(location: LocationFacts) -> SafeString:
    return format_html_join("; ", "{} {}", location.week)


LOCATION_FACTS = {
    "phone": _phone_link,
    "address": lambda location: location.address,
    "hours": _week_text,
    "location": lambda location: location.name,
}


def _value(fact: str, slug: str | None, facts: ClinicFacts) -> str:
    if fact == "drawing" and slug in Figure.Drawing.values:
        return static(f"pictures/{slug}.svg")  # its hashed name may change with every deployment
    if fact in ("clinic", "needle"):
        return {"clinic": facts.name, "needle": facts.needle}[fact]
    location = facts.location(slug) if slug else facts.main_location
    return LOCATION_FACTS[fact](location) if location and fact in LOCATION_FACTS else ""


def fill(html: str, facts: ClinicFacts) -> SafeString:
    """Put the facts where the tokens are; a token for a fact that does not exist becomes nothing."""

    def replace(match: re.Match) -> str:
        return format_html("{}", _value(match["fact"], match["slug"], facts))

    return mark_safe(TOKEN.sub(replace, html))
