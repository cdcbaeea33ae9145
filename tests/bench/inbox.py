"""The inbox: every view, filter, search and the request page with a million requests against a thousand."""

import copy
import os
import statistics

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import AppointmentRequest
from services import facts
from tests.bench.figures import Figures, seconds
from tests.bench.many_requests import FEW, fill, make_desk

MANY = int(os.environ.get("BENCH_REQUESTS", 1_000_000))
TIMES = int(os.environ.get("BENCH_TIMES", 15))
RATIO = 1.5
QUERIES = 10
HOST = {"HTTP_HOST": "127.0.0.1"}
INBOX = reverse("admin:appointments_appointmentrequest_changelist")
LISTS = {
    "needs action": {"view": "needs"},
    "mine": {"view": "mine"},
    "waiting on patient": {"view": "waiting"},
    "suspected spam": {"view": "spam"},
    "all": {"view": "all"},
    "all, page 20": {"view": "all", "p": "20"},
    "one location": {"view": "needs", "location": "1"},
    "all of one location": {"view": "all", "location": "1"},
    "one status": {"view": "all", "status": "booked"},
    "new": {"view": "needs", "status": "new"},
    "received today": {"view": "all", "age": "today"},
    "needs action, received this week": {"view": "needs", "age": "week"},
    "needs action, received long ago": {"view": "needs", "age": "older"},
    "one treatment": {"view": "needs", "treatment": "dry-needling"},
    "all of one treatment": {"view": "all", "treatment": "massage"},
    "a treatment nobody asked for": {"view": "all", "treatment": "nothing-like-it"},
    "status and location": {"view": "all", "status": "declined", "location": "2"},
    "four filters": {"view": "all", "status": "booked", "location": "2", "age": "older", "treatment": "dry-needling"},
    "search: a reference": {"q": "N700-0500"},
    "search: a common name": {"q": "garcia"},
    "search: what every request has": {"q": "555"},
    "search: digits of many phones": {"q": "555-0"},
    "search: an email": {"q": "500vera"},
    "search: no such name": {"q": "Zaphod"},
    "search: no such digits": {"q": "999 888 77"},
    "search in a view": {"view": "needs", "q": "garcia"},
}
# Only as whose locations the clerk's are.
CLERKS = [
    "needs action",
    "mine",
    "suspected spam",
    "all",
    "one status",
    "search: a common name",
    "search: no such name",
]


class Desk:
    """One database with its signed-in staff; what is asked inside `with desk:` goes there."""

    def __init__(self, connection: BaseDatabaseWrapper, count: int):
        self.connection = connection
        with self:
            call_command("migrate", verbosity=0)
            if not AppointmentRequest.objects.exists():
                make_desk()
                fill(count)
            self.staff = {user.username: self._signed_in(user) for user in get_user_model().objects.all()}

    def __enter__(self):
        self._before = connections["default"]
        connections["default"] = self.connection
        facts.forget()
        facts.current()  # read once a second: not part of what is measured
        return self

    def __exit__(self, *_raised):
        connections["default"] = self._before

    def _signed_in(self, user) -> Client:
        client = Client(**HOST)
        client.force_login(user)
        client.get(INBOX)
        return client

    def seconds(self, who: str, path: str, query: dict) -> float:
        """How long this person waits for that page."""
        with self:
            return seconds(lambda: self.get(who, path, query))

    def queries(self, who: str, path: str, query: dict) -> int:
        """How many queries the page takes."""
        with self, CaptureQueriesContext(self.connection) as captured:
            self.get(who, path, query)
        return len([query for query in captured if query["sql"] not in ("BEGIN", "BEGIN IMMEDIATE", "COMMIT")])

    def get(self, who: str, path: str, query: dict) -> None:
        assert self.staff[who].get(path, query).status_code == 200


def another_database(name: str) -> BaseDatabaseWrapper:
    """A connection to a second database beside the first, made if it is not there yet."""
    first = connections["default"]
    settings_dict = copy.deepcopy(first.settings_dict)
    if first.vendor == "sqlite":
        settings_dict["NAME"] = f"{settings_dict['NAME']}.{name}"
    else:
        settings_dict["NAME"] += f"_{name}"
        with first.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [settings_dict["NAME"]])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {settings_dict['NAME']}")
    return type(first)(settings_dict, alias="default")


def compare(figures: Figures, few: Desk, many: Desk, who: str, path: str, pages: dict[str, dict]) -> None:
    """Each page in both databases by turns: a busy moment meets both."""
    for name, query in pages.items():
        few.seconds(who, path, query), many.seconds(who, path, query)  # to warm up
        pairs = [(few.seconds(who, path, query), many.seconds(who, path, query)) for _ in range(TIMES)]
        small, large = (statistics.median(column) for column in zip(*pairs, strict=True))
        figures.note(f"{who}: {name}, {FEW:,} requests", small * 1000, "ms")
        figures.at_most(f"{who}: {name}, {MANY:,} requests against that", large / small, RATIO, "×")
        if path == INBOX:
            # The better of two: one of them may note in the session that somebody is still there.
            queries = min(many.queries(who, path, query) for _ in range(2))
            figures.at_most(f"{who}: {name}, queries", queries, QUERIES)


def main() -> None:
    """Measure in two databases that are filled when they are empty."""
    figures = Figures(f"Inbox, {connections['default'].vendor}")
    few, many = Desk(connections["default"], FEW), Desk(another_database("many"), MANY)
    compare(figures, few, many, "manager", INBOX, LISTS)
    compare(figures, few, many, "miami", INBOX, {name: LISTS[name] for name in CLERKS})
    page = reverse("admin:appointments_appointmentrequest_change", args=[500])
    compare(figures, few, many, "manager", page, {"page of a request": {}})
    compare(figures, few, many, "manager", reverse("admin:index"), {"first page of the admin": {}})
    compare(figures, few, many, "manager", f"{INBOX}news/", {"has anything come?": {"after": "999999999"}})
    figures.end()


if __name__ == "__main__":
    main()
