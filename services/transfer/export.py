"""What the site holds, as the manifest of an export: the same content gives the same manifest, on any database."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from content_editor.contents import contents_for_items
from django.db import connection, models, transaction
from django.db.models import Prefetch

from services import renditions
from services.models import (
    BLOCKS,
    AtAGlance,
    Banner,
    Category,
    Clinic,
    Closure,
    Image,
    Location,
    MenuItem,
    OpeningHours,
    Page,
    Publication,
    Redirect,
)
from services.models.blocks import Figure
from services.review import NEEDS_SIGN_OFF, valid_sign_off
from services.transfer.archive import FORMAT, VERSION, picture_name
from services.transfer.values import Values, mailboxes_of, values_of

REGION = "main"


def page_key(kind: str, slug: str, location_slug: str = "") -> str:
    """What a page is called in a manifest, on every site: `treatment/dry-needling`."""
    return "/".join(part for part in (kind, location_slug, slug) if part)


def key_of(page: Page) -> str:
    """The page's name in a manifest."""
    return page_key(page.kind, page.slug, page.location.slug if page.location else "")


def image_name(image: Image) -> str:
    """The picture's name in the zip."""
    return picture_name(image.checksum, image.extension)


def block_values(block: models.Model, picture: str = "") -> Values:
    """A block under the name of its kind."""
    more = {"picture": picture} if picture else {}
    return {"block": block._meta.model_name, **values_of(block), **more}


def picture_of(block: models.Model) -> str:
    """The name of the picture that a figure shows."""
    return image_name(block.image) if isinstance(block, Figure) and block.image else ""


def location_values(location: Location, hours: Iterable[OpeningHours], closures: Iterable[Closure]) -> Values:
    """A location with its hours and closures."""
    return {
        **values_of(location),
        "hours": [values_of(row) for row in sorted(hours, key=lambda row: (row.weekday, row.opens))],
        "closures": [values_of(row) for row in sorted(closures, key=lambda row: row.date)],
    }


def recipients_of(location: Location) -> list[str]:
    """Who is told of new requests."""
    return sorted(recipient.email for recipient in location.recipients.all())


def page_values(
    page: Page,
    panel: AtAGlance | None,
    names: Iterable[str],
    sources: Iterable[models.Model],
    blocks: Iterable[Values],
    categories: Iterable[str],
    related: Iterable[str],
    location: str = "",
    treatment: str = "",
) -> Values:
    """Everything an editor wrote on a page."""
    place = {"location": location, "treatment": treatment} if location else {}
    return {
        **values_of(page),
        **place,
        "at_a_glance": values_of(panel) if panel else None,
        "also_called": list(names),
        "categories": sorted(categories),
        "related": sorted(related),
        "sources": [values_of(source) for source in sources],
        "blocks": list(blocks),
    }


def pages() -> dict[str, tuple[Page, Values]]:
    """Every page by its key: as many queries for a thousand as for one."""
    with_location = Prefetch("related", Page.objects.select_related("location"))
    found = Page.objects.select_related("location", "treatment", "at_a_glance").prefetch_related(
        "also_called", "sources", "categories", with_location
    )
    rows = {key_of(page): page for page in found}
    contents = contents_for_items(rows.values(), plugins=BLOCKS)
    return {key: (rows[key], _stored_page(rows[key], contents[rows[key]][REGION])) for key in sorted(rows)}


def _stored_page(page: Page, blocks: Iterable[models.Model]) -> Values:
    return page_values(
        page,
        getattr(page, "at_a_glance", None),
        [row.name for row in page.also_called.all()],
        page.sources.all(),
        [block_values(block, picture_of(block)) for block in blocks],
        [category.slug for category in page.categories.all()],
        [key_of(other) for other in page.related.all()],
        page.location.slug if page.location else "",
        page.treatment.slug if page.treatment else "",
    )


def _sign_off(page: Page) -> Values | None:
    sign_off = valid_sign_off(page) if page.kind in NEEDS_SIGN_OFF else None
    return values_of(sign_off) if sign_off else None


def _pages() -> list[Values]:
    in_public = set(Publication.objects.live().values_list("page_id", flat=True))
    return [
        {
            **values,
            "in_public": page.pk in in_public,
            "sign_off": _sign_off(page),
        }
        for page, values in pages().values()
    ]


def menu_item_values(item: MenuItem, page: str) -> Values:
    """A link of a menu; its place in the list is its position."""
    values = values_of(item)
    return {"text": values["text"], **({"page": page} if page else {"path": values["path"]})}


def menus() -> dict[str, list[Values]]:
    """Both menus in order."""
    items = list(MenuItem.objects.select_related("page__location"))
    return {
        menu: [menu_item_values(item, key_of(item.page) if item.page else "") for item in items if item.menu == menu]
        for menu in MenuItem.Menu.values
    }


def stored_location(place: Location) -> Values:
    """A location as the site has it."""
    return location_values(place, place.opening_hours.all(), place.closures.all())


def _locations(with_recipients: bool) -> list[Values]:
    found = Location.objects.prefetch_related("opening_hours", "closures", "recipients")

    def mailboxes(place: Location) -> Values:
        return {**mailboxes_of(place), "recipients": recipients_of(place)} if with_recipients else {}

    return [
        {**stored_location(place), **mailboxes(place)}
        for place in sorted(found, key=lambda place: (place.position, place.slug))
    ]


def _clinic(with_recipients: bool) -> Values | None:
    clinic = Clinic.objects.first()
    return clinic and {**values_of(clinic), **(mailboxes_of(clinic) if with_recipients else {})}


def _take_snapshot() -> None:
    """One state of the site, although others write: SQLite has that in every transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def manifest(with_recipients: bool = False) -> dict[str, Any]:
    """All content; mailboxes of the desk only when they are asked for."""
    banner = Banner.objects.first()
    images = sorted(Image.objects.all(), key=image_name)
    return {
        "format": FORMAT,
        "version": VERSION,
        "clinic": _clinic(with_recipients),
        "locations": _locations(with_recipients),
        "categories": [values_of(row) for row in sorted(Category.objects.all(), key=lambda row: row.slug)],
        "pictures": [{"file": image_name(image), **values_of(image)} for image in images],
        "pages": _pages(),
        "redirects": [values_of(row) for row in sorted(Redirect.objects.all(), key=lambda row: row.from_path)],
        "menus": menus(),
        "banner": values_of(banner) if banner else None,
    }


def read_site(with_recipients: bool = False) -> dict[str, Any]:
    """`manifest()` of one moment."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            _take_snapshot()
        return manifest(with_recipients)


def picture_files() -> dict[str, Path]:
    """By its name in the zip, where the kept file of each picture is, or should be."""
    return {
        image_name(image): renditions.folder(image.key) / f"{image.width}.{image.extension}"
        for image in Image.objects.all()
    }
