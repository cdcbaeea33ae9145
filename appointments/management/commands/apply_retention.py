"""Erases what has been kept long enough; the worker does the same every hour."""

from django.core.management.base import BaseCommand

from appointments import erasure
from appointments.models import AppointmentRequest


class Command(BaseCommand):
    """Prints counts only: what is erased is nobody's business any more."""

    help = "Erase what has been kept long enough (appointments/retention.py has the rules)."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Say how many rows are due; change nothing.")

    def handle(self, *args, dry_run=False, **options):
        found = erasure.counts() if dry_run else erasure.erase_due()
        for name, count in found.items():
            self.stdout.write(f"{count:7} {name}")
        held = AppointmentRequest.objects.held().count()
        self.stdout.write(f"{held:7} requests on legal hold, kept")
        self.stdout.write("Nothing was changed." if dry_run else "Erased.")
