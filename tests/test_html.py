"""Every demo page is valid HTML and every drawing valid SVG, by the Nu Html Checker.

The checker (https://validator.github.io/validator/) is a Java program; `tests/run.sh` finds or installs it and
names its file in `VNU_JAR`.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from appointments.models import AppointmentRequest
from services.demo.load import load_demo_content
from tests.builders import answers
from tests.faults import database_down

pytestmark = [pytest.mark.django_db, pytest.mark.validator]

FORM = "/request-appointment/"
CHECK, SENT = f"{FORM}check/", f"{FORM}sent/"
FIXED = ["/search/", "/search/?q=needling", "/search/?q=nedling", "/search/?q=xylophone", "/my-request/", FORM]
FIXED += ["/articles/category/dry-needling/", "/es/request-appointment/", "/es/my-request/"]
DRAWINGS = sorted((Path(settings.BASE_DIR) / "static").rglob("*.svg"))


@pytest.fixture
def demo(db, clock):
    """The demo clinic with its pages published."""
    return load_demo_content()


def ask(client: Client) -> dict[str, bytes]:
    """What a patient sees from a mistake to their own page."""
    wrong = client.post(CHECK, answers(full_name="", email="nobody@", phone="", note="x" * 501))
    typed = answers(treatment="dry-needling")
    checked = client.post(CHECK, typed)
    sent = client.post(SENT, typed, follow=True)
    asked = AppointmentRequest.objects.get()
    pages = {"wrong": wrong, "check": checked, "sent": sent, "my-request": client.get(asked.patient_path)}
    return {name: response.content for name, response in pages.items()}


def mistakes() -> dict[str, bytes]:
    """Every error page."""
    anybody = Client(raise_request_exception=False)
    responses = {
        "400": anybody.get("/", headers={"host": "somebody.else"}),
        "403": Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"}),
        "404": anybody.get("/no/such/page/"),
        "login": anybody.get("/accounts/login/"),
    }
    with database_down():
        responses["500"] = anybody.get("/")
    return {name: response.content for name, response in responses.items()}


def public_pages(client: Client) -> dict[str, bytes]:
    """Every address of the sitemap, and those that are not in it."""
    listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    paths = [address.removeprefix(settings.SITE_URL) for address in listed]
    return {path: client.get(path).content for path in [*paths, *FIXED]}


def complaints(folder: Path, pages: dict[str, bytes]) -> list[str]:
    """What the checker says of these pages and of the drawings; it starts once, which takes seconds."""
    names = {}
    for number, (name, content) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_bytes(content)
        names[file.name] = name
    options = "--format json --stdout --exit-zero-always --also-check-svg".split()
    files = [*sorted(folder.glob("*.html")), *DRAWINGS]
    command = ["java", "-jar", os.environ["VNU_JAR"], *options, *files]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return [
        f"{names.get(Path(each['url']).name, each['url'])}: {each['message']} {each.get('extract', '')}"
        for each in json.loads(said.stdout)["messages"]
    ]


def test_every_demo_page_is_valid_html(demo, client, tmp_path):
    pages = {**public_pages(client), **ask(client), **mistakes()}
    assert len(pages) > 40
    assert complaints(tmp_path, pages) == []


def test_the_checker_would_find_a_mistake(tmp_path):
    found = complaints(tmp_path, {"/broken/": b"<!DOCTYPE html><title>x</title><p><ul id=a></ul><i id=a></p>"})
    assert any(complaint.startswith("/broken/: Duplicate ID") for complaint in found)
