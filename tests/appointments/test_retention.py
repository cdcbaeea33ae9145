"""What is kept how long, and that it is gone then (P5)."""

import datetime
import io
import re
import threading

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from appointments import audit_seals, erasure, retention
from appointments.models import (
    AppointmentRequest,
    AuditEntry,
    AuditSeal,
    ChangedAnswers,
    Event,
    Message,
    Trace,
)
from appointments.retention import Rule
from appointments.statuses import IllegalMoveError, Status
from services import facts, tokens
from tests.builders import answers, make_request, make_staff, send_due

DAY = datetime.timedelta(days=1)
CANARIES = {
    "full_name": "Quillfeather Zantedeschia",
    "phone": "720-507-0088",
    "email": "canarybird@patient.example",
    "patient_name": "Wolframina Oxbowdottir",
    "patient_relation": "grandniece",
    "access_needs": "Tetum interpreter",
    "note": "xyloglyph shoulder",
}
WORDS = "Quillfeather 5070088 canarybird Wolframina grandniece Tetum xyloglyph dunnock needling".split()


# --- The table -------------------------------------------------------------------------------------
def test_p5_every_field_of_every_model_has_a_rule():
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    assert [str(field) for field in fields if retention.rule_of(field) is None] == []


def test_p5_a_field_without_a_rule_is_found(monkeypatch):
    monkeypatch.delitem(retention.FIELDS["appointments.AppointmentRequest"], "note")
    assert retention.rule_of(AppointmentRequest._meta.get_field("note")) is None


def test_p5_no_rule_is_for_a_field_that_is_gone():
    for label, rules in retention.FIELDS.items():
        assert set(rules) == {field.name for field in apps.get_model(label)._meta.concrete_fields}
    labels = {model._meta.label for model in apps.get_models()}
    assert set(retention.MODELS) <= labels
    assert set(retention.APPS) <= {label.partition(".")[0] for label in labels}


def test_p5_whatever_a_patient_answers_is_erased():
    kept = {name for name, rule in retention.REQUEST.items() if rule not in (Rule.TEXT, Rule.CONTACT)}
    assert kept & set(answers()) == {"location"}
    assert not kept & {
        field.name for field in AppointmentRequest._meta.concrete_fields if field.name in retention.ANSWERS
    }


# --- Erasing ---------------------------------------------------------------------------------------
@pytest.fixture
def closed(clinic):
    """A request full of canaries, changed once, noted on, booked and closed now."""
    asked = make_request(**CANARIES)
    send_due()
    clerk = make_staff()
    asked.change_answers(make_unsaved(note="xyloglyph again", access_needs="Tetum"))
    asked.add_note("dunnock: she sounded worried", clerk)
    asked.move_to(Status.BOOKED, clerk, reason="dunnock came by")
    return AppointmentRequest.objects.get(pk=asked.pk)


def make_unsaved(**changes):
    """Answers as a change would bring them."""
    asked = AppointmentRequest.objects.get()
    copy = ChangedAnswers(**{name: getattr(asked, name) for name in retention.ANSWERS})
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def stored() -> str:
    """Every row about requests, as text."""
    models = (AppointmentRequest, ChangedAnswers, Event, Message)
    return str([list(model.objects.values()) for model in models])


def found() -> list[str]:
    return [word for word in WORDS if word in stored()]


@pytest.mark.django_db
def test_p5_free_text_goes_thirty_days_after_closing(closed, clock):
    clock.shift(30 * DAY - datetime.timedelta(seconds=1))
    erasure.erase_due()
    assert "xyloglyph" in found()
    clock.shift(1)
    erasure.erase_due()
    assert found() == ["Quillfeather", "5070088", "canarybird", "Wolframina", "grandniece", "needling"]


@pytest.mark.django_db
def test_p5_names_and_contact_go_after_a_hundred_and_eighty_days(closed, clock):
    clock.shift(180 * DAY - datetime.timedelta(seconds=1))
    erasure.erase_due()
    assert "Quillfeather" in found()
    clock.shift(1)
    erasure.erase_due()
    assert found() == []
    assert not ChangedAnswers.objects.exists()
    assert not Message.objects.filter(appointment_request=closed).exists()


@pytest.mark.django_db
def test_p5_what_counts_stays(closed, clock):
    before = AppointmentRequest.objects.values("reference", "location", "status", "created_at", "closed_at").get()
    clock.shift(181 * DAY)
    erasure.erase_due()
    after = AppointmentRequest.objects.values(*before).get()
    assert after == before
    assert list(closed.events.values_list("kind", flat=True))[-2:] == ["status", "erased"]


@pytest.mark.django_db
def test_p5_the_numbers_are_settings(closed, clock, settings):
    settings.KEPT_DAYS = {"note": 2, "contact": 5, "spam": 1}
    clock.shift(2 * DAY)
    erasure.erase_due()
    assert "xyloglyph" not in found()
    assert "Quillfeather" in found()
    clock.shift(3 * DAY)
    erasure.erase_due()
    assert found() == []


@pytest.mark.django_db
def test_p5_suspected_spam_goes_after_thirty_days(clinic, clock):
    make_request(**CANARIES).move_to(Status.SPAM, make_staff())
    clock.shift(30 * DAY - datetime.timedelta(seconds=1))
    erasure.erase_due()
    assert found()
    clock.shift(1)
    erasure.erase_due()
    assert found() == []


@pytest.mark.django_db
def test_p5_what_is_open_is_never_erased(clinic, clock):
    make_request(**CANARIES)
    clock.shift(1000 * DAY)
    erasure.erase_due()
    assert "xyloglyph" in found()


@pytest.mark.django_db
def test_p5_a_reopened_request_counts_from_its_last_closing(closed, clock):
    clerk = closed.events.filter(kind="note").get().actor
    clock.shift(40 * DAY)
    erasure.erase_due()
    closed.refresh_from_db()
    clock.shift(60)
    closed.move_to(Status.CONTACTING, clerk, reason="dunnock again")
    closed.move_to(Status.BOOKED, clerk)
    clock.shift(29 * DAY)
    erasure.erase_due()
    assert "dunnock" in found()
    clock.shift(1 * DAY)
    erasure.erase_due()
    assert "dunnock" not in found()
    assert "Quillfeather" in found()


@pytest.mark.django_db
def test_p5_nobody_finds_an_erased_request_by_its_person(closed, clock, client):
    path = closed.patient_path
    assert client.get(path).status_code == 200
    clock.shift(181 * DAY)
    erasure.erase_due()
    assert client.get(path).status_code == 404
    assert not AppointmentRequest.objects.reached_by("+17205070088", "canarybird@patient.example").exists()


@pytest.mark.django_db
def test_p5_an_erased_request_goes_nowhere(closed, clock):
    clock.shift(181 * DAY)
    erasure.erase_due()
    asked = AppointmentRequest.objects.get()
    with pytest.raises(IllegalMoveError):
        asked.move_to(Status.CONTACTING, None, reason="Again")


@pytest.mark.django_db
def test_p5_erasing_twice_changes_nothing(closed, clock):
    clock.shift(181 * DAY)
    erasure.erase_due()
    before = stored()
    clock.shift(DAY)
    assert set(erasure.erase_due().values()) == {0}
    assert stored() == before


@pytest.mark.django_db
def test_p5_many_rows_go_in_small_bites(clinic, clock, monkeypatch):
    monkeypatch.setattr(erasure, "BITE", 2)
    for number in range(5):
        make_request(full_name=f"Pat {number}").move_to(Status.DUPLICATE, None)
    clock.shift(181 * DAY)
    assert erasure.erase_due()["requests: names and contact"] == 5
    assert not AppointmentRequest.objects.exclude(full_name="").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": ""},
        {"phone": "", "email": ""},
        {"erased_at": datetime.datetime(2026, 5, 12, tzinfo=datetime.UTC)},
        {"hold_reason": "Court"},
        {"held_at": datetime.datetime(2026, 5, 12, tzinfo=datetime.UTC)},
    ],
)
def test_p5_the_database_knows_erased_rows_from_broken_ones(clinic, wrong):
    make_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentRequest.objects.update(**wrong)


# --- Legal hold ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_p5_a_legal_hold_keeps_everything_until_it_is_lifted(closed, clock):
    manager = make_staff("manager", "Manager", locations=())
    closed.hold(manager, "Court order")
    clock.shift(1000 * DAY)
    erasure.erase_due()
    assert len(found()) == len(WORDS)
    assert closed.lift_hold(manager)
    erasure.erase_due()
    assert found() == []


@pytest.mark.django_db
def test_p5_holds_are_logged_and_there_is_one(closed):
    manager = make_staff("manager", "Manager", locations=())
    closed.hold(manager, "Court order")
    with pytest.raises(IllegalMoveError):
        closed.hold(manager, "Another")
    assert closed.lift_hold(manager)
    assert not closed.lift_hold(manager)
    logged = closed.events.filter(kind__in=["held", "lifted"]).values_list("kind", "actor_name", "text")
    assert list(logged) == [("held", "manager", "Court order"), ("lifted", "manager", "")]
    assert AuditEntry.objects.about(closed.pk).filter(detail__in=["held", "lifted"]).count() == 2


def page(client, asked) -> str:
    text = client.get(reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def press(client, asked, verb: str, **answers):
    url = reverse(f"admin:appointments_appointmentrequest_{verb}", args=[asked.pk])
    return client.post(url, answers, follow=True).content.decode()


@pytest.mark.django_db
def test_p5_the_page_says_how_long_a_request_is_kept(closed, client):
    client.force_login(make_staff("manager", "Manager", locations=()))
    shown = page(client, closed)
    assert "Note and other free text erased Thursday, June 11, 10:00 am (Denver time)" in shown
    assert "Name, contact and all other answers erased Sunday, November 8, 9:00 am (Denver time)" in shown


@pytest.mark.django_db
def test_p5_a_manager_holds_and_lifts_on_the_page(closed, client):
    client.force_login(make_staff("manager", "Manager", locations=()))
    assert "Say why this request must be kept." in press(client, closed, "hold", reason=" ")
    press(client, closed, "hold", reason="Case 12")
    assert "On legal hold since Tuesday, May 12, 10:00 am (Denver time) : Case 12" in page(client, closed)
    assert "a colleague was here first" in press(client, closed, "hold", reason="Twice")
    press(client, closed, "lift")
    closed.refresh_from_db()
    assert (closed.held_at, closed.hold_reason) == (None, "")


@pytest.mark.django_db
def test_p5_a_clerk_reads_of_a_hold_and_cannot_set_one(closed, client):
    client.force_login(closed.events.filter(kind="note").get().actor)
    press(client, closed, "hold", reason="Case 12")
    press(client, closed, "lift")
    closed.refresh_from_db()
    assert closed.held_at is None
    assert "Put it on legal hold" not in page(client, closed)


@pytest.mark.django_db
def test_p5_the_page_of_an_erased_request_says_so_and_takes_nothing_more(closed, client, clock):
    clock.shift(181 * DAY)
    erasure.erase_due()
    client.force_login(make_staff("manager", "Manager", locations=()))
    shown = page(client, closed)
    assert "The personal details were erased: Monday, November 9, 9:00 am (Denver time)" in shown
    assert "Add note" not in shown
    assert "Reopen" not in shown
    press(client, closed, "note", text="dunnock after all")
    press(client, closed, "hold", reason="dunnock")
    assert found() == []
    inbox = client.get(reverse("admin:appointments_appointmentrequest_changelist"), {"view": "all"}).content.decode()
    assert '<bdi class="who">Erased</bdi>' in inbox


# --- Other rows ------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_p5_mails_about_no_request_traces_and_ended_sessions_go(clinic, clock, client):
    Message.objects.create(kind="digest", to="desk@clinic.example", subject="", text="", html="")
    Trace.objects.create(key="key")
    client.force_login(make_staff())
    UserSession.objects.create(
        user_id=client.session["_auth_user_id"], ip="192.0.2.1", user_agent="", session_key=client.session.session_key
    )
    assert set(erasure.erase_due().values()) == {0}
    clock.shift(181 * DAY)
    erasure.erase_due()
    for model in (Message, Trace, Session, UserSession):
        assert not model.objects.exists()


@pytest.mark.django_db
def test_p5_the_access_record_goes_after_six_years(clinic, clock):
    today = timezone.now()
    clock.move_to(today - 7 * 366 * DAY)
    AuditEntry.record(AuditEntry.Kind.LIST, make_staff())
    clock.shift(DAY)
    audit_seals.seal_due()
    clock.move_to(today)
    AuditEntry.record(AuditEntry.Kind.LIST)
    erasure.erase_due()
    assert AuditEntry.objects.count() == 1
    assert not AuditSeal.objects.exists()


# --- The command and the worker --------------------------------------------------------------------
def output(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("apply_retention", *arguments, stdout=out)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_p5_a_dry_run_counts_and_changes_nothing(closed, clock):
    clock.shift(181 * DAY)
    before = stored()
    lines = output("--dry-run")
    assert {"1 requests: free text", "1 requests: names and contact", "Nothing was changed."} <= set(lines)
    assert stored() == before
    assert not [word for word in WORDS if word in str(lines)]


@pytest.mark.django_db
def test_p5_the_command_erases_and_names_nobody(closed, clock):
    clock.shift(181 * DAY)
    lines = output()
    assert "1 requests: names and contact" in lines
    assert "0 requests on legal hold, kept" in lines
    assert found() == []
    assert not [word for word in [*WORDS, closed.reference] if word in str(lines)]


@pytest.mark.django_db(transaction=True)
def test_p5_the_worker_erases_by_itself(closed, clock):
    clock.shift(181 * DAY)
    call_command("run_worker", once=True)
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_p5_three_workers_erase_each_request_once(clinic, clock):
    for number in range(6):
        make_request(full_name=f"Pat {number}").move_to(Status.DUPLICATE, None)
    clock.shift(181 * DAY)
    together = threading.Barrier(3)

    def work():
        try:
            together.wait()
            erasure.erase_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Event.objects.filter(kind="erased").count() == 6


# --- What patients read ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_p5_pages_print_the_configured_numbers(clinic, settings):
    settings.KEPT_DAYS = {"note": 14, "contact": 90, "spam": 7}
    text = tokens.fill("[[days note]], [[days contact]], [[days spam]] [[days other]]", facts.current())
    assert text == "14, 90, 7 "
