"""What people type by mistake or on purpose: refused in plain words or stored as it is, never run."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.patient import ANSWERS, Visitor, fill_in, press, reference_on

pytestmark = pytest.mark.browser

EVIL = "{% load x %}{{ 7|add:7 }}<script>window.__x=1</script><img src=x onerror=window.__x=1>"


@pytest.fixture
def form(open_page) -> Page:
    """The open form on a phone."""
    page = open_page(viewport=PHONE)
    page.goto("/request-appointment/")
    return page


@pytest.fixture
def stores_nothing(query):
    """Fails a test that leaves a request or a message behind."""

    def count():
        return [
            query(f"SELECT COUNT(*) FROM appointments_{table}")[0][0]
            for table in ("appointmentrequest", "event", "message")
        ]

    before = count()
    yield
    assert count() == before


@pytest.mark.usefixtures("stores_nothing")
class TestAnEmptyForm:
    @pytest.fixture
    def refused(self, form) -> Page:
        form.locator("[name=note]").fill("kept")
        press(form, "Check your answers")
        return form

    def test_r5_title_and_summary_say_so(self, refused):
        assert refused.title().startswith("Error:")
        expect(refused.get_by_role("alert")).to_contain_text("There is a problem")
        first = refused.locator("main").get_by_role("heading").first
        expect(first).to_have_text("There is a problem")

    def test_r5_the_summary_has_the_focus(self, refused):
        expect(refused.locator(".error-summary")).to_be_focused()

    def test_r5_each_line_leads_to_its_field(self, refused):
        links = refused.locator(".error-summary a")
        fields = ["location", "visit", "full_name", "phone"]
        assert links.count() == len(fields)
        for number, name in enumerate(fields):
            links.nth(number).click()
            assert refused.evaluate("document.activeElement.name") == name

    def test_r5_the_field_says_the_same_words(self, refused):
        for link in refused.locator(".error-summary a").all():
            field = refused.locator(link.get_attribute("href")).locator(
                "xpath=ancestor::*[contains(@class,'field')][1]"
            )
            expect(field.locator(".error-text")).to_contain_text(link.inner_text())

    def test_r5_what_was_typed_is_kept(self, refused):
        expect(refused.locator("[name=note]")).to_have_value("kept")


@pytest.mark.usefixtures("stores_nothing")
@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("phone", "555", "Enter a phone number with its area code"),
        ("phone", "call me maybe", "Enter a phone number with its area code"),
        ("email", "quillon@", "Enter an email address such as"),
        ("full_name", "Zoë" * 3334, "must be 200 characters or fewer. You have 10002"),
        ("note", "a" * 501, "must be 500 characters or fewer. You have 501"),
        ("full_name", "  ", "Enter your full name"),
    ],
)
def test_a_wrong_answer_is_named_and_kept(form, name, typed, words):
    fill_in(form, **{name: typed})
    press(form, "Check your answers")
    expect(form.locator(".error-summary a")).to_have_count(1)
    expect(form.locator(".error-summary a")).to_contain_text(words)
    assert form.locator(f"[name={name}]").input_value().strip() == typed.strip()
    expect(form.locator("[name=access_needs]")).to_have_value(ANSWERS["access_needs"])


@pytest.mark.parametrize(
    "name", ["🦩 Ada 🏳️‍🌈 Flamingo", "מרים אבו־סאלם", "Nguyễn Thị Minh Khai", "O'Brien-Ng, Jr.", "‮drawkcab"]
)
def test_any_script_is_stored_as_typed(form, query, name):
    fill_in(form, full_name=name, note=f"{name}\n{name}")
    press(form, "Check your answers")
    expect(form.locator("main")).to_contain_text(name)
    press(form, "Send request")
    stored = query(
        "SELECT full_name, note FROM appointments_appointmentrequest WHERE reference = %s", reference_on(form)
    )
    assert stored == [(name, f"{name}\n{name}")]


@pytest.mark.usefixtures("stores_nothing")
@pytest.mark.parametrize("step", ["check", "sent"])
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("full_name", "Quillon\x00Zephyrine"),
        ("full_name", "Quillon\r\nBcc: x@y.example"),
        ("full_name", "Quillon\x1b[31m"),
        ("note", "nul\x00byte"),
        ("note", "bell\x07"),
        ("phone", "720-507-0080\x00"),
        ("email", "quillon@patient.example\r\nBcc: x@y.example"),
        ("email", "quillon@patient.example\x00"),
        ("email", '"vertical\x0btab"@patient.example'),
        ("email", '"escape\x1b"@patient.example'),
        ("patient_relation", "uncle\u2028Bcc: x@y.example"),
        ("access_needs", "next\x85line"),
        ("location", "denver\x00"),
        ("treatment", "dry-needling\x00"),
        ("availability", "mon-am\x00"),
        ("location", "' OR 1=1 --"),
        ("preferred_channel", "pigeon"),
    ],
)
def test_what_no_keyboard_sends_is_refused(site, step, name, typed):
    visitor = Visitor(site.url)
    status, text = visitor.post(step, {**visitor.open_form(), name: typed})
    assert status == 200
    assert "There is a problem" in text
    assert "<title>Error:" in text


@pytest.mark.usefixtures("stores_nothing")
@pytest.mark.parametrize("step", ["check", "sent"])
@pytest.mark.parametrize("body", [b"%00=%00&%ff=%fe", b"full_name=%ED%A0%80", b"", b"a" * 5000, b"&" * 2000])
def test_a_body_of_rubbish_is_no_server_error(site, step, body):
    status, text = Visitor(site.url).post_bytes(f"/request-appointment/{step}/", body)
    assert status in (200, 400, 403)
    assert "303-555-0142" in text


@pytest.mark.usefixtures("stores_nothing")
def test_too_much_text_gets_a_page_with_the_phone(form, watch):
    watch.expect(413)
    fill_in(form, note="a" * 300 * 1024)
    with form.expect_navigation() as answer:
        form.get_by_role("button", name="Check your answers").click()
    assert answer.value.status == 413
    expect(form.get_by_role("heading", level=1)).to_have_text("That was too much text")
    expect(form.locator("main")).to_contain_text("303-555-0142")


TEXT_FIELDS = ("full_name", "patient_name", "access_needs", "note")
EVIL_EMAIL = '"{{7|add:7}}<script>"@patient.example'  # a legal address (RFC 5321, quoted string)


@pytest.fixture
def sent(form):
    """A request full of markup, sent; its reference."""
    fill_in(form, **dict.fromkeys(TEXT_FIELDS, EVIL), email=EVIL_EMAIL)
    press(form, "Check your answers")
    expect(form.locator("dd", has_text="{% load x %}")).to_have_text([EVIL] * len(TEXT_FIELDS))
    expect(form.locator("dd", has_text=EVIL_EMAIL)).to_be_visible()
    assert form.evaluate("window.__x") is None
    press(form, "Send request")
    assert form.evaluate("window.__x") is None
    return reference_on(form)


def test_markup_is_stored_as_typed(sent, query):
    columns = ", ".join([*TEXT_FIELDS, "email"])
    rows = query(f"SELECT {columns} FROM appointments_appointmentrequest WHERE reference = %s", sent)
    assert rows == [(*[EVIL] * len(TEXT_FIELDS), EVIL_EMAIL)]


def test_markup_is_shown_to_the_desk_and_never_run(sent, open_page, sign_in, query):
    desk = open_page()
    sign_in(desk, "manager")
    desk.goto("/admin/appointments/appointmentrequest/")
    expect(desk.locator("#result_list")).to_contain_text(EVIL)
    desk.locator("#result_list tr", has_text=f"{sent[:4]}-{sent[4:]}").get_by_role("link").first.click()
    expect(desk.locator(".answers dd", has_text="{% load x %}")).to_have_text([EVIL] * len(TEXT_FIELDS))
    assert desk.evaluate("window.__x") is None


def test_markup_is_in_no_mail_but_as_its_address(sent, site):
    for mail in site.mails_about(sent):
        parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        headers = [f"{name}: {value}" for name, value in mail.items() if name != "To"]
        assert not re.search(r"\{%|\{\{|<script|onerror|__x", "\n".join(parts + headers))


@pytest.mark.parametrize(
    "query_string", ["location=%00", "treatment=<script>", "location='&treatment=%ff", "x=" + "y" * 3000]
)
def test_a_strange_address_of_the_form_is_just_the_form(watched, query_string):
    assert watched.goto(f"/request-appointment/?{query_string}").status == 200
    expect(watched.locator("[name=full_name]")).to_have_value("")
    assert watched.evaluate("window.__x") is None
