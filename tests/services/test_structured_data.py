"""What search engines are told is what people read: every fact of the markup stands on the page (C9)."""

import datetime
import json
import re
from collections import defaultdict

import pytest
from django.conf import settings

from services import facts
from services.demo.load import load_demo_content
from services.models import Clinic, Location, OpeningHours, Page, Publication
from services.models.blocks import Figure
from services.publishing import publish
from tests.builders import make_page
from tests.markup import Document
from tests.photos import make_image

pytestmark = pytest.mark.django_db

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CLOSED_ALL_DAY = ("00:00", "00:00")
KNOWN = {
    "MedicalWebPage": "@type url name description lastReviewed reviewedBy datePublished".split(),
    "WebPage": "@type url name description".split(),
    "Physiotherapy": "@type name url telephone address openingHoursSpecification".split(),
    "BreadcrumbList": "@type itemListElement".split(),
}


def clock_words(text: str) -> str:
    """`13:30` as the site writes it: `1:30 pm`."""
    hour, minute = map(int, text.split(":"))
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {'am' if hour < 12 else 'pm'}"


def date_words(text: str) -> str:
    """`2026-05-25` as the site writes it beside hours: `Monday, May 25`."""
    return f"{datetime.date.fromisoformat(text):%A, %B} {int(text[-2:])}"


def long_date(text: str) -> str:
    """`2026-10-05` as the site writes dates of review: `Oct. 5, 2026` or `October 5, 2026`."""
    day = datetime.date.fromisoformat(text)
    return rf"{day:%b}\w*\.? {day.day}, {day.year}"


def graph(client, path: str) -> tuple[Document, list[dict]]:
    """The page and what its markup says."""
    document = Document(client.get(path))
    return document, json.loads(document.one("script", type="application/ld+json").raw)["@graph"]


def shown_hours(document: Document) -> dict[str, str]:
    """What the tables of opening hours in the page's main part say, by day."""
    main = document.one("main")
    rows = [each for each in main.children if each.tag == "tr"]
    parts = [[cell.text for cell in row.children if cell.tag in ("th", "td")] for row in rows]
    return dict(parts)


def told_hours(business: dict) -> dict[str, set[tuple[str, str]]]:
    """What the markup says, by weekday or by date."""
    told = defaultdict(set)
    for row in business["openingHoursSpecification"]:
        day = row["dayOfWeek"].rpartition("/")[2] if "dayOfWeek" in row else date_words(row["validFrom"])
        told[day].add((row["opens"], row["closes"]))
    return told


def as_words(ranges: set[tuple[str, str]]) -> str:
    """The ranges of a day as the site writes them."""
    if not ranges or ranges == {CLOSED_ALL_DAY}:
        return "Closed"
    return ", ".join(f"{clock_words(opens)} – {clock_words(closes)}" for opens, closes in sorted(ranges))


@pytest.fixture
def demo(db, clock):
    """The demo clinic on the Tuesday before Memorial Day."""
    clock.move_to(datetime.datetime(2026, 5, 19, 16, 0, tzinfo=datetime.UTC))
    load_demo_content()


@pytest.fixture
def bad_day(demo):
    """North Miami closed at noon until tomorrow, 10 am."""
    ends_at = datetime.datetime(2026, 5, 20, 14, 0, tzinfo=datetime.UTC)
    Location.objects.filter(slug="north-miami").update(bad_day="closed", bad_day_ends_at=ends_at, bad_day_words="Leak")
    facts.forget()


def test_c9_every_page_says_of_itself_what_stands_on_it(demo, client):
    for publication in Publication.objects.live():
        document, (page, _crumbs) = graph(client, publication.path)
        shown = document.one("main").text
        assert set(page) <= set(KNOWN[page["@type"]])
        assert (page["@type"] == "WebPage") == (publication.kind == Page.Kind.OTHER)
        assert page["name"] == document.one("h1").text
        assert page["description"] in shown
        assert page["url"] == settings.SITE_URL + publication.path
        if page["@type"] == "MedicalWebPage":
            assert f"Reviewed by{page['reviewedBy']['name']}" in shown.replace("Reviewed by ", "Reviewed by")
            assert re.search(f"Last reviewed ?{long_date(page['lastReviewed'])}", shown)
        if "datePublished" in page:
            assert re.search(long_date(page["datePublished"]), shown)


def test_c9_breadcrumbs_for_machines_are_those_for_people(demo, client):
    paths = [*Publication.objects.live().values_list("path", flat=True), "/locations/denver/"]
    for path in paths:
        document, (_page, crumbs) = graph(client, path)
        assert set(crumbs) == set(KNOWN["BreadcrumbList"])
        shown = [each for each in document.one("ol", **{"class": "breadcrumbs"}).children if each.tag == "li"]
        links = [next((a.attrs["href"] for a in each.children if a.tag == "a"), path) for each in shown]
        told = [(item["name"], item["item"]) for item in crumbs["itemListElement"]]
        assert told == [(li.text, settings.SITE_URL + link) for li, link in zip(shown, links, strict=True)]
        assert [item["position"] for item in crumbs["itemListElement"]] == list(range(1, len(told) + 1))


@pytest.mark.parametrize("slug", ["denver", "north-miami"])
def test_c9_a_location_says_of_itself_what_stands_on_its_page(bad_day, client, slug):
    document, (place, _crumbs) = graph(client, f"/locations/{slug}/")
    shown = document.one("main").text
    assert set(place) == set(KNOWN["Physiotherapy"])
    assert place["name"] == document.one("h1").text
    assert re.sub(r"\+1(\d{3})(\d{3})(\d{4})", r"\1-\2-\3", place["telephone"]) in shown
    assert "{streetAddress} {addressLocality}, {addressRegion} {postalCode}".format(**place["address"]) in shown
    assert place["address"]["addressCountry"] == "US"


@pytest.mark.parametrize("slug", ["denver", "north-miami"])
def test_c9_hours_for_machines_are_those_for_people(bad_day, client, slug):
    document, (place, _crumbs) = graph(client, f"/locations/{slug}/")
    told, shown = told_hours(place), shown_hours(document)
    assert {day: as_words(told[day]) for day in DAYS} == {day: shown[day] for day in DAYS}
    special = {day: hours for day, hours in told.items() if day not in DAYS}
    others = {day: hours for day, hours in shown.items() if day not in DAYS}
    assert len(special) == len(others)
    for day, hours in special.items():
        row = next(text for text in others if text.startswith(f"{day} "))
        assert as_words(hours) == others[row]


def test_c9_holidays_and_a_bad_day_are_among_these_hours(bad_day, client):
    told = told_hours(graph(client, "/locations/north-miami/")[1][0])
    assert told["Monday, May 25"] == {CLOSED_ALL_DAY}
    assert told["Tuesday, May 19"] == {CLOSED_ALL_DAY}
    assert told["Wednesday, May 20"] == {("10:00", "19:00")}
    assert "Tuesday, May 19" not in told_hours(graph(client, "/locations/denver/")[1][0])


def test_c9_open_around_the_clock_is_not_told_as_closed(clinic, client):
    OpeningHours.objects.filter(location__slug="denver").delete()
    midnight = datetime.time.min
    for weekday in range(7):
        place = Location.objects.get(slug="denver")
        OpeningHours.objects.create(location=place, weekday=weekday, opens=midnight, closes=midnight)
    facts.forget()
    document, (place, _crumbs) = graph(client, "/locations/denver/")
    assert told_hours(place)["Sunday"] == {("00:00", "23:59")}
    assert shown_hours(document)["Sunday"] == "Open 24 hours"


def test_c9_a_review_that_the_page_does_not_show_is_not_told(clinic, client):
    page = make_page(Page.Kind.OTHER, "About", "about", reviewer="Lead", reviewed_on="2026-04-01", summary="Us.")
    publish(page)
    assert "lastReviewed" not in graph(client, "/about/")[1][0]


@pytest.mark.parametrize("kind", [Clinic.Kind.PHYSIOTHERAPY, Clinic.Kind.MEDICAL_CLINIC])
def test_c9_a_location_is_what_the_clinic_is(clinic, client, kind):
    Clinic.objects.update(kind=kind)
    facts.forget()
    assert graph(client, "/locations/denver/")[1][0]["@type"] == kind


# --- Sharing --------------------------------------------------------------------------------------------
def open_graph(client, path: str) -> dict[str, str]:
    metas = Document(client.get(path)).all("meta")
    return {each.attrs["property"]: each.attrs["content"] for each in metas if "property" in each.attrs}


def test_c9_every_page_of_the_sitemap_can_be_shared(demo, client):
    listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    for address in listed:
        path = address.removeprefix(settings.SITE_URL)
        document, told = Document(client.get(path)), open_graph(client, path)
        assert told["og:url"] == document.one("link", rel="canonical").attrs["href"] == address
        assert told["og:title"] in document.all("title")[0].text
        assert told["og:site_name"] == "Juniper & Tide Physical Therapy"
        assert told["og:description"]
        assert document.one("meta", name="description").attrs["content"][:60] == told["og:description"][:60]
    assert len(listed) > 20


def test_c9_a_shared_page_shows_its_picture(clinic, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert "og:image" not in open_graph(client, "/treatments/dry-needling/")
    page = Page.objects.get(slug="dry-needling")
    Figure.objects.create(parent=page, region="main", ordering=5, image=make_image(alt="A hand & an arm."))
    publish(page)
    told = open_graph(client, "/treatments/dry-needling/")
    assert (told["og:image:width"], told["og:image:alt"]) == ("500", "A hand & an arm.")
    path = told["og:image"].removeprefix(settings.SITE_URL)
    response = client.get(path)
    assert response["Content-Type"] == "image/jpeg"
    response.close()


def test_c9_a_category_is_in_the_sitemap_while_it_has_an_article(clinic, client):
    article = make_page(Page.Kind.ARTICLE, "Why it hurts", "why-it-hurts")
    article.categories.create(name="Pain", slug="pain")
    assert "/category/pain/" not in client.get("/sitemap.xml").content.decode()
    publish(article)
    assert client.get("/sitemap.xml").content.decode().count("/category/pain/") == 1
