"""What the form asks and how it answers: closed days, suggestions, changes, what moved meanwhile (R2–R6)."""

import datetime
import re
from html import unescape

import brotli
import pytest
from django.conf import settings
from django.utils import timezone

from appointments import availability
from appointments.models import AppointmentRequest
from clinic_site.bundle import StylesheetFinder
from services import facts
from services.hours import Range, Schedule
from services.models import Location, OpeningHours, Publication
from tests.appointments.test_taking_a_request import CHECK, FORM, SENT, hidden, send
from tests.builders import answers

pytestmark = pytest.mark.django_db

MOST_BYTES = 20_000
MOST_SCRIPT_BYTES = 2_000


def text_of(response) -> str:
    """The page without its tags, blanks as one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# --- R2: above the first field ---------------------------------------------------------------------
def test_r2_everything_to_know_stands_above_the_first_field(clinic, client):
    above = client.get(FORM).content.decode().partition('name="location"')[0]
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", above.partition("<main")[2])).split())
    for words in (
        "In an emergency, call 911",
        "This asks for an appointment. It does not book one.",
        "We will contact you within 4 opening hours.",
        "Please leave out medical details.",
        "Denver: 303-555-0142 Open until 12:00 pm",
        "North Miami: 305-555-0117 Closed. Opens 1:00 pm",
    ):
        assert words in text


def test_r2_with_a_location_chosen_the_promise_and_phone_are_its_own(clinic, client):
    text = text_of(client.get(FORM, {"location": "north-miami"}))
    assert "If you send this now, we will contact you by Tuesday, May 12, 5:00 pm (New York time)." in text
    before = text.partition("Your visit")[0]
    assert "305-555-0117" in before.rpartition("Call us.")[2]
    assert "303-555-0142" not in before.rpartition("Call us.")[2]


# --- R3: three groups, closed days ------------------------------------------------------------------
def test_r3_asks_in_three_groups_and_marks_what_is_optional(clinic, client):
    text = client.get(FORM).content.decode()
    assert re.findall(r'<fieldset class="group[^>]*>\s*<legend>([^<]+)</legend>', text) == [
        "Your visit",
        "You",
        "Anything else",
    ]
    assert text.count("(optional)") == 6  # not phone and email, of which one is needed
    assert "*" not in text_of(client.get(FORM)).partition("Your visit")[2].partition("Check your answers")[0]


@pytest.mark.parametrize(
    "never", ["birth", "ssn", "social security", "insurance", "diagnos", "medicin", "pain scale", 'type="file"']
)
def test_r3_never_asks_for_what_a_request_does_not_need(clinic, client, never):
    form = client.get(FORM).content.decode().partition('class="group')[2].partition("</form>")[0]
    assert never not in form.lower()


WEEK = Schedule(
    zone=facts.ClinicFacts().zone,
    weekly={
        0: (Range(datetime.time(8), datetime.time(12)), Range(datetime.time(13), datetime.time(18))),
        4: (Range(datetime.time(7, 30), datetime.time(12)),),
        5: (Range(datetime.time(13), datetime.time(20)),),
        6: (Range(datetime.time(10), datetime.time(2)),),
        3: (Range(datetime.time(0), datetime.time(0)),),
    },
)


@pytest.mark.parametrize(
    ("chosen", "closed"),
    [
        ([], []),
        (["mon-am", "mon-pm"], []),
        (["fri-am", "fri-pm"], ["Friday afternoon"]),
        (["sat-am", "sat-pm"], ["Saturday morning"]),
        (["sun-am", "sun-pm"], []),
        (["thu-am", "thu-pm"], []),
        (["tue-am", "tue-pm", "mon-am", "wed-pm"], ["Tuesday", "Wednesday"]),
    ],
)
def test_r3_times_outside_the_hours_are_found(chosen, closed):
    assert availability.closed_times(chosen, WEEK) == closed


def test_r3_nothing_is_refused_where_no_hours_are_known():
    assert availability.closed_times(["sun-am"], Schedule(zone=WEEK.zone, weekly={})) == []


@pytest.mark.parametrize("url", [CHECK, SENT])
def test_r3_a_day_on_which_the_chosen_location_is_closed_is_refused_with_the_reason(clinic, client, url):
    miami = Location.objects.get(slug="north-miami")
    OpeningHours.objects.create(location=miami, weekday=5, opens=datetime.time(9), closes=datetime.time(13))
    data = answers(availability=["mon-am", "sat-am"])
    text = client.post(url, data).content.decode()
    words = "Denver is not open at these times: Saturday. Choose others, or “Any time”"
    assert text.count(words) == 2
    assert '<a href="#id_availability_0">' in text
    assert re.search(r'value="mon-am"[^>]*checked', text)
    assert re.search(r'value="sat-am"[^>]*checked', text)
    assert not AppointmentRequest.objects.exists()
    client.post(url, {**data, "location": "north-miami"})
    assert "Check your answers" in client.post(CHECK, {**data, "location": "north-miami"}).content.decode()


# --- R4: a suggestion, never an obstacle ------------------------------------------------------------
class TestR4ASlipInTheEmail:
    def test_r4_is_pointed_out_before_sending(self, clinic, client):
        text = client.post(CHECK, answers(email="pat@gmial.com")).content.decode()
        assert "Did you mean <strong>pat@gmail.com</strong>?" in " ".join(text.split())

    def test_r4_is_mended_with_one_press(self, clinic, client):
        checked = client.post(CHECK, answers(email="pat@gmial.com"))
        better = re.search(r'name="(\w+)"\s+value="(pat@gmail.com)"', checked.content.decode()).groups()
        again = client.post(CHECK, {**hidden(checked), **dict([better])})
        assert "Did you mean" not in again.content.decode()
        client.post(SENT, hidden(again))
        assert AppointmentRequest.objects.get().email == "pat@gmail.com"

    def test_r4_never_keeps_anybody_from_sending(self, clinic, client):
        client.post(SENT, hidden(client.post(CHECK, answers(email="pat@gmial.com"))))
        assert AppointmentRequest.objects.get().email == "pat@gmial.com"

    def test_r4_the_button_is_checked_like_everything_typed(self, clinic, client):
        text = client.post(CHECK, {**answers(), "better_email": "nobody\r\nBcc: x@y.example"}).content.decode()
        assert "Email contains characters that cannot be read" in text


# --- R6: check, change, confirmation ----------------------------------------------------------------
def test_r6_every_answer_has_a_change_link_that_lands_on_its_field(clinic, client):
    checked = client.post(CHECK, answers())
    targets = re.findall(r'formaction="[^"#]+#(\w+)"', checked.content.decode())
    form = client.post(FORM, hidden(checked)).content.decode()
    assert len(targets) == len(set(targets)) == 13
    fields = [re.search(rf'<(\w+)[^>]*\bid="{target}"', form).group(1) for target in targets]
    assert set(fields) == {"input", "select", "textarea"}


def test_r6_where_there_is_one_location_there_is_nothing_to_change(clinic, client):
    Location.objects.filter(slug="north-miami").update(is_active=False)
    text = client.post(CHECK, answers()).content.decode()
    assert "#id_location" not in text
    assert "#id_treatment" in text


def test_r6_the_check_page_says_by_when_we_answer(clinic, client):
    text = text_of(client.post(CHECK, answers()))
    assert "If you send this now, we will contact you by Tuesday, May 12, 3:00 pm (Denver time)." in text


# --- What moved between two steps -------------------------------------------------------------------
class TestBetweenTheSteps:
    def test_a_location_that_closed_is_named_and_every_other_answer_kept(self, clinic, client):
        data = hidden(client.post(CHECK, answers(location="north-miami", availability=["any"])))
        Location.objects.filter(slug="north-miami").update(is_active=False)
        facts.forget()
        again = client.post(SENT, data)
        assert "This location takes no requests now. Choose a location from the list" in again.content.decode()
        assert 'value="Pat Sample"' in again.content.decode()
        assert not AppointmentRequest.objects.exists()
        assert re.search(r'type="radio" name="location" value="denver"', again.content.decode())
        fresh = hidden(again)["form_token"]
        client.post(SENT, hidden(client.post(CHECK, {**data, "location": "denver", "form_token": fresh})))
        assert AppointmentRequest.objects.get().location.slug == "denver"

    def test_a_treatment_that_was_unpublished_is_named_and_every_other_answer_kept(self, clinic, client):
        data = hidden(client.post(CHECK, answers()))
        Publication.objects.all().delete()
        facts.forget()
        again = client.post(SENT, data).content.decode()
        assert again.count("Choose a treatment from the list, or “Not sure”") == 2
        assert 'value="Pat Sample"' in again
        client.post(SENT, {**data, "treatment": ""})
        assert AppointmentRequest.objects.get().treatment_title == ""

    @pytest.mark.parametrize("kind", [Location.BadDay.PAUSED, Location.BadDay.CLOSED])
    def test_a_pause_is_taken_into_the_promise_that_is_printed(self, clinic, client, kind):
        data = hidden(client.post(CHECK, answers()))
        until = timezone.now() + datetime.timedelta(days=2)
        Location.objects.filter(slug="denver").update(bad_day=kind, bad_day_ends_at=until)
        facts.forget()
        text = text_of(client.post(SENT, data, follow=True))
        assert "We will contact you by Thursday, May 14, 3:00 pm (Denver time)" in text

    def test_hours_that_changed_are_a_reason_to_choose_again(self, clinic, client):
        data = hidden(client.post(CHECK, answers()))
        OpeningHours.objects.filter(location__slug="denver", weekday=0).delete()
        facts.forget()
        again = client.post(SENT, data).content.decode()
        assert "Denver is not open at these times: Monday." in again
        assert 'value="Pat Sample"' in again

    @pytest.mark.parametrize(
        ("name", "forged"),
        [
            ("location", "atlantis"),
            ("treatment", "leeches"),
            ("visit", "hourly"),
            ("availability", "mon-night"),
            ("availability", "any-thing"),
            ("full_name", ""),
            ("full_name", "x" * 5000),
            ("phone", "x" * 5000),
            ("email", "x" * 5000),
            ("preferred_channel", "pigeon"),
            ("note", "\x00"),
        ],
    )
    def test_tampered_hidden_fields_are_refused_as_if_typed(self, clinic, client, name, forged):
        data = hidden(client.post(CHECK, answers()))
        again = client.post(SENT, {**data, name: forged})
        assert "There is a problem" in again.content.decode()
        assert ('value="Pat Sample"' in again.content.decode()) is (name != "full_name")
        assert not AppointmentRequest.objects.exists()

    def test_fields_nobody_asked_for_change_nothing(self, clinic, client):
        data = hidden(client.post(CHECK, answers()))
        forged = {
            "status": "booked",
            "reference": "AAAA2345",
            "id": "1",
            "doubts": "x",
            "owner": "1",
            "promised_at": "1",
        }
        client.post(SENT, {**data, **forged})
        stored = AppointmentRequest.objects.get()
        assert (stored.status, stored.owner, stored.doubts) == ("new", None, [])
        assert stored.reference != "AAAA2345"


# --- Weight -----------------------------------------------------------------------------------------
def _scripts(text: str) -> str:
    names = re.findall(r'<script[^>]*src="/static/([^"]+)"', text)
    return "".join((settings.BASE_DIR / "static" / name).read_text() for name in names)


@pytest.mark.parametrize("page", ["form", "errors", "check", "confirmation"])
def test_html_css_and_scripts_weigh_20_kb_at_most(clinic, client, page):
    response = {
        "form": lambda: client.get(FORM),
        "errors": lambda: client.post(CHECK, {"note": "x" * 501}),
        "check": lambda: client.post(CHECK, answers(email="pat@gmial.com")),
        "confirmation": lambda: client.get(send(client).url),
    }[page]()
    text = response.content.decode()
    scripts, styles = _scripts(text), StylesheetFinder()._text()
    assert len(scripts.encode()) <= MOST_SCRIPT_BYTES
    assert sum(len(brotli.compress(part.encode())) for part in (text, styles, scripts)) <= MOST_BYTES
