"""Tells a container's health check whether a worker is at work."""

import datetime

from django.core.management.base import BaseCommand, CommandError

from appointments.models import WorkerHeartbeat

SILENT_AFTER = datetime.timedelta(seconds=60)


class Command(BaseCommand):
    """Exit code 0 when a worker was seen within a minute."""

    help = "Exit 1 when no worker has written its heartbeat for 60 seconds."

    def handle(self, *args, **options):
        if not WorkerHeartbeat.is_alive(SILENT_AFTER):
            raise CommandError("No worker was seen in the last 60 seconds.")
        self.stdout.write("A worker is at work.")
