"""Writers on SQLite stand in line; a fault of the line costs nobody anything."""

import fcntl
import threading
from pathlib import Path

import pytest
from django.db import connection

from appointments.models import AppointmentRequest
from appointments.turns import turn
from tests.builders import make_request

on_sqlite = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line() -> Path:
    return Path(f"{connection.settings_dict['NAME']}.turn")


def test_a_request_is_stored_inside_a_turn(clinic, monkeypatch):
    entered = []
    monkeypatch.setattr("appointments.submission.turn", lambda: entered.append(1) or turn())
    make_request()
    assert entered == [1]


@on_sqlite
def test_a_writer_waits_for_the_one_before(clinic, line):
    if connection.vendor != "sqlite":
        assert not line.exists()  # PostgreSQL needs no line
        return
    waiting, done = threading.Event(), threading.Event()

    def second():
        waiting.set()
        with turn():
            done.set()
        connection.close()

    with line.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        writer = threading.Thread(target=second)
        writer.start()
        waiting.wait(5)
        assert not done.wait(0.3)
    assert done.wait(5)
    writer.join()


def test_a_line_that_cannot_be_made_costs_no_request(clinic, monkeypatch):
    monkeypatch.setattr("appointments.turns._path", lambda: Path("/nowhere/at/all.turn"))
    make_request()
    assert AppointmentRequest.objects.count() == 1
