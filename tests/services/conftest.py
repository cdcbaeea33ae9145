"""A site with one published page of every kind."""

import pytest

from services.models import Category, Location, Page, Source
from services.publishing import publish
from tests.builders import make_page

WORDS = {"summary": "A plain summary.", "description": "A plain description."}


@pytest.fixture
def site(clinic):
    """The clinic, and by kind one published page; the article is filed under `pain`."""
    needling = Page.objects.get(slug="dry-needling")
    Page.objects.filter(pk=needling.pk).update(**WORDS)
    pages = {
        Page.Kind.TREATMENT: needling,
        Page.Kind.CONDITION: make_page(Page.Kind.CONDITION, "Knots", "knots", **WORDS),
        Page.Kind.ARTICLE: make_page(Page.Kind.ARTICLE, "Why it hurts", "why-it-hurts", **WORDS),
        Page.Kind.LOCATION_TREATMENT: make_page(
            Page.Kind.LOCATION_TREATMENT,
            "Dry needling in Denver",
            location=Location.objects.get(slug="denver"),
            treatment=needling,
            **WORDS,
        ),
        Page.Kind.OTHER: make_page(Page.Kind.OTHER, "About us", "about", **WORDS),
    }
    pages[Page.Kind.ARTICLE].categories.add(Category.objects.create(name="Pain", slug="pain"))
    Source.objects.create(page=needling, position=1, title="A trial", publisher="A journal", year=2017)
    for page in pages.values():
        publish(page)
    return pages
