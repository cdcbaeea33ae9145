"""Staff see what became of each mail, and send it again (N4)."""

import datetime
import re

import pytest
from django.urls import reverse

from appointments.models import AppointmentRequest, AuditEntry, Message
from tests.builders import make_request, make_staff, send_due

DESK, PATIENT = "desk.denver@clinic.example", "pat@patient.example"
LIST = "/admin/appointments/message/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(clinic, client):
    """Signed in, working in Denver."""
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def asked(clerk, inbox):
    """A request whose notice was sent and whose receipt was refused for good."""
    inbox.replies[PATIENT] = "550 no such user"
    asked = make_request()
    send_due()
    return asked


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def request_page(client, asked) -> str:
    page = client.get(reverse("admin:appointments_appointmentrequest_change", args=[asked.pk]))
    return words(page.content.decode())


def bulk(client, messages):
    chosen = {"action": "send_again", "_selected_action": [str(message.pk) for message in messages]}
    return client.post(LIST, chosen, follow=True).content.decode()


# --- The request's page ----------------------------------------------------------------------------
def test_n4_a_request_shows_what_became_of_each_mail(asked, client):
    page = request_page(client, asked)
    assert f"Notice to the desk to {DESK} Sent: Tuesday, May 12, 10:00 am (Denver time) 1 attempt" in page
    assert f"Receipt to the patient to {PATIENT} ⚠ Failed 1 attempt" in page
    assert "SMTPRecipientsRefused 550" in page


def test_n4_a_waiting_mail_says_since_when_and_when_it_is_tried_again(clerk, smtp_port, client, clock):
    asked = make_request(email="")
    send_due()
    page = request_page(client, asked)
    assert "Queued 1 attempt Waiting since: Tuesday, May 12, 10:00 am (Denver time)" in page
    assert "next attempt: Tuesday, May 12, 10:00 am (Denver time)" in page


def test_n4_sending_again_from_the_page_sends_and_is_logged(asked, clerk, client, inbox):
    inbox.replies.clear()
    receipt = asked.messages.get(kind="receipt")
    url = reverse("admin:appointments_appointmentrequest_resend", args=[asked.pk])
    assert client.get(url).status_code == 405
    client.post(url, {"message": receipt.pk})
    send_due()
    assert len(inbox.to(PATIENT)) == 1
    event = asked.events.get(kind="resent")
    assert (event.actor_name, event.text) == ("clerk", "Receipt to the patient")
    assert AuditEntry.objects.about(asked.pk).filter(detail="resent", actor_name="clerk").count() == 1


# --- The list --------------------------------------------------------------------------------------
def test_n4_several_mails_are_sent_again_at_once_each_logged(asked, clerk, client, inbox):
    inbox.replies.clear()
    assert "2 mails queued." in bulk(client, Message.objects.all())
    send_due()
    assert (len(inbox.to(DESK)), len(inbox.to(PATIENT))) == (2, 1)
    assert asked.events.filter(kind="resent", actor_name="clerk").count() == 2


def test_n4_a_mail_on_its_way_is_not_queued_twice(asked, client):
    bulk(client, Message.objects.all())
    assert "0 mails queued." in bulk(client, Message.objects.all())
    assert asked.events.filter(kind="resent").count() == 2


def test_n4_nobody_sends_again_what_they_may_not_see(asked, client):
    client.force_login(make_staff("miami", locations=["north-miami"]))
    bulk(client, Message.objects.all())
    assert not asked.events.filter(kind="resent").exists()
    assert DESK not in client.get(LIST).content.decode()


def test_n4_who_may_only_look_sends_nothing_again(asked, client):
    client.force_login(make_staff("auditor", "Auditor"))
    assert client.post(LIST, {"action": "send_again", "_selected_action": ["1"]}).status_code in (302, 403)
    assert not asked.events.filter(kind="resent").exists()


def test_n4_every_time_in_the_list_names_its_zone(asked, client):
    Message.objects.filter(kind="receipt").update(appointment_request=None, kind="digest")
    page = words(client.get(LIST).content.decode())
    assert "Tuesday, May 12, 10:00 am (Denver time)" in page
    for found in re.finditer(r"\d (am|pm|a\.m\.|p\.m\.)(?P<after>.{0,7})", page):
        assert found["after"].startswith(" (")
    message = client.get(f"{LIST}{asked.messages.get().pk}/change/").content.decode()
    assert "Tuesday, May 12, 10:00 am (Denver time)" in words(message)


# --- Warnings --------------------------------------------------------------------------------------
def warnings(client) -> str:
    page = client.get(reverse("admin:index")).content.decode()
    return words("".join(re.findall(r'<li class="error">.*?</li>', page, re.DOTALL)))


def test_n4_every_staff_page_says_that_a_mail_was_given_up_and_leads_to_it(asked, client):
    assert "1 mail could not be sent and was given up." in warnings(client)
    index = client.get(reverse("admin:index")).content.decode()
    address = re.search(r'href="(/admin/appointments/message/\?status__exact=failed)"', index)[1]
    assert PATIENT in client.get(address).content.decode()


def test_n4_the_warning_goes_when_the_request_is_closed_or_the_mail_queued(asked, clerk, client):
    asked.messages.get(kind="receipt").send_again(clerk)
    assert warnings(client) == ""
    Message.objects.filter(kind="receipt").update(status="failed")
    asked.move_to("declined", clerk)
    assert warnings(client) == ""


def test_n4_another_locations_failures_are_not_told(asked, client):
    client.force_login(make_staff("miami", locations=["north-miami"]))
    assert warnings(client) == ""


def test_n1_staff_read_that_mail_waits_for_too_long(clerk, client, clock):
    make_request()
    clock.shift(15 * 60)
    assert warnings(client) == ""
    clock.shift(1)
    assert "Mail has been waiting for more than 15 minutes." in warnings(client)
    assert client.get("/readyz").json() == {"status": "wrong", "problems": ["mail"]}


def test_n3_every_staff_page_says_which_location_has_no_recipient(clerk, client):
    AppointmentRequest.objects.all().delete()
    clerk.location_access.get().location.recipients.all().delete()
    assert warnings(client) == "Denver: nobody is told about new requests. Add a recipient."


def test_n4_mail_on_hold_as_spam_is_not_sent_again(asked, clerk):
    notice = asked.messages.get(kind="staff_notice")
    Message.objects.filter(pk=notice.pk).update(status="held", sent_at=None)
    assert not notice.send_again(clerk)


def test_n4_sending_again_starts_counting_anew(asked, clerk, clock):
    clock.shift(datetime.timedelta(hours=1))
    receipt = asked.messages.get(kind="receipt")
    receipt.send_again(clerk)
    receipt.refresh_from_db()
    assert (receipt.attempts, receipt.last_error, receipt.status) == (0, "", "queued")


# --- One mail --------------------------------------------------------------------------------------
def test_n4_a_mail_is_shown_as_it_was_written_without_the_patients_secret_link(asked, client):
    notice, receipt = (words(client.get(f"{LIST}{mail.pk}/change/").content.decode()) for mail in asked.messages.all())
    assert "Open it (sign-in needed): [the address of the request&#x27;s page]" in notice
    assert "See where your request stands: [their own secret link]" in receipt
    assert asked.link_token not in receipt
