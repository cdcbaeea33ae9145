"""Links: they lead somewhere, and their words say where."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.markup import Link
from services.pagecheck.reading import TOKEN
from services.pagecheck.values import Finding, Level, PageText, Text

SCHEMES = ("http", "https", "mailto", "tel")
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.I)
VAGUE = frozenset(
    "click|click here|click this|continue|details|find out more|go|go here|here|info|learn more|link|more|more info|"
    "more information|page|read|read more|read this|see here|see more|site|tap here|this|this article|this link|"
    "this page|this site|view|website".split("|")
)


def _links(page: PageText) -> Iterator[tuple[Text, Link]]:
    for text in page.bodies:
        yield from ((text, link) for link in text.markup.links)


def links_have_address_and_words(page: PageText) -> Iterator[Finding]:
    """WCAG 2.2, 2.4.4: a link without words is announced as its address, one without an address is none."""
    for text, link in _links(page):
        if not link.text:
            message = _("This link has no text. Write words that say where it leads, or remove it.")
            yield Finding("link-without-text", Level.ERROR, message, text.where, link.href or "")
        if (link.href or "").strip() in ("", "#"):
            message = _("This link leads nowhere. Give it an address, or remove it.")
            yield Finding("empty-link", Level.ERROR, message, text.where, link.text)


def links_are_of_a_known_kind(page: PageText) -> Iterator[Finding]:
    """Web, mail and phone; never a script."""
    for text, link in _links(page):
        scheme = SCHEME.match(link.href or "")
        if scheme and scheme[1].lower() not in SCHEMES:
            message = _("Links may lead to web pages, email addresses and phones only.")
            yield Finding("unsafe-link", Level.ERROR, message, text.where, link.href)


def links_hold_no_link(page: PageText) -> Iterator[Finding]:
    """A phone token becomes a link; inside another one both would break."""
    for text, link in _links(page):
        if any(match[1].startswith("phone") for match in TOKEN.finditer(link.text)):
            message = _("A phone fact is a link already. Take the link around it away.")
            yield Finding("link-in-link", Level.ERROR, message, text.where, link.text)


def link_words_say_where(page: PageText) -> Iterator[Finding]:
    """People who jump from link to link hear its words alone."""
    for text, link in _links(page):
        words = re.sub(r"[^\w\s]", " ", link.text).casefold()
        if " ".join(words.split()) in VAGUE or re.match(r"https?://|www\.", link.text, re.I):
            message = _("Say in the link's words where it leads: “Risks of dry needling”, not “click here”.")
            yield Finding("vague-link", Level.WARNING, message, text.where, link.text)


def internal_path(href: str | None) -> str | None:
    """The path of a link to this site, without query and anchor; None for any other link."""
    href = (href or "").strip()
    if not href or href.startswith(("#", "?", "//")) or SCHEME.match(href):
        return None
    return re.split(r"[?#]", href, maxsplit=1)[0]


def links_lead_to_pages_in_public(page: PageText) -> Iterator[Finding]:
    """A link to this site leads to something patients can open."""
    for text, link in _links(page):
        path = internal_path(link.href)
        if path and path not in page.known_paths:
            message = _("No page is in public at {path}. Correct the link, or publish that page first.")
            yield Finding("dead-link", Level.WARNING, message.format(path=path), text.where, link.text)
