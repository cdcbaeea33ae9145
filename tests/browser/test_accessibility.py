"""Every page and state passes axe (WCAG 2.2 AA), light and dark, phone and desk, with a silent console (P2)."""

import datetime
import re
import urllib.request

import pytest

from tests.browser.accessibility import problems
from tests.browser.patient import ANSWERS, ask, fill_in, press, reference_on
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

NARROWEST = 320
INBOX = "/admin/appointments/appointmentrequest/"


@pytest.fixture
def page(open_page):
    """A page where nothing moves."""
    return open_page(reduced_motion="reduce")


def _fill_wrongly(page):
    page.goto("/request-appointment/")
    page.locator("[name=email]").fill("nobody@")
    page.locator("[name=note]").fill("a" * 501)
    press(page, "Check your answers")


def _fill(page):
    page.goto("/request-appointment/?treatment=dry-needling")
    fill_in(page, full_name="Hippopotomonstrosesquippedaliophobia" * 3)


def _check(page):
    _fill(page)
    press(page, "Check your answers")


def _come_back_late(page):
    """Cookies are gone when the form is sent: 403, the form again with a notice."""
    _fill(page)
    page.context.clear_cookies()
    press(page, "Check your answers")


def _find_wrongly(page):
    page.goto("/my-request/")
    page.get_by_label("Reference").fill("ABCD-2345")
    page.get_by_label("Phone or email").fill("nobody@patient.example")
    press(page, "Find my request")


def _find(page):
    reference = ask(page)
    page.goto("/my-request/")
    page.get_by_label("Reference").fill(reference)
    page.get_by_label("Phone or email").fill(ANSWERS["email"])
    press(page, "Find my request")


def _write_too_much(page):
    page.goto("/request-appointment/")
    page.locator("[name=note]").fill("a" * 300 * 1024)
    press(page, "Check your answers")


def _guess_a_password(page):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody-here")
    page.get_by_label("Password").fill("wrong")
    press(page, "Sign in")


def _at(path):
    return lambda page: page.goto(path)


PUBLIC_STATES = {
    "category": _at("/articles/category/research/"),
    "form": _at("/request-appointment/"),
    "form with errors": _fill_wrongly,
    "form filled in": _fill,
    "form after a long time": _come_back_late,
    "check": _check,
    "confirmation": ask,
    "confirmation of nothing": _at("/request-appointment/sent/"),
    "find": _at("/my-request/"),
    "find in vain": _find_wrongly,
    "my request": _find,
    "search": _at("/search/?q=needling"),
    "search in vain": _at("/search/?q=xyzzy"),
    "not found": _at("/nowhere/"),
    "too much": _write_too_much,
    "sign-in": _at("/accounts/login/"),
    "wrong password": _guess_a_password,
}


@pytest.mark.parametrize("state", PUBLIC_STATES)
def test_public_state(page, watch, state):
    watch.expect(403, 404, 413)
    PUBLIC_STATES[state](page)
    assert problems(page, (NARROWEST,)) == []


PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_the_sitemap(page, site, part):
    with urllib.request.urlopen(f"{site.url}/sitemap.xml", timeout=10) as response:
        addresses = re.findall(r"<loc>([^<]+)</loc>", response.read().decode())
    assert len(addresses) > 20
    found = {}
    for address in addresses[part::PARTS]:
        page.goto(address)
        found[address] = problems(page, (NARROWEST,))
    assert {address: lines for address, lines in found.items() if lines} == {}


@pytest.fixture
def asked(page) -> str:
    """A request for Denver; its reference."""
    return ask(page, full_name="Hippopotomonstrosesquippedaliophobia Zephyrine")


def _open_request(page, reference):
    page.goto(f"{INBOX}?view=all&q={reference}")
    page.locator("#result_list tbody a").first.click()
    page.wait_for_url(re.compile("/change/"))


def _be_late(site, reference):
    """The promise was for last week."""
    site.manage(
        "shell",
        "-c",
        "import datetime; from django.utils import timezone;"
        "from appointments.models import AppointmentRequest;"
        f"AppointmentRequest.objects.filter(reference={reference!r})"
        ".update(due_at=timezone.now() - datetime.timedelta(days=7))",
    )


class TestTheDesk:
    def test_start(self, page, asked, sign_in):
        sign_in(page, "frontdesk-denver")
        page.goto("/admin/")
        assert problems(page) == []

    def test_inbox(self, page, asked, sign_in):
        sign_in(page, "manager")
        page.goto(INBOX)
        assert problems(page) == []

    def test_search_in_vain(self, page, sign_in):
        sign_in(page, "frontdesk-denver")
        page.goto(f"{INBOX}?q=nobody-has-this-name")
        assert problems(page) == []

    def test_new_request(self, page, asked, sign_in):
        sign_in(page, "frontdesk-denver")
        _open_request(page, asked)
        assert problems(page) == []

    def test_request_with_a_history(self, page, asked, sign_in):
        sign_in(page, "frontdesk-denver")
        _open_request(page, asked)
        press(page, "Claim")
        press(page, "No answer")
        page.locator("[name=text]").fill("Called, will call back")
        press(page, "Add note")
        assert problems(page) == []

    def test_overdue_request(self, page, asked, site, sign_in):
        _be_late(site, asked)
        sign_in(page, "frontdesk-denver")
        page.goto(INBOX)
        assert "Overdue" in page.locator("#result_list").inner_text()
        assert problems(page) == []
        _open_request(page, asked)
        assert problems(page) == []

    @pytest.mark.parametrize("path", ["history/", "/admin/appointments/message/"])
    def test_read_only_lists(self, page, asked, sign_in, path):
        sign_in(page, "frontdesk-denver")
        _open_request(page, asked)
        page.goto(path if path.startswith("/") else page.url.replace("change/", path))
        assert problems(page) == []


def _first(site, table, condition="1 = 1"):
    return site.query(f"SELECT MIN(id) FROM {table} WHERE {condition}")[0][0]


def test_a_bad_day(page, site, sign_in):
    """The switch, and what the public reads of it: above the page, at the location, on the form."""
    sign_in(page, "manager")
    page.goto(f"/admin/services/location/{_first(site, 'services_location')}/change/")
    page.get_by_label("What is different today").select_option("phones")
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    page.get_by_label("Until").fill(f"{tomorrow.isoformat()}T17:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/services/location/")
    for path in ("/", "/locations/denver/", "/request-appointment/?location=denver"):
        # Every process knows within a second.
        until(lambda path=path: page.goto(path) and page.get_by_role("region", name="Notices").count(), 5, "a notice")
        shown = page.get_by_role("region", name="Notices").inner_text()
        assert shown.strip().startswith("Denver: our phones are down until ")
        assert problems(page, (NARROWEST,)) == []
    page.goto(f"/admin/services/location/{_first(site, 'services_location')}/change/")
    page.get_by_label("What is different today").select_option("")
    page.get_by_label("Until").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/services/location/")
    until(lambda: page.goto("/") and not page.get_by_role("region", name="Notices").count(), 5, "no notice")


def test_no_permission(page, watch, sign_in):
    watch.expect(403)
    sign_in(page, "editor")
    assert page.goto(INBOX).status == 403
    assert problems(page) == []


def test_the_confirmation_is_that_of_the_request(page):
    """The states above are what their names say."""
    assert ask(page) == reference_on(page)
