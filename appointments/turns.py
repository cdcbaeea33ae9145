"""Writers on SQLite take turns: waiting in line beats asking again and again.

SQLite's own wait sleeps up to a tenth of a second between two looks, and whoever looks at the right moment
wins: under load the slowest answers become many times slower than the usual ones.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.db import connection


def _path() -> Path | None:
    """The lock file beside the database file; None where no line is needed."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(f"{connection.settings_dict['NAME']}.turn")


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Wait for this process's and thread's turn to write; on PostgreSQL there is no line to stand in.

    Only for transactions that talk to nobody else: everybody waits as long as they take. A folder that
    cannot be written costs the line, not the request.
    """
    with contextlib.ExitStack() as stack:
        if path := _path():
            with contextlib.suppress(OSError):
                file = stack.enter_context(path.open("a"))
                fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, or its process dies
        yield
