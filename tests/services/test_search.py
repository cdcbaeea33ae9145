"""Search finds what is in public by words, other names and headings, and survives every query (C14)."""

import datetime
import logging

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clinic_site.logs import PrivateJsonFormatter
from services import facts
from services.models import AlsoCalled, AtAGlance, Category, Location, Page, Publication, SearchTerm
from services.models.blocks import Section
from services.publishing import publish, unpublish
from services.search import LONGEST_QUERY, RESULTS, clean, rebuild, search
from tests.builders import make_page
from tests.markup import Document

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ODD = [
    "* AND",
    "NEAR(a)",
    "knee OR",
    "NOT",
    "title:knee",
    '"',
    "'",
    '"knots',
    "'knots'",
    "knots'; DROP TABLE services_searchterm; --",
    "%",
    "_",
    "\\",
    "=",
    "=knots",
    "&|!():*<->",
    "{{ query }}",
    "{% now %}",
    "k" * 5000,
    "knots " * 1000,
    "\0",
    "kno\0ts",
    "\x1b[31m",
    "😀",
    "👩‍⚕️ knots",
    "   ",
    "\t\n",
    "\u200b",
    "\u202eknots",
    "ﷺ",
    "ﬁne",
    "İstanbul",
    "日本語",
    "e\u0301",
    "\u0301",
    "<script>alert(1)</script>",
]


def article(title, slug, text="<p>Words</p>", **fields) -> Publication:
    """A published article."""
    return publish(make_page(Page.Kind.ARTICLE, title, slug, text=text, **fields))


def titles(query) -> list[str]:
    """Titles of what a query finds, best first."""
    return [hit.publication.title for hit in search(clean(query)).hits]


def excerpt_of(query) -> str:
    """The best page's excerpt."""
    return search(clean(query)).hits[0].excerpt


@pytest.fixture
def knots(clinic):
    """A published article about runners' knots."""
    return article("Knots of runners", "knots", text="<p>A café for the hip joints.</p>")


@pytest.fixture
def warm_facts(clinic, monkeypatch):
    """The clinic's facts have been read and stay."""
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    facts.forget()
    facts.current()


# --- Words ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    ["knot", "KNOTS", "runner", "Runners", "hips", "joint", "cafe", "CAFÉ", "cafe\u0301", "the knots of a runner"],
)
def test_a_page_is_found_by_any_form_of_its_words(knots, query):
    assert titles(query) == ["Knots of runners"]


@pytest.mark.parametrize("query", ["needle", "needles", "needling", "needled"])
def test_needle_finds_needling(clinic, query):
    assert titles(query) == ["Dry needling"]


def test_a_page_written_without_accents_is_found_with_them(clinic):
    article("Resume", "resume")
    assert titles("résumé") == ["Resume"]


def test_a_page_is_found_by_its_summary_panel_heading_and_category(clinic):
    page = make_page(slug="cupping", title="Cupping", summary="Alabaster")
    AtAGlance.objects.create(page=page, what_it_is="Basalt")
    Section.objects.create(parent=page, region="main", ordering=20, heading="Cobalt", text="<p>Dolomite</p>")
    page.categories.add(Category.objects.create(name="Emerald", slug="emerald"))
    publish(page)
    assert all(titles(word) == ["Cupping"] for word in ["Alabaster", "Basalt", "Cobalt", "Dolomite", "Emerald"])


def test_tags_attributes_and_fact_tokens_are_not_words(clinic):
    Location.objects.filter(slug="denver").update(street="1 Quartz Street")
    article(
        "Tags", "tags", text='<p><a href="https://zinc.example">Call</a> [[phone denver]] [[address]] [[feldspar]]</p>'
    )
    assert not any(titles(word) for word in ["href", "zinc", "phone", "quartz", "feldspar", "div"])


def test_bold_within_a_word_does_not_split_it(clinic):
    article("Bold", "bold", text="<p>ala<strong>baster</strong></p><p>one</p><p>two</p>")
    assert titles("alabaster") == ["Bold"]
    assert not titles("onetwo")


def test_common_words_in_a_text_find_nothing_but_a_title_of_them_does(clinic):
    article("About us", "about-us")
    article("Knots", "knots", text="<p>About us and them</p>")
    assert titles("about us") == ["About us"]


def test_pages_with_all_words_leave_out_those_with_some(clinic):
    article("Sore knots", "sore-knots")
    article("Sore", "sore")
    found = search("sore knots")
    assert [hit.publication.title for hit in found.hits] == ["Sore knots"]
    assert (found.total, found.has_every_word) == (1, True)


def test_without_a_page_that_has_all_words_those_with_most_are_shown(clinic):
    article("Sore knots", "sore-knots")
    article("Sore", "sore")
    found = search("why do sore knots xylophone")
    assert [hit.publication.title for hit in found.hits] == ["Sore knots"]
    assert not found.has_every_word


# --- Other names -----------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["IMS", "ims", "Intramuscular stimulation", "intramuscular", "stimulations"])
def test_c14_an_also_called_name_finds_the_page(clinic, query):
    page = Page.objects.get(slug="dry-needling")
    for name in ("IMS", "Intramuscular stimulation"):
        AlsoCalled.objects.create(page=page, name=name)
    assert not titles(query)
    publish(page)
    assert titles(query) == ["Dry needling"]


# --- Ranking ---------------------------------------------------------------------------------------
def test_c14_exact_title_then_exact_name_then_title_then_heading_then_text(clinic):
    text = "<p>" + "Sore knots. " * 30 + "</p>"
    article("Only text", "only-text", text=text)
    heading = make_page(Page.Kind.ARTICLE, "In a heading", "in-a-heading")
    Section.objects.create(parent=heading, region="main", ordering=20, heading="Sore knots", text="<p>x</p>")
    publish(heading)
    article("Ten sore and tight knots", "ten", text=text)
    named = make_page(Page.Kind.CONDITION, "Trigger points", "trigger-points")
    AlsoCalled.objects.create(page=named, name="Sore knots")
    publish(named)
    article("Sore knots", "sore-knots")
    expected = ["Sore knots", "Trigger points", "Ten sore and tight knots", "In a heading", "Only text"]
    assert titles("sore knot") == expected


def test_a_short_title_comes_before_a_long_one(clinic):
    article("Dry needling and what else there is for muscle pain", "long")
    assert titles("needling")[0] == "Dry needling"


def test_more_of_the_word_in_the_text_comes_first(clinic):
    article("A", "a", text="<p>sore</p>")
    article("B", "b", text="<p>sore sore sore</p>")
    assert titles("sore") == ["B", "A"]


def test_at_most_twenty_pages_are_shown_and_all_are_counted(clinic):
    for n in range(RESULTS + 3):
        article(f"Sore {n:02}", f"sore-{n}")
    found = search("sore")
    assert (len(found.hits), found.total) == (20, 23)


# --- Only what is in public ---------------------------------------------------------------------------
def test_c14_drafts_are_not_found(knots):
    make_page(Page.Kind.ARTICLE, "Dolomite", "dolomite")
    Page.objects.filter(slug="knots").update(title="Dolomite")
    assert not titles("dolomite")


def test_an_unpublished_page_is_not_found_and_leaves_the_index(knots):
    unpublish(knots.page)
    assert not titles("knots")
    assert not SearchTerm.objects.filter(publication=knots).exists()


def test_a_replaced_version_is_not_found_and_leaves_the_index(knots, clock):
    clock.shift(DAY)
    Section.objects.filter(parent=knots.page).update(text="<p>dolomite</p>")
    publish(knots.page)
    assert titles("knots") == titles("dolomite") == ["Knots of runners"]
    assert not titles("joints")
    assert not SearchTerm.objects.filter(publication=knots).exists()


def test_publishing_twice_at_the_same_moment_leaves_one_to_find(knots):
    publish(knots.page)
    assert titles("knots") == ["Knots of runners"]


def test_an_expired_page_is_not_found(knots, clock):
    knots.end(timezone.now() + DAY)
    assert titles("knots")
    clock.shift(DAY)
    assert not titles("knots")


def test_a_scheduled_page_is_found_from_its_moment_on_and_the_old_version_until_then(knots, clock):
    Section.objects.filter(parent=knots.page).update(text="<p>dolomite</p>")
    publish(knots.page, at=timezone.now() + DAY)
    assert (titles("joints"), titles("dolomite")) == (["Knots of runners"], [])
    clock.shift(DAY)
    assert (titles("joints"), titles("dolomite")) == ([], ["Knots of runners"])


def test_pages_of_an_inactive_location_are_not_found(clinic):
    denver, needling = Location.objects.get(slug="denver"), Page.objects.get(slug="dry-needling")
    publish(make_page(Page.Kind.LOCATION_TREATMENT, "Dolomite", "dolomite", location=denver, treatment=needling))
    assert titles("dolomite") == ["Dolomite"]
    Location.objects.filter(slug="denver").update(is_active=False)
    assert not titles("dolomite")


def test_no_page_is_published_that_could_not_be_indexed(clinic, monkeypatch):
    page = make_page(Page.Kind.ARTICLE, "Dolomite", "dolomite")
    monkeypatch.setattr("services.search.weigh", lambda publication: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(page)
    assert not Publication.objects.of_page(page).exists()


# --- Rebuild ---------------------------------------------------------------------------------------
def test_the_index_can_be_written_anew(knots, capsys):
    before = set(SearchTerm.objects.values_list("publication", "term", "weight"))
    SearchTerm.objects.all().delete()
    call_command("rebuild_search")
    assert set(SearchTerm.objects.values_list("publication", "term", "weight")) == before
    assert capsys.readouterr().out == "Indexed 2 publications.\n"


def test_rebuilding_leaves_out_what_has_ended_and_keeps_what_is_scheduled(knots, clock):
    publish(knots.page, at=timezone.now() + DAY)
    publish(make_page(Page.Kind.ARTICLE, "Old", "old")).end(timezone.now())
    rebuild()
    assert SearchTerm.objects.filter(publication__page=knots.page).values("publication").distinct().count() == 2
    assert not SearchTerm.objects.filter(publication__slug="old").exists()


# --- Odd queries -----------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ODD, ids=lambda query: repr(query[:20]))
def test_no_query_breaks_the_page(knots, client, query):
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    assert Document(response).one("input", id="q").attrs["value"] == clean(query)


@given(st.text())
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(knots, query):
    found = search(clean(query))
    assert len(found.hits) <= found.total


@pytest.mark.parametrize("raw", ["q=%00", "q=%FF%FE", "q=%ED%A0%80", "q=a&q=b", "q", "Q=knots", "q=%"])
def test_no_query_string_breaks_the_page(knots, client, raw):
    assert client.get(f"/search/?{raw}").status_code == 200


def test_a_long_query_is_cut(knots):
    assert len(clean("knots " * 1000)) <= LONGEST_QUERY
    assert titles("knots " * 1000) == ["Knots of runners"]


# --- Misspelled ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("nedling", "needling"), ("neelding", "needling"), ("dry neadling", "dry needling"), ("runnner", "runner")],
)
def test_c14_one_wrong_letter_is_suggested(knots, typed, meant):
    assert search(typed).suggestion == meant
    assert search(meant).hits


@pytest.mark.parametrize("typed", ["knots", "xylophone", "kn", "k" * 40, "日本語"])
def test_nothing_is_suggested_for_known_words_and_riddles(knots, typed):
    assert search(typed).suggestion == ""


def test_no_word_of_a_page_that_is_not_in_public_is_suggested(knots):
    page = make_page(Page.Kind.ARTICLE, "Dolomite", "dolomite")
    publish(page, at=timezone.now() + DAY)
    assert search("dolomit").suggestion == search("dolomites").suggestion == ""


# --- Excerpts --------------------------------------------------------------------------------------
def test_c14_the_excerpt_marks_every_form_of_the_words(clinic):
    article("A", "a", text="<p>Sore knots, a sore Knot and café.</p>")
    assert excerpt_of("knots cafe") == (
        "First part Sore <mark>knots</mark>, a sore <mark>Knot</mark> and <mark>café</mark>."
    )


def test_the_excerpt_fills_facts(clinic):
    article("A", "a", text="<p>Sore? Call [[phone]].</p>")
    assert excerpt_of("sore") == "First part <mark>Sore</mark>? Call 303-555-0142."


def test_the_excerpt_is_escaped(clinic):
    article("A", "a", text="<p>sore &lt;img src=x&gt; &amp; &quot;more&quot;</p>")
    assert excerpt_of("sore img") == (
        "First part <mark>sore</mark> &lt;<mark>img</mark> src=x&gt; &amp; &quot;more&quot;"
    )


# --- The page --------------------------------------------------------------------------------------
def test_the_page_lists_kind_title_and_excerpt(knots, client):
    document = Document(client.get("/search/", {"q": "knots"}))
    assert document.all("title")[0].text == "Search: knots · Test Clinic"
    assert document.one("h1").text == "Search"
    assert document.one("ol", **{"class": "row-list measure top-5"}).text.startswith("Knots of runners Article")
    assert document.one("a", href="/articles/knots/").text == "Knots of runners"
    assert "1 page for “knots”" in client.get("/search/", {"q": "knots"}).content.decode()


def test_without_a_query_there_is_the_form_only(clinic, client):
    for query in ["", "   ", "\0"]:
        response = client.get("/search/", {"q": query})
        document = Document(response)
        assert document.all("title")[0].text == "Search · Test Clinic"
        assert document.one("form", role="search").attrs["action"] == "/search/"
        assert "found nothing" not in response.content.decode()


def test_the_field_has_a_label_and_keeps_the_query(clinic, client):
    document = Document(client.get("/search/", {"q": '"><script>alert(1)</script>'}))
    assert document.one("label", **{"for": "q"}).text == "Search this site"
    assert document.one("input", id="q").attrs["value"] == '"><script>alert(1)</script>'
    assert not document.all("script")


def test_c14_nothing_found_offers_the_phone_the_form_and_all_pages(clinic, client):
    response = client.get("/search/", {"q": "xylophone"})
    main = Document(response.content.decode().partition("<main")[2].partition("</main>")[0])
    assert "We found nothing for “xylophone”." in response.content.decode()
    assert {"tel:+13035550142", "/request-appointment/", "/treatments/", "/conditions/"} <= set(main.values("href"))


def test_a_suggestion_is_a_link(clinic, client):
    link = Document(client.get("/search/", {"q": "dry nedling"})).one("a", href="/search/?q=dry%20needling")
    assert link.text == "dry needling"


def test_more_than_twenty_pages_are_said_to_be_more(clinic, client):
    for n in range(RESULTS + 1):
        article(f"Sore {n:02}", f"sore-{n}")
    text = client.get("/search/", {"q": "sore"}).content.decode()
    assert "21 pages for “sore”" in text
    assert "These are the first 20." in text


def test_robots_do_not_index_it_and_no_page_takes_its_address(clinic, client):
    document = Document(client.get("/search/", {"q": "sore"}))
    assert document.one("meta", name="robots").attrs["content"] == "noindex"
    assert document.one("link", rel="canonical").attrs["href"].endswith("/search/")
    assert "/search/" not in client.get("/sitemap.xml").content.decode()


def test_it_only_reads(clinic, client):
    assert client.head("/search/").status_code == 200
    assert client.post("/search/", {"q": "sore"}).status_code == 405


def test_every_page_leads_to_it(clinic, client):
    assert "/search/" in Document(client.get("/")).values("href")


def test_it_works_without_a_clinic(db, client):
    assert client.get("/search/", {"q": "sore"}).status_code == 200


# --- What it costs and what it tells --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "queries"), [("", 0), ("😀", 0), ("knots", 2), ("knots xylophone", 3), ("xylophone", 2)]
)
def test_a_search_costs_few_queries(knots, warm_facts, client, django_assert_num_queries, query, queries):
    with django_assert_num_queries(queries):
        client.get("/search/", {"q": query})


def test_the_number_of_pages_costs_no_query(warm_facts, client, django_assert_num_queries):
    for n in range(RESULTS + 1):
        article(f"Sore {n}", f"sore-{n}")
    with django_assert_num_queries(2):
        client.get("/search/", {"q": "sore"})


def test_no_log_holds_the_query(knots, client, caplog):
    caplog.set_level(logging.INFO)
    client.get("/search/", {"q": "quagga knots"})
    client.post("/search/?q=quagga")
    assert "quagga" not in caplog.text


def test_the_development_servers_line_loses_the_query():
    line = '"GET /search/?q=quagga+knots HTTP/1.1" 200 7'
    record = logging.LogRecord("django.server", logging.INFO, __file__, 1, line, (), None)
    text = PrivateJsonFormatter("%(message)s").format(record)
    assert "quagga" not in text
    assert "GET /search/ HTTP/1.1" in text
