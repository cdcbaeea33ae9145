"""The page of one request: safe contact first, one click per outcome, legal moves only (I3–I7)."""

import pytest
from django.urls import reverse

from appointments.attempts import Outcome
from appointments.models import AppointmentRequest, AuditEntry
from appointments.statuses import CLOSED, Status
from tests.builders import make_request, make_staff
from tests.conftest import NOW
from tests.markup import Document

pytestmark = pytest.mark.django_db

VERBS = ["attempt", "book", "move", "note", "claim", "release", "resend"]


def page_of(asked) -> str:
    return reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])


def verb(asked, name: str) -> str:
    return reverse(f"admin:appointments_appointmentrequest_{name}", args=[asked.pk])


def said(response) -> list[str]:
    """What the page tells the clerk above everything else."""
    return [item.text for item in Document(response).all("li", **{"class": "success"})]


def denied() -> list[tuple[str, str]]:
    """(who, what) the access record keeps as refused, oldest first."""
    entries = AuditEntry.objects.filter(kind=AuditEntry.Kind.DENIED).order_by("pk")
    return [(entry.actor_name, entry.detail) for entry in entries]


def stands_at(status: str, clerk) -> AppointmentRequest:
    """A request that has come that far by legal moves."""
    asked = make_request(may_leave_voicemail="on")
    if status in (Status.UNREACHABLE,):
        asked.move_to(Status.CONTACTING, clerk)
    if status != Status.NEW:
        asked.move_to(status, clerk)
    return asked


@pytest.fixture
def clerk(clinic, client):
    """A Denver clerk, signed in."""
    user = make_staff()
    client.force_login(user)
    return user


# --- Safe contact first (I6) -----------------------------------------------------------------------
def test_i6_what_to_heed_stands_above_the_number(clerk, client):
    asked = make_request(
        preferred_channel="phone", access_needs="Spanish interpreter", patient_name="Kim", patient_relation="mother"
    )
    text = client.get(page_of(asked)).content.decode()
    number = text.index("Call 720-507-0080")
    heeded = ["No voicemail", "Best way", "Monday morning, Tuesday afternoon", "Spanish interpreter", "Kim (mother)"]
    assert [words for words in heeded if words not in text[:number]] == []


def test_i6_a_permission_is_shown_as_one(clerk, client):
    text = client.get(page_of(make_request(may_leave_voicemail="on"))).content.decode()
    assert "Allowed: clinic, number" in text
    assert "No voicemail" not in text


def test_i6_one_press_calls_with_the_extension(clerk, client):
    asked = make_request(phone="(720)-507-0080 ext. 31")
    assert "tel:+17205070080;ext=31" in Document(client.get(page_of(asked))).values("href")


def test_i6_without_a_phone_there_is_nothing_to_call(clerk, client):
    response = client.get(page_of(make_request(phone="")))
    assert not [href for href in Document(response).values("href") if href.startswith("tel:")]
    assert "Voicemail" not in response.content.decode()


def test_i8_what_was_typed_stands_beside_what_is_dialled(clerk, client):
    text = client.get(page_of(make_request())).content.decode()
    assert "typed: <bdi>(720)-507-0080</bdi> · dialled: +17205070080" in text


# --- One click for each outcome (I5) ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "status", "due"),
    [
        ("no_answer", "contacting", "Tuesday, May 12, 1:00 pm (Denver time)"),
        ("message", "contacting", "Wednesday, May 13, 10:00 am (Denver time)"),
        ("spoke", "contacting", "Wednesday, May 13, 10:00 am (Denver time)"),
        ("offered", "offered", "Thursday, May 14, 10:00 am (Denver time)"),
    ],
)
def test_i5_one_click_records_the_outcome_and_sets_the_next_attempt(clerk, client, outcome, status, due):
    asked = make_request(may_leave_voicemail="on")
    response = client.post(verb(asked, "attempt"), {"outcome": outcome, "seen": "0"}, follow=True)
    stored = AppointmentRequest.objects.get()
    assert (stored.status, stored.attempts, stored.due_text) == (status, 1, due)
    assert said(response) == [f"{Outcome(outcome).label}. Next attempt: {due}."]


def test_i5_each_button_says_when_the_desk_tries_again(clerk, client):
    page = Document(client.get(page_of(make_request())))
    assert page.one("button", value="no_answer").text == "No answer next: 1:00 pm (Denver time)"


def test_i5_the_clerk_may_choose_another_time(clerk, client):
    asked = make_request()
    client.post(verb(asked, "attempt"), {"outcome": "spoke", "planned_at": "2026-05-14T14:30", "remark": "after work"})
    stored = AppointmentRequest.objects.get()
    assert stored.due_text == "Thursday, May 14, 2:30 pm (Denver time)"
    assert stored.events.last().text == "after work"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-05-14T19:00", "Denver is closed then. It opens Friday, May 15, 8:00 am (Denver time)."),
        ("2026-05-11T10:00", "Choose a next attempt within the next 60 days."),
        ("2026-09-01T10:00", "Choose a next attempt within the next 60 days."),
        ("0001-01-01T00:00", "Choose a next attempt within the next 60 days."),
        ("9999-12-31T23:59", "Choose a next attempt within the next 60 days."),
        ("next week", "Enter date and time, such as 2027-05-14 14:30."),
    ],
)
def test_i5_a_next_attempt_that_cannot_be_is_refused_in_words(clerk, client, typed, words):
    asked = make_request()
    data = {"outcome": "no_answer", "planned_at": typed, "remark": "her sister answered"}
    response = client.post(verb(asked, "attempt"), data)
    page = Document(response)
    assert page.one("div", role="alert").text.endswith(words)
    assert page.one("input", id="attempt_remark").attrs["value"] == "her sister answered"
    assert AppointmentRequest.objects.get().attempts == 0


def test_i5_a_message_where_none_is_allowed_needs_a_reason(clerk, client):
    asked = make_request()
    text = client.post(verb(asked, "attempt"), {"outcome": "message"}).content.decode()
    assert "This patient allows no voicemail. Say why you left a message all the same." in text
    assert AppointmentRequest.objects.get().attempts == 0
    client.post(verb(asked, "attempt"), {"outcome": "message", "remark": "the patient asked for it on the phone"})
    assert AppointmentRequest.objects.get().attempts == 1


def test_i5_three_attempts_suggest_to_close(clerk, client):
    asked = make_request()
    for count in range(3):
        assert "Three attempts reached nobody." not in client.get(page_of(asked)).content.decode()
        client.post(verb(asked, "attempt"), {"outcome": "no_answer", "seen": str(count)})
    text = client.get(page_of(asked)).content.decode()
    assert "Three attempts reached nobody." in text
    assert "Could not be reached" in text


def test_i5_a_second_click_counts_nothing(clerk, client):
    asked = make_request()
    for _click in range(2):
        response = client.post(verb(asked, "attempt"), {"outcome": "no_answer", "seen": "0"}, follow=True)
    assert "Nothing was changed: a colleague was here first." in response.content.decode()
    assert AppointmentRequest.objects.get().attempts == 1


# --- Legal moves only (I3) -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("new", ["We cannot arrange this", "Duplicate of another request", "Spam"]),
        ("contacting", ["Could not be reached", "We cannot arrange this"]),
        ("offered", ["Time not taken: contact them again", "We cannot arrange this"]),
        ("booked", ["Visit fell through: contact them again"]),
        ("declined", ["Reopen: contact them again"]),
        ("unreachable", ["Reopen: contact them again"]),
        ("withdrawn", []),
        ("duplicate", ["Not a duplicate: back to new"]),
        ("spam", []),
    ],
)
def test_i3_the_page_offers_legal_moves_in_plain_words(clerk, client, status, words):
    page = Document(client.get(page_of(stands_at(status, clerk))))
    assert [button.text for button in page.all("button", name="status")] == words


@pytest.mark.parametrize("status", Status)
def test_i3_calls_are_recorded_on_open_requests_only(clerk, client, status):
    page = Document(client.get(page_of(stands_at(status, clerk))))
    assert bool(page.all("button", name="outcome")) == (status not in CLOSED)


def test_i3_a_request_that_is_taken_up_again_has_a_next_step(clerk, client):
    asked = stands_at("declined", clerk)
    client.post(verb(asked, "move"), {"status": "contacting", "reason": "they called back"})
    stored = AppointmentRequest.objects.get()
    assert (stored.status, stored.due_text) == ("contacting", "Tuesday, May 12, 11:00 am (Denver time)")


@pytest.mark.parametrize("status", ["contacting", "offered", "booked", "unreachable", "withdrawn", "new", "nonsense"])
def test_i3_a_crafted_move_is_refused_in_words_and_kept(clerk, client, status):
    asked = make_request()
    text = client.post(verb(asked, "move"), {"status": status}).content.decode()
    assert "This step is not possible from where the request stands." in text
    assert AppointmentRequest.objects.get().status == "new"
    assert asked.events.count() == 1
    assert denied() == [("clerk", "move")]


@pytest.mark.parametrize(
    "data", [{"outcome": "shouted"}, {"outcome": "booked"}, {"outcome": "no_answer", "seen": "7"}]
)
def test_i3_a_crafted_attempt_changes_nothing(clerk, client, data):
    asked = make_request()
    client.post(verb(asked, "attempt"), data)
    assert AppointmentRequest.objects.get().attempts == 0
    assert denied() == [("clerk", "attempt")]


def test_i3_a_call_about_a_closed_request_is_refused_in_words(clerk, client):
    asked = stands_at("booked", clerk)
    text = client.post(verb(asked, "attempt"), {"outcome": "no_answer"}, follow=True).content.decode()
    assert "Nothing was changed" in text
    assert AppointmentRequest.objects.get().status == "booked"
    assert denied() == [("clerk", "attempt")]


def test_i3_a_stale_page_is_refused_and_kept(clerk, client):
    asked = stands_at("contacting", clerk)
    client.post(verb(asked, "move"), {"status": "declined", "seen": "new"})
    assert AppointmentRequest.objects.get().status == "contacting"
    assert denied() == [("clerk", "move")]


def answers_to_every_verb(client, asked) -> set[int]:
    """How the site answers who posts to each of the page's addresses."""
    data = {"status": "declined", "outcome": "no_answer", "text": "x", "visit_at": "2026-05-14T14:30"}
    return {client.post(verb(asked, name), data).status_code for name in VERBS}


def test_i3_another_locations_request_is_refused_and_kept(clerk, client):
    asked = make_request(location="north-miami")
    assert answers_to_every_verb(client, asked) == {404}
    assert asked.events.count() == 1
    assert denied() == [("clerk", name) for name in VERBS]


def test_i3_a_reader_changes_nothing_and_the_try_is_kept(clinic, client):
    asked = make_request()
    client.force_login(make_staff("auditor", "Auditor", []))
    assert answers_to_every_verb(client, asked) == {403}
    assert asked.events.count() == 1
    assert denied() == [("auditor", name) for name in VERBS]


def test_i3_a_reader_sees_no_buttons(clinic, client):
    asked = make_request()
    client.force_login(make_staff("auditor", "Auditor", []))
    page = Document(client.get(page_of(asked)))
    posted = [form.attrs["action"] for form in page.all("form", method="post")]
    assert [action for action in posted if "/appointmentrequest/" in action] == []


@pytest.mark.parametrize(
    ("leave", "status"),
    [
        (lambda user: user.groups.clear(), 403),
        (lambda user: user.location_access.all().delete(), 404),
        (lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False), 302),
    ],
    ids=["role", "location", "account"],
)
def test_i3_who_is_removed_during_a_session_changes_nothing_more(clerk, client, leave, status):
    asked = make_request()
    assert client.get(page_of(asked)).status_code == 200
    leave(clerk)
    assert answers_to_every_verb(client, asked) == {status}
    assert asked.events.count() == 1
    assert AppointmentRequest.objects.get().status == "new"


# --- Claims and collisions (I4) --------------------------------------------------------------------
def test_i4_the_page_says_who_works_on_it(clerk, client):
    asked = make_request()
    asked.claim(make_staff("colleague"))
    text = client.get(page_of(asked)).content.decode()
    assert "colleague works on this request." in text
    assert verb(asked, "claim") not in text


def test_i4_the_page_says_who_opened_it_just_now(clerk, client, clock):
    asked = make_request()
    AuditEntry.record(AuditEntry.Kind.VIEW, make_staff("colleague"), [asked])
    client.get(page_of(asked))
    clock.shift(120)
    text = client.get(page_of(asked)).content.decode()
    assert "colleague opened this 2 minutes ago." in text
    assert "clerk opened" not in text
    clock.shift(900)
    assert "colleague opened" not in client.get(page_of(asked)).content.decode()


def test_i4_claiming_twice_is_no_collision(clerk, client):
    asked = make_request()
    client.post(verb(asked, "claim"))
    assert "This request is yours already." in client.post(verb(asked, "claim"), follow=True).content.decode()


# --- Notes (I7) ------------------------------------------------------------------------------------
def test_i7_a_note_too_long_comes_back_whole(clerk, client):
    asked, text = make_request(), "call after five " * 130
    response = client.post(verb(asked, "note"), {"text": text})
    assert Document(response).one("textarea", name="text").raw.strip() == text.strip()
    assert asked.events.count() == 1


def test_i7_notes_are_shown_as_typed_oldest_first_and_never_mailed(clerk, client):
    asked = make_request()
    for text in ("<b>first</b>\nline", "second"):
        client.post(verb(asked, "note"), {"text": text})
    shown = [each.raw for each in Document(client.get(page_of(asked))).all("div", **{"class": "said"})]
    assert [" ".join(text.split()) for text in shown] == ["<b>first</b>line", "second"]
    assert not asked.messages.filter(text__contains="first").exists()


def test_i3_the_timeline_tells_attempts_in_words(clerk, client):
    asked = make_request()
    client.post(verb(asked, "attempt"), {"outcome": "no_answer", "remark": "busy line"})
    entry = Document(client.get(page_of(asked))).one("ol", **{"class": "timeline"}).children
    assert [each.text for each in entry if each.tag == "li"][1] == (
        "Tuesday, May 12, 10:00 am (Denver time) · clerk No answer: New → Contacting "
        "Next attempt: Tuesday, May 12, 1:00 pm (Denver time) busy line"
    )
    assert asked.created_at == NOW


def test_i3_the_request_page_costs_the_same_however_much_happened(clerk, client, django_assert_max_num_queries):
    asked = make_request()
    client.get(page_of(asked))  # the first page of a session notes that somebody is there
    for number in range(12):
        asked.add_note(f"note {number}", clerk)
        make_request(full_name=f"Pat Sample {number}")
    with django_assert_max_num_queries(30):
        assert client.get(page_of(asked)).status_code == 200
