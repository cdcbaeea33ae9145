"""What our mails say, to whom, and with which headers (N2, N3)."""

import dataclasses
import datetime
import smtplib
from html.parser import HTMLParser

import pytest
import time_machine
from django.conf import settings as site_settings
from django.utils import translation

from appointments import notices, notifications
from appointments.models import AppointmentRequest, Message
from appointments.notices import Receipt, StaffNotice
from services.models import Clinic, Location, Recipient
from tests.builders import make_request, send_due

DESK, PATIENT = "desk.denver@clinic.example", "pat@patient.example"
PROMISE = "Tuesday, May 12, 3:00 pm (Denver time)"

pytestmark = pytest.mark.django_db


def plain(mail) -> str:
    """The text of a mail that arrived."""
    return mail.get_body(("plain",)).get_content()


class Words(HTMLParser):
    """What a reader of the HTML sees."""

    def __init__(self, html: str):
        super().__init__()
        self.skipped, self.found = 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in ("style", "title")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("style", "title")

    def handle_data(self, data):
        if not self.skipped and data.strip():
            self.found.append(" ".join(data.split()))


def seen(mail) -> str:
    """The words of the HTML part of a mail that arrived."""
    return " ".join(Words(mail.get_body(("html",)).get_content()).found)


@pytest.fixture
def arrived(clinic, inbox):
    """The desk's notice and the patient's receipt, as they arrived."""
    make_request()
    send_due()
    return inbox.to(DESK)[0], inbox.to(PATIENT)[0]


# --- Words only ------------------------------------------------------------------------------------
def each_notice() -> list[type]:
    return [each for each in vars(notices).values() if dataclasses.is_dataclass(each)]


@pytest.mark.parametrize("notice", each_notice())
def test_n2_a_message_is_made_of_words_and_numbers_and_cannot_change(notice):
    assert notice.__dataclass_params__.frozen
    assert {field.type for field in dataclasses.fields(notice)} <= {str, int, bool}


def test_n2_a_template_is_given_the_words_of_its_notice_and_nothing_else(clinic, monkeypatch):
    given = []
    monkeypatch.setattr(notices, "_rendered", notices._rendered.__wrapped__)  # nothing from memory, nor kept
    monkeypatch.setattr(notices, "render_to_string", lambda name, context: given.append(context) or "")
    make_request()
    words = [{field.name for field in dataclasses.fields(each)} for each in (StaffNotice, Receipt)]
    assert [set(context) - {"subject"} for context in given] == [words[0], words[0], words[1], words[1]]
    assert {type(value) for context in given for value in context.values()} <= {str, bool}


def test_n2_what_is_kept_of_a_mail_for_the_next_is_the_same_for_all_requests(clinic):
    first = make_request()
    with time_machine.travel(first.created_at + datetime.timedelta(days=2)):
        second = make_request()
    assert first.promise_text != second.promise_text
    assert notices._rendered.cache_info().currsize == 2  # the desk's notice and the receipt
    for own, other in ((first, second), (second, first)):
        for mail in own.messages.all():
            for words in (mail.text, mail.html):
                assert own.display_reference in words
                assert own.promise_text in words
                assert other.display_reference not in words
                assert other.promise_text not in words


def test_n2_what_a_field_looks_like_as_a_template_stays_text(clinic, inbox):
    Location.objects.filter(slug="denver").update(name="{{ secret }} {% now %} <b>")
    make_request(email="")
    send_due()
    assert "{{ secret }} {% now %} <b>" in plain(inbox.mails[0])
    assert "{{ secret }} {% now %} &lt;b&gt;" in inbox.mails[0].get_body(("html",)).get_content()


# --- Receipt ---------------------------------------------------------------------------------------
def test_n3_the_receipt_says_request_promise_phone_and_the_patients_own_page(arrived):
    _notice, receipt = arrived
    link = site_settings.SITE_URL + AppointmentRequest.objects.get().patient_path
    for words in (plain(receipt), seen(receipt)):
        assert "This is a request, not a booked appointment." in words
        assert f"We will contact you by {PROMISE}" in words
        assert "303-555-0142" in words
        assert AppointmentRequest.objects.get().display_reference in words
    assert link in plain(receipt).splitlines()
    assert f'href="{link}"' in receipt.get_body(("html",)).get_content()
    assert 'href="tel:+13035550142"' in receipt.get_body(("html",)).get_content()


def test_n3_the_receipt_names_no_service_and_no_person(arrived):
    _notice, receipt = arrived
    for word in ("needling", "shoulder", "Pat Sample"):
        assert word not in plain(receipt) + seen(receipt) + receipt["Subject"]


def test_n3_without_an_email_only_the_desk_is_mailed(clinic, inbox):
    make_request(email="")
    send_due()
    assert [mail["To"] for mail in inbox.mails] == [DESK]


def test_n3_a_promise_that_could_not_be_made_is_not_invented(clinic, inbox):
    Location.objects.get(slug="denver").opening_hours.all().delete()
    make_request()
    send_due()
    assert "We will contact you as soon as we can." in plain(inbox.to(PATIENT)[0])
    assert "this location has no opening hours" in seen(inbox.to(DESK)[0])


def test_n3_both_parts_say_the_same_in_a_frame_for_phones(arrived):
    for mail in arrived:
        html = mail.get_body(("html",)).get_content()
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
        assert html.count("<h1") == 1
        assert "http" not in html.replace(site_settings.SITE_URL, "")  # nothing is loaded from anywhere
        assert max(map(len, plain(mail).splitlines())) < 160


# --- Staff -----------------------------------------------------------------------------------------
def test_n3_the_desk_reads_place_reference_promise_and_a_link_behind_sign_in(arrived, client):
    notice, _receipt = arrived
    asked = AppointmentRequest.objects.get()
    path = f"/admin/appointments/appointmentrequest/{asked.pk}/change/"
    assert notice["Subject"] == f"Denver: new request {asked.display_reference}"
    assert PROMISE in plain(notice)
    assert PROMISE in seen(notice)
    assert site_settings.SITE_URL + path in plain(notice).splitlines()
    assert client.get(path).status_code == 302


def test_n3_every_recipient_of_the_location_is_told_in_a_mail_of_their_own(clinic, inbox):
    Recipient.objects.create(location=Location.objects.get(slug="denver"), email="second@clinic.example")
    make_request(email="")
    send_due()
    assert sorted(mail["To"] for mail in inbox.mails) == [DESK, "second@clinic.example"]


# --- Languages -------------------------------------------------------------------------------------
def test_n3_the_desk_reads_its_own_language_whatever_page_the_patient_was_on(clinic, inbox):
    with translation.override("es"):
        make_request()
    send_due()
    assert "New appointment request for Denver" in plain(inbox.to(DESK)[0])
    assert PROMISE in plain(inbox.to(DESK)[0])


def test_n3_a_broken_translation_costs_no_mail(clinic, inbox, monkeypatch):
    written = notifications.message

    def broken_in_spanish(notice, *args):
        if translation.get_language() == "es":
            raise KeyError("referencia")
        return written(notice, *args)

    monkeypatch.setattr(notifications, "message", broken_in_spanish)
    asked = make_request()
    Message.objects.all().delete()
    asked.language = "es"
    Message.objects.bulk_create(notifications.mails_about(asked))
    send_due()
    assert "We have your request." in plain(inbox.to(PATIENT)[0])


# --- Headers ---------------------------------------------------------------------------------------
def test_n3_mail_is_marked_as_automatic_and_keeps_its_message_id(arrived):
    for mail in arrived:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert mail["From"] == "Clinic website <website@clinic.example>"
        assert mail["Message-ID"].endswith("@clinic.example>")
    assert {mail["Message-ID"] for mail in arrived} == set(Message.objects.values_list("message_id", flat=True))


def test_n3_without_a_mailbox_for_answers_the_receipt_says_so(arrived):
    for mail in arrived:
        assert mail["Reply-To"] is None
    assert "Nobody reads answers to this mail." in plain(arrived[1])
    assert "Nobody reads answers to this mail." in seen(arrived[1])


@pytest.mark.parametrize(
    ("own", "clinics", "expected"),
    [
        ("denver@clinic.example", "all@clinic.example", "denver@clinic.example"),
        ("", "all@clinic.example", "all@clinic.example"),
    ],
)
def test_n3_patients_answers_go_to_the_locations_mailbox_or_the_clinics(clinic, inbox, own, clinics, expected):
    Location.objects.filter(slug="denver").update(reply_to=own)
    Clinic.objects.update(reply_to=clinics)
    make_request()
    send_due()
    assert inbox.to(PATIENT)[0]["Reply-To"] == expected
    assert inbox.to(DESK)[0]["Reply-To"] is None
    assert "please leave out medical details" in plain(inbox.to(PATIENT)[0])


def test_n3_failure_reports_go_to_the_bounce_address_on_the_envelope(clinic, inbox, settings, monkeypatch):
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    senders = []
    mail = smtplib.SMTP.mail
    monkeypatch.setattr(
        smtplib.SMTP, "mail", lambda self, sender, *args: senders.append(sender) or mail(self, sender, *args)
    )
    make_request()
    send_due()
    assert senders == ["bounces@clinic.example"] * 2
    assert {mail["From"] for mail in inbox.mails} == {"Clinic website <website@clinic.example>"}
