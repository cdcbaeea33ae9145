"""How the desk does (I14): counts, shares and medians by location and week, as charts and tables, and no names."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from appointments import numbers
from appointments.charts import HEIGHT, chart
from appointments.models import AppointmentRequest, Message
from appointments.staff_front_page import duration
from services.models import Location, Page
from tests.builders import make_request, make_staff
from tests.conftest import NOW
from tests.markup import Document

pytestmark = pytest.mark.django_db

FRONT_PAGE = reverse("admin:index")
TODAY = datetime.date(2026, 5, 12)  # a Tuesday
MONDAY = datetime.date(2026, 5, 11)


def received(at: datetime.datetime, **fields) -> AppointmentRequest:
    """A request that was received then."""
    asked = make_request(location=fields.pop("location", "denver"))
    AppointmentRequest.objects.filter(pk=asked.pk).update(created_at=at, **fields)
    return AppointmentRequest.objects.get(pk=asked.pk)


def week_of(slug="denver", monday=MONDAY) -> numbers.Week:
    found = numbers.by_week(AppointmentRequest.objects.all(), TODAY)
    weeks = found.get(Location.objects.get(slug=slug).pk, [])
    return next(week for week in weeks if week.monday == monday)


@pytest.fixture
def clerk(clinic, client):
    user = make_staff()
    client.force_login(user)
    return user


class TestI14FirstContact:
    def test_i14_the_first_try_counts_opening_time_only(self, clerk, clock):
        asked = make_request()  # Tuesday, 10:00; closed from 12 to 13 and from 18 to 8
        clock.shift(23 * 3600)  # Wednesday, 9:00
        asked.record_attempt("no_answer", clerk, NOW + datetime.timedelta(days=2))
        assert asked.first_contact_minutes == (2 + 5 + 1) * 60

    def test_i14_later_tries_and_later_hours_do_not_move_it(self, clerk, clock):
        asked = make_request()
        clock.shift(1800)
        asked.record_attempt("no_answer", clerk, NOW + datetime.timedelta(days=1))
        first = asked.first_contact_at
        clock.shift(86400)
        asked.location.opening_hours.all().delete()
        AppointmentRequest.objects.get(pk=asked.pk).record_attempt("spoke", clerk, NOW + datetime.timedelta(days=3))
        asked.refresh_from_db()
        assert (asked.first_contact_at, asked.first_contact_minutes) == (first, 30)

    @pytest.mark.parametrize(("status", "counts"), [("contacting", True), ("booked", True), ("declined", False)])
    def test_i14_a_move_that_means_contact_counts_as_one(self, clerk, clock, status, counts):
        asked = make_request()
        clock.shift(600)
        asked.move_to(status, clerk)
        asked.refresh_from_db()
        assert (asked.first_contact_minutes == 10) is counts

    def test_i14_a_page_that_was_open_while_a_colleague_called_keeps_the_first_contact(self, clerk, clock):
        asked = make_request()
        stale = AppointmentRequest.objects.get(pk=asked.pk)
        asked.move_to("contacting", clerk)
        clock.shift(3600)
        stale.move_to("offered", clerk)
        stale.refresh_from_db()
        assert stale.first_contact_at == NOW


class TestI14Weeks:
    def test_i14_share_counts_contact_by_the_promise_and_misses(self, clinic):
        promise, hour = NOW, datetime.timedelta(hours=1)
        received(NOW - 5 * hour, promised_at=promise, first_contact_at=promise)
        received(NOW - 5 * hour, promised_at=promise, first_contact_at=promise - hour)
        received(NOW - 5 * hour, promised_at=promise - 2 * hour, first_contact_at=promise)
        received(NOW - 5 * hour, promised_at=promise - hour)
        received(NOW - hour, promised_at=promise + hour)  # still time
        received(NOW - hour, promised_at=None)
        week = week_of()
        assert (week.requests, week.judged, week.kept, week.share) == (6, 4, 2, 50)

    def test_i14_spam_duplicates_and_what_was_taken_back_do_not_count(self, clinic):
        for status in ("spam", "duplicate", "withdrawn"):
            received(NOW, status=status, closed_at=NOW, due_at=None)
        received(NOW)
        assert week_of().requests == 1
        assert sum(count for _day, count in numbers.by_day(AppointmentRequest.objects.all(), TODAY)) == 1

    def test_i14_one_miss_in_a_thousand_is_not_a_hundred_percent(self):
        assert numbers.Week(MONDAY, judged=1000, kept=999).share == 99

    @pytest.mark.parametrize(
        ("counted", "middle"),
        [({}, None), ({7: 1}, 7), ({1: 1, 9: 1}, 1), ({1: 1, 5: 1, 9: 1}, 5), ({1: 9, 500: 2}, 1)],
    )
    def test_i14_the_median_of_counted_minutes(self, counted, middle):
        assert numbers.median(counted) == middle

    def test_i14_a_week_begins_at_the_clinics_midnight_of_monday(self, clinic):
        midnight = datetime.datetime(2026, 5, 11, 6, tzinfo=datetime.UTC)  # in Denver
        received(midnight)
        received(midnight - datetime.timedelta(seconds=1))
        assert (week_of().requests, week_of(monday=datetime.date(2026, 5, 4)).requests) == (1, 1)

    def test_i14_by_location(self, clinic):
        received(NOW, first_contact_at=NOW, first_contact_minutes=12)
        received(NOW, location="north-miami", first_contact_at=NOW, first_contact_minutes=240)
        assert (week_of().median, week_of("north-miami").median) == (12, 240)

    def test_i14_days_are_those_of_the_clinic_and_thirty(self, clinic):
        received(NOW)
        received(NOW - datetime.timedelta(days=29))
        received(NOW - datetime.timedelta(days=30))
        days = numbers.by_day(AppointmentRequest.objects.all(), TODAY)
        assert (len(days), days[0], days[-1]) == (30, (datetime.date(2026, 4, 13), 1), (TODAY, 1))
        assert sum(count for _day, count in days) == 2


class TestI14TheFirstPage:
    def test_i14_four_figures(self, clerk, client, clock):
        make_request()
        make_request()
        clock.shift(6 * 3600)
        Message.objects.filter(kind="receipt").update(status="failed")
        text = " ".join(client.get(FRONT_PAGE).content.decode().split())
        for figure in ("<strong>2</strong> need action", "<strong>2</strong> overdue", "<strong>4</strong> mails not"):
            assert figure in text
        assert "due for review" not in text

    def test_i14_an_editor_sees_what_is_due_for_review_and_no_requests(self, clinic, client):
        Page.objects.update(next_review_on=TODAY - datetime.timedelta(days=1))
        client.force_login(make_staff("editor", "Editor"))
        text = " ".join(client.get(FRONT_PAGE).content.decode().split())
        assert "<strong>1</strong> pages due for review" in text
        for other in ("need action", "Due first", "Requests per day"):
            assert other not in text

    def test_i14_the_five_that_are_due_first(self, clerk, client):
        made = [make_request() for _ in range(7)]
        for number, asked in enumerate(made):
            AppointmentRequest.objects.filter(pk=asked.pk).update(due_at=NOW + datetime.timedelta(hours=7 - number))
        response = client.get(FRONT_PAGE)
        assert [each.pk for each in response.context["oldest"]] == [asked.pk for asked in reversed(made)][:5]

    def test_i14_names_nobody(self, clerk, client):
        asked = make_request(full_name="Zephyrine Quillfeather", email="zephyrine@patient.example")
        asked.move_to("contacting", clerk)
        text = client.get(FRONT_PAGE).content.decode()
        for word in ("Zephyrine", "zephyrine", asked.phone, asked.display_phone):
            assert word not in text

    def test_i14_every_chart_has_a_name_a_description_and_the_same_figures_beside_it(self, clerk, client):
        for slug in ("denver", "denver", "denver"):
            received(NOW, location=slug, promised_at=NOW, first_contact_at=NOW, first_contact_minutes=65)
        page = Document(client.get(FRONT_PAGE))
        text = client.get(FRONT_PAGE).content.decode()
        charts = page.all("svg", role="img")
        assert len(charts) == 3
        ids = {each.attrs.get("id") for tag in ("title", "desc") for each in page.all(tag)}
        for each in charts:
            assert set(each.attrs["aria-labelledby"].split()) <= ids
        assert "<td>100 %</td><td>1 h 5 min</td>" in text
        assert '<th scope="row">Tue, May 12</th><td>3</td>' in text

    def test_i14_shows_a_clerk_their_own_location_only(self, clerk, client):
        received(NOW, location="north-miami")
        charts = client.get(FRONT_PAGE).context["charts"]
        assert (charts["total"], charts["places"]) == (0, [])

    def test_i14_asks_as_few_questions_for_many_requests_as_for_one(
        self, clerk, client, django_assert_max_num_queries
    ):
        client.get(FRONT_PAGE)
        for _ in range(10):
            make_request()
        with django_assert_max_num_queries(18):
            client.get(FRONT_PAGE)

    def test_i14_works_on_a_site_without_anything(self, client, db, clock):
        client.force_login(get_user_model().objects.create_superuser("admin"))
        assert client.get(FRONT_PAGE).status_code == 200


class TestI14Geometry:
    def test_i14_the_highest_bar_is_as_high_as_the_chart_and_stands_on_its_base(self):
        low, high = chart([1, 4], 100).bars
        assert (low.height, low.y, high.height, high.y) == (HEIGHT / 4, HEIGHT * 3 / 4, HEIGHT, 0)
        assert (low.x, low.width, high.x) == (5, 40, 55)

    def test_i14_nothing_and_no_value_have_no_bar(self):
        assert [bar.height for bar in chart([0, None], 100).bars] == [0, 0]
        assert chart([], 100).bars == ()

    def test_i14_percents_are_drawn_against_a_hundred(self):
        assert chart([50], 10, top=100).bars[0].height == HEIGHT / 2

    @pytest.mark.parametrize(
        ("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h 0 min"), (125, "2 h 5 min")]
    )
    def test_i14_durations_in_words(self, minutes, words):
        assert duration(minutes) == words
