"""Which addresses of the site answer, and which belong to the site itself."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from services.models import Category, Location, Page, Publication

PAGE_VIEWS = frozenset(f"services:{kind}" for kind in Page.Kind.values)
# Never an old address of a page: staff, machines, files, and what belongs to one patient.
RESERVED = frozenset("accounts admin es healthz media my-request preview readyz request-appointment static".split())


def is_path(text: str) -> bool:
    """Whether `text` is a path of this site and nothing more: no host, query, fragment or odd characters."""
    parts = urlsplit(text) if text.isprintable() and "\\" not in text and " " not in text else None
    return parts is not None and parts.path == text and text.startswith("/") and not text.startswith("//")


def is_reserved(path: str) -> bool:
    """Whether the first word of the path belongs to the site itself."""
    return path.split("/")[1] in RESERVED


def view_of(path: str) -> tuple[str, dict]:
    """Name and arguments of the view that would answer; ("", {}) for none."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", {}
    return match.view_name, match.kwargs


def is_page(path: str) -> bool:
    """Whether a publication, and nothing else, may answer at `path`."""
    return view_of(path)[0] in PAGE_VIEWS


def answers(path: str) -> bool:
    """Whether the public finds something at `path` now; redirects do not count."""
    return bool(answering([path]))


def answering(paths: Iterable[str]) -> set[str]:
    """Those of `paths` where the public finds something now: three queries however many there are."""
    views = {path: view_of(path) for path in paths}
    live = set(Publication.objects.live().at_active_locations().filter(path__in=views).values_list("path", flat=True))
    locations = set(Location.objects.active().values_list("slug", flat=True))
    categories = set(Category.objects.values_list("slug", flat=True))

    def is_answered(path: str, name: str, arguments: dict) -> bool:
        match name:
            case "":
                return False
            case "services:location":
                return arguments["slug"] in locations
            case "services:category":
                return arguments["slug"] in categories
        return name not in PAGE_VIEWS or path in live

    return {path for path, (name, arguments) in views.items() if is_answered(path, name, arguments)}
