"""Facts of the clinic: written once, shown everywhere, in words of the place (C11)."""

import dataclasses
import datetime
import json
import threading
import time

import pytest
from django.utils.safestring import SafeString

from appointments.models import Message
from services import facts, tokens
from services.models import AtAGlance, Clinic, Closure, Location, OpeningHours, Page
from services.models.blocks import Figure, Section
from services.publishing import publish
from tests.browser.waiting import until
from tests.builders import make_page, make_request
from tests.conftest import NOW
from tests.faults import database_down
from tests.markup import Document

pytestmark = pytest.mark.django_db

DENVER_PHONE = '<a href="tel:+13035550142">303-555-0142</a>'
MIAMI_PHONE = '<a href="tel:+13055550117">305-555-0117</a>'


def location(slug="denver"):
    """The facts of a location as they are now."""
    facts.forget()
    return facts.current().location(slug)


# --- Tokens ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("[[clinic]]", "Test Clinic"),
        ("[[needle]]", "a thin, solid, single-use, sterile filiform needle"),
        ("[[phone]]", DENVER_PHONE),
        ("[[phone denver]]", DENVER_PHONE),
        ("[[phone north-miami]]", MIAMI_PHONE),
        ("[[address north-miami]]", "1 Test Street, North Miami, FL 33161"),
        ("[[location north-miami]]", "North Miami"),
        ("[[drawing needles]]", "/static/pictures/needles.svg"),
        ("[[phone nowhere]]", ""),
        ("[[salary]]", ""),
        ("[[drawing]]", ""),
        ("[[drawing passwords]]", ""),
        ("[phone]", "[phone]"),
    ],
)
def test_a_token_becomes_the_fact(clinic, token, shown):
    assert tokens.fill(f"<p>{token}</p>", facts.current()) == f"<p>{shown}</p>"


def test_hours_become_a_line_for_every_day(clinic):
    text = tokens.fill("[[hours denver]]", facts.current())
    assert text.startswith("Monday 8 am – 12 pm, 1 pm – 6 pm; Tuesday")
    assert text.endswith("Saturday Closed; Sunday Closed")


def test_inside_a_tag_a_fact_is_plain_text(clinic):
    html = tokens.fill('<img alt="Call [[phone]]">[[phone]]', facts.current())
    assert html == f'<img alt="Call 303-555-0142">{DENVER_PHONE}'


def test_a_fact_cannot_end_the_attribute_it_stands_in(clinic):
    site = dataclasses.replace(facts.current(), name='"><script>')
    assert tokens.fill('<img alt="[[clinic]]">', site) == '<img alt="&quot;&gt;&lt;script&gt;">'


def test_several_tokens_are_filled_in_one_text(clinic):
    text = tokens.fill("[[phone]] or [[phone north-miami]]", facts.current())
    assert text == f"{DENVER_PHONE} or {MIAMI_PHONE}"


@pytest.mark.parametrize("token", ["[[clinic]]", "[[needle]]", "[[location]]", "[[address]]", "[[phone]]"])
def test_markup_in_a_fact_is_shown_not_obeyed(clinic, token):
    hostile = "<script>alert(1)</script>"
    place = dataclasses.replace(location(), name=hostile, street=hostile, phone_display=hostile)
    site = dataclasses.replace(facts.current(), name=hostile, needle=hostile, locations=(place,))
    text = tokens.fill(token, site)
    assert isinstance(text, SafeString)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_fact_that_looks_like_a_token_is_not_filled_again(clinic):
    site = dataclasses.replace(facts.current(), name="[[phone]]")
    assert tokens.fill("[[clinic]]", site) == "[[phone]]"


def test_tokens_of_a_clinic_without_any_facts_become_nothing(db):
    text = tokens.fill("<p>[[phone]][[hours]][[address]][[location]][[clinic]]</p>", facts.current())
    assert text == "<p></p>"


@pytest.mark.parametrize("drawing", Figure.Drawing.values)
def test_every_drawing_has_an_address(clinic, drawing):
    assert tokens.fill(f"[[drawing {drawing}]]", facts.current()).endswith(f"/{drawing}.svg")


# --- Changed once, changed everywhere --------------------------------------------------------------
PAGES = [
    "/",
    "/treatments/",
    "/treatments/dry-needling/",
    "/articles/",
    "/locations/",
    "/locations/denver/",
    "/locations/denver/dry-needling/",
    "/about/",
    "/request-appointment/",
]


def test_c11_a_changed_phone_shows_on_every_page_within_a_second(site, client):
    before = [client.get(path).content.decode() for path in PAGES]
    Location.objects.filter(slug="denver").update(phone="+13035550199")
    time.sleep(1)
    after = [client.get(path).content.decode() for path in PAGES]
    assert all("303-555-0142" in text and "+13035550142" in text for text in before)
    assert all("303-555-0199" in text and "+13035550199" in text for text in after)
    assert not any("0142" in text for text in after)


def test_c11_a_changed_phone_is_what_machines_and_the_next_mail_are_told(clinic, client):
    Location.objects.filter(slug="denver").update(phone="+13035550199")
    facts.forget()
    script = Document(client.get("/locations/denver/")).one("script", type="application/ld+json")
    assert json.loads(script.raw)["@graph"][0]["telephone"] == "+13035550199"
    asked = make_request()
    receipt = Message.objects.get(to=asked.email)
    assert "303-555-0199" in receipt.text
    assert "303-555-0199" in receipt.html
    assert "0142" not in receipt.text + receipt.html + client.get(asked.patient_path).content.decode()


def test_a_changed_needle_shows_on_a_published_page(clinic, client):
    publish(make_page(Page.Kind.OTHER, "About", "about", text="<p>We use [[needle]].</p>"))
    Clinic.objects.update(needle="a needle of another kind")
    assert "We use a needle of another kind." in client.get("/about/").content.decode()


def test_the_facts_are_read_once_for_many_pages(clinic, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    facts.current()
    with django_assert_num_queries(0):
        client.get("/locations/")
        client.get("/locations/")


# --- The database is away --------------------------------------------------------------------------
def test_the_last_known_facts_survive_an_outage(clinic, client, monkeypatch):
    facts.current()
    monkeypatch.setattr(facts, "SECONDS_KEPT", 0)
    facts._Kept.until = 0
    with database_down():
        text = client.get("/locations/denver/no/such/page/").content.decode()
    assert "303-555-0142" in text
    assert "305-555-0117" in text


def test_an_outage_before_the_first_reading_gives_no_facts_and_no_error(clinic):
    facts.forget()
    with database_down():
        assert facts.current() == facts.ClinicFacts()


def test_facts_are_read_again_when_the_database_is_back(clinic):
    facts.forget()
    with database_down():
        facts.current()
    assert facts.current().name == "Test Clinic"


# --- A location that is closed for good --------------------------------------------------------------
@pytest.fixture
def without_denver(site):
    """Denver is not shown any more."""
    Location.objects.filter(slug="denver").update(is_active=False)
    facts.forget()


@pytest.mark.parametrize("path", ["/locations/denver/", "/locations/denver/dry-needling/"])
def test_pages_of_an_inactive_location_are_not_found(without_denver, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/locations/", "/treatments/dry-needling/", "/sitemap.xml", "/request-appointment/"]
)
def test_an_inactive_location_is_named_nowhere(without_denver, client, path):
    text = client.get(path).content.decode()
    assert "303-555-0142" not in text
    assert "/locations/denver/" not in text


def test_its_tokens_become_nothing(without_denver):
    assert tokens.fill("<p>[[phone denver]]</p>", facts.current()) == "<p></p>"


# --- Open now, in words -----------------------------------------------------------------------------
def test_open_and_closed_are_said_in_the_time_of_the_place(clinic):
    # 10:00 in Denver; noon in North Miami, when its lunch break begins.
    assert location("denver").state_text == "Open until 12:00 pm (Denver time)"
    assert location("north-miami").state_text == "Closed. Opens 1:00 pm (New York time)"


def test_after_the_last_hour_tomorrow_is_named(clinic, clock):
    clock.shift(datetime.timedelta(hours=9))
    assert location("denver").state_text == "Closed. Opens tomorrow, 8:00 am (Denver time)"


def test_before_a_weekend_the_day_is_named(clinic, clock):
    clock.move_to(datetime.datetime(2026, 5, 16, 16, tzinfo=datetime.UTC))
    assert location("denver").state_text == "Closed. Opens Monday, May 18, 8:00 am (Denver time)"


def test_a_closure_today_is_obeyed_and_shown(clinic, client):
    Closure.objects.create(location=Location.objects.get(slug="denver"), date=NOW.date(), name="Burst pipe")
    assert location("denver").state_text == "Closed. Opens tomorrow, 8:00 am (Denver time)"
    text = client.get("/locations/denver/").content.decode()
    assert "Burst pipe" in text
    assert "Tuesday, May 12" in text


def test_without_hours_we_ask_for_a_call(clinic):
    OpeningHours.objects.all().delete()
    assert location().state_text == "Please call for our hours"


def test_a_place_that_never_closes_says_so(clinic):
    OpeningHours.objects.all().delete()
    for weekday in range(7):
        OpeningHours.objects.create(
            location=Location.objects.get(slug="denver"),
            weekday=weekday,
            opens=datetime.time(),
            closes=datetime.time(),
        )
    assert location().state_text == "Open around the clock"
    assert set(dict(location().week).values()) == {"Open 24 hours"}


def test_the_state_moves_with_the_clock_without_reading_facts_again(clinic, clock):
    place = location("denver")
    assert place.is_open
    clock.shift(datetime.timedelta(hours=2))
    assert not place.is_open


# --- Phones -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stored", "shown"), [("+13035550142", "303-555-0142"), ("+442079460018", "+44 20 7946 0018")]
)
def test_there_is_one_way_to_write_a_phone(clinic, stored, shown):
    Location.objects.filter(slug="denver").update(phone=stored)
    assert location().phone_display == shown
    assert location().phone == stored


# --- Everywhere ------------------------------------------------------------------------------------
@pytest.fixture
def told(site):
    """A treatment page that uses facts in every text that is not its title."""
    page = Page.objects.treatments().get()
    Page.objects.filter(pk=page.pk).update(summary="Call [[phone denver]].", description="In [[address denver]].")
    AtAGlance.objects.create(page=page, what_it_is="With [[needle]].")
    for ordering, heading in ((20, "At [[clinic]]"), (30, "Second"), (40, "Third")):
        Section.objects.create(parent=page, region="main", ordering=ordering, heading=heading, text="<p>x</p>")
    publish(Page.objects.get(pk=page.pk))
    return page


def test_c11_facts_are_filled_in_every_text_of_a_page(told, client):
    Clinic.objects.update(name="Pain & Co <i>")
    facts.forget()
    document = Document(client.get("/treatments/dry-needling/"))
    assert document.one("p", **{"class": "lead"}).text == "Call 303-555-0142."
    assert document.one("meta", name="description").attrs["content"] == "In 1 Test Street, Denver, CO 80205."
    assert document.one("section", **{"class": "glance"}).text.count("a thin, solid, single-use, sterile") == 1
    assert document.one("a", href="#at-clinic").text == "At Pain & Co <i>"
    assert document.one("h2", id="at-clinic").text == "At Pain & Co <i>"
    script = json.loads(document.one("script", type="application/ld+json").raw)
    assert script["@graph"][0]["description"] == "Call 303-555-0142."


@pytest.mark.parametrize("path", ["/", "/treatments/", "/locations/denver/", "/search/?q=needling"])
def test_c11_facts_are_filled_where_a_page_is_listed(told, client, path):
    text = client.get(path).content.decode()
    assert "Call 303-555-0142." in text
    assert "[[" not in text


def test_c11_facts_are_filled_in_the_feed(site, client):
    article = make_page(Page.Kind.ARTICLE, "Why", "why", summary="Call [[phone denver]] < now.", dated="2026-05-10")
    publish(article)
    assert "Call 303-555-0142 &amp;lt; now." in client.get("/articles/feed/").content.decode()


def test_c11_search_looks_for_words_and_not_for_facts(told, client):
    assert "/treatments/dry-needling/" not in client.get("/search/?q=phone").content.decode().partition("<main")[2]


@pytest.mark.parametrize("text", ["[[drawing needles]]", "[[phone nowhere]]", "[[hours nowhere]]", "[[salary]]"])
def test_c11_what_is_no_fact_becomes_nothing_in_plain_text(clinic, text):
    assert tokens.plain(f"x{text}y", facts.current()) == "xy"


def test_c11_hours_in_plain_text_are_plain(clinic):
    Clinic.objects.update(name="A & B")
    facts.forget()
    assert tokens.plain("[[clinic]]: [[hours denver]]", facts.current()).startswith("A & B: Monday 8 am – 12 pm, 1 pm")


# --- Many threads at once --------------------------------------------------------------------------
@pytest.fixture
def slow_load(monkeypatch):
    """A `load` that waits for the test before it gives facts named after how often it was called."""
    calls, may_end = [], threading.Event()

    def load():
        calls.append(1)
        may_end.wait(10)
        return facts.ClinicFacts(name=f"read {len(calls)} times")

    monkeypatch.setattr(facts, "load", load)
    yield calls, may_end
    may_end.set()


def in_threads(count: int) -> tuple[list[str], list[threading.Thread]]:
    """The names that so many threads at once were told, and the threads."""
    told = []
    threads = [threading.Thread(target=lambda: told.append(facts.current().name)) for _ in range(count)]
    for thread in threads:
        thread.start()
    return told, threads


def test_while_one_thread_reads_the_facts_the_others_go_on_with_the_old_ones(monkeypatch, slow_load):
    calls, may_end = slow_load
    monkeypatch.setattr(facts._Kept, "facts", facts.ClinicFacts(name="old"))
    monkeypatch.setattr(facts._Kept, "until", facts.clock.monotonic())
    told, threads = in_threads(4)
    until(lambda: len(told) == 3, 10, "three threads were answered")
    assert told == ["old", "old", "old"]
    may_end.set()
    threads[0].join(10)
    until(lambda: len(told) == 4, 10, "the fourth was answered")
    assert told[3] == "read 1 times"
    assert len(calls) == 1


def test_the_first_time_every_thread_waits_for_the_facts(slow_load):
    calls, may_end = slow_load
    facts.forget()
    told, threads = in_threads(4)
    threads[0].join(0.2)
    assert told == []
    may_end.set()
    until(lambda: len(told) == 4, 10, "all four were answered")
    assert set(told) == {"read 1 times"}
    assert len(calls) == 1
