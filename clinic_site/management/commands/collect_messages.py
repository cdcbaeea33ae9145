"""Writes the texts of the patient's side to clinic_site/locale for translators, and compiles what they wrote."""

import fnmatch
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

LANGUAGE = "es"
# What patients read. Staff and editors work in English, and pages are in the language they were written in.
PATIENTS_SIDE = (
    "appointments/answers.py",
    "appointments/availability.py",
    "appointments/call_times.py",
    "appointments/form_pages.py",
    "appointments/forms.py",
    "appointments/guesses.py",
    "appointments/hints.py",
    "appointments/lookup.py",
    "appointments/models/answers.py",
    "appointments/notices.py",
    "appointments/own_*.py",
    "appointments/statuses.py",
    "appointments/text_fields.py",
    "appointments/timeline.py",
    "appointments/views.py",
    "appointments/widgets.py",
    "clinic_site/errors.py",
    "services/bad_day.py",
    "services/facts.py",
    "services/menus.py",
    "services/moments.py",
    "templates/appointments/*",
    "templates/base.html",
    "templates/clinic/*",
    "templates/components/actions.html",
    "templates/components/bottom_bar.html",
    "templates/components/brand.html",
    "templates/components/footer.html",
    "templates/components/header.html",
    "templates/components/hours.html",
    "templates/components/languages.html",
    "templates/components/nav.html",
    "templates/components/next_steps.html",
    "templates/components/notices.html",
    "templates/components/place.html",
    "templates/components/urgent_help.html",
    "templates/error.html",
    "templates/mail/_*",
    "templates/mail/frame.*",
    "templates/mail/receipt.*",
)


def is_for_patients(path: str) -> bool:
    """Whether a file, named from the project's folder, holds texts of the patient's side."""
    return any(fnmatch.fnmatch(path, pattern) for pattern in PATIENTS_SIDE)


def _forget_the_date(path: Path) -> None:
    """Collecting again what has not changed leaves the file as it is."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "POT-Creation-Date" not in line), encoding="utf-8")


class Command(makemessages.Command):
    """`makemessages` for the files above; needs GNU gettext, which the running site does not."""

    help = "Collect the texts of the patient's side for translation, and compile the translations."
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-wrap", "--no-fuzzy-matching"]

    def handle(self, *args, **options):
        wanted = {"locale": [LANGUAGE], "no_wrap": True, "no_obsolete": True, "add_location": "file"}
        super().handle(*args, **{**options, **wanted})
        _forget_the_date(Path(settings.LOCALE_PATHS[0]) / LANGUAGE / "LC_MESSAGES" / "django.po")
        call_command("compilemessages", locale=[LANGUAGE], verbosity=options["verbosity"])

    def find_files(self, root):
        """Only what patients read."""
        return [each for each in super().find_files(root) if is_for_patients(each.path.removeprefix("./"))]
