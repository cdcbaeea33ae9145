"""From the home page to the front desk, as patients go: on a phone, without JavaScript, by keyboard."""

import contextlib
import re
import time

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.patient import ANSWERS, PROMISE, REFERENCE, ask, fill_in, press, reference_on
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

TYPED = set(re.findall(r"\w{6,}", " ".join(ANSWERS.values()).lower())) - {"patient", "example"}
TYPED |= {"507-0080", "7205070080"}


@pytest.fixture
def phone(open_page) -> Page:
    """A small screen whose browser runs no scripts."""
    return open_page(viewport=PHONE, java_script_enabled=False)


def _rows(query) -> int:
    return query("SELECT COUNT(*) FROM appointments_appointmentrequest")[0][0]


def _pk_of(query, reference: str) -> int:
    return query("SELECT id FROM appointments_appointmentrequest WHERE reference = %s", reference)[0][0]


def test_from_the_home_page_to_a_form_with_the_treatment_chosen(phone):
    phone.goto("/")
    phone.locator("main").get_by_role("link", name="Dry needling").first.click()
    expect(phone).to_have_url(re.compile("/treatments/dry-needling/$"))
    phone.locator("main").get_by_role("link", name="Request an appointment").first.click()
    expect(phone.locator("[name=treatment]")).to_have_value("dry-needling")


def test_the_bar_at_the_bottom_keeps_the_treatment_too(phone):
    phone.goto("/treatments/dry-needling/")
    bar = phone.get_by_role("navigation", name="Get in touch")
    bar.get_by_role("link", name="Request an appointment").click()
    expect(phone.locator("[name=treatment]")).to_have_value("dry-needling")


def test_a_location_page_chooses_the_location(phone):
    phone.goto("/locations/north-miami/")
    phone.locator("main").get_by_role("link", name="Request an appointment").first.click()
    expect(phone.locator("[name=location][value=north-miami]")).to_be_checked()


def test_answers_are_checked_changed_and_sent(phone, query):
    phone.goto("/request-appointment/?treatment=dry-needling")
    fill_in(phone)
    press(phone, "Check your answers")
    for shown in ("Denver", "Dry needling", "Tuesday afternoon", *ANSWERS.values()):
        expect(phone.locator("main")).to_contain_text(shown.replace("(720)-507-0080", "720-507-0080"))
    press(phone, "Change Full name")
    assert phone.url.endswith("/request-appointment/#id_full_name")
    for name, text in ANSWERS.items():
        expect(phone.locator(f"[name={name}]")).to_have_value(text)
    phone.locator("[name=full_name]").fill("Quillon Changed")
    press(phone, "Check your answers")
    press(phone, "Send request")
    stored = query(
        "SELECT full_name, treatment FROM appointments_appointmentrequest WHERE reference = %s",
        reference_on(phone),
    )
    assert stored == [("Quillon Changed", "dry-needling")]


def test_the_confirmation_names_reference_and_promise_with_its_zone(phone):
    ask(phone)
    text = phone.locator("main").inner_text()
    assert phone.url.endswith("/request-appointment/sent/")
    assert REFERENCE.search(text)
    assert PROMISE.search(text)
    assert not any(word in phone.url.lower() for word in TYPED)


def test_the_request_is_in_the_inbox_within_a_second(phone, open_page, sign_in):
    desk = open_page()
    sign_in(desk, "frontdesk-denver")
    reference = ask(phone)
    confirmed = time.monotonic()
    inbox = desk.request.get("/admin/appointments/appointmentrequest/").text()
    assert time.monotonic() - confirmed < 1
    assert f"{reference[:4]}-{reference[4:]}" in inbox


def test_the_desk_reads_the_same_promise(phone, open_page, sign_in):
    reference = ask(phone)
    promise = PROMISE.search(phone.locator("main").inner_text()).group().removeprefix("by ")
    desk = open_page()
    sign_in(desk, "frontdesk-denver")
    desk.goto("/admin/appointments/appointmentrequest/")
    row = desk.locator("#result_list tr", has_text=f"{reference[:4]}-{reference[4:]}")
    expect(row).to_contain_text(ANSWERS["full_name"])
    expect(row).to_contain_text(promise)


def test_the_other_locations_desk_sees_nothing(phone, open_page, sign_in, query, watch):
    pk = _pk_of(query, ask(phone, full_name="Quillon Unseen"))
    desk = open_page()
    sign_in(desk, "frontdesk-miami")
    for view in ("", "?view=all", "?view=all&q=Unseen", "?location__id__exact=1"):
        desk.goto(f"/admin/appointments/appointmentrequest/{view}")
        expect(desk.locator("body")).not_to_contain_text("Unseen")
    watch.expect(403, 404)
    for address in ("change", "history", "delete"):
        desk.goto(f"/admin/appointments/appointmentrequest/{pk}/{address}/")
        expect(desk.locator("body")).not_to_contain_text("Unseen")


@pytest.mark.parametrize("address", ["change", "history"])
def test_a_request_of_another_location_is_not_found(phone, open_page, sign_in, query, watch, address):
    """As if it did not exist: 404 (I13)."""
    pk = _pk_of(query, ask(phone))
    desk = open_page()
    sign_in(desk, "frontdesk-miami")
    watch.expect(404)
    assert desk.goto(f"/admin/appointments/appointmentrequest/{pk}/{address}/").status == 404


def test_two_mails_leave_within_five_seconds(phone, site):
    reference = ask(phone)
    mails = site.mails_about(reference)
    assert {mail["To"] for mail in mails} == {"frontdesk.denver@clinic.example", ANSWERS["email"]}
    assert {mail["Auto-Submitted"] for mail in mails} == {"auto-generated"}


def _everything_in(mail, but: str) -> str:
    """Headers and decoded parts, without the address it is sent to."""
    headers = [f"{name}: {value}" for name, value in mail.items() if name != "To"]
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([*headers, *parts, mail.as_string().replace(but, "")]).lower()


def test_nothing_that_was_typed_is_in_a_mail(phone, site):
    reference = ask(phone)
    for mail in site.mails_about(reference):
        text = _everything_in(mail, but=ANSWERS["email"])
        assert not [word for word in TYPED if word in text]


def test_nothing_that_was_typed_is_in_the_outbox(phone, query):
    pk = _pk_of(query, ask(phone))
    rows = query("SELECT * FROM appointments_message WHERE appointment_request_id = %s", pk)
    assert len(rows) == 2
    text = repr(rows).lower().replace(f"'{ANSWERS['email']}'", "")
    assert not [word for word in TYPED if word in text]


def test_nothing_that_was_typed_is_in_the_log(phone, site, query):
    ask(phone)
    assert not [word for word in TYPED if word in site.log.lower()]


def test_the_link_in_the_receipt_opens_the_patients_page(phone, site):
    reference = ask(phone)
    mails = site.mails_about(reference)
    receipt = next(mail for mail in mails if mail["To"] == ANSWERS["email"])
    link = re.search(r"http://\S+/my-request/\S+", receipt.get_body(["plain"]).get_content()).group()
    phone.goto(link)
    expect(phone.locator("main")).to_contain_text(f"{reference[:4]}-{reference[4:]}")
    expect(phone.locator("main")).not_to_contain_text(ANSWERS["full_name"])


def test_reference_and_phone_find_the_patients_page(phone):
    reference = ask(phone)
    phone.goto("/my-request/")
    phone.get_by_label("Reference").fill(reference.lower())
    phone.get_by_label("Phone or email").fill("720 507 0080")
    press(phone, "Find my request")
    assert reference_on(phone) == reference


def test_a_double_click_sends_once(phone, query):
    before = _rows(query)
    phone.goto("/request-appointment/")
    fill_in(phone)
    press(phone, "Check your answers")
    phone.get_by_role("button", name="Send request").dblclick()
    expect(phone.locator(".reference")).to_be_visible()
    assert _rows(query) == before + 1


def test_reading_the_confirmation_again_sends_nothing(phone, query):
    reference = ask(phone)
    before = _rows(query)
    phone.reload()
    assert reference_on(phone) == reference
    assert _rows(query) == before


def _back(page: Page, steps: int) -> None:
    """The Back button; where Chromium would have to send a form again it asks first."""
    with contextlib.suppress(Error), page.expect_navigation():
        page.evaluate("steps => history.go(-steps)", steps)


def _send_the_form_again(page: Page) -> None:
    """“Confirm form resubmission”: reload where Chromium asks for it."""

    def reloaded() -> bool:
        with contextlib.suppress(Error):
            page.reload()
        return page.get_by_role("heading", name="Check your answers").is_visible()

    until(reloaded, 10, "the check page again")


def test_back_to_the_check_page_and_send_again_is_one_request(phone, query):
    reference = ask(phone)
    before = _rows(query)
    _back(phone, 1)
    _send_the_form_again(phone)
    press(phone, "Send request")
    assert reference_on(phone) == reference
    assert _rows(query) == before


def test_back_to_the_form_and_send_again_is_one_request(phone, query):
    reference = ask(phone)
    before = _rows(query)
    _back(phone, 2)
    expect(phone.locator("[name=full_name]")).to_have_value(ANSWERS["full_name"])
    press(phone, "Check your answers")
    press(phone, "Send request")
    assert reference_on(phone) == reference
    assert _rows(query) == before


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _press in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def _type_into(page: Page, name: str, text: str) -> None:
    _tab_to(page, f"[name={name}]")
    page.keyboard.type(text)


COUNT_KEYS = "addEventListener('keydown', () => sessionStorage.keys = 1 + Number(sessionStorage.keys || 0), true)"
# Seconds of the keystroke-level model (Card, Moran & Newell 1980, doi:10.1145/358886.358895): a key of an average
# typist, and making up one's mind before a field or a button. It counts acting; reading is not in it.
KEY, MIND = 0.28, 1.35
TWO_MINUTES = 120


def test_r1_the_keyboard_alone_is_enough_in_under_two_minutes(open_page, query):
    page = open_page(viewport=DESK)
    page.add_init_script(COUNT_KEYS)
    page.goto("/request-appointment/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    for name, value in (("location", "denver"), ("visit", "first"), ("availability", "mon-am")):
        _tab_to(page, f"[name={name}]" if name != "availability" else f"[value={value}]")
        page.keyboard.press("Space")
    for name, text in ANSWERS.items():
        _type_into(page, name, text)
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.innerText").startswith("Send request"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".reference")).to_be_visible()
    stored = query(
        "SELECT full_name, note FROM appointments_appointmentrequest WHERE reference = %s", reference_on(page)
    )
    assert stored == [(ANSWERS["full_name"], ANSWERS["note"])]
    keys, decisions = int(page.evaluate("sessionStorage.keys")), 3 + len(ANSWERS) + 2
    assert keys > sum(map(len, ANSWERS.values()))  # they were counted
    assert keys * KEY + decisions * MIND < TWO_MINUTES
