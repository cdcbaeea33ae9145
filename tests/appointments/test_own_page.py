"""The pages behind a patient's link: read, change, withdraw, undo, another time; found by lookup (R9)."""

import datetime
import re

import pytest
from django.apps import apps
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from appointments.models import AppointmentRequest, ChangedAnswers, Event, Message, Trace
from appointments.own_forms import proof
from tests.builders import answers, make_request, make_staff, send_due
from tests.markup import Document

pytestmark = pytest.mark.django_db

FIND = reverse("appointments:find")
STEPS = ["change", "call_time", "withdraw", "take_back"]
TYPED = ("Pat Sample", "0080", "pat@patient.example", "Left shoulder")


def url_of(asked, step="my_request") -> str:
    return reverse(f"appointments:{step}", args=[asked.link_token])


def page(client, asked, step="my_request") -> str:
    return " ".join(client.get(url_of(asked, step)).content.decode().split())


def stored() -> AppointmentRequest:
    return AppointmentRequest.objects.select_related("changed").get()


def changed(asked, **changes) -> dict:
    return {**answers(**changes), "proof": proof(asked)}


def every_row() -> dict:
    """All rows of every table."""
    return {model._meta.label: list(model._default_manager.values()) for model in apps.get_models()}


# --- Reading ---------------------------------------------------------------------------------------
def mailed_urls(asked) -> list[str]:
    texts = [message.body + message.alternatives[0].content for message in mail.outbox]
    found = {url for text in texts for url in re.findall(r"http://127\.0\.0\.1:8000(/[^\s\"<]*)", text)}
    return sorted(found)


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("status", ["new", "contacting", "offered", "booked", "spam", "withdrawn"])
def test_r9_a_scanner_that_opens_everything_changes_no_row(clinic, client, settings, method, status):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    asked = make_request()
    send_due()
    if status == "withdrawn":
        asked.withdraw()
    elif status != "new":
        asked.move_to(status, make_staff())
    urls, seen = [*mailed_urls(asked), *(url_of(asked, step) for step in STEPS)], set()
    before = every_row()
    while urls:
        url = urls.pop()
        seen.add(url)
        getattr(client, method)(url)
        links = re.findall(r'href="(/[^"#]*)"', client.get(url).content.decode(errors="replace"))
        urls += [link for link in links if "/my-request/" in link and link not in seen]
    assert url_of(asked) in seen
    assert every_row() == before


@pytest.mark.parametrize("step", ["my_request", *STEPS])
def test_r9_nothing_that_was_typed_is_shown_to_the_link_alone(clinic, client, step):
    text = page(client, make_request(), step)
    assert [typed for typed in TYPED if typed in text] == []


@pytest.mark.parametrize("step", ["my_request", *STEPS])
def test_r9_no_page_is_stored_or_named_to_others(clinic, client, step):
    response = client.get(url_of(make_request(), step), follow=True)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in ("no-referrer", "strict-origin")
    assert "canonical" not in response.content.decode()


def test_r9_while_contacting_the_page_says_when_we_try_again(clinic, client):
    asked = make_request()
    due = datetime.datetime.fromisoformat("2026-05-13T09:00-06:00")
    asked.move_to("contacting", make_staff(), due_at=due)
    assert "We tried to reach you. We will try again by Wednesday, May 13, 9:00 am (Denver time)." in page(
        client, asked
    )


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", "We will contact you again as soon as we can. You can also call 303-555-0142."),
        ("/es", "Volveremos a comunicarnos con usted lo antes posible. También puede llamar al 303-555-0142."),
    ],
)
def test_r9_a_next_try_that_has_passed_is_not_promised_again(clinic, client, clock, prefix, words):
    asked = make_request()
    asked.move_to("contacting", make_staff(), due_at=datetime.datetime.fromisoformat("2026-05-13T09:00-06:00"))
    clock.shift(datetime.timedelta(days=1))
    heading = Document(client.get(prefix + url_of(asked))).all("h1")[0].text
    assert heading == words
    assert "May 13" not in heading


def test_r9_the_timeline_names_each_step_and_when(clinic, client, clock):
    asked, clerk = make_request(), make_staff()
    clock.shift(datetime.timedelta(hours=1))
    asked.move_to("offered", clerk)
    steps = [item.text for item in Document(client.get(url_of(asked))).all("li") if "(Denver time)" in item.text]
    assert steps == [
        "Received (done) Tuesday, May 12, 10:00 am (Denver time)",
        "Time offered (now) Tuesday, May 12, 11:00 am (Denver time)",
    ]


def test_r9_a_promise_that_has_passed_is_owned_up_to(clinic, client, clock):
    asked = make_request()
    assert "we are sorry" not in page(client, asked)
    clock.shift(datetime.timedelta(days=1))
    assert "That time has passed, and we are sorry." in page(client, asked)


def test_r9_undone_after_the_promise_the_page_says_a_new_time(clinic, client, clock):
    asked = make_request()
    asked.withdraw()
    clock.shift(datetime.timedelta(hours=23))  # 9:00 in Denver
    asked.take_back()
    text = page(client, asked)
    assert "We will contact you by Wednesday, May 13, 2:00 pm (Denver time)." in text
    assert "we are sorry" not in text
    clock.shift(datetime.timedelta(hours=6))
    assert "That time has passed, and we are sorry." in page(client, asked)


@pytest.mark.parametrize("status", ["spam", "duplicate"])
def test_r9_what_staff_put_aside_looks_like_a_new_request(clinic, client, clock, status):
    asked = make_request()
    clock.shift(datetime.timedelta(days=1))
    before = [client.get(url_of(asked, step)).content for step in ("my_request", "call_time", "withdraw")]
    asked.move_to(status, make_staff())
    after = [client.get(url_of(asked, step)).content for step in ("my_request", "call_time", "withdraw")]
    without_token = [re.sub(rb'name="csrf\w+" value="\w+"', b"", text) for text in (*before, *after)]
    assert without_token[:3] == without_token[3:]


# --- Links that fail -------------------------------------------------------------------------------
def answer_to(client, url) -> tuple:
    response = client.get(url)
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, response.content, headers


@pytest.mark.parametrize("step", ["my_request", *STEPS])
def test_r9_wrong_expired_and_ended_links_get_the_same_answer(clinic, client, clock, step):
    asked = make_request()
    ended = url_of(asked, step)
    asked.renew_link()
    expired = url_of(asked, step)
    wrong = ended.replace(ended.split("/")[2], "A" * 43)
    short = ended.replace(ended.split("/")[2], "x")
    clock.shift(datetime.timedelta(days=181))
    found = [answer_to(client, url) for url in (wrong, short, ended, expired)]
    assert found[0][0] == 404
    assert found == [found[0]] * 4


@pytest.mark.parametrize("step", STEPS)
def test_r9_a_failing_link_does_nothing_when_posted_to(clinic, client, step):
    asked = make_request()
    url = url_of(asked, step)
    asked.renew_link()
    before = every_row()
    assert client.post(url, changed(asked, note="forged")).status_code == 404
    assert every_row() == before


# --- Withdrawing -----------------------------------------------------------------------------------
def test_r9_withdrawn_and_undone(clinic, client):
    asked = make_request()
    response = client.post(url_of(asked, "withdraw"))
    assert (response.status_code, response.url) == (302, url_of(asked))
    text = page(client, asked)
    assert "You withdrew this request." in text
    assert "you can undo this until Wednesday, May 13, 10:00 am (Denver time)." in text
    client.post(url_of(asked, "take_back"))
    assert stored().status == "new"
    assert "We have your request." in page(client, asked)


def test_r9_after_a_day_the_page_offers_a_new_request_instead(clinic, client, clock):
    asked = make_request()
    client.post(url_of(asked, "withdraw"))
    clock.shift(datetime.timedelta(hours=24))
    text = page(client, asked)
    assert "undo" not in text.lower()
    assert "Send a new request" in text
    response = client.post(url_of(asked, "take_back"))
    assert response.status_code == 409
    assert stored().status == "withdrawn"


def test_r9_withdrawing_what_was_booked_meanwhile_says_where_it_stands(clinic, client):
    asked = make_request()
    AppointmentRequest.objects.get().move_to("booked", make_staff())
    response = client.post(url_of(asked, "withdraw"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "This was not done" in text
    assert "Your visit is agreed." in text


def test_r9_the_desk_sees_the_withdrawal(clinic, client):
    asked = make_request()
    client.post(url_of(asked, "withdraw"))
    client.force_login(make_staff())
    text = client.get(reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])).content.decode()
    assert "New → <strong>Withdrawn by patient</strong>" in text


# --- Another time ----------------------------------------------------------------------------------
def test_r9_another_time_for_the_call(clinic, client):
    asked = make_request()
    client.post(url_of(asked, "call_time"), {"time": "2026-05-13-pm"})
    assert stored().call_wish == "2026-05-13-pm"
    assert "You asked us to call at this time: Wednesday, May 13, afternoon." in page(client, asked)


@pytest.mark.parametrize("time", ["", "2026-05-12-xx", "2026-05-17-am", "1999-01-01-am", "\x00", "x" * 5000])
def test_r9_a_time_that_was_not_offered_is_refused(clinic, client, time):
    asked = make_request()
    response = client.post(url_of(asked, "call_time"), {"time": time})
    assert "There is a problem" in response.content.decode()
    assert stored().call_wish == ""
    assert not asked.events.filter(kind=Event.Kind.PATIENT).exists()


# --- Changing --------------------------------------------------------------------------------------
@pytest.mark.parametrize("contact", ["720.507.0080", "+1 720 507 0080", "PAT@patient.example"])
def test_r9_answers_are_shown_once_the_contact_is_given(clinic, client, contact):
    asked = make_request()
    response = client.post(url_of(asked, "change"), {"contact": contact})
    document = Document(response)
    assert document.one("input", name="full_name").attrs["value"] == "Pat Sample"
    assert document.one("input", name="phone").attrs["value"] == "(720)-507-0080"
    assert document.one("textarea", name="note").text == "Left shoulder"
    assert "checked" in document.one("input", name="availability", value="tue-pm").attrs


@pytest.mark.parametrize("contact", ["", "303-555-0100", "other@patient.example", "\x00", "' OR 1=1 --", "x" * 5000])
def test_r9_a_wrong_contact_shows_nothing(clinic, client, contact):
    response = client.post(url_of(make_request(), "change"), {"contact": contact})
    text = response.content.decode()
    assert "There is a problem" in text
    assert [typed for typed in TYPED if typed in text] == []


def test_r9_an_empty_contact_of_the_request_matches_nothing(clinic, client):
    asked = make_request(email="")
    assert "There is a problem" in client.post(url_of(asked, "change"), {"contact": " "}).content.decode()


def test_r9_a_change_is_stored_and_said(clinic, client):
    asked = make_request()
    response = client.post(url_of(asked, "change"), changed(asked, note="Right shoulder"))
    assert (response.status_code, response.url) == (302, url_of(asked))
    assert stored().answers.note == "Right shoulder"
    assert "You changed your answers on Tuesday, May 12, 10:00 am (Denver time)." in page(client, asked)


def test_r9_without_proof_nothing_is_stored_and_what_was_typed_waits(clinic, client):
    asked, other = make_request(), make_request(full_name="Somebody Else")
    for wrong in ("", "forged", proof(other), proof(asked)[:-2]):
        response = client.post(url_of(asked, "change"), {**changed(asked, note="Right shoulder"), "proof": wrong})
        assert Document(response).one("input", name="note").attrs["value"] == "Right shoulder"
    assert not ChangedAnswers.objects.exists()


def test_r9_after_a_long_time_the_contact_is_asked_once_more_and_nothing_is_lost(clinic, client, clock):
    asked = make_request()
    post = changed(asked, note="Right shoulder")
    clock.shift(datetime.timedelta(hours=13))
    first = client.post(url_of(asked, "change"), post)
    carried = {each.attrs["name"]: each.attrs["value"] for each in Document(first).all("input", type="hidden")}
    second = client.post(url_of(asked, "change"), {**carried, "contact": "pat@patient.example"})
    assert Document(second).one("textarea", name="note").text == "Right shoulder"


def test_r9_wrong_answers_are_named_and_kept(clinic, client):
    asked = make_request()
    response = client.post(url_of(asked, "change"), changed(asked, full_name="", note="Right shoulder"))
    text = response.content.decode()
    assert text.count("Enter your full name") >= 2
    assert Document(response).one("textarea", name="note").text == "Right shoulder"
    assert not ChangedAnswers.objects.exists()


def test_r9_what_is_claimed_meanwhile_is_not_changed_and_nothing_typed_is_lost(clinic, client):
    asked = make_request()
    post = changed(asked, note="Right shoulder")
    AppointmentRequest.objects.get().claim(make_staff())
    response = client.post(url_of(asked, "change"), post)
    assert response.status_code == 409
    assert "Please call us at 303-555-0142." in response.content.decode()
    assert Document(response).one("textarea", name="note").text == "Right shoulder"
    assert not ChangedAnswers.objects.exists()


def test_r9_what_is_claimed_offers_no_change(clinic, client):
    asked = make_request()
    asked.claim(make_staff())
    assert "Change my answers" not in page(client, asked)
    assert client.get(url_of(asked, "change")).url == url_of(asked)


def test_r9_the_location_cannot_be_changed(clinic, client):
    asked = make_request()
    client.post(url_of(asked, "change"), changed(asked, location="north-miami", note="Right shoulder"))
    assert (stored().location.slug, stored().answers.note) == ("denver", "Right shoulder")


def test_r9_a_treatment_that_is_no_longer_published_can_be_kept(clinic, client):
    asked = make_request()
    AppointmentRequest.objects.update(treatment="cupping", treatment_title="Cupping")
    client.post(url_of(asked, "change"), changed(asked, treatment="cupping", note="Right shoulder"))
    assert stored().answers.treatment_title == "Cupping"


def test_r9_with_the_database_down_what_was_typed_waits_in_the_page(clinic, client, monkeypatch):
    asked = make_request()

    def down(*args, **kwargs):
        raise OperationalError("down")

    monkeypatch.setattr(AppointmentRequest, "change_answers", down)
    response = client.post(url_of(asked, "change"), changed(asked, note="Right shoulder"))
    assert response.status_code == 503
    assert Document(response).one("input", name="note").attrs["value"] == "Right shoulder"


def test_r9_a_stale_csrf_token_costs_one_more_press(clinic):
    asked, strict = make_request(), Client(enforce_csrf_checks=True)
    response = strict.post(url_of(asked, "change"), changed(asked, note="Right shoulder"))
    assert response.status_code == 403
    assert Document(response).one("input", name="note").attrs["value"] == "Right shoulder"
    assert "no-store" in response["Cache-Control"]
    assert not ChangedAnswers.objects.exists()


def receipts() -> list[str]:
    return list(AppointmentRequest.objects.get().messages.filter(kind="receipt").values_list("to", flat=True))


def test_r9_an_address_given_later_gets_the_receipt(clinic, client):
    asked = make_request(email="")
    assert receipts() == []
    client.post(url_of(asked, "change"), changed(asked, email="later@patient.example"))
    assert receipts() == ["later@patient.example"]
    client.post(url_of(asked, "change"), changed(asked, email="later@patient.example", note="other"))
    assert receipts() == ["later@patient.example"]


@pytest.mark.parametrize("status", ["spam", "duplicate"])
def test_r9_a_change_of_what_was_put_aside_mails_nobody(clinic, client, status):
    asked = make_request(email="")
    asked.move_to(status, make_staff())
    client.post(url_of(asked, "change"), changed(asked, email="later@patient.example"))
    assert receipts() == []
    assert stored().answers.email == "later@patient.example"


def test_r9_when_the_receipt_cannot_be_queued_nothing_is_changed(clinic, client, monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("down")

    asked = make_request(email="")
    monkeypatch.setattr(Message.objects, "bulk_create", down)
    assert client.post(url_of(asked, "change"), changed(asked, email="later@patient.example")).status_code == 503
    assert not ChangedAnswers.objects.exists()
    assert stored().changed is None


def test_r9_the_twenty_first_change_of_a_day_waits_and_keeps_what_was_typed(clinic, client):
    asked = make_request()
    found = [client.post(url_of(asked, "change"), changed(asked, note=f"note {n}")) for n in range(21)]
    assert [response.status_code for response in found] == [302] * 20 + [429]
    assert Document(found[-1]).one("textarea", name="note").text == "note 20"
    assert ChangedAnswers.objects.count() == 20


CANARIES = {
    "full_name": "Quillfeather Zantedeschia",
    "phone": "720-507-0088",
    "email": "canarybird@patient.example",
    "patient_name": "Wolframina",
    "patient_relation": "grandniece",
    "access_needs": "Tetum",
    "note": "xyloglyph",
}
WORDS = "quillfeather zantedeschia 507-0088 5070088 canarybird wolframina grandniece tetum xyloglyph".split()


def test_r9_nothing_typed_into_a_change_leaves_its_row(clinic, client, caplog, settings):
    """Not in an event, a mail (but for the receipt's own address), a log line, an address or a cookie."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caplog.set_level("DEBUG")
    asked = make_request()
    response = client.post(url_of(asked, "change"), changed(asked, **CANARIES))
    client.post(url_of(asked, "call_time"), {"time": "2026-05-13-am"})
    client.post(url_of(asked, "withdraw"))
    send_due()
    rows = {label: rows for label, rows in every_row().items() if label != "appointments.ChangedAnswers"}
    mails = [message.message().as_string() + message.body for message in mail.outbox]
    logs = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    everywhere = str([rows, mails, logs, response.url, client.cookies.output(), page(client, asked)]).lower()
    everywhere = everywhere.replace("'to': 'canarybird@patient.example'", "").replace(
        "to: canarybird@patient.example", ""
    )
    assert stored().answers.note == "xyloglyph"
    assert [word for word in WORDS if word in everywhere] == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_r9_other_methods_are_refused(clinic, client, step, method):
    assert getattr(client, method)(url_of(make_request(), step)).status_code == 405


# --- Lookup ----------------------------------------------------------------------------------------
def find(client, **typed):
    return client.post(FIND, {"reference": "", "contact": "", **typed})


def test_r9_the_contact_that_holds_finds_the_request_and_the_old_one_no_longer(clinic, client):
    asked = make_request()
    client.post(url_of(asked, "change"), changed(asked, email="new@patient.example", phone=""))
    assert find(client, reference=asked.reference, contact="pat@patient.example").status_code == 200
    assert find(client, reference=asked.reference, contact="720-507-0080").status_code == 200
    assert find(client, reference=asked.reference, contact="new@patient.example").status_code == 302


def test_r9_wrong_and_foreign_lookups_get_the_same_answer(clinic, client):
    mine, other = make_request(), make_request(email="other@patient.example", phone="", note="other")
    tries = {"AAAA-AAAA": "pat@patient.example", other.reference: "pat@patient.example", mine.reference: "x@y.example"}
    found = []
    for reference, contact in tries.items():
        response = find(client, reference=reference, contact=contact)
        text = response.content.decode().replace(reference, "").replace(contact, "")
        found.append((response.status_code, re.sub(r'value="\w{64}"', "", text)))
    assert found == [found[0]] * 3


def test_r9_two_hundred_wrong_lookups_are_limited(clinic, client):
    asked = make_request()
    found = [find(client, reference="AAAA-AAAA", contact=f"x{n}@patient.example").status_code for n in range(200)]
    assert found.count(200) == 15
    assert found[15:] == [429] * 185
    assert find(client, reference=asked.reference, contact="pat@patient.example").status_code == 302


def test_r9_one_connection_guesses_no_more_than_thirty_references_an_hour(clinic, client, clock):
    asked = make_request()
    found = [find(client, reference=f"AAAA{n:04}", contact="x@patient.example").status_code for n in range(40)]
    assert found == [200] * 30 + [429] * 10
    response = find(client, reference=asked.reference, contact="pat@patient.example")
    assert response.status_code == 429
    assert "Please wait until 11:01 am (Denver time), or call us." in response.content.decode()
    clock.shift(datetime.timedelta(hours=1))
    assert find(client, reference=asked.reference, contact="pat@patient.example").status_code == 302


def test_r9_right_lookups_are_never_counted(clinic, client):
    asked = make_request()
    before = Trace.objects.count()
    for _again in range(40):
        assert find(client, reference=asked.reference, contact="pat@patient.example").status_code == 302
    assert Trace.objects.count() == before


def test_r9_guessing_the_contact_of_a_link_is_limited(clinic, client):
    asked = make_request()
    found = [client.post(url_of(asked, "change"), {"contact": f"x{n}@y.example"}).status_code for n in range(20)]
    assert found == [200] * 15 + [429] * 5
    response = client.post(url_of(asked, "change"), {"contact": "pat@patient.example"})
    assert "Left shoulder" not in response.content.decode()


@pytest.mark.parametrize("reference", ["\x00", "x" * 5000, "../../", "<script>", "ＡＢＣＤ２３４５", "🙂" * 8])
def test_r9_odd_references_find_nothing(clinic, client, reference):
    make_request()
    response = find(client, reference=reference, contact="pat@patient.example")
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert "<script>" not in response.content.decode()
