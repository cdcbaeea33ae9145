"""Loads the demo clinic and publishes its pages."""

import datetime
import tomllib
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from services.closures import prefill
from services.models import (
    BLOCKS,
    AlsoCalled,
    AtAGlance,
    Category,
    Clinic,
    Location,
    MenuItem,
    OpeningHours,
    Page,
    Recipient,
    Source,
)
from services.publishing import publish

FOLDER = Path(__file__).parent
BLOCK_MODELS = {model._meta.model_name: model for model in BLOCKS}
# Children of a page in the TOML file; everything else is a field of the page.
CHILDREN = (
    "at_a_glance",
    "also_called",
    "sources",
    "blocks",
    "categories",
    "related",
    "location",
    "treatment",
)


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text())


def _load_location(facts: dict) -> None:
    recipients, hours = facts.pop("recipients"), facts.pop("hours")
    location = Location.objects.create(**facts)
    Recipient.objects.bulk_create(Recipient(location=location, email=email) for email in recipients)
    OpeningHours.objects.bulk_create(
        OpeningHours(
            location=location,
            weekday=row["weekday"],
            opens=datetime.time.fromisoformat(row["opens"]),
            closes=datetime.time.fromisoformat(row["closes"]),
        )
        for row in hours
    )
    year = timezone.localdate().year
    prefill(location, [year, year + 1])


def _load_clinic() -> None:
    facts = _read(FOLDER / "clinic.toml")
    Clinic.objects.create(**facts["clinic"])
    for location in facts["locations"]:
        _load_location(location)


def _load_page(data: dict) -> Page:
    page = Page(**{name: value for name, value in data.items() if name not in CHILDREN})
    if "location" in data:
        page.location = Location.objects.get(slug=data["location"])
        page.treatment = Page.objects.treatments().get(slug=data["treatment"])
    page.save()
    if panel := data.get("at_a_glance"):
        AtAGlance.objects.create(page=page, **panel)
    AlsoCalled.objects.bulk_create(AlsoCalled(page=page, name=name) for name in data.get("also_called", []))
    Source.objects.bulk_create(
        Source(page=page, position=n, **source) for n, source in enumerate(data.get("sources", []), start=1)
    )
    for name in data.get("categories", []):
        page.categories.add(Category.objects.get_or_create(name=name, slug=slugify(name))[0])
    _load_blocks(page, data["blocks"])
    return page


def _load_blocks(page: Page, blocks: list[dict]) -> None:
    for ordering, values in enumerate(blocks, start=1):
        model = BLOCK_MODELS[values.pop("block")]
        model.objects.create(parent=page, region="main", ordering=ordering * 10, **values)


def _load_menus(by_address: dict[str, Page]) -> None:
    for position, item in enumerate(_read(FOLDER / "menus.toml")["items"], start=1):
        page = by_address[item.pop("page")] if "page" in item else None
        MenuItem.objects.create(page=page, position=position * 10, **item)


def _address(page: Page) -> str:
    place = f"{page.location.slug}/" if page.location else ""
    return f"{page.kind}/{place}{page.slug}"


@transaction.atomic
def load_demo_content() -> int:
    """Load facts and pages into an empty site and publish them; returns how many pages."""
    _load_clinic()
    files = [_read(path) for path in sorted(FOLDER.glob("pages/*.toml"))]
    # A treatment at a location needs the treatment's page.
    files.sort(key=lambda data: data["kind"] == Page.Kind.LOCATION_TREATMENT)
    pages = [(_load_page(data), data) for data in files]
    by_address = {_address(page): page for page, _data in pages}
    for page, data in pages:
        page.related.add(*(by_address[address] for address in data.get("related", [])))
    for page, _data in pages:
        publish(page, by="demo")
    _load_menus(by_address)
    return len(pages)
