"""Guesses which word was meant where one letter is wrong."""

import string

from services.models import SearchTerm
from services.words import COMMON, stem, words

# A word has some 50 neighbours for each of its letters.
WORDS_GUESSED, GUESSABLE = 3, range(4, 16)


def one_letter_off(word: str) -> set[str]:
    """Every word with one letter of `word` lost, added, changed, or swapped with the next (Norvig's `edits1`)."""
    splits = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    lost = {left + right[1:] for left, right in splits if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    changed = {left + letter + right[1:] for left, right in splits if right for letter in string.ascii_lowercase}
    added = {left + letter + right for left, right in splits for letter in string.ascii_lowercase}
    return lost | swapped | changed | added


def suggest(query: str) -> str:
    """The query with unknown words replaced by ones that pages in public have, or nothing: one query."""
    typed = words(query)
    guessed = [word for word in typed if word not in COMMON and len(word) in GUESSABLE][:WORDS_GUESSED]
    guesses = {word: {stem(guess): guess for guess in sorted(one_letter_off(word))} for word in guessed}
    if not guesses:
        return ""
    asked = {stem(word) for word in guesses}.union(*guesses.values())
    known = list(SearchTerm.objects.in_public().known(list(asked)))
    better = {}
    for word, by_stem in guesses.items():
        best = next((term for term in known if term in by_stem), None)
        if best and stem(word) not in known:
            better[word] = by_stem[best]
    return " ".join(better.get(word, word) for word in typed) if better else ""
