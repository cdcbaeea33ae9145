"""The citation list: numbered by the site, in the order the editor says (C1)."""

import pytest

from services.models import Page, Source
from tests.builders import make_page, make_staff
from tests.services.editing import form_data, form_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def knots(clinic, client):
    """A condition with three sources, and an editor signed in."""
    client.force_login(make_staff("editor", "Editor", ()))
    page = make_page(Page.Kind.CONDITION, "Knots", "knots")
    for position, title in enumerate(["One", "Two", "Three"], start=1):
        Source.objects.create(page=page, position=position, title=title, publisher="A journal")
    return page


def save(client, page, **changes) -> list[tuple[int, str]]:
    """Press Save; the numbers and titles that the page then has."""
    typed = {f"sources-{name}": value for name, value in changes.items()}
    response = client.post(form_url(page), form_data(client, page, **typed))
    assert response.status_code == 302, response.context["errors"]
    return list(page.sources.values_list("position", "title"))


def test_c1_two_sources_change_places(knots, client):
    assert save(client, knots, **{"0-position": 2, "1-position": 1}) == [(1, "Two"), (2, "One"), (3, "Three")]


def test_c1_a_source_without_a_number_comes_last(knots, client):
    new = {"3-title": "Four", "3-publisher": "A journal", "3-position": "", "TOTAL_FORMS": 4}
    assert save(client, knots, **new) == [(1, "One"), (2, "Two"), (3, "Three"), (4, "Four")]


def test_c1_what_is_deleted_leaves_no_gap(knots, client):
    assert save(client, knots, **{"0-DELETE": "on"}) == [(1, "Two"), (2, "Three")]


def test_c1_the_same_number_twice_is_no_mistake(knots, client):
    assert save(client, knots, **{"2-position": 1}) == [(1, "One"), (2, "Three"), (3, "Two")]


def test_a_source_without_a_title_is_refused_and_nothing_is_renumbered(knots, client):
    changes = {"sources-0-title": "", "sources-0-position": 3}
    response = client.post(form_url(knots), form_data(client, knots, **changes))
    assert "This field is required." in response.content.decode()
    assert list(knots.sources.values_list("position", "title")) == [(1, "One"), (2, "Two"), (3, "Three")]
