"""The running site, a Chromium that watches it, and ways to look behind it."""

import fcntl
import hashlib
import os
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import database
from tests.browser.running_site import PASSWORD, ROOT, Site
from tests.mail_server import PostOffice

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STATIC_KEPT_SECONDS = 3600  # another run may still use what an earlier state of the tree was collected to
# What the browser itself refuses is said to the console, so that a test sees it like any other error.
TELL_REFUSALS = """
document.addEventListener("securitypolicyviolation", event =>
    console.error("CSP", event.effectiveDirective, event.blockedURI));
"""


def _static_sources() -> str:
    """A short name for the state of everything that `collectstatic` collects."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    files = [*(ROOT / "static").rglob("*"), *(ROOT / "clinic_site").glob("*.py")]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def static_dir(request) -> Path:
    """The folder of collected files; compressing them takes ten seconds, so they are kept between runs."""
    kept = Path(request.config.cache.mkdir(f"static-{_static_sources()}"))
    for other in kept.parent.glob("static-*"):
        if other != kept and time.time() - other.stat().st_mtime > STATIC_KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    return kept


def _collect(running: Site) -> None:
    """Collect once, also when several runs start together."""
    done = running.static_dir / ".collected"
    with (running.static_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            running.manage("collectstatic", "--noinput", "--verbosity", "0")
            done.touch()


@pytest.fixture(scope="session")
def site(tmp_path_factory, static_dir):
    """The site with its demo clinic, ready for patients; web and worker end with the tests."""
    var_dir = tmp_path_factory.mktemp("site")
    with database.fresh(os.environ.get("DATABASE_URL", ""), var_dir) as database_url:
        running = Site(var_dir, database_url, static_dir)
        _collect(running)
        running.manage("migrate", "--verbosity", "0")
        running.manage("load_demo")
        try:
            running.start("web")
            running.start("worker")
            running.wait_until_ready()
            yield running
        finally:
            for name in list(running.processes):
                running.stop(name)


@pytest.fixture
def restart_worker(site):
    """Starts the worker with another environment; the usual one is back at the end."""

    def restarted(**changes):
        if "worker" in site.processes:
            site.stop("worker")
        site.start("worker", **changes)

    yield restarted
    restarted()


@pytest.fixture
def post_office():
    """A mail server that is not there yet."""
    office = PostOffice()
    yield office
    office.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what the site wrote meanwhile."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and (running := getattr(item, "funcargs", {}).get("site")):
        report.sections.append(("log of the site", running.log[-4000:]))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    """Debian's Chromium, which talks to nobody."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("Chromium is not installed (apt install chromium)")
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET_CHROMIUM}


@pytest.fixture(scope="session")
def base_url(site) -> str:
    """Addresses are those of the site."""
    return site.url


class Watch:
    """What a browser complained about: errors, refusals, requests that leave this machine."""

    def __init__(self):
        self.complaints: list[str] = []
        self.expected: set[int] = set()

    def expect(self, *statuses: int) -> None:
        """Answers of these statuses are what the test wants to see."""
        self.expected.update(statuses)

    def _hear(self, message) -> None:
        is_wanted = any(f"a status of {status}" in message.text for status in self.expected)
        if message.type in ("error", "warning") and not is_wanted:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _see(self, request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.complaints.append(f"request to another machine: {request.url}")

    def follow(self, context) -> None:
        """Listen to every page of a browser context."""
        context.add_init_script(TELL_REFUSALS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("request", self._see)


@pytest.fixture
def watch():
    """The complaints of every page of this test; any that is left at the end fails it."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def open_page(watch, new_context):
    """Opens a watched page in a context of its own, with options of Playwright's `new_context`."""

    def opened(viewport=DESK, **options):
        context = new_context(viewport=viewport, **options)
        context.set_default_timeout(10_000)
        watch.follow(context)
        return context.new_page()

    return opened


@pytest.fixture
def watched(open_page):
    """A watched page on a desk's screen."""
    return open_page()


@pytest.fixture
def mails(site):
    """Reads every mail that left so far."""
    return site.mails


@pytest.fixture
def query(site):
    """Reads rows of the site's database."""
    return site.query


@pytest.fixture(scope="session")
def staff_cookies() -> dict[str, list]:
    """Sessions of staff who have signed in already: the throttle is for guessers, not for tests."""
    return {}


@pytest.fixture
def sign_in(staff_cookies):
    """Signs a demo account in on a page, through the form the first time."""

    def signed_in(page, name: str) -> None:
        if name in staff_cookies:
            page.context.add_cookies(staff_cookies[name])
            return
        page.goto("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/")
        staff_cookies[name] = [
            cookie for cookie in page.context.cookies() if cookie["name"] in ("sessionid", "csrftoken")
        ]

    return signed_in
