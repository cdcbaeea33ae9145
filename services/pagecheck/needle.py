"""The needle is described once, by the fact record; nothing on a page contradicts it."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import TOKEN, sentences
from services.pagecheck.values import Finding, Level, PageText

CLAUSE = re.compile(
    r"[;:,]\s+(?=(?:and|but|while|whereas|the|dry|in|we|our|it|an?|this)\b)|\b(?:while|whereas|but)\b", re.I
)
# Words that say what a needle is like, and so belong to the record.
LOOKS = (
    "acupuncture|beveled|bevelled|blunt|coarse|cutting|disposable|filiform|fine|flexible|hair-thin|heavy|hollow|large|"
    "long|medicated|non-sterile|reusable|reused|short|single-use|small|solid|sterile|thick|thicker|thin|tiny|"
    "ultra-fine|ultra-thin|unsterile|wide"
)
DESCRIBED = re.compile(
    rf"\b((?:(?:{LOOKS})(?:,? and |,? or |, | )(?:\w+ )??){{1,6}})needles?\b"
    rf"|\bneedles?(?: we use| used)? (?:is|are) ((?:(?:very|also|both|and|a|{LOOKS})[ ,.]*){{1,6}})(?=\W|$)",
    re.I,
)
# Another needle is spoken of: that of an injection, or one that ours is not.
OTHERS = re.compile(
    r"\binject(?:ions?|s|ed|ing)?\b|\bsyringes?\b|\bblood draws?\b|\bvaccin\w+|\bacupuncturists?\b", re.I
)
OURS = re.compile(
    r"\bdry needl\w+|\bwe use\b|\bour\b|\b(?:nothing|not|no|without|never|isn't|aren't)\b[^.]{0,25}\binject", re.I
)
COMPARED = re.compile(
    r"\b(?:not|no|never|unlike|than|rather than|instead of|differ(?:s|ent)? from|compared (?:with|to)|as|like|\w+n't)"
    r"(?:\s+[\w'-]+){0,4}\s+$",
    re.I,
)


def _is_another(clause: str, at: int) -> bool:
    """Whether the needle at that place of the clause is not the one we use."""
    if COMPARED.search(clause[max(0, at - 80) : at]):
        return True
    return bool(OTHERS.search(clause) or re.search(r"\bhollow\b", clause, re.I)) and not OURS.search(clause)


def _clauses(page: PageText) -> Iterator[tuple[str, str]]:
    for text in page.texts:
        for sentence in sentences(TOKEN.sub("this", text.words)):
            yield from ((text.where, clause.strip()) for clause in CLAUSE.split(sentence) if clause)


def needle_is_not_hypodermic(page: PageText) -> Iterator[Finding]:
    """Ours is solid; a hypodermic needle is the hollow one of an injection."""
    for where, clause in _clauses(page):
        for match in re.finditer(r"\bhypodermics?\b(?: needles?| syringes?)?", clause, re.I):
            if not _is_another(clause, match.start()):
                message = _(
                    "Our needle is not hypodermic: it is thin and solid, and nothing is injected. Write [[needle]]."
                )
                yield Finding("hypodermic", Level.WARNING, message, where, match[0])


def needle_is_as_recorded(page: PageText) -> Iterator[Finding]:
    """What a page says about our needle is in the record."""
    recorded = set(re.findall(r"[\w-]+", page.needle.lower()))
    for where, clause in _clauses(page):
        for match in DESCRIBED.finditer(clause) if recorded else ():
            words = set(re.findall(rf"\b(?:{LOOKS})\b(?!-)", (match[1] or match[2]).lower()))
            if words - recorded and not _is_another(clause, match.start()):
                message = _("The record says “{needle}”. Write [[needle]], or correct the record.")
                text = message.format(needle=page.needle)
                yield Finding("other-needle", Level.WARNING, text, where, match[0])
