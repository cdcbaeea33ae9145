"""A colleague's first and second day (P4): invited by mail, a password, a second factor, and in again by keyboard."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from tests.browser.accessibility import STAFF_WIDTHS, problems
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

PASSWORD = "a quiet hand on the shoulder"
NEXT_CODE_SECONDS = 35


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def clean(page: Page) -> list[str]:
    """What is wrong with the open page, in both schemes and at both widths of a desk."""
    return problems(page, widths=STAFF_WIDTHS)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with that name has the focus. AssertionError when it never gets there."""
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in focused.evaluate("e => e.labels?.[0]?.innerText || e.innerText || e.ariaLabel"):
            return
    raise AssertionError(f"{name} is never reached")


def invite(page: Page) -> None:
    """A manager invites Robin to the front desk of Denver."""
    page.goto("/admin/auth/user/add/")
    assert clean(page) == []
    for label, text in {
        "First name": "Robin",
        "Last name": "Example",
        "Email address": "robin@clinic.example",
    }.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Sign-in name").fill("robin")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    assert clean(page) == []
    page.get_by_label("Front desk").check()
    page.get_by_label("Denver").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("A link to set a password is on its way")


def link_mailed_to(site, address: str) -> str:
    """The link of the newest invitation, waited for."""

    def newest():
        found = [mail for mail in site.mails() if mail["To"] == address and "set your password" in mail["Subject"]]
        return found[-1] if found else None

    text = until(newest, 20, "an invitation is mailed").get_body(["plain"]).get_content()
    return re.search(r"http://\S+/accounts/set-password/\S+", text).group()


def enrol(page: Page) -> str:
    """Set up an authenticator app with the key that the page shows; returns the key."""
    page.get_by_role("link", name="Sign-in safety").click()
    assert clean(page) == []
    page.get_by_role("link", name="Activate").click()
    page.get_by_label("Password").fill(PASSWORD)
    assert clean(page) == []
    page.get_by_role("button").last.press("Enter")
    page.wait_for_url("**/totp/activate/")
    secret = page.get_by_label("Authenticator secret").input_value()
    assert clean(page) == []
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_label("Authenticator code").press("Enter")
    page.wait_for_url("**/recovery-codes/")
    assert len(page.get_by_label("Unused codes").input_value().split()) == 10
    assert clean(page) == []
    return secret


def sign_in_by_keyboard(page: Page, secret: str) -> None:
    """Name, password and code, without a pointer."""
    page.goto("/admin/")
    tab_to(page, "Username")
    page.keyboard.type("robin")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/authenticate/")
    assert clean(page) == []
    if page.locator(":focus").count() == 0 or page.locator(":focus").get_attribute("name") != "code":
        tab_to(page, "Code")
    used = code_for(secret)
    until(lambda: code_for(secret) != used or page.wait_for_timeout(500), NEXT_CODE_SECONDS, "the next code")
    page.keyboard.type(code_for(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")


def test_p4_an_invited_colleague_signs_in_with_a_second_factor_by_keyboard(open_page, sign_in, site, watch):
    watch.expect(404)
    manager, robin = (open_page(reduced_motion="reduce") for _ in range(2))
    sign_in(manager, "manager")
    invite(manager)
    link = link_mailed_to(site, "robin@clinic.example")
    robin.goto(link)
    assert clean(robin) == []
    for field in robin.locator("input[type=password]").all():
        field.fill(PASSWORD)
    robin.get_by_role("button", name="Set password").click()
    robin.wait_for_url("**/accounts/login/")
    assert clean(robin) == []
    robin.get_by_label("Username").fill("robin")
    robin.get_by_label("Password").fill(PASSWORD)
    robin.get_by_label("Password").press("Enter")
    robin.wait_for_url("**/admin/")
    secret = enrol(robin)
    robin.goto("/admin/")
    robin.get_by_role("button", name="Log out").press("Enter")
    robin.wait_for_url("**/accounts/login/**")
    sign_in_by_keyboard(robin, secret)
    assert robin.goto("/admin/appointments/appointmentrequest/").status == 200
    robin.goto(link)
    expect(robin.get_by_role("heading", name="This link no longer works")).to_be_visible()
    assert clean(robin) == []


# Beside those of test_every_staff_page.
STAFF_PAGES = {
    "account above": ("manager", "/admin/auth/user/6/change/"),
    "access record of a person": ("admin", "/admin/appointments/auditentry/?q=manager"),
    "sign out": ("editor", "/accounts/logout/"),
}


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_p4_staff_pages_have_no_barrier(open_page, sign_in, name):
    account, path = STAFF_PAGES[name]
    page = open_page(reduced_motion="reduce")
    sign_in(page, account)
    page.goto(path)
    assert clean(page) == []
