"""Reads HTML as a person does: lines of words, links, headings, pictures."""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNSEEN = ("script", "style", "template", "title", "noscript")
# Tags that start and end a line; inside a table row they only part its cells.
LINES = frozenset(
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer form header hr li main nav ol p "
    "pre section table tbody tfoot thead ul".split()
).union(HEADINGS)
CELLS = ("td", "th")
# What word processors leave in a text and no reader sees, and the shapes of a quote and a hyphen.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
SHAPES = str.maketrans("’‘‑‐", "''--")


@dataclass(frozen=True)
class Line:
    """A paragraph (`p`), list item (`li`), heading (`h2`) or table row (`row`, its cells parted by newlines)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Link:
    """Where it leads (None: no address at all) and the words people click."""

    href: str | None
    text: str


@dataclass(frozen=True)
class Markup:
    """What a piece of HTML holds. `alts` has None for a picture without the attribute."""

    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    headings: tuple[tuple[int, str], ...]
    alts: tuple[str | None, ...]
    points: int


def squeeze(text: str) -> str:
    """Single blanks, no invisible signs, one shape of apostrophe and hyphen; newlines stay."""
    lines = INVISIBLE.sub("", text).translate(SHAPES).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.lines, self.links, self.headings, self.alts = [], [], [], []
        self.points = 0
        self._open = Counter()
        self._words = []
        self._href, self._link = None, None

    def parse_marked_section(self, i, report=1):
        """Pass over `<![if !supportLists]>` of word processors, on which the library gives up."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag, attrs):
        self._break(tag)
        self._open[tag] += 1
        match tag:
            case "li":
                self.points += 1
            case "a":
                self._end_link()
                self._href, self._link = dict(attrs).get("href"), []
            case "img":
                given = dict(attrs)
                self.alts.append(given["alt"] or "" if "alt" in given else None)
                self._say(self.alts[-1] or "", in_line=False)

    def handle_endtag(self, tag):
        self._break(tag)
        if tag == "a":
            self._end_link()
        self._open[tag] = max(0, self._open[tag] - 1)

    def handle_data(self, data):
        if not any(self._open[tag] for tag in UNSEEN):
            self._say(re.sub(r"\s", " ", data))

    def close(self):
        super().close()
        self._end_link()
        self._end_line()

    def _say(self, words: str, in_line: bool = True) -> None:
        if in_line:
            self._words.append(words)
        if self._link is not None:
            self._link.append(words)

    def _break(self, tag: str) -> None:
        if self._open["tr"] and tag != "tr":
            if tag in LINES or tag in CELLS or tag == "br":
                self._words.append("\n")
        elif tag in LINES or tag == "tr":
            self._end_line()
        elif tag == "br":
            self._words.append("\n")

    def _kind(self) -> str:
        if self._open["tr"]:
            return "row"
        heading = next((tag for tag in HEADINGS if self._open[tag]), "")
        return heading or ("li" if self._open["ul"] or self._open["ol"] or self._open["li"] else "p")

    def _end_line(self) -> None:
        kind, text = self._kind(), squeeze("".join(self._words))
        self._words = []
        if kind in HEADINGS:
            self._open[kind] = 0
            self.headings.append((int(kind[1]), text))
        if text:
            self.lines.append(Line(kind, text))

    def _end_link(self) -> None:
        if self._link is not None:
            self.links.append(Link(self._href, squeeze("".join(self._link)).replace("\n", " ")))
            self._link = None


def read(html: str) -> Markup:
    """The content of any HTML, however broken."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Markup(tuple(reader.lines), tuple(reader.links), tuple(reader.headings), tuple(reader.alts), reader.points)
