"""A database for one run of the site: a file, or a new one on the server of DATABASE_URL."""

import contextlib
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2


@contextlib.contextmanager
def _connection(address: str) -> Iterator:
    """A connection that commits by itself, closed at the end."""
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def _administer(server: str, command: str) -> None:
    with _connection(server) as connection:
        connection.cursor().execute(command)


@contextlib.contextmanager
def fresh(server: str, folder: Path) -> Iterator[str]:
    """The address of an empty database; dropped at the end. Without a `server`, a file in `folder`."""
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"browser_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def query(address: str, sql: str, *values) -> list[tuple]:
    """The rows of a SELECT with `%s` placeholders; the connection can only read."""
    if address.startswith("postgres"):
        with _connection(address) as connection:
            connection.readonly = True
            cursor = connection.cursor()
            cursor.execute(sql, values or None)
            return cursor.fetchall()
    path = address.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(sql.replace("%s", "?"), values).fetchall()
