"""Every public page: what it says, what it costs, what it never does (pages, C9, C14, P3)."""

import itertools
import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings

from services import facts
from services.models import Clinic, Location, Page, Source
from services.models.blocks import Section
from services.publishing import publish, unpublish
from tests.builders import make_page
from tests.markup import Document

pytestmark = pytest.mark.django_db

# path: what stands in <h1>, what stands in <title> before the clinic's name, meta description
PAGES = {
    "/": ("Headline", "Headline", "Introduction"),
    "/treatments/": ("Treatments", "Treatments", "What we do, what it may do for you, and what research says."),
    "/conditions/": ("Conditions", "Conditions", "What may lie behind the pain, and when to get help soon."),
    "/articles/": (
        "Articles",
        "Articles",
        "Plain words about muscle pain, trigger points and treatment, with the sources we used.",
    ),
    "/articles/category/pain/": (
        "Pain",
        "Pain",
        "Plain words about muscle pain, trigger points and treatment, with the sources we used.",
    ),
    "/locations/": ("Locations", "Locations", "Addresses, phone numbers and opening hours."),
    "/locations/denver/": ("Test Clinic, Denver", "Denver", "Muscle pain care in Denver."),
    "/treatments/dry-needling/": ("Dry needling", "Dry needling", "A plain description."),
    "/conditions/knots/": ("Knots", "Knots", "A plain description."),
    "/articles/why-it-hurts/": ("Why it hurts", "Why it hurts", "A plain description."),
    "/locations/denver/dry-needling/": (
        "Dry needling in Denver",
        "Dry needling in Denver",
        "A plain description.",
    ),
    "/about/": ("About us", "About us", "A plain description."),
}
BAKED = {
    Page.Kind.TREATMENT: "/treatments/dry-needling/",
    Page.Kind.CONDITION: "/conditions/knots/",
    Page.Kind.ARTICLE: "/articles/why-it-hurts/",
    Page.Kind.LOCATION_TREATMENT: "/locations/denver/dry-needling/",
    Page.Kind.OTHER: "/about/",
}
MACHINES = ["/articles/feed/", "/sitemap.xml", "/robots.txt"]
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _location_summary(clinic):
    Location.objects.filter(slug="denver").update(summary="Muscle pain care in Denver.")


@pytest.fixture
def warm_facts(site, monkeypatch):
    """The clinic's facts have been read and stay."""
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    facts.forget()
    facts.current()


def site_page(slug) -> Page:
    """A page by its slug."""
    return Page.objects.get(slug=slug)


def graph(response) -> dict:
    """Structured data by type."""
    script = Document(response).one("script", type="application/ld+json")
    return {thing["@type"]: thing for thing in json.loads(script.raw)["@graph"]}


# --- Renders ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
def test_c9_a_page_has_one_heading_and_the_right_title_and_description(site, client, path):
    heading, title, description = PAGES[path]
    response = client.get(path)
    document = Document(response)
    assert response.status_code == 200
    assert document.one("h1").text == heading
    assert document.all("title")[0].text == f"{title} · Test Clinic"
    assert document.one("meta", name="description").attrs["content"] == description


@pytest.mark.parametrize("path", PAGES)
def test_c9_the_canonical_address_ignores_query_and_host(site, client, settings, path):
    settings.ALLOWED_HOSTS = ["another.example"]
    response = client.get(path, {"utm_source": "x"}, headers={"host": "another.example"})
    canonical = Document(response).one("link", rel="canonical").attrs["href"]
    assert canonical == settings.SITE_URL + path


@pytest.mark.parametrize("path", PAGES)
def test_heading_levels_never_skip(site, client, path):
    levels = [int(e.tag[1]) for e in Document(client.get(path)).elements if re.fullmatch("h[1-6]", e.tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
def test_every_id_is_used_once_and_every_reference_leads_to_one(site, client, path):
    document = Document(client.get(path))
    ids = document.values("id")
    labels = [label for value in document.values("aria-labelledby") for label in value.split()]
    anchors = [href[1:] for href in document.values("href") if href.startswith("#")]
    assert len(ids) == len(set(ids))
    assert set(labels) | set(anchors) <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_language_and_the_way_to_ask(site, client, path):
    document = Document(client.get(path))
    assert document.one("html").attrs["lang"] == "en-us"
    assert any(href.startswith("/request-appointment/") for href in document.values("href"))
    assert "tel:+13035550142" in document.values("href")


@pytest.mark.parametrize("path", [*PAGES, *MACHINES])
def test_the_wrong_method_is_refused(site, client, path):
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405


@pytest.mark.parametrize("path", [*PAGES, *MACHINES])
def test_head_answers_like_get_without_a_body(site, client, path):
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""


def test_without_a_description_the_summary_stands_in(site, client):
    publish(make_page(Page.Kind.OTHER, "Parking", "parking", summary="Where to park."))
    content = Document(client.get("/parking/")).one("meta", name="description").attrs["content"]
    assert content == "Where to park."


def test_plain_fields_are_escaped_wherever_they_appear(site, client):
    hostile = '"><script>alert(1)</script>'
    words = dict.fromkeys(["title", "summary", "description", "author", "reviewer"], hostile)
    page = make_page(Page.Kind.CONDITION, slug="hostile", **words)
    Source.objects.create(page=page, position=1, title=hostile, publisher=hostile)
    publish(page)
    for path in ("/conditions/hostile/", "/conditions/", "/"):
        assert "<script>alert" not in client.get(path).content.decode()


# --- Not found -------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", BAKED)
def test_a_page_taken_out_of_public_is_not_found(site, client, kind):
    assert client.get(BAKED[kind]).status_code == 200
    unpublish(site[kind])
    assert client.get(BAKED[kind]).status_code == 404


@pytest.mark.parametrize("kind", BAKED)
def test_a_page_taken_out_of_public_is_listed_nowhere(site, client, kind):
    unpublish(site[kind])
    for path in [*PAGES, *MACHINES]:
        text = client.get(path).content.decode()
        assert f'href="{BAKED[kind]}"' not in text or BAKED[kind] == "/about/"
        assert f"<loc>{settings.SITE_URL}{BAKED[kind]}</loc>" not in text


@pytest.mark.parametrize(
    "path",
    ["/nope/", "/treatments/nope/", "/locations/nope/", "/articles/category/nope/", "/conditions/dry-needling/"],
)
def test_an_unknown_address_is_not_found(site, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/treatments/", "/conditions/", "/articles/", "/articles/feed/", "/sitemap.xml", "/"]
)
def test_lists_work_before_anything_is_published(db, client, path):
    assert client.get(path).status_code == 200


# --- Costs -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 1),
        ("/treatments/", 1),
        ("/conditions/", 1),
        ("/articles/", 2),
        ("/articles/category/pain/", 3),
        ("/locations/", 0),
        ("/locations/denver/", 2),
        *((path, 2) for path in BAKED.values()),
        ("/articles/feed/", 1),
        ("/robots.txt", 0),
    ],
)
def test_a_page_costs_few_queries(warm_facts, client, django_assert_num_queries, path, queries):
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize("blocks", [3, 60])
def test_the_number_of_blocks_costs_no_query(warm_facts, client, django_assert_num_queries, blocks):
    page = make_page(Page.Kind.CONDITION, "Long", "long")
    for n in range(blocks):
        Section.objects.create(parent=page, region="main", ordering=20 + n, heading=f"Part {n}", text="[[phone]]")
    publish(page)
    with django_assert_num_queries(2):
        text = client.get("/conditions/long/").content.decode()
    assert text.count("<h2 id=") >= blocks


def test_the_number_of_related_pages_costs_no_query(warm_facts, client, django_assert_num_queries):
    for n in range(10):
        page = make_page(Page.Kind.CONDITION, f"Pain {n}", f"pain-{n}")
        page.related.add(site_page("knots"))
        publish(page)
    with django_assert_num_queries(2):
        text = client.get("/conditions/knots/").content.decode()
    assert text.count("/conditions/pain-") == 10


# --- Privacy ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [*PAGES, *MACHINES, "/healthz", "/nope/"])
def test_no_cookie_is_set_before_the_form(site, client, path):
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_every_resource_comes_from_here(site, client, path):
    document = Document(client.get(path))
    used = [
        value
        for name in ("src", "srcset", "poster", "action", "data", "xlink:href")
        for value in document.values(name)
    ]
    used += [e.attrs["href"] for e in document.all("link") if e.attrs["rel"] != "canonical"]
    assert used
    assert all(re.match(r"/(?!/)", url) for url in used)


# --- Structured data -------------------------------------------------------------------------------
def test_a_location_says_to_machines_what_it_shows(site, client):
    response = client.get("/locations/denver/")
    data, text = graph(response)["Physiotherapy"], " ".join(Document(response).one("main").text.split())
    assert data["name"] == Document(response).one("h1").text == "Test Clinic, Denver"
    assert data["telephone"] == "+13035550142"
    assert "303-555-0142" in text
    assert data["url"] == settings.SITE_URL + "/locations/denver/"
    assert [data["address"][part] in text for part in ("streetAddress", "addressLocality", "postalCode")] == [True] * 3


def test_opening_hours_for_machines_are_those_shown(site, client):
    response = client.get("/locations/denver/")
    rows = graph(response)["Physiotherapy"]["openingHoursSpecification"]
    monday = [(row["opens"], row["closes"]) for row in rows if row["dayOfWeek"] == "https://schema.org/Monday"]
    assert len(rows) == 10
    assert monday == [("08:00", "12:00"), ("13:00", "18:00")]
    assert "Monday8 am – 12 pm, 1 pm – 6 pm" in Document(response).one("main").text.replace("Monday 8", "Monday8")


def test_the_kind_of_clinic_is_its_schema_type(site, client):
    Clinic.objects.update(kind=Clinic.Kind.MEDICAL_CLINIC)
    facts.forget()
    assert "MedicalClinic" in graph(client.get("/locations/denver/"))


def test_a_reviewed_page_says_to_machines_who_and_when(site, client, clock):
    review = {"reviewer": "Physical therapist", "reviewed_on": "2026-04-01"}
    Page.objects.filter(slug="knots").update(**review)
    publish(site_page("knots"))
    response = client.get("/conditions/knots/")
    data, shown = graph(response)["MedicalWebPage"], Document(response).one("dl").text
    assert (data["lastReviewed"], data["reviewedBy"]["name"]) == ("2026-04-01", "Physical therapist")
    assert "Physical therapist" in shown
    assert "April 1, 2026" in shown


def test_a_page_without_review_claims_none(site, client):
    data = graph(client.get("/conditions/knots/"))["MedicalWebPage"]
    assert not {"lastReviewed", "reviewedBy"} & set(data)


def test_an_other_page_is_no_medical_page(site, client):
    assert "WebPage" in graph(client.get("/about/"))


def test_breadcrumbs_for_machines_are_those_shown(site, client):
    response = client.get("/locations/denver/dry-needling/")
    items = graph(response)["BreadcrumbList"]["itemListElement"]
    shown = [e.text for e in Document(response).one("ol", **{"class": "breadcrumbs"}).children if e.tag == "li"]
    assert [item["name"] for item in items] == shown == ["Home", "Locations", "Denver", "Dry needling in Denver"]
    assert all(client.get(item["item"].removeprefix(settings.SITE_URL)).status_code == 200 for item in items)


@pytest.mark.parametrize("path", ["/locations/denver/", "/conditions/knots/"])
def test_no_fact_can_end_the_structured_data(site, client, path):
    hostile = "</script><script>alert(1)</script><!--"
    Clinic.objects.update(name=hostile)
    Location.objects.update(street=hostile, city=hostile)
    Page.objects.filter(slug="knots").update(
        title=hostile, description=hostile, reviewer=hostile, reviewed_on="2026-04-01"
    )
    publish(site_page("knots"))
    facts.forget()
    response = client.get(path)
    assert [e.attrs for e in Document(response).all("script")] == [{"type": "application/ld+json"}]
    assert hostile in json.dumps(graph(response), ensure_ascii=False)


# --- Links between pages ---------------------------------------------------------------------------
def test_related_pages_link_both_ways(site, client):
    site_page("knots").related.add(site_page("why-it-hurts"))
    publish(site_page("knots"))
    assert 'href="/articles/why-it-hurts/"' in client.get("/conditions/knots/").content.decode()
    assert 'href="/conditions/knots/"' in client.get("/articles/why-it-hurts/").content.decode()


def test_a_related_page_that_is_not_in_public_is_not_linked(site, client):
    draft = make_page(Page.Kind.CONDITION, "Draft", "draft")
    site_page("knots").related.add(draft)
    publish(site_page("knots"))
    assert "/conditions/draft/" not in client.get("/conditions/knots/").content.decode()
    publish(draft)
    assert "/conditions/draft/" in client.get("/conditions/knots/").content.decode()


def test_a_location_lists_its_own_treatment_page_first(site, client):
    paths = [
        href for href in Document(client.get("/locations/denver/")).values("href") if href.endswith("/dry-needling/")
    ]
    assert paths == ["/locations/denver/dry-needling/", "/treatments/dry-needling/"]


def test_a_page_asks_for_what_it_is_about(site, client):
    href = "/request-appointment/?location=denver&treatment=dry-needling"
    assert href in Document(client.get("/locations/denver/dry-needling/")).values("href")


def test_a_category_lists_its_own_articles_only(site, client):
    publish(make_page(Page.Kind.ARTICLE, "Elsewhere", "elsewhere"))
    text = client.get("/articles/category/pain/").content.decode()
    assert "Why it hurts" in text
    assert "Elsewhere" not in text


def test_articles_come_newest_first(site, client):
    publish(make_page(Page.Kind.ARTICLE, "Older", "older", dated="2025-01-01"))
    publish(make_page(Page.Kind.ARTICLE, "Newer", "newer", dated="2026-05-10"))
    headings = [e.text for e in Document(client.get("/articles/")).one("main").children if e.tag == "h2"]
    assert headings == ["Newer", "Why it hurts", "Older"]


def test_a_page_past_its_next_review_says_so(site, client, clock):
    Page.objects.filter(slug="knots").update(next_review_on="2026-05-12")
    publish(site_page("knots"))
    assert "due for review" not in client.get("/conditions/knots/").content.decode()
    clock.shift(24 * 3600)
    assert "due for review" in client.get("/conditions/knots/").content.decode()


# --- Machines --------------------------------------------------------------------------------------
def feed(client) -> ET.Element:
    """The feed, parsed."""
    response = client.get("/articles/feed/", headers={"host": "127.0.0.1"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def test_c9_the_feed_has_what_atom_asks_for(site, client):
    root = feed(client)
    assert root.tag == f"{ATOM}feed"
    for parent in (root, root.find(f"{ATOM}entry")):
        assert all(parent.find(ATOM + name).text for name in ("id", "title", "updated"))
    assert root.find(f"{ATOM}author/{ATOM}name").text == "Test Clinic"


def test_an_entry_of_the_feed_has_dates_address_and_summary(site, client):
    entry = feed(client).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published").text == "2026-05-01T00:00:00-06:00"
    assert entry.find(f"{ATOM}updated").text.startswith("2026-05-12T16:00:00")
    assert entry.find(f"{ATOM}link").get("href") == f"{settings.SITE_URL}/articles/why-it-hurts/"
    assert entry.find(f"{ATOM}summary").text == "A plain summary."


def test_addresses_in_the_feed_do_not_depend_on_who_asks(site, client, settings):
    settings.ALLOWED_HOSTS = ["another.example"]
    text = client.get("/articles/feed/", headers={"host": "another.example"}).content.decode()
    assert "another.example" not in text


def test_words_in_the_feed_arrive_as_written(site, client):
    publish(make_page(Page.Kind.ARTICLE, "Don't & do", "do", summary="Heat < 40 °C", dated="2026-05-11"))
    entry = feed(client).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Don't & do"
    assert (entry.find(f"{ATOM}summary").get("type"), entry.find(f"{ATOM}summary").text) == ("html", "Heat &lt; 40 °C")


def test_the_feed_holds_twenty_articles_newest_first(site, client):
    for day in range(1, 26):
        publish(make_page(Page.Kind.ARTICLE, f"Day {day}", f"day-{day}", dated=f"2026-03-{day:02}"))
    titles = [entry.find(f"{ATOM}title").text for entry in feed(client).findall(f"{ATOM}entry")]
    assert titles == ["Why it hurts", *(f"Day {day}" for day in range(25, 6, -1))]


def sitemap(client) -> dict[str, str | None]:
    """Address and day of last change."""
    root = ET.fromstring(client.get("/sitemap.xml", headers={"host": "127.0.0.1"}).content)
    return {url.find(f"{SITEMAP}loc").text: url.findtext(f"{SITEMAP}lastmod") for url in root}


def test_c9_the_sitemap_names_every_page_by_its_one_address(site, client):
    expected = {settings.SITE_URL + path for path in PAGES}
    assert set(sitemap(client)) == expected | {settings.SITE_URL + "/locations/north-miami/"}


def test_c9_the_sitemap_says_when_a_page_really_changed(site, client, clock):
    clock.shift(3 * 24 * 3600)
    publish(site_page("knots"))
    days = sitemap(client)
    assert days[settings.SITE_URL + "/conditions/knots/"] == "2026-05-15"
    assert days[settings.SITE_URL + "/about/"] == "2026-05-12"


def test_c9_robots_may_read_pages_but_nothing_of_staff_or_patients(site, client):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"] == "text/plain"
    assert {"Disallow: /admin/", "Disallow: /accounts/", "Disallow: /my-request/"} <= set(lines)
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    assert "Disallow: /" not in lines
