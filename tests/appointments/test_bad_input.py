"""Wrong and hostile input: a clear sentence, everything kept, nothing stored."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from appointments.models import AppointmentRequest
from tests.builders import answers

pytestmark = pytest.mark.django_db

CHECK, SENT = reverse("appointments:check"), reverse("appointments:sent")

WRONG = {
    "no name": ({"full_name": ""}, "Enter your full name"),
    "invisible name": ({"full_name": "\u200b\u2060"}, "Enter your full name"),
    "blank name": ({"full_name": "  \t "}, "Enter your full name"),
    "10,000 characters": (
        {"full_name": "x" * 10_000},
        "must be 200 characters or fewer. You have 10000.",
    ),
    "NUL in name": ({"full_name": "Pat\x00Sample"}, "Full name contains characters that cannot be read"),
    "header in name": ({"full_name": "Pat\r\nBcc: x@evil.example"}, "Full name contains characters"),
    "bell in note": ({"note": "ring\x07"}, "Your note contains characters that cannot be read"),
    "long note": ({"note": "x" * 501}, "Your note must be 500 characters or fewer. You have 501."),
    "no contact": ({"phone": "", "email": ""}, "Enter a phone number or an email address"),
    "no area code": ({"phone": "555-0123"}, "Enter a phone number with its area code"),
    "words as phone": ({"phone": "call me"}, "Enter a phone number with its area code"),
    "NUL in phone": ({"phone": "303\x005550142"}, "Phone contains characters"),
    "no @": ({"email": "pat.patient.example"}, "Enter an email address such as"),
    "header in email": ({"email": "pat@patient.example\r\nBcc: x@evil.example"}, "Email contains characters"),
    "two addresses": ({"email": "a@patient.example,b@patient.example"}, "Enter an email address such as"),
    "email wanted, none given": (
        {"preferred_channel": "email", "email": ""},
        "choose to hear from us by phone",
    ),
    "phone wanted, none given": (
        {"preferred_channel": "phone", "phone": ""},
        "choose to hear from us by email",
    ),
    "no location": ({"location": ""}, "Choose a location"),
    "unknown location": ({"location": "atlantis"}, "Choose a location from the list"),
    "unknown treatment": ({"treatment": "leeches"}, "Choose a treatment from the list"),
    "closed day": ({"availability": ["sun-am"]}, "Choose days and times from the list"),
    "no visit": ({"visit": ""}, "Say whether you have been to us before"),
    "relation without a name": ({"patient_relation": "mother"}, "Enter the name of the person you ask for"),
}


@pytest.mark.parametrize("url", [CHECK, SENT])
@pytest.mark.parametrize(("changes", "sentence"), WRONG.values(), ids=WRONG)
def test_r5_wrong_values_get_a_clear_sentence_twice(clinic, client, url, changes, sentence):
    text = client.post(url, answers(**changes)).content.decode()
    assert "<title>Error: " in " ".join(text.split()).replace("<title> ", "<title>")
    assert text.count(escape(sentence)) >= 2  # in the summary and at the field
    assert not AppointmentRequest.objects.exists()


@pytest.mark.parametrize("changes", [changes for changes, _ in WRONG.values()], ids=WRONG)
def test_r5_the_other_answers_are_kept(clinic, client, changes):
    text = client.post(CHECK, answers(**changes)).content.decode()
    typed = {
        "full_name": 'value="Pat Sample"',
        "email": "pat@patient.example",
        "note": "Left shoulder",
    }
    assert [kept for name, kept in typed.items() if name not in changes and kept not in text] == []


ODD_BUT_VALID = {
    "emoji": "Zoë 🙂 Ñandú",
    "right to left": "שלום عليكم \u202eabc",
    "template": "{% load x %}{{ 7|add:7 }}",
    "script": "<script>alert(1)</script>",
    "quotes": 'O\'Brien "Bo" & Söhne',
    "format": "%s %(x)s {0} {name}",
    "200 characters": "x" * 200,
}


@pytest.mark.parametrize("name", ODD_BUT_VALID.values(), ids=ODD_BUT_VALID)
def test_odd_text_is_stored_as_typed_and_shown_escaped(clinic, client, name):
    text = client.post(CHECK, answers(full_name=name, note=name)).content.decode()
    assert escape(name) in text
    client.post(SENT, answers(full_name=name, note=name))
    stored = AppointmentRequest.objects.get()
    assert (stored.full_name, stored.note) == (name, name)


def test_new_lines_of_a_note_count_once(clinic, client):
    client.post(SENT, answers(note="a\r\n" * 250))
    assert AppointmentRequest.objects.get().note == ("a\n" * 250).strip()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("(720)-507-0080", "+17205070080"),
        ("305.967.8976", "+13059678976"),
        ("+1 305 967 8976", "+13059678976"),
        ("1-800-555-0199", "+18005550199"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+34 612 34 56 78", "+34612345678"),
    ],
)
def test_phones_in_any_style(clinic, client, typed, stored):
    client.post(SENT, answers(phone=typed))
    assert AppointmentRequest.objects.get().phone == stored


def test_r1_a_phone_alone_is_enough(clinic, client):
    client.post(SENT, answers(email=""))
    assert [message.kind for message in AppointmentRequest.objects.get().messages.all()] == ["staff_notice"]


def test_r1_an_email_alone_is_enough(clinic, client):
    client.post(SENT, answers(phone=""))
    assert AppointmentRequest.objects.get().phone == ""


def test_any_time_wins_over_single_times(clinic, client):
    client.post(SENT, answers(availability=["any", "mon-am"]))
    assert AppointmentRequest.objects.get().availability == []


def test_a_huge_body_is_refused_with_the_phone(clinic, client):
    response = client.post(CHECK, answers(note="x" * 300_000))
    assert response.status_code == 413
    assert "303-555-0142" in response.content.decode()
    assert not AppointmentRequest.objects.exists()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("url", [reverse("appointments:form"), CHECK, SENT, reverse("appointments:find")])
def test_other_methods_are_not_allowed(clinic, client, method, url):
    assert getattr(client, method)(url).status_code == 405
