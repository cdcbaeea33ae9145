"""How times are written, for people in the zone of the location."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from services import moments
from services.hours import Range

DENVER = ZoneInfo("America/Denver")
NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        pytest.param("2024-05-14T18:00+00:00", DENVER, "Tuesday, May 14, 12:00 pm (Denver time)", id="noon"),
        pytest.param("2024-05-14T18:00+00:00", NEW_YORK, "Tuesday, May 14, 2:00 pm (New York time)", id="other zone"),
        pytest.param(
            "2026-05-13T05:59+00:00", DENVER, "Tuesday, May 12, 11:59 pm (Denver time)", id="day before in UTC"
        ),
        pytest.param("2026-05-12T00:00-06:00", DENVER, "Tuesday, May 12, 12:00 am (Denver time)", id="midnight"),
        pytest.param("2026-01-05T08:05-07:00", DENVER, "Monday, January 5, 8:05 am (Denver time)", id="winter"),
        pytest.param(
            "2026-11-01T01:30-06:00", DENVER, "Sunday, November 1, 1:30 am MDT (Denver time)", id="first 1:30"
        ),
        pytest.param(
            "2026-11-01T01:30-07:00", DENVER, "Sunday, November 1, 1:30 am MST (Denver time)", id="second 1:30"
        ),
        pytest.param("2026-05-12T09:00-03:00", SAO_PAULO, "Tuesday, May 12, 9:00 am (Sao Paulo time)", id="blank"),
        pytest.param(
            "2026-05-12T09:00-03:00", ZoneInfo("Etc/GMT+3"), "Tuesday, May 12, 9:00 am UTC-03:00", id="no place"
        ),
        pytest.param(
            "2026-05-12T12:00+05:45",
            ZoneInfo("Asia/Kathmandu"),
            "Tuesday, May 12, 12:00 pm (Kathmandu time)",
            id="quarter hours",
        ),
        pytest.param("2026-05-12T09:00+00:00", ZoneInfo("UTC"), "Tuesday, May 12, 9:00 am UTC", id="UTC"),
    ],
)
def test_moment(at, zone, expected):
    assert moments.moment(datetime.fromisoformat(at), zone) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 4), "Monday, January 4, 8:00 am (Denver time)"),
        (date(2026, 12, 31), "Monday, January 4, 2027, 8:00 am (Denver time)"),
        (date(2028, 1, 1), "Monday, January 4, 2027, 8:00 am (Denver time)"),
    ],
)
def test_moment_in_another_year_names_it(today, expected):
    assert moments.moment(datetime.fromisoformat("2027-01-04T15:00+00:00"), DENVER, today=today) == expected


def test_year_is_that_of_the_zone():
    at = datetime.fromisoformat("2027-01-01T06:00+00:00")
    assert moments.moment(at, DENVER, today=date(2026, 12, 31)) == "Thursday, December 31, 11:00 pm (Denver time)"


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 12), "8:00 am (Denver time)"),
        (date(2026, 5, 11), "tomorrow, 8:00 am (Denver time)"),
        (date(2026, 5, 10), "Tuesday, May 12, 8:00 am (Denver time)"),
        (date(2026, 5, 13), "Tuesday, May 12, 8:00 am (Denver time)"),
        (date(2025, 12, 31), "Tuesday, May 12, 2026, 8:00 am (Denver time)"),
    ],
)
def test_near(today, expected):
    assert moments.near(datetime.fromisoformat("2026-05-12T14:00+00:00"), DENVER, today) == expected


@pytest.mark.parametrize(
    ("wall", "long", "short"),
    [
        (time(0), "12:00 am", "12 am"),
        (time(0, 30), "12:30 am", "12:30 am"),
        (time(8), "8:00 am", "8 am"),
        (time(8, 30), "8:30 am", "8:30 am"),
        (time(11, 59, 59), "11:59 am", "11:59 am"),
        (time(12), "12:00 pm", "12 pm"),
        (time(13, 5), "1:05 pm", "1:05 pm"),
        (time(23, 59), "11:59 pm", "11:59 pm"),
    ],
    ids=str,
)
def test_clock(wall, long, short):
    assert (moments.clock(wall), moments.clock_short(wall)) == (long, short)


def test_clock_of_an_instant_is_that_of_the_zone():
    at = datetime.fromisoformat("2026-05-12T18:00+00:00")
    assert (moments.clock(at, DENVER), moments.clock_short(at, NEW_YORK)) == ("12:00 pm", "2 pm")
    assert moments.clock_with_zone(at, NEW_YORK) == "2:00 pm (New York time)"


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        pytest.param([("08:00", "12:00"), ("13:00", "18:00")], "8 am – 12 pm, 1 pm – 6 pm", id="split shift"),
        pytest.param([("13:00", "18:00"), ("08:00", "12:00")], "8 am – 12 pm, 1 pm – 6 pm", id="any order"),
        pytest.param([("08:30", "17:15")], "8:30 am – 5:15 pm", id="minutes"),
        pytest.param([("20:00", "04:00")], "8 pm – 4 am", id="past midnight"),
        pytest.param([("00:00", "00:00")], "Open 24 hours", id="24 hours"),
        pytest.param([], "Closed", id="closed"),
    ],
)
def test_hours_line(ranges, expected):
    pairs = [Range(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in ranges]
    assert moments.hours_line(pairs) == expected


def test_day_and_month_are_translated():
    with translation.override("es"):
        text = moments.moment(datetime.fromisoformat("2024-05-14T18:00+00:00"), DENVER)
    assert "martes" in text.lower()
    assert "mayo" in text.lower()


@pytest.mark.parametrize("write", [moments.moment, moments.clock, moments.clock_short, moments.clock_with_zone])
def test_instant_without_time_zone_is_refused(write):
    with pytest.raises(ValueError, match="time zone"):
        write(datetime(2026, 5, 12, 9), DENVER)


def test_instant_is_never_shown_in_the_zone_of_the_server():
    with pytest.raises(ValueError, match="zone to be shown in"):
        moments.clock(datetime.fromisoformat("2026-05-12T18:00+00:00"))
