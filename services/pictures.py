"""Puts pictures into a published page at response time, from the files that are there."""

import re
from html import unescape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from services import renditions
from services.models.images import Image

# What `token()` bakes; `alt` is escaped there.
TOKEN = re.compile(
    r"\[\[picture (?P<key>[0-9a-f]{32}) (?P<width>\d+) (?P<height>\d+) (?P<loading>eager|lazy) "
    r'"(?P<alt>[^"<>]*)"\]\]'
)


def token(image: Image, alt: str, loading: str) -> SafeString:
    """Stands for the picture in a publication: what it says is fixed, which files it names is not."""
    return format_html('[[picture {} {} {} {} "{}"]]', image.key, image.width, image.height, loading, alt)


def sources(key: str) -> list[dict[str, str]]:
    """One `{type, srcset, src}` for each format on the disk, the one every browser knows last."""
    return [
        {
            "type": renditions.CONTENT_TYPES[extension],
            "srcset": ", ".join(f"{renditions.url(key, width, extension)} {width}w" for width in widths),
            "src": renditions.url(key, widths[-1], extension),
        }
        for extension, widths in renditions.existing(key).items()
    ]


def first(html: str) -> dict[str, str] | None:
    """{src, width, height, alt} of the first picture on a page whose file is there, for those who share it."""
    for match in TOKEN.finditer(html):
        if found := sources(match["key"]):
            return {**match.groupdict(), "alt": unescape(match["alt"]), "src": settings.SITE_URL + found[-1]["src"]}
    return None


def _picture(match: re.Match) -> str:
    found = sources(match["key"])
    if not found:
        return ""
    alt = mark_safe(match["alt"].replace("[[", "&#91;["))  # a fact's link would break the attribute
    context = {**match.groupdict(), "alt": alt, "sources": found[:-1], "fallback": found[-1]}
    return render_to_string("components/picture.html", context).strip()


def fill(html: str) -> str:
    """Put pictures where their tokens are; one whose files are lost becomes nothing."""
    return TOKEN.sub(_picture, html)
