"""What the worker does besides sending mail, and how often."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error

from appointments import audit_seals, digests, erasure, reminders, review_reminders

logger = logging.getLogger(__name__)

MINUTE = 60.0


@dataclass
class Chore:
    """Something any number of workers may do at once: each thing in it is done by one of them."""

    name: str
    act: Callable[[], int]
    every: float
    next_at: float = 0.0

    def do_if_due(self) -> None:
        """Raises `DatabaseError` when the database is down, and stays due; other failures wait for the next time."""
        if time.monotonic() < self.next_at:
            return
        try:
            if done := self.act():
                logger.info("%s: %s", self.name, done)
        except Error:
            raise
        except Exception as error:  # mail leaves all the same
            logger.error("%s failed: %s", self.name, type(error).__name__)
        self.next_at = time.monotonic() + self.every


def chores() -> list[Chore]:
    """All of them, due at once."""
    return [
        Chore("reminders", reminders.queue_due, MINUTE),
        Chore("digests", digests.queue_due, MINUTE),
        Chore("reminders of reviews", review_reminders.queue_due, MINUTE),
        Chore("access record sealed", audit_seals.seal_due, 5 * MINUTE),
        # A few look-ups by index when nothing is due.
        Chore("rows erased", erasure.erase, 60 * MINUTE),
    ]
