"""What every test may use: a fixed clock, a small clinic, and no network but this machine."""

import datetime
import os
import socket
import uuid

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from appointments import audit_guard, notices
from services import facts
from tests.builders import make_clinic

# Playwright keeps an event loop running, and Django then refuses the database in the same thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# Tuesday, 10:00 in Denver (MDT), 12:00 in North Miami (EDT).
NOW = datetime.datetime(2026, 5, 12, 16, 0, tzinfo=datetime.UTC)


def _reaches_no_database(item) -> bool:
    """pytest-django opens the database to its own fixtures only; a browser test's site has one of its own."""
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("browser")
    return not marked and "django_db_setup" not in item.fixturenames


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what is the same on every database, before `-m` chooses."""
    for item in items:
        if _reaches_no_database(item):
            item.add_marker("pure")


def pytest_fixture_setup(fixturedef, request):
    """A test marked so that asks for the database after all would be missing on PostgreSQL."""
    if fixturedef.argname == "_django_db_helper" and request.node.get_closest_marker("pure"):
        pytest.fail("a test that gets the database by getfixturevalue needs the marker django_db")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """SQLite in a file with WAL, as in production: one in memory locks whole tables."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True, scope="session")
def _audit_lets_go_of_test_rows():
    """Between tests with real transactions every table is emptied; the access record refuses that, as it should."""
    operations, flush = type(connection.ops), type(connection.ops).sql_flush

    def unguarded(self, *args, **kwargs):
        around = audit_guard.undoing_statements(connection.vendor), audit_guard.statements(connection.vendor)
        return [*around[0], *flush(self, *args, **kwargs), *around[1]]

    operations.sql_flush = unguarded
    yield
    operations.sql_flush = flush


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    """Static files by their plain names, a cache for this test alone, quick password hashes, limits out of the way."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = False
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }
    settings.REQUESTS_PER_CONNECTION = settings.REQUESTS_PER_CONTACT = 1_000_000
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _fresh_memory():
    """No test sees the clinic or the mails of another."""
    mails = notices._rendered
    facts.forget()
    mails.cache_clear()
    yield
    facts.forget()
    mails.cache_clear()


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"network access to {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def clock():
    """Time stands at NOW; `clock.shift(seconds)` and `clock.move_to(...)` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clinic(db, clock):
    """A clinic with two locations (`denver`, `north-miami`) and one published treatment."""
    assert settings.TIME_ZONE == "UTC"
    return make_clinic()
