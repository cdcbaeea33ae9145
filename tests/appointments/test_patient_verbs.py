"""What a patient does with their own request: change, withdraw, undo, ask to be called (R9)."""

import datetime

import pytest
from django.urls import reverse

from appointments.answers import changes_of
from appointments.call_times import call_times
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest, ChangedAnswers, Event, ImmutableEventError, TooLateError
from appointments.models.answers import copied
from services import facts
from services.models import OpeningHours
from tests.builders import answers, as_post, make_request, make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")


def typed(**changes) -> AppointmentRequest:
    """Other answers to the same questions, not stored."""
    form = RequestForm(as_post(answers(**changes)), site=facts.current())
    assert form.is_valid(), form.errors
    return form.as_request("en-us")


def stored() -> AppointmentRequest:
    return AppointmentRequest.objects.select_related("changed").get()


def test_r9_a_change_leaves_what_was_sent_first_as_it_was(clinic):
    asked = make_request()
    before = copied(asked)
    assert asked.change_answers(typed(phone="303-555-0199", note="Right shoulder"))
    assert copied(AppointmentRequest.objects.get()) == before
    assert (stored().answers.phone, stored().answers.note) == ("+13035550199", "Right shoulder")


def test_r9_the_last_change_holds(clinic):
    asked = make_request()
    for note in ("second", "third"):
        asked.change_answers(typed(note=note))
    assert stored().answers.note == "third"
    assert stored().changes.count() == 2


def test_r9_the_same_answers_again_are_no_change(clinic):
    asked = make_request()
    assert not asked.change_answers(typed())
    asked.change_answers(typed(note="other"))
    assert not asked.change_answers(typed(note="other"))
    assert ChangedAnswers.objects.count() == 1


def test_r9_staff_read_what_was_and_what_is(clinic, client):
    asked = make_request()
    asked.change_answers(typed(phone="303-555-0199", note="Right shoulder"))
    assert changes_of(asked)[0].rows == [
        ("Phone", "720-507-0080", "303-555-0199"),
        ("Note", "Left shoulder", "Right shoulder"),
    ]
    client.force_login(make_staff())
    text = client.get(reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])).content.decode()
    assert "<del>Left shoulder</del>" in text
    assert "<ins>Right shoulder</ins>" in text
    assert 'href="tel:+13035550199"' in text


def test_r9_each_change_is_shown_against_the_one_before(clinic):
    asked = make_request()
    asked.change_answers(typed(note="second"))
    asked.change_answers(typed(note="third"))
    assert [change.rows for change in changes_of(asked)] == [
        [("Note", "second", "third")],
        [("Note", "Left shoulder", "second")],
    ]


def test_r9_the_inbox_shows_and_finds_the_number_that_holds(clinic, client):
    make_request().change_answers(typed(phone="303-555-0199", full_name="Pat Changed"))
    client.force_login(make_staff())
    for search in ("", "?q=5550199", "?q=changed"):
        text = client.get(INBOX + search).content.decode()
        assert "303-555-0199" in text
        assert "Pat Changed" in text


def test_r9_nothing_can_be_changed_once_it_is_claimed(clinic):
    asked = make_request()
    AppointmentRequest.objects.get().claim(make_staff())
    with pytest.raises(TooLateError):
        asked.change_answers(typed(note="too late"))
    assert not ChangedAnswers.objects.exists()
    assert not asked.events.filter(kind=Event.Kind.PATIENT).exists()


def test_a_change_is_appended_and_never_rewritten(clinic):
    make_request().change_answers(typed(note="second"))
    change = ChangedAnswers.objects.get()
    change.note = "rewritten"
    with pytest.raises(ImmutableEventError):
        change.save()


def test_r9_withdrawing_is_a_move_that_is_logged(clinic):
    asked = make_request()
    asked.withdraw()
    assert (stored().status, stored().due_at) == ("withdrawn", None)
    assert asked.events.last().to_status == "withdrawn"


def test_r9_a_withdrawal_is_undone_within_a_day(clinic, clock):
    asked = make_request()
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=23, minutes=59))
    asked.take_back()
    assert stored().status == "new"
    assert asked.withdrawn_at is None


@pytest.mark.parametrize(
    ("hours", "due"),
    [(4, "2026-05-12T15:00-06:00"), (5, "2026-05-13T09:00-06:00"), (23, "2026-05-13T14:00-06:00")],
    ids=["before the promise", "at the promise", "the next morning"],
)
def test_r9_undone_after_the_promise_it_is_due_anew(clinic, clock, hours, due):
    """Received at 10:00 and promised for 15:00; the answer takes four hours of opening time, less the lunch hour."""
    asked = make_request()
    promised = asked.promised_at
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=hours))
    asked.take_back()
    assert (stored().due_at, stored().promised_at) == (datetime.datetime.fromisoformat(due), promised)


def test_r9_undone_after_the_promise_without_opening_hours_no_time_is_told(clinic, clock):
    asked = make_request()
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=5))
    OpeningHours.objects.all().delete()
    stored().take_back()
    assert (stored().due_at, stored().told_at) == (None, None)
    assert stored().promised_at == asked.promised_at


def test_r9_undone_after_the_promise_the_inbox_says_the_new_time(clinic, client, clock):
    asked = make_request()
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=23))
    asked.take_back()
    client.force_login(make_staff())
    text = client.get("/admin/appointments/appointmentrequest/").content.decode()
    assert "Wednesday, May 13, 2:00 pm (Denver time)" in text
    assert "Overdue:" not in text


def test_r9_after_a_day_a_withdrawal_stays(clinic, clock):
    asked = make_request()
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=24))
    with pytest.raises(TooLateError):
        asked.take_back()
    assert stored().status == "withdrawn"


@pytest.mark.parametrize("status", ["booked", "declined"])
def test_r9_what_ended_cannot_be_withdrawn(clinic, status):
    asked = make_request()
    asked.move_to(status, make_staff())
    with pytest.raises(TooLateError):
        asked.withdraw()
    assert stored().status == status


@pytest.mark.parametrize("status", ["spam", "duplicate"])
def test_r9_what_staff_put_aside_acts_like_a_new_request_and_stays_aside(clinic, status):
    asked = make_request()
    asked.move_to(status, make_staff())
    assert asked.may_be_changed
    asked.withdraw()
    assert (stored().status, stored().shown_status) == (status, "withdrawn")
    asked.take_back()
    assert (stored().status, stored().shown_status) == (status, "new")


def test_r9_a_wish_for_a_call_tells_staff_when_and_moves_the_next_step_not_the_promise(clinic):
    asked = make_request()
    promised = asked.promised_at
    wednesday = call_times(facts.current().location("denver"), datetime.datetime.now(datetime.UTC))[2]
    asked.ask_to_be_called(wednesday)
    assert asked.events.last().text == "Asked to be called: Wednesday, May 13, morning"
    assert stored().promised_at == promised
    assert stored().due_at == datetime.datetime.fromisoformat("2026-05-13T12:00-06:00")


def test_r9_a_wish_for_a_call_stands_in_the_contact_strip(clinic, client):
    asked = make_request()
    asked.ask_to_be_called(call_times(facts.current().location("denver"), datetime.datetime.now(datetime.UTC))[2])
    client.force_login(make_staff())
    assert "Asked to be called: Wednesday, May 13, morning" in client.get(INBOX).content.decode()


@pytest.mark.parametrize("status", ["offered", "booked"])
def test_r9_nobody_who_is_not_waiting_asks_for_a_call(clinic, status):
    asked = make_request()
    asked.move_to(status, make_staff())
    time = call_times(facts.current().location("denver"), datetime.datetime.now(datetime.UTC))[0]
    with pytest.raises(TooLateError):
        asked.ask_to_be_called(time)
    assert stored().call_wish == ""


def times_at(text: str, place="denver") -> list[str]:
    found = call_times(facts.current().location(place), datetime.datetime.fromisoformat(text))
    return [str(time) for time in found]


def test_r9_calls_are_offered_when_the_location_is_open(clinic):
    assert times_at("2026-05-12T10:00-06:00")[:3] == [
        "Tuesday, May 12, morning",
        "Tuesday, May 12, afternoon",
        "Wednesday, May 13, morning",
    ]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-05-12T12:00-06:00", "Tuesday, May 12, afternoon"),
        ("2026-05-12T18:00-06:00", "Wednesday, May 13, morning"),
        ("2026-05-15T18:00-06:00", "Monday, May 18, morning"),
    ],
)
def test_r9_no_call_is_offered_for_what_is_over_or_closed(clinic, now, first):
    assert times_at(now)[0] == first
