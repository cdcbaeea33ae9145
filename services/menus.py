"""The links at the top and the foot of every page: what staff chose, less what is not in public."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from services.addresses import PAGE_VIEWS, view_of
from services.models import MenuItem

# Pages and menus are in the site's own language; "en" says it as well as "en-us" and stays short.
WRITTEN_IN = settings.LANGUAGE_CODE.partition("-")[0]


@dataclass(frozen=True)
class Link:
    """A text and where it leads."""

    text: str
    url: str
    lang: str = ""  # of a text that staff wrote; ours are translated


# Until staff make menu items of their own; privacy, nondiscrimination and accessibility always stand in the footer.
DEFAULTS = {
    MenuItem.Menu.HEADER: (
        Link(_("Treatments"), "/treatments/"),
        Link(_("Conditions"), "/conditions/"),
        Link(_("Articles"), "/articles/"),
        Link(_("Locations"), "/locations/"),
    ),
    MenuItem.Menu.FOOTER: (),
}


def _leads_somewhere(item: MenuItem, location_slugs: Collection[str]) -> bool:
    name, arguments = view_of(item.path)
    if name == "services:location":
        return arguments["slug"] in location_slugs
    return item.is_live or name not in PAGE_VIEWS


def _url(item: MenuItem, location_slugs: Collection[str]) -> str:
    """Where the item leads; "" while that is not in public."""
    if item.page_id:
        return item.page_path or ""
    return item.path if _leads_somewhere(item, location_slugs) else ""


def load(location_slugs: Collection[str]) -> dict[str, tuple[Link, ...]]:
    """Both menus, in one query; `location_slugs` are the active locations."""
    items = list(MenuItem.objects.with_addresses())
    links = [(item.menu, Link(item.text, _url(item, location_slugs), WRITTEN_IN)) for item in items]
    return {
        menu: tuple(link for of_menu, link in links if of_menu == menu and link.url)
        if any(item.menu == menu for item in items)
        else default
        for menu, default in DEFAULTS.items()
    }
