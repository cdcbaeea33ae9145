"""A page and what is found on it, as plain values."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from django.utils.html import escape

from services.pagecheck.markup import Markup, read


class Level(StrEnum):
    """An error keeps a page from being published, a warning explains itself."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing to look at: `where` is the id of an element of the admin form, `quote` the words meant."""

    rule: str
    level: Level
    message: str
    where: str
    quote: str = ""


@dataclass(frozen=True)
class Text:
    """What stands in one field of the form. `takes_facts`: the site fills fact tokens there."""

    where: str
    html: str = ""
    takes_facts: bool = True

    @classmethod
    def plain(cls, where: str, text: str, takes_facts: bool = True) -> "Text":
        """Text of a field without markup."""
        return cls(where, f"<p>{escape(text)}</p>" if text.strip() else "", takes_facts)

    @classmethod
    def points(cls, where: str, text: str) -> "Text":
        """Text of a field that holds one point per line."""
        return cls(where, "".join(f"<li>{escape(line)}</li>" for line in text.splitlines() if line.strip()))

    @cached_property
    def markup(self) -> Markup:
        return read(self.html)

    @property
    def words(self) -> str:
        """The text alone, one line per paragraph."""
        return "\n".join(line.text for line in self.markup.lines)


@dataclass(frozen=True)
class Heading:
    """A heading as the page shows it; `level` 2 is a main section."""

    where: str
    level: int
    text: str


@dataclass(frozen=True)
class Picture:
    """A picture and its words for those who cannot see it."""

    where: str
    alt: str = ""
    is_decorative: bool = False


@dataclass(frozen=True)
class Part:
    """A block of the page; `block` is its kind (`section`, `carecard`, …), `where` its first field."""

    block: str
    where: str
    heading: Heading | None = None
    texts: tuple[Text, ...] = ()
    picture: Picture | None = None
    urgency: str = ""
    as_of: datetime.date | None = None
    as_of_where: str = ""

    @property
    def is_emergency(self) -> bool:
        return self.block == "carecard" and self.urgency == "emergency"

    @property
    def has_words(self) -> bool:
        """Whether anything stands under the heading."""
        return self.block != "section" or any(text.words for text in self.texts)


@dataclass(frozen=True)
class PageText:
    """All of a page that rules look at. `needle` is the fact record; phones are in E.164 form."""

    kind: str
    today: datetime.date
    title: str = ""
    slug: str = ""
    summary: str = ""
    description: str = ""
    glance: tuple[Text, ...] = ()
    parts: tuple[Part, ...] = ()
    sources: tuple[str, ...] = ()
    author: str = ""
    reviewer: str = ""
    reviewed_on: datetime.date | None = None
    next_review_on: datetime.date | None = None
    needle: str = ""
    known_facts: frozenset[str] = frozenset()
    known_phones: Mapping[str, str] = field(default_factory=dict)  # number to the token that shows it
    known_paths: frozenset[str] = frozenset()
    address_held_by: str = ""  # title of another page that is in public at this page's address

    @cached_property
    def head(self) -> tuple[Text, ...]:
        """Title, summary and description: fields of the page itself."""
        title = Text.plain("id_title", self.title, takes_facts=False)
        return (title, Text.plain("id_summary", self.summary), Text.plain("id_description", self.description))

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Every heading under the title, in the page's order."""
        return tuple(heading for part in self.parts for heading in _headings(part))

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text a patient can read or hear, in the page's order."""
        return (*self.head, *self.glance, *(text for part in self.parts for text in _texts(part)))

    @property
    def bodies(self) -> Iterator[Text]:
        """The running text: neither headings nor what stands above them."""
        return (text for part in self.parts for text in part.texts)

    @property
    def end(self) -> str:
        """Where a missing block would be added."""
        return self.parts[-1].where if self.parts else "id_title"

    def parts_of(self, block: str) -> list[Part]:
        """The blocks of one kind."""
        return [part for part in self.parts if part.block == block]


def _headings(part: Part) -> Iterator[Heading]:
    if part.heading and part.heading.text.strip():
        yield part.heading
    for text in part.texts:
        yield from (Heading(text.where, level, words) for level, words in text.markup.headings)


def _texts(part: Part) -> Iterator[Text]:
    if part.heading:
        yield Text.plain(part.heading.where, part.heading.text)
    yield from part.texts
    if part.picture:
        yield Text.plain(part.picture.where, part.picture.alt)
