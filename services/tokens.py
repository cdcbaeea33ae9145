"""Fact tokens such as `[[phone denver]]` in a published body, and what is put in their place."""

import re
from html import unescape

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from services import pictures
from services.facts import ClinicFacts, LocationFacts
from services.models.blocks import Figure

TAG = re.compile(r"<[^>]*>")
TOKEN = re.compile(r"\[\[(?P<fact>[a-z]+)(?: (?P<slug>[a-z0-9-]+))?\]\]")


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


def _value(fact: str, slug: str | None, site: ClinicFacts) -> str:
    if fact == "drawing" and slug in Figure.Drawing.values:
        return static(f"pictures/{slug}.svg")  # its hashed name may change with every deployment
    if fact == "days" and slug in settings.KEPT_DAYS:
        return str(settings.KEPT_DAYS[slug])
    if fact in ("clinic", "needle"):
        return {"clinic": site.name, "needle": site.needle}[fact]
    location = site.location(slug) if slug else site.main_location
    return LOCATION_FACTS[fact](location) if location and fact in LOCATION_FACTS else ""


def plain(text: str, site: ClinicFacts) -> str:
    """`text`, which is no HTML, with facts as plain words: for summaries, descriptions and lists of contents."""

    def value(match: re.Match) -> str:
        found = _value(match["fact"], match["slug"], site) if match["fact"] != "drawing" else ""
        return unescape(TAG.sub("", found)) if isinstance(found, SafeString) else found

    return TOKEN.sub(value, text)


def fill(html: str, site: ClinicFacts) -> SafeString:
    """Put pictures and facts where the tokens are; a token for what does not exist becomes nothing.

    Inside a tag, as in a text alternative, a fact is plain text.
    """

    def value(match: re.Match) -> str:
        return format_html("{}", _value(match["fact"], match["slug"], site))

    def plain(match: re.Match) -> str:
        return TAG.sub("", value(match))

    in_tags = TAG.sub(lambda tag: TOKEN.sub(plain, tag[0]), pictures.fill(html))
    return mark_safe(TOKEN.sub(value, in_tags))
