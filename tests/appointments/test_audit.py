"""Who saw what: kept whole, for six years, against everybody (I12)."""

import csv
import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from appointments import audit_guard, audit_seals
from appointments.models import AuditedRequest, AuditEntry, AuditSeal
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")
RECORD = reverse("admin:appointments_auditentry_changelist")
LONG_AGO = datetime.datetime(2011, 3, 1, tzinfo=datetime.UTC)
TABLES = [AuditEntry, AuditedRequest, AuditSeal]


def page_of(asked) -> str:
    return reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])


def kept() -> list[tuple]:
    """(what, who, references), oldest first."""
    entries = AuditEntry.objects.order_by("pk").prefetch_related("about")
    return [(each.kind, each.actor_name, [one.reference for one in each.about.all()]) for each in entries]


@pytest.fixture
def clerk(clinic, client):
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def auditor(clinic, client):
    user = make_staff("auditor", "Auditor", [])
    client.force_login(user)
    return user


@pytest.fixture
def sealed(clinic, clock):
    """Three sealed entries and their request."""
    clerk, asked = make_staff(), make_request()
    for _ in range(3):
        AuditEntry.record(AuditEntry.Kind.VIEW, clerk, [asked])
    clock.shift(600)
    assert audit_seals.seal_due() == 3
    return asked


def unguarded(sql: str) -> None:
    """What somebody could do who may change the database itself."""
    with connection.cursor() as cursor:
        for statement in [*audit_guard.undoing_statements(connection.vendor), sql]:
            cursor.execute(statement)


class TestI12WhoSawWhat:
    def test_a_list_keeps_each_request_it_showed(self, clerk, client):
        asked = make_request()
        make_request(location="north-miami")
        client.get(INBOX, {"view": "all"})
        assert kept() == [("list", "clerk", [asked.reference])]
        assert AuditEntry.objects.get().detail == "view=all"

    def test_a_search_keeps_whom_it_found_and_not_what_was_typed(self, clerk, client):
        asked = make_request()
        client.get(INBOX, {"q": "Sample"})
        assert kept() == [("search", "clerk", [asked.reference])]
        assert "Sample" not in str(AuditEntry.objects.values())

    def test_opening_a_request_is_kept(self, clerk, client):
        asked = make_request()
        client.get(page_of(asked))
        assert kept() == [("view", "clerk", [asked.reference])]

    def test_a_request_of_another_location_was_not_seen_and_the_try_is_kept(self, clerk, client):
        elsewhere = make_request(location="north-miami")
        assert client.get(page_of(elsewhere)).status_code == 404
        assert kept() == [("denied", "clerk", [elsewhere.reference])]

    def test_every_change_by_staff_is_kept(self, clerk):
        asked = make_request()
        asked.claim(clerk)
        asked.move_to("contacting", clerk)
        asked.add_note("Called, no answer", clerk)
        assert [each.detail for each in AuditEntry.objects.order_by("pk")] == ["claimed", "status", "note"]
        assert "no answer" not in str(AuditEntry.objects.values())

    def test_mails_in_the_admin_count_as_seen(self, clerk, client):
        asked = make_request()
        client.get(reverse("admin:appointments_message_changelist"))
        client.get(reverse("admin:appointments_message_change", args=[asked.messages.first().pk]))
        assert kept() == [("list", "clerk", [asked.reference]), ("view", "clerk", [asked.reference])]

    def test_signing_in_and_out_is_kept_with_the_address(self, clinic, client):
        make_staff()
        client.post("/accounts/login/", {"login": "clerk", "password": "a long password"})
        client.post(reverse("admin:logout"))
        assert kept() == [("sign_in", "clerk", []), ("sign_out", "clerk", [])]
        assert {each.address for each in AuditEntry.objects.all()} == {"127.0.0.1"}

    @pytest.mark.parametrize(("typed", "name"), [("clerk", "clerk"), ("my secret password", "")])
    def test_a_refused_sign_in_names_only_accounts_that_exist(self, clinic, client, typed, name):
        make_staff()
        client.post("/accounts/login/", {"login": typed, "password": "wrong"})
        assert kept() == [("refused", name, [])]
        assert "secret" not in str(AuditEntry.objects.values())

    def test_it_outlives_the_account(self, clerk, client):
        client.get(page_of(make_request()))
        clerk.delete()
        assert AuditEntry.objects.get().actor_name == "clerk"

    @pytest.mark.django_db(transaction=True)
    def test_nothing_is_shown_when_it_cannot_be_kept(self, clerk, client, monkeypatch):
        asked = make_request()
        monkeypatch.setattr(AuditedRequest.objects.__class__, "bulk_create", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.get(page_of(asked))
        assert kept() == []


class TestI12NobodyChangesIt:
    @pytest.mark.parametrize("model", TABLES)
    @pytest.mark.parametrize("sql", ["UPDATE {} SET at = at", "DELETE FROM {}"])
    def test_the_database_refuses(self, sealed, model, sql):
        with pytest.raises(DatabaseError, match=audit_guard.REFUSAL), transaction.atomic():
            connection.cursor().execute(sql.format(model._meta.db_table))
        assert model.objects.exists()

    def test_after_six_years_rows_may_go_but_never_change(self, db):
        AuditEntry.objects.create(kind="view", at=LONG_AGO)
        with pytest.raises(DatabaseError, match=audit_guard.REFUSAL), transaction.atomic():
            AuditEntry.objects.update(actor_name="somebody else")
        assert AuditEntry.objects.all().delete()[0] == 1

    def test_a_whole_record_is_proved_whole(self, sealed, capsys):
        call_command("verify_audit", seal=AuditSeal.objects.get().digest)
        assert capsys.readouterr().out.startswith("Whole up to entry")

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE appointments_auditentry SET actor_name = 'somebody else' WHERE id = {second}",
            "UPDATE appointments_auditentry SET at = '2026-05-12 15:59:59+00:00' WHERE id = {second}",
            "UPDATE appointments_auditedrequest SET reference = 'ABCD2345' WHERE entry_id = {second}",
            "DELETE FROM appointments_auditedrequest WHERE entry_id = {second}",
            "UPDATE appointments_auditseal SET count = 2",
        ],
    )
    def test_a_change_behind_the_guard_is_found(self, sealed, sql):
        second = AuditEntry.objects.order_by("pk")[1].pk
        unguarded(sql.format(second=second))
        with pytest.raises(CommandError, match="were changed, added to or removed"):
            call_command("verify_audit")

    def test_a_seal_that_was_made_anew_is_found_by_the_one_in_the_log(self, sealed):
        noted = AuditSeal.objects.get().digest
        unguarded("DELETE FROM appointments_auditseal")
        audit_seals.seal_due()
        call_command("verify_audit", seal=noted)
        unguarded("UPDATE appointments_auditentry SET actor_name = 'somebody else'")
        unguarded("DELETE FROM appointments_auditseal")
        audit_seals.seal_due()
        with pytest.raises(CommandError, match="not in the record"):
            call_command("verify_audit", seal=noted)

    def test_what_may_still_be_joined_by_a_slower_request_is_not_sealed_yet(self, clinic, clock):
        AuditEntry.record(AuditEntry.Kind.LIST)
        assert audit_seals.seal_due() == 0
        clock.shift(121)
        assert audit_seals.seal_due() == 1

    def test_each_seal_holds_the_one_before(self, sealed, clock):
        AuditEntry.record(AuditEntry.Kind.LIST)
        clock.shift(600)
        audit_seals.seal_due()
        first, second = AuditSeal.objects.chain()
        assert second.previous == first.digest
        assert audit_seals.faults() == []

    def test_of_two_workers_one_makes_the_seal(self, sealed, clock, monkeypatch):
        AuditEntry.record(AuditEntry.Kind.LIST)
        clock.shift(600)
        before = AuditSeal.objects.get()
        assert audit_seals.seal_due() == 1
        monkeypatch.setattr(audit_seals, "_last_seal", lambda: before)
        monkeypatch.setattr(AuditEntry.objects.__class__, "unsealed", lambda self, _: AuditEntry.objects.all()[:1])
        assert audit_seals.seal_due() == 0

    def test_sealed_entries_older_than_they_must_be_kept_go_with_their_seal(self, clinic, clock):
        asked = make_request()
        clock.move_to(LONG_AGO)
        AuditEntry.record(AuditEntry.Kind.VIEW, None, [asked])
        clock.shift(600)
        audit_seals.seal_due()
        clock.shift(7 * 366 * 86400)
        AuditEntry.record(AuditEntry.Kind.LIST)
        assert audit_seals.remove_expired(6) == 1
        assert [(AuditEntry.objects.get().kind, AuditedRequest.objects.count())] == [("list", 0)]
        assert not AuditSeal.objects.exists()


class TestI12TheAuditorsPage:
    def test_finds_who_saw_a_request_and_what_a_person_did(self, auditor, client):
        clerk, asked, other = make_staff(), make_request(), make_request(full_name="Other")
        AuditEntry.record("view", clerk, [asked])
        AuditEntry.record("list", auditor, [other])
        assert len(client.get(RECORD, {"q": asked.display_reference.lower()}).context["cl"].result_list) == 1
        assert [each.kind for each in client.get(RECORD, {"q": "clerk"}).context["cl"].result_list] == ["view"]

    def test_reading_it_is_kept_too(self, auditor, client):
        client.get(RECORD)
        assert kept() == [("audit", "auditor", [])]

    def test_the_table_comes_as_csv_with_the_same_filter(self, auditor, client):
        AuditEntry.record("view", make_staff("=clerk"), [make_request()])
        AuditEntry.record("list", auditor)
        response = client.get(RECORD + "csv/", {"kind__exact": "view"})
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert [row[1:3] for row in rows] == [["Who", "What"], ["'=clerk", "Opened"]]

    def test_shows_no_patient(self, auditor, client):
        AuditEntry.record("view", auditor, [make_request()])
        assert "Sample" not in client.get(RECORD).content.decode()

    @pytest.mark.parametrize("role", ["Front desk", "Editor", "Reviewer", "Manager"])
    def test_nobody_else_reads_it(self, clinic, client, role):
        client.force_login(make_staff("other", role, []))
        assert [client.get(url).status_code for url in (RECORD, RECORD + "csv/")] == [403, 403]

    def test_an_auditor_of_one_location_reads_of_that_location(self, clinic, client):
        user = make_staff("auditor", "Auditor", ["denver"])
        user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="see_every_location"))
        client.force_login(user)
        AuditEntry.record("view", user, [make_request()])
        AuditEntry.record("view", user, [make_request(location="north-miami")])
        rows = client.get(RECORD).context["cl"].result_list
        assert [one.location_id for row in rows for one in row.about.all()] == [make_request().location_id]

    @pytest.mark.parametrize("verb", ["add/", "1/delete/", "1/change/"])
    def test_nobody_edits_it(self, auditor, client, verb):
        entry = AuditEntry.record("view", auditor)
        response = client.post(RECORD + verb.replace("1", str(entry.pk)), {"actor_name": "x", "post": "yes"})
        assert response.status_code in (302, 403)
        assert AuditEntry.objects.order_by("pk").first().actor_name == "auditor"
