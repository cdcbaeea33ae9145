"""schema.org markup: the same facts as on the page, never more (https://schema.org/MedicalWebPage)."""

import json
from collections.abc import Iterable
from datetime import date, time

from django.utils.safestring import SafeString, mark_safe

from services import hours, tokens
from services.facts import ClinicFacts, LocationFacts
from services.models import Page, Publication

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SCHEMA_DAYS = [f"https://schema.org/{day}" for day in DAYS]
MEDICAL_KINDS = (Page.Kind.TREATMENT, Page.Kind.CONDITION, Page.Kind.ARTICLE, Page.Kind.LOCATION_TREATMENT)


def as_script(*things: dict) -> SafeString:
    """JSON for a script element: `<`, `>` and `&` escaped so that no text can end the element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": list(things)}, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)


def breadcrumb_list(breadcrumbs: list[tuple[str, str]], site_url: str) -> dict:
    """`breadcrumbs`: (text, path) from the home page to this one."""
    items = [
        {"@type": "ListItem", "position": n, "name": str(text), "item": site_url + path}
        for n, (text, path) in enumerate(breadcrumbs, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def web_page(publication: Publication, site: ClinicFacts, site_url: str) -> dict:
    """A page, described by the words under its heading; medical ones carry reviewer and date of review."""
    is_medical = publication.kind in MEDICAL_KINDS
    data = {
        "@type": "MedicalWebPage" if is_medical else "WebPage",
        "url": site_url + publication.path,
        "name": publication.title,
        "description": tokens.plain(publication.summary, site),
    }
    if is_medical and publication.reviewed_on and publication.reviewer:
        data["lastReviewed"] = publication.reviewed_on.isoformat()
        data["reviewedBy"] = {"@type": "Organization", "name": publication.reviewer}
    if publication.dated:
        data["datePublished"] = publication.dated.isoformat()
    return {name: value for name, value in data.items() if value}


def _specification(opens: time, closes: time, **when: str) -> dict:
    return {"@type": "OpeningHoursSpecification", "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}", **when}


def _open(interval: hours.Range, **when: str) -> dict:
    """Around the clock is 00:00 to 23:59, for 00:00 to 00:00 means closed (see `_on_a_date`)."""
    closes = time(23, 59) if interval == hours.Range(time.min, time.min) else interval.closes
    return _specification(interval.opens, closes, **when)


def _opening_hours(location: LocationFacts) -> list[dict]:
    return [
        _open(interval, dayOfWeek=SCHEMA_DAYS[day])
        for day, ranges in sorted(location.schedule.weekly.items())
        for interval in ranges
    ]


def _on_a_date(day: date, ranges: Iterable[hours.Range]) -> list[dict]:
    """https://developers.google.com/search/docs/appearance/structured-data/local-business#business_hours"""
    when = {"validFrom": day.isoformat(), "validThrough": day.isoformat()}
    return [_open(interval, **when) for interval in ranges] or [_specification(time.min, time.min, **when)]


def business(location: LocationFacts, facts: ClinicFacts, site_url: str) -> dict:
    """A location as a `Physiotherapy` or `MedicalClinic`."""
    return {
        "@type": facts.kind,
        "name": f"{facts.name}, {location.name}",
        "url": site_url + location.url,
        "telephone": location.phone,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": location.street,
            "addressLocality": location.city,
            "addressRegion": location.region,
            "postalCode": location.postal_code,
            "addressCountry": "US",
        },
        "openingHoursSpecification": [
            *_opening_hours(location),
            *(row for day, _name, ranges in location.special_hours for row in _on_a_date(day, ranges)),
        ],
    }
