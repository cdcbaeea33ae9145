"""Moved pages are found at their old address: automatic and manual redirects (C10)."""

import datetime

import pytest
from django.utils import timezone

from services.models import Page, Redirect
from services.publishing import publish, unpublish
from services.redirects import target_of
from tests.builders import make_page, make_staff
from tests.faults import database_down
from tests.markup import Document, form_data

pytestmark = pytest.mark.django_db

ADD = "/admin/services/redirect/add/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def knots(clinic):
    """A condition page in public at /conditions/knots/."""
    page = make_page(Page.Kind.CONDITION, "Knots", "knots")
    publish(page)
    return page


@pytest.fixture
def manager(clinic, client):
    """A browser of somebody who may add redirects."""
    client.force_login(make_staff("manager", "Manager", locations=()))
    return client


def move(page, slug, **when):
    """Rename and publish."""
    Page.objects.filter(pk=page.pk).update(slug=slug)
    publish(page, **when)


def rows() -> dict:
    return dict(Redirect.objects.values_list("from_path", "to_path"))


def add(client, from_path, to_path):
    """Fill in the form; what it says is wrong."""
    response = client.post(
        ADD, {**form_data(client.get(ADD), "redirect_form"), "from_path": from_path, "to_path": to_path}
    )
    return [e.text for e in Document(response).all("ul") if "errorlist" in e.attrs.get("class", "")]


# --- Automatic -------------------------------------------------------------------------------------
def test_c10_a_moved_page_is_found_at_its_old_address(knots, client):
    move(knots, "tight-knots")
    response = client.get("/conditions/knots/")
    assert (response.status_code, response.url) == (301, "/conditions/tight-knots/")
    assert client.head("/conditions/knots/").status_code == 301
    assert Redirect.objects.get().is_automatic


def test_c10_moving_twice_is_one_hop(knots, client):
    move(knots, "second")
    move(knots, "third")
    assert rows() == {"/conditions/knots/": "/conditions/third/", "/conditions/second/": "/conditions/third/"}
    assert client.get("/conditions/knots/").url == "/conditions/third/"


def test_c10_moving_back_leaves_no_circle(knots, client):
    move(knots, "second")
    move(knots, "knots")
    assert rows() == {"/conditions/second/": "/conditions/knots/"}
    assert client.get("/conditions/knots/").status_code == 200


def test_a_page_at_an_old_address_takes_it_over(knots, client):
    move(knots, "second")
    publish(make_page(Page.Kind.CONDITION, "Other knots", "knots"))
    assert rows() == {}
    assert "Other knots" in client.get("/conditions/knots/").content.decode()


def test_a_draft_that_moves_leaves_nothing_behind(clinic):
    draft = make_page(Page.Kind.CONDITION, "Draft", "draft")
    move(draft, "other")
    assert rows() == {}


def test_renaming_alone_changes_nothing_in_public(knots, client):
    Page.objects.filter(pk=knots.pk).update(slug="second")
    assert rows() == {}
    assert client.get("/conditions/knots/").status_code == 200


def test_publishing_again_at_the_same_path_writes_nothing(knots):
    publish(knots)
    assert rows() == {}


def test_a_redirect_that_staff_took_away_does_not_come_back(knots):
    move(knots, "second")
    Redirect.objects.all().delete()
    publish(knots)
    assert rows() == {}


def test_a_page_that_returns_at_another_address_is_found(knots, client, clock):
    clock.shift(DAY)
    unpublish(knots)
    assert client.get("/conditions/knots/").status_code == 404
    move(knots, "second")
    assert client.get("/conditions/knots/").url == "/conditions/second/"


def test_a_page_taken_out_of_public_is_not_led_to(knots, client):
    move(knots, "second")
    unpublish(knots)
    assert client.get("/conditions/knots/").status_code == 404


def test_a_scheduled_move_leads_on_from_its_moment_only(knots, client, clock):
    move(knots, "second", at=timezone.now() + DAY)
    assert client.get("/conditions/knots/").status_code == 200
    clock.shift(DAY)
    assert client.get("/conditions/knots/").url == "/conditions/second/"


def test_until_a_scheduled_move_every_old_address_still_leads_right(knots, client, clock):
    move(knots, "second")
    move(knots, "knots", at=timezone.now() + DAY)
    assert client.get("/conditions/knots/").url == "/conditions/second/"
    clock.shift(DAY)
    assert client.get("/conditions/second/").url == "/conditions/knots/"
    assert client.get("/conditions/knots/").status_code == 200


def test_a_failed_publication_writes_no_redirect(knots, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr("services.publishing.RelatedLink.objects.bulk_create", broken)
    with pytest.raises(RuntimeError):
        move(knots, "second")
    assert rows() == {}


# --- Answering -------------------------------------------------------------------------------------
def test_the_query_string_stays_behind(knots, client):
    move(knots, "second")
    assert client.get("/conditions/knots/?next=//evil.example").url == "/conditions/second/"


def test_an_address_without_its_slash_is_led_on_too(knots, client):
    move(knots, "second")
    assert client.get("/conditions/knots", follow=True).redirect_chain[-1] == ("/conditions/second/", 301)


def test_a_file_of_the_old_site_is_led_on(knots, client):
    Redirect.objects.create(from_path="/index.php", to_path="/conditions/knots/")
    assert client.get("/index.php").url == "/conditions/knots/"


def test_only_reading_is_led_on(knots, client):
    Redirect.objects.create(from_path="/index.php", to_path="/conditions/knots/")
    assert client.post("/index.php").status_code == 404


def test_a_page_comes_before_a_redirect(knots, client):
    Redirect.objects.create(from_path="/conditions/knots/", to_path="/conditions/")
    assert client.get("/conditions/knots/").status_code == 200


def test_a_circle_in_the_table_ends_in_not_found(clinic, client):
    Redirect.objects.create(from_path="/a/", to_path="/b/")
    Redirect.objects.create(from_path="/b/", to_path="/a/")
    assert client.get("/a/").status_code == 404


@pytest.mark.parametrize("path", ["/" + "a" * 300 + "/", "/a%00b/", "/%5Cevil.example/", "/ /"])
def test_odd_addresses_are_not_found(clinic, client, path):
    assert client.get(path).status_code == 404


def test_without_a_database_the_error_page_comes(clinic, client):
    with database_down():
        assert client.get("/index.php").status_code == 404


def test_a_page_in_public_costs_no_query_more(knots, client, django_assert_max_num_queries):
    client.get("/conditions/knots/")
    with django_assert_max_num_queries(2):
        client.get("/conditions/knots/")


# --- Manual ----------------------------------------------------------------------------------------
def test_a_manager_adds_a_redirect(manager):
    assert add(manager, "/old-page", "/treatments/dry-needling/") == []
    assert rows() == {"/old-page/": "/treatments/dry-needling/"}
    assert not Redirect.objects.get().is_automatic
    assert manager.get("/old-page/").url == "/treatments/dry-needling/"


def test_c10_redirects_are_listed(manager):
    Redirect.objects.create(from_path="/old-page/", to_path="/treatments/")
    text = manager.get("/admin/services/redirect/").content.decode()
    assert "/old-page/" in text
    assert "/treatments/" in text


@pytest.mark.parametrize("path", ["/", "/treatments/", "/locations/denver/", "/treatments/dry-needling/"])
def test_a_redirect_may_lead_to_anything_the_public_finds(manager, path):
    assert add(manager, "/old-page/", path) == []


@pytest.mark.parametrize(
    ("from_path", "says"),
    [
        ("old-page/", "Enter a path such as /old-page/"),
        ("https://evil.example/", "Enter a path such as /old-page/"),
        ("//evil.example/", "Enter a path such as /old-page/"),
        ("/old page/", "Enter a path such as /old-page/"),
        ("/old/?page=1", "Enter a path such as /old-page/"),
        ("/admin/old/", "The site itself uses this address."),
        ("/my-request/old/", "The site itself uses this address."),
        ("/static/old.css", "The site itself uses this address."),
        ("/treatments/", "There is a page at this address."),
        ("/treatments/dry-needling/", "There is a page at this address."),
        ("/locations/denver/", "There is a page at this address."),
    ],
)
def test_an_old_address_that_could_not_work_is_refused_in_words(manager, from_path, says):
    assert says in " ".join(add(manager, from_path, "/conditions/"))
    assert rows() == {}


@pytest.mark.parametrize(
    ("to_path", "says"),
    [
        ("https://evil.example/", "Enter a path of this site"),
        ("//evil.example/", "Enter a path of this site"),
        ("/\\evil.example/", "Enter a path of this site"),
        ("/treatments/#risks", "Enter a path of this site"),
        ("/nowhere/", "There is no page in public at this address."),
        ("/treatments/nothing/", "There is no page in public at this address."),
        ("/admin/", "There is no page in public at this address."),
        ("/old-page/", "This would lead in a circle"),
        ("/once/", "This would lead in a circle"),
    ],
)
def test_c10_a_target_that_could_not_work_is_refused_in_words(manager, to_path, says):
    Redirect.objects.create(from_path="/once/", to_path="/old-page/")
    assert says in " ".join(add(manager, "/old-page/", to_path))
    assert rows() == {"/once/": "/old-page/"}


def test_an_old_address_is_refused_twice_in_words(manager):
    Redirect.objects.create(from_path="/old-page/", to_path="/treatments/")
    assert "Redirect with this Old address already exists." in add(manager, "/old-page", "/conditions/")


def test_a_chain_of_rows_is_one_hop_for_the_visitor(knots):
    Redirect.objects.create(from_path="/a/", to_path="/b/")
    Redirect.objects.create(from_path="/b/", to_path="/conditions/knots/")
    assert target_of("/a/") == "/conditions/knots/"


def test_an_editor_may_look_but_not_redirect(clinic, client):
    client.force_login(make_staff("editor", "Editor", locations=()))
    assert client.get("/admin/services/redirect/").status_code == 200
    assert client.get(ADD).status_code == 403
