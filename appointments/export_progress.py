"""How far the file that somebody is downloading has come: as far as the access record says, in any process."""

import re

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from appointments.models import AuditEntry

# What an entry says of its piece of the file.
WRITTEN = re.compile(r"(?P<all>\d+) requests.*, from row (?P<first>\d+)")


def detail(what: str, first: int) -> str:
    """Of one piece of the file, for the access record: which file, and from which row on."""
    return f"{what}, from row {first}"


def newest_export(user) -> int:
    """The number of the last entry about a file of this user; 0 when there is none."""
    return AuditEntry.objects.exports_of(user).values_list("pk", flat=True).first() or 0


def since(user, entry: int) -> tuple[int, int]:
    """(written, all) of the file whose pieces are in the record after that entry; (0, 0) before its first piece."""
    found = AuditEntry.objects.exports_of(user).filter(pk__gt=entry).first()
    piece = WRITTEN.fullmatch(found.detail) if found else None
    return (int(piece["first"]) - 1 + found.about.count(), int(piece["all"])) if piece else (0, 0)


def in_words(written: int, of_all: int) -> str:
    """Such as "Written: 1,000 of 12,500 requests."; nothing before the first piece."""
    if not of_all:
        return ""
    numbers = {
        "written": number_format(written, force_grouping=True),
        "all": number_format(of_all, force_grouping=True),
    }
    return _("Written: {written} of {all} requests.").format(**numbers)
