"""Sends the outbox and does the chores, until it is told to stop."""

import logging
import signal
import socket
import threading
import time

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from appointments.chores import chores
from appointments.models import Message, WorkerHeartbeat
from appointments.outbox import deliver

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0


class Command(BaseCommand):
    """Any number of these may run; each mail is claimed by one."""

    help = "Send queued mail. Stops cleanly, after the message in hand, at SIGTERM or Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Send what is due, then stop.")

    def handle(self, *args, once=False, **options):
        self.stopping = threading.Event()
        self.next_beat, self.chores = 0.0, chores()
        if once:
            while self.step():
                continue
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        while not self.stopping.is_set():
            if not self.step():
                self.stopping.wait(IDLE_SECONDS)

    def step(self) -> bool:
        """Send one message; False when there was none, or the database is away."""
        close_old_connections()
        try:
            self.beat()
            for chore in self.chores:
                chore.do_if_due()
            message = Message.claim()
            if message:
                deliver(message)
        except Error as error:
            logger.error("worker cannot reach the database: %s", type(error).__name__)
            return False
        return message is not None

    def beat(self) -> None:
        """Write the heartbeat when it is due."""
        if time.monotonic() >= self.next_beat:
            WorkerHeartbeat.beat(socket.gethostname())
            self.next_beat = time.monotonic() + HEARTBEAT_SECONDS
