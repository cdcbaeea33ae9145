"""A patient's own request in a browser, with and without scripts, in English and in Spanish (R9, R10)."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems
from tests.browser.conftest import PHONE
from tests.browser.patient import ANSWERS, REFERENCE, fill_in

pytestmark = pytest.mark.browser

NARROWEST = 320


@dataclass(frozen=True)
class Words:
    """What is pressed and read in one language."""

    prefix: str
    check: str
    send: str
    find: str
    change: str
    show: str
    save: str
    call: str
    ask_for_time: str
    withdraw: str
    yes_withdraw: str
    undo: str
    yes_keep: str
    received: str
    promise: str
    changed: str
    wished: str
    withdrawn: str
    wrong: str
    other: str


ENGLISH = Words(
    "",
    "Check your answers",
    "Send request",
    "Find my request",
    "Change my answers",
    "Show my answers",
    "Save my answers",
    "Ask to be called at another time",
    "Ask for this time",
    "Withdraw my request",
    "Yes, withdraw it",
    "Undo: keep my request",
    "Yes, keep my request",
    "We have your request.",
    r"by \w+day, \w+ \d{1,2}(, \d{4})?, \d{1,2}:\d\d [ap]m \(Denver time\)",
    "You changed your answers on",
    "You asked us to call at this time",
    "You withdrew this request.",
    "There is a problem",
    "Español",
)
SPANISH = Words(
    "/es",
    "Revise sus respuestas",
    "Enviar solicitud",
    "Buscar mi solicitud",
    "Cambiar mis respuestas",
    "Mostrar mis respuestas",
    "Guardar mis respuestas",
    "Pedir que me llamen en otro horario",
    "Pedir este horario",
    "Retirar mi solicitud",
    "Sí, retirarla",
    "Deshacer: mantener mi solicitud",
    "Sí, mantener mi solicitud",
    "Hemos recibido su solicitud.",
    r"a más tardar el \w+ \d{1,2} de \w+( de \d{4})?, \d{1,2}:\d\d [ap]\. m\. \(hora de Denver\)",
    "Usted cambió sus respuestas el",
    "Nos pidió que le llamemos en este horario",
    "Usted retiró esta solicitud.",
    "Hay un problema",
    "English",
)
in_both_languages = pytest.mark.parametrize("words", [ENGLISH, SPANISH], ids=["English", "Spanish"])
CONTACT = "[name=contact]"


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name, exact=True).click()


def ask(page: Page, words: Words) -> str:
    """The whole way from the form to the confirmation; the reference on it."""
    page.goto(f"{words.prefix}/request-appointment/")
    fill_in(page)
    press(page, words.check)
    press(page, words.send)
    return REFERENCE.search(page.locator("main").inner_text()).group()


def find(page: Page, words: Words, reference: str) -> None:
    page.goto(f"{words.prefix}/my-request/")
    page.locator("[name=reference]").fill(reference)
    page.locator(CONTACT).fill(ANSWERS["email"])
    press(page, words.find)


def prove(page: Page, words: Words) -> None:
    follow(page, words.change)
    page.locator(CONTACT).fill("720 507 0080 x31")
    press(page, words.show)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@in_both_languages
def test_r9_the_whole_life_of_a_request(open_page, query, words, scripts):
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    reference = ask(page, words)
    assert re.search(words.promise, page.locator("main").inner_text())
    find(page, words, reference)
    heading = page.locator("h1")
    expect(heading).to_contain_text(words.received)
    assert re.search(words.promise, heading.inner_text())
    prove(page, words)
    expect(page.locator("[name=full_name]")).to_have_value(ANSWERS["full_name"])
    page.locator("[name=note]").fill("Kumquatshoulder, now the right one")
    press(page, words.save)
    expect(page.locator("main")).to_contain_text(words.changed)
    follow(page, words.call)
    page.locator("[name=time]").nth(1).check()
    press(page, words.ask_for_time)
    expect(page.locator("main")).to_contain_text(words.wished)
    follow(page, words.withdraw)
    press(page, words.yes_withdraw)
    expect(heading).to_have_text(words.withdrawn)
    follow(page, words.undo)
    press(page, words.yes_keep)
    expect(heading).to_contain_text(words.received)
    first, now, language = query(
        "SELECT r.note, c.note, r.language FROM appointments_appointmentrequest r"
        " JOIN appointments_changedanswers c ON r.changed_id = c.id WHERE r.reference = %s",
        reference.replace("-", ""),
    )[0]
    assert (first, now) == (ANSWERS["note"], "Kumquatshoulder, now the right one")
    assert language == ("es" if words.prefix else "en-us")


def test_r10_the_receipt_of_a_spanish_request_is_spanish_and_the_desks_mail_english(open_page, site):
    page = open_page(viewport=PHONE, java_script_enabled=False)
    reference = ask(page, SPANISH).replace("-", "")
    mails = {mail["To"]: mail for mail in site.mails_about(reference)}
    receipt = mails[ANSWERS["email"]].get_body(["plain"]).get_content()
    assert re.search(SPANISH.promise, receipt)
    assert "new request" in mails["frontdesk.denver@clinic.example"]["Subject"]
    page.goto(re.search(r"http://\S+/es/my-request/\S+", receipt).group())
    expect(page.locator("h1")).to_contain_text(SPANISH.received)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_r10_the_other_language_takes_along_what_was_typed(open_page, scripts):
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    page.goto("/request-appointment/?treatment=dry-needling")
    page.locator("[name=full_name]").fill(ANSWERS["full_name"])
    with page.expect_navigation():
        page.get_by_role("button", name="Español").click()
    assert page.url.endswith("/es/request-appointment/?treatment=dry-needling")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[name=full_name]")).to_have_value(ANSWERS["full_name"])
    expect(page.locator("[name=treatment]")).to_have_value("dry-needling")
    expect(page.locator("main")).not_to_contain_text(SPANISH.wrong)


def test_r10_enter_in_a_text_field_never_changes_the_language(open_page):
    page = open_page()
    page.goto("/request-appointment/")
    page.locator("[name=full_name]").fill(ANSWERS["full_name"])
    with page.expect_navigation():
        page.locator("[name=full_name]").press("Enter")
    assert page.url.endswith("/request-appointment/check/")
    expect(page.locator("html")).to_have_attribute("lang", "en-us")


# --- Every state passes axe --------------------------------------------------------------------------
def _steps(page: Page, words: Words):
    """Every state of one's own request, one after the other, named."""
    reference = ask(page, words)
    yield "confirmation"
    page.goto(f"{words.prefix}/my-request/nothing/")
    yield "unknown link"
    page.goto(f"{words.prefix}/my-request/")
    yield "find"
    page.locator("[name=reference]").fill(reference)
    page.locator(CONTACT).fill("nobody@patient.example")
    press(page, words.find)
    yield "find in vain"
    find(page, words, reference)
    yield "new"
    follow(page, words.change)
    yield "prove"
    press(page, words.show)
    yield "prove, empty"
    page.locator(CONTACT).fill(ANSWERS["email"])
    press(page, words.show)
    yield "change"
    page.locator("[name=full_name]").fill("")
    press(page, words.save)
    yield "change, wrong"
    page.locator("[name=full_name]").fill("Hippopotomonstrosesquippedaliophobia" * 3)
    press(page, words.save)
    follow(page, words.call)
    yield "call time"
    press(page, words.ask_for_time)
    yield "call time, none"
    page.locator("[name=time]").nth(1).check()
    press(page, words.ask_for_time)
    yield "with wishes"
    follow(page, words.withdraw)
    yield "withdraw"
    press(page, words.yes_withdraw)
    yield "withdrawn"
    follow(page, words.undo)
    yield "undo"


@in_both_languages
def test_r9_every_state_passes_axe(open_page, watch, words):
    watch.expect(404)
    page = open_page(reduced_motion="reduce")
    found = {state: problems(page, (NARROWEST,)) for state in _steps(page, words)}
    assert len(found) == 15
    assert {state: lines for state, lines in found.items() if lines} == {}


# What the desk makes of a request, one after the other.
STANDS = {
    "contacting": {"status": "contacting", "attempts": 1, "due_at": "soon"},
    "late": {"status": "contacting", "attempts": 1, "due_at": "before"},
    "offered": {"status": "offered", "due_at": "soon"},
    "booked": {"status": "booked", "due_at": None, "closed_at": "before", "visit_at": "soon"},
    "declined": {"status": "declined", "due_at": None, "closed_at": "before", "visit_at": None},
    "unreachable": {"status": "unreachable", "due_at": None, "closed_at": "before"},
}
STAND = """
import datetime
from django.utils import timezone
from appointments.models import AppointmentRequest
times = {{"soon": timezone.now() + datetime.timedelta(days=1), "before": timezone.now() - datetime.timedelta(days=1)}}
values = {{name: times.get(value, value) for name, value in {values!r}.items()}}
AppointmentRequest.objects.filter(reference={reference!r}).update(**values)
"""


@in_both_languages
def test_r9_every_status_passes_axe(open_page, site, words):
    page = open_page(reduced_motion="reduce")
    reference = ask(page, words)
    find(page, words, reference)
    wrong, texts = {}, set()
    for name, values in STANDS.items():
        usual = {"closed_at": None, "visit_at": None}
        site.manage("shell", "--command", STAND.format(values=usual | values, reference=reference.replace("-", "")))
        page.reload()
        texts.add(page.locator("h1").inner_text())
        wrong[name] = problems(page, (NARROWEST,))
    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(texts) == len(STANDS) - 1  # declined and unreachable read alike


def test_r10_every_state_of_the_spanish_form_passes_axe(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto("/es/request-appointment/")
    assert problems(page, (NARROWEST,)) == []
    page.locator("[name=email]").fill("nobody@")
    press(page, SPANISH.check)
    expect(page.locator("main")).to_contain_text(SPANISH.wrong)
    assert problems(page, (NARROWEST,)) == []
    fill_in(page)
    press(page, SPANISH.check)
    assert problems(page, (NARROWEST,)) == []


def test_r9_staff_read_what_was_and_what_is(open_page, sign_in):
    page, desk = open_page(java_script_enabled=False), open_page(reduced_motion="reduce")
    reference = ask(page, SPANISH)
    find(page, SPANISH, reference)
    prove(page, SPANISH)
    page.locator("[name=note]").fill("Kumquatshoulder, now the right one")
    press(page, SPANISH.save)
    sign_in(desk, "frontdesk-denver")
    desk.goto(f"/admin/appointments/appointmentrequest/?view=all&q={reference}")
    desk.locator("#result_list tbody a").first.click()
    desk.wait_for_url(re.compile("/change/"))
    changes = desk.locator(".changes")
    expect(changes.locator("del")).to_have_text(ANSWERS["note"])
    expect(changes.locator("ins")).to_have_text("Kumquatshoulder, now the right one")
    assert problems(desk) == []
