"""Reads a page as a browser does: its elements with attributes and text, and what a form would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
UNSENT = ("submit", "button", "file", "image", "reset")


@dataclass
class Element:
    """One element; `text` has single blanks between its words."""

    tag: str
    attrs: dict[str, str]
    pieces: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    @property
    def raw(self) -> str:
        return "".join(self.pieces)


class Document(HTMLParser):
    """All elements of a page in order."""

    def __init__(self, response):
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(response.content.decode() if hasattr(response, "content") else response)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        for parent in self._open:
            parent.children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while any(element.tag == tag for element in self._open):
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data):
        for element in self._open:
            element.pieces.append(data)

    def all(self, tag: str, **attrs: str) -> list[Element]:
        """Elements with that tag and those attributes."""
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.attrs.get(name) == value for name, value in attrs.items())
        ]

    def one(self, tag: str, **attrs: str) -> Element:
        """The only such element."""
        (element,) = self.all(tag, **attrs)
        return element

    def values(self, attribute: str) -> list[str]:
        """Every value of an attribute on the page."""
        return [element.attrs[attribute] for element in self.elements if attribute in element.attrs]


def _sent_by(control: Element) -> list[str]:
    kind = control.attrs.get("type", "text")
    if control.tag == "select":
        options = [each for each in control.children if each.tag == "option"]
        chosen = [each for each in options if "selected" in each.attrs]
        return [each.attrs.get("value", "") for each in chosen or options[:1] * ("multiple" not in control.attrs)]
    if control.tag == "textarea":
        return [control.raw.removeprefix("\n")]
    if kind in UNSENT or (kind in ("checkbox", "radio") and "checked" not in control.attrs):
        return []
    return [control.attrs.get("value", "on" if kind == "checkbox" else "")]


def form_data(response, form_id: str) -> dict[str, list[str]]:
    """What the form with that id would send if its owner pressed no button yet."""
    return filled_in(Document(response).one("form", id=form_id))


def filled_in(form: Element) -> dict[str, list[str]]:
    """What a form would send."""
    data: dict[str, list[str]] = {}
    for control in form.children:
        if control.tag in ("input", "select", "textarea") and "name" in control.attrs:
            values = _sent_by(control)
            if values:
                data.setdefault(control.attrs["name"], []).extend(values)
    return data
