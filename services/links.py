"""Links inside the site: which a text holds, and which of them lead nowhere; no database."""

from collections.abc import Collection, Iterable
from html.parser import HTMLParser
from urllib.parse import urlsplit


class _Anchors(HTMLParser):
    """Collects the target and the words of every link."""

    def __init__(self):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._href, self._words = dict(attrs).get("href") or "", []

    def handle_data(self, data):
        self._words.append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self._href is not None:
            self.found.append((self._href, " ".join("".join(self._words).split())))
            self._href = None


def internal_links(html: str, site_url: str) -> list[tuple[str, str]]:
    """(path, words) of every link to a page of this site, in order; fragments of the page itself are none."""
    anchors = _Anchors()
    anchors.feed(html)
    found = [(urlsplit(href.removeprefix(site_url) or "/"), words) for href, words in anchors.found if href]
    return [(parts.path, words) for parts, words in found if not (parts.scheme or parts.netloc) and parts.path]


def dead_links(
    bodies: Iterable[tuple[str, str]], answered: Collection[str], site_url: str
) -> list[tuple[str, str, str]]:
    """(path of the page, path that nothing answers, words of the link) of each dead link in (path, html) pairs."""
    return [
        (page, path, words)
        for page, html in bodies
        for path, words in internal_links(html, site_url)
        if path not in answered
    ]
