"""The records of redirects, menus and banner in a manifest."""

from typing import Any

from services.addresses import is_path, is_reserved
from services.models import Banner, MenuItem, Redirect
from services.transfer.values import Values, items, row_of, text, without


def read_redirect(data: Values, problems: list[str]) -> Redirect:
    """One old address."""
    where = f"Redirect “{str(data.get('from_path'))[:80]}”"
    redirect = row_of(Redirect, data, where, problems)
    for path in (redirect.from_path, redirect.to_path):
        if path and (not is_path(path) or is_reserved(path)):
            problems.append(f"{where}: “{path[:80]}” is not the address of a page.")
    return redirect


def _menu_item(data: Values, menu: str, where: str, problems: list[str]) -> tuple[MenuItem, str]:
    page = text(data, "page", where, problems)
    item = row_of(MenuItem, {"menu": menu, **without(data, "page")}, where, problems)
    if bool(page) == bool(item.path):
        problems.append(f"{where}: a link leads to a page or to an address, one of the two.")
    elif item.path and not is_path(item.path):
        problems.append(f"{where}: “{item.path[:80]}” is not an address of this site.")
    return item, page


def read_menus(data: Any, problems: list[str]) -> dict[str, list[tuple[MenuItem, str]]]:
    """Both menus: each link with the key of its page, or ""."""
    if not isinstance(data, dict) or not set(data) <= set(MenuItem.Menu.values):
        problems.append(f"Menus: this site has these: {', '.join(MenuItem.Menu.values)}.")
        return {}
    return {
        menu: [
            _menu_item(row, menu, f"Menu {menu}, link {n}", problems)
            for n, row in enumerate(items(data, menu, "Menus", problems), 1)
        ]
        for menu in data
    }


def read_banner(data: Any, problems: list[str]) -> Banner:
    """The one banner."""
    banner = row_of(Banner, data, "Banner", problems)
    if banner.link and not is_path(banner.link):
        problems.append(f"Banner: “{banner.link[:80]}” is not an address of this site.")
    return banner
