"""Proves that nobody changed the access record."""

from django.core.management.base import BaseCommand, CommandError

from appointments import audit_seals
from appointments.models import AuditSeal


class Command(BaseCommand):
    """Exit code 0 when every entry is as it was sealed."""

    help = "Check the seals of the access record; exit 1 and say which entries do not fit."

    def add_arguments(self, parser):
        parser.add_argument(
            "--seal", default="", help="A digest from an old log: exit 1 when it is not in the record."
        )

    def handle(self, *args, seal="", **options):
        found = audit_seals.faults()
        if seal and not AuditSeal.objects.with_digest(seal).exists():
            found.append("the seal that was given is not in the record")
        if found:
            raise CommandError("The access record was changed: " + "; ".join(found) + ".")
        last = AuditSeal.objects.chain().last()
        sealed = f"Whole up to entry {last.last_entry}: {last.digest}" if last else "Nothing is sealed yet."
        self.stdout.write(sealed)
