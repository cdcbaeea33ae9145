"""Nobody is forgotten: the desk is reminded when a request is due, the managers when it is overdue (I2)."""

import datetime
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from appointments import reminders
from appointments.models import AppointmentRequest, LocationAccess, Message
from services.models import Closure, Location
from tests.builders import make_request, make_staff, send_due

DESK, CLERK, MANAGER = "desk.denver@clinic.example", "clerk@clinic.example", "manager@clinic.example"
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
# make_request() at 10:00 in Denver is promised for 15:00: four hours of opening time, less the lunch hour.
DUE_AT = datetime.datetime(2026, 5, 12, 21, 0, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


def make_person(username, role, email, locations=()):
    person = make_staff(username, role, locations)
    get_user_model().objects.filter(pk=person.pk).update(email=email)
    return get_user_model().objects.get(pk=person.pk)


@pytest.fixture
def asked(clinic):
    """A request due at 15:00 in Denver; its first mails are gone."""
    asked = make_request()
    assert asked.due_at == DUE_AT
    Message.objects.all().delete()
    return asked


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("to", flat=True))


def look_at(clock, moment: datetime.datetime) -> None:
    clock.move_to(moment)
    reminders.queue_due()


# --- Due -------------------------------------------------------------------------------------------
def test_i2_the_desk_is_reminded_before_a_request_is_due(asked, clock):
    look_at(clock, DUE_AT - 31 * MINUTE)
    assert told("due") == []
    look_at(clock, DUE_AT - 30 * MINUTE)
    assert told("due") == [DESK]


def test_i2_whoever_has_claimed_a_request_is_reminded_instead_of_the_desk(asked, clock):
    asked.claim(make_person("clerk", "Front desk", CLERK, ["denver"]))
    look_at(clock, DUE_AT)
    assert told("due") == [CLERK]


@pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
def test_i2_the_desk_is_reminded_when_the_owner_cannot_be(asked, clock, changes):
    owner = make_person("clerk", "Front desk", CLERK, ["denver"])
    asked.claim(owner)
    get_user_model().objects.filter(pk=owner.pk).update(**changes)
    look_at(clock, DUE_AT)
    assert told("due") == [DESK]


def test_i2_a_due_request_is_told_of_once(asked, clock):
    for _ in range(3):
        look_at(clock, DUE_AT)
        clock.shift(60)
        reminders.queue_due()
    assert told("due") == [DESK]


def test_i2_a_new_due_time_is_told_of_anew(asked, clock):
    look_at(clock, DUE_AT)
    AppointmentRequest.objects.update(due_at=DUE_AT + HOUR)
    look_at(clock, DUE_AT + HOUR)
    assert told("due") == [DESK, DESK]


@pytest.mark.parametrize("status", ["booked", "declined", "withdrawn", "spam"])
def test_i2_nobody_is_reminded_of_what_needs_no_action(asked, clock, status):
    AppointmentRequest.objects.update(status=status, closed_at=DUE_AT, due_at=None)
    look_at(clock, DUE_AT + HOUR)
    assert not Message.objects.exists()


def test_i2_a_reminder_waits_until_the_desk_is_there(asked, clock):
    opens = datetime.datetime(2026, 5, 13, 14, 0, tzinfo=datetime.UTC)  # 8:00 in Denver
    AppointmentRequest.objects.update(due_at=opens)
    look_at(clock, opens - MINUTE)
    assert told("due") == []
    look_at(clock, opens)
    assert told("due") == [DESK]


def test_i2_a_place_closed_at_short_notice_is_told_when_it_is_back(asked, clock):
    Location.objects.update(bad_day="closed", bad_day_ends_at=DUE_AT + HOUR)
    look_at(clock, DUE_AT)
    assert told("due") == []
    look_at(clock, DUE_AT + HOUR)
    assert told("due") == [DESK]


def test_i2_a_location_whose_hours_are_gone_is_told_at_any_hour(asked, clock):
    asked.location.opening_hours.all().delete()
    look_at(clock, DUE_AT + 7 * HOUR)
    assert told("due") == [DESK]
    assert told("overdue") == [DESK]


def test_i2_without_a_mailbox_a_reminder_waits_for_one(asked, clock):
    asked.location.recipients.all().delete()
    look_at(clock, DUE_AT)
    assert told("due") == []
    asked.location.recipients.create(email=DESK)
    reminders.queue_due()
    assert told("due") == [DESK]


# --- Overdue ---------------------------------------------------------------------------------------
def test_i2_the_manager_hears_of_an_overdue_request_once(asked, clock):
    make_person("manager", "Manager", MANAGER)
    look_at(clock, DUE_AT + 29 * MINUTE)
    assert told("overdue") == []
    for minutes in (30, 31, 90):
        look_at(clock, DUE_AT + minutes * MINUTE)
    assert told("overdue") == [MANAGER]


def test_i2_the_grace_counts_opening_time(asked, clock):
    closes = datetime.datetime(2026, 5, 12, 18, 0, tzinfo=datetime.UTC)  # noon, then an hour of lunch
    AppointmentRequest.objects.update(due_at=closes)
    look_at(clock, closes + 89 * MINUTE)
    assert told("overdue") == []
    look_at(clock, closes + 90 * MINUTE)
    assert told("overdue") == [DESK]


def test_i2_a_holiday_is_no_time_to_tell(asked, clock):
    day = datetime.timedelta(days=1)
    Closure.objects.create(location=asked.location, date=datetime.date(2026, 5, 13), name="Closed")
    AppointmentRequest.objects.update(due_at=DUE_AT + 3 * HOUR)  # 18:00, the closing time
    look_at(clock, DUE_AT + day)
    assert told("overdue") == []
    look_at(clock, DUE_AT + 2 * day)
    assert told("overdue") == [DESK]


def test_i2_the_locations_own_manager_hears_before_those_of_every_location(asked, clock):
    make_person("manager", "Manager", MANAGER)
    own = make_person("denver", "Manager", "denver@clinic.example", ["denver"])
    look_at(clock, DUE_AT + HOUR)
    assert told("overdue") == [own.email]
    assert LocationAccess.objects.filter(user=own).count() == 1


def test_i2_another_locations_clerks_and_auditors_hear_nothing(asked, clock):
    make_person("miami", "Front desk", "miami@clinic.example", ["north-miami"])
    make_person("auditor", "Auditor", "auditor@clinic.example")
    look_at(clock, DUE_AT + HOUR)
    assert told("overdue") == [DESK]


def test_i2_a_request_dealt_with_meanwhile_is_not_told_of(asked, clock):
    stale = AppointmentRequest.objects.select_related("location", "owner").get()
    AppointmentRequest.objects.update(due_at=DUE_AT + 8 * HOUR)
    clock.move_to(DUE_AT + HOUR)
    assert not reminders.remind(stale)
    assert not reminders.escalate(stale)
    assert not Message.objects.exists()


# --- Offers that nobody answers --------------------------------------------------------------------
@pytest.fixture
def offered(asked, clock):
    """A time was offered by phone; the patient is to answer by the next day, 15:00."""
    asked.record_attempt("offered", make_staff(), DUE_AT + DAY)
    return AppointmentRequest.objects.get()


def test_i2_an_offer_is_the_patients_turn_until_its_time_has_passed(offered, clock):
    look_at(clock, DUE_AT + DAY)
    assert AppointmentRequest.objects.get().status == "offered"
    assert not Message.objects.exists()


def test_i2_an_offer_without_an_answer_comes_back_overdue_and_is_told_of(offered, clock):
    for minutes in (1, 2, 30, 31):
        look_at(clock, DUE_AT + DAY + minutes * MINUTE)
    assert AppointmentRequest.objects.overdue().get().due_at == DUE_AT + DAY
    assert (told("due"), told("overdue")) == ([DESK], [DESK])


def test_i2_an_offer_for_a_time_that_was_told_of_before_is_told_of_again(offered, clock):
    AppointmentRequest.objects.update(reminded_due_at=DUE_AT + DAY, escalated_due_at=DUE_AT + DAY)
    look_at(clock, DUE_AT + DAY + HOUR)
    assert (told("due"), told("overdue")) == ([DESK], [DESK])


def test_i2_taking_up_an_unanswered_offer_is_logged_once_as_nobodys_act(offered, clock):
    count = offered.events.count()
    for minutes in (1, 2):
        look_at(clock, DUE_AT + DAY + minutes * MINUTE)
    event = offered.events.last()
    assert offered.events.count() == count + 1
    assert (event.kind, event.from_status, event.to_status) == ("status", "offered", "contacting")
    assert (event.actor, event.actor_name) == (None, "")
    assert event.text == "No answer to the offer by Wednesday, May 13, 3:00 pm (Denver time)"


def test_i2_an_unanswered_offer_changes_the_turn_and_nothing_else(offered, clock):
    AppointmentRequest.objects.update(call_wish="tomorrow_am", first_contact_at=None, first_contact_minutes=None)
    before = AppointmentRequest.objects.values().get()
    look_at(clock, DUE_AT + DAY + 8 * HOUR)
    after = AppointmentRequest.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"status", "stage"}


def test_i2_an_offer_answered_meanwhile_stays_as_it_is(offered, clock):
    clock.move_to(DUE_AT + DAY + MINUTE)
    AppointmentRequest.objects.update(due_at=DUE_AT + 2 * DAY)
    assert not offered.lapse()
    assert AppointmentRequest.objects.get().status == "offered"


# --- What they say ---------------------------------------------------------------------------------
def test_i2_the_mails_say_which_request_by_when_and_where_and_nothing_typed(asked, clock, inbox):
    make_person("manager", "Manager", MANAGER)
    look_at(clock, DUE_AT + HOUR)
    send_due()
    reminder, notice = inbox.to(DESK)[0], inbox.to(MANAGER)[0]
    assert reminder["Subject"] == f"Denver: request {asked.display_reference} is due"
    assert notice["Subject"] == f"Denver: request {asked.display_reference} is overdue"
    for mail in (reminder, notice):
        for part in mail.iter_parts():
            assert "Tuesday, May 12, 3:00 pm (Denver time)" in part.get_content()
            assert f"/admin/appointments/appointmentrequest/{asked.pk}/change/" in part.get_content()
            assert "Pat Sample" not in part.get_content()
    assert "Nobody has claimed it." in notice.get_body(("plain",)).get_content()


# --- Many workers ----------------------------------------------------------------------------------
def test_i2_a_reminder_that_cannot_be_written_stays_to_be_told(asked, clock, monkeypatch):
    clock.move_to(DUE_AT)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "message", lambda *args, **kwargs: 1 / 0)
        assert reminders.queue_due() == 0
    assert reminders.queue_due() == 1


@pytest.mark.django_db(transaction=True)
def test_i2_three_workers_remind_once_of_each_request(clinic, clock):
    for number in range(4):
        make_request(full_name=f"Pat {number}")
    Message.objects.all().delete()
    clock.move_to(DUE_AT + HOUR)
    together = threading.Barrier(3)

    def work():
        try:
            together.wait()
            reminders.queue_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told("due") == told("overdue") == [DESK] * 4
