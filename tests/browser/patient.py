"""What a patient does with the request form, in a browser and without one."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from playwright.sync_api import Page

from tests.browser.waiting import until

# Words that nobody would write by chance: wherever one turns up, something typed has leaked.
ANSWERS = {
    "full_name": "Quillon Zephyrine",
    "phone": "(720)-507-0080 ext. 31",
    "email": "quillon.zephyrine@patient.example",
    "patient_name": "Marzipanella Zephyrine",
    "patient_relation": "stepgrandfather",
    "access_needs": "Wolofinterpreter",
    "note": "Kumquatshoulder since Easter",
}
REFERENCE = re.compile(r"\b[A-HJKMNP-RTVWXY2-79]{4}-[A-HJKMNP-RTVWXY2-79]{4}\b")
# "Tuesday, May 14, 12:00 pm (Denver time)": a moment without its zone is no promise.
PROMISE = re.compile(r"by \w+day, \w+ \d{1,2}, \d{1,2}:\d\d [ap]m \(\w+( \w+)* time\)")
TEXTS = tuple(ANSWERS)


def fill_in(page: Page, location: str = "denver", **changes: str) -> None:
    """Answer every question of the open form."""
    page.locator(f"[name=location][value={location}]").check()
    page.locator("[name=visit][value=first]").check()
    page.locator("[name=availability][value=tue-pm]").check()
    for name, text in {**ANSWERS, **changes}.items():
        page.locator(f"[name={name}]").fill(text)


def press(page: Page, button: str) -> None:
    """Press a button and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def ask(page: Page, **changes: str) -> str:
    """The whole way from the form to the confirmation; the reference on it."""
    page.goto("/request-appointment/")
    fill_in(page, **changes)
    press(page, "Check your answers")
    press(page, "Send request")
    return reference_on(page)


def reference_on(page: Page) -> str:
    """The reference that the page shows, as stored: without its dash."""
    return REFERENCE.search(page.locator("main").inner_text()).group().replace("-", "")


class Visitor:
    """A patient's browser reduced to cookies, addresses and bytes."""

    def __init__(self, url: str):
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def _open(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, data=body)
        try:
            with self.opener.open(request, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def open_form(self) -> dict[str, str]:
        """A form as it stands there: its tokens and a complete set of answers."""
        _status, text = self._open("/request-appointment/")
        tokens = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', text))
        return {"location": "denver", "visit": "first", "preferred_channel": "either", **ANSWERS, **tokens}

    def post(self, step: str, answers: dict[str, str]) -> tuple[int, str]:
        """Status and text of what comes back, redirects followed, from `check` or `sent`."""
        return self.post_bytes(f"/request-appointment/{step}/", urllib.parse.urlencode(answers).encode())

    def post_bytes(self, path: str, body: bytes) -> tuple[int, str]:
        """Status and text of what comes back for a body of any bytes."""
        return self._open(path, body)


def or_nothing(act, *arguments):
    """What `act` gives; None when the connection breaks."""
    try:
        return act(*arguments)
    except (OSError, HTTPException):
        return None


def reference_in(answer: tuple[int, str]) -> str:
    """The reference that a confirmation shows, as stored."""
    status, text = answer
    assert status == 200
    return REFERENCE.search(text.partition("<main")[2]).group().replace("-", "")


def insist(url: str, name: str, seconds: float = 60) -> str:
    """A patient who presses the button again, on the same form, until there is a confirmation; its reference."""
    visitor = Visitor(url)

    def form():
        answers = or_nothing(visitor.open_form)
        return answers and "csrfmiddlewaretoken" in answers and answers

    def confirmation(answers):
        answer = or_nothing(visitor.post, "sent", answers)
        return answer and answer[0] < 500 and answer

    opened = until(form, seconds, "the form")
    answers = {**opened, "full_name": name, "email": f"{name.lower().replace(' ', '.')}@patient.example"}
    return reference_in(until(lambda: confirmation(answers), seconds, "a confirmation"))


def crowd(url: str, names: list[str]) -> dict[str, str]:
    """All of them at once; {name: reference}."""
    with ThreadPoolExecutor(len(names)) as patients:
        return dict(zip(names, patients.map(lambda name: insist(url, name), names), strict=True))
