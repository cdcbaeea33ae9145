"""The owner of a page is mailed once when its review is due (C12)."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from appointments import review_reminders
from appointments.models import Message
from services.models import Page
from services.publishing import publish, unpublish
from services.review import sign
from tests.appointments.conftest import smtp_server
from tests.builders import make_page, make_request, make_staff, send_due
from tests.faults import database_down

OWNER = "owner@clinic.example"
DAY = datetime.timedelta(days=1)
TOMORROW = datetime.date(2026, 5, 13)


def make_owner(username="owner", **fields):
    owner = make_staff(username, "Editor", locations=())
    type(owner).objects.filter(pk=owner.pk).update(**{"email": OWNER, **fields})
    return owner


@pytest.fixture
def knots(clinic):
    """A page in public that was due yesterday."""
    page = make_page(Page.Kind.CONDITION, "Knots & pain", "knots", next_review_on="2026-05-11", owner=make_owner())
    publish(page)
    page.refresh_from_db()
    return page


@pytest.mark.django_db
def test_c12_the_owner_is_mailed_once(knots, inbox, clock):
    assert review_reminders.queue_due() == 1
    send_due()
    clock.shift(DAY)
    assert review_reminders.queue_due() == 0
    send_due()
    assert [mail["To"] for mail in inbox.mails] == [OWNER]


@pytest.mark.django_db
def test_the_mail_says_which_page_since_when_and_where(knots, inbox):
    review_reminders.queue_due()
    send_due()
    (mail,) = inbox.mails
    plain, html = (part.get_content().splitlines() for part in mail.iter_parts())
    assert mail["Subject"] == "Due for review: Knots & pain"
    assert plain[0] == "A page is due for review: Knots & pain"
    assert plain[2].startswith("Its review was due on Monday, May 11.")
    assert "http://127.0.0.1:8000/conditions/knots/" in plain
    assert f"http://127.0.0.1:8000/admin/services/condition/{knots.pk}/change/" in plain
    assert any("Knots &amp; pain" in line for line in html)
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
def test_the_links_of_the_mail_lead_to_the_page_and_its_form(knots, client):
    review_reminders.queue_due()
    text = Message.objects.get().text
    client.force_login(knots.owner)
    paths = [line.removeprefix("http://127.0.0.1:8000") for line in text.splitlines() if line.startswith("http")]
    assert [client.get(path).status_code for path in paths] == [200, 200]


@pytest.mark.django_db
@pytest.mark.parametrize(("due", "queued"), [("2026-05-11", 1), ("2026-05-12", 0), ("2026-05-13", 0), (None, 0)])
def test_c12_a_review_is_due_from_the_day_after(knots, due, queued):
    Page.objects.filter(pk=knots.pk).update(next_review_on=due)
    assert review_reminders.queue_due() == queued


@pytest.mark.django_db
def test_the_day_is_the_clinics(knots, clock):
    Page.objects.filter(pk=knots.pk).update(next_review_on="2026-05-12")
    clock.move_to(datetime.datetime(2026, 5, 13, 5, 59, tzinfo=datetime.UTC))  # 23:59 in Denver
    assert review_reminders.queue_due() == 0
    clock.shift(60)
    assert review_reminders.queue_due() == 1


@pytest.mark.django_db
def test_a_page_that_left_the_public_is_not_due(knots, clock):
    clock.shift(60)
    unpublish(knots)
    assert review_reminders.queue_due() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"email": ""}, {"is_active": False}])
def test_who_cannot_be_mailed_is_told_when_that_is_mended(knots, wrong):
    owners = type(knots.owner).objects.filter(pk=knots.owner.pk)
    owners.update(**wrong)
    assert review_reminders.queue_due() == 0
    owners.update(email=OWNER, is_active=True)
    assert review_reminders.queue_due() == 1


@pytest.mark.django_db
def test_a_page_without_an_owner_is_told_to_nobody(knots):
    Page.objects.update(owner=None)
    assert review_reminders.queue_due() == 0


@pytest.mark.django_db
def test_the_next_due_date_is_mailed_again(knots, clock):
    review_reminders.queue_due()
    reviewer = make_staff("reviewer", "Reviewer", locations=())
    sign(knots, reviewer, "Physical therapist", TOMORROW, today=datetime.date(2026, 5, 12))
    assert review_reminders.queue_due() == 0
    clock.shift(2 * DAY)
    assert review_reminders.queue_due() == 1


@pytest.mark.django_db
def test_claiming_has_one_winner(knots):
    other = Page.objects.get(pk=knots.pk)
    assert knots.claim_reminder(knots.updated_at)
    assert not other.claim_reminder(knots.updated_at)


@pytest.mark.django_db
def test_a_claim_for_a_date_that_has_moved_is_lost(knots):
    Page.objects.update(next_review_on="2027-05-11")
    assert not knots.claim_reminder(knots.updated_at)


@pytest.mark.django_db
def test_claiming_is_no_edit(knots):
    before = Page.objects.get(pk=knots.pk).updated_at
    review_reminders.queue_due()
    assert Page.objects.get(pk=knots.pk).updated_at == before


# --- What goes wrong -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_dead_mail_server_delays_the_mail_and_it_leaves_once(knots, smtp_port, clock):
    review_reminders.queue_due()
    send_due()
    assert Message.objects.get().status == Message.Status.QUEUED
    with smtp_server(smtp_port) as inbox:
        for _ in range(3):
            clock.shift(DAY)
            review_reminders.queue_due()
            send_due()
    assert [mail["To"] for mail in inbox.mails] == [OWNER]


@pytest.mark.django_db
def test_a_mail_that_cannot_be_written_leaves_the_reminder_unclaimed(knots, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(review_reminders, "message", lambda *args: 1 / 0)
        assert review_reminders.queue_due() == 0
    assert Page.objects.get(pk=knots.pk).review_reminded_at is None
    assert review_reminders.queue_due() == 1


@pytest.mark.django_db
def test_one_page_that_cannot_be_told_of_never_holds_up_another(knots, monkeypatch):
    publish(make_page(Page.Kind.CONDITION, "Aches", "aches", next_review_on="2026-05-11", owner=knots.owner))
    reminder = review_reminders._reminder

    def broken(page):
        return 1 / 0 if page.slug == "aches" else reminder(page)

    monkeypatch.setattr(review_reminders, "_reminder", broken)
    assert review_reminders.queue_due() == 1
    assert Message.objects.get().subject == "Due for review: Knots & pain"


@pytest.mark.django_db(transaction=True)
def test_the_worker_queues_and_sends(knots, inbox):
    call_command("run_worker", once=True)
    call_command("run_worker", once=True)
    assert len(inbox.to(OWNER)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_survives_a_database_that_is_away(knots, inbox):
    with database_down():
        call_command("run_worker", once=True)
    call_command("run_worker", once=True)
    assert len(inbox.to(OWNER)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_queue_one_mail_for_each_page(knots):
    for number in range(5):
        fields = {"next_review_on": "2026-05-11", "owner": knots.owner}
        publish(make_page(Page.Kind.CONDITION, f"Page {number}", f"page-{number}", **fields))

    def work():
        try:
            review_reminders.queue_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Message.objects.count() == 6


# --- The outbox ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_only_who_sees_every_location_sees_the_reminders(knots, client):
    review_reminders.queue_due()
    for role, seen in (("Front desk", False), ("Manager", True)):
        client.force_login(make_staff(role.replace(" ", ""), role))
        listed = client.get("/admin/appointments/message/").content.decode()
        assert (OWNER in listed) is seen


@pytest.mark.django_db
def test_a_reminder_that_was_given_up_can_be_sent_again(knots, client, inbox):
    make_request(email="")
    review_reminders.queue_due()
    Message.objects.update(status=Message.Status.FAILED)
    client.force_login(make_staff("manager", "Manager", locations=()))
    chosen = [str(pk) for pk in Message.objects.values_list("pk", flat=True)]
    client.post("/admin/appointments/message/", {"action": "send_again", "_selected_action": chosen})
    send_due()
    assert len(inbox.to(OWNER)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["review_reminder", "receipt"])
def test_a_mail_is_about_a_request_or_a_page(knots, kind):
    asked = make_request(email="") if kind == "review_reminder" else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(appointment_request=asked, kind=kind, to=OWNER, subject="", text="", html="")
