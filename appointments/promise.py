"""By when we promise to contact a patient: open time added up."""

from datetime import datetime, timedelta

from services.facts import LocationFacts
from services.hours import Schedule, instant, intervals, next_open


def promise(schedule: Schedule, received_at: datetime, target: timedelta) -> datetime | None:
    """The UTC instant at which `target` of opening time has passed since `received_at`.

    Always in opening hours, of which the closing instant is the last: four hours from 8 am in a shift
    that ends at noon are noon. None when the next 366 days have too little opening time.
    ValueError when `received_at` has no time zone or `target` is negative.
    """
    if target < timedelta(0):
        raise ValueError("A promise looks ahead.")
    # In UTC an hour added is an hour elapsed, also in the nights when the clocks change.
    received_at, remaining = instant(received_at), target
    for interval in intervals(schedule, received_at):
        counts_from = max(interval.start, received_at)
        if counts_from + remaining <= interval.end:
            return counts_from + remaining
        remaining -= interval.end - counts_from
    return None


def promised_by(place: LocationFacts, received_at: datetime) -> datetime | None:
    """The promise of `place` as things stand there now: closed or paused, it counts from the end of that."""
    return promise(place.schedule, place.counting_from(received_at), place.response_time)


def attempt_after(schedule: Schedule, at: datetime, wait: timedelta) -> datetime | None:
    """The first open moment once `wait` has elapsed, for the next call; None without hours.

    Unlike a promise it is never the closing instant: nobody is there to call.
    """
    return next_open(schedule, instant(at) + wait)


def next_attempt(place: LocationFacts, at: datetime, wait: timedelta) -> datetime:
    """When the desk of `place` tries again: open, and not before a closure at short notice ends.

    A location without hours has to act all the same: then it is simply `wait` later.
    """
    ready = place.counting_from(instant(at) + wait)
    return attempt_after(place.schedule, ready, timedelta(0)) or ready
