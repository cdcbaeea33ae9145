"""Where pages went: written when a page moves, followed when nothing else answers.

Rows are kept flat, and read as a chain: with a move that is scheduled, old and new rows hold at once.
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from services.addresses import answers, is_path, is_reserved
from services.models import Publication, Redirect

LONGEST_CHAIN = 10
LONGEST_PATH = 200


def chain(path: str) -> list[str]:
    """The addresses that `path` leads to, one after the other; none twice."""
    found: list[str] = []
    while len(found) < LONGEST_CHAIN:
        row = Redirect.objects.from_path(found[-1] if found else path).first()
        if row is None or row.to_path in (path, *found):
            break
        found.append(row.to_path)
    return found


def target_of(path: str) -> str:
    """Where to send a visitor of `path`, which nothing answers: a page in public, in one hop; "" for nowhere."""
    if len(path) > LONGEST_PATH or not is_path(path):
        return ""
    return next((target for target in chain(path) if is_path(target) and answers(target)), "")


def note_move(publication: Publication, previous: Publication | None, now: datetime.datetime) -> None:
    """Write down that the page of `previous` is found at the path of `publication`, in the caller's transaction."""
    moved_from = previous.path if previous and previous.path != publication.path else ""
    if moved_from:
        Redirect.objects.update_or_create(
            from_path=moved_from,
            defaults={"to_path": publication.path, "is_automatic": True, "created_at": timezone.now()},
        )
    if publication.starts_at > now:
        return  # until then the old rows still lead right
    Redirect.objects.from_path(publication.path).delete()
    if moved_from:
        Redirect.objects.repoint(moved_from, publication.path)


def as_old_address(typed: str) -> str:
    """A page's address ends with a slash; a file of the old site (`/index.html`) does not."""
    last = typed.rpartition("/")[2]
    return typed if not last or "." in last else f"{typed}/"


def wrong_source(path: str) -> str:
    """Why `path` cannot be an old address, in words; "" when it can."""
    if not is_path(path):
        return _("Enter a path such as /old-page/: no web address, no question mark, no blanks.")
    if is_reserved(path):
        return _("The site itself uses this address. Choose another one.")
    if answers(path):
        return _("There is a page at this address. A redirect works only where there is none.")
    return ""


def wrong_target(path: str, source: str) -> str:
    """Why `path` cannot be what `source` leads to, in words; "" when it can."""
    if not is_path(path):
        return _("Enter a path of this site, such as /treatments/dry-needling/.")
    if path == source or source in chain(path):
        return _("This would lead in a circle, back to the old address.")
    if is_reserved(path) or not answers(path):
        return _("There is no page in public at this address.")
    return ""
