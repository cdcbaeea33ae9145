"""The front desk in the admin: inbox, request page, who may see what (I1–I8, I13)."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from appointments.models import AppointmentRequest, ChangedAnswers, Event, Message
from appointments.models.answers import copied
from services import facts
from services.models import Recipient
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")


def page_of(asked) -> str:
    return reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])


def verb(asked, name: str) -> str:
    return reverse(f"admin:appointments_appointmentrequest_{name}", args=[asked.pk])


@pytest.fixture
def clerk(clinic, client):
    """A Denver clerk, signed in."""
    user = make_staff()
    client.force_login(user)
    return user


def test_the_inbox_stands_at_its_address():
    assert INBOX == "/admin/appointments/appointmentrequest/"


def test_shows_who_how_to_reach_them_by_when_and_whose(clerk, client):
    asked = make_request(preferred_channel="phone")
    asked.claim(clerk)
    text = client.get(INBOX).content.decode()
    shown = [
        "Pat Sample",
        "720-507-0080",
        "No voicemail",
        "Prefers phone",
        "Tuesday, May 12, 3:00 pm (Denver time)",
        "clerk",
    ]
    assert [words for words in shown if words not in text] == []


def test_a_row_says_when_the_patient_changed_an_answer(clerk, client, clock):
    asked = make_request()
    assert "Changed by the patient" not in client.get(INBOX).content.decode()
    clock.shift(600)  # an idle clerk is signed out
    asked.change_answers(ChangedAnswers(**{**copied(asked), "note": "Right shoulder"}))
    words = "Changed by the patient: Tuesday, May 12, 10:10 am (Denver time)"
    assert words in client.get(INBOX).content.decode()
    asked.move_to("booked", clerk)
    text = client.get(f"{INBOX}?view=all").content.decode()
    assert "Pat Sample" in text
    assert "Changed by the patient" not in text


def test_opens_on_what_needs_action_oldest_promise_first(clerk, client, clock):
    make_request(full_name="First Asked")
    make_request(full_name="Booked Already").move_to("booked", clerk)
    clock.shift(3600)
    make_request(full_name="Second Asked")
    text = client.get(INBOX).content.decode()
    assert "Booked Already" not in text
    assert text.index("First Asked") < text.index("Second Asked")


@pytest.mark.parametrize(
    ("view", "name"), [("mine", "Claimed"), ("waiting", "Offered"), ("spam", "Spammer"), ("all", "Booked")]
)
def test_each_view_shows_its_requests(clerk, client, view, name):
    make_request(full_name="Claimed").claim(clerk)
    make_request(full_name="Offered").move_to("offered", clerk)
    make_request(full_name="Spammer").move_to("spam", clerk)
    make_request(full_name="Booked").move_to("booked", clerk)
    text = client.get(INBOX, {"view": view}).content.decode()
    names = {"Claimed", "Offered", "Spammer", "Booked"}
    assert {shown for shown in names if f">{shown}</bdi>" in text} == (names if view == "all" else {name})


def test_overdue_is_said_in_words(clerk, client, clock):
    make_request()
    clock.shift(6 * 3600)
    assert "Overdue: Tuesday, May 12, 3:00 pm (Denver time)" in client.get(INBOX).content.decode()


@pytest.mark.parametrize("typed", ["Sample", "pat@patient", "5070080", "720-507-0080", "(720) 507"])
def test_finds_by_name_email_and_digits(clerk, client, typed):
    make_request()
    make_request(full_name="Other", phone="303-555-0199", email="other@patient.example")
    text = client.get(INBOX, {"q": typed}).content.decode()
    assert "Pat Sample" in text
    assert ">Other</bdi>" not in text


def test_finds_a_reference_with_its_dash(clerk, client):
    asked = make_request()
    make_request(full_name="Other")
    text = client.get(INBOX, {"q": asked.display_reference.lower()}).content.decode()
    assert "Pat Sample" in text
    assert ">Other</bdi>" not in text


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_i1_the_inbox_costs_ten_queries_however_full_it_is(
    role, clinic, client, django_assert_max_num_queries, monkeypatch
):
    client.force_login(make_staff("kim", role))
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)  # read once a second, whatever is asked for
    client.get(INBOX)  # the first page of a session notes that somebody is there
    for number in range(12):
        make_request(full_name=f"Pat {number}")
    for query in ({}, {"view": "all", "status": "new", "age": "week"}, {"q": "Pat 3"}, {"q": "720"}, {"q": "Nobody"}):
        with django_assert_max_num_queries(10):
            assert client.get(INBOX, query).status_code == 200


def test_the_request_page_shows_all_that_was_typed_read_only(clerk, client):
    asked = make_request(patient_name="Kim", patient_relation="parent", access_needs="Spanish")
    text = client.get(page_of(asked)).content.decode()
    shown = ["Pat Sample", "(720)-507-0080", "pat@patient.example", "Kim", "parent", "Spanish", "Left shoulder"]
    assert [words for words in shown if words not in text] == []
    assert 'name="full_name"' not in text


def test_what_was_typed_cannot_be_changed_by_a_crafted_post(clerk, client):
    asked = make_request()
    client.post(page_of(asked), {"full_name": "Changed", "status": "booked"})
    stored = AppointmentRequest.objects.get()
    assert (stored.full_name, stored.status) == ("Pat Sample", "new")


def test_hostile_text_is_shown_escaped(clerk, client):
    asked = make_request(full_name="<script>alert(1)</script>", note="{{ 7|add:7 }}<img src=x onerror=alert(1)>")
    for url in (INBOX, page_of(asked)):
        text = client.get(url).content.decode()
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text
    assert "{{ 7|add:7 }}" in text


def test_moves_a_request_and_says_so(clerk, client):
    asked = make_request()
    text = client.post(verb(asked, "move"), {"status": "declined"}, follow=True).content.decode()
    assert "Status is now “Declined”." in text
    assert AppointmentRequest.objects.get().status == "declined"


@pytest.mark.parametrize("status", ["unreachable", "withdrawn", "new", "nonsense", ""])
def test_refuses_moves_that_are_not_legal(clerk, client, status):
    asked = make_request()
    client.post(verb(asked, "move"), {"status": status})
    assert AppointmentRequest.objects.get().status == "new"
    assert asked.events.count() == 1


def test_taking_back_without_a_reason_is_refused_in_words(clerk, client):
    asked = make_request()
    asked.move_to("booked", clerk)
    text = client.post(verb(asked, "move"), {"status": "contacting"}, follow=True).content.decode()
    assert "Say why the request goes back to “Contacting”." in text


def test_notes_are_appended_with_their_author(clerk, client):
    asked = make_request()
    text = client.post(verb(asked, "note"), {"text": "Call after 5"}, follow=True).content.decode()
    assert "Call after 5" in text
    assert asked.events.get(kind=Event.Kind.NOTE).actor == clerk


def test_an_empty_note_is_refused_in_words(clerk, client):
    asked = make_request()
    assert "Write something first." in client.post(verb(asked, "note"), {"text": " "}, follow=True).content.decode()


def test_i4_who_comes_second_is_told_who_was_first(clerk, client):
    asked = make_request()
    asked.claim(make_staff("colleague"))
    text = client.post(verb(asked, "claim"), follow=True).content.decode()
    assert "Too late: colleague already works on this request." in text


def test_messages_are_shown_and_can_be_sent_again(clerk, client):
    asked = make_request(email="")
    Message.objects.update(status="failed", attempts=9, last_error="SMTPRecipientsRefused 550")
    text = client.get(page_of(asked)).content.decode()
    assert "SMTPRecipientsRefused 550" in text
    client.post(verb(asked, "resend"), {"message": Message.objects.get().pk})
    assert Message.objects.get().status == Message.Status.QUEUED
    assert asked.events.filter(kind=Event.Kind.RESENT).count() == 1


@pytest.mark.parametrize("name", ["move", "note", "claim", "release", "resend"])
def test_verbs_take_posts_only(clerk, client, name):
    assert client.get(verb(make_request(), name)).status_code == 405


@pytest.mark.parametrize("name", ["move", "note", "claim", "release", "resend"])
def test_a_clerk_of_another_location_changes_nothing(clinic, client, name):
    asked = make_request()
    client.force_login(make_staff("miami", locations=["north-miami"]))
    data = {"status": "booked", "text": "x", "message": Message.objects.first().pk}
    assert client.post(verb(asked, name), data).status_code == 404
    assert asked.events.count() == 1


def test_a_clerk_of_another_location_sees_nothing(clinic, client):
    asked = make_request()
    client.force_login(make_staff("miami", locations=["north-miami"]))
    assert "Pat Sample" not in client.get(INBOX, {"view": "all"}).content.decode()
    assert "Pat Sample" not in client.get(INBOX, {"view": "all", "q": asked.reference}).content.decode()
    assert client.get(page_of(asked)).status_code == 404
    history = reverse("admin:appointments_appointmentrequest_history", args=[asked.pk])
    assert client.get(history).status_code == 404


def test_a_manager_sees_every_location(clinic, client):
    make_request()
    client.force_login(make_staff("boss", "Manager", []))
    assert "Pat Sample" in client.get(INBOX).content.decode()


@pytest.mark.parametrize("role", ["Editor", "Reviewer"])
def test_writers_have_no_inbox(clinic, client, role):
    asked = make_request()
    client.force_login(make_staff("writer", role, []))
    assert client.get(INBOX).status_code == 403
    assert client.get(page_of(asked)).status_code == 404
    assert client.post(verb(asked, "move"), {"status": "booked"}).status_code == 404


def test_an_auditor_reads_but_moves_nothing(clinic, client):
    asked = make_request()
    client.force_login(make_staff("auditor", "Auditor", []))
    assert "Pat Sample" in client.get(page_of(asked)).content.decode()
    assert client.post(verb(asked, "move"), {"status": "booked"}).status_code == 403
    assert AppointmentRequest.objects.get().status == "new"


@pytest.mark.parametrize("role", ["Front desk", "Editor", "Reviewer"])
def test_no_shortcut_of_the_admin_leads_to_a_patients_page(clinic, client, role):
    asked = make_request()
    client.force_login(make_staff("other", role, ["north-miami"]))
    content_type = ContentType.objects.get_for_model(AppointmentRequest)
    assert client.get(f"/admin/r/{content_type.pk}/{asked.pk}/").status_code == 404


def test_a_move_from_a_stale_page_is_refused_even_when_legal(clerk, client):
    asked = make_request()
    asked.move_to("contacting", clerk)
    text = client.post(verb(asked, "move"), {"status": "declined", "seen": "new"}, follow=True).content.decode()
    assert "Nothing was changed: a colleague was here first." in text
    assert AppointmentRequest.objects.get().status == "contacting"


def test_a_manager_frees_the_request_of_an_owner_who_left(clinic, client):
    asked = make_request()
    asked.claim(make_staff("gone"))
    client.force_login(make_staff("boss", "Manager", []))
    client.post(verb(asked, "release"))
    assert AppointmentRequest.objects.get().owner is None


@pytest.mark.parametrize("number", ["abc", "", "999999"])
def test_sending_a_message_again_that_does_not_exist_says_so(clerk, client, number):
    text = client.post(verb(make_request(), "resend"), {"message": number}, follow=True).content.decode()
    assert "still on its way" in text


def test_nobody_adds_or_deletes_requests_here(clinic, admin_client):
    asked = make_request()
    assert admin_client.get(reverse("admin:appointments_appointmentrequest_add")).status_code == 403
    delete = reverse("admin:appointments_appointmentrequest_delete", args=[asked.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


def test_a_location_nobody_is_told_about_is_a_warning_on_every_page(clerk, client):
    Recipient.objects.all().delete()
    assert "nobody is told about new requests" in client.get(INBOX).content.decode()


def test_mail_that_was_given_up_is_a_warning_until_the_request_is_closed(clerk, client):
    asked = make_request(email="")
    Message.objects.update(status="failed")
    assert "1 mail could not be sent and was given up." in client.get(INBOX).content.decode()
    asked.move_to("booked", clerk)
    assert "could not be sent" not in client.get(INBOX).content.decode()


def test_failed_mail_of_another_location_is_not_counted(clinic, client):
    make_request(email="")
    Message.objects.update(status="failed")
    client.force_login(make_staff("miami", locations=["north-miami"]))
    assert "could not be sent" not in client.get(INBOX).content.decode()
