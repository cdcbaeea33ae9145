"""A page under work as the plain values that the page check reads."""

import datetime
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.db import models
from django.urls import Resolver404, resolve
from django.utils import timezone

from services import facts, tokens
from services.models import AtAGlance, Page, Publication
from services.models.blocks import CallToAction, Evidence, Figure, Section
from services.pagecheck import Heading, PageText, Part, Picture, Text
from services.pagecheck.links import internal_path
from services.prose import Prose
from services.publishing import blocks_of

MAIN_HEADINGS = (Evidence, CallToAction)
HEADING_FIELDS = ("heading", "question")
POINTS_FIELDS = ("do", "dont")  # one point per line


def page_text(page: Page, today: datetime.date | None = None) -> PageText:
    """The saved page with its blocks in order; `today` is a date in the clinic's zone (default now).

    Costs one query for each kind of block, three for the rest and those of `facts.current()`.
    """
    site = facts.current()
    parts = tuple(_parts(page))
    linked = _linked_paths(parts)
    holders = list(Publication.objects.holders([*linked, page.get_absolute_url()], timezone.now()))
    return PageText(
        kind=page.kind,
        today=today or timezone.now().astimezone(site.zone).date(),
        title=page.title,
        slug=page.slug,
        summary=page.summary,
        description=page.description,
        glance=tuple(_glance(page)),
        parts=parts,
        sources=tuple(source.title for source in page.sources.all()),
        author=page.author,
        reviewer=page.reviewer,
        reviewed_on=page.reviewed_on,
        next_review_on=page.next_review_on,
        needle=site.needle,
        known_facts=_known_facts(site),
        known_phones={place.phone: f"[[phone {place.slug}]]" for place in site.locations},
        known_paths=_known_paths(linked, page, holders, site),
        address_held_by=_held_by(page, holders),
    )


def _parts(page: Page) -> Iterator[Part]:
    blocks = blocks_of(page)
    prefixes = _prefixes(blocks)
    for block in blocks:
        yield _part(block, prefixes[block])


def _prefixes(blocks: list[models.Model]) -> dict[models.Model, str]:
    """The prefix of each block's form in the admin: formsets hold the rows of one kind by primary key."""
    rows = Counter()
    prefixes = {}
    for block in sorted(blocks, key=lambda block: block.pk):
        formset = block._meta.get_field("parent").remote_field.get_accessor_name(model=type(block))
        prefixes[block] = f"id_{formset}-{rows[formset]}"
        rows[formset] += 1
    return prefixes


def _part(block: models.Model, prefix: str) -> Part:
    own = [field for field in block._meta.concrete_fields if field.name not in ("id", "parent", "region", "ordering")]
    names = [field.name for field in own]
    return Part(
        block=block._meta.model_name,
        where=f"{prefix}-{names[0]}",
        heading=next((_heading(block, prefix, name) for name in HEADING_FIELDS if name in names), None),
        texts=tuple(_text(block, prefix, field) for field in own if _holds_text(field)),
        picture=_picture(block, prefix) if isinstance(block, Figure) else None,
        urgency=getattr(block, "urgency", ""),
        as_of=getattr(block, "as_of", None),
        as_of_where=f"{prefix}-as_of",
    )


def _picture(figure: Figure, prefix: str) -> Picture:
    return Picture(f"{prefix}-alt", figure.words, is_decorative=figure.is_described and not figure.words)


def _heading(block: models.Model, prefix: str, name: str) -> Heading:
    if isinstance(block, Section):
        return Heading(f"{prefix}-{name}", block.level, block.heading)
    return Heading(f"{prefix}-{name}", 2 if isinstance(block, MAIN_HEADINGS) else 3, getattr(block, name))


def _holds_text(field: models.Field) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in (*HEADING_FIELDS, "alt")
    )


def _text(block: models.Model, prefix: str, field: models.Field) -> Text:
    where, value = f"{prefix}-{field.name}", getattr(block, field.name)
    if isinstance(field, Prose):
        return Text(where, value)
    return Text.points(where, value) if field.name in POINTS_FIELDS else Text.plain(where, value)


def _glance(page: Page) -> Iterator[Text]:
    if page.kind != Page.Kind.TREATMENT:
        return
    panel = AtAGlance.objects.filter(page=page).first()
    for field in AtAGlance._meta.concrete_fields if panel else ():
        if isinstance(field, models.CharField):
            where = f"id_at_a_glance-0-{field.name}"
            yield Text.plain(where, getattr(panel, field.name))


def _known_facts(site: facts.ClinicFacts) -> frozenset[str]:
    """The names that `tokens.fill` has something for and editors write; drawings are blocks of their own."""
    slugs = [place.slug for place in site.locations]
    names = ["clinic", "needle", *(f"days {what}" for what in settings.KEPT_DAYS), *tokens.LOCATION_FACTS]
    names += [f"{fact} {slug}" for fact in tokens.LOCATION_FACTS for slug in slugs]
    return frozenset(name for name in names if tokens.fill(f"[[{name}]]", site))


def _linked_paths(parts: tuple[Part, ...]) -> set[str]:
    links = (link for part in parts for text in part.texts for link in text.markup.links)
    return {path for link in links if (path := internal_path(link.href))}


def _known_paths(linked: set[str], page: Page, holders: list[dict], site: facts.ClinicFacts) -> frozenset[str]:
    """Those of the paths linked to that a patient can open, and the page's own."""
    live = {holder["path"] for holder in holders if holder["starts_at"] <= timezone.now()}
    live |= {page.get_absolute_url(), *(place.url for place in site.locations)}
    return frozenset(path for path in linked if path in live or _is_fixed(path))


def _held_by(page: Page, holders: list[dict]) -> str:
    """The title of another page that the public reads, or will, where this one goes; a deleted one holds nothing."""
    others = (each for each in holders if each["path"] == page.get_absolute_url())
    return next((each["page__title"] for each in others if each["page"] not in (None, page.pk)), "")


def _is_fixed(path: str) -> bool:
    """Whether the path is one of the site's own public pages that are always there."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return not match.kwargs and "admin" not in match.namespaces
