"""The home page."""

import itertools

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from services.models import Page, Publication

ARTICLES_SHOWN = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we treat, how a first visit goes, where we are: one query."""
    by_kind = {
        kind: list(publications)
        for kind, publications in itertools.groupby(
            Publication.objects.live().for_home(), key=lambda publication: publication.kind
        )
    }
    return TemplateResponse(
        request,
        "home.html",
        {
            "treatments": by_kind.get(Page.Kind.TREATMENT, []),
            "conditions": by_kind.get(Page.Kind.CONDITION, []),
            "articles": by_kind.get(Page.Kind.ARTICLE, [])[:ARTICLES_SHOWN],
        },
    )
