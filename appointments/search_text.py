"""What of a request is searched, and how what a clerk types is read. No database."""

import re
from dataclasses import dataclass

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower, Replace, Substr
from django.utils.translation import gettext as _

# The indexes hold every three characters in a row: shorter words are found where they stand alone.
SHORTEST = 3
LONGEST = 100
# A clerk types "jose nunez" and means "José Núñez". Both cases, because SQLite lowers only A to Z.
FOLDS = dict(zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun", strict=True))
PHONE = re.compile(r"([\d\s().+/–-]*\d[\d\s().+/–-]*)((ext|x)\.?\s*\d+)?", re.IGNORECASE)
RUN = re.compile(r"[^\W_]+")
# `Concat` nests deeper than SQLite's parser goes.
PIPES = {"template": "(%(expressions)s)", "arg_joiner": " || "}


@dataclass(frozen=True)
class Search:
    """What a clerk looks for: texts that all occur in a request, or words that say why that cannot be."""

    texts: tuple[str, ...] = ()
    digits: str = ""
    problem: str = ""


def _folded(name: str):
    text = Lower(name)
    for letter, plain in FOLDS.items():
        text = Replace(text, Value(letter), Value(plain))
    return text


NAMES_AND_WAYS = (_folded("full_name"), _folded("patient_name"), Lower("email"), F("phone"))
REFERENCE = Func(
    Lower(Substr("reference", 1, 4)), Value("-"), Lower(Substr("reference", 5)), output_field=TextField(), **PIPES
)


def expression(*more) -> Func:
    """Names, email and phone of a row as one text in small letters, blanks around: ` pat sample  p@x.example … `."""
    parts = [part for text in (*NAMES_AND_WAYS, *more) for part in (Value(" "), text)]
    return Func(*parts, Value(" "), output_field=TextField(), **PIPES)


def _word(word: str) -> str:
    """The word as it occurs in the text; one without three letters in a row has to stand alone."""
    longest = max((len(run) for run in RUN.findall(word)), default=0)
    return word if longest >= SHORTEST else f" {word} "


def read(typed: str) -> Search:
    """What was typed as texts to look for."""
    if len(typed) > LONGEST:
        return Search(problem=_("Search for %(count)d characters or fewer.") % {"count": LONGEST})
    if phone := PHONE.fullmatch(typed.strip()):
        digits = re.sub(r"\D", "", phone[1])
        return Search((digits,), digits) if len(digits) >= SHORTEST else Search(problem=_too_short())
    folded = "".join(FOLDS.get(letter, letter) for letter in typed).lower()
    words = tuple(_word(word) for word in folded.split() if RUN.search(word))
    return Search(words) if words else Search(problem=_too_short())


def _too_short() -> str:
    return _("Search for a name, an email, a reference, or three digits of a phone in a row.")
