"""The cells of a table that an editor wrote, row by row."""

from html.parser import HTMLParser

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

CELLS = ("th", "td")


class _Reader(HTMLParser):
    """Collects the inner HTML of each cell; what stands outside of cells is left out."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in CELLS:
            self._cell = []
        else:
            self._keep(self.get_starttag_text() or "")

    def handle_endtag(self, tag):
        if tag in CELLS and self._cell is not None:
            if self.rows:
                self.rows[-1].append("".join(self._cell).strip())
            self._cell = None
        elif tag != "tr":
            self._keep(f"</{tag}>")

    def handle_data(self, data):
        self._keep(data)

    def handle_entityref(self, name):
        self._keep(f"&{name};")

    def handle_charref(self, name):
        self._keep(f"&#{name};")

    def _keep(self, piece: str) -> None:
        if self._cell is not None:
            self._cell.append(piece)


def rows_of(html: str) -> list[list[str]]:
    """The inner HTML of each cell, for a table that has been sanitised."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [row for row in reader.rows if row]


def words_of(cell: str) -> str:
    """The text of a cell alone."""
    return " ".join(strip_tags(cell.replace("<", " <")).replace("&nbsp;", " ").split())


def words_outside(html: str) -> bool:
    """Whether something stands beside the cells, where no table shows it."""
    inside = "".join(words_of(cell) for row in rows_of(html) for cell in row)
    return words_of(html).replace(" ", "") != inside.replace(" ", "")


def compared(html: str) -> dict:
    """A comparison for its template: the things compared, and a row for each question about them.

    Each answer comes with the name of its thing, for screens where the columns do not fit side by side.
    The HTML has been sanitised when it was saved.
    """
    head, *rest = rows_of(html) or [[]]
    corner, *things = [_safe(cell) for cell in head] or [SafeString("")]
    names = [words_of(thing) for thing in things]
    rows = [
        {"question": _safe(row[0]), "answers": list(zip(names, map(_safe, row[1:]), strict=False))} for row in rest
    ]
    return {"corner": corner, "things": things, "rows": rows}


def headed(html: str) -> dict:
    """A table with its first row as headings of the columns; nothing when cells were joined, which it would part."""
    if "colspan" in html or "rowspan" in html:
        return {"head": [], "rows": []}
    head, *rest = rows_of(html) or [[]]
    return {"head": [_safe(cell) for cell in head], "rows": [[_safe(cell) for cell in row] for row in rest]}


def _safe(cell: str) -> SafeString:
    """A cell of one paragraph without the paragraph's tags."""
    inner = cell.removeprefix("<p>").removesuffix("</p>")
    return mark_safe(cell if "<p>" in inner else inner)
