"""From the form to the stored request: check, send, confirmation (R1–R7)."""

import re
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from appointments.models import AppointmentRequest, Event, Message
from services.models import Location, OpeningHours
from tests.builders import answers

pytestmark = pytest.mark.django_db

FORM, CHECK, SENT = (reverse(f"appointments:{step}") for step in ("form", "check", "sent"))


def hidden(response) -> dict:
    """The hidden fields of a page as a browser would send them."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    data: dict = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


def send(client, **changes):
    """Fill in, check and send, as a person does."""
    checked = client.post(CHECK, answers(**changes))
    return client.post(SENT, hidden(checked))


def test_a_person_asks_and_reads_reference_and_promise(clinic, client):
    response = client.get(send(client).url)
    stored = AppointmentRequest.objects.get()
    text = response.content.decode()
    assert re.fullmatch(r"[A-HJKMNP-RTVWXY2-79]{4}-[A-HJKMNP-RTVWXY2-79]{4}", stored.display_reference)
    assert stored.display_reference in text
    assert "Tuesday, May 12, 3:00 pm (Denver time)" in text  # 10:00 + 2 h, lunch, + 2 h


def test_stores_what_was_typed_beside_what_was_understood(clinic, client):
    send(client, phone="(720)-507-0080 ext. 5", email="Pat@Patient.example")
    stored = AppointmentRequest.objects.get()
    assert (stored.phone_typed, stored.phone, stored.phone_extension) == (
        "(720)-507-0080 ext. 5",
        "+17205070080",
        "5",
    )
    assert stored.email == "Pat@Patient.example"
    assert stored.availability == ["mon-am", "tue-pm"]
    assert (stored.treatment, stored.treatment_title) == ("dry-needling", "Dry needling")


def test_first_event_and_messages_are_written_with_the_request(clinic, client):
    send(client)
    stored = AppointmentRequest.objects.get()
    assert [event.kind for event in stored.events.all()] == [Event.Kind.RECEIVED]
    assert [(message.kind, message.to) for message in stored.messages.all()] == [
        (Message.Kind.STAFF_NOTICE, "desk.denver@clinic.example"),
        (Message.Kind.RECEIPT, "pat@patient.example"),
    ]


def test_stores_nothing_when_queueing_fails(clinic, client, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(type(Message.objects.all()), "bulk_create", broken)
    with pytest.raises(RuntimeError):
        send(client)
    assert not AppointmentRequest.objects.exists()
    assert not Event.objects.exists()


def test_checking_stores_nothing(clinic, client):
    response = client.post(CHECK, answers())
    assert "Check your answers" in response.content.decode()
    assert not AppointmentRequest.objects.exists()


def test_check_page_shows_every_answer(clinic, client):
    text = client.post(CHECK, answers(access_needs="Spanish", patient_name="Kim", patient_relation="parent"))
    for shown in (
        "Denver",
        "Dry needling",
        "Monday morning, Tuesday afternoon",
        "Pat Sample",
        "720-507-0080",
    ):
        assert shown in text.content.decode()
    for shown in ("pat@patient.example", "Spanish", "Kim", "parent", "Left shoulder"):
        assert shown in text.content.decode()


def test_change_brings_the_form_back_with_every_answer(clinic, client):
    checked = client.post(CHECK, answers())
    text = client.post(FORM, hidden(checked)).content.decode()
    for kept in (
        'value="Pat Sample"',
        'value="(720)-507-0080"',
        'value="pat@patient.example"',
        "Left shoulder",
    ):
        assert kept in text
    assert re.search(r'value="mon-am"[^>]*checked', text)


def test_reading_the_confirmation_again_stores_nothing(clinic, client):
    url = send(client).url
    client.get(url)
    assert client.get(url).status_code == 200
    assert AppointmentRequest.objects.count() == 1


def test_confirmation_without_a_request_is_not_found(clinic, client):
    assert client.get(SENT).status_code == 404


def test_the_same_form_sent_five_times_is_one_request(clinic, client):
    data = hidden(client.post(CHECK, answers()))
    urls = {client.post(SENT, data).url for _ in range(5)}
    assert urls == {SENT}
    assert AppointmentRequest.objects.count() == 1
    assert Message.objects.count() == 2


def test_answers_changed_after_sending_are_not_lost(clinic, client):
    data = answers()
    client.post(SENT, data)
    client.post(SENT, {**data, "phone": "303-555-0199"})
    assert set(AppointmentRequest.objects.values_list("phone", flat=True)) == {"+17205070080", "+13035550199"}


def test_the_form_opened_again_by_the_back_button_is_the_same_form(clinic, client):
    for _ in range(2):
        opened = hidden(client.get(FORM))
        client.post(SENT, answers(form_token=opened["form_token"][0]))
    assert AppointmentRequest.objects.count() == 1


def test_the_same_answers_on_another_day_are_a_new_request(clinic, client, clock):
    for _ in range(2):
        opened = hidden(client.get(FORM))
        client.post(SENT, answers(form_token=opened["form_token"][0]))
        clock.shift(13 * 3600)
    assert AppointmentRequest.objects.count() == 2


def test_the_same_answers_in_another_browser_are_a_new_request(clinic):
    send(Client())
    send(Client())
    assert AppointmentRequest.objects.count() == 2


def test_two_people_sharing_an_email_stay_two(clinic, client):
    send(client, full_name="Ana", email="home@patient.example")
    send(client, full_name="Ben", email="home@patient.example")
    assert set(AppointmentRequest.objects.values_list("full_name", flat=True)) == {"Ana", "Ben"}


def test_an_expired_form_is_shown_again_and_then_stored_once(clinic, client, clock):
    data = answers()
    clock.shift(13 * 3600)
    again = client.post(SENT, data)
    assert "Nothing is lost" in again.content.decode()
    assert 'value="Pat Sample"' in again.content.decode()
    assert not AppointmentRequest.objects.exists()
    fresh = hidden(again)["form_token"]
    client.post(SENT, {**data, "form_token": fresh})
    client.post(SENT, {**data, "form_token": fresh})
    assert AppointmentRequest.objects.count() == 1


@pytest.mark.parametrize("token", ["", "forged", "0" * 32 + ":abc:def"])
def test_a_forged_form_token_keeps_the_answers(clinic, client, token):
    again = client.post(SENT, answers(form_token=token))
    assert 'value="Pat Sample"' in again.content.decode()
    assert not AppointmentRequest.objects.exists()


@pytest.mark.parametrize("url", [CHECK, SENT])
def test_a_stale_csrf_token_keeps_the_answers(clinic, url):

    strict = Client(enforce_csrf_checks=True)
    response = strict.post(url, answers())
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert "Nothing is lost" in response.content.decode()
    assert 'value="Pat Sample"' in response.content.decode()
    token = hidden(response)["csrfmiddlewaretoken"]
    done = strict.post(SENT, {**answers(), "csrfmiddlewaretoken": token})
    assert done.status_code == 302
    assert AppointmentRequest.objects.count() == 1


def test_with_one_location_nobody_is_asked_where(clinic, client):
    Location.objects.filter(slug="north-miami").update(is_active=False)
    form = hidden(client.get(FORM))
    client.post(SENT, hidden(client.post(CHECK, answers(location=form["location"]))))
    assert AppointmentRequest.objects.get().location.slug == "denver"


def test_a_process_that_never_saw_the_clinic_keeps_every_answer(clinic, client, monkeypatch):
    def down():
        raise OperationalError

    monkeypatch.setattr("services.facts.load", down)
    response = client.post(SENT, answers())
    assert response.status_code == 503
    kept = hidden(response)
    assert kept["location"] == ["denver"]
    assert kept["availability"] == ["mon-am", "tue-pm"]
    monkeypatch.undo()
    client.post(SENT, hidden(client.post(CHECK, kept)))
    assert AppointmentRequest.objects.count() == 1


def test_preselects_location_and_treatment(clinic, client):
    text = client.get(FORM, {"location": "north-miami", "treatment": "dry-needling"}).content.decode()
    assert re.search(r'value="north-miami"[^>]*checked', text)
    assert re.search(r'value="dry-needling"[^>]*selected', text)


def test_an_unknown_preselection_is_ignored(clinic, client):
    response = client.get(FORM, {"location": "<script>", "treatment": "nope"})
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("url", [CHECK, SENT])
def test_pages_of_the_form_are_never_cached(clinic, client, url):
    assert "no-store" in client.post(url, answers(full_name=""))["Cache-Control"]


def test_check_page_read_without_answers_leads_to_the_form(clinic, client):
    assert client.get(CHECK).url == FORM


def test_without_hours_the_request_is_stored_and_nothing_is_promised(clinic, client):

    OpeningHours.objects.all().delete()
    response = client.get(send(client, availability=["any"]).url)
    assert AppointmentRequest.objects.get().promised_at is None
    assert "as soon as we can" in response.content.decode()


def test_with_the_database_down_the_form_keeps_the_answers(clinic, client, monkeypatch):

    def down(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr("appointments.forms.submit", down)
    response = client.post(SENT, answers())
    assert response.status_code == 503
    assert "303-555-0142" in response.content.decode()
    assert 'value="Pat Sample"' in response.content.decode()


def test_a_taken_reference_is_replaced(clinic, client, monkeypatch):
    send(client)
    taken = AppointmentRequest.objects.get().reference
    letters = iter(taken + "ABCD2345")
    stub = SimpleNamespace(choice=lambda alphabet: next(letters))
    monkeypatch.setattr("appointments.references.secrets", stub)
    send(client, full_name="Somebody Else")
    assert AppointmentRequest.objects.get(full_name="Somebody Else").reference == "ABCD2345"
