"""The status machine: legal moves only, each logged (I3)."""

import itertools

import pytest

from appointments.models import AppointmentRequest, Event, ImmutableEventError
from appointments.statuses import CLOSED, MOVES, PATIENT_WORDS, IllegalMoveError, Status, is_legal, staff_moves
from tests.builders import make_request, make_staff

# The table of the product, written once more by hand.
TABLE = {
    "new": "contacting offered booked declined duplicate spam withdrawn",
    "contacting": "offered booked unreachable declined withdrawn",
    "offered": "booked contacting declined withdrawn",
    "booked": "contacting",
    "declined": "contacting",
    "unreachable": "contacting",
    "withdrawn": "new",
    "duplicate": "new",
    "spam": "new",
}
PAIRS = list(itertools.product(TABLE, TABLE))


@pytest.mark.parametrize(("current", "to"), PAIRS)
def test_i3_moves_are_those_of_the_table(current, to):
    assert is_legal(current, to) == (to in TABLE[current].split())


def test_every_status_has_moves_and_words():
    assert set(MOVES) == set(PATIENT_WORDS) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_clerks_neither_withdraw_nor_take_a_withdrawal_back(status):
    assert Status.WITHDRAWN not in staff_moves(status)
    assert staff_moves(Status.WITHDRAWN) == ()


@pytest.mark.django_db
def test_i3_a_move_is_logged_with_who_and_from_where(clinic):
    asked, clerk = make_request(), make_staff()
    event = asked.move_to(Status.CONTACTING, clerk, "no answer")
    assert (event.from_status, event.to_status, event.actor_name, event.text) == (
        "new",
        "contacting",
        "clerk",
        "no answer",
    )
    assert AppointmentRequest.objects.get().status == Status.CONTACTING


@pytest.mark.django_db
def test_an_illegal_move_changes_nothing(clinic):
    asked, clerk = make_request(), make_staff()
    with pytest.raises(IllegalMoveError):
        asked.move_to(Status.UNREACHABLE, clerk)
    assert AppointmentRequest.objects.get().status == Status.NEW
    assert asked.events.count() == 1


@pytest.mark.django_db
def test_a_move_from_a_stale_page_is_refused(clinic):
    asked, clerk = make_request(), make_staff()
    stale = AppointmentRequest.objects.get()
    asked.move_to(Status.BOOKED, clerk)
    with pytest.raises(IllegalMoveError):
        stale.move_to(Status.DECLINED, clerk)
    assert AppointmentRequest.objects.get().status == Status.BOOKED


@pytest.mark.django_db
def test_taking_a_booking_back_needs_a_reason(clinic):
    asked, clerk = make_request(), make_staff()
    asked.move_to(Status.BOOKED, clerk)
    with pytest.raises(IllegalMoveError):
        asked.move_to(Status.CONTACTING, clerk, "  ")
    asked.move_to(Status.CONTACTING, clerk, "patient asked for another day")
    assert AppointmentRequest.objects.get().status == Status.CONTACTING


@pytest.mark.django_db
@pytest.mark.parametrize("status", [status for status in CLOSED if status in MOVES[Status.NEW]])
def test_closing_writes_when_and_reopening_clears_it(clinic, status):
    asked, clerk = make_request(), make_staff()
    asked.move_to(status, clerk)
    assert AppointmentRequest.objects.get().closed_at is not None
    asked.move_to(MOVES[status][0], clerk, "again")
    assert AppointmentRequest.objects.get().closed_at is None


@pytest.mark.django_db
def test_i4_one_of_two_clerks_wins_a_claim(clinic):
    asked = make_request()
    first, second = make_staff("first"), make_staff("second")
    same = AppointmentRequest.objects.get()
    assert asked.claim(first)
    assert not same.claim(second)
    assert AppointmentRequest.objects.get().owner == first
    assert [event.actor_name for event in asked.events.filter(kind=Event.Kind.CLAIMED)] == ["first"]


@pytest.mark.django_db
def test_only_the_owner_gives_a_request_back(clinic):
    asked = make_request()
    first, second = make_staff("first"), make_staff("second")
    asked.claim(first)
    assert not asked.release(second)
    assert asked.release(first)
    assert AppointmentRequest.objects.get().owner is None


@pytest.mark.django_db
def test_i7_events_are_never_changed(clinic):
    event = make_request().events.get()
    event.text = "changed"
    with pytest.raises(ImmutableEventError):
        event.save()


@pytest.mark.django_db
def test_events_outlive_the_account(clinic):
    asked, clerk = make_request(), make_staff()
    asked.add_note("called", clerk)
    clerk.delete()
    assert asked.events.last().actor_name == "clerk"
