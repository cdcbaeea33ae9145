"""The list of requests as a file: who may, what is in it, and that it is kept who took what (I11, I12, I13)."""

import csv
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from appointments.admin import export
from appointments.models import AppointmentRequest, AuditEntry, ChangedAnswers, request_queryset
from appointments.models.answers import copied
from services.models import Location
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

EXPORT = reverse("admin:appointments_appointmentrequest_export")
INBOX = reverse("admin:appointments_appointmentrequest_changelist")


@pytest.fixture
def manager(clinic, client):
    user = make_staff("boss", "Manager", [])
    client.force_login(user)
    return user


def table(client, query: str = "?view=all", **data) -> list[dict]:
    """The rows of the file by column."""
    response = client.post(EXPORT + query, data)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(kind=AuditEntry.Kind.EXPORT).order_by("pk"))


def test_i11_a_row_holds_what_the_desk_needs(manager, client):
    asked = make_request(patient_name="Kim", patient_relation="parent")
    asked.claim(manager)
    (row,) = table(client)
    assert row["reference"] == asked.display_reference
    assert (row["name"], row["email"], row["patient"]) == ("Pat Sample", "pat@patient.example", "Kim")
    assert (row["received"], row["owner"], row["location"]) == ("2026-05-12T16:00:00+00:00", "boss", "Denver")
    assert (row["status"], row["voicemail"], row["attempts"]) == ("new", "no", "0")


def test_i11_free_text_is_left_out_unless_it_is_chosen(manager, client):
    make_request(access_needs="Spanish")
    assert "Left shoulder" not in str(table(client))
    (row,) = table(client, with_text="on")
    assert (row["note"], row["access_needs"]) == ("Left shoulder", "Spanish")
    assert [entry.detail for entry in entries()] == [
        "1 requests, without free text, from row 1",
        "1 requests, with free text, from row 1",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1+1", "|calc", "＝1"])
def test_i11_formulas_are_made_harmless(manager, client, name):
    make_request(full_name=name)
    assert table(client)[0]["name"] == f"'{name.strip()}" or table(client)[0]["name"] == f"'{name}"


def test_i11_what_the_patient_changed_is_what_is_exported(manager, client):
    asked = make_request()
    asked.change_answers(ChangedAnswers(**copied(asked) | {"full_name": "Renamed"}))
    assert table(client)[0]["name"] == "Renamed"


def test_i11_the_file_holds_what_the_list_holds(manager, client):
    make_request(full_name="Booked").move_to("booked", manager)
    make_request(full_name="Miami", location="north-miami")
    make_request(full_name="New")
    place = Location.objects.get(slug="denver").pk
    assert {row["name"] for row in table(client)} == {"Booked", "Miami", "New"}
    assert {row["name"] for row in table(client, "")} == {"Miami", "New"}
    assert [row["name"] for row in table(client, f"?view=all&location={place}&status=booked")] == ["Booked"]
    assert [row["name"] for row in table(client, "?q=miami")] == ["Miami"]
    assert table(client, "?q=%25") == table(client, "?q=nobody") == []


def test_i11_every_hit_of_a_search_is_in_the_file(manager, client, monkeypatch):
    monkeypatch.setattr(request_queryset, "FOUND_AT_MOST", 2)
    for number in range(4):
        make_request(full_name=f"Hit {number}")
    renamed, other = make_request(full_name="Once"), make_request(full_name="Other")
    renamed.change_answers(ChangedAnswers(**copied(renamed) | {"full_name": "Hit renamed"}))
    assert "Download 5 requests" in client.get(EXPORT, {"q": "hit"}).content.decode()
    found = [row["name"] for row in table(client, "?q=hit")]
    assert found == ["Hit 0", "Hit 1", "Hit 2", "Hit 3", "Hit renamed"]
    assert entries()[0].detail == "5 requests of a search, without free text, from row 1"
    assert [row["name"] for row in table(client, f"?q={other.reference}")] == ["Other"]


def test_i13_every_hit_is_one_of_the_own_locations(clinic, client, monkeypatch):
    monkeypatch.setattr(request_queryset, "FOUND_AT_MOST", 1)
    clerk = make_staff()
    clerk.user_permissions.add(Permission.objects.get(codename="export_appointmentrequest"))
    client.force_login(clerk)
    for place in ("denver", "north-miami", "denver"):
        make_request(full_name=f"Hit {place}", location=place)
    assert [row["name"] for row in table(client, "?q=hit")] == ["Hit denver", "Hit denver"]


def progress_of(client, page: str) -> dict:
    return client.get(re.search(r'data-progress="(.*?)"', page)[1]).json()


def test_i11_the_page_can_tell_how_far_the_file_has_come(manager, client, monkeypatch):
    monkeypatch.setattr(export, "AT_ONCE", 2)
    for number in range(5):
        make_request(full_name=f"Pat {number}")
    table(client)  # an earlier file does not count
    page = client.get(EXPORT + "?view=all").content.decode()
    assert progress_of(client, page) == {"text": "", "done": False}
    lines = iter(client.post(EXPORT + "?view=all").streaming_content)
    assert [next(lines) for _line in range(2)]
    assert progress_of(client, page) == {"text": "Written: 2 of 5 requests.", "done": False}
    assert len(list(lines)) == 4
    assert progress_of(client, page) == {"text": "Written: 5 of 5 requests.", "done": True}


def test_i11_progress_is_told_to_whoever_may_export(clinic, client):
    client.force_login(make_staff())
    assert client.get(reverse("admin:appointments_appointmentrequest_export_progress")).status_code == 403


def test_i12_each_exported_request_is_in_the_access_record(manager, client, monkeypatch):
    monkeypatch.setattr(export, "AT_ONCE", 2)
    references = {make_request(full_name=f"Pat {number}").reference for number in range(5)}
    assert len(table(client)) == 5
    assert {one.reference for entry in entries() for one in entry.about.all()} == references
    assert [entry.detail.rpartition(" ")[2] for entry in entries()] == ["1", "3", "5"]


def test_i12_an_empty_file_is_kept_too_and_never_what_was_searched(manager, client):
    table(client, "?q=Zaphod")
    assert [entry.detail for entry in entries()] == ["0 requests of a search, without free text"]


def test_i12_nothing_leaves_before_it_is_kept(manager, client, monkeypatch):
    make_request()
    response = client.post(EXPORT + "?view=all")
    monkeypatch.setattr(AuditEntry, "record", lambda *_: 1 / 0)
    lines = iter(response.streaming_content)
    assert b"reference" in next(lines)
    with pytest.raises(ZeroDivisionError):
        next(lines)


def test_i11_looking_at_the_page_says_how_many_and_exports_nothing(manager, client):
    make_request()
    text = client.get(EXPORT).content.decode()
    assert "Download 1 request" in text
    assert "Pat Sample" not in text
    assert entries() == []


def test_i11_the_inbox_leads_there_with_its_filters(manager, client):
    make_request()
    assert f"{EXPORT}?status=new&amp;view=all" in client.get(INBOX, {"view": "all", "status": "new"}).content.decode()


def test_i13_a_clerk_with_the_right_exports_their_locations_alone(clinic, client):
    clerk = make_staff()
    clerk.user_permissions.add(Permission.objects.get(codename="export_appointmentrequest"))
    client.force_login(clerk)
    make_request(full_name="Here")
    make_request(full_name="Elsewhere", location="north-miami")
    assert [row["name"] for row in table(client)] == ["Here"]
    assert table(client, "?q=elsewhere") == []


@pytest.mark.parametrize("role", ["Front desk", "Editor", "Reviewer", "Auditor"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_i11_without_the_right_nothing_is_exported(clinic, client, role, method):
    make_request()
    client.force_login(make_staff("other", role))
    assert getattr(client, method)(EXPORT).status_code == 403
    assert "Export these as CSV" not in client.get(INBOX).content.decode()
    assert entries() == []


def test_i11_any_number_of_rows_a_few_in_memory(manager, client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(export, "AT_ONCE", 4)
    rows = [make_request(full_name=f"Pat {number}") for number in range(9)]
    response = client.post(EXPORT + "?view=all")
    AppointmentRequest.objects.filter(pk=rows[8].pk).delete()
    lines = iter(response.streaming_content)
    with django_assert_max_num_queries(3):  # rows, entry, what the entry is about
        assert len([next(lines) for _line in range(5)]) == 5
    assert len(list(lines)) == 4
