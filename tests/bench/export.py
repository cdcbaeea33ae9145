"""Export: the file of a hundred thousand requests takes no more memory than that of ten thousand."""

import resource
import time

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from appointments.models import AuditEntry
from tests.bench.figures import Figures
from tests.bench.many_requests import fill, make_desk

MANY = 100_000
KB_PER_MB = 1024
EXPORT = reverse("admin:appointments_appointmentrequest_export")


def peak() -> float:
    """The most this process has held so far, in MB (getrusage(2); in kB on Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB


def export(client: Client, query: str) -> tuple[int, float]:
    """How many lines came, and in how many seconds; no line is kept."""
    started = time.perf_counter()
    response = client.post(EXPORT + query, {"with_text": "on"})
    lines = sum(piece.count(b"\n") for piece in response.streaming_content)
    return lines, time.perf_counter() - started


def main() -> None:
    """Measure in an empty database: what needs action first, a quarter of it, then all."""
    call_command("migrate", verbosity=0)
    make_desk()
    fill(MANY)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username="manager"))
    figures = Figures(f"Export, {connection.vendor}")
    lines, _took = export(client, "?view=needs")
    small = peak()
    figures.note(f"peak of memory after {lines:,} lines", small, "MB")
    lines, took = export(client, "?view=all")
    figures.at_least("lines of the whole file", lines, MANY + 1)
    figures.note("requests written", MANY / took, "/s")
    figures.at_most("memory that the whole file takes on top", peak() - small, 8, "MB")
    entries = AuditEntry.objects.filter(kind=AuditEntry.Kind.EXPORT)
    kept = sum(entry.about.count() for entry in entries)
    figures.at_least("exported requests in the access record", kept, MANY)
    figures.end()


if __name__ == "__main__":
    main()
