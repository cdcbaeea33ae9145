"""Brings the content of another site in."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from services.transfer.archive import RefusedError
from services.transfer.importing import Wish, import_content

MOST_REASONS = 20


class Command(BaseCommand):
    """Adds and updates, by name; deletes no page and changes nothing in public unless it is told to publish."""

    help = "Bring a zip of export_content in, as drafts. Everything is checked first; a bad file changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="The zip that export_content wrote.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would change.")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="Publish the pages that were in public there, pass the page check and are signed off.",
        )

    def handle(self, *args, file: Path, dry_run: bool, publish: bool, **options):
        try:
            report = import_content(file, Wish(dry_run, publish), self.stdout.write)
        except RefusedError as refused:
            raise CommandError(self.words(refused)) from None
        for line in report.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("This was a rehearsal: nothing was changed.")
        elif report.is_empty:
            self.stdout.write("The site has all of this already: nothing was changed.")

    def words(self, refused: RefusedError) -> str:
        """What is wrong, one line each, and that nothing happened."""
        reasons = [f"  {reason}" for reason in refused.reasons[:MOST_REASONS]]
        if (more := len(refused.reasons) - MOST_REASONS) > 0:
            reasons.append(f"  … and {more} more.")
        return "\n".join(["Nothing was changed. The file cannot be imported:", *reasons])
