"""Requests taken by phone or at the desk: same queue, same promise, same log (I9)."""

import pytest
from django.urls import reverse

from appointments import form_token
from appointments.models import AppointmentRequest, AuditEntry, Message
from services.models import Location
from tests.builders import make_request, make_staff
from tests.markup import Document

pytestmark = pytest.mark.django_db

TAKE = reverse("admin:appointments_appointmentrequest_take")
INBOX = reverse("admin:appointments_appointmentrequest_changelist")


def spoken(**changes) -> dict:
    """What a clerk fills in while somebody is on the phone."""
    data = {
        "origin": "phone",
        "mails_in": "en-us",
        "location": "denver",
        "treatment": "dry-needling",
        "visit": "first",
        "full_name": "Pat Sample",
        "phone": "720 507 0080",
        "preferred_channel": "phone",
        "form_token": form_token.new_token(),
    }
    return {**data, **changes}


@pytest.fixture
def clerk(clinic, client):
    """A Denver clerk, signed in."""
    user = make_staff()
    client.force_login(user)
    return user


def test_i9_a_request_by_phone_is_like_one_by_the_form(clerk, client, clock):
    by_form = make_request()
    client.post(TAKE, spoken())
    taken = AppointmentRequest.objects.get(origin="phone")
    assert (taken.status, taken.promised_at, taken.due_at) == ("new", by_form.promised_at, by_form.due_at)
    assert (taken.phone, taken.phone_typed, taken.treatment_title) == ("+17205070080", "720 507 0080", "Dry needling")
    assert by_form.origin == "web"


def test_i9_the_clerk_reads_what_to_tell_the_patient(clerk, client, clock):
    text = client.post(TAKE, spoken(), follow=True).content.decode()
    reference = AppointmentRequest.objects.get().display_reference
    promise = "Tuesday, May 12, 3:00 pm (Denver time)"
    assert f"“We will contact you by {promise}. Your reference is {reference}.”" in text


def test_i9_who_took_it_and_how_is_logged_and_kept(clerk, client):
    text = client.post(TAKE, spoken(origin="walk_in"), follow=True).content.decode()
    taken = AppointmentRequest.objects.get()
    assert [(event.kind, event.actor_name) for event in taken.events.all()] == [("received", "clerk")]
    assert "At the desk, taken by clerk" in text
    entry = AuditEntry.objects.get(kind=AuditEntry.Kind.CHANGE)
    assert (entry.actor_name, entry.about.get().reference) == ("clerk", taken.reference)


def test_i9_the_desk_is_told_and_the_patient_gets_a_receipt_if_there_is_an_email(clerk, client):
    client.post(TAKE, spoken())
    assert [message.kind for message in Message.objects.all()] == ["staff_notice"]
    client.post(TAKE, spoken(email="pat@patient.example", mails_in="es"))
    receipt = Message.objects.get(kind="receipt")
    assert (receipt.to, receipt.appointment_request.language) == ("pat@patient.example", "es")


def test_i9_the_same_form_sent_twice_is_one_request(clerk, client):
    data = spoken()
    assert client.post(TAKE, data)["Location"] == client.post(TAKE, data)["Location"]
    assert AppointmentRequest.objects.count() == 1


def test_i9_nothing_that_a_clerk_took_is_suspected(clerk, client):
    for number in range(12):
        client.post(TAKE, spoken(note=f"see https://a.example https://b.example https://c.example {number}"))
    assert list(AppointmentRequest.objects.values_list("status", flat=True)) == ["new"] * 12


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": ""}, "Enter their full name"),
        ({"phone": ""}, "Enter a phone number or an email address"),
        ({"phone": "12"}, "Enter a phone number with its area code, such as 303-555-0142"),
        ({"visit": ""}, "Ask whether they have been to us before"),
        ({"origin": ""}, "Say how the request comes"),
        ({"origin": "web"}, "Say how the request comes"),
        ({"mails_in": "xx"}, "Select a valid choice. xx is not one of the available choices."),
        ({"note": "a" * 501}, "Your note must be 500 characters or fewer. You have 501."),
    ],
)
def test_i9_the_rules_are_those_of_the_form_and_nothing_typed_is_lost(clerk, client, changes, words):
    page = Document(client.post(TAKE, spoken(**{"access_needs": "large print", **changes})))
    summary = page.one("div", **{"class": "error-summary"})
    assert summary.text == f"There is a problem {words}"
    assert page.one("input", name="access_needs").attrs["value"] == "large print"
    assert page.one("title").text.startswith("Error: Take a request")
    assert AppointmentRequest.objects.count() == 0


def test_i9_a_clerk_takes_requests_for_their_own_locations_only(clinic, client):
    client.force_login(make_staff("miami", locations=["north-miami"]))
    assert "denver" not in Document(client.get(TAKE)).values("value")
    client.post(TAKE, spoken(location="denver"))
    assert not AppointmentRequest.objects.filter(location__slug="denver").exists()


def test_i9_a_manager_chooses_among_all_locations(clinic, client):
    client.force_login(make_staff("boss", "Manager", []))
    page = Document(client.get(TAKE))
    assert [each.attrs["value"] for each in page.all("input", name="location")] == ["denver", "north-miami"]


def test_i9_where_nothing_can_be_taken_the_page_says_so(clerk, client):
    Location.objects.filter(slug="denver").update(is_active=False)
    response = client.get(TAKE)
    assert "You work for no location that takes requests now." in response.content.decode()
    assert client.post(TAKE, spoken()).status_code == 200
    assert AppointmentRequest.objects.count() == 0


def test_i9_a_page_that_stood_open_for_long_still_stores(clerk, client, clock):
    data = spoken()
    clock.shift(14 * 60)
    client.get(INBOX)  # somebody is there
    clock.shift(14 * 60)
    client.post(TAKE, data)
    assert AppointmentRequest.objects.count() == 1


def test_i9_no_browser_offers_the_clerks_own_data(clerk, client):
    page = Document(client.get(TAKE))
    assert set(page.values("autocomplete")) == {"off"}


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Auditor"])
def test_i9_others_take_no_requests(clinic, client, role):
    client.force_login(make_staff("other", role, []))
    assert client.get(TAKE).status_code == 403
    assert client.post(TAKE, spoken()).status_code == 403
    assert AppointmentRequest.objects.count() == 0
