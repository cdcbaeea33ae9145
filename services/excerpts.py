"""Shows the piece of a text where the words somebody searched for first stand, marked."""

import re
from collections.abc import Collection, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from services.words import WORD, fold, stem

LENGTH = 220  # characters
BEFORE = 60  # of them at most this many before the first marked word
# A word and its stem begin alike for at least this many letters, or as many as the stem has.
ALIKE = 3


def _hits(text: str, terms: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where the words of folded `text` stand whose stem is one of `terms`."""
    beginnings = "|".join(sorted({re.escape(term[:ALIKE]) for term in terms}))
    for candidate in re.finditer(rf"(?<![^\W_])(?={beginnings})", text):
        word = WORD.match(text, candidate.start())
        if word and stem(word[0]) in terms:
            yield word.span()


def _window(text: str, hit: int) -> tuple[int, int]:
    """Where the excerpt that holds position `hit` begins and ends: between words if there are any."""
    start, end = max(0, hit - BEFORE), max(0, hit - BEFORE) + LENGTH
    if start:
        start = text.find(" ", start, hit) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", hit + 1, end), 0) or end
    return start, min(end, len(text))


def excerpt(text: str, terms: Collection[str]) -> SafeString:
    """About 220 characters of plain `text` (NFC) round the first word with one of these stems, as safe HTML."""
    hits = list(_hits(fold(text), terms)) if terms else []
    start, end = _window(text, hits[0][0] if hits else 0)
    pieces, at = ["… " if start else ""], start
    for first, last in hits:
        if first >= at and last <= end:
            pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    pieces += [escape(text[at:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(pieces))
