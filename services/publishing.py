"""Bakes a page into the immutable publication that the public reads."""

import datetime
from collections.abc import Iterable

from content_editor.contents import contents_for_item
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from services import pictures, search, tables
from services.models import BLOCKS, Page, Publication, RelatedLink
from services.models.blocks import Comparison, DoAndDont, Evidence, Figure, Risk, Section, Table
from services.redirects import note_move

# The drawings' own sizes in CSS pixels: width and height in the markup avoid a layout shift.
DRAWING_SIZES = {
    Figure.Drawing.TRIGGER_POINT: (640, 420),
    Figure.Drawing.NEEDLES: (640, 420),
    Figure.Drawing.REFERRED_PAIN: (640, 420),
    Figure.Drawing.FIRST_VISIT: (640, 760),
}
DOTS_PER_ROW, DOT_PITCH = 50, 10
# Ids of templates/base.html and templates/services/page.html; a heading must not take one.
IDS_OF_THE_PAGE = ("main", "contents", "at-a-glance", "sources", "related")


def blocks_of(page: Page) -> list[models.Model]:
    """The page's blocks in the editor's order, each heading with an `anchor` unique on the page."""
    blocks = list(contents_for_item(page, plugins=BLOCKS)["main"])
    used = set(IDS_OF_THE_PAGE)
    for place, block in enumerate(blocks, start=1):
        heading = getattr(block, "heading", "") or getattr(block, "question", "") or getattr(block, "caption", "")
        stem = anchor = slugify(heading) or f"part-{place}"
        number = 2
        while anchor in used:
            anchor, number = f"{stem}-{number}", number + 1
        used.add(anchor)
        block.anchor = anchor
    return blocks


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _dot_grid(risk: Risk) -> dict:
    """Where the dots of a risk are drawn, in SVG units."""
    columns = min(DOTS_PER_ROW, risk.out_of)
    rows = -(-risk.out_of // columns)
    centre = DOT_PITCH / 2
    marked = [((n % columns) * DOT_PITCH + centre, (n // columns) * DOT_PITCH + centre) for n in range(risk.affected)]
    return {
        "columns": columns,
        "rows": rows,
        "width": columns * DOT_PITCH,
        "height": rows * DOT_PITCH,
        "marked": marked,
    }


def _extra_context(block: models.Model, loading: str) -> dict:
    match block:
        case DoAndDont():
            return {"do_points": _lines(block.do), "dont_points": _lines(block.dont)}
        case Comparison():
            return tables.compared(block.table)
        case Table():
            return tables.headed(block.table)
        case Risk():
            return {"grid": _dot_grid(block)}
        case Figure(image=None):
            width, height = DRAWING_SIZES[block.drawing]
            url = f"[[drawing {block.drawing}]]"
            return {"drawing_url": url, "width": width, "height": height, "loading": loading}
        case Figure():
            return {"picture": pictures.token(block.image, block.words, loading)}
    return {}


def _treatment_slug(page: Page) -> str:
    if page.kind == Page.Kind.TREATMENT:
        return page.slug
    return page.treatment.slug if page.treatment else ""


def render_body(page: Page, blocks: Iterable[models.Model]) -> str:
    """The blocks as safe HTML; facts stay tokens."""
    shared = {
        "location_slug": page.location.slug if page.location else "",
        "treatment_slug": _treatment_slug(page),
    }
    return "".join(
        render_to_string(
            f"services/blocks/{block._meta.model_name}.html",
            # Only a figure that opens the page may be seen without scrolling.
            {"block": block, **shared, **_extra_context(block, "lazy" if place else "eager")},
        )
        for place, block in enumerate(blocks)
    )


def _is_main_section(block: models.Model) -> bool:
    return isinstance(block, Evidence) or (
        isinstance(block, Section) and block.level == Section.Level.MAIN and bool(block.heading)
    )


def _at_a_glance(page: Page) -> dict | None:
    panel = getattr(page, "at_a_glance", None)
    names = ("what_it_is", "who_does_it", "how_long", "what_you_may_feel", "who_should_not")
    return {name: getattr(panel, name) for name in names} if panel else None


def _facts(page: Page) -> dict:
    return {
        "at_a_glance": _at_a_glance(page),
        "also_called": [other.name for other in page.also_called.all()],
        "categories": list(page.categories.values("name", "slug")),
        "sources": [
            {"number": n, "title": s.title, "publisher": s.publisher, "year": s.year, "url": s.url}
            for n, s in enumerate(page.sources.all(), start=1)
        ],
    }


def draft_of(page: Page, starts_at: datetime.datetime | None = None, by: str = "") -> Publication:
    """The page as it would be published; not stored."""
    blocks = blocks_of(page)
    return Publication(
        page=page,
        kind=page.kind,
        path=page.get_absolute_url(),
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        description=page.description,
        location_slug=page.location.slug if page.location else "",
        treatment_slug=_treatment_slug(page),
        body=render_body(page, blocks),
        outline=[{"id": block.anchor, "text": block.heading} for block in blocks if _is_main_section(block)],
        facts=_facts(page),
        author=page.author,
        reviewer=page.reviewer,
        reviewed_on=page.reviewed_on,
        next_review_on=page.next_review_on,
        dated=page.dated,
        starts_at=starts_at or timezone.now(),
        published_by=by,
    )


def publish(
    page: Page, by: str = "", at: datetime.datetime | None = None, until: datetime.datetime | None = None
) -> Publication:
    """Put the page in public from `at` until `until` (aware; default now, for good) in the place of what is there.

    `by` is the name of whoever publishes. Raises `IntegrityError` when two publish the same path at once;
    the page that was there stays. A page that moved leaves a redirect at its old path.
    """
    starts_at = at or timezone.now()
    with transaction.atomic():
        page = Page.objects.select_for_update(of=("self",)).select_related("location", "treatment").get(pk=page.pk)
        publication = draft_of(page, starts_at, by)
        publication.ends_at = until
        previous = Publication.objects.in_public_before(page, starts_at).first()
        for earlier in Publication.objects.still_to_end(page, publication.path, starts_at):
            earlier.end(starts_at)
        publication.save()
        publication.categories.set(page.categories.all())
        RelatedLink.objects.bulk_create(
            RelatedLink(publication=publication, to_path=other.get_absolute_url())
            for other in page.related.select_related("location")
        )
        search.index([publication])
        search.drop_ended(timezone.now())
        note_move(publication, previous, timezone.now())
    return publication


def unpublish(page: Page) -> int:
    """Take the page out of public now; returns how many publications that ended."""
    now = timezone.now()
    with transaction.atomic():
        ending = list(Publication.objects.still_to_end(page, page.get_absolute_url(), now))
        for publication in ending:
            publication.end(now)
        search.drop_ended(now)
    return len(ending)
