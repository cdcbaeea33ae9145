"""The inbox at work: views with their numbers, filters, verbs on many rows, a kept view, news (I1, I11)."""

import pytest
from django.urls import reverse

from appointments import capped, inbox_views
from appointments.models import AppointmentRequest, AuditEntry, KeptView, LocationAccess
from appointments.models.answers import copied
from services.models import Location
from tests.builders import make_request, make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")
NEWS = reverse("admin:appointments_appointmentrequest_news")
KEEP = reverse("admin:appointments_appointmentrequest_keep")


@pytest.fixture
def clerk(clinic, client):
    user = make_staff()
    client.force_login(user)
    return user


def shown(client, **query) -> list[str]:
    """Names of the list, in its order."""
    return [asked.full_name for asked in client.get(INBOX, query).context["cl"].result_list]


def page(client, **query) -> str:
    """The list as one line of text."""
    return " ".join(client.get(INBOX, query).content.decode().split())


def do(client, action: str, *rows: AppointmentRequest, follow=True, **more) -> str:
    """Post a verb on many rows, as the page does; what the page then says."""
    seen = [f"{asked.pk}-{asked.status}" for asked in rows]
    data = {"action": action, "index": "0", "_selected_action": [asked.pk for asked in rows], "seen": seen, **more}
    return " ".join(client.post(f"{INBOX}?view=all", data, follow=follow).content.decode().split())


def statuses() -> list[str]:
    return list(AppointmentRequest.objects.order_by("pk").values_list("status", flat=True))


class TestI1Views:
    def test_i1_each_view_has_its_number(self, clerk, client):
        make_request().claim(clerk)
        make_request().move_to("offered", clerk)
        make_request().move_to("spam", clerk)
        make_request().move_to("booked", clerk)
        make_request()
        tabs = {tab["view"]: str(tab["count"]) for tab in client.get(INBOX).context["cl"].tabs}
        assert tabs == {"needs": "2", "mine": "1", "waiting": "1", "spam": "1", "all": "5"}

    def test_i1_numbers_are_those_of_ones_own_locations(self, clerk, client):
        make_request(location="north-miami")
        counts = inbox_views.counts(clerk)
        assert {name: str(count) for name, count in counts.items()} == dict.fromkeys(
            [*inbox_views.View, "overdue"], "0"
        )

    def test_i1_due_first_means_the_next_step_not_the_promise(self, clerk, client, clock):
        first = make_request(full_name="First")
        make_request(full_name="Second")
        AppointmentRequest.objects.filter(pk=first.pk).update(due_at="2026-05-14T16:00Z")
        assert shown(client) == ["Second", "First"]
        AppointmentRequest.objects.filter(pk=first.pk).update(due_at=None)
        assert shown(client) == ["First", "Second"]

    def test_i1_what_was_received_last_is_on_top_of_all_and_of_spam(self, clerk, client, clock):
        for name in ("Older", "Newer"):
            make_request(full_name=name).move_to("spam", clerk)
            clock.shift(60)
        assert shown(client, view="all") == shown(client, view="spam") == ["Newer", "Older"]

    def test_i1_mine_is_what_i_own_and_have_not_closed(self, clerk, client):
        make_request(full_name="Closed").claim(clerk)
        AppointmentRequest.objects.get().move_to("booked", clerk)
        make_request(full_name="Open").claim(clerk)
        make_request(full_name="Theirs").claim(make_staff("colleague"))
        assert shown(client, view="mine") == ["Open"]

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(0, "Tuesday, May 12, 3:00 pm"), (4.5 * 3600, "Due soon: Tuesday, May 12"), (6 * 3600, "Overdue: Tuesday")],
    )
    def test_i1_a_row_says_when_in_words_and_colour(self, clerk, client, clock, seconds, words):
        make_request()
        clock.shift(seconds)
        text = page(client)
        assert words in text
        assert ("is-overdue" in text, "is-soon" in text) == ("Overdue" in words, "Due soon" in words)

    def test_i1_a_row_says_who_owns_it_and_how_often_it_was_tried(self, clerk, client):
        make_request(full_name="Mine").claim(clerk)
        make_request(full_name="Theirs").claim(make_staff("colleague"))
        make_request(full_name="Nobody's")
        AppointmentRequest.objects.update(attempts=2)
        text = page(client)
        shown = ["<strong>You</strong>", ">colleague<", ">nobody", "2 tries"]
        assert [words for words in shown if words not in text] == []

    def test_i1_an_empty_inbox_says_so(self, clerk, client):
        assert "Nothing needs action." in page(client)

    def test_i1_counting_stops_at_a_thousand(self, clerk, client, monkeypatch):
        monkeypatch.setattr(capped, "CAP", 2)
        for number in range(3):
            make_request(full_name=f"Pat {number}")
        assert "<strong>2+</strong>" in page(client)
        assert len(shown(client)) == 3

    @pytest.mark.parametrize("p", ["0", "99", "x", "-1"])
    def test_i1_a_page_that_is_not_there_is_the_nearest(self, clerk, client, p):
        make_request()
        assert client.get(INBOX, {"p": p}, follow=True).context["cl"].result_count == 1

    @pytest.mark.parametrize(
        "query", [{"o": "1"}, {"o": "x.-9"}, {"view": "%"}, {"location": "x"}, {"status": "'"}, {"age": "x"}]
    )
    def test_i1_an_address_made_up_by_hand_breaks_nothing(self, clerk, client, query):
        make_request()
        assert len(shown(client, **query)) == 1


class TestI11Filters:
    @pytest.fixture
    def rows(self, clinic, client, clock):
        boss = make_staff("boss", "Manager", [])
        make_request(full_name="Old", treatment="")
        clock.shift(40 * 86400)
        make_request(full_name="Miami", location="north-miami")
        clock.shift(3 * 86400)
        make_request(full_name="Tried").move_to("contacting", boss)
        make_request(full_name="Today")
        client.force_login(boss)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"location": "north-miami"}, ["Miami"]),
            ({"status": "contacting"}, ["Tried"]),
            ({"age": "today"}, ["Tried", "Today"]),
            ({"age": "week"}, ["Miami", "Tried", "Today"]),
            ({"age": "older"}, ["Old"]),
            ({"treatment": "-"}, ["Old"]),
            ({"treatment": "dry-needling", "age": "today", "status": "new"}, ["Today"]),
        ],
    )
    def test_i11_filters_narrow_the_view(self, rows, client, query, names):
        if "location" in query:
            query = {"location": Location.objects.get(slug=query["location"]).pk}
        assert sorted(shown(client, **query)) == sorted(names)

    def test_i11_a_treatment_the_patient_changed_is_filtered_by_as_it_is_now(self, clerk, client):
        asked = make_request(treatment="dry-needling")
        asked.change_answers(AppointmentRequest(**copied(asked) | {"treatment": ""}))
        assert shown(client, treatment="-") == ["Pat Sample"]
        assert shown(client, treatment="dry-needling") == []

    def test_i11_filters_are_fields_that_keep_what_was_chosen(self, rows, client):
        text = page(client, status="contacting")
        assert '<option value="contacting" selected>Contacting</option>' in text
        assert "Clear search and filters" in text

    def test_i11_who_works_for_one_location_needs_no_filter_by_it(self, clerk, client):
        assert "filter-location" not in page(client)
        LocationAccess.objects.create(user=clerk, location=Location.objects.get(slug="north-miami"))
        assert "filter-location" in page(client)

    def test_i11_two_of_several_locations_are_one_list(self, rows, client):
        client.force_login(make_staff("both", locations=["denver", "north-miami"]))
        assert shown(client)[:2] == ["Old", "Miami"]


class TestI11VerbsOnMany:
    def test_i11_claims_those_that_are_nobodys(self, clerk, client):
        rows = [make_request(), make_request(), make_request()]
        rows[0].claim(make_staff("colleague"))
        text = do(client, "claim", *rows)
        assert "Done with 2 requests." in text
        assert "1 request was left as it is" in text
        assert [asked.owner.username for asked in AppointmentRequest.objects.order_by("pk")] == [
            "colleague",
            "clerk",
            "clerk",
        ]

    def test_i11_closes_with_the_reason_in_each_timeline(self, clerk, client):
        rows = [make_request(), make_request()]
        assert "Done with 2 requests." in do(client, "close", *rows, reason="Moved away")
        assert statuses() == ["declined", "declined"]
        assert [asked.events.last().text for asked in rows] == ["Moved away"] * 2

    def test_i11_spam_and_not_spam(self, clerk, client):
        asked = make_request()
        do(client, "spam", asked)
        assert statuses() == ["spam"]
        asked.refresh_from_db()
        do(client, "not_spam", asked)
        assert statuses() == ["new"]

    @pytest.mark.parametrize("status", ["declined", "booked", "withdrawn"])
    def test_i11_not_spam_is_for_spam_alone(self, clerk, client, status):
        asked = make_request()
        asked.move_to(status, clerk)
        assert "1 request was left as it is" in do(client, "not_spam", asked)
        assert statuses() == [status]

    def test_i11_moves_that_are_not_legal_are_refused_in_words_and_kept(self, clerk, client):
        booked, new = make_request(), make_request()
        booked.move_to("booked", clerk)
        text = do(client, "close", booked, new)
        assert "Done with 1 request." in text
        assert "1 request was left as it is" in text
        assert statuses() == ["booked", "declined"]
        refused = AuditEntry.objects.get(kind=AuditEntry.Kind.DENIED)
        assert [one.reference for one in refused.about.all()] == [booked.reference]

    def test_i11_a_row_that_has_moved_on_is_left_alone(self, clerk, client):
        asked = make_request()
        AppointmentRequest.objects.get().move_to("contacting", clerk)
        assert "has moved on since this page was made" in do(client, "close", asked)
        assert statuses() == ["contacting"]

    def test_i11_rows_of_another_location_are_left_alone_and_the_try_is_kept(self, clerk, client):
        elsewhere = make_request(location="north-miami")
        assert "1 request was left as it is" in do(client, "close", elsewhere)
        assert statuses() == ["new"]
        refused = AuditEntry.objects.get(kind=AuditEntry.Kind.DENIED)
        assert (refused.actor_name, refused.detail) == ("clerk", "declined")

    @pytest.mark.parametrize("typed", ["x", "-1", "1 OR 1=1", "9" * 40, "٣", ""])
    def test_i11_what_is_no_number_of_a_row_changes_nothing(self, clerk, client, typed):
        make_request()
        data = {"action": "close", "index": "0", "_selected_action": [typed]}
        assert client.post(INBOX, data).status_code == 302
        assert statuses() == ["new"]

    def test_i11_never_takes_what_the_page_does_not_show(self, clerk, client):
        rows = [make_request(), make_request()]
        do(client, "close", rows[0], select_across="1")
        assert statuses() == ["declined", "new"]

    @pytest.mark.parametrize("action", ["", "delete_selected", "nonsense"])
    def test_i11_there_are_no_other_verbs(self, clerk, client, action):
        do(client, action, make_request())
        assert statuses() == ["new"]

    def test_i11_an_auditor_has_no_verbs(self, clinic, client):
        asked = make_request()
        client.force_login(make_staff("auditor", "Auditor", []))
        assert "With the chosen" not in page(client)
        do(client, "close", asked, follow=False)
        assert statuses() == ["new"]


class TestI11TheKeptView:
    def test_i11_the_inbox_opens_on_the_view_that_was_kept(self, clerk, client):
        make_request(full_name="Mine").claim(clerk)
        make_request(full_name="Nobody's")
        client.post(KEEP, {"query": "view=mine&status=new&q=secret&p=3"})
        assert KeptView.objects.get().query == "view=mine&status=new"
        response = client.get(INBOX, follow=True)
        assert response.redirect_chain == [(f"{INBOX}?view=mine&status=new", 302)]
        assert [asked.full_name for asked in response.context["cl"].result_list] == ["Mine"]

    def test_i11_on_another_machine_too(self, clerk, client, django_user_model):
        client.post(KEEP, {"query": "view=spam"})
        client.logout()
        client.force_login(clerk)
        assert client.get(INBOX).url == f"{INBOX}?view=spam"

    def test_i11_another_account_is_not_asked(self, clerk, client):
        client.post(KEEP, {"query": "view=spam"})
        client.force_login(make_staff("colleague"))
        assert client.get(INBOX).status_code == 200

    def test_i11_the_first_view_again(self, clerk, client):
        client.post(KEEP, {"query": "view=spam"})
        client.post(KEEP, {"query": "view=needs"})
        assert not KeptView.objects.exists()
        assert client.get(INBOX).status_code == 200

    @pytest.mark.parametrize(
        "query", ["q=Pat+Sample", "view=//evil.example", "location=1'", "treatment=Pat Sample", "a" * 5000]
    )
    def test_i11_what_somebody_typed_is_never_kept(self, clerk, client, query):
        client.post(KEEP, {"query": query})
        assert not KeptView.objects.exists()

    def test_i11_who_has_no_inbox_keeps_nothing(self, clinic, client):
        client.force_login(make_staff("writer", "Editor", []))
        assert client.post(KEEP, {"query": "view=spam"}).status_code == 403

    def test_i11_a_get_keeps_nothing(self, clerk, client):
        assert client.get(KEEP, {"query": "view=spam"}).status_code == 405


class TestI1News:
    def ask(self, client, after) -> dict:
        return client.get(NEWS, {"after": after}).json()

    def test_i1_says_how_many_have_come_since(self, clerk, client):
        known = make_request().pk
        assert self.ask(client, known) == {"count": 0, "text": ""}
        make_request()
        assert self.ask(client, known)["text"] == "Show 1 new request"
        make_request()
        make_request(location="north-miami")
        make_request().move_to("spam", clerk)
        assert self.ask(client, known) == {"count": 2, "text": "Show 2 new requests"}

    def test_i1_the_page_asks_from_the_newest_request_on(self, clerk, client):
        newest = make_request(location="north-miami").pk
        assert f'data-news="{NEWS}?after={newest}"' in page(client)

    @pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40, "1;"])
    def test_i1_a_number_that_is_none_is_zero(self, clerk, client, after):
        make_request()
        assert self.ask(client, after)["count"] == 1

    def test_i1_asking_is_no_sign_that_somebody_is_there(self, clerk, client, clock):
        client.get(INBOX)
        for _minute in range(14):
            clock.shift(60)
            assert client.get(NEWS, {"after": "0"}).status_code == 200
        clock.shift(61)
        assert client.get(NEWS, {"after": "0"}).status_code == 302

    def test_i1_who_has_no_inbox_has_no_news(self, clinic, client):
        client.force_login(make_staff("writer", "Editor", []))
        assert client.get(NEWS).status_code == 403
