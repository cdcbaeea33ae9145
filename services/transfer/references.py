"""What a manifest names and neither it nor the site has."""

from collections.abc import Iterator

from services.models import Category, Location, Page, Redirect
from services.transfer.export import key_of, page_key
from services.transfer.reading import Content


def _pages(content: Content, stored: set[str]) -> Iterator[str]:
    places = {place.row.slug for place in content.places} | set(Location.objects.values_list("slug", flat=True))
    categories = {row.slug for row in content.categories} | set(Category.objects.values_list("slug", flat=True))
    known = stored | set(content.pages)
    for key, page in content.pages.items():
        if page.location and page.location not in places:
            yield f"Page {key}: there is no location “{page.location}”."
        if page.treatment and page_key(Page.Kind.TREATMENT, page.treatment) not in known:
            yield f"Page {key}: there is no treatment “{page.treatment}”."
        yield from (
            f"Page {key}: there is no category “{slug}”." for slug in page.categories if slug not in categories
        )
        yield from (f"Page {key}: there is no page “{name}” to relate to." for name in page.related - known)
    for menu, links in content.menus.items():
        yield from (f"Menu {menu}: there is no page “{name}”." for _item, name in links if name and name not in known)


def _names(content: Content) -> Iterator[str]:
    """Names that another record of the site has already."""
    places = dict(Location.objects.values_list("name", "slug"))
    for place in content.places:
        if places.get(place.row.name, place.row.slug) != place.row.slug:
            yield f"Location “{place.row.slug}”: another location here is called “{place.row.name}”."
    categories = dict(Category.objects.values_list("name", "slug"))
    for row in content.categories:
        if categories.get(row.name, row.slug) != row.slug:
            yield f"Category “{row.slug}”: another category here is called “{row.name}”."


def _circles(content: Content) -> Iterator[str]:
    """Redirects that would lead back to where they start, together with those of the site."""
    leads = dict(Redirect.objects.values_list("from_path", "to_path"))
    leads |= {row.from_path: row.to_path for row in content.redirects}
    for row in content.redirects:
        at, seen = row.to_path, set()
        while at in leads and at not in seen and at != row.from_path:
            seen.add(at)
            at = leads[at]
        if at == row.from_path:
            yield f"Redirect “{row.from_path}”: it would lead in a circle, back to itself."


def dangling(content: Content) -> list[str]:
    """Why the content does not fit together with what the site has, one sentence each."""
    stored = {key_of(page) for page in Page.objects.select_related("location")}
    return [*_pages(content, stored), *_names(content), *_circles(content)]
