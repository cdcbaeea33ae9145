"""Writes the site's content into one zip."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from services.transfer import archive
from services.transfer.export import picture_files, read_site


class Command(BaseCommand):
    """Pages, blocks, pictures and facts; no accounts, requests, publications or history."""

    help = "Write all content (pages, pictures, facts, menus, redirects) into one zip for import_content."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="The zip to write, such as content.zip.")
        parser.add_argument("--replace", action="store_true", help="Write over a file that is there already.")
        parser.add_argument(
            "--with-recipients",
            action="store_true",
            help="Also the mailboxes that are told of new requests. A trial site would then mail the real desk.",
        )

    def handle(self, *args, file: Path, replace: bool, with_recipients: bool, **options):
        if file.exists() and not replace:
            raise CommandError(f"{file} is there already. Choose another name, or add --replace.")
        manifest = read_site(with_recipients)
        pictures = self.pictures_of(manifest)
        self.stdout.write(f"Writing {len(manifest['pages'])} pages and {len(pictures)} pictures")
        try:
            archive.write(file, manifest, pictures)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {file}: {file.stat().st_size / 1024 / 1024:.1f} MB.")

    def pictures_of(self, manifest) -> dict[str, Path]:
        """The kept file of every picture; an export without one of them could not be imported."""
        files = picture_files()
        named = {picture["file"]: picture["title"] for picture in manifest["pictures"]}
        lost = [title for name, title in named.items() if not files[name].is_file()]
        if lost:
            names = ", ".join(f"“{title}”" for title in lost)
            raise CommandError(f"The files of these pictures are lost: {names}. Bring them back, or delete them.")
        return {name: files[name] for name in named}
