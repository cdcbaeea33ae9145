"""How mail leaves: claim, send, mark; retries, dead letters, two workers (N1)."""

import datetime
import re
import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from appointments.models import AppointmentRequest, Message
from appointments.models.message import LEASE, LONGEST_DELAY, MAX_ATTEMPTS
from tests.appointments.conftest import smtp_server
from tests.builders import make_request, send_due

DESK, PATIENT = "desk.denver@clinic.example", "pat@patient.example"


@pytest.mark.django_db
def test_notice_and_receipt_leave_once(clinic, inbox):
    make_request()
    assert send_due() == 2
    assert send_due() == 0
    assert sorted(mail["To"] for mail in inbox.mails) == [DESK, PATIENT]
    assert set(Message.objects.values_list("status", "attempts")) == {("sent", 1)}


@pytest.mark.django_db
def test_mail_carries_the_headers_of_a_machine(clinic, inbox):
    make_request()
    send_due()
    stored = Message.objects.get(kind=Message.Kind.STAFF_NOTICE)
    mail = inbox.to(DESK)[0]
    assert mail["Message-ID"] == stored.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Clinic website <website@clinic.example>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.django_db
def test_a_dead_mail_server_costs_nothing_and_the_mail_leaves_after_recovery_once(clinic, smtp_port, clock):
    make_request()
    for _ in range(5):
        send_due()
        clock.shift(60)
    assert set(Message.objects.values_list("status", "last_error")) == {("queued", "ConnectionRefusedError")}
    with smtp_server(smtp_port) as inbox:
        clock.shift(LONGEST_DELAY)
        send_due()
        clock.shift(LEASE * 2)
        send_due()
    assert sorted(mail["To"] for mail in inbox.mails) == [DESK, PATIENT]


@pytest.mark.django_db
def test_waits_twice_as_long_each_time(clinic, smtp_port, clock):
    make_request(email="")
    waits = []
    for _ in range(4):
        send_due()
        waits.append((Message.objects.get().due_at - timezone.now()).total_seconds())
        clock.shift(waits[-1])
    assert waits == [2, 4, 8, 16]


@pytest.mark.django_db
def test_a_refused_address_is_given_up_and_holds_up_nobody(clinic, inbox):
    inbox.replies[PATIENT] = f"550 no such user {PATIENT}"
    make_request()
    send_due()
    assert Message.objects.get(to=PATIENT).status == Message.Status.FAILED
    assert Message.objects.get(to=DESK).status == Message.Status.SENT


@pytest.mark.django_db
def test_the_servers_words_are_not_kept(clinic, inbox):
    inbox.replies[PATIENT] = f"550 no such user {PATIENT}"
    make_request()
    send_due()
    assert Message.objects.get(to=PATIENT).last_error == "SMTPRecipientsRefused 550"


@pytest.mark.django_db
def test_a_busy_server_is_tried_again(clinic, inbox, clock):
    inbox.replies[DESK] = "451 try later"
    make_request(email="")
    send_due()
    del inbox.replies[DESK]
    clock.shift(2)
    send_due()
    assert Message.objects.get().attempts == 2
    assert len(inbox.to(DESK)) == 1


@pytest.mark.django_db
def test_a_mail_that_cannot_be_built_is_given_up_and_the_next_leaves(clinic, inbox):
    make_request()
    Message.objects.filter(to=PATIENT).update(subject="two\nlines")
    send_due()
    assert Message.objects.get(to=PATIENT).last_error == "BadHeaderError"
    assert len(inbox.to(DESK)) == 1


@pytest.mark.django_db
def test_gives_up_after_the_last_attempt(clinic, smtp_port):
    make_request(email="")
    Message.objects.update(attempts=MAX_ATTEMPTS - 1)
    send_due()
    assert Message.objects.get().status == Message.Status.FAILED


@pytest.mark.django_db
def test_a_failed_message_can_be_sent_again(clinic, inbox):
    make_request(email="")
    Message.objects.update(status="failed", attempts=MAX_ATTEMPTS)
    assert Message.objects.get().send_again()
    send_due()
    assert Message.objects.get().attempts == 1
    assert len(inbox.mails) == 1


@pytest.mark.django_db
def test_a_message_on_its_way_cannot_be_queued_again(clinic):
    make_request(email="")
    assert not Message.objects.get().send_again()


@pytest.mark.django_db
def test_a_message_is_claimed_by_one_worker_until_its_lease_ends(clinic, clock):
    make_request(email="")
    first = Message.claim()
    assert Message.claim() is None
    clock.shift(LEASE + datetime.timedelta(seconds=1))
    second = Message.claim()
    assert second.pk == first.pk
    assert second.message_id == first.message_id


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing(clinic, clock):
    make_request(email="")
    slow = Message.claim()
    clock.shift(LEASE + datetime.timedelta(seconds=1))
    quick = Message.claim()
    assert quick.mark_sent()
    assert not slow.mark_refused("TimeoutError", is_final=True)
    assert Message.objects.get().status == Message.Status.SENT


@pytest.mark.django_db
def test_a_receipt_sent_after_the_key_changed_leads_to_the_patients_page(clinic, inbox, settings, client):
    make_request()
    settings.SECRET_KEY = "another key " * 5
    send_due()
    path = re.search(r"/my-request/[\w-]+/", inbox.to(PATIENT)[0].get_body(("plain",)).get_content())[0]
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_a_removed_request_takes_its_messages_along(clinic):
    make_request().delete()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_one_message_for_each_kind_and_address(clinic):
    asked = make_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(appointment_request=asked, kind="receipt", to=PATIENT, subject="", text="", html="")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "sent"},
        {"status": "sending"},
        {"sent_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_status_and_times_agree_in_the_database(clinic, wrong):
    make_request(email="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_what_is_due_and_stops_when_asked_to(clinic, inbox):
    make_request()
    call_command("run_worker", once=True)
    assert len(inbox.to(PATIENT)) == 1
    assert not Message.objects.unsent().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(clinic, inbox):
    for number in range(10):
        make_request(full_name=f"Pat {number}")

    def work():
        try:
            send_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ids = [mail["Message-ID"] for mail in inbox.mails]
    assert len(ids) == len(set(ids)) == 2 * AppointmentRequest.objects.count() == 20
