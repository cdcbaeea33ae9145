"""A manifest, checked: every fault in plain words, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.models import Banner, Category, Image, MenuItem, Redirect
from services.transfer.archive import PICTURE
from services.transfer.frame import read_banner, read_menus, read_redirect
from services.transfer.pages import PageDraft, read_page
from services.transfer.places import ClinicDraft, PlaceDraft, read_clinic, read_place
from services.transfer.values import items, name_of, refuse_twice, row_of, text, without

SECTIONS = "format version clinic locations categories pictures pages redirects menus banner".split()


@dataclass
class Content:
    """Everything of a manifest, as unsaved rows."""

    clinic: ClinicDraft | None = None
    places: list[PlaceDraft] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    pictures: dict[str, Image] = field(default_factory=dict)
    pages: dict[str, PageDraft] = field(default_factory=dict)
    redirects: list[Redirect] = field(default_factory=list)
    menus: dict[str, list[tuple[MenuItem, str]]] = field(default_factory=dict)  # with the page's key
    banner: Banner | None = None


def _pictures(manifest: Mapping, problems: list[str]) -> dict[str, Image]:
    found = {}
    for data in items(manifest, "pictures", "Manifest", problems):
        name = text(data, "file", "Picture", problems)
        if not PICTURE.fullmatch(name) or name in found:
            problems.append(f"Picture “{name[:100]}”: this name is wrong or stands twice.")
        found[name] = row_of(Image, without(data, "file"), f"Picture {name[:100]}", problems)
    return found


def read(manifest: Mapping[str, Any], problems: list[str]) -> Content:
    """The manifest as unsaved rows; adds to `problems` everything that is wrong with it."""
    problems += [f"Manifest: nothing here is called “{name[:40]}”." for name in manifest if name not in SECTIONS]
    content = Content(pictures=_pictures(manifest, problems))
    if (clinic := manifest.get("clinic")) is not None:
        content.clinic = read_clinic(clinic if isinstance(clinic, dict) else {}, problems)
    content.places = [read_place(row, problems) for row in items(manifest, "locations", "Manifest", problems)]
    content.categories = [
        row_of(Category, row, f"Category {name_of(row)}", problems)
        for row in items(manifest, "categories", "Manifest", problems)
    ]
    pages = [read_page(row, content.pictures, problems) for row in items(manifest, "pages", "Manifest", problems)]
    content.pages = {page.key: page for page in pages}
    content.redirects = [read_redirect(row, problems) for row in items(manifest, "redirects", "Manifest", problems)]
    content.menus = read_menus(manifest.get("menus", {}), problems)
    if (banner := manifest.get("banner")) is not None:
        content.banner = read_banner(banner, problems)
    refuse_twice([page.key for page in pages], "Pages", problems)
    refuse_twice([place.row.slug for place in content.places], "Locations", problems)
    refuse_twice([place.row.name for place in content.places], "Locations", problems)
    refuse_twice([row.slug for row in content.categories], "Categories", problems)
    refuse_twice([row.name for row in content.categories], "Categories", problems)
    refuse_twice([row.from_path for row in content.redirects], "Redirects", problems)
    return content
