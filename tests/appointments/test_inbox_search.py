"""What a clerk may type to find a request, and that the index knows every change (I11)."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from appointments import search_index, search_text
from appointments.models import AppointmentRequest, ChangedAnswers
from appointments.models.answers import copied
from appointments.models.request_queryset import FOUND_AT_MOST
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")


@pytest.fixture
def clerk(clinic, client):
    user = make_staff()
    client.force_login(user)
    return user


@pytest.fixture
def others(clerk):
    """Requests that no search below may find."""
    make_request(full_name="Other Person", phone="303-555-0199", email="other@elsewhere.example")
    make_request(full_name="Somebody Else", phone="", email="else@elsewhere.example")


def found(client, typed: str, **more) -> list[str]:
    """Names in the answer, in its order."""
    response = client.get(INBOX, {"q": typed, **more})
    assert response.status_code == 200
    return [asked.full_name for asked in response.context["cl"].result_list]


def names(typed: str) -> list[str]:
    """Names the index finds."""
    search = search_text.read(typed)
    return sorted(AppointmentRequest.objects.matching(search).values_list("full_name", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        "Sample",
        "sAMPL",
        "pat sam",
        "sample PAT",
        "pat@patient",
        "PATIENT.EXAMPLE",
        "720",
        "0080",
        "507-00",
        "(720) 507",
        "720.507.0080",
        "+1 720 507 0080",
        "720-507-0080 ext. 5",
        "Pat 0080",
    ],
)
def test_i11_finds_by_any_part_of_name_email_and_phone(others, client, typed):
    make_request()
    assert found(client, typed) == ["Pat Sample"]


@pytest.mark.parametrize("write", ["{0}{1}", "{0}-{1}", "{0} {1}", " {0} - {1} ", "{0}–{1}", "{0}", "{0}-"])
def test_i11_finds_a_reference_however_it_is_written(others, client, write):
    asked = make_request()
    typed = write.format(asked.reference[:4], asked.reference[4:])
    assert found(client, typed.lower()) == found(client, typed) == ["Pat Sample"]


@pytest.mark.parametrize("typed", ["jose nunez", "José Núñez", "JOSÉ", "nÚñ"])
def test_i11_finds_names_with_and_without_their_accents(others, client, typed):
    make_request(full_name="José Núñez")
    assert found(client, typed) == ["José Núñez"]


@pytest.mark.parametrize("typed", ["Li", "wu li", "Wu"])
def test_i11_finds_short_names_where_they_stand_alone(others, client, typed):
    make_request(full_name="Wu Li")
    make_request(full_name="Wulia Lindt")
    assert found(client, typed) == ["Wu Li"]


def test_i11_finds_whom_somebody_else_asked_for(others, client):
    make_request(patient_name="Kim Bishop", patient_relation="parent")
    assert found(client, "bishop") == ["Pat Sample"]


@pytest.mark.parametrize("typed", ["Renamed", "303 555 0177", "0080", "Sample"])
def test_i11_finds_by_what_the_patient_changed_and_by_what_was_sent(others, client, typed):
    asked = make_request()
    changed = copied(asked) | {"full_name": "Renamed Sample", "phone": "+13035550177"}
    asked.change_answers(ChangedAnswers(**changed))
    assert found(client, typed) == ["Pat Sample"]


def test_i11_finds_in_all_requests_unless_a_view_is_chosen(clerk, client):
    make_request().move_to("booked", clerk)
    assert found(client, "Sample") == ["Pat Sample"]
    assert found(client, "Sample", view="needs") == []


def test_i11_shows_whose_turn_it_is_first(clerk, client, clock):
    make_request(full_name="Pat Booked").move_to("booked", clerk)
    make_request(full_name="Pat First")
    clock.shift(3600)
    make_request(full_name="Pat Second")
    make_request(full_name="Pat Spam").move_to("spam", clerk)
    assert found(client, "pat") == ["Pat First", "Pat Second", "Pat Spam", "Pat Booked"]


@pytest.mark.parametrize("typed", ["%", "_", "%%%", "___", "' --", '"', "*", "(", "@", "-", "ab%", "é", "12", "+1"])
def test_i11_what_cannot_be_looked_for_is_refused_or_finds_nothing(clerk, client, typed):
    make_request()
    assert found(client, typed) == []


@pytest.mark.parametrize("typed", ["%", "'", "12", "—"])
def test_i11_a_search_for_too_little_says_what_to_type(clerk, client, typed):
    make_request()
    text = client.get(INBOX, {"q": typed}).content.decode()
    assert "Search for a name, an email, a reference, or three digits of a phone in a row." in text


def test_i11_a_search_for_too_much_says_so(clerk, client):
    make_request()
    response = client.get(INBOX, {"q": "a" * 5000})
    assert "Search for 100 characters or fewer." in response.content.decode()
    assert list(response.context["cl"].result_list) == []


def test_i11_a_search_with_a_null_byte_is_refused_in_words(clerk, client):
    assert "Null characters are not allowed." in client.get(INBOX, {"q": "Pat\0Sample"}).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        'sample" OR "other',
        "sample OR other",
        "sample NOT pat",
        "sam*",
        "NEAR(pat sample)",
        "search_text:pat",
        "p_t",
        "s%le",
    ],
)
def test_i11_operators_of_a_search_language_are_plain_text(others, client, typed):
    make_request()
    assert found(client, typed) == []


def test_i11_a_name_with_signs_is_found_by_them(clerk, client):
    make_request(full_name='100% O\'Brien "Bo" Smith-Jones_x')
    for typed in ["100%", "o'brien", '"bo"', "smith-jones_x"]:
        assert len(found(client, typed)) == 1, typed


class TestI11TheIndexKnowsEveryChange:
    def test_by_every_way_of_writing(self, clerk):
        asked = make_request()
        AppointmentRequest.objects.filter(pk=asked.pk).update(full_name="Renamed Once")
        assert (names("sample"), names("renamed")) == ([], ["Renamed Once"])
        asked.refresh_from_db()
        asked.full_name = "Saved Again"
        asked.save(update_fields=["full_name"])
        assert (names("renamed"), names("saved")) == ([], ["Saved Again"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE appointments_appointmentrequest SET email = 'written@by.example'")
        assert (names("patient.example"), names("written@by")) == ([], ["Saved Again"])

    def test_what_is_erased_or_deleted_is_not_found(self, clerk):
        make_request()
        AppointmentRequest.objects.update(full_name="-", email="", note="")
        search_index.purge(connection)
        assert (names("sample"), names("pat@"), names("5070080")) == ([], [], ["-"])
        AppointmentRequest.objects.all().delete()
        assert names("5070080") == []

    def test_rows_written_by_the_thousand_are_found(self, clerk):
        asked = make_request()
        asked.pk, asked.idempotency_key, asked.link_hash, asked.reference = None, "k", "h", "ABCD2345"
        asked.full_name = "Bulk Row"
        AppointmentRequest.objects.bulk_create([asked])
        assert names("bulk row") == names("abcd-2345") == ["Bulk Row"]

    def test_the_index_fits_the_rows(self, clerk):
        make_request()
        make_request(full_name="Deleted").delete()
        AppointmentRequest.objects.update(full_name="Renamed")
        if connection.vendor == "sqlite":  # its second table; raises what does not fit
            with connection.cursor() as cursor:
                for index in search_index.INDEXES.values():
                    cursor.execute(f"INSERT INTO {index}({index}) VALUES ('integrity-check')")
        assert names("5070080") == ["Renamed"]

    def test_migrate_makes_it_whole_after_its_triggers_were_lost(self, clerk):
        index = search_index.INDEXES["appointments_appointmentrequest"]
        lost = [f"TRIGGER {index}_{verb}" for verb in ("insert", "update", "delete")]
        with connection.cursor() as cursor:
            for name in lost if connection.vendor == "sqlite" else [f"INDEX {index}"]:
                cursor.execute(f"DROP {name}")
        make_request()
        connection.check_constraints()  # a transaction of its own would have ended here
        call_command("migrate", verbosity=0)
        assert names("sample") == ["Pat Sample"]
        assert search_index.put_up(connection) == ""


def test_i11_very_many_are_found_in_part(clerk, client, monkeypatch):
    monkeypatch.setattr("appointments.models.request_queryset.FOUND_AT_MOST", 2)
    for number in range(3):
        make_request(full_name=f"Pat {number}")
    assert len(found(client, "pat")) == 2
    assert FOUND_AT_MOST == 201
