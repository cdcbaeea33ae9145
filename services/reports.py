"""What staff should look after: one function per report, each a list of rows about pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services import addresses, facts, moments
from services.links import dead_links, internal_links
from services.models import Page, Publication
from services.publishing import draft_of
from services.redirects import target_of

# What the public would read; the moment of publishing and the publisher are not text.
COMPARED = "path title summary description body outline facts author reviewer reviewed_on next_review_on dated".split()


@dataclass(frozen=True)
class Row:
    """A page and what the report says of it."""

    page: Page
    detail: str


@dataclass(frozen=True)
class Report:
    """A question about the pages and the rows that answer it."""

    title: str
    about: str
    detail: str
    rows: Callable[[], list[Row]]


def _rows(pages: QuerySet[Page], detail: Callable[[Page], str]) -> list[Row]:
    return [Row(page, detail(page)) for page in pages.select_related("location", "owner")]


def _day(value) -> str:
    return moments.day(value, today=timezone.localdate(timezone=facts.current().zone))


def review_overdue() -> list[Row]:
    """In public after the day of their next review."""
    pages = Page.objects.review_due(timezone.localdate(timezone=facts.current().zone)).order_by("next_review_on")

    def due(page: Page) -> str:
        owner = page.owner.get_username() if page.owner else _("nobody")
        return _("{day}, owner: {owner}").format(day=_day(page.next_review_on), owner=owner)

    return _rows(pages, due)


def drafts() -> list[Row]:
    """Neither in public nor scheduled."""
    saved = _("Last saved {day}")
    zone = facts.current().zone
    return _rows(Page.objects.drafts(), lambda page: saved.format(day=_day(page.updated_at.astimezone(zone).date())))


def _newest(pages: Iterable[Page]) -> dict[int, Publication]:
    """By page, what is scheduled last, or else in public."""
    ahead = Publication.objects.ahead_of_all(timezone.now()).filter(page__in=pages)
    return {publication.page_id: publication for publication in ahead}


def has_changed(page: Page, publication: Publication) -> bool:
    """Whether the public would read something else if the page was published anew."""
    draft = draft_of(page, publication.starts_at)
    return any(getattr(draft, name) != getattr(publication, name) for name in COMPARED)


def changed() -> list[Row]:
    """Saved since they were published, with another text."""
    pages = Page.objects.saved_since_published().select_related("location", "treatment", "at_a_glance")
    newest = _newest(pages)
    zone = facts.current().zone
    return [
        Row(page, _("Published {day}").format(day=_day(newest[page.pk].baked_at.astimezone(zone).date())))
        for page in pages
        if page.pk in newest and has_changed(page, newest[page.pk])
    ]


def without_sources() -> list[Row]:
    """Medical pages that name no source."""
    return _rows(Page.objects.without_sources(), lambda page: page.get_kind_display())


def without_description() -> list[Row]:
    """Pages that leave their description to search engines."""
    return _rows(Page.objects.without_description(), lambda page: page.get_kind_display())


def links_that_lead_nowhere() -> list[Row]:
    """Links in public pages to addresses where the public finds nothing, not even a redirect."""
    live = Publication.objects.live().at_active_locations().exclude(page=None).select_related("page__location")
    by_path = {publication.path: publication for publication in live}
    bodies = [(publication.path, publication.body) for publication in live]
    linked = {path for _page, body in bodies for path, _words in internal_links(body, settings.SITE_URL)}
    answered = addresses.answering(linked)
    answered |= {path for path in linked - answered if target_of(path)}
    return [
        Row(by_path[page].page, f"{path} ({words})")
        for page, path, words in dead_links(bodies, answered, settings.SITE_URL)
    ]


REPORTS = {
    "review-overdue": Report(
        gettext_lazy("Review overdue"),
        gettext_lazy("Pages in public whose next review has passed. The page itself says so too."),
        gettext_lazy("Was due"),
        review_overdue,
    ),
    "drafts": Report(
        gettext_lazy("Unpublished drafts"),
        gettext_lazy("Pages that are neither in public nor scheduled."),
        gettext_lazy("Saved"),
        drafts,
    ),
    "changed": Report(
        gettext_lazy("Changed since publication"),
        gettext_lazy("Pages in public or scheduled whose draft says something else."),
        gettext_lazy("Published"),
        changed,
    ),
    "sources": Report(
        gettext_lazy("Missing sources"),
        gettext_lazy("Treatments, conditions and articles that name no source."),
        gettext_lazy("Kind"),
        without_sources,
    ),
    "links": Report(
        gettext_lazy("Dead links"),
        gettext_lazy("Links on public pages to addresses of this site where there is nothing."),
        gettext_lazy("Link"),
        links_that_lead_nowhere,
    ),
    "descriptions": Report(
        gettext_lazy("Pages without a description"),
        gettext_lazy("Search engines choose a sentence of the page instead."),
        gettext_lazy("Kind"),
        without_description,
    ),
}
