"""Stored versions of a page with its blocks: what is kept, and how a version reads."""

import reversion
from django.utils.html import strip_tags
from reversion.models import Version

from services.models import BLOCKS, AlsoCalled, AtAGlance, Page, Source

# Fields that are not words of the page.
NOT_SHOWN = (
    "id",
    "parent_id",
    "page_id",
    "region",
    "ordering",
    "kind",
    "updated_at",
    "review_reminded_at",
    "owner_id",
)


def register() -> None:
    """Keep pages together with everything that belongs to them."""
    parts = [AtAGlance, AlsoCalled, Source, *BLOCKS]
    for part in parts:
        reversion.register(part)
    accessors = [part._meta.get_field(field).remote_field.get_accessor_name() for part, field in _parents(parts)]
    reversion.register(Page, follow=accessors)


def _parents(parts: list) -> list[tuple]:
    return [(part, "parent" if part in BLOCKS else "page") for part in parts]


def _order(version: Version) -> tuple:
    values = version.field_dict
    return (version.content_type.model != "page", values.get("ordering", 0), values.get("position", 0), version.pk)


def _lines(value: object) -> list[str]:
    text = str(value).replace("</p>", "\n").replace("</li>", "\n").replace("</td>", " ").replace("</tr>", "\n")
    return [line.strip() for line in strip_tags(text).splitlines() if line.strip()]


def text_of(version: Version) -> str:
    """Every word of the revision that `version` of a page belongs to, a line for each paragraph."""
    rows = sorted(version.revision.version_set.select_related("content_type"), key=_order)
    values = [
        value
        for row in rows
        for name, value in row.field_dict.items()
        if name not in NOT_SHOWN and isinstance(value, str)
    ]
    return "\n".join(line for value in values for line in _lines(value))
