"""Tries to reach a patient: counted, logged, each with its next attempt inside opening hours (I5)."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from appointments.attempts import WAITS, Outcome, leads_to, needs_explaining, suggests_unreachable
from appointments.models import AppointmentRequest, AuditEntry, Event
from appointments.promise import next_attempt
from appointments.statuses import CLOSED, IllegalMoveError, Status
from services import facts, hours
from services.models import Location
from tests.builders import make_request, make_staff

TWO_HOURS = datetime.timedelta(hours=2)
TOMORROW = datetime.datetime(2026, 5, 13, 16, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("current", "outcome", "after"),
    [
        ("new", "no_answer", "contacting"),
        ("new", "message", "contacting"),
        ("new", "spoke", "contacting"),
        ("new", "offered", "offered"),
        ("new", "booked", "booked"),
        ("contacting", "no_answer", "contacting"),
        ("contacting", "offered", "offered"),
        ("contacting", "booked", "booked"),
        ("offered", "no_answer", "offered"),
        ("offered", "offered", "offered"),
        ("offered", "booked", "booked"),
    ],
)
def test_i5_an_outcome_moves_the_request_where_it_fits(current, outcome, after):
    assert leads_to(current, outcome) == after


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize("outcome", Outcome)
def test_i5_nobody_tries_to_reach_the_patient_of_a_closed_request(status, outcome):
    with pytest.raises(IllegalMoveError):
        leads_to(status, outcome)


def test_i5_every_outcome_but_a_visit_waits():
    assert set(WAITS) == set(Outcome) - {Outcome.BOOKED}


@pytest.mark.parametrize(
    ("outcomes", "suggests"),
    [
        ([], False),
        (["no_answer", "no_answer"], False),
        (["no_answer", "message", "no_answer"], True),
        (["spoke", "no_answer", "no_answer", "no_answer"], True),
        (["no_answer", "no_answer", "spoke"], False),
        (["no_answer", "no_answer", "no_answer", "offered"], False),
    ],
)
def test_i5_three_tries_that_reach_nobody_suggest_unreachable(outcomes, suggests):
    assert suggests_unreachable(outcomes) == suggests


@pytest.mark.parametrize(
    ("outcome", "has_phone", "may_leave_voicemail", "needed"),
    [
        ("message", True, False, True),
        ("message", True, True, False),
        ("message", False, False, False),
        ("no_answer", True, False, False),
    ],
)
def test_i5_a_message_without_permission_must_be_explained(outcome, has_phone, may_leave_voicemail, needed):
    assert needs_explaining(outcome, has_phone, may_leave_voicemail) == needed


@pytest.mark.parametrize(
    ("at", "local"),
    [
        ("2026-05-12T08:30-06:00", "Tue 10:30"),
        ("2026-05-12T10:00-06:00", "Tue 13:00"),
        ("2026-05-12T15:59-06:00", "Tue 17:59"),
        ("2026-05-12T16:00-06:00", "Wed 08:00"),
        ("2026-05-15T17:00-06:00", "Mon 08:00"),
    ],
)
def test_i5_the_next_attempt_is_inside_opening_hours(clinic, at, local):
    place = facts.current().location("denver")
    following = next_attempt(place, datetime.datetime.fromisoformat(at), TWO_HOURS)
    assert following.astimezone(place.zone).strftime("%a %H:%M") == local
    assert hours.is_open(place.schedule, following)


def test_i5_the_next_attempt_waits_for_the_end_of_a_closure(clinic, clock):
    ends = datetime.datetime(2026, 5, 14, 15, 0, tzinfo=datetime.UTC)
    Location.objects.filter(slug="denver").update(bad_day="closed", bad_day_ends_at=ends)
    facts.forget()
    now = datetime.datetime(2026, 5, 12, 16, 0, tzinfo=datetime.UTC)
    assert next_attempt(facts.current().location("denver"), now, TWO_HOURS) == ends


def test_i5_without_opening_hours_the_desk_tries_again_all_the_same(clinic):
    Location.objects.get(slug="denver").opening_hours.all().delete()
    facts.forget()
    now = datetime.datetime(2026, 5, 12, 16, 0, tzinfo=datetime.UTC)
    assert next_attempt(facts.current().location("denver"), now, TWO_HOURS) == now + TWO_HOURS


@pytest.mark.django_db
class TestRecording:
    def test_i5_a_try_is_counted_and_sets_the_next(self, clinic, clock):
        asked, clerk = make_request(), make_staff()
        now = asked.created_at
        asked.record_attempt(Outcome.NO_ANSWER, clerk, TOMORROW)
        stored = AppointmentRequest.objects.get()
        assert (stored.status, stored.attempts, stored.due_at) == ("contacting", 1, TOMORROW)
        assert stored.first_contact_at == now
        assert stored.promised_at == asked.promised_at != TOMORROW
        assert stored.due_text == "Wednesday, May 13, 10:00 am (Denver time)"

    def test_i5_the_first_contact_stays_the_first(self, clinic, clock):
        asked, clerk = make_request(), make_staff()
        asked.record_attempt(Outcome.NO_ANSWER, clerk, TOMORROW)
        first = asked.first_contact_at
        clock.shift(3600)
        asked.record_attempt(Outcome.SPOKE, clerk, TOMORROW)
        stored = AppointmentRequest.objects.get()
        assert (stored.attempts, stored.first_contact_at) == (2, first)

    def test_i5_each_try_is_logged_with_who_when_and_where_it_led(self, clinic, clock):
        asked, clerk = make_request(), make_staff()
        asked.record_attempt(Outcome.LEFT_MESSAGE, clerk, TOMORROW, "sister answered")
        event = asked.events.last()
        assert (event.kind, event.outcome, event.actor_name, event.planned_at, event.text) == (
            "attempt",
            "message",
            "clerk",
            TOMORROW,
            "sister answered",
        )
        assert (event.from_status, event.to_status) == ("new", "contacting")
        assert AuditEntry.objects.filter(kind="change", detail="attempt", actor_name="clerk").count() == 1

    def test_i5_a_message_where_none_is_allowed_changes_nothing(self, clinic):
        asked, clerk = make_request(), make_staff()
        with pytest.raises(IllegalMoveError):
            asked.record_attempt(Outcome.LEFT_MESSAGE, clerk, TOMORROW, " ")
        assert AppointmentRequest.objects.get().attempts == 0
        assert asked.events.count() == 1

    def test_i5_the_same_click_twice_is_one_try(self, clinic):
        asked, clerk = make_request(), make_staff()
        same = AppointmentRequest.objects.get()
        asked.record_attempt(Outcome.NO_ANSWER, clerk, TOMORROW, seen=0)
        with pytest.raises(IllegalMoveError):
            same.record_attempt(Outcome.NO_ANSWER, clerk, TOMORROW, seen=0)
        assert AppointmentRequest.objects.get().attempts == 1

    def test_i10_a_booked_visit_is_kept_with_its_number(self, clinic):
        asked, clerk = make_request(), make_staff()
        asked.record_attempt(Outcome.BOOKED, clerk, TOMORROW, visit_reference="V-77")
        stored = AppointmentRequest.objects.get()
        assert (stored.status, stored.visit_at, stored.visit_reference) == ("booked", TOMORROW, "V-77")
        assert (stored.due_at, stored.visit_text) == (None, "Wednesday, May 13, 10:00 am (Denver time)")

    def test_i10_taking_a_booking_back_forgets_the_visit(self, clinic):
        asked, clerk = make_request(), make_staff()
        asked.record_attempt(Outcome.BOOKED, clerk, TOMORROW, visit_reference="V-77")
        asked.move_to(Status.CONTACTING, clerk, "the patient was ill", due_at=TOMORROW)
        stored = AppointmentRequest.objects.get()
        assert (stored.visit_at, stored.visit_reference, stored.due_at) == (None, "", TOMORROW)

    def test_i10_only_a_booked_request_has_a_visit(self, clinic):
        make_request()
        for wrong in ({"visit_at": TOMORROW}, {"visit_reference": "V-77"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                AppointmentRequest.objects.update(**wrong)

    @pytest.mark.parametrize(("kind", "outcome"), [("attempt", ""), ("attempt", "shouted"), ("note", "spoke")])
    def test_i5_an_event_has_an_outcome_if_and_only_if_it_is_a_try(self, clinic, kind, outcome):
        asked = make_request()
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.create(appointment_request=asked, kind=kind, outcome=outcome)
