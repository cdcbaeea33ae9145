"""A mail each morning, also when there is nothing to do: silence means trouble (N1)."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from appointments import digests
from appointments.models import AppointmentRequest, DailyDigest, Message
from services.models import Closure, Location, OpeningHours
from tests.builders import make_request, make_staff, send_due

DENVER, MIAMI = "desk.denver@clinic.example", "desk.north-miami@clinic.example"
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
OPENS = datetime.datetime(2026, 5, 12, 14, 0, tzinfo=datetime.UTC)  # Tuesday, 8:00 in Denver, 10:00 in North Miami

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind="digest").order_by("pk").values_list("to", "subject"))


def denvers() -> list[str]:
    return [subject for to, subject in told() if to == DENVER]


def look_at(clock, moment: datetime.datetime) -> None:
    clock.move_to(moment)
    digests.queue_due()


def test_n1_a_digest_comes_when_each_location_opens_even_when_empty(clinic, clock):
    look_at(clock, OPENS - 3 * HOUR)
    assert told() == []
    look_at(clock, OPENS - 2 * HOUR)
    assert told() == [(MIAMI, "North Miami: 0 new, 0 unsent, 0 overdue")]
    look_at(clock, OPENS)
    assert told()[1:] == [(DENVER, "Denver: 0 new, 0 unsent, 0 overdue")]


def test_n1_a_digest_comes_once_for_each_opening_day(clinic, clock):
    for hours in range(0, 72):
        look_at(clock, OPENS + hours * HOUR)
    assert len(denvers()) == 3
    assert DailyDigest.objects.filter(location__slug="denver").count() == 3


def test_n1_no_digest_comes_on_a_closed_day(clinic, clock):
    Closure.objects.create(
        location=Location.objects.get(slug="denver"), date=datetime.date(2026, 5, 12), name="Closed"
    )
    look_at(clock, OPENS + HOUR)
    look_at(clock, OPENS + 4 * DAY)  # Saturday
    assert denvers() == []


def test_n1_without_opening_hours_the_digest_comes_at_nine_on_weekdays(clinic, clock):
    OpeningHours.objects.filter(location__slug="denver").delete()
    look_at(clock, OPENS + HOUR - datetime.timedelta(minutes=1))
    assert denvers() == []
    for hours in range(1, 7 * 24):
        look_at(clock, OPENS + hours * HOUR)
    days = DailyDigest.objects.filter(location__slug="denver").order_by("day").values_list("day", flat=True)
    assert [day.day for day in days] == [12, 13, 14, 15, 18]
    assert len(denvers()) == 5


def test_n1_the_digest_says_that_opening_hours_are_missing(clinic, clock, inbox):
    OpeningHours.objects.filter(location__slug="denver").delete()
    look_at(clock, OPENS + HOUR)
    send_due()
    says = "The opening hours of this location are missing"
    for to, is_said in ((DENVER, True), (MIAMI, False)):
        parts = [part.get_content() for part in inbox.to(to)[0].iter_parts()]
        assert [says in part for part in parts] == [is_said, is_said]


def test_n1_the_digest_says_on_which_days_it_comes(clinic, clock, inbox):
    OpeningHours.objects.filter(location__slug="denver").delete()
    look_at(clock, OPENS + HOUR)
    send_due()
    for to, days in ((DENVER, "every weekday until"), (MIAMI, "every day that the location opens")):
        parts = [part.get_content() for part in inbox.to(to)[0].iter_parts()]
        assert [days in part for part in parts] == [True, True]


def test_n1_closed_at_short_notice_the_digest_waits(clinic, clock):
    Location.objects.update(bad_day="closed", bad_day_ends_at=OPENS + 2 * HOUR)
    look_at(clock, OPENS + HOUR)
    assert told() == []
    look_at(clock, OPENS + 2 * HOUR)
    assert len(denvers()) == 1


def test_n1_a_worker_that_was_dead_in_the_morning_tells_later_that_day(clinic, clock):
    look_at(clock, OPENS + 9 * HOUR)
    assert len(denvers()) == 1


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [((22, 0), (6, 0), ["2026-05-12"]), ((0, 0), (0, 0), ["2026-05-12", "2026-05-13"])],
    ids=["past midnight", "around the clock"],
)
def test_n1_a_night_shift_belongs_to_the_day_it_began_on(clinic, clock, opens, closes, expected):
    OpeningHours.objects.all().delete()
    denver = Location.objects.get(slug="denver")
    for weekday in range(7):
        OpeningHours.objects.create(
            location=denver, weekday=weekday, opens=datetime.time(*opens), closes=datetime.time(*closes)
        )
    for local in ("2026-05-12 23:00", "2026-05-13 01:00", "2026-05-13 05:00"):
        look_at(clock, datetime.datetime.fromisoformat(f"{local}-06:00"))
    assert sorted(f"{each.day}" for each in DailyDigest.objects.all()) == expected


def test_n1_the_digest_counts_its_own_location_only(clinic, clock):
    new, overdue = make_request(), make_request(full_name="Other")
    make_request(full_name="Elsewhere", location="north-miami")
    AppointmentRequest.objects.filter(pk=overdue.pk).update(status="contacting", due_at=OPENS)
    Message.objects.filter(appointment_request=new, kind="receipt").update(status="failed")
    Message.objects.exclude(status="failed").filter(appointment_request__location__slug="denver").delete()
    digests.queue_due()
    assert denvers() == ["Denver: 1 new, 1 unsent, 1 overdue"]


def test_n1_mail_of_closed_requests_no_longer_counts(clinic):
    make_request()
    AppointmentRequest.objects.update(status="booked", closed_at=OPENS, due_at=None)
    digests.queue_due()
    assert denvers() == ["Denver: 0 new, 0 unsent, 0 overdue"]


def test_n1_the_digest_is_numbers_in_both_parts(clinic, inbox):
    make_request()
    digests.queue_due()
    send_due()
    mail = next(mail for mail in inbox.to(DENVER) if "unsent" in mail["Subject"])
    plain = mail.get_body(("plain",)).get_content().splitlines()
    assert plain[0] == "Denver, Tuesday, May 12"
    assert "New requests that nobody has dealt with: 1" in plain
    assert "Mails about open requests that have not left: 2" in plain
    assert "Overdue requests: 0" in plain
    assert "Pat Sample" not in mail.as_string()


def test_n1_a_location_without_a_mailbox_is_told_when_it_gets_one(clinic):
    denver = Location.objects.get(slug="denver")
    denver.recipients.all().delete()
    digests.queue_due()
    assert denvers() == []
    denver.recipients.create(email=DENVER)
    digests.queue_due()
    assert len(denvers()) == 1


def test_n1_one_location_that_cannot_be_told_never_holds_up_another(clinic, clock, monkeypatch):
    clock.move_to(OPENS)
    written = digests._digest
    monkeypatch.setattr(
        digests, "_digest", lambda location, *args: 1 / 0 if location.slug == "denver" else written(location, *args)
    )
    assert digests.queue_due() == 1
    assert [to for to, _subject in told()] == [MIAMI]
    monkeypatch.undo()
    assert digests.queue_due() == 1


def test_n1_clerks_do_not_read_the_digests_of_all_locations(clinic, client):
    digests.queue_due()
    client.force_login(make_staff())
    assert MIAMI not in client.get("/admin/appointments/message/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_n1_the_worker_sends_the_digest_once(clinic, clock, inbox):
    clock.move_to(OPENS)
    call_command("run_worker", once=True)
    call_command("run_worker", once=True)
    assert sorted(mail["To"] for mail in inbox.mails) == [DENVER, MIAMI]


@pytest.mark.django_db(transaction=True)
def test_n1_four_workers_write_one_digest_each_day(clinic, clock):
    clock.move_to(OPENS)
    together = threading.Barrier(4)

    def work():
        try:
            together.wait()
            digests.queue_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(to for to, _subject in told()) == [DENVER, MIAMI]
