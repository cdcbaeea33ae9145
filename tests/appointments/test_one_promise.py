"""One promise: the same words on page, mail, My request and inbox; nothing moves it later (I2)."""

import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse

from appointments.models import AppointmentRequest
from services import facts
from services.models import Closure, Location, OpeningHours
from tests.builders import answers, make_request, make_staff, send_due

pytestmark = pytest.mark.django_db

SENT = reverse("appointments:sent")
INBOX = reverse("admin:appointments_appointmentrequest_changelist")

# received, location, words
MOMENTS = {
    "split shift": ("2026-05-12T10:00-06:00", "denver", "Tuesday, May 12, 3:00 pm (Denver time)"),
    "other zone": ("2026-05-12T10:00-06:00", "north-miami", "Tuesday, May 12, 5:00 pm (New York time)"),
    "friday 16:59": ("2026-05-15T16:59-06:00", "denver", "Monday, May 18, 10:59 am (Denver time)"),
    "noon": ("2026-05-15T19:00-06:00", "denver", "Monday, May 18, 12:00 pm (Denver time)"),
    "over the spring change": ("2026-03-06T18:00-07:00", "denver", "Monday, March 9, 12:00 pm (Denver time)"),
    "over the autumn change": ("2026-10-30T18:00-06:00", "denver", "Monday, November 2, 12:00 pm (Denver time)"),
    "next year": ("2026-12-31T18:00-07:00", "denver", "Friday, January 1, 2027, 12:00 pm (Denver time)"),
}


@pytest.fixture
def outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(("received", "place", "words"), MOMENTS.values(), ids=MOMENTS)
def test_i2_page_mails_my_request_and_inbox_print_the_same_words(
    clinic, client, clock, outbox, received, place, words
):
    clock.move_to(datetime.datetime.fromisoformat(received))
    facts.forget()
    confirmation = client.post(SENT, answers(location=place, treatment=""), follow=True).content.decode()
    send_due()
    own = client.get(AppointmentRequest.objects.get().patient_path).content.decode()
    client.force_login(make_staff(locations=[place]))
    inbox = client.get(INBOX).content.decode()
    request_page = client.get(
        reverse("admin:appointments_appointmentrequest_change", args=[AppointmentRequest.objects.get().pk])
    ).content.decode()
    mails = [text for message in outbox for text in (message.body, message.alternatives[0].content)]
    assert len(mails) == 4
    for text in (confirmation, own, inbox, request_page, *mails):
        assert words in plain(text)


def _no_hours(location):
    OpeningHours.objects.filter(location=location).delete()


def _other_hours(location):
    OpeningHours.objects.filter(location=location, opens=datetime.time(8)).delete()
    OpeningHours.objects.filter(location=location).update(opens=datetime.time(20), closes=datetime.time(21))


def _holiday(location):
    Closure.objects.create(location=location, date=datetime.date(2026, 5, 12), name="Flood")


def _other_target(location):
    Location.objects.filter(pk=location.pk).update(response_hours=40)


def _closed(location):
    ends = datetime.datetime(2026, 5, 20, 12, tzinfo=datetime.UTC)
    Location.objects.filter(pk=location.pk).update(bad_day="closed", bad_day_ends_at=ends)


def _paused(location):
    ends = datetime.datetime(2026, 5, 20, 12, tzinfo=datetime.UTC)
    Location.objects.filter(pk=location.pk).update(bad_day="paused", bad_day_ends_at=ends)


EDITS = [_no_hours, _other_hours, _holiday, _other_target, _closed, _paused]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__.strip("_"))
def test_i2_a_later_edit_of_the_hours_moves_no_promise(clinic, client, edit):
    asked = make_request()
    before = (asked.promised_at, asked.due_at)
    edit(asked.location)
    facts.forget()
    stored = AppointmentRequest.objects.get()
    assert (stored.promised_at, stored.due_at) == before
    assert "by Tuesday, May 12, 3:00 pm (Denver time)." in client.get(stored.patient_path).content.decode()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__.strip("_"))
def test_i2_the_next_request_goes_by_the_new_hours(clinic, edit):
    first = make_request()
    edit(first.location)
    facts.forget()
    assert make_request(full_name="Somebody Else", availability=[]).promised_at != first.promised_at


def test_i2_nothing_staff_or_patient_do_moves_a_promise(clinic):
    asked, clerk = make_request(), make_staff()
    promised = asked.promised_at
    for step in (
        lambda: asked.move_to("contacting", clerk),
        lambda: asked.move_to("offered", clerk),
        lambda: asked.move_to("booked", clerk),
        lambda: asked.move_to("contacting", clerk, "again"),
        asked.withdraw,
        asked.take_back,
    ):
        step()
        assert AppointmentRequest.objects.get().promised_at == promised
