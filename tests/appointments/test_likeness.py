"""Requests that may be the same person's are hints, never merges (I8)."""

import pytest
from django.db.models.functions import Lower

from appointments.likeness import hints, is_near
from appointments.models import AppointmentRequest
from appointments.models.answers import copied
from tests.bench.many_requests import FEW, fill
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(clinic):
    """Works for Denver."""
    return make_staff()


def stored(**answers) -> AppointmentRequest:
    """A request as the database holds it; nobody's phone or email unless given."""
    alone = {"full_name": "Somebody Else", "phone": "", "email": "else@patient.example"}
    return AppointmentRequest.objects.get(pk=make_request(**{**alone, **answers}).pk)


def hinted(asked, user) -> list[tuple[str, list[str]]]:
    """(name, reasons) of each hint."""
    return [(hint.asked.full_name, hint.reasons) for hint in hints(asked, user)]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"full_name": "Kim Park", "phone": "720 507 0080", "email": ""}, "same phone"),
        ({"full_name": "Kim Park", "email": "PAT@patient.example"}, "same email"),
        ({"full_name": "PAT SAMPLE"}, "same name"),
        ({"full_name": "Pat Sampel"}, "similar name"),
        ({"full_name": "Patt Sample"}, "similar name"),
        ({"full_name": "Pát Sampley"}, "similar name"),
    ],
)
def test_i8_what_two_requests_share_is_a_hint(clerk, other, reason):
    asked = stored(full_name="Pat Sample", phone="(720)-507-0080", email="pat@patient.example")
    stored(**other)
    assert hinted(asked, clerk) == [(other["full_name"], [reason])]


@pytest.mark.parametrize("name", ["Pit Simple Osborne", "Ana Lopez", "Sam Patel"])
def test_i8_other_names_are_no_hint(clerk, name):
    asked = stored(full_name="Pat Sample", email="pat@patient.example")
    stored(full_name=name)
    assert hinted(asked, clerk) == []


def test_i8_very_short_names_are_no_hint(clerk):
    asked = stored(full_name="Yo Ha", email="yo@patient.example")
    stored(full_name="Yu Hi")
    assert hinted(asked, clerk) == []


def test_i8_two_people_who_share_an_email_stay_two(clerk, client):
    client.force_login(clerk)
    parent = stored(full_name="Robin Parent", email="family@patient.example")
    child = stored(full_name="Alex Child", email="family@patient.example")
    page = client.get(f"/admin/appointments/appointmentrequest/{parent.pk}/change/").content.decode()
    assert f"/admin/appointments/appointmentrequest/{child.pk}/change/" in page
    assert "same email" in page
    rows = AppointmentRequest.objects.order_by("pk").values_list("full_name", "email", "status")
    assert list(rows) == [(name, "family@patient.example", "new") for name in ("Robin Parent", "Alex Child")]


def test_i8_a_request_of_another_location_is_no_hint(clerk):
    asked = stored(email="same@patient.example")
    stored(email="same@patient.example", location="north-miami")
    assert hinted(asked, clerk) == []
    assert len(hinted(asked, make_staff("boss", "Manager", []))) == 1


def test_i8_what_a_patient_changed_counts(clerk):
    asked, other = stored(full_name="Pat Sample", email="new@patient.example"), stored(full_name="Kim Park")
    typed = stored(full_name="Kim Park", email="new@patient.example", location="north-miami")
    AppointmentRequest.objects.get(pk=other.pk).change_answers(type(typed)(**copied(typed)))
    assert hinted(asked, clerk) == [("Kim Park", ["same email"])]


def test_i8_five_newest_are_enough(clerk, clock):
    asked = stored(email="same@patient.example")
    for number in range(7):
        clock.shift(60)
        stored(full_name=f"Number {number}", email="same@patient.example")
    assert [name for name, _why in hinted(asked, clerk)] == [f"Number {number}" for number in (6, 5, 4, 3, 2)]


def test_i8_near_means_a_letter_or_two():
    assert is_near("Jon Smith", "John Smyth")
    assert not is_near("Jon Smith", "Joan Schmidtova")


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda rows: rows.filter(phone="+17205070080"), "request_phone"),
        (lambda rows: rows.alias(small=Lower("email")).filter(small="a@b.example"), "request_email"),
        (lambda rows: rows.filter(name_skeleton="ptsmpl"), "request_name"),
    ],
)
def test_i8_hints_are_looked_up_by_index(clinic, rows, index):
    fill(FEW)  # which index suits is decided by how many rows there are
    looked_up = rows(AppointmentRequest.objects.exclude(pk=1)).order_by("-created_at")[:20]
    assert index in looked_up.explain()
