"""The request form in a browser: what only a browser shows (R1, R3–R8)."""

import re

import pytest
from playwright.sync_api import Page, expect

from appointments.limits import Limit
from appointments.models import Trace
from appointments.sender import HOUR, WAITS_FROM
from services import facts
from tests.appointments.test_never_twice import Patient
from tests.browser.accessibility import WIDER, problems
from tests.browser.conftest import DESK, PHONE
from tests.browser.patient import fill_in, press, reference_on
from tests.faults import database_down

pytestmark = pytest.mark.browser

NARROWEST = 320
FORM, CHECK, SENT = "/request-appointment/", "/request-appointment/check/", "/request-appointment/sent/"


@pytest.fixture
def scripted(open_page) -> Page:
    """A phone that runs scripts."""
    return open_page(viewport=PHONE)


@pytest.fixture
def plain(open_page) -> Page:
    """A phone that runs none."""
    return open_page(viewport=PHONE, java_script_enabled=False)


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.tagName")


# --- R8: the trap ----------------------------------------------------------------------------------
def test_r8_no_key_and_no_eye_reaches_the_trap(open_page):
    page = open_page(viewport=DESK)
    page.goto(FORM)
    expect(page.locator("[name=subject]")).to_be_hidden()
    reached = []
    while _focused(page) != "note":
        page.keyboard.press("Tab")
        reached.append(_focused(page))
        assert len(reached) < 120
    page.keyboard.press("Tab")
    assert {"full_name", "access_needs", "note"} <= set(reached)
    assert "subject" not in [*reached, _focused(page)]


def test_r8_a_screen_reader_is_not_told_of_the_trap(scripted):
    scripted.goto(FORM)
    tree = scripted.locator("main").aria_snapshot()
    assert "Full name" in tree
    assert "Subject" not in tree


# --- R3: the note's count ---------------------------------------------------------------------------
def test_r3_the_note_counts_its_characters_to_eye_and_ear(scripted):
    scripted.goto(FORM)
    note, seen = scripted.locator("[name=note]"), scripted.locator("[name=note] + .hint")
    heard = scripted.locator("[name=note] ~ [aria-live=polite]")
    expect(seen).to_have_text("You can write 500 more characters.")
    expect(heard).to_have_text("")
    for text, words in (
        ("🙂 a\nb", "You can write 495 more characters."),
        ("x" * 499, "You can write 1 more character."),
        ("x" * 500, "You can write 0 more characters."),
        ("x" * 501, "This is 1 character too long."),
        ("x" * 600, "This is 100 characters too long."),
    ):
        note.fill(text)
        expect(seen).to_have_text(words)
        expect(heard).to_have_text(words)


# --- R4: the suggestion, without scripts -------------------------------------------------------------
def test_r4_a_slip_in_the_email_is_mended_with_one_press(plain, query):
    plain.goto(FORM)
    fill_in(plain, email="quillon@gmial.com")
    press(plain, "Check your answers")
    press(plain, "Yes, use quillon@gmail.com")
    expect(plain.get_by_text("Did you mean")).to_have_count(0)
    press(plain, "Send request")
    stored = query("SELECT email FROM appointments_appointmentrequest WHERE reference = %s", reference_on(plain))
    assert stored == [("quillon@gmail.com",)]


# --- R6: change and back ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answer", "name"),
    [("Location", "location"), ("Good times", "availability"), ("Full name", "full_name"), ("Note", "note")],
)
def test_r6_change_lands_on_the_field(scripted, answer, name):
    scripted.goto(FORM)
    fill_in(scripted)
    press(scripted, "Check your answers")
    scripted.get_by_role("button", name=f"Change {answer}", exact=True).press("Enter")
    expect(scripted.get_by_role("heading", level=1)).to_have_text("Request an appointment")
    expect(scripted.locator(f"[name={name}]").first).to_be_in_viewport()
    assert _focused(scripted) == name


def test_r7_back_from_the_confirmation_is_no_question_but_the_confirmation(scripted, query):
    scripted.goto(FORM)
    fill_in(scripted)
    press(scripted, "Check your answers")
    press(scripted, "Send request")
    reference = reference_on(scripted)
    before = query("SELECT COUNT(*) FROM appointments_appointmentrequest")
    scripted.go_back()
    assert reference_on(scripted) == reference
    scripted.go_back()
    expect(scripted.locator("[name=full_name]")).to_have_value("Quillon Zephyrine")
    press(scripted, "Check your answers")
    press(scripted, "Send request")
    assert reference_on(scripted) == reference
    assert query("SELECT COUNT(*) FROM appointments_appointmentrequest") == before


def test_r7_back_from_a_page_that_could_not_send_leads_to_the_answers(scripted, watch):
    watch.expect(403, 404)
    scripted.goto(FORM)
    fill_in(scripted)
    press(scripted, "Check your answers")
    scripted.context.clear_cookies()
    press(scripted, "Send request")
    expect(scripted.locator("[name=full_name]")).to_have_value("Quillon Zephyrine")
    scripted.go_back()
    expect(scripted.locator("main")).to_contain_text("Go back once more: your answers are still there.")
    scripted.go_back()
    expect(scripted.locator("[name=full_name]")).to_have_value("Quillon Zephyrine")


def test_r6_the_confirmation_prints_on_one_page(scripted):
    scripted.goto(FORM)
    fill_in(scripted)
    press(scripted, "Check your answers")
    press(scripted, "Send request")
    scripted.emulate_media(media="print")
    expect(scripted.locator(".reference")).to_be_visible()
    expect(scripted.locator("header").get_by_text("Denver: 303-555-0142")).to_be_visible()
    for gone in ("footer", ".skip-link", ".no-print"):
        expect(scripted.locator(gone).first).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", scripted.pdf(format="Letter"))) == 1


# --- States that need a fault: drawn by the site's code, shown by the browser -------------------------
def _too_many(patient: Patient, settings) -> None:
    settings.REQUESTS_PER_CONNECTION = 1
    Trace.objects.leave(*[(Limit("request.connection", WAITS_FROM, HOUR), "127.0.0.1")] * WAITS_FROM)
    patient.press()


def _database_down(patient: Patient, settings) -> None:
    with database_down():
        patient.press()


def _never_seen(patient: Patient, settings) -> None:
    facts.forget()
    with database_down():
        patient.press()


FAULTS = {"too many": (_too_many, 429), "database down": (_database_down, 503), "never seen": (_never_seen, 503)}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_r1_a_page_about_a_fault_is_for_everybody(clinic, settings, open_page, watch, fault):
    cause, status = FAULTS[fault]
    patient = Patient().check()
    cause(patient, settings)
    assert patient.page.status_code == status
    watch.expect(status)
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    page.route(f"**{SENT}", lambda route: route.fulfill(status=status, body=patient.page.content.decode()))
    page.goto(SENT)
    assert problems(page, (NARROWEST,)) == []


def _suggestion(page: Page) -> None:
    page.goto(FORM)
    fill_in(page, email="quillon@gmial.com", note="x" * 490)
    press(page, "Check your answers")


def _closed_day(page: Page) -> None:
    page.goto(FORM)
    fill_in(page)
    page.locator("[value=sat-am]").check()
    press(page, "Check your answers")


STATES = {"suggestion": _suggestion, "closed day": _closed_day}


@pytest.mark.parametrize("state", STATES)
def test_r1_every_state_is_for_everybody(open_page, state):
    page = open_page(reduced_motion="reduce")
    STATES[state](page)
    assert problems(page, (NARROWEST,)) == []


@pytest.mark.parametrize(("width", "text_size"), [(640, "100%"), (1280, "200%")], ids=["page", "text"])
def test_r1_at_200_percent_nothing_is_cut_off(open_page, width, text_size):
    page = open_page(viewport={"width": width, "height": 450})
    for step in (lambda: page.goto(FORM), lambda: _suggestion(page)):
        step()
        page.evaluate("size => document.documentElement.style.fontSize = size", text_size)
        assert page.evaluate(WIDER) == []
    press(page, "Send request")
    page.evaluate("size => document.documentElement.style.fontSize = size", text_size)
    assert page.evaluate(WIDER) == []
