"""Every page of the staff area that the table of addresses knows passes axe, light and dark, with a silent console.

(P2: no barrier; P3: no report of the content security policy, which the console would show.)
"""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import STAFF_WIDTHS, problems
from tests.browser.running_site import Site
from tests.test_staff_addresses import WHO, path_of, visits

pytestmark = pytest.mark.browser

PARTS = 8
PHONE = 360
# Answers for programs, and files: nobody reads them as a page.
NO_PAGES = {
    "admin:appointments_appointmentrequest_news",
    "admin:appointments_appointmentrequest_export_progress",
    "admin:appointments_auditentry_csv",
    "admin:autocomplete",
    "admin:jsi18n",
    "staff_session",
}
# A row of each model, and pages with a history, as one JSON.
MAKE = """
import datetime, json
from django.contrib.auth import get_user_model
from django.utils import timezone
from appointments.models import AuditEntry
from services.models import Banner, Category, Clinic, Location, MenuItem, Redirect
from tests.builders import make_request
from tests.test_staff_addresses import make_pages
asked, later = make_request(), timezone.now() + datetime.timedelta(days=300)
rows = [
    asked,
    asked.messages.first(),
    AuditEntry.record("view", None, [asked]),
    get_user_model().objects.get(username="editor"),
    Clinic.objects.get(),
    asked.location,
    Category.objects.create(slug="letters", name="Letters"),
    Redirect.objects.create(from_path="/before/", to_path="/treatments/"),
    MenuItem.objects.create(menu="footer", text="Prices", path="/articles/"),
    Banner.objects.create(text="Closed", starts_at=later, ends_at=later + datetime.timedelta(days=1)),
]
found = {row._meta.label_lower.replace(".", "_"): (row.pk,) for row in rows}
fixed = {"-": (), "report": ("drafts",), "app": ("appointments",)}
open("FILE", "w").write(json.dumps(fixed | found | make_pages()))
"""


@pytest.fixture(scope="session")
def subjects(site: Site, tmp_path_factory) -> dict[str, list]:
    """What addresses are about, by the words of the table: what a path needs."""
    path = tmp_path_factory.mktemp("subjects") / "subjects.json"
    site.manage("shell", "--command", MAKE.replace("FILE", str(path)))
    return json.loads(path.read_text())


def pages() -> list[tuple[str, str]]:
    """(address, what it is about) of all that an administrator may open and read."""
    found = [
        (name, about)
        for method, name, about, statuses in visits()
        if method == "GET" and statuses[WHO.index("admin")] == 200 and name.partition("?")[0] not in NO_PAGES
    ]
    return [(name, about) for name, about in found if about != "services_image"]  # test_p2_a_picture


@pytest.fixture
def admin(open_page, sign_in) -> Page:
    """May do everything; nothing moves."""
    page = open_page(reduced_motion="reduce")
    sign_in(page, "admin")
    return page


@pytest.mark.parametrize("part", range(PARTS))
def test_p2_every_staff_page(admin, subjects, part):
    wrong = {}
    for name, about in pages()[part::PARTS]:
        answer = admin.goto(path_of(name, subjects[about]))
        admin.wait_for_load_state("networkidle")
        found = problems(admin, (PHONE,), STAFF_WIDTHS)
        if answer.status != 200 or not answer.headers["content-type"].startswith("text/html"):
            found.append(f"answers {answer.status} {answer.headers['content-type']}")
        wrong[name] = found
    assert {name: lines for name, lines in wrong.items() if lines} == {}


def test_p2_the_table_names_most_of_the_staff_area():
    """An empty table would pass the test above."""
    names = {name for name, _about in pages()}
    assert len(names) > 100
    assert {"admin:appointments_appointmentrequest_changelist", "usersessions_list", "reports:report"} <= names
