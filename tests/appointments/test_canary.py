"""Nothing that anybody typed about a patient leaves the request and its pages, in a whole life with failures (N2)."""

import contextlib
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from appointments import chores, outbox, submission
from appointments.models import AppointmentRequest, ChangedAnswers, Event, Message
from appointments.own_forms import proof
from tests.appointments import canaries
from tests.appointments.canaries import BY_STAFF, CHANGED, FIRST, IN_AN_EXCEPTION, WRONG, Listening, Watched, found_in
from tests.appointments.conftest import smtp_server
from tests.builders import answers, make_staff, send_due
from tests.faults import database_down

pytestmark = pytest.mark.django_db

HOUR, DAY = 3600, 24 * 3600


def raising(*args, **kwargs):
    """A fault that quotes everything."""
    raise ValueError(f"{IN_AN_EXCEPTION}: {FIRST}")


@contextlib.contextmanager
def broken(module, name: str):
    """While this lasts, a function of ours fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, raising)
        yield


def own(asked, step: str) -> str:
    with translation.override(asked.language):
        return reverse(f"appointments:{step}", args=[asked.link_token])


def staff(asked, verb: str) -> str:
    return reverse(f"admin:appointments_appointmentrequest_{verb}", args=[asked.pk])


def fill_in_the_form(patient) -> None:
    """Wrong answers, a database that is away, a stale page and a fault of ours; then it is stored."""
    check, sent = reverse("appointments:check"), reverse("appointments:sent")
    patient.get(reverse("appointments:form"))
    patient.post(check, answers(**{**FIRST, "phone": WRONG["phone"], "email": WRONG["email"]}))
    form = answers(**FIRST)
    patient.post(check, form)
    with database_down():
        assert patient.post(sent, form).status_code == 503
    with broken(submission, "mails_about"):
        assert patient.post(sent, form).status_code == 500
    assert not AppointmentRequest.objects.exists()
    assert patient.post(sent, form).status_code == 302
    patient.get(sent)
    strict = Watched(enforce_csrf_checks=True)
    assert strict.post(sent, form).status_code == 403
    patient.addresses += strict.addresses


def change_and_wish(patient, asked) -> None:
    """What a patient does with the own page; guesses of strangers in between."""
    for _ in range(3):
        patient.post(reverse("appointments:find"), {"reference": asked.reference, "contact": WRONG["contact"]})
    patient.post(reverse("appointments:find"), {"reference": asked.reference, "contact": FIRST["email"]})
    asked.refresh_from_db()
    changed = {**answers(**CHANGED), "proof": proof(asked)}
    with broken(AppointmentRequest, "change_answers"):
        patient.post(own(asked, "change"), changed)
    assert patient.post(own(asked, "change"), changed).status_code == 302
    patient.get(own(asked, "change"))
    patient.post(own(asked, "call_time"), {"time": "2026-05-13-am"})


def work_at_the_desk(clerk, asked) -> None:
    """Every verb of the request page, with words of the clerk's own; the list, and faults."""
    for verb, typed in [
        ("claim", {}),
        ("note", {"text": BY_STAFF["note"]}),
        ("attempt", {"outcome": "spoke", "remark": BY_STAFF["remark"]}),
        ("move", {"status": "offered", "reason": BY_STAFF["reason"]}),
        ("book", {"visit_at": "2026-05-14T09:00", "visit_reference": BY_STAFF["visit_reference"]}),
        ("hold", {"reason": BY_STAFF["hold"]}),
        ("lift", {}),
    ]:
        with broken(AppointmentRequest, "log"):
            clerk.post(staff(asked, verb), typed)
        clerk.post(staff(asked, verb), typed)
    clerk.get(staff(asked, "change"))
    clerk.get(reverse("admin:appointments_appointmentrequest_changelist"), {"view": "all"})
    clerk.get(reverse("admin:appointments_message_changelist"))
    clerk.get(reverse("admin:index"))


def send_through_failures(smtp_port, clock, rows: list[str]) -> list:
    """The server is away, then refuses and quotes the address, a mail cannot be built, then all leave."""
    send_due()
    clock.shift(HOUR)
    with smtp_server(smtp_port) as inbox:
        inbox.replies[FIRST["email"]] = f"451 {FIRST['email']} says {IN_AN_EXCEPTION}, try later"
        send_due()
        with broken(outbox, "as_email"):
            clock.shift(HOUR)
            rows.append(canaries.other_rows())
            send_due()
        rows.append(canaries.other_rows())
        inbox.replies.clear()
        for message in Message.objects.failed():
            message.send_again(None)
        clock.shift(HOUR)
        send_due()
        assert not Message.objects.not_sent().exclude(status=Message.Status.HELD).exists()
        return inbox.mails


def play(smtp_port, clock) -> dict:
    """One request from new to booked and erased, one withdrawn, taken back and put aside, in Spanish."""
    patient, clerk, rows = Watched(), Watched(), []
    with Listening() as log:
        manager = make_staff("manager", "Manager", locations=())
        clerk.force_login(manager)
        fill_in_the_form(patient)
        asked = AppointmentRequest.objects.get()
        change_and_wish(patient, asked)
        with translation.override("es"):
            spanish = reverse("appointments:sent")
        patient.post(spanish, answers(**{**FIRST, "note": f"{FIRST['note']} dos"}))
        other = AppointmentRequest.objects.exclude(pk=asked.pk).get()
        assert other.language == "es"
        mails = send_through_failures(smtp_port, clock, rows)
        work_at_the_desk(clerk, asked)
        for step in ("withdraw", "take_back"):
            assert patient.post(own(other, step)).status_code == 302
        seen = {"sessions": canaries.sessions(), "cached": canaries.cached()}
        clock.shift(DAY)
        call_all_chores()
        mails += send_through_failures(smtp_port, clock, rows)
        assert patient.post(own(other, "withdraw")).status_code == 302
        rows.append(canaries.other_rows())
        seen |= {"requests": str(list(AppointmentRequest.objects.values())), "rows": "".join(rows)}
        clock.shift(200 * DAY)
        call_command("apply_retention")
    return seen | {
        "addresses": patient.addresses + clerk.addresses,
        "cookies": patient.cookie_lines + clerk.cookie_lines,
        "failures": patient.failures + clerk.failures,
        "mails": mails,
        "log": log.lines,
        "erased": str(
            [list(model.objects.values()) for model in (AppointmentRequest, ChangedAnswers, Event, Message)]
        ),
    }


PLAYED: dict = {}


@pytest.fixture
def life(request):
    """Played by the first test that asks, looked at by all."""
    if not PLAYED:
        request.getfixturevalue("clinic")
        PLAYED.update(play(request.getfixturevalue("smtp_port"), request.getfixturevalue("clock")))
    return SimpleNamespace(**PLAYED)


def call_all_chores() -> None:
    """As the worker does, one of them failing."""
    for chore in chores.chores():
        chore.do_if_due()
    chores.Chore("failing", raising, 60).do_if_due()


def test_n2_the_life_was_full_of_canaries(life):
    """The other tests look for words that were really there."""
    for word in ("quillfeather", "xyloglyph", "canarybird", "wolframina"):
        assert word in life.requests.lower()
    kinds = {"staff_notice", "receipt", "due", "overdue", "digest"}
    assert len(life.mails) >= len(kinds)
    assert all(f"'kind': '{kind}'" in life.rows for kind in kinds)
    assert "ValueError at" in life.log
    assert "SMTPRecipientsRefused 451" in life.rows
    assert "'last_error': 'ValueError'" in life.rows


def test_n2_no_mail_holds_a_canary(life):
    receipts = [mail for mail in life.mails if mail["To"] in (FIRST["email"], CHANGED["email"])]
    assert {mail["To"] for mail in receipts} == {FIRST["email"], CHANGED["email"]}
    for mail in life.mails:
        text = canaries.words_of(mail)
        if mail in receipts:
            text = text.replace(mail["To"], "")  # its own address, not the other one
        assert found_in(text) == []


def test_n2_no_row_but_those_of_the_request_holds_a_canary(life):
    assert found_in(life.rows) == []


def test_n2_no_address_holds_a_canary(life):
    assert len(life.addresses) > 50
    assert found_in(" ".join(life.addresses)) == []


def test_n2_no_cookie_and_no_session_holds_a_canary(life):
    assert found_in(" ".join(life.cookies)) == []
    assert "_auth_user_id" in life.sessions
    assert found_in(life.sessions) == []


def test_n2_no_log_line_holds_a_canary(life):
    assert life.log.count('"DEBUG"') > 5
    assert "Internal Server Error" in life.log
    assert found_in(life.log) == []


def test_n2_nothing_cached_holds_a_canary(life):
    assert found_in(life.cached) == []


def test_n2_no_page_about_a_fault_holds_a_canary_and_nobody_is_mailed_one(life, settings):
    assert found_in(" ".join(life.failures)) == []
    assert not settings.ADMINS
    assert not [name for name in settings.LOGGING["handlers"] if "mail" in name]


def test_n2_in_the_end_the_requests_hold_none_either(life):
    assert "'erased'" in life.erased
    assert found_in(life.erased) == []
