"""A booked visit: its moment, its number, a summary to copy, a calendar file that names only the clinic (I10)."""

import datetime

import pytest
from django.urls import reverse

from appointments import ics
from appointments.models import AppointmentRequest, AuditEntry
from tests.builders import make_request, make_staff
from tests.markup import Document

pytestmark = pytest.mark.django_db

STARTS = datetime.datetime(2026, 5, 14, 20, 30, tzinfo=datetime.UTC)


def address(asked, name: str) -> str:
    return reverse(f"admin:appointments_appointmentrequest_{name}", args=[asked.pk])


def unfolded(text: str) -> list[str]:
    """The lines of a calendar file (RFC 5545, 3.1)."""
    assert text.endswith("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return text.replace("\r\n ", "").split("\r\n")[:-1]


@pytest.fixture
def clerk(clinic, client):
    """A Denver clerk, signed in."""
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def booked(clerk, client):
    """A request with a visit on Thursday."""
    asked = make_request(access_needs="Spanish interpreter", patient_name="Kim", patient_relation="mother")
    client.post(address(asked, "book"), {"visit_at": "2026-05-14T14:30", "visit_reference": "V-77", "seen": "0"})
    return AppointmentRequest.objects.get()


def test_i10_a_visit_is_typed_by_the_clock_of_the_location(booked):
    assert (booked.status, booked.visit_at, booked.visit_reference) == ("booked", STARTS, "V-77")
    assert booked.visit_text == "Thursday, May 14, 2:30 pm (Denver time)"
    assert (booked.attempts, booked.due_at) == (1, None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter date and time of the visit."),
        ("tomorrow", "Enter date and time, such as 2027-05-14 14:30."),
        ("2026-05-12T09:59", "This visit would be in the past. Check date and time."),
        ("2027-05-14T14:30", "This visit is more than a year ahead. Check the year."),
        ("2027-03-14T02:30", "The clocks change then. Choose another hour."),
    ],
)
def test_i10_a_visit_that_cannot_be_is_refused_and_nothing_typed_is_lost(clerk, client, typed, words):
    asked = make_request()
    page = Document(client.post(address(asked, "book"), {"visit_at": typed, "visit_reference": "V-77"}))
    assert page.one("div", role="alert").text == f"There is a problem {words}"
    assert page.one("input", id="book_visit_reference").attrs["value"] == "V-77"
    assert AppointmentRequest.objects.get().status == "new"


def test_i10_the_same_visit_saved_twice_is_one(booked, client):
    client.post(address(booked, "book"), {"visit_at": "2026-05-15T14:30", "seen": "0"})
    assert AppointmentRequest.objects.get().visit_at == STARTS


def test_i10_the_page_has_a_summary_to_copy(booked, client):
    page = Document(client.get(address(booked, "change")))
    assert page.one("textarea", id="summary").raw.splitlines() == [
        "Name: Pat Sample",
        "Asks for: Kim (mother)",
        "Phone: 720-507-0080, no voicemail",
        "Email: pat@patient.example",
        "Best way: Either is fine",
        "Language or access needs: Spanish interpreter",
        "Visit: Thursday, May 14, 2:30 pm (Denver time)",
        "Number of the visit: V-77",
        "Location: Denver",
        "Treatment: Dry needling",
        "Been here before: First visit",
        "Good times: Monday morning, Tuesday afternoon",
        f"Reference: {booked.display_reference}",
    ]
    assert "readonly" in page.one("textarea", id="summary").attrs


def test_i10_the_calendar_file_names_only_the_clinic(booked, client):
    response = client.get(address(booked, "ics"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="visit.ics"'
    lines = unfolded(response.content.decode())
    assert "SUMMARY:Visit at Test Clinic" in lines
    assert "DTSTART:20260514T203000Z" in lines
    assert "LOCATION:Test Clinic\\, 1 Test Street\\, Denver\\, CO 80205" in lines
    typed = ["Pat", "Sample", "Kim", "mother", "Spanish", "shoulder", "needling", "V-77", "5070080", "patient.example"]
    assert [word for word in typed if word in response.content.decode()] == []


def test_i10_who_fetched_a_calendar_file_is_kept(booked, client):
    client.get(address(booked, "ics"))
    entry = AuditEntry.objects.get(kind=AuditEntry.Kind.EXPORT)
    assert (entry.actor_name, entry.detail, entry.about.get().reference) == ("clerk", "ics", booked.reference)


def test_i10_without_a_visit_there_is_no_calendar_file(clerk, client):
    asked = make_request()
    assert client.get(address(asked, "ics")).status_code == 404
    assert address(asked, "ics") not in client.get(address(asked, "change")).content.decode()


def test_i10_another_locations_visit_is_not_there(booked, client):
    client.force_login(make_staff("miami", locations=["north-miami"]))
    assert client.get(address(booked, "ics")).status_code == 404
    assert AuditEntry.objects.filter(kind=AuditEntry.Kind.DENIED, actor_name="miami", detail="ics").count() == 1


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("a;b,c\\d", "SUMMARY:a\\;b\\,c\\\\d"),
        ("two\r\nlines", "SUMMARY:two\\nlines"),
        ("no\x00\x07bell\rATTENDEE:x", "SUMMARY:nobellATTENDEE:x"),
        ("ü" * 100, "SUMMARY:" + "ü" * 100),
    ],
)
def test_i10_no_text_breaks_out_of_its_line(title, line):
    lines = unfolded(ics.calendar("1@clinic.example", STARTS, STARTS, title, "x"))
    assert line in lines
    assert len(lines) == 13


def test_i10_a_moment_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        ics.calendar("1@clinic.example", STARTS.replace(tzinfo=None), STARTS, "x", "x")
