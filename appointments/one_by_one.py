"""Does something for each of many things: one that fails never stops the next."""

import logging
from collections.abc import Callable, Iterable

from django.db import Error

logger = logging.getLogger(__name__)


def count_done(things: Iterable, act: Callable, what: str) -> int:
    """How many times `act` succeeded; `what` names its purpose in the log, with the key of the row that failed.

    Raises `DatabaseError` when the database is down: then nothing else would succeed either.
    """
    done = 0
    for thing in things:
        try:
            done += bool(act(thing))
        except Error:
            raise
        except Exception as error:
            logger.error("%s %s: %s failed: %s", type(thing).__name__, thing.pk, what, type(error).__name__)
    return done
