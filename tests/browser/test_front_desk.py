"""A working day: the clerk works off a request, the manager sees all, reviewer and editor do their parts."""

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.patient import ask, press

pytestmark = pytest.mark.browser

INBOX = "/admin/appointments/appointmentrequest/"


@pytest.fixture
def asked(open_page) -> str:
    """A request for Denver; its reference."""
    return ask(open_page())


@pytest.fixture
def desk(watched, sign_in, asked) -> Page:
    """The clerk of Denver, on the page of the request."""
    sign_in(watched, "frontdesk-denver")
    _open(watched, asked)
    return watched


def _open(page: Page, reference: str) -> None:
    page.goto(INBOX)
    page.locator("#result_list tr", has_text=f"{reference[:4]}-{reference[4:]}").get_by_role("link").first.click()
    page.wait_for_url(re.compile("/change/"))


def _book(page: Page) -> None:
    """A visit in a fortnight, as two people agree on one."""
    day = datetime.date.today() + datetime.timedelta(days=14)
    page.get_by_label("Date and time of the visit").fill(f"{day.isoformat()}T14:30")
    press(page, "Save the visit")


def _status(query, reference: str) -> str:
    return query("SELECT status FROM appointments_appointmentrequest WHERE reference = %s", reference)[0][0]


def test_a_clerk_claims_a_request(desk, query, asked):
    press(desk, "Claim")
    expect(desk.locator(".messagelist")).to_contain_text("This request is yours.")
    rows = query(
        "SELECT u.username FROM appointments_appointmentrequest r JOIN auth_user u ON u.id = r.owner_id "
        "WHERE reference = %s",
        asked,
    )
    assert rows == [("frontdesk-denver",)]
    press(desk, "Give back")
    expect(desk.locator("main")).to_contain_text("nobody's yet")


def test_a_colleague_is_told_who_was_faster(desk, open_page, sign_in, asked):
    late = open_page()
    sign_in(late, "manager")
    _open(late, asked)
    press(desk, "Claim")
    press(late, "Claim")
    expect(late.locator(".messagelist")).to_contain_text("frontdesk-denver already works on this request.")


def test_a_request_is_worked_off_step_by_step(desk, query, asked):
    press(desk, "No answer")
    assert _status(query, asked) == "contacting"
    press(desk, "Offered a time")
    assert _status(query, asked) == "offered"
    _book(desk)
    assert _status(query, asked) == "booked"
    expect(desk.locator(".timeline")).to_contain_text("Received")
    expect(desk.locator(".timeline")).to_contain_text("Offered a time → Booked")
    expect(desk.locator(".timeline")).to_contain_text("frontdesk-denver")


def test_going_back_needs_a_reason(desk, query, asked):
    _book(desk)
    press(desk, "Visit fell through")
    expect(desk.get_by_role("alert")).to_contain_text("Say why the request goes back")
    assert _status(query, asked) == "booked"
    desk.get_by_label("Reason").fill("The patient was ill")
    press(desk, "Visit fell through")
    assert _status(query, asked) == "contacting"
    expect(desk.locator(".timeline")).to_contain_text("The patient was ill")


def test_a_note_is_kept_with_its_author(desk, query):
    desk.locator("[name=text]").fill("Called <b>twice</b>\nno answer")
    press(desk, "Add note")
    expect(desk.locator(".timeline")).to_contain_text("Called <b>twice</b>")
    text, author = query("SELECT text, actor_name FROM appointments_event ORDER BY id DESC")[0]
    assert text.splitlines() == ["Called <b>twice</b>", "no answer"]
    assert author == "frontdesk-denver"


def test_messages_are_shown_and_sent_again(desk, site, asked):
    site.mails_about(asked)
    desk.reload()
    messages = desk.locator(".outbox")
    expect(messages.get_by_role("listitem")).to_have_count(2)
    expect(messages.get_by_role("listitem").filter(has_text="Notice to the desk")).to_contain_text("Sent")
    with desk.expect_navigation():
        messages.get_by_role("listitem").filter(has_text="Receipt").get_by_role("button").click()
    expect(desk.locator(".messagelist")).to_contain_text("leaves in a moment")
    mails = site.mails_about(asked, count=3)
    assert len({mail["Message-ID"] for mail in mails}) == 2
    expect(desk.locator(".timeline")).to_contain_text("Message queued again")


def test_a_patients_page_follows_the_desk(desk, asked, site, open_page):
    receipt = next(mail for mail in site.mails_about(asked) if "We have your request" in mail["Subject"])
    link = re.search(r"http://\S+/my-request/\S+", receipt.get_body(["plain"]).get_content()).group()
    patient = open_page()
    patient.goto(link)
    expect(patient.locator("main")).to_contain_text("We have your request.")
    press(desk, "Offered a time")
    patient.reload()
    expect(patient.locator("h1")).to_contain_text("We offered you a time. Please call 303-555-0142")


def test_the_manager_sees_every_location(watched, open_page, sign_in):
    patient = open_page()
    references = [ask(patient, location=location) for location in ("denver", "north-miami")]
    sign_in(watched, "manager")
    for reference in references:
        _open(watched, reference)
        expect(watched.locator("h1")).to_contain_text(f"{reference[:4]}-{reference[4:]}")


def _edit(page: Page, query, slug: str, summary: str) -> str:
    """Open the page's form and change its summary; the address of the form."""
    pk = query("SELECT id FROM services_page WHERE slug = %s AND kind = 'treatment'", slug)[0][0]
    page.goto(f"/admin/services/treatment/{pk}/change/")
    page.locator("#id_summary").fill(summary)
    return page.url


def _in_public(page: Page, slug: str) -> str:
    page.goto(f"/treatments/{slug}/")
    return page.locator(".lead").first.inner_text()


def test_a_saved_draft_changes_nothing_until_it_is_signed_and_published(watched, open_page, sign_in, query):
    public, draft = open_page(), "A hand that knows where it hurts."
    before = _in_public(public, "massage")
    sign_in(watched, "editor")
    address = _edit(watched, query, "massage", draft)
    watched.locator("[name=_continue]").click()
    expect(watched.locator(".messagelist")).to_contain_text("was changed successfully")
    reviewer = open_page()
    sign_in(reviewer, "reviewer")
    reviewer.goto(address.replace("/change/", "/release/"))
    reviewer.get_by_role("button", name="Publish", exact=True).click()
    expect(reviewer.locator(".messagelist")).to_contain_text("This text is not signed off.")
    assert _in_public(public, "massage") == before != draft
    reviewer.get_by_role("button", name="Reviewed: sign off this text").click()
    expect(reviewer.locator(".messagelist")).to_contain_text("Signed off.")
    reviewer.get_by_role("button", name="Publish", exact=True).click()
    expect(reviewer.locator(".messagelist")).to_contain_text("is in public now.")
    assert _in_public(public, "massage") == draft


def test_an_editor_cannot_publish(watched, open_page, sign_in, query):
    before = _in_public(open_page(), "tens")
    sign_in(watched, "editor")
    address = _edit(watched, query, "tens", "Not yet signed off.")
    expect(watched.get_by_role("button", name="Save and publish")).to_have_count(0)
    expect(watched.get_by_role("button", name="Take out of public")).to_have_count(0)
    # … not even with a button of their own making
    watched.locator("[name=_continue]").evaluate("button => { button.name = '_publish' }")
    watched.locator("[name=_publish]").click()
    watched.wait_for_load_state()
    assert _in_public(open_page(), "tens") == before
    watched.goto(address)
    expect(watched.locator("#id_summary")).to_have_value("Not yet signed off.")


@pytest.mark.parametrize("path", ["", "1/change/", "1/history/", "?q=a"])
def test_an_editor_sees_no_requests(watched, asked, sign_in, watch, path):
    watch.expect(403, 404)
    sign_in(watched, "editor")
    assert watched.goto(INBOX + path).status in (403, 404)
    expect(watched.locator("body")).not_to_contain_text("Zephyrine")


@pytest.mark.parametrize("path", ["", "1/change/", "1/history/", "?view=all"])
def test_a_visitor_is_asked_to_sign_in(watched, asked, path):
    watched.goto(INBOX + path)
    expect(watched.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_a_clerk_sees_no_pages_to_edit(watched, sign_in, watch):
    watch.expect(403)
    sign_in(watched, "frontdesk-denver")
    assert watched.goto("/admin/services/treatment/").status == 403
