"""What a page says, line by line, so that two states of it can be compared."""

import datetime
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.models import Publication
from services.pagecheck.markup import HEADINGS, read
from services.prose import Prose

# Fields that say nothing to a reader.
NOT_SAID = ("id", "parent", "page", "region", "ordering", "kind", "updated_at", "review_reminded_at", "owner")


class Line(NamedTuple):
    """A paragraph, heading or fact, and what it is: “Summary”, “Callout”, “Source”."""

    label: str
    text: str


class Row(NamedTuple):
    """A row of the database, or of a form that was not saved: its model and the values of its fields."""

    model: type[models.Model]
    values: dict[str, object]


def row_of(instance: models.Model, **chosen: list[int]) -> Row:
    """The row as it is in memory; `chosen` says what its many-to-many fields hold."""
    opts = instance._meta
    values = {field.attname: field.value_from_object(instance) for field in opts.fields}
    return Row(opts.concrete_model, values | chosen)


def of_rows(rows: Iterable[Row]) -> list[Line]:
    """Every word of a page, its facts, sources and blocks, in the order of `rows`."""
    return [line for row in rows for line in _of_row(row)]


def _of_row(row: Row) -> Iterator[Line]:
    opts = row.model._meta
    is_page = any(field.name == "kind" for field in opts.fields)
    for field in (*opts.fields, *opts.many_to_many):
        value = row.values.get(field.attname)
        if field.name in NOT_SAID or value in (None, "", []):
            continue
        label = field.verbose_name if is_page else opts.verbose_name
        yield from (Line(capfirst(str(label)), text) for text in _texts(field, value))


def _texts(field: models.Field, value: object) -> list[str]:
    if isinstance(field, Prose):
        return [line.text.replace("\n", " | ") for line in read(str(value)).lines]
    if field.remote_field:
        chosen = value if isinstance(value, list) else [value]
        return sorted(str(row) for row in field.related_model._base_manager.filter(pk__in=chosen))
    if field.choices:
        return [str(dict(field.flatchoices).get(value, value))]
    if isinstance(value, datetime.date):
        return [date_format(value)]
    return [line.strip() for line in str(value).splitlines() if line.strip()]


def of_publication(publication: Publication) -> list[Line]:
    """Every word of a publication, stored or not."""
    facts = publication.facts
    about = [
        (_("Title"), publication.title),
        (_("Address"), publication.path),
        (_("Summary"), publication.summary),
        (_("Description"), publication.description),
        (_("Date"), date_format(publication.dated) if publication.dated else ""),
        (_("Categories"), ", ".join(category["name"] for category in facts.get("categories", []))),
        (_("Also called"), ", ".join(facts.get("also_called", []))),
        *((_("At a glance"), words) for words in (facts.get("at_a_glance") or {}).values()),
    ]
    review = [
        (_("Author"), publication.author),
        (_("Reviewed by"), publication.reviewer),
        (_("Last reviewed"), date_format(publication.reviewed_on) if publication.reviewed_on else ""),
        (_("Next review"), date_format(publication.next_review_on) if publication.next_review_on else ""),
    ]
    sources = [(_("Source"), _source(source)) for source in facts.get("sources", [])]
    lines = [*about, *_body(publication.body), *sources, *review]
    return [Line(label, text) for label, text in lines if text]


def _body(html: str) -> Iterator[tuple[str, str]]:
    markup = read(html)
    for line in markup.lines:
        yield _("Heading") if line.kind in HEADINGS else _("Text"), line.text.replace("\n", " | ")
    yield from ((_("Words for a picture"), alt) for alt in markup.alts if alt)


def _source(source: dict) -> str:
    parts = (source.get(name) for name in ("title", "publisher", "year", "url"))
    return f"[{source['number']}] " + ", ".join(str(part) for part in parts if part)
