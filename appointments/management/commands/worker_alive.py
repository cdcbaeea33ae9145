"""Tells a container's health check whether a worker is at work."""

import datetime
import socket

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from appointments.models import WorkerHeartbeat

SILENT_AFTER = datetime.timedelta(seconds=60)


class Command(BaseCommand):
    """Exit code 0 when this host's worker was seen within a minute."""

    help = "Exit 1 when no worker of this host has written its heartbeat for 60 seconds."

    def handle(self, *args, **options):
        try:
            alive = WorkerHeartbeat.is_alive(socket.gethostname(), SILENT_AFTER)
        except Error as error:
            raise CommandError("The database cannot be reached.") from error
        if not alive:
            raise CommandError("No worker of this host was seen in the last 60 seconds.")
        self.stdout.write("A worker is at work.")
