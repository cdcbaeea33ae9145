"""What machines ask: alive, ready, and what robots may read (N1)."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from appointments.models import Message
from tests.builders import make_request
from tests.faults import database_down

pytestmark = pytest.mark.django_db

QUARTER = datetime.timedelta(minutes=15)
SECOND = datetime.timedelta(seconds=1)


def readiness(client) -> tuple[int, list[str]]:
    """Status and problems as a load balancer sees them."""
    response = client.get("/readyz")
    return response.status_code, response.json()["problems"]


def test_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_alive_with_the_database_down(client):
    with database_down():
        assert client.get("/healthz").status_code == 200


def test_ready_when_nothing_waits(client):
    assert readiness(client) == (200, [])


def test_ready_while_mail_waits_for_a_quarter_of_an_hour(clinic, client, clock):
    make_request()
    clock.shift(QUARTER)
    assert readiness(client) == (200, [])


def test_not_ready_when_mail_waits_longer(clinic, client, clock):
    make_request()
    clock.shift(QUARTER + SECOND)
    assert readiness(client) == (503, ["mail"])


def test_not_ready_when_mail_is_being_sent_for_too_long(clinic, client, clock):
    make_request()
    clock.shift(QUARTER)
    Message.claim()
    clock.shift(SECOND)
    assert readiness(client) == (503, ["mail"])


def test_one_waiting_message_among_sent_ones_is_noticed(clinic, client, clock):
    make_request()
    Message.objects.filter(pk=Message.claim().pk).update(status="sent", sent_at=timezone.now(), lease=None)
    clock.shift(QUARTER + SECOND)
    assert readiness(client) == (503, ["mail"])


@pytest.mark.parametrize("status", [Message.Status.SENT, Message.Status.FAILED])
def test_ready_again_when_mail_has_left_or_was_given_up(clinic, client, clock, status):
    make_request()
    clock.shift(QUARTER + SECOND)
    sent_at = timezone.now() if status == Message.Status.SENT else None
    Message.objects.update(status=status, sent_at=sent_at)
    assert readiness(client) == (200, [])


def test_not_ready_with_the_database_down(client):
    with database_down():
        assert readiness(client) == (503, ["database"])


def test_not_ready_before_the_migrations_ran(client):
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("appointments")
    MigrationRecorder(connection).record_unapplied(app, newest)
    assert readiness(client) == (503, ["migrations"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_answers_are_not_kept_and_other_methods_refused(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_nothing_of_a_request_is_told(clinic, client, clock):
    make_request(full_name="Canary Name", email="canary@patient.example")
    clock.shift(QUARTER + SECOND)
    assert client.get("/readyz").content == b'{"status": "wrong", "problems": ["mail"]}'
