"""Turns pages and what somebody typed into the words that search compares."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

from snowballstemmer.english_stemmer import EnglishStemmer

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
LONGEST_WORD = 40
# Too common to tell one page from another; they count only where a title or a query has no other word.
COMMON = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could did do does doing "
    "for from get had has have having he her his how i if in into is it its just may me more most my no nor not of "
    "on or our out over she should so some such than that the their them then there these they this to too under "
    "until up us very was we were what when where which who why will with would you your".split()
)
HEADING = re.compile(r"<h[2-4]\b[^>]*>(.*?)</h[2-4]>", re.DOTALL)
# These stand inside a word or a sentence; every other tag ends one.
INLINE_TAG = re.compile(r"</?(?:a|abbr|b|dfn|em|i|strong)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


class _Folding(dict):
    """For `str.translate`: each character as one small letter without its accent."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFKD", chr(code))[0]
        self[code] = base.lower() if len(base.lower()) == 1 else base
        return self[code]


_FOLDING = _Folding({ord("\u2019"): "'"})


def fold(text: str) -> str:
    """`Über ’n Café` as `uber 'n cafe`: as long as `text`, which must be in Unicode's composed form (NFC)."""
    return text.translate(_FOLDING)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The folded word without its English ending (Porter 2): needle, needles and needling are all `needl`."""
    return EnglishStemmer().stemWord(word[:LONGEST_WORD])  # one each: a stemmer must not be shared by threads


def words(text: str) -> list[str]:
    """Every word of the text, folded, in order."""
    return WORD.findall(fold(unicodedata.normalize("NFC", text)))


def terms(text: str) -> list[str]:
    """The stems that stand for a title, a name or a query: without common words, unless it has no other."""
    found = words(text)
    return [stem(word) for word in found if word not in COMMON] or [stem(word) for word in found]


def plain_text(html: str) -> str:
    """What a reader sees of our own safe HTML, in one line."""
    text = unescape(TAG.sub(" ", INLINE_TAG.sub("", html)))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def headings(html: str) -> list[str]:
    """The texts of the headings below the page's own."""
    return [plain_text(heading) for heading in HEADING.findall(html)]
