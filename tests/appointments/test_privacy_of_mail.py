"""Nothing a patient typed is in a mail, the outbox, a log line or an address (N2)."""

import logging

import pytest
from django.core import mail
from django.urls import reverse

from appointments.models import AppointmentRequest, Message
from appointments.notices import LINK_PLACEHOLDER, Receipt, StaffNotice
from services.models import Recipient
from tests.builders import answers, send_due

pytestmark = pytest.mark.django_db

CANARIES = {
    "full_name": "Quillfeather Zantedeschia",
    "phone": "720-507-0088",
    "patient_name": "Wolframina Oxbowdottir",
    "patient_relation": "grandniece-in-law",
    "access_needs": "Tetum interpreter wheelchairish",
    "note": "xyloglyph shoulder {{ secret }} <b>",
    "email": "canarybird@patient.example",
}
WORDS = [
    "Quillfeather",
    "Zantedeschia",
    "507-0088",
    "5070088",
    "Wolframina",
    "Oxbow",
    "grandniece",
    "Tetum",
    "xyloglyph",
    "secret",
]


@pytest.fixture
def sent_mails(clinic, client, settings):
    """A request full of canaries was sent, and its mails have left."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(reverse("appointments:sent"), answers(**CANARIES))
    send_due()
    return mail.outbox


def found_in(text: str) -> list[str]:
    return [word for word in WORDS if word.lower() in text.lower()]


def test_no_mail_holds_a_word_that_was_typed(sent_mails):
    assert len(sent_mails) == 2
    whole = "".join(message.message().as_string() for message in sent_mails)
    decoded = "".join(message.subject + message.body + message.alternatives[0].content for message in sent_mails)
    assert found_in(whole + decoded) == []
    assert "dry needling" not in decoded.lower()


def test_only_the_receipts_address_is_in_a_mail(sent_mails):
    staff, receipt = sent_mails
    assert "canarybird" not in staff.message().as_string()
    assert "canarybird" not in receipt.subject + receipt.body + receipt.alternatives[0].content


def test_no_outbox_row_holds_a_word_that_was_typed(sent_mails):
    rows = list(Message.objects.values())
    assert found_in(str(rows)) == []
    assert [row["to"] for row in rows if "canarybird" in str(row)] == ["canarybird@patient.example"]


def test_the_staffs_mail_gives_site_reference_promise_and_link(sent_mails):
    asked = AppointmentRequest.objects.get()
    body = sent_mails[0].body
    assert "Denver" in body
    assert asked.display_reference in body
    assert "Tuesday, May 12, 3:00 pm (Denver time)" in body
    assert f"http://127.0.0.1:8000/admin/appointments/appointmentrequest/{asked.pk}/change/" in body


def test_the_receipt_says_request_promise_phone_and_leads_to_the_patients_page(sent_mails, client):
    asked = AppointmentRequest.objects.get()
    body = sent_mails[1].body
    assert "This is a request, not a booked appointment." in body
    assert "Tuesday, May 12, 3:00 pm (Denver time)" in body
    assert "303-555-0142" in body
    assert asked.patient_path in body
    assert client.get(asked.patient_path).status_code == 200


def test_the_patients_link_is_not_stored(sent_mails):
    asked = AppointmentRequest.objects.get()
    stored = str(list(Message.objects.values())) + str(list(AppointmentRequest.objects.values()))
    assert asked.link_token not in stored
    assert LINK_PLACEHOLDER in Message.objects.get(kind="receipt").text


def test_no_log_line_holds_a_word_that_was_typed(clinic, client, caplog):
    caplog.set_level(logging.DEBUG, logger="appointments")
    caplog.set_level(logging.INFO)
    client.post(reverse("appointments:check"), answers(**CANARIES))
    client.post(reverse("appointments:sent"), answers(**CANARIES))
    send_due()
    assert "sent" in caplog.text
    assert found_in(caplog.text) == []


def test_no_address_holds_a_word_that_was_typed(clinic, client):
    response = client.post(reverse("appointments:sent"), answers(**CANARIES))
    assert response.url == "/request-appointment/sent/"
    cookies = response.client.cookies.output()
    assert found_in(cookies) == []


def test_messages_are_built_from_small_objects_that_hold_no_request():
    fields = {*StaffNotice.__dataclass_fields__, *Receipt.__dataclass_fields__}
    assert fields == {
        "clinic",
        "location",
        "reference",
        "promise",
        "admin_url",
        "phone",
        "phone_display",
        "can_answer",
        "link",
    }


def test_without_a_recipient_the_fallback_is_told(clinic, client):
    clinic.fallback_recipient = "fallback@clinic.example"
    clinic.save()
    Recipient.objects.all().delete()
    client.post(reverse("appointments:sent"), answers())
    assert Message.objects.get(kind="staff_notice").to == "fallback@clinic.example"
