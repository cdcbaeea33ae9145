"""What changed between two texts, word by word, as safe HTML."""

import difflib
import re
from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Words and the blanks between them, so that joining gives the text back.
PIECES = re.compile(r"\s+|[^\s]+")


def _marked(tag: str, pieces: list[str]) -> SafeString:
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
