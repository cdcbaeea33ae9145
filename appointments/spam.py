"""What makes a request look like spam: reasons with points, over plain values. Nothing is refused for it."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

# Nobody reads the form, gives a name and a number and checks both in less.
SHORTEST_SECONDS = 3
DOUBTFUL_FROM = 4

_ENDINGS = "com|net|org|info|biz|io|co|ru|cn|xyz|top|site|online|shop|store|club|live|link|click"
# An address written out, but not the second half of an email address.
LINK = re.compile(rf"https?://\S*|\bwww\.\w\S*|(?<![@\w.-])[\w-]+\.(?:{_ENDINGS})\b(?![@\w-]|\.\w)\S*", re.IGNORECASE)
LINK_CODE = re.compile(r"<a\s[^>]*href|\[(?:url|link)\b", re.IGNORECASE)
# Of offers to the clinic, never of complaints: medicines and money are what patients write about.
OFFER = re.compile(
    r"\b(?:seo|backlinks?|guest posts?|web(?:site)? (?:traffic|design|redesign)|rank(?:ing)? on google|"
    r"first page of google|lead generation|crypto\w*|bitcoin|forex|casino|betting|escorts?)\b",
    re.IGNORECASE,
)
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")


class Doubt(models.TextChoices):
    """A reason to doubt, in words for the desk; never a word that was typed."""

    TRAP = "trap", _("A field that people cannot see was filled in")
    FAST = "fast", _("Sent within three seconds of opening the form")
    LINK = "link", _("The text has a link")
    LINKS = "links", _("The text has several links")
    LINK_CODE = "link-code", _("The text has a link in HTML or forum code")
    LINK_AS_NAME = "link-as-name", _("A link stands where a name belongs")
    ALPHABETS = "alphabets", _("A word mixes letters of several alphabets")
    OFFER = "offer", _("The text uses words of advertisements")
    CONNECTION = "connection", _("Many requests came from the same connection within an hour")
    CONTACT = "contact", _("Many requests came with the same phone or email within a day")


POINTS = {
    Doubt.TRAP: 4,
    Doubt.FAST: 2,
    Doubt.LINK: 2,
    Doubt.LINKS: 4,
    Doubt.LINK_CODE: 4,
    Doubt.LINK_AS_NAME: 4,
    Doubt.ALPHABETS: 2,
    Doubt.OFFER: 2,
    Doubt.CONNECTION: 4,
    Doubt.CONTACT: 4,
}


def is_doubtful(doubts: Iterable[str]) -> bool:
    """Whether the reasons together are enough to put a request aside."""
    return sum(POINTS[Doubt(doubt)] for doubt in doubts) >= DOUBTFUL_FROM


def in_words(doubts: Iterable[str]) -> list[str]:
    """The reasons as the desk reads them; those of an older version, no longer known, as they are stored."""
    return [str(Doubt(doubt).label) if doubt in Doubt.values else doubt for doubt in doubts]


def _mixes_alphabets(word: str) -> bool:
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return len(names.intersection(_ALPHABETS)) > 1


def doubts_about(names: Iterable[str], texts: Iterable[str], trap: str, seconds: float) -> list[Doubt]:
    """Every reason to doubt what was typed as names and as texts, in the trap, and how many seconds it took."""
    name, text = "\n".join(names), "\n".join(texts)
    links = len(LINK.findall(text))
    found = {
        Doubt.TRAP: bool(trap.strip()),
        Doubt.FAST: seconds < SHORTEST_SECONDS,
        Doubt.LINK: links == 1,
        Doubt.LINKS: links > 1,
        Doubt.LINK_CODE: LINK_CODE.search(f"{name}\n{text}"),
        Doubt.LINK_AS_NAME: LINK.search(name),
        Doubt.ALPHABETS: any(map(_mixes_alphabets, re.findall(r"\w+", f"{name} {text}"))),
        Doubt.OFFER: OFFER.search(text),
    }
    return [doubt for doubt, is_so in found.items() if is_so]
