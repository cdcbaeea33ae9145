"""Finds published pages by words, other names and headings."""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from services import facts, spelling, tokens
from services.excerpts import excerpt
from services.models import Publication, SearchTerm
from services.words import COMMON, headings, plain_text, stem, terms, words

# Of facts and of pictures: what is filled in later is not what the page says.
ANY_TOKEN = re.compile(r"\[\[[^\]]*\]\]")
RESULTS = 20
LONGEST_QUERY = 200
TERMS_IN_QUERY = 20
# A whole title or name outweighs all words together; a word of a short title says more than one of a long title.
WHOLE_TITLE, WHOLE_NAME = 100_000, 50_000
TITLE_WORD, SHORT_TITLE, NAME_WORD, HEADING_WORD = 400, 100, 200, 20
MOST_IN_TEXT = 10


@dataclass(frozen=True)
class Hit:
    """One page found, with the place where the words stand."""

    publication: Publication
    excerpt: SafeString


@dataclass(frozen=True)
class Found:
    """The best pages, how many there are, whether they have all words, and the query as it may have been meant."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    has_every_word: bool = True
    suggestion: str = ""


# --- The index -----------------------------------------------------------------------------------
def _whole(text: str) -> str:
    return "=" + " ".join(terms(text))


def _texts(publication: Publication) -> Iterator[str]:
    """Everything the reader of the page sees under its title, but for the clinic's facts and the sources."""
    for text in (publication.summary, *(publication.facts.get("at_a_glance") or {}).values()):
        yield ANY_TOKEN.sub(" ", text)
    yield plain_text(ANY_TOKEN.sub(" ", publication.body))


def weigh(publication: Publication) -> Counter[str]:
    """The terms that find a publication, and how much each one says about it."""
    in_title = terms(publication.title)
    names = publication.facts.get("also_called", [])
    categories = [category["name"] for category in publication.facts.get("categories", [])]
    in_text = Counter(stem(word) for text in _texts(publication) for word in words(text) if word not in COMMON)
    weights = Counter({term: min(count, MOST_IN_TEXT) for term, count in in_text.items()})
    for heading in [*headings(ANY_TOKEN.sub(" ", publication.body)), *categories]:
        weights.update(dict.fromkeys(terms(heading), HEADING_WORD))
    for name in names:
        weights.update(dict.fromkeys(terms(name), NAME_WORD))
        weights[_whole(name)] = WHOLE_NAME
    weights.update({term: TITLE_WORD + SHORT_TITLE // len(in_title) for term in in_title})
    weights[_whole(publication.title)] = WHOLE_TITLE
    return weights


def index(publications: Iterable[Publication]) -> None:
    """Let these publications be found from the moment they are in public."""
    SearchTerm.objects.bulk_create(
        (
            SearchTerm(publication=publication, term=term, weight=weight)
            for publication in publications
            for term, weight in weigh(publication).items()
        ),
        batch_size=500,
    )


def drop_ended(at: datetime.datetime) -> None:
    """Keep the index small: what left the public by `at` is not found anyway."""
    SearchTerm.objects.of_ended(at).delete()


@transaction.atomic
def rebuild() -> int:
    """Write the whole index anew; returns how many publications it holds."""
    SearchTerm.objects.all().delete()
    publications = Publication.objects.not_ended(timezone.now())
    index(publications.iterator(chunk_size=100))
    return publications.count()


# --- The search ----------------------------------------------------------------------------------
def clean(query: str) -> str:
    """The query in one line of at most 200 characters, without what no keyboard types."""
    text = "".join(" " if unicodedata.category(character) == "Cc" else character for character in query)
    return unicodedata.normalize("NFC", " ".join(text[: LONGEST_QUERY * 5].split()))[:LONGEST_QUERY]


def _hit(publication: Publication, asked: set[str], site: facts.ClinicFacts) -> Hit:
    summary = escape(tokens.plain(publication.summary, site))
    text = plain_text(f"{summary} {tokens.fill(publication.body, site)}")
    return Hit(publication, excerpt(text, asked))


def search(query: str) -> Found:
    """Pages in public that have most words of a cleaned query: two queries, one more when a word is unknown."""
    asked = list(dict.fromkeys(terms(query)))[:TERMS_IN_QUERY]
    if not asked:
        return Found(has_every_word=False)
    rows = list(SearchTerm.objects.in_public().matching(asked, _whole(query))[:RESULTS])
    best = {row["publication"]: -row["score"] for row in rows if row["found"] == rows[0]["found"]}
    publications = Publication.objects.in_bulk(best).values()
    has_every_word = bool(rows) and rows[0]["found"] == len(asked)
    site = facts.current()
    ranked = sorted(publications, key=lambda publication: (best[publication.pk], publication.title, publication.pk))
    return Found(
        hits=tuple(_hit(publication, set(asked), site) for publication in ranked),
        total=rows[0]["equals"] if rows else 0,
        has_every_word=has_every_word,
        suggestion="" if has_every_word else spelling.suggest(query),
    )
