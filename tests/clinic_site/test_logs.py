"""Logs: one JSON line each, a request id, and nothing that a patient typed (P7)."""

import io
import json
import logging

import pytest
from django.test import Client

from clinic_site.logs import PrivateJsonFormatter
from services import facts
from tests.builders import answers, make_request
from tests.faults import SECRET, database_down

pytestmark = pytest.mark.django_db

CANARY = "canary-typed-by-a-patient"
logger = logging.getLogger("appointments.outbox")


@pytest.fixture
def log():
    """What the site's own handler writes; called, it gives the lines as objects."""
    (handler,) = [each for each in logging.root.handlers if isinstance(each.formatter, PrivateJsonFormatter)]
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


def text(log) -> str:
    """All lines as written."""
    return json.dumps(log())


def fail():
    """An exception that quotes a patient, caused by another one that does too."""
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"bad value {CANARY}") from error


def test_a_line_says_when_where_how_bad_and_what(log, clock):
    logger.warning("message %s not sent", 7)
    (line,) = log()
    assert line["time"].startswith("2026-05-12")
    assert (line["level"], line["logger"], line["message"]) == (
        "WARNING",
        "appointments.outbox",
        "message 7 not sent",
    )


def test_an_exception_is_named_by_type_and_place_never_by_its_words(log):
    try:
        fail()
    except ValueError:
        logger.exception("something failed")
    (line,) = log()
    assert line["exc_info"].startswith("ValueError at ")
    assert "test_logs.py" in line["exc_info"]
    assert " in fail" in line["exc_info"]
    assert CANARY not in json.dumps(line)


def test_an_exception_of_many_lines_stays_one_line(log):
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logger.exception("something failed")
    assert len(log()) == 1


def test_logging_an_exception_when_there_is_none_still_writes_a_line(log):
    logger.exception("nothing was raised")
    assert [line["message"] for line in log()] == ["nothing was raised"]


def test_another_formatter_before_ours_leaves_no_words_behind(log):
    try:
        fail()
    except ValueError as error:
        record = logger.makeRecord("x", logging.ERROR, "f", 1, "m", (), (type(error), error, error.__traceback__))
    logging.Formatter().format(record)
    assert CANARY in record.exc_text
    logging.root.handle(record)
    assert CANARY not in text(log)


def test_the_request_of_a_record_is_left_out(log, rf):
    logger.error("failed", extra={"request": rf.get("/", {"q": CANARY}), "status_code": 500})
    (line,) = log()
    assert line["status_code"] == 500
    assert CANARY not in json.dumps(line)


# --- From a request --------------------------------------------------------------------------------
def test_a_failure_logs_its_place_and_not_its_message(clinic, log):
    with database_down():
        Client(raise_request_exception=False).get("/")
    errors = [line for line in log() if line["level"] == "ERROR"]
    assert [line["exc_info"].partition(" ")[0] for line in errors] == ["OperationalError"]
    assert SECRET not in text(log)


def test_a_query_string_is_never_logged(clinic, client, log):
    client.get("/no/such/page/", {"q": CANARY})
    client.get("/request-appointment/", {"location": CANARY})
    client.post(f"/treatments/?q={CANARY}")
    assert "/no/such/page/" in text(log)
    assert CANARY not in text(log)


def test_a_failing_page_does_not_log_its_query_string(clinic, log):
    with database_down():
        Client(raise_request_exception=False).get("/", {"q": CANARY})
    assert CANARY not in text(log)


@pytest.mark.parametrize("path", ["/my-request/{}/", "/my-request/{}/x/", "/no/my-request/{}/"])
def test_a_patients_link_is_never_logged(clinic, client, log, path):
    token = make_request().link_token
    client.get(path.format(token))
    client.delete(path.format(token))
    assert "/my-request/" in text(log)
    assert token not in text(log)


def test_nothing_of_a_refused_form_is_logged(clinic, client, log):
    Client(enforce_csrf_checks=True).post("/request-appointment/sent/", answers(full_name=CANARY, note=CANARY))
    client.post("/request-appointment/sent/", answers(full_name=CANARY, note=CANARY, location="nowhere"))
    client.get("/no/such/page/")
    assert [line["message"] for line in log()] == ["Not Found: /no/such/page/"]


def test_where_a_stale_form_came_from_is_not_logged(clinic, client, log):
    strict = Client(enforce_csrf_checks=True, headers={"referer": f"https://elsewhere.example/?q={CANARY}"})
    assert strict.post("/my-request/", secure=True).status_code == 403
    assert CANARY not in text(log)


def test_nothing_of_a_form_that_could_not_be_stored_is_logged(clinic, client, log):
    facts.current()
    with database_down():
        response = client.post("/request-appointment/sent/", answers(full_name=CANARY, note=CANARY))
    assert response.status_code == 503
    assert CANARY not in text(log)


def test_lines_of_a_request_carry_the_id_that_the_answer_names(clinic, client, log):
    response = client.get("/no/such/page/")
    (line,) = log()
    assert len(response["X-Request-ID"]) == 12
    assert line["request_id"] == response["X-Request-ID"]


def test_every_request_has_an_id_of_its_own(clinic, client):
    assert len({client.get("/healthz")["X-Request-ID"] for _ in range(5)}) == 5


def test_a_client_cannot_choose_the_id(clinic, client):
    assert client.get("/healthz", headers={"X-Request-ID": CANARY})["X-Request-ID"] != CANARY


def test_lines_outside_a_request_carry_none(clinic, client, log):
    client.get("/healthz")
    logger.warning("worker")
    assert log()[-1]["request_id"] == "-"
