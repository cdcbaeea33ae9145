"""When a location is open: expected times are written by hand, with their offset."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.hours import (
    OpenState,
    Range,
    Schedule,
    SpecialDay,
    closes_at,
    intervals,
    is_open,
    next_open,
    open_state,
    open_time,
    upcoming_special_days,
    week,
)

DENVER = ZoneInfo("America/Denver")
NEW_YORK = ZoneInfo("America/New_York")
# No time limits: a busy machine is not a failure.
PROPERTY = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def ranges(text):
    """Read "08:00-12:00 13:00-18:00"; "" is none."""
    return tuple(Range(*map(time.fromisoformat, pair.split("-"))) for pair in text.split())


def schedule(*weekdays, zone=DENVER, **special):
    """The hours of Monday, Tuesday and so on; special days as d20260525="08:00-12:00"."""
    exceptions = {date.fromisoformat(day[1:]): SpecialDay("Holiday", ranges(text)) for day, text in special.items()}
    return Schedule(zone, {n: ranges(text) for n, text in enumerate(weekdays)}, exceptions)


def daily(text, **options):
    return schedule(*[text] * 7, **options)


def local(hours, start, count):
    """The first intervals as "start/end" in local time with offset."""
    found = intervals(hours, datetime.fromisoformat(start))
    return [
        "/".join(f"{at.astimezone(hours.zone).isoformat(timespec='minutes')}" for at in (found.start, found.end))
        for found, _ in zip(found, range(count), strict=False)
    ]


SPLIT_DAY = "08:00-12:00 13:00-18:00"
SPLIT = schedule(SPLIT_DAY, SPLIT_DAY, SPLIT_DAY, SPLIT_DAY, "08:00-12:00 13:00-17:00")
NIGHT = daily("20:00-04:00")

INTERVALS = {
    "contains the start": (
        SPLIT,
        "2026-05-12T09:30-06:00",
        ["2026-05-12T08:00-06:00/2026-05-12T12:00-06:00", "2026-05-12T13:00-06:00/2026-05-12T18:00-06:00"],
    ),
    "follows the start": (SPLIT, "2026-05-12T12:30-06:00", ["2026-05-12T13:00-06:00/2026-05-12T18:00-06:00"]),
    "closing instant belongs to the next": (
        SPLIT,
        "2026-05-12T12:00-06:00",
        ["2026-05-12T13:00-06:00/2026-05-12T18:00-06:00"],
    ),
    "skips the weekend": (SPLIT, "2026-05-15T17:00-06:00", ["2026-05-18T08:00-06:00/2026-05-18T12:00-06:00"]),
    "start in another zone": (
        SPLIT,
        "2026-05-13T01:30+02:00",
        ["2026-05-12T13:00-06:00/2026-05-12T18:00-06:00"],
    ),
    "adjacent ranges merge": (
        schedule("08:00-12:00 12:00-16:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T08:00-06:00/2026-05-11T16:00-06:00", "2026-05-18T08:00-06:00/2026-05-18T16:00-06:00"],
    ),
    "overlapping ranges merge": (
        schedule("08:00-13:00 12:00-16:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T08:00-06:00/2026-05-11T16:00-06:00"],
    ),
    "contained range merges": (
        schedule("08:00-16:00 09:00-10:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T08:00-06:00/2026-05-11T16:00-06:00"],
    ),
    "ranges in any order": (
        schedule("13:00-18:00 08:00-12:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T08:00-06:00/2026-05-11T12:00-06:00", "2026-05-11T13:00-06:00/2026-05-11T18:00-06:00"],
    ),
    "past midnight": (NIGHT, "2026-05-12T01:00-06:00", ["2026-05-11T20:00-06:00/2026-05-12T04:00-06:00"]),
    "until midnight": (
        schedule("18:00-00:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T18:00-06:00/2026-05-12T00:00-06:00"],
    ),
    "past midnight into the next day's hours": (
        schedule("20:00-04:00", "03:00-09:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T20:00-06:00/2026-05-12T09:00-06:00"],
    ),
    "sunday night runs into monday": (
        schedule("", "", "", "", "", "", "22:00-06:00"),
        "2026-05-18T02:00-06:00",
        ["2026-05-17T22:00-06:00/2026-05-18T06:00-06:00"],
    ),
    "24 hours from eight": (
        schedule("08:00-08:00"),
        "2026-05-11T07:00-06:00",
        ["2026-05-11T08:00-06:00/2026-05-12T08:00-06:00"],
    ),
    "two days of 24 hours merge": (
        schedule("00:00-00:00", "00:00-00:00"),
        "2026-05-12T12:00-06:00",
        ["2026-05-11T00:00-06:00/2026-05-13T00:00-06:00"],
    ),
    "holiday is left out": (
        schedule(SPLIT_DAY, "08:00-12:00", d20260525=""),
        "2026-05-25T09:00-06:00",
        ["2026-05-26T08:00-06:00/2026-05-26T12:00-06:00"],
    ),
    "special day is shorter": (
        schedule(SPLIT_DAY, "08:00-12:00", d20260525="10:00-11:00"),
        "2026-05-25T09:00-06:00",
        ["2026-05-25T10:00-06:00/2026-05-25T11:00-06:00", "2026-05-26T08:00-06:00/2026-05-26T12:00-06:00"],
    ),
    "special day opens a weekend": (
        schedule(SPLIT_DAY, d20260516="10:00-14:00"),
        "2026-05-15T09:00-06:00",
        ["2026-05-16T10:00-06:00/2026-05-16T14:00-06:00"],
    ),
    "closed day cuts the night before at midnight": (
        daily("20:00-04:00", d20260513=""),
        "2026-05-12T21:00-06:00",
        ["2026-05-12T20:00-06:00/2026-05-13T00:00-06:00", "2026-05-14T20:00-06:00/2026-05-15T04:00-06:00"],
    ),
    "special hours leave the night before": (
        daily("20:00-04:00", d20260513="10:00-12:00"),
        "2026-05-12T21:00-06:00",
        ["2026-05-12T20:00-06:00/2026-05-13T04:00-06:00", "2026-05-13T10:00-06:00/2026-05-13T12:00-06:00"],
    ),
    "weekday without hours leaves the night before": (
        schedule("20:00-04:00"),
        "2026-05-11T21:00-06:00",
        ["2026-05-11T20:00-06:00/2026-05-12T04:00-06:00"],
    ),
    "spring night in Denver": (
        NIGHT,
        "2026-03-07T21:00-07:00",
        ["2026-03-07T20:00-07:00/2026-03-08T04:00-06:00"],
    ),
    "autumn night in Denver": (
        NIGHT,
        "2026-10-31T21:00-06:00",
        ["2026-10-31T20:00-06:00/2026-11-01T04:00-07:00"],
    ),
    "spring night in New York": (
        daily("20:00-04:00", zone=NEW_YORK),
        "2026-03-07T21:00-05:00",
        ["2026-03-07T20:00-05:00/2026-03-08T04:00-04:00"],
    ),
    "autumn night in New York": (
        daily("20:00-04:00", zone=NEW_YORK),
        "2026-10-31T21:00-04:00",
        ["2026-10-31T20:00-04:00/2026-11-01T04:00-05:00"],
    ),
    "closing in the spring gap moves forward": (
        daily("22:00-02:30"),
        "2026-03-07T23:00-07:00",
        ["2026-03-07T22:00-07:00/2026-03-08T03:30-06:00"],
    ),
    "opening in the spring gap moves forward": (
        schedule("", "", "", "", "", "", "02:30-06:00"),
        "2026-03-08T00:00-07:00",
        ["2026-03-08T03:30-06:00/2026-03-08T06:00-06:00"],
    ),
    "range inside the gap moves as a whole": (
        schedule("", "", "", "", "", "", "02:00-02:30"),
        "2026-03-08T00:00-07:00",
        ["2026-03-08T03:00-06:00/2026-03-08T03:30-06:00"],
    ),
    "range that the gap swallows is left out": (
        schedule("", "", "", "", "", "", "02:30-03:15"),
        "2026-03-08T00:00-07:00",
        ["2026-03-15T02:30-06:00/2026-03-15T03:15-06:00"],
    ),
    "order after the gap is that of instants": (
        schedule("", "", "", "", "", "", "02:30-04:00 03:00-03:10"),
        "2026-03-08T00:00-07:00",
        ["2026-03-08T03:00-06:00/2026-03-08T03:10-06:00", "2026-03-08T03:30-06:00/2026-03-08T04:00-06:00"],
    ),
    "closing that comes twice is the first": (
        daily("22:00-01:30"),
        "2026-10-31T23:00-06:00",
        ["2026-10-31T22:00-06:00/2026-11-01T01:30-06:00"],
    ),
    "opening that comes twice is the first": (
        schedule("", "", "", "", "", "", "01:30-03:00"),
        "2026-11-01T00:00-06:00",
        ["2026-11-01T01:30-06:00/2026-11-01T03:00-07:00"],
    ),
}


@pytest.mark.parametrize(("hours", "start", "expected"), INTERVALS.values(), ids=INTERVALS)
def test_intervals(hours, start, expected):
    assert local(hours, start, len(expected)) == expected


def test_intervals_are_in_utc():
    first = next(intervals(SPLIT, datetime.fromisoformat("2026-05-12T09:00-06:00")))
    assert (first.start, first.start.tzinfo) == (datetime(2026, 5, 12, 14, tzinfo=UTC), UTC)


def test_intervals_end_after_the_days_asked_for():
    assert len(list(intervals(SPLIT, datetime.fromisoformat("2026-05-11T00:00-06:00"), days=1))) == 4


@pytest.mark.parametrize("nothing", [schedule(), schedule("", ""), schedule(d20260525="")])
def test_empty_schedule_is_closed_for_ever(nothing):
    at = datetime(2026, 5, 12, tzinfo=UTC)
    assert list(intervals(nothing, at)) == []
    assert open_state(nothing, at) == OpenState(False, None, "")


def test_closed_for_more_than_a_year_has_no_next_opening():
    far_away = schedule(d20270601="08:00-12:00")
    assert next_open(far_away, datetime.fromisoformat("2026-05-12T08:00-06:00")) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-05-12T07:59:59-06:00", False, id="before opening"),
        pytest.param("2026-05-12T08:00-06:00", True, id="opening instant"),
        pytest.param("2026-05-12T11:59:59-06:00", True, id="before closing"),
        pytest.param("2026-05-12T12:00-06:00", False, id="closing instant"),
        pytest.param("2026-05-12T15:00+00:00", True, id="in UTC"),
        pytest.param("2026-05-16T10:00-06:00", False, id="saturday"),
    ],
)
def test_is_open(at, expected):
    assert is_open(SPLIT, datetime.fromisoformat(at)) is expected


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        pytest.param(SPLIT, "2026-05-12T09:00-06:00", "2026-05-12T12:00-06:00", id="open"),
        pytest.param(SPLIT, "2026-05-12T12:30-06:00", None, id="closed"),
        pytest.param(NIGHT, "2026-05-12T01:00-06:00", "2026-05-12T04:00-06:00", id="past midnight"),
        pytest.param(daily("00:00-00:00"), "2026-05-12T09:00-06:00", None, id="never closes"),
        pytest.param(daily("00:00-00:00"), "2026-03-07T23:59:59-07:00", None, id="never closes, clocks change"),
        pytest.param(
            daily("00:00-00:00", d20261225=""),
            "2026-05-12T09:00-06:00",
            "2026-12-25T00:00-07:00",
            id="closes at christmas only",
        ),
    ],
)
def test_closes_at(hours, at, expected):
    assert closes_at(hours, datetime.fromisoformat(at)) == (expected and datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-05-12T09:00-06:00", "2026-05-12T09:00-06:00", id="open now"),
        pytest.param("2026-05-12T12:00-06:00", "2026-05-12T13:00-06:00", id="lunch"),
        pytest.param("2026-05-15T17:00-06:00", "2026-05-18T08:00-06:00", id="weekend"),
        pytest.param("2026-03-06T17:00-07:00", "2026-03-09T08:00-06:00", id="weekend of the spring change"),
        pytest.param("2026-10-30T17:00-06:00", "2026-11-02T08:00-07:00", id="weekend of the autumn change"),
    ],
)
def test_next_open(at, expected):
    assert next_open(SPLIT, datetime.fromisoformat(at)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-05-22T09:00-06:00", (True, "2026-05-22T12:00-06:00", ""), id="ordinary day"),
        pytest.param("2026-05-22T18:00-06:00", (False, "2026-05-26T08:00-06:00", ""), id="eve of a holiday"),
        pytest.param("2026-05-25T09:00-06:00", (False, "2026-05-26T08:00-06:00", "Holiday"), id="holiday"),
        pytest.param("2026-05-27T10:30-06:00", (True, "2026-05-27T11:00-06:00", "Holiday"), id="shorter day"),
        pytest.param("2026-05-26T03:00+00:00", (False, "2026-05-26T08:00-06:00", "Holiday"), id="local date"),
    ],
)
def test_open_state(at, expected):
    hours = daily("08:00-12:00", d20260523="", d20260524="", d20260525="", d20260527="10:00-11:00")
    state = open_state(hours, datetime.fromisoformat(at))
    assert (state.is_open, state.until, state.special) == (
        expected[0],
        datetime.fromisoformat(expected[1]),
        expected[2],
    )


def test_two_zones_at_the_same_instant():
    at = datetime.fromisoformat("2026-05-12T12:30+00:00")
    assert is_open(daily("08:00-12:00", zone=NEW_YORK), at)
    assert not is_open(daily("08:00-12:00", zone=DENVER), at)


def test_week_has_seven_days_with_ordered_ranges():
    assert week(schedule("13:00-18:00 08:00-12:00", "09:00-17:00")) == [
        (0, (Range(time(8), time(12)), Range(time(13), time(18)))),
        (1, (Range(time(9), time(17)),)),
        *((weekday, ()) for weekday in range(2, 7)),
    ]


def test_upcoming_special_days_are_ordered_and_limited():
    hours = schedule(d20260711="", d20260703="", d20260512="", d20260511="", d20260712="")
    found = upcoming_special_days(hours, datetime.fromisoformat("2026-05-13T03:00+00:00"))
    assert [day.isoformat() for day, _ in found] == ["2026-05-12", "2026-07-03", "2026-07-11"]


def test_schedule_keeps_its_own_read_only_copy():
    weekly = {0: ranges("08:00-12:00")}
    hours = Schedule(DENVER, weekly)
    weekly.clear()
    assert hours.weekly == {0: ranges("08:00-12:00")}
    with pytest.raises(TypeError):
        hours.weekly[1] = ()


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-05-12T09:00-06:00", "2026-05-12T11:30-06:00", 2.5),  # within a shift
        ("2026-05-12T11:00-06:00", "2026-05-12T14:00-06:00", 2),  # over lunch
        ("2026-05-12T17:00-06:00", "2026-05-13T09:00-06:00", 2),  # over night
        ("2026-05-15T17:00-06:00", "2026-05-18T08:00-06:00", 1),  # over the weekend
        ("2026-05-16T08:00-06:00", "2026-05-17T20:00-06:00", 0),
        ("2026-05-12T11:00-06:00", "2026-05-12T10:00-06:00", 0),  # backwards
        ("2026-05-12T11:00-06:00", "2026-05-12T11:00-06:00", 0),
        ("2026-05-11T00:00-06:00", "2026-05-18T00:00-06:00", 45),  # a week
    ],
)
def test_open_time_between_two_moments(start, end, hours):
    office = schedule(*["08:00-12:00 13:00-18:00"] * 5)
    found = open_time(office, datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert found == timedelta(hours=hours)


def test_open_time_in_the_night_the_clocks_change_is_what_has_elapsed():
    always = daily("00:00-00:00")
    start, end = (datetime(2026, 3, day, 0, tzinfo=DENVER) for day in (8, 9))
    assert open_time(always, start, end) == timedelta(hours=23)


@pytest.mark.parametrize("function", [is_open, closes_at, next_open, open_state, upcoming_special_days])
def test_naive_instant_is_refused(function):
    with pytest.raises(ValueError, match="time zone"):
        function(SPLIT, datetime(2026, 5, 12, 9))


QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
WEEKS = st.dictionaries(
    st.integers(0, 6), st.lists(st.builds(Range, QUARTERS, QUARTERS), max_size=3).map(tuple), max_size=7
)


def open_by_the_wall_clock(weekly, wall):
    """The same question asked range by range, for a zone whose clocks never change."""
    return any(
        opens <= wall < (opens + timedelta(1) if r.closes == r.opens else closes + timedelta(r.closes < r.opens))
        for day in (wall.date() - timedelta(1), wall.date())
        for r in weekly.get(day.weekday(), ())
        for opens, closes in [(datetime.combine(day, r.opens), datetime.combine(day, r.closes))]
    )


@PROPERTY
@given(weekly=WEEKS, quarter=st.integers(0, 7 * 96 - 1))
def test_agrees_with_the_wall_clock(weekly, quarter):
    hours = Schedule(ZoneInfo("America/Phoenix"), weekly)
    wall = datetime(2026, 5, 11) + quarter * timedelta(minutes=15)
    assert is_open(hours, wall.replace(tzinfo=hours.zone)) == open_by_the_wall_clock(weekly, wall)


@PROPERTY
@given(weekly=WEEKS, start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(DENVER)))
def test_intervals_never_touch_and_never_go_back(weekly, start):
    found = list(intervals(Schedule(DENVER, weekly), start, days=10))
    edges = [edge for interval in found for edge in (interval.start, interval.end)]
    assert all(earlier < later for earlier, later in pairwise(edges))
