"""Stored versions of a page with its blocks: what is kept, and how a version reads."""

import reversion
from reversion.models import Version

from services.lines import Line, Row, of_rows
from services.models import BLOCKS, AlsoCalled, AtAGlance, Page, Source


def register() -> None:
    """Keep pages together with everything that belongs to them."""
    parts = [AtAGlance, AlsoCalled, Source, *BLOCKS]
    for part in parts:
        reversion.register(part)
    accessors = [part._meta.get_field(field).remote_field.get_accessor_name() for part, field in _parents(parts)]
    reversion.register(Page, follow=accessors)


def _parents(parts: list) -> list[tuple]:
    return [(part, "parent" if part in BLOCKS else "page") for part in parts]


def in_order(row: Row) -> tuple:
    """The page first, then what belongs to it: panel, names, blocks as they stand, sources by number."""
    order = [Page, AtAGlance, AlsoCalled, *BLOCKS, Source]
    place = BLOCKS[0] if row.model in BLOCKS else row.model
    values = row.values
    return (order.index(place), values.get("ordering") or 0, values.get("position") or 0, values.get("id") or 0)


def lines_of(version: Version) -> list[Line]:
    """Every word of the revision that `version` of a page belongs to."""
    versions = version.revision.version_set.select_related("content_type")
    rows = [Row(each.content_type.model_class(), each.field_dict) for each in versions]
    return of_rows(sorted(rows, key=in_order))
