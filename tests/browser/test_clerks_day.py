"""A clerk's day by keyboard alone, and the desk's pages without a barrier (I3–I10, P2)."""

import csv
import datetime

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import problems
from tests.browser.patient import ask, press
from tests.browser.running_site import PASSWORD

pytestmark = pytest.mark.browser

INBOX = "/admin/appointments/appointmentrequest/"
TABLET = (768,)
MANY = 150
SECRET = "JBSWY3DPEHPK3PXP"
# A clerk who may export, with an authenticator app that holds SECRET.
MAKE_CLERK = f"""
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, Permission, User
from appointments.models import LocationAccess
from services.models import Location
kim = User.objects.create_user("kim", password="{PASSWORD}", is_staff=True)
kim.groups.add(Group.objects.get(name="Front desk"))
kim.user_permissions.add(Permission.objects.get(codename="export_appointmentrequest"))
LocationAccess.objects.create(user=kim, location=Location.objects.get(slug="denver"))
TOTP.activate(kim, "{SECRET}")
"""


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, and see that it shows."""
    for _press in range(MANY):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            ring = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert ring != "none", "nobody sees where the focus is"
            return
    raise AssertionError("no way there by Tab")


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _key(page: Page, key: str) -> None:
    """A single key moves the focus, and Enter presses what has it."""
    page.keyboard.press(key)
    _enter(page)


def _sign_in(page: Page) -> None:
    """Name, password and the code that the app shows now."""
    page.goto("/admin/")
    _tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("kim")
    _tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    _enter(page)
    page.wait_for_url("**/2fa/authenticate/")
    if not page.get_by_label("Code").evaluate("element => element === document.activeElement"):
        _tab_to(page, page.get_by_label("Code"))
    page.keyboard.type(totp.format_hotp_value(totp.hotp_value(SECRET, next(totp.yield_hotp_counters_from_time()))))
    _enter(page)
    page.wait_for_url("**/admin/")


def _export(page: Page) -> list[list[str]]:
    """Every request of the clerk's, as rows of the file."""
    page.goto(f"{INBOX}?view=all")
    _tab_to(page, page.get_by_role("link", name="Export these as CSV"))
    _enter(page)
    _tab_to(page, page.get_by_role("button", name="Download"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with open(download.value.path(), newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def _open_row(page: Page, name: str) -> None:
    _tab_to(page, page.locator("#result_list").get_by_role("link", name=name))
    _enter(page)
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def _standing(query, name: str) -> tuple:
    columns = "status, attempts, visit_reference"
    return query(f"SELECT {columns} FROM appointments_appointmentrequest WHERE full_name = %s", name)[0]


def test_a_clerks_day_by_keyboard_alone(site, watched, open_page, query):
    site.manage("shell", "--command", MAKE_CLERK)
    patient, page = open_page(), watched
    names = ["Ada Oldest", "Bea Second", "Cyd Thirdling"]
    for name in names:
        ask(patient, full_name=name, phone="(720) 555-0161", patient_name="", patient_relation="", access_needs="")

    _sign_in(page)
    page.goto(INBOX)
    _open_row(page, names[0])
    _key(page, "t")
    expect(page.locator(".messagelist")).to_contain_text("This request is yours.")
    page.keyboard.press("c")
    expect(page.get_by_role("link", name="Call 720-555-0161")).to_be_focused()
    _key(page, "1")
    expect(page.locator(".messagelist")).to_contain_text("No answer. Next attempt: ")
    page.keyboard.press("n")
    page.keyboard.type("1 and c are letters here")
    page.keyboard.press("Tab")
    _enter(page)
    expect(page.locator(".timeline")).to_contain_text("1 and c are letters here")
    assert _standing(query, names[0]) == ("contacting", 1, "")

    _key(page, "i")
    _open_row(page, names[1])
    day = datetime.date.today() + datetime.timedelta(days=14)
    page.keyboard.press("b")
    page.keyboard.type(f"{day:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("0230PM")
    _tab_to(page, page.get_by_label("Number in your calendar"))
    page.keyboard.type("V-77")
    _enter(page)
    expect(page.locator(".messagelist")).to_contain_text("Booked for ")
    assert _standing(query, names[1]) == ("booked", 1, "V-77")

    _key(page, "i")
    _open_row(page, names[2])
    expect(page.get_by_role("region", name="May be the same person")).to_contain_text("same phone")
    page.keyboard.press("x")
    page.keyboard.type("the first of the three")
    page.keyboard.press("Enter")  # in a field it presses none of the buttons
    _tab_to(page, page.get_by_role("button", name="Duplicate of another request"))
    _enter(page)
    assert _standing(query, names[2]) == ("duplicate", 0, "")

    head, *rows = _export(page)
    name, status = head.index("name"), head.index("status")
    exported = [(row[name], row[status]) for row in rows if row[name] in names]
    assert exported == list(zip(names, ["contacting", "booked", "duplicate"], strict=True))

    _tab_to(page, page.get_by_role("button", name="Log out"))
    _enter(page)
    page.goto(INBOX)
    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_single_keys_can_be_turned_off(watched, open_page, sign_in):
    reference = ask(open_page())
    sign_in(watched, "frontdesk-denver")
    watched.goto(f"{INBOX}?view=all&q={reference}")
    watched.locator("#result_list tbody a").first.click()
    expect(watched.get_by_text("Keyboard shortcuts")).to_be_visible()  # once its script is there
    watched.keyboard.press("?")
    watched.get_by_label("Single keys are on").uncheck()
    watched.reload()
    expect(watched.get_by_text("Keyboard shortcuts")).to_be_visible()
    watched.keyboard.press("n")
    expect(watched.get_by_label("Note for colleagues")).not_to_be_focused()
    watched.get_by_text("Keyboard shortcuts").click()
    watched.get_by_label("Single keys are on").check()
    watched.get_by_label("Single keys are on").blur()
    watched.keyboard.press("n")
    expect(watched.get_by_label("Note for colleagues")).to_be_focused()


def test_the_summary_is_copied_with_one_press(watched, open_page, sign_in):
    reference = ask(open_page())
    sign_in(watched, "frontdesk-denver")
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.goto(f"{INBOX}?view=all&q={reference}")
    watched.locator("#result_list tbody a").first.click()
    watched.get_by_role("button", name="Copy the summary").click()
    expect(watched.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    copied = watched.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"Reference: {reference[:4]}-{reference[4:]}")


def test_the_desks_pages_have_no_barrier(open_page, sign_in):
    page = open_page(reduced_motion="reduce")
    reference = ask(page)
    ask(page)
    sign_in(page, "frontdesk-denver")
    page.goto(f"{INBOX}?view=all&q={reference}")
    page.locator("#result_list tbody a").first.click()
    page.get_by_text("Keyboard shortcuts").click()
    assert problems(page, TABLET) == []
    press(page, "Left a message")
    assert page.title().startswith("Error: ")
    assert problems(page, TABLET) == []
    day = datetime.date.today() + datetime.timedelta(days=14)
    page.get_by_label("Date and time of the visit").fill(f"{day.isoformat()}T14:30")
    press(page, "Save the visit")
    assert problems(page, TABLET) == []
    page.goto(f"{INBOX}take/")
    assert problems(page, TABLET) == []
    press(page, "Store the request")
    assert page.title().startswith("Error: ")
    assert problems(page, TABLET) == []
