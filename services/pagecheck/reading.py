"""How hard a text is to read: sentences, words, syllables and the Flesch-Kincaid grade.

The grade is Kincaid et al., 1975 (Naval Technical Training Command, report 8-75). `textstat` computes the same,
but fetches its dictionary of pronunciations from the network at its first use; counting syllables by the rules
below agrees with that dictionary closely enough for a grade (tests/services/test_pagecheck_reading.py).
"""

import re
from collections.abc import Iterable

CITATION = re.compile(r"(?<!\[)\[(\d+(?:\s*[,–-]\s*\d+)*)\](?!\])")
TOKEN = re.compile(r"\[\[([^\[\]]*)\]\]")
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d[\d,.]*")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“'(]?[A-Z0-9])|(?<=[.!?][\"”')])\s+(?=[\"“'(]?[A-Z0-9])|\n")
ABBREVIATED = re.compile(r"\b(?:Dr|Drs|Mr|Mrs|Ms|St|vs|e\.g|i\.e|cf|Fig|approx|Inc|U\.S)\.$")

VOWELS = re.compile(r"[aeiouy]+")
# One group of vowels that is two sounds: rad-i-o, sci-ence, flu-id, muse-um, cre-ate, do-ing.
TWO_SOUNDS = re.compile(
    r"[bdghklmnprv]i(?:a(?!l)|o(?!us))|ciat|[dr]ea$|ia(?=l?$)|[bt]ial|ienc|iet|quie|[^cgt]ious|^sci|[^gq]u(?:a[lt]|[eo]us|id)|"
    r"eu[ms]|crea[tr][ei]|eo[glnrst]|[aeiouy]ing|ism$|thm|[^l]lying|nuum|[dlnrs]oe[lt]"
)
# The e at the end of a word, and in -ed and -es after most sounds, is silent; in -le after a consonant it is not.
SILENT_E = re.compile(
    r"(?<=[^aeiouy])e$|(?<=[^aeioutd])ed$|(?<=[^aeiouschxzg])es$|(?<=..)e(?=ly$|ty$|ful|less|ment)|(?<=som)e(?=.)"
)
SOUNDED_LE = re.compile(r"[^aeiouylr]le[sd]?$")


def plain(text: str) -> str:
    """The text as it is read aloud: without citations, and with a short word in the place of a fact."""
    return TOKEN.sub("this", CITATION.sub("", text))


def sentences(text: str) -> list[str]:
    """Split at the end of sentences and of lines."""
    found = []
    for piece in END_OF_SENTENCE.split(text):
        if found and ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece.strip():
            found.append(piece.strip())
    return found


def words(text: str) -> list[str]:
    """Words and numbers; one with a hyphen is one word."""
    return WORD.findall(text)


def syllables(word: str) -> int:
    """About how many syllables a word has when spoken; a number counts as one."""
    return sum(_syllables(piece) for piece in re.split(r"['-]", word.lower())) or 1


def _syllables(piece: str) -> int:
    if len(piece) < 3 or not VOWELS.search(piece):
        return 1 if len(piece) > 1 or piece in "aio" else 0
    count = len(VOWELS.findall(piece)) + len(TWO_SOUNDS.findall(piece))
    if not SOUNDED_LE.search(piece):
        count -= len(SILENT_E.findall(piece))
    return max(1, count)


def grade(texts: Iterable[str]) -> float:
    """The US school grade at which the sentences are easy to read; 0 without words."""
    counted = [found for text in texts for sentence in sentences(plain(text)) if (found := words(sentence))]
    total = sum(len(sentence) for sentence in counted)
    if not total:
        return 0.0
    spoken = sum(syllables(word) for sentence in counted for word in sentence)
    return 0.39 * total / len(counted) + 11.8 * spoken / total - 15.59
