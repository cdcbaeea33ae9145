"""Delivery: one worker sends ten thousand messages to a mail server on this machine; its memory stays flat."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from appointments.models import AppointmentRequest, Message
from tests.bench.figures import Figures, resident
from tests.browser.running_site import Site
from tests.builders import make_clinic, make_request
from tests.mail_server import PostOffice

MESSAGES = 10_000
LONGEST_SECONDS = 900


def queue() -> None:
    """Receipts of one request to ten thousand addresses."""
    asked = make_request()
    receipt = asked.messages.get(kind=Message.Kind.RECEIPT)
    Message.objects.bulk_create(
        (
            Message(
                appointment_request=asked,
                kind=receipt.kind,
                to=f"patient{number}@mail.example",
                subject=receipt.subject,
                text=receipt.text,
                html=receipt.html,
            )
            for number in range(MESSAGES)
        ),
        batch_size=500,
    )


def watch(pid: int, office: PostOffice) -> list[float]:
    """Memory of the worker after each tenth of the messages."""
    found: list[float] = []
    deadline = time.monotonic() + LONGEST_SECONDS
    while len(found) < 10 and time.monotonic() < deadline:
        if len(office.envelopes) >= MESSAGES * (len(found) + 1) // 10:
            found.append(resident(pid))
        time.sleep(0.05)
    return found


def main() -> None:
    """Measure in an empty database."""
    call_command("migrate", verbosity=0)
    make_clinic()
    queue()
    office = PostOffice()
    office.open()
    database = os.environ.get("DATABASE_URL", f"sqlite:///{settings.VAR_DIR / 'db.sqlite3'}")
    site = Site(Path(settings.VAR_DIR), database, Path(settings.STATIC_ROOT))
    figures = Figures(f"Delivery of {MESSAGES:,} messages, {connection.vendor}")
    started = time.monotonic()
    site.start("worker", EMAIL_URL=office.url, SECRET_KEY=settings.SECRET_KEY)
    memory = watch(site.processes["worker"].pid, office)
    took = time.monotonic() - started
    while Message.objects.unsent().exists() and time.monotonic() < started + LONGEST_SECONDS:
        time.sleep(0.1)
    site.stop("worker")
    office.close()
    names = [mail["Message-ID"] for _to, mail in office.mails]
    figures.note("messages sent by one worker", len(names) / took, "/s")
    figures.at_most("not sent", Message.objects.unsent().count(), 0)
    figures.at_most("sent twice", len(names) - len(set(names)), 0)
    figures.at_most("memory of the worker in the end", memory[-1], 110, "MB")
    figures.at_most("growth over the second half", memory[-1] - memory[4], 2, "MB")
    assert AppointmentRequest.objects.count() == 1
    figures.end()


if __name__ == "__main__":
    main()
