"""By when we promise to contact a patient: expected times are written by hand, with their offset."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from appointments.promise import attempt_after, promise, promised_by
from services.bad_day import BadDay
from services.facts import LocationFacts
from services.hours import Range, Schedule, SpecialDay, intervals

DENVER = ZoneInfo("America/Denver")
NEW_YORK = ZoneInfo("America/New_York")
# No limits: neither a busy machine nor a schedule without hours is a failure.
PROPERTY = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def ranges(text):
    """Read "08:00-12:00 13:00-18:00"; "" is none."""
    return tuple(Range(*map(time.fromisoformat, pair.split("-"))) for pair in text.split())


def schedule(*weekdays, zone=DENVER, **special):
    """The hours of Monday, Tuesday and so on; special days as d20260525="08:00-12:00"."""
    exceptions = {date.fromisoformat(day[1:]): SpecialDay("Holiday", ranges(text)) for day, text in special.items()}
    return Schedule(zone, {n: ranges(text) for n, text in enumerate(weekdays)}, exceptions)


def daily(text, **options):
    return schedule(*[text] * 7, **options)


def split(**options):
    """Nine hours from Monday to Thursday, eight on Friday."""
    return schedule(*["08:00-12:00 13:00-18:00"] * 4, "08:00-12:00 13:00-17:00", **options)


def check(hours, received, target, expected):
    found = promise(hours, datetime.fromisoformat(received), timedelta(hours=target))
    assert found == datetime.fromisoformat(expected)


# received, hours of opening time, promised; 2026-05-12 is a Tuesday
WEEK = {
    "opening instant: the shift ends at noon": ("2026-05-12T08:00-06:00", 4, "2026-05-12T12:00-06:00"),
    "a minute after opening spills past lunch": ("2026-05-12T08:01-06:00", 4, "2026-05-12T13:01-06:00"),
    "lunch does not count": ("2026-05-12T10:15-06:00", 4, "2026-05-12T15:15-06:00"),
    "noon": ("2026-05-12T12:00-06:00", 4, "2026-05-12T17:00-06:00"),
    "during lunch": ("2026-05-12T12:30-06:00", 4, "2026-05-12T17:00-06:00"),
    "ends at closing": ("2026-05-12T14:00-06:00", 4, "2026-05-12T18:00-06:00"),
    "a minute too late for today": ("2026-05-12T14:01-06:00", 4, "2026-05-13T08:01-06:00"),
    "before opening": ("2026-05-12T06:00-06:00", 4, "2026-05-12T12:00-06:00"),
    "closing instant": ("2026-05-12T18:00-06:00", 4, "2026-05-13T12:00-06:00"),
    "evening": ("2026-05-12T19:00-06:00", 4, "2026-05-13T12:00-06:00"),
    "seconds are kept": ("2026-05-12T08:00:30-06:00", 4, "2026-05-12T13:00:30-06:00"),
    "thursday evening": ("2026-05-14T17:30-06:00", 4, "2026-05-15T11:30-06:00"),
    "friday 16:59": ("2026-05-15T16:59-06:00", 4, "2026-05-18T11:59-06:00"),
    "friday closing": ("2026-05-15T17:00-06:00", 4, "2026-05-18T12:00-06:00"),
    "saturday": ("2026-05-16T12:00-06:00", 4, "2026-05-18T12:00-06:00"),
    "last minute of sunday": ("2026-05-17T23:59-06:00", 4, "2026-05-18T12:00-06:00"),
    "midnight": ("2026-05-18T00:00-06:00", 4, "2026-05-18T12:00-06:00"),
    "one hour ends at friday closing": ("2026-05-15T16:00-06:00", 1, "2026-05-15T17:00-06:00"),
    "one hour over the weekend": ("2026-05-15T16:30-06:00", 1, "2026-05-18T08:30-06:00"),
    "a whole day": ("2026-05-11T08:00-06:00", 9, "2026-05-11T18:00-06:00"),
    "forty hours": ("2026-05-11T08:00-06:00", 40, "2026-05-15T12:00-06:00"),
    "a hundred hours": ("2026-05-11T08:00-06:00", 100, "2026-05-26T11:00-06:00"),
    "no wait while open": ("2026-05-12T09:00-06:00", 0, "2026-05-12T09:00-06:00"),
    "no wait while closed": ("2026-05-16T09:00-06:00", 0, "2026-05-18T08:00-06:00"),
    "received in UTC": ("2026-05-12T14:00+00:00", 4, "2026-05-12T12:00-06:00"),
    "weekend of the spring change": ("2026-03-06T16:59-07:00", 4, "2026-03-09T11:59-06:00"),
    "weekend of the autumn change": ("2026-10-30T16:59-06:00", 4, "2026-11-02T11:59-07:00"),
    "over new year": ("2026-12-31T16:00-07:00", 4, "2027-01-01T10:00-07:00"),
}


@pytest.mark.parametrize(("received", "target", "expected"), WEEK.values(), ids=WEEK)
def test_i2_split_week(received, target, expected):
    check(split(), received, target, expected)


HOLIDAYS = {
    "friday 16:59 before a monday holiday": ("2026-05-22T16:59-06:00", 4, "2026-05-26T11:59-06:00"),
    "on the holiday": ("2026-05-25T10:00-06:00", 4, "2026-05-26T12:00-06:00"),
    "eve of thanksgiving": ("2026-11-25T15:00-07:00", 4, "2026-11-27T10:00-07:00"),
    "evening before thanksgiving": ("2026-11-25T18:30-07:00", 4, "2026-11-30T09:00-07:00"),
    "shorter day ends in time": ("2026-11-27T09:00-07:00", 3, "2026-11-27T12:00-07:00"),
    "shorter day opens later": ("2026-11-27T08:30-07:00", 4, "2026-11-30T09:00-07:00"),
    "shorter day closes earlier": ("2026-11-27T14:00-07:00", 4, "2026-11-30T12:00-07:00"),
    "christmas eve closes at eleven": ("2026-12-24T10:00-07:00", 4, "2026-12-28T11:00-07:00"),
    "open on a special saturday": ("2026-05-15T16:59-06:00", 4, "2026-05-16T13:59-06:00"),
}


@pytest.mark.parametrize(("received", "target", "expected"), HOLIDAYS.values(), ids=HOLIDAYS)
def test_i2_holidays(received, target, expected):
    special = {"d20260525": "", "d20261126": "", "d20261127": "09:00-12:00", "d20260516": "10:00-14:00"}
    check(split(d20261224="08:00-11:00", d20261225="", **special), received, target, expected)


# Clocks change at 2 am on 2026-03-08 and 2026-11-01.
NIGHTS = {
    "spring, Denver": (DENVER, "2026-03-07T22:00-07:00", "2026-03-08T03:00-06:00"),
    "spring, ends at closing": (DENVER, "2026-03-07T23:00-07:00", "2026-03-08T04:00-06:00"),
    "spring, the night is an hour short": (DENVER, "2026-03-07T23:30-07:00", "2026-03-08T20:30-06:00"),
    "autumn, Denver": (DENVER, "2026-10-31T22:00-06:00", "2026-11-01T01:00-07:00"),
    "autumn, first 1:30": (DENVER, "2026-11-01T01:30-06:00", "2026-11-01T20:30-07:00"),
    "autumn, second 1:30": (DENVER, "2026-11-01T01:30-07:00", "2026-11-01T21:30-07:00"),
    "spring, New York": (NEW_YORK, "2026-03-07T22:00-05:00", "2026-03-08T03:00-04:00"),
    "spring, New York, short": (NEW_YORK, "2026-03-07T23:30-05:00", "2026-03-08T20:30-04:00"),
    "autumn, New York": (NEW_YORK, "2026-10-31T22:00-04:00", "2026-11-01T01:00-05:00"),
    "autumn, New York, first 1:30": (NEW_YORK, "2026-11-01T01:30-04:00", "2026-11-01T20:30-05:00"),
    "ordinary night": (DENVER, "2026-05-11T23:00-06:00", "2026-05-12T03:00-06:00"),
    "over two nights": (DENVER, "2026-05-12T02:00-06:00", "2026-05-12T22:00-06:00"),
}


@pytest.mark.parametrize(("zone", "received", "expected"), NIGHTS.values(), ids=NIGHTS)
def test_i2_open_from_20_to_04(zone, received, expected):
    check(daily("20:00-04:00", zone=zone), received, 4, expected)


EDGES = {
    "closing in the spring gap": (daily("22:00-02:30"), "2026-03-07T23:00-07:00", "2026-03-08T22:30-06:00"),
    "closing that comes twice": (daily("22:00-01:30"), "2026-10-31T23:00-06:00", "2026-11-01T23:30-07:00"),
    "closes at midnight": (daily("18:00-00:00"), "2026-05-11T22:00-06:00", "2026-05-12T20:00-06:00"),
    "24 hours a day": (daily("00:00-00:00"), "2026-05-16T23:00-06:00", "2026-05-17T03:00-06:00"),
    "24 hours on one day": (schedule("08:00-08:00"), "2026-05-12T06:00-06:00", "2026-05-18T10:00-06:00"),
    "adjacent ranges": (
        schedule("08:00-12:00 12:00-16:00"),
        "2026-05-11T10:00-06:00",
        "2026-05-11T14:00-06:00",
    ),
    "overlap counts once": (
        schedule("08:00-11:00 10:00-16:00"),
        "2026-05-11T08:00-06:00",
        "2026-05-11T12:00-06:00",
    ),
    "night cut by a closed day": (
        daily("20:00-04:00", d20260513=""),
        "2026-05-12T22:00-06:00",
        "2026-05-14T22:00-06:00",
    ),
    "night before a special day": (
        daily("20:00-04:00", d20260513="10:00-12:00"),
        "2026-05-12T22:00-06:00",
        "2026-05-13T02:00-06:00",
    ),
    "small hours of a closed day": (
        daily("20:00-04:00", d20260513=""),
        "2026-05-13T01:00-06:00",
        "2026-05-15T00:00-06:00",
    ),
    "open on one special day only": (
        schedule(d20260901="08:00-12:00"),
        "2026-05-12T08:00-06:00",
        "2026-09-01T12:00-06:00",
    ),
}


@pytest.mark.parametrize(("hours", "received", "expected"), EDGES.values(), ids=EDGES)
def test_i2_edges(hours, received, expected):
    check(hours, received, 4, expected)


@pytest.mark.parametrize(
    ("received", "in_denver", "in_new_york"),
    [
        ("2026-05-12T14:00+00:00", "2026-05-12T12:00-06:00", "2026-05-12T15:00-04:00"),
        ("2026-05-15T22:30+00:00", "2026-05-18T11:30-06:00", "2026-05-18T12:00-04:00"),
    ],
    ids=["both open", "closed in New York only"],
)
def test_i2_two_zones_at_the_same_instant(received, in_denver, in_new_york):
    check(split(zone=DENVER), received, 4, in_denver)
    check(split(zone=NEW_YORK), received, 4, in_new_york)


@pytest.mark.parametrize(
    ("hours", "target"),
    [
        pytest.param(schedule(), 4, id="no hours"),
        pytest.param(schedule(), 0, id="no hours, no wait"),
        pytest.param(schedule("", ""), 4, id="days without ranges"),
        pytest.param(schedule("08:00-09:00"), 60, id="more than a year of open time"),
        pytest.param(schedule(d20260901="08:00-10:00"), 4, id="one short special day"),
        pytest.param(schedule(d20280901="08:00-18:00"), 4, id="opens in two years"),
    ],
)
def test_i2_no_promise_without_enough_hours(hours, target):
    assert promise(hours, datetime(2026, 5, 12, tzinfo=UTC), timedelta(hours=target)) is None


def test_i2_promise_is_in_utc():
    found = promise(split(), datetime(2026, 5, 12, 9, tzinfo=DENVER), timedelta(hours=1))
    assert found.tzinfo is UTC


def test_i2_naive_request_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        promise(split(), datetime(2026, 5, 12, 9), timedelta(hours=4))


def test_i2_negative_target_is_refused():
    with pytest.raises(ValueError, match="ahead"):
        promise(split(), datetime(2026, 5, 12, 9, tzinfo=DENVER), timedelta(hours=-1))


ATTEMPTS = {
    "still open": ("2026-05-12T10:00-06:00", 1, "2026-05-12T11:00-06:00"),
    "closing instant waits for the next opening": ("2026-05-12T10:00-06:00", 2, "2026-05-12T13:00-06:00"),
    "wait ends at lunch": ("2026-05-12T10:30-06:00", 2, "2026-05-12T13:00-06:00"),
    "over the weekend": ("2026-05-15T16:00-06:00", 2, "2026-05-18T08:00-06:00"),
    "closed hours count as waiting": ("2026-05-12T17:00-06:00", 16, "2026-05-13T09:00-06:00"),
    "over a holiday": ("2026-05-22T16:00-06:00", 24, "2026-05-26T08:00-06:00"),
}


@pytest.mark.parametrize(("at", "wait", "expected"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_i2_next_attempt(at, wait, expected):
    found = attempt_after(split(d20260525=""), datetime.fromisoformat(at), timedelta(hours=wait))
    assert found == datetime.fromisoformat(expected)


def test_i2_wait_is_elapsed_time_when_clocks_change():
    at = datetime(2026, 3, 7, 22, tzinfo=DENVER)
    found = attempt_after(daily("00:00-00:00"), at, timedelta(hours=12))
    assert found == datetime.fromisoformat("2026-03-08T11:00-06:00")


def test_i2_no_attempt_without_hours():
    assert attempt_after(schedule(), datetime(2026, 5, 12, tzinfo=UTC), timedelta(hours=1)) is None


# --- Closed at short notice, paused, phones down -------------------------------------------------------
def place(hours, target=4, switch=None, until=""):
    """A location with those hours, and what is different there until `until`."""
    bad_day = BadDay(switch, "", datetime.fromisoformat(until), hours.zone) if switch else None
    return replace(NOWHERE, schedule=hours, response_time=timedelta(hours=target), switch=bad_day)


NOWHERE = LocationFacts(
    **dict.fromkeys("name slug url phone phone_display street city region postal_code".split(), ""),
    **dict.fromkeys("summary getting_here access_notes who_performs sketch".split(), ""),
    pk=1,
    who_performs_review_on=None,
    response_time=timedelta(hours=4),
    schedule=schedule(),
)

# what, until, received, hours of opening time, promised
BAD_DAYS = {
    "closed for the morning": (
        "closed",
        "2026-05-12T13:00-06:00",
        "2026-05-12T09:00-06:00",
        4,
        "2026-05-12T17:00-06:00",
    ),
    "closed until the middle of a shift": (
        "closed",
        "2026-05-12T15:30-06:00",
        "2026-05-12T09:00-06:00",
        4,
        "2026-05-13T09:30-06:00",
    ),
    "closed for the rest of friday": (
        "closed",
        "2026-05-15T23:59-06:00",
        "2026-05-15T10:00-06:00",
        4,
        "2026-05-18T12:00-06:00",
    ),
    "closed over a holiday": (
        "closed",
        "2026-05-24T12:00-06:00",
        "2026-05-22T10:00-06:00",
        4,
        "2026-05-26T12:00-06:00",
    ),
    "closed through the night when the clocks change": (
        "closed",
        "2026-03-08T03:00-06:00",
        "2026-03-07T12:00-07:00",
        4,
        "2026-03-09T12:00-06:00",
    ),
    "paused for three days": (
        "paused",
        "2026-05-15T09:00-06:00",
        "2026-05-12T09:00-06:00",
        4,
        "2026-05-15T14:00-06:00",
    ),
    "paused, one hour": ("paused", "2026-05-12T11:30-06:00", "2026-05-12T08:00-06:00", 1, "2026-05-12T13:30-06:00"),
    "paused, forty hours": (
        "paused",
        "2026-05-18T08:00-06:00",
        "2026-05-12T08:00-06:00",
        40,
        "2026-05-22T12:00-06:00",
    ),
    "phones down only": ("phones", "2026-05-12T17:00-06:00", "2026-05-12T08:00-06:00", 4, "2026-05-12T12:00-06:00"),
    "closed until a moment ago": (
        "closed",
        "2026-05-12T08:00-06:00",
        "2026-05-12T08:00-06:00",
        4,
        "2026-05-12T12:00-06:00",
    ),
}


@pytest.mark.parametrize(("what", "until", "received", "target", "expected"), BAD_DAYS.values(), ids=BAD_DAYS)
def test_i2_bad_days(what, until, received, target, expected):
    at = datetime.fromisoformat(received)
    with time_machine.travel(at, tick=False):
        found = promised_by(place(split(d20260525=""), target, what, until), at)
    assert found == datetime.fromisoformat(expected)


TARGET_HOURS = {
    "one hour, last hour of the day": (1, "2026-05-12T17:00-06:00", "2026-05-12T18:00-06:00"),
    "one hour, a second too late": (1, "2026-05-12T17:00:01-06:00", "2026-05-13T08:00:01-06:00"),
    "one hour, friday 16:59": (1, "2026-05-15T16:59-06:00", "2026-05-18T08:59-06:00"),
    "forty hours, a week with a holiday": (40, "2026-05-22T08:00-06:00", "2026-05-29T14:00-06:00"),
    "forty hours over the spring change": (40, "2026-03-05T08:00-07:00", "2026-03-11T14:00-06:00"),
    "forty hours over the autumn change": (40, "2026-10-29T08:00-06:00", "2026-11-04T14:00-07:00"),
}


@pytest.mark.parametrize(("target", "received", "expected"), TARGET_HOURS.values(), ids=TARGET_HOURS)
def test_i2_short_and_long_targets(target, received, expected):
    check(split(d20260525=""), received, target, expected)


AROUND_THE_CLOCK = {
    "an ordinary day": (40, "2026-05-12T10:00-06:00", "2026-05-14T02:00-06:00"),
    "an hour is missing in spring": (40, "2026-03-07T10:00-07:00", "2026-03-09T03:00-06:00"),
    "an hour comes twice in autumn": (40, "2026-10-31T10:00-06:00", "2026-11-02T01:00-07:00"),
    "closed for one holiday": (4, "2026-05-24T22:00-06:00", "2026-05-26T02:00-06:00"),
}


@pytest.mark.parametrize(("target", "received", "expected"), AROUND_THE_CLOCK.values(), ids=AROUND_THE_CLOCK)
def test_i2_around_the_clock(target, received, expected):
    check(daily("00:00-00:00", d20260525=""), received, target, expected)


TIMES = st.integers(0, 287).map(lambda n: time(n // 12, n % 12 * 5))
DAYS = st.lists(st.builds(Range, TIMES, TIMES), max_size=3).map(tuple)
DATES = st.dates(date(2026, 2, 25), date(2026, 11, 10))
SCHEDULES = st.builds(
    Schedule,
    st.sampled_from([DENVER, NEW_YORK]),
    st.dictionaries(st.integers(0, 6), DAYS, min_size=2, max_size=7),
    st.dictionaries(DATES, st.builds(SpecialDay, st.just("Holiday"), DAYS), max_size=10),
)
# Most requests come near a night when the clocks change.
INSTANTS = st.one_of(
    *(
        st.datetimes(datetime.fromisoformat(f), datetime.fromisoformat(t), timezones=st.just(UTC))
        for f, t in [("2026-03-05", "2026-03-10"), ("2026-10-29", "2026-11-03"), ("2026-01-01", "2026-12-31")]
    )
)
TARGETS = st.integers(0, 20 * 60).map(lambda minutes: timedelta(minutes=minutes))


def open_time(hours, start, end):
    """Opening time between two instants."""
    parts = (min(found.end, end) - max(found.start, start) for found in intervals(hours, start))
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))


@PROPERTY
@given(SCHEDULES, INSTANTS, TARGETS)
def test_i2_never_before_the_request_and_always_in_opening_hours(hours, received, target):
    promised = promise(hours, received, target)
    assume(promised is not None)
    assert promised >= received
    assert any(found.start <= promised <= found.end for found in intervals(hours, received))


@PROPERTY
@given(SCHEDULES, INSTANTS, TARGETS)
def test_i2_open_time_until_the_promise_is_the_target(hours, received, target):
    promised = promise(hours, received, target)
    assume(promised is not None)
    assert open_time(hours, received, promised) == target


@PROPERTY
@given(SCHEDULES, INSTANTS, st.integers(0, 7 * 24 * 60), TARGETS)
def test_i2_later_request_is_never_promised_earlier(hours, received, minutes, target):
    first, second = (promise(hours, at, target) for at in (received, received + timedelta(minutes=minutes)))
    assume(first is not None and second is not None)
    assert first <= second


@PROPERTY
@given(SCHEDULES, INSTANTS, TARGETS)
def test_i2_next_attempt_is_open_and_not_early(hours, at, wait):
    attempt = attempt_after(hours, at, wait)
    assume(attempt is not None)
    assert attempt >= at + wait
    assert any(found.start <= attempt < found.end for found in intervals(hours, at))


SWITCHES = st.tuples(st.sampled_from(["closed", "paused", "phones"]), st.integers(-600, 14 * 24 * 60))


@PROPERTY
@given(SCHEDULES, INSTANTS, TARGETS, SWITCHES)
def test_i2_on_a_bad_day_too_the_promise_is_open_later_and_leaves_the_whole_target(hours, received, target, switch):
    what, minutes = switch
    ends = received + timedelta(minutes=minutes)
    here = replace(place(hours, switch=what, until=ends.isoformat()), response_time=target)
    with time_machine.travel(received, tick=False):
        promised = promised_by(here, received)
    assume(promised is not None)
    counted = received if what == "phones" else max(received, ends)
    assert promised >= counted
    assert any(found.start <= promised <= found.end for found in intervals(hours, counted))
    assert open_time(hours, received, promised) >= open_time(hours, counted, promised) == target
