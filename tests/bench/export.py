"""Export: a file of a hundred thousand requests, with memory flat while it is written."""

import os
import time

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from appointments.models import AuditedRequest
from tests.bench.figures import Figures, resident
from tests.bench.many_requests import fill, make_desk

REQUESTS = 100_000
LOOKED_EVERY = 10_000
EXPORT = reverse("admin:appointments_appointmentrequest_export")


def export(client: Client) -> tuple[int, list[float]]:
    """How many lines came, and the memory of this process after each ten thousand; no line is kept."""
    lines, memory = 0, []
    for piece in client.post(EXPORT + "?view=all", {"with_text": "on"}).streaming_content:
        lines += piece.count(b"\n")
        if lines // LOOKED_EVERY > len(memory):
            memory.append(resident(os.getpid()))
    return lines, memory


def main() -> None:
    """Measure in an empty database."""
    call_command("migrate", verbosity=0)
    make_desk()
    fill(REQUESTS)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username="manager"))
    figures = Figures(f"Export of {REQUESTS:,} requests, {connection.vendor}")
    started = time.monotonic()
    lines, memory = export(client)
    figures.note("requests written", REQUESTS / (time.monotonic() - started), "/s")
    figures.at_least("lines of the file", lines, REQUESTS + 1)
    figures.at_most("growth of memory after the first ten thousand", memory[-1] - memory[0], 4, "MB")
    figures.at_least("exported requests in the access record", AuditedRequest.objects.count(), REQUESTS)
    figures.end()


if __name__ == "__main__":
    main()
