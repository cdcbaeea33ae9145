"""Spam is doubted, never dropped, and people are not punished for it (R8)."""

import datetime
import re

import pytest
from django.urls import reverse

from appointments import form_token, spam
from appointments.digests import queue_due as queue_digests
from appointments.models import AppointmentRequest, Event, Message, Trace
from appointments.spam import Doubt
from appointments.statuses import IllegalMoveError, Status
from tests.appointments.test_taking_a_request import CHECK, FORM, SENT, hidden
from tests.builders import answers, make_staff, send_due

HOUR = datetime.timedelta(hours=1)


def doubts(note="", name="Pat Sample", trap="", seconds=60):
    return spam.doubts_about([name], [note], trap, seconds)


PATIENTS = [
    "My left shoulder hurts since Easter. Mornings are best, 8 a.m. or so.",
    "Please write to pat.sample@gmail.com or my wife's kim@mail.co.uk",
    "Dr.Smith sent me. I take ibuprofen and tramadol; money is tight, is there a discount?",
    "Меня зовут Ольга, болит спина. 🙂",
    "Με λένε Μαρία. I need a Greek interpreter.",
    "שלום, אני צריך תור",
    "I read https://www.clinic.example/treatments/dry-needling/ and would like to try it.",
    "$120?? o.k. e.g. 9-11 am/pm",
    "I work in web design and sit all day",
]


@pytest.mark.parametrize("note", PATIENTS)
def test_r8_what_patients_write_is_not_doubtful(note):
    assert not spam.is_doubtful(doubts(note))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"note": "see https://a.example"}, [Doubt.LINK]),
        ({"note": "see cheap-pills.xyz now"}, [Doubt.LINK]),
        ({"note": "WWW.A.EXAMPLE and http://b.example"}, [Doubt.LINKS]),
        ({"note": "we do SEO and backlinks"}, [Doubt.OFFER]),
        ({"note": '<a href="x">pills</a>'}, [Doubt.LINK_CODE]),
        ({"note": "[url=x]pills[/url]"}, [Doubt.LINK_CODE]),
        ({"name": "Get rich at win.top"}, [Doubt.LINK_AS_NAME]),
        ({"note": "раypal is fine"}, [Doubt.ALPHABETS]),
        ({"trap": "Offer"}, [Doubt.TRAP]),
        ({"trap": " "}, []),
        ({"seconds": 2}, [Doubt.FAST]),
        ({"seconds": 3}, []),
        ({"note": "x" * 500, "name": "🙂" * 200}, []),
    ],
)
def test_r8_each_reason_is_found(typed, found):
    assert doubts(**typed) == found


@pytest.mark.parametrize(
    ("found", "is_doubtful"),
    [
        ([], False),
        ([Doubt.LINK], False),
        ([Doubt.FAST], False),
        ([Doubt.OFFER], False),
        ([Doubt.FAST, Doubt.LINK], True),
        ([Doubt.OFFER, Doubt.LINK], True),
        ([Doubt.LINKS], True),
        ([Doubt.TRAP], True),
        ([Doubt.CONNECTION], True),
        ([Doubt.CONTACT], True),
    ],
)
def test_r8_one_weak_reason_is_not_enough(found, is_doubtful):
    assert spam.is_doubtful(found) is is_doubtful


def test_every_reason_has_points_and_words():
    assert set(spam.POINTS) == set(Doubt)
    assert all(spam.in_words(Doubt.values))
    assert spam.in_words(["of-an-older-version"]) == ["of-an-older-version"]


def send(client, **changes):
    """Fill in, check, send and read what comes back."""
    checked = client.post(CHECK, answers(**changes))
    return client.post(SENT, hidden(checked), follow=True)


def without_what_differs(response) -> str:
    """The confirmation without reference and tokens."""
    text = re.sub(r"[A-Z2-9]{4}-[A-Z2-9]{4}", "REFERENCE", response.content.decode())
    return re.sub(r'value="[^"]{20,}"', "", text)


@pytest.mark.django_db
class TestASuspect:
    @pytest.fixture
    def suspect(self, clinic, client):
        send(client, subject="Cheap pills")
        return AppointmentRequest.objects.get()

    def test_r8_is_stored_and_tagged(self, suspect):
        assert (suspect.status, suspect.doubts) == (Status.SPAM, ["trap"])
        assert (suspect.full_name, suspect.note) == ("Pat Sample", "Left shoulder")
        assert [(event.kind, event.to_status) for event in suspect.events.all()] == [
            (Event.Kind.RECEIVED, ""),
            (Event.Kind.STATUS, Status.SPAM),
        ]

    def test_r8_the_sender_sees_the_same_page(self, clinic, client):
        trusted, doubted = send(client), send(client, subject="Cheap pills")
        assert AppointmentRequest.objects.suspected_spam().count() == 1
        assert without_what_differs(trusted) == without_what_differs(doubted)

    def test_r8_the_senders_own_page_says_the_same_as_for_a_new_one(self, suspect, client):
        response = client.get(suspect.patient_path)
        assert f"We will contact you by {suspect.promise_text}" in response.content.decode()

    def test_r8_nobody_is_mailed_until_staff_say_not_spam(self, suspect, mailoutbox, clock):
        clock.shift(24 * HOUR)
        assert send_due() == 0
        assert Message.objects.oldest_unsent() is None
        suspect.move_to(Status.NEW, by=make_staff(), seen=Status.SPAM)
        assert send_due() == 2
        assert {to for mail in mailoutbox for to in mail.to} == {"desk.denver@clinic.example", "pat@patient.example"}
        assert all(suspect.promise_text in mail.body for mail in mailoutbox)

    def test_r8_not_spam_keeps_the_promise_as_it_was_printed(self, suspect, clock):
        promised = suspect.promised_at
        clock.shift(24 * HOUR)
        suspect.move_to(Status.NEW, by=make_staff())
        suspect.refresh_from_db()
        assert (suspect.promised_at, suspect.due_at, suspect.is_overdue) == (promised, promised, True)

    def test_r8_not_spam_said_twice_mails_once(self, suspect, mailoutbox):
        clerk = make_staff()
        colleague = AppointmentRequest.objects.get()
        suspect.move_to(Status.NEW, by=clerk, seen=Status.SPAM)
        send_due()
        with pytest.raises(IllegalMoveError):
            colleague.move_to(Status.NEW, by=clerk, seen=Status.SPAM)
        suspect.move_to(Status.SPAM, by=clerk)
        suspect.move_to(Status.NEW, by=clerk)
        send_due()
        assert len(mailoutbox) == 2

    def test_r8_staff_read_the_reasons_and_press_not_spam(self, suspect, client):
        client.force_login(make_staff())
        page = reverse("admin:appointments_appointmentrequest_change", args=[suspect.pk])
        text = client.get(page).content.decode()
        assert "A field that people cannot see was filled in" in text
        assert "Nobody has been mailed" in text
        form = re.search(r"<form[^>]*>(?:(?!</form>).)*Not spam", text, re.DOTALL).group()
        action = re.search(r'action="([^"]+)"', form).group(1)
        client.post(action, dict(re.findall(r'name="(\w+)" value="(\w+)"', form)))
        suspect.refresh_from_db()
        assert suspect.status == Status.NEW
        assert "Nobody has been mailed" not in client.get(page).content.decode()

    def test_r8_the_desk_is_told_each_morning_how_many_wait_for_a_look(self, suspect, clock):
        queue_digests()
        digest = Message.objects.get(kind=Message.Kind.DIGEST, to="desk.denver@clinic.example")
        assert "suspected spam in the last four days; please look: 1" in digest.text
        suspect.move_to(Status.NEW, by=make_staff())
        clock.shift(24 * HOUR)
        queue_digests()
        tomorrow = Message.objects.filter(kind=Message.Kind.DIGEST, to=digest.to).latest("pk")
        assert "please look: 0" in tomorrow.text

    def test_r8_the_same_form_sent_again_is_the_same_suspect(self, clinic, client):
        data = answers(subject="Cheap pills")
        for _ in range(5):
            client.post(SENT, data)
        assert AppointmentRequest.objects.count() == 1


@pytest.mark.django_db
def test_r8_a_request_marked_as_spam_holds_what_has_not_left(clinic, client, mailoutbox):
    send(client)
    asked, clerk = AppointmentRequest.objects.get(), make_staff()
    asked.move_to(Status.SPAM, by=clerk)
    assert send_due() == 0
    asked.move_to(Status.NEW, by=clerk)
    assert send_due() == 2


@pytest.mark.django_db
class TestTheTrap:
    def test_r8_is_reached_by_no_key_no_voice_and_no_autofill(self, clinic, client):
        """Not displayed, out of the tab order, and told to browsers as nothing to fill in."""
        text = client.get(FORM).content.decode()
        found = re.search(r'<div class="field[^"]* unasked">(.*?)</div>', text, re.DOTALL).group(1)
        field = re.search(r"<input[^>]*>", found).group()
        assert 'name="subject"' in field
        assert 'tabindex="-1"' in field
        assert 'autocomplete="off"' in field
        assert "please leave this empty" in found  # for a browser without style sheets

    def test_r8_whatever_is_in_it_is_no_error(self, clinic, client):
        for rubbish in ("x" * 5000, "a\x00b", "🙂"):
            assert send(client, subject=rubbish).status_code == 200
        assert AppointmentRequest.objects.suspected_spam().count() == 3


@pytest.mark.django_db
class TestLimits:
    @pytest.fixture(autouse=True)
    def _low(self, settings):
        settings.REQUESTS_PER_CONNECTION, settings.REQUESTS_PER_CONTACT = 3, 2

    def _send_many(self, client, count, **changes):
        for number in range(count):
            contact = {"phone": f"303-555-01{number:02}", "email": ""}
            send(client, **{"full_name": f"Pat {number}", **contact, **changes})

    def test_r8_many_from_one_connection_are_stored_and_doubted(self, clinic, client):
        self._send_many(client, 5)
        assert AppointmentRequest.objects.count() == 5
        suspects = AppointmentRequest.objects.suspected_spam().order_by("pk")
        assert [(each.full_name, each.doubts) for each in suspects] == [
            ("Pat 3", ["connection"]),
            ("Pat 4", ["connection"]),
        ]

    def test_r8_an_hour_later_nobody_is_doubted(self, clinic, client, clock):
        self._send_many(client, 3)
        clock.shift(HOUR)
        send(client, full_name="Later")
        assert AppointmentRequest.objects.get(full_name="Later").status == Status.NEW

    def test_r8_one_contact_from_many_connections_is_doubted(self, clinic, client):
        for number, email in enumerate(["pat@patient.example", "Pat@Patient.example", "PAT@patient.example"]):
            client.post(SENT, answers(phone="", email=email), REMOTE_ADDR=f"192.0.2.{number}")
        assert AppointmentRequest.objects.suspected_spam().get().doubts == ["contact"]

    def test_r8_far_too_many_wait_with_every_answer_kept(self, clinic, client, clock, settings):
        settings.REQUESTS_PER_CONNECTION = 1
        self._send_many(client, 10)
        clock.shift(20 * 60)
        refused = send(client, full_name="Last One")
        text = re.sub(r"<[^>]+>", "", refused.content.decode())
        assert refused.status_code == 429
        assert refused["Retry-After"] == "2400"
        assert "after 11:01 am (Denver time), or call us at 303-555-0142" in text
        assert hidden(refused)["full_name"] == ["Last One"]
        assert not AppointmentRequest.objects.filter(full_name="Last One").exists()
        clock.shift(40 * 60)
        for _press in range(2):
            client.post(SENT, hidden(refused))
        assert AppointmentRequest.objects.get(full_name="Last One").status == Status.NEW

    def test_r8_what_was_sent_before_is_confirmed_also_to_those_who_must_wait(self, clinic, client, settings):
        settings.REQUESTS_PER_CONNECTION = 1
        data = answers(full_name="First One")
        client.post(SENT, data)
        self._send_many(client, 10)
        assert client.post(SENT, data).status_code == 302
        assert AppointmentRequest.objects.filter(full_name="First One").count() == 1

    def test_r8_limits_keep_neither_address_nor_contact(self, clinic, client):
        client.post(SENT, answers(), REMOTE_ADDR="192.0.2.77")
        kept = repr(list(Trace.objects.values()))
        assert Trace.objects.count() == 3
        assert not [typed for typed in ("192.0.2.77", "507", "patient.example") if typed in kept]

    def test_what_is_not_stored_is_not_counted(self, clinic, client):
        for _ in range(5):
            client.post(SENT, answers(full_name=""))
        data = answers()
        for _ in range(5):
            client.post(SENT, data)
        assert Trace.objects.count() == 3


@pytest.mark.django_db
class TestTheFormsToken:
    def test_a_token_from_the_future_costs_one_more_press(self, clinic, client, clock):
        clock.shift(HOUR)
        data = answers()
        clock.shift(-HOUR)
        again = client.post(SENT, data)
        assert "Nothing is lost" in again.content.decode()
        assert not AppointmentRequest.objects.exists()
        client.post(SENT, hidden(client.post(CHECK, {**data, "form_token": hidden(again)["form_token"]})))
        assert AppointmentRequest.objects.get().status == Status.NEW

    def test_clocks_of_two_machines_may_differ_a_little(self, clock):
        token = form_token.new_token()
        clock.shift(-30)
        assert form_token.is_current(token)

    def test_renewing_keeps_the_form_and_when_it_was_opened(self, clock):
        token = form_token.new_token()
        clock.shift(60)
        again = form_token.renewed(token)
        assert form_token.form_id(again) == form_token.form_id(token)
        assert form_token.seconds_open(again) == 60

    @pytest.mark.parametrize("forged", ["", "x", "a.1.1", "a.1.1:", f"a.1.1:{'A' * 43}", "\x00", "🙂:🙂"])
    def test_a_forged_token_is_nobodys(self, forged):
        assert form_token.read(forged) is None
        assert not form_token.is_current(forged)
        assert form_token.is_current(form_token.renewed(forged))
