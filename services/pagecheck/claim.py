"""Tells a claim from its denial: "a cure" from "not a cure"."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

# "It is not a cure", "we never promise a cure": a denial that reaches the claim with no other clause between.
DENIAL = re.compile(
    r"\b(?:not(?! only\b| just\b| merely\b)|no(?! matter\b| doubt\b| longer\b)|never|nobody|nothing|none|neither|nor"
    r"|cannot|without|rather than|instead of|unable|unlikely|unclear|uncertain|avoid|\w+n't)"
    r"(?:\s+(?!and\b|but\b|so\b|because\b|until\b|while\b)[\w'/-]+){0,5}\s+[\"“(]?$",
    re.I,
)
REACH = 80  # characters before a claim in which its denial is looked for
# "Is it safe?" asks; "Want to be pain-free?" and "Do you want a cure?" advertise.
PLAIN_QUESTION = re.compile(r"^(?:is|are|does|did|can|will|could|would|has|do)\s+(?!you\b)[^?]*\?$", re.I)


@dataclass(frozen=True)
class Claim:
    """Words to look for in a sentence, and what to write instead.

    `unless`: in such a sentence they are harmless. Not `deniable`: harmful even with a "not" before them.
    """

    rule: str
    words: str
    message: str | Promise
    unless: str = r"(?!)"
    deniable: bool = True

    @cached_property
    def _words(self) -> re.Pattern:
        return re.compile(self.words, re.I)

    @cached_property
    def _unless(self) -> re.Pattern:
        return re.compile(self.unless, re.I)

    def quote(self, sentence: str) -> str:
        """The words that make the claim in this sentence, or ""."""
        claims = [match for match in self._words.finditer(sentence) if not self._is_denied(sentence, match.start())]
        if not claims or PLAIN_QUESTION.search(sentence) or self._unless.search(sentence):
            return ""
        return claims[0][0]

    def _is_denied(self, sentence: str, at: int) -> bool:
        return self.deniable and bool(DENIAL.search(sentence[max(0, at - REACH) : at]))
