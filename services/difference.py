"""What changed between two texts: passages that are alike, and lines marked word by word, as safe HTML."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from services.lines import Line

# Words and the blanks between them, so that joining gives the text back.
PIECES = re.compile(r"\s+|[^\s]+")
# Lines with less in common than this are not shown as one line that changed.
ALIKE = 0.4


@dataclass(frozen=True)
class Passage:
    """Lines in a row that both texts have, or that differ; each with what it is."""

    is_same: bool
    lines: list[tuple[str, SafeString]]


def _marked(tag: str, pieces: Sequence[str]) -> SafeString:
    text = "".join(pieces)
    return format_html("<{0}>{1}</{0}>", tag, text) if text else SafeString("")


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[SafeString]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            yield (format_html("{}", "".join(before[a1:a2])),)
        else:
            yield (_marked("del", before[a1:a2]),)
            yield (_marked("ins", after[b1:b2]),)


def inline(before: str, after: str) -> SafeString:
    """`after` with what is new in <ins> and what is gone in <del>; both texts are escaped."""
    return format_html_join("", "{}", _runs(PIECES.findall(before), PIECES.findall(after)))


def passages(before: list[Line], after: list[Line]) -> list[Passage]:
    """The whole of both texts in order; a line that changed is shown once, with its words marked."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found = []
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            same = [(line.label, format_html("{}", line.text)) for line in before[a1:a2]]
            found.append(Passage(True, same))
        else:
            found.append(Passage(False, list(_changed(before[a1:a2], after[b1:b2]))))
    return found


def differ(found: list[Passage]) -> bool:
    """Whether any passage is not the same in both texts."""
    return any(not passage.is_same for passage in found)


def _changed(gone: list[Line], new: list[Line]) -> Iterator[tuple[str, SafeString]]:
    if len(gone) == len(new) or (gone and new and _alike(gone[0], new[0])):
        for old, fresh in zip_longest(gone, new):
            yield from _pair(old, fresh)
        return
    yield from ((line.label, _marked("del", line.text)) for line in gone)
    yield from ((line.label, _marked("ins", line.text)) for line in new)


def _pair(old: Line | None, fresh: Line | None) -> Iterator[tuple[str, SafeString]]:
    if old and fresh and _alike(old, fresh):
        yield fresh.label, inline(old.text, fresh.text)
        return
    if old:
        yield old.label, _marked("del", old.text)
    if fresh:
        yield fresh.label, _marked("ins", fresh.text)


def _alike(old: Line, fresh: Line) -> bool:
    words = difflib.SequenceMatcher(None, old.text.split(), fresh.text.split(), autojunk=False)
    return old.label == fresh.label and (words.ratio() >= ALIKE or len(old.text.split()) <= 4)
