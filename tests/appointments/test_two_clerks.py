"""Two clerks at the same request in the same moment, each with a connection of their own (I4)."""

import threading

import pytest
from django.db import connection

from appointments.attempts import Outcome
from appointments.models import AppointmentRequest, Event
from appointments.statuses import IllegalMoveError, Status
from tests.builders import make_clinic, make_request, make_staff
from tests.conftest import NOW

CLERKS = 4


@pytest.fixture
def asked(transactional_db, clock):
    make_clinic()
    return make_request()


@pytest.fixture
def clerks(asked):
    return [make_staff(f"clerk-{number}") for number in range(CLERKS)]


def at_once(clerks, act) -> list:
    """What each clerk's `act` gave, all begun together."""
    start, answers = threading.Barrier(len(clerks)), []

    def run(clerk):
        row = AppointmentRequest.objects.get()
        start.wait(20)
        try:
            answers.append(act(row, clerk))
        except IllegalMoveError:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[clerk]) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_i4_of_clerks_who_claim_at_once_one_wins(asked, clerks):
    answers = at_once(clerks, lambda row, clerk: row.claim(clerk))
    assert sorted(answers) == [False] * (CLERKS - 1) + [True]
    event = asked.events.get(kind=Event.Kind.CLAIMED)
    assert event.actor == AppointmentRequest.objects.get().owner


def test_i5_of_calls_recorded_at_once_one_counts(asked, clerks):
    answers = at_once(clerks, lambda row, clerk: row.record_attempt(Outcome.NO_ANSWER, clerk, NOW, seen=0))
    assert len([event for event in answers if event]) == 1
    assert AppointmentRequest.objects.get().attempts == 1
    assert asked.events.filter(kind=Event.Kind.ATTEMPT).count() == 1


def test_i3_of_moves_at_once_one_is_made(asked, clerks):
    wanted = [Status.DECLINED, Status.DUPLICATE, Status.SPAM, Status.DECLINED]
    to = dict(zip([clerk.pk for clerk in clerks], wanted, strict=True))
    answers = at_once(clerks, lambda row, clerk: row.move_to(to[clerk.pk], clerk, seen="new"))
    (event,) = [event for event in answers if event]
    assert AppointmentRequest.objects.get().status == event.to_status
    assert asked.events.filter(kind=Event.Kind.STATUS).count() == 1
