"""The warning before a member of staff is signed out (P4), and the list of sessions."""

import pytest

from tests.browser.accessibility import problems

pytestmark = pytest.mark.browser

SESSION = "**/accounts/session/"


def _say_seconds(page, seconds: int) -> None:
    """Asked for the time left, the site says so many seconds; posting reaches the site."""

    def answer(route):
        if route.request.method == "GET":
            route.fulfill(json={"seconds": seconds})
        else:
            route.continue_()

    page.route(SESSION, answer)


@pytest.fixture
def near_the_end(open_page, sign_in):
    """A staff page two minutes before the end."""
    page = open_page(reduced_motion="reduce")
    sign_in(page, "frontdesk-denver")
    page.clock.install()
    page.goto("/admin/")
    _say_seconds(page, 100)
    page.clock.run_for(13 * 60 * 1000 + 1000)
    page.get_by_role("alertdialog").wait_for()
    return page


def test_the_warning_says_how_long_and_is_extended_by_keyboard(near_the_end):
    page = near_the_end
    assert "in 2 minutes" in page.get_by_role("alertdialog").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Enter")
    page.get_by_role("alertdialog").wait_for(state="hidden")


def test_the_warning_has_no_barrier(near_the_end):
    assert problems(near_the_end) == []


def test_typing_tells_the_site_that_somebody_is_there(open_page, sign_in):
    page = open_page()
    sign_in(page, "frontdesk-denver")
    page.clock.install()
    page.goto("/admin/appointments/appointmentrequest/")
    page.clock.run_for(61_000)
    with page.expect_response(lambda response: "/accounts/session/" in response.url) as answer:
        page.get_by_role("searchbox").or_(page.locator("#searchbar")).first.press("a")
    assert answer.value.request.method == "POST"
    assert answer.value.json()["seconds"] > 14 * 60


def test_the_list_of_sessions_has_no_barrier(open_page, sign_in):
    page = open_page(reduced_motion="reduce")
    sign_in(page, "frontdesk-denver")
    page.goto("/accounts/sessions/")
    assert page.get_by_role("heading", name="Where you are signed in").is_visible()
    assert problems(page) == []
