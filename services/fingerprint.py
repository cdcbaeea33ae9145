"""What a reviewer signs: the page's words and everything else that the public would read."""

import hashlib
import html
import json
import re
from collections.abc import Iterable

from django.db import models
from django.utils.html import strip_tags

from services.models import Page
from services.publishing import blocks_of

PAGE_FIELDS = ("title", "summary", "description", "author")
# A block's place among the others counts; its own numbers do not.
NOT_TEXT = ("id", "parent", "page", "region", "ordering", "position")
MINOR_WORDS = 5


def _value(row: models.Model, field: models.Field) -> str:
    """As on every site: a picture is named by its content, not by the number of its row."""
    image = getattr(row, field.name) if field.is_relation else None
    return image.checksum if image else str(field.value_from_object(row))


def _values(row: models.Model, leave_out: Iterable[str] = NOT_TEXT) -> list:
    return [_value(row, field) for field in row._meta.fields if field.name not in leave_out]


def contents(page: Page) -> list[list[str]]:
    """Every value of the page, its panel, names, sources and blocks, in order."""
    panel = getattr(page, "at_a_glance", None)
    return [
        [getattr(page, name) for name in PAGE_FIELDS],
        _values(panel) if panel else [],
        [name for row in page.also_called.all() for name in _values(row)],
        *[_values(source) for source in page.sources.all()],
        *[[block._meta.model_name, *_values(block)] for block in blocks_of(page)],
    ]


def fingerprint(page: Page) -> str:
    """SHA-256 of the contents; the address and the related pages may change without a new review."""
    return hashlib.sha256(json.dumps(contents(page)).encode()).hexdigest()


def words(page: Page) -> list[str]:
    """The page as plain words, for telling how much an edit changed."""
    text = " ".join(value for row in contents(page) for value in row)
    return html.unescape(strip_tags(text.replace("<", " <"))).split()


def is_minor(before: list[str], after: list[str]) -> bool:
    """A typo, not a change of meaning: the same numbers and no more than `MINOR_WORDS` other words."""

    def numbers(text: list[str]) -> list[str]:
        return re.findall(r"\d+(?:[.,]\d+)*", " ".join(text))

    def counted(text: list[str]) -> dict[str, int]:
        return {word: text.count(word) for word in set(text)}

    old, new = counted(before), counted(after)
    changed = sum(abs(old.get(word, 0) - new.get(word, 0)) for word in old.keys() | new.keys())
    # A replaced word counts twice: once gone, once new.
    return numbers(before) == numbers(after) and changed <= 2 * MINOR_WORDS
