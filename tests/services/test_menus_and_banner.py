"""Menus, footer and the one timed banner: staff edit them, every page shows them (C14)."""

import datetime

import pytest
from django.utils import timezone

from services import facts
from services.demo.load import load_demo_content
from services.menus import DEFAULTS
from services.models import Banner, Location, MenuItem, Page
from services.publishing import publish, unpublish
from tests.builders import make_page, make_staff
from tests.conftest import NOW
from tests.markup import Document, form_data

pytestmark = pytest.mark.django_db

ITEM, BANNER = "/admin/services/menuitem/add/", "/admin/services/banner/add/"
HOUR = datetime.timedelta(hours=1)
SEARCH = "/search/"
LEGAL = ["/privacy-practices/", "/nondiscrimination/", "/accessibility/"]
PAGES = ["/", "/treatments/", "/treatments/dry-needling/", "/locations/denver/", "/request-appointment/", "/nope/"]


@pytest.fixture
def manager(clinic, client):
    """A browser of somebody who may change the frame."""
    client.force_login(make_staff("manager", "Manager", locations=()))
    return client


def links(client, css_class, path="/") -> list[tuple[str, str]]:
    """(text, address) of a menu, read anew."""
    facts.forget()
    navs = Document(client.get(path)).all("nav", **{"class": css_class})
    found = [(e.text, e.attrs["href"]) for nav in navs for e in nav.children if e.tag == "a"]
    return [link for link in found if link[1] != SEARCH]  # the search stands behind every menu


def header(client, path="/"):
    return links(client, "nav wrap", path)


def footer(client, path="/"):
    return links(client, "footer-menu", path)


def item(text, **fields):
    return MenuItem.objects.create(**{"menu": "header", "text": text, **fields})


def show_banner(text="Closed on Friday.", starts_at=NOW, ends_at=NOW + HOUR, **fields):
    Banner(text=text, starts_at=starts_at, ends_at=ends_at, **fields).save()
    facts.forget()


def notices(client, path="/") -> list:
    """The regions above the header."""
    return Document(client.get(path)).all("section", **{"class": "notices"})


def submit(client, url, **values) -> list[str]:
    """Fill in a form; what it says is wrong."""
    response = client.post(url, {**form_data(client.get(url), f"{url.split('/')[3]}_form"), **values})
    return [e.text for e in Document(response).all("ul") if "errorlist" in e.attrs.get("class", "")]


# --- Menus -----------------------------------------------------------------------------------------
def test_without_items_the_sections_are_the_menu(clinic, client):
    assert [url for _text, url in header(client)] == ["/treatments/", "/conditions/", "/articles/", "/locations/"]
    assert footer(client) == []


def test_every_default_leads_somewhere(clinic, client):
    assert all(client.get(link.url).status_code == 200 for menu in DEFAULTS.values() for link in menu)


def test_the_demo_has_both_menus(db, clock, client):
    load_demo_content()
    assert header(client)[-1] == ("First visit", "/first-visit/")
    assert footer(client) == [("About Juniper & Tide", "/about/")]


@pytest.mark.parametrize("path", PAGES)
def test_c14_every_page_shows_the_items_in_their_order(clinic, client, path):
    item("Second", path="/treatments/", position=20)
    item("First", path="/locations/", position=10)
    item("Below", path="/articles/", menu="footer")
    assert header(client, path) == [("First", "/locations/"), ("Second", "/treatments/")]
    assert footer(client, path) == [("Below", "/articles/")]


def test_the_phone_menu_holds_the_same_items(clinic, client):
    item("Only", path="/treatments/")
    assert links(client, "nav") == header(client) == [("Only", "/treatments/")]


def test_an_item_hides_while_its_page_is_not_in_public(clinic, client):
    page = make_page(Page.Kind.OTHER, "Parking", "parking")
    item("Parking", page=page)
    assert header(client) == []
    publish(page)
    assert header(client) == [("Parking", "/parking/")]
    unpublish(page)
    assert header(client) == []


def test_c14_an_item_follows_its_page_when_it_moves(clinic, client):
    page = make_page(Page.Kind.OTHER, "Parking", "parking")
    item("Parking", page=page)
    publish(page)
    Page.objects.filter(pk=page.pk).update(slug="car-park")
    assert header(client) == [("Parking", "/parking/")]
    publish(page)
    assert header(client) == [("Parking", "/car-park/")]


def test_an_item_by_path_hides_with_what_it_leads_to(clinic, client):
    item("Needling", path="/treatments/dry-needling/")
    item("Denver", path="/locations/denver/")
    assert len(header(client)) == 2
    unpublish(Page.objects.get(slug="dry-needling"))
    Location.objects.filter(slug="denver").update(is_active=False)
    assert header(client) == []


def test_the_current_item_is_marked(clinic, client):
    item("Home", path="/")
    item("Treatments", path="/treatments/")
    marked = [e.attrs.get("aria-current") for e in Document(client.get("/treatments/dry-needling/")).all("a")]
    assert [mark for mark in marked if mark == "true"] == ["true", "true"]  # in the header and in the phone's menu


def test_legal_links_stand_in_fixed_order_whatever_the_menu_holds(clinic, client):
    MenuItem.objects.create(menu="footer", text="More", path="/articles/")
    for path in LEGAL:
        publish(make_page("other", path, path.strip("/")))
    assert [url for _text, url in links(client, "footer-legal")][:3] == LEGAL


def test_menus_and_banner_cost_a_page_no_query(clinic, client, django_assert_max_num_queries, monkeypatch):
    for number in range(12):
        item(str(number), page=Page.objects.get())
    show_banner()
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    client.get("/")
    with django_assert_max_num_queries(2):
        client.get("/treatments/dry-needling/")


def test_the_number_of_items_costs_the_facts_no_query(clinic, django_assert_num_queries):
    for number in range(12):
        item(str(number), page=Page.objects.get())
    with django_assert_num_queries(9):
        facts.load()


# --- Menus in the admin ----------------------------------------------------------------------------
def test_a_manager_adds_an_item(manager):
    assert submit(manager, ITEM, menu="header", text="Needling", path="/treatments/dry-needling/") == []
    assert header(manager) == [("Needling", "/treatments/dry-needling/")]


def test_a_manager_orders_items_in_the_list(manager):
    first, second = item("A", path="/treatments/", position=1), item("B", path="/locations/", position=2)
    data = form_data(manager.get("/admin/services/menuitem/"), "changelist-form")
    positions = {"form-0-position": 5, "form-1-position": 1, "_save": "Save"}
    assert [data[f"form-{n}-id"] for n in range(2)] == [[str(first.pk)], [str(second.pk)]]
    manager.post("/admin/services/menuitem/", {**data, **positions})
    assert [text for text, _url in header(manager)] == ["B", "A"]


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "/nope/", "treatments", "javascript:alert(1)"]
)
def test_an_item_that_leads_nowhere_is_refused_in_words(manager, path):
    assert "Enter an address of this site that is in public" in " ".join(submit(manager, ITEM, text="x", path=path))
    assert not MenuItem.objects.exists()


@pytest.mark.parametrize("both", [True, False])
def test_an_item_leads_to_one_place(manager, both):
    page = Page.objects.get().pk if both else ""
    found = submit(manager, ITEM, menu="header", text="x", page=page, path="/treatments/" if both else "")
    assert found == ["Choose a page, or give an address below: one of the two."]


# --- Banner ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_shows_the_banner_in_a_region_with_a_name(clinic, client, path):
    show_banner(link="/locations/", link_text="Our hours")
    (region,) = notices(client, path)
    assert region.attrs["aria-label"] == "Notices"
    assert region.text == "Closed on Friday. Our hours"
    assert [e.attrs["href"] for e in region.children if e.tag == "a"] == ["/locations/"]


def test_without_a_banner_there_is_no_region(clinic, client):
    assert notices(client) == []


def test_c14_the_clock_alone_shows_and_hides_it(clinic, client, clock):
    show_banner(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    shown = []
    for _ in range(3):
        shown.append(len(notices(client)))
        clock.shift(HOUR)
    assert shown == [0, 1, 0]


def test_it_ends_by_the_clock_although_the_facts_are_kept(clinic, client, clock, monkeypatch):
    show_banner()
    monkeypatch.setattr(facts, "SECONDS_KEPT", 10**6)
    assert notices(client)
    clock.shift(HOUR)
    assert notices(client) == []


def test_its_words_are_escaped(clinic, client):
    show_banner("<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/").content.decode()


def test_a_draft_shows_both_its_mark_and_the_banner(manager):
    show_banner()
    page = Page.objects.get()
    text = manager.get(f"/admin/services/treatment/{page.pk}/preview/").content.decode()
    assert "The public does not see this page." in text
    assert "Closed on Friday." in text


# --- Banner in the admin ---------------------------------------------------------------------------
def times(**changes) -> dict:
    return {"starts_at": "2026-05-12T09:00", "ends_at": "2026-05-12T17:00", **changes}


def test_a_manager_sets_it_in_the_clinics_time(manager):
    assert submit(manager, BANNER, text="Party", **times()) == []
    assert Banner.objects.get().ends_at == timezone.datetime(2026, 5, 12, 23, 0, tzinfo=datetime.UTC)
    facts.forget()
    assert notices(manager)[0].text == "Party"


def test_the_form_names_the_zone(manager):
    assert "zone: America/Denver." in manager.get(BANNER).content.decode()


def test_there_is_one_banner(manager):
    show_banner()
    assert manager.get(BANNER).status_code == 403


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (times(ends_at="2026-05-12T08:00"), "The end must be after the start, and still ahead."),
        (
            times(starts_at="2026-05-01T09:00", ends_at="2026-05-02T09:00"),
            "The end must be after the start, and still ahead.",
        ),
        (times(ends_at=""), "This field is required."),
        (times(link="/locations/"), "Give both the link and its text, or neither."),
        (times(link_text="More"), "Give both the link and its text, or neither."),
        (times(link="https://evil.example/", link_text="x"), "Enter an address of this site that is in public"),
    ],
)
def test_c14_a_banner_that_could_not_work_is_refused_in_words(manager, values, says):
    assert says in " ".join(submit(manager, BANNER, text="Party", **values))
    assert not Banner.objects.exists()


def test_an_editor_may_look_but_not_change(clinic, client):
    client.force_login(make_staff("editor", "Editor", locations=()))
    assert [client.get(url).status_code for url in (ITEM, BANNER)] == [403, 403]
    assert client.get("/admin/services/menuitem/").status_code == 200
