"""The patient's own page: where a request stands, for whoever holds the link (R9, thin)."""

import datetime

import pytest
from django.urls import reverse

from appointments.models import AppointmentRequest
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

FIND = reverse("appointments:find")


def find(client, **typed):
    return client.post(FIND, {"reference": "", "contact": "", **typed})


def test_shows_status_and_promise(clinic, client):
    asked = make_request()
    text = client.get(asked.patient_path).content.decode()
    assert "We will contact you by Tuesday, May 12, 3:00 pm (Denver time)." in text
    assert asked.display_reference in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("contacting", "We tried to reach you."),
        ("offered", "Please call 303-555-0142 to agree or change it."),
        ("booked", "Your visit is agreed."),
        ("declined", "We could not arrange this. Call 303-555-0142."),
        ("spam", "We have your request. We will contact you by Tuesday"),
        ("duplicate", "We have your request. We will contact you by Tuesday"),
    ],
)
def test_the_words_follow_the_status(clinic, client, status, words):
    asked = make_request()
    asked.move_to(status, make_staff())
    assert words in client.get(asked.patient_path).content.decode()


def test_does_not_show_what_was_typed(clinic, client):
    text = client.get(make_request().patient_path).content.decode()
    assert [typed for typed in ("Pat Sample", "0080", "pat@patient.example", "Left shoulder") if typed in text] == []


def test_is_never_stored_or_indexed(clinic, client):
    response = client.get(make_request().patient_path)
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex' in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("token", ["x", "A" * 43, "../../admin"])
def test_a_wrong_link_is_not_found(clinic, client, token):
    make_request()
    assert client.get(reverse("appointments:my_request", args=["x"]).replace("x", token)).status_code == 404


def test_an_expired_link_looks_like_a_wrong_one(clinic, client, clock):
    url = make_request().patient_path
    clock.shift(datetime.timedelta(days=181))
    wrong = client.get(reverse("appointments:my_request", args=["x"]))
    expired = client.get(url)
    assert expired.status_code == 404
    assert expired.content.replace(url.encode(), b"") == wrong.content.replace(b"/my-request/x/", b"")


def test_the_token_has_256_bits_and_only_its_hash_is_stored(clinic):
    asked = make_request()
    assert len(asked.link_token) == 43
    assert asked.link_token not in str(AppointmentRequest.objects.values().get())


@pytest.mark.parametrize("contact", ["(720) 507 0080", "+17205070080", "pat@patient.example", "PAT@PATIENT.EXAMPLE"])
def test_is_found_by_reference_and_contact(clinic, client, contact):
    asked = make_request()
    response = find(client, reference=asked.display_reference.lower(), contact=contact)
    assert asked.display_reference in client.get(response.url).content.decode()


def test_looking_it_up_gives_a_new_link_and_ends_the_old_one(clinic, client, clock):
    asked = make_request()
    old = asked.patient_path
    clock.shift(datetime.timedelta(days=181))
    new = find(client, reference=asked.reference, contact="pat@patient.example").url
    assert client.get(new).status_code == 200
    assert client.get(old).status_code == 404


def test_wrong_reference_and_wrong_contact_get_the_same_answer(clinic, client):
    asked = make_request()
    wrong_contact = find(client, reference=asked.reference, contact="other@patient.example").content.decode()
    wrong_reference = find(client, reference="ABCD-2345", contact="pat@patient.example").content.decode()
    sentence = "We found no request with this reference and contact."
    assert sentence in wrong_contact
    assert sentence in wrong_reference


def test_empty_fields_are_named(clinic, client):
    text = find(client).content.decode()
    assert "Enter your reference" in text
    assert "Enter the phone number or email address you gave us" in text
