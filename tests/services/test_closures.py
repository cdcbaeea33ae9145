"""Public holidays fill an editable table of closures."""

import datetime

import pytest

from services import facts
from services.closures import prefill
from services.models import Closure, Location
from tests.builders import make_staff

pytestmark = pytest.mark.django_db

FEDERAL_2027 = {
    "2027-01-01": "New Year's Day",
    "2027-01-18": "Martin Luther King Jr. Day",
    "2027-02-15": "Washington's Birthday",
    "2027-05-31": "Memorial Day",
    "2027-06-18": "Juneteenth National Independence Day (observed)",
    "2027-06-19": "Juneteenth National Independence Day",
    "2027-07-04": "Independence Day",
    "2027-07-05": "Independence Day (observed)",
    "2027-09-06": "Labor Day",
    "2027-10-11": "Columbus Day",
    "2027-11-11": "Veterans Day",
    "2027-11-25": "Thanksgiving Day",
    "2027-12-24": "Christmas Day (observed)",
    "2027-12-25": "Christmas Day",
    "2027-12-31": "New Year's Day (observed)",
}


@pytest.fixture
def denver(clinic):
    """A location without any closure."""
    return Location.objects.get(slug="denver")


def dates(location) -> dict[str, str]:
    """What is listed, by date."""
    return {str(closure.date): closure.name for closure in location.closures.all()}


def test_federal_holidays_and_their_observed_days_are_closed(denver):
    assert prefill(denver, [2027]) == len(FEDERAL_2027)
    assert dates(denver) == FEDERAL_2027
    assert not denver.closures.exclude(opens=None, closes=None).exists()


def test_several_years_are_filled_at_once(denver):
    prefill(denver, range(2027, 2029))
    assert {closure.date.year for closure in denver.closures.all()} == {2027, 2028}


def test_filling_twice_adds_nothing(denver):
    prefill(denver, [2027])
    assert prefill(denver, [2027]) == 0
    assert denver.closures.count() == len(FEDERAL_2027)


def test_what_staff_wrote_stays(denver):
    thanksgiving = datetime.date(2027, 11, 25)
    morning = {"opens": datetime.time(8), "closes": datetime.time(11)}
    Closure.objects.create(location=denver, date=thanksgiving, name="Half a day", **morning)
    prefill(denver, [2027])
    kept = Closure.objects.get(location=denver, date=thanksgiving)
    assert (kept.name, kept.opens, kept.closes) == ("Half a day", datetime.time(8), datetime.time(11))


def test_other_locations_are_left_alone(denver):
    prefill(denver, [2027])
    assert not Closure.objects.exclude(location=denver).exists()


def test_a_location_is_closed_on_a_holiday(denver, clock):
    prefill(denver, [2026])
    clock.move_to(datetime.datetime(2026, 5, 25, 16, tzinfo=datetime.UTC))  # Memorial Day, 10 am in Denver
    facts.forget()
    assert facts.current().location("denver").state_text == "Closed. Opens tomorrow, 8:00 am (Denver time)"


def test_staff_fill_this_year_and_the_next_from_the_list_of_locations(denver, client):
    client.force_login(make_staff("manager", "Manager"))
    data = {"action": "add_public_holidays", "_selected_action": [denver.pk]}
    response = client.post("/admin/services/location/", data, follow=True)
    assert {closure.date.year for closure in denver.closures.all()} == {2026, 2027}
    assert f"{denver.closures.count()} closures added." in response.content.decode()


def test_who_may_not_change_locations_fills_nothing(denver, client):
    client.force_login(make_staff("editor", "Editor"))
    client.post("/admin/services/location/", {"action": "add_public_holidays", "_selected_action": [denver.pk]})
    assert not Closure.objects.exists()
