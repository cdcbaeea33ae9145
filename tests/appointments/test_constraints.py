"""Rules that the database itself holds."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from appointments.models import AppointmentRequest, Event, LocationAccess
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "", "email": ""},
        {"full_name": ""},
        {"status": "lost"},
        {"status": "booked", "closed_at": None},
        {"status": "new", "closed_at": timezone.now()},
        {"status": "booked", "closed_at": timezone.now(), "due_at": timezone.now()},
    ],
    ids=["nobody to answer", "no name", "unknown status", "closed without time", "open with time", "closed yet due"],
)
def test_wrong_rows_are_refused(clinic, wrong):
    make_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentRequest.objects.update(**wrong)


@pytest.mark.parametrize(
    "right",
    [
        {"phone": ""},
        {"email": ""},
        {"status": "booked", "closed_at": timezone.now(), "due_at": None},
        {"status": "offered"},
    ],
)
def test_right_rows_are_taken(clinic, right):
    make_request()
    assert AppointmentRequest.objects.update(**right) == 1


@pytest.mark.parametrize("field", ["reference", "idempotency_key", "link_hash"])
def test_what_names_a_request_is_unique(clinic, field):
    first, second = make_request(), make_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentRequest.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


@pytest.mark.parametrize(("kind", "to_status"), [("status", ""), ("note", "booked")])
def test_an_event_names_a_status_if_and_only_if_it_is_a_move(clinic, kind, to_status):
    asked = make_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(appointment_request=asked, kind=kind, to_status=to_status)


def test_access_to_a_location_is_given_once(clinic):
    access = LocationAccess.objects.get(user=make_staff())
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationAccess.objects.create(user=access.user, location=access.location)


def test_a_location_with_requests_cannot_be_deleted(clinic):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_request().location.delete()
