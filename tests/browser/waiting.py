"""Waits for a fact to become true: asks again until a deadline, never just sleeps."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE = 0.02  # seconds between two questions


def until(ask: Callable[[], T], seconds: float, what: str) -> T:
    """The first true answer of `ask`. AssertionError naming `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(PAUSE)
    return answer
