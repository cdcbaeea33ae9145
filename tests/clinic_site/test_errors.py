"""Error pages: plain words, the phone, a way on, with or without a database (P8)."""

import re

import pytest
from django.conf import settings
from django.test import Client

from appointments.models import AppointmentRequest
from services import facts
from tests.builders import answers, make_staff
from tests.faults import SECRET, database_down
from tests.markup import Document

pytestmark = pytest.mark.django_db

FORM, CHECK = "/request-appointment/", "/request-appointment/check/"
LIMIT = 256 * 1024


def bad_request():
    return Client().get("/", headers={"host": "somebody.else"})


def forbidden():
    return Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})


def not_found():
    return Client().get("/no/such/page/")


def too_large():
    return Client().post("/my-request/", {"reference": "x" * LIMIT})


def broken():
    facts.current()
    with database_down():
        return Client(raise_request_exception=False).get("/")


ERRORS = {400: bad_request, 403: forbidden, 404: not_found, 413: too_large, 500: broken}


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_shows_the_phone_and_a_way_on(clinic, status):
    response = ERRORS[status]()
    document = Document(response)
    assert response.status_code == status
    assert {"tel:+13035550142", "tel:+13055550117", FORM, "/"} <= set(document.values("href"))
    assert "303-555-0142" in document.one("main").text


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_works_with_the_database_down(clinic, monkeypatch, status):
    facts.current()
    monkeypatch.setattr(facts, "SECONDS_KEPT", 0)
    facts._Kept.until = 0
    with database_down():
        response = ERRORS[status]()
    assert response.status_code == status
    assert "303-555-0142" in Document(response).one("main").text


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_works_when_nothing_was_ever_read(clinic, status):
    facts.forget()
    with database_down():
        response = ERRORS[status]()
    assert response.status_code == status
    assert Document(response).one("h1").text


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_is_titled_and_not_for_search_engines(clinic, status):
    document = Document(ERRORS[status]())
    assert document.all("title")[0].text == f"{document.one('h1').text} · Test Clinic"
    assert document.one("meta", name="robots").attrs["content"] == "noindex"
    assert f"Error {status}" in document.one("main").text


@pytest.mark.parametrize("status", ERRORS)
def test_no_error_page_tells_what_broke(clinic, status):
    text = ERRORS[status]().content.decode()
    assert not re.search(rf"Traceback|Exception|DEBUG|Django|{SECRET}", text)


def test_staff_without_permission_read_the_same_page(clinic, client):
    client.force_login(make_staff())
    response = client.get("/admin/services/clinic/")
    assert response.status_code == 403
    assert "You cannot open this page" in response.content.decode()


def test_an_address_nobody_has_is_shown_without_markup(clinic, client):
    response = client.get("/<script>alert(1)</script>/x/")
    assert response.status_code == 404
    assert "<script>" not in response.content.decode()


# --- Bodies ----------------------------------------------------------------------------------------
def body(size: int) -> str:
    """A form body of exactly `size` bytes."""
    return "note=" + "x" * (size - 5)


def post(client, url, size):
    return client.post(url, body(size), content_type="application/x-www-form-urlencoded")


def test_a_body_at_the_limit_is_read(clinic, client):
    assert post(client, CHECK, LIMIT).status_code == 200


@pytest.mark.parametrize("url", [FORM, CHECK, "/request-appointment/sent/", "/my-request/", "/accounts/login/", "/"])
def test_a_body_over_the_limit_is_answered_with_the_phone(clinic, client, url):
    response = post(client, url, LIMIT + 1)
    assert response.status_code == 413
    assert "303-555-0142" in response.content.decode()
    assert "Nothing was stored" in response.content.decode()


def test_a_multipart_body_over_the_limit_is_refused_too(clinic, client):
    assert client.post("/request-appointment/sent/", answers(note="x" * LIMIT)).status_code == 413
    assert not AppointmentRequest.objects.exists()


def test_a_staff_body_over_its_larger_limit_gets_the_same_page(clinic, client):
    client.force_login(make_staff("editor", "Editor"))
    response = post(client, "/admin/services/condition/add/", settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert response.status_code == 413
    assert "303-555-0142" in response.content.decode()


@pytest.mark.parametrize("length", ["many", "-1"])
def test_a_length_that_is_no_number_is_no_server_error(clinic, length):
    client = Client(raise_request_exception=False)
    assert client.get("/", CONTENT_LENGTH=length).status_code < 500


# --- Stale tokens ----------------------------------------------------------------------------------
def test_a_stale_token_outside_the_form_is_forbidden_with_the_phone(clinic):
    response = Client(enforce_csrf_checks=True).post("/my-request/", {"reference": "ABCD-2345"})
    assert response.status_code == 403
    assert "303-555-0142" in response.content.decode()
