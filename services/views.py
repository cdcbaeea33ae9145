"""Public pages: each reads publications and clinic facts, nothing else."""

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services import facts, pictures, search, structured_data, tokens
from services.models import Category, Page, PreviewLink, Publication
from services.publishing import draft_of

HUBS = {
    Page.Kind.TREATMENT: (gettext_lazy("Treatments"), "services:treatments"),
    Page.Kind.CONDITION: (gettext_lazy("Conditions"), "services:conditions"),
    Page.Kind.ARTICLE: (gettext_lazy("Articles"), "services:articles"),
}


def breadcrumbs_of(publication: Publication, location) -> list[tuple[str, str]]:
    """(text, path) from the home page down to the publication."""
    trail = [(_("Home"), reverse("home"))]
    if publication.kind in HUBS:
        text, name = HUBS[publication.kind]
        trail.append((text, reverse(name)))
    if location:
        trail += [(_("Locations"), reverse("services:locations")), (location.name, location.url)]
    return [*trail, (publication.title, publication.path)]


def request_url(location_slug: str = "", treatment_slug: str = "") -> str:
    """The request form with location and treatment already chosen."""
    chosen = [f"{name}={slug}" for name, slug in (("location", location_slug), ("treatment", treatment_slug)) if slug]
    return reverse("appointments:form") + ("?" + "&".join(chosen) if chosen else "")


@require_safe
def page(request: HttpRequest, **_slugs: str) -> HttpResponse:
    """The publication in public at this path."""
    live = Publication.objects.live().at_active_locations()
    publication = get_object_or_404(live, path=request.path_info)
    return page_response(request, publication, related=live.related_to(publication))


@never_cache
@require_safe
def shared_preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft, for whoever holds a usable link; wrong, expired and revoked links look the same."""
    link = get_object_or_404(PreviewLink.objects.usable().by_token(token).select_related("page"))
    return draft_response(request, link.page)


def draft_response(request: HttpRequest, page: Page) -> HttpResponse:
    """The page as it would be published, marked as a draft."""
    return page_response(request, draft_of(page), is_draft=True)


def page_response(
    request: HttpRequest, publication: Publication, related: Iterable[Publication] = (), is_draft: bool = False
) -> HttpResponse:
    """A publication, or a draft baked like one, as the public sees it."""
    site = facts.current()
    location = site.location(publication.location_slug)
    breadcrumbs = breadcrumbs_of(publication, location)
    today = timezone.localdate(timezone=site.zone)
    return TemplateResponse(
        request,
        "services/page.html",
        {
            "publication": publication,
            "body": tokens.fill(publication.body, site),
            "outline": publication.outline,
            "related": related,
            "is_draft": is_draft,
            "picture": pictures.first(publication.body),
            "location": location,
            "request_url": request_url(publication.location_slug, publication.treatment_slug),
            "breadcrumbs": breadcrumbs,
            "is_due_for_review": bool(publication.next_review_on and publication.next_review_on < today),
            "structured_data": structured_data.as_script(
                structured_data.web_page(publication, site, settings.SITE_URL),
                structured_data.breadcrumb_list(breadcrumbs, settings.SITE_URL),
            ),
        },
    )


def _hub(request: HttpRequest, kind: str, lead: str) -> HttpResponse:
    publications = Publication.objects.live().of_kind(kind).without_body()
    context = {"heading": HUBS[kind][0], "lead": lead, "publications": publications}
    return TemplateResponse(request, "services/hub.html", context)


@require_safe
def treatments(request: HttpRequest) -> HttpResponse:
    """All treatments."""
    return _hub(request, Page.Kind.TREATMENT, _("What we do, what it may do for you, and what research says."))


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """All conditions."""
    return _hub(request, Page.Kind.CONDITION, _("What may lie behind the pain, and when to get help soon."))


@require_safe
def articles(request: HttpRequest, slug: str = "") -> HttpResponse:
    """All articles, or those of one category."""
    category = get_object_or_404(Category, slug=slug) if slug else None
    publications = Publication.objects.live().of_kind(Page.Kind.ARTICLE).without_body().newest_first()
    return TemplateResponse(
        request,
        "services/articles.html",
        {
            "publications": publications.in_category(slug) if slug else publications,
            "categories": Category.objects.all(),
            "category": category,
        },
    )


@require_safe
def locations(request: HttpRequest) -> HttpResponse:
    """All locations with their hours."""
    return TemplateResponse(request, "services/locations.html")


@require_safe
def location(request: HttpRequest, slug: str) -> HttpResponse:
    """One location: address, phone, hours, getting there, treatments."""
    site = facts.current()
    place = site.location(slug)
    if place is None:
        raise Http404
    breadcrumbs = [
        (_("Home"), reverse("home")),
        (_("Locations"), reverse("services:locations")),
        (place.name, place.url),
    ]
    live = Publication.objects.live().without_body()
    return TemplateResponse(
        request,
        "services/location.html",
        {
            "location": place,
            "treatments": [*live.at_location(slug), *live.of_kind(Page.Kind.TREATMENT)],
            "sketch_url": place.sketch and static(f"pictures/{place.sketch}.svg"),
            "breadcrumbs": breadcrumbs,
            "request_url": request_url(slug),
            "structured_data": structured_data.as_script(
                structured_data.business(place, site, settings.SITE_URL),
                structured_data.breadcrumb_list(breadcrumbs, settings.SITE_URL),
            ),
        },
    )


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Pages with the words of `?q=`; without words, the form only."""
    query = search.clean(request.GET.get("q", ""))
    found = search.search(query) if query else None
    return TemplateResponse(request, "services/search.html", {"query": query, "found": found})
