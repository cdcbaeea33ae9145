"""Plain words: short title, short sentences, a grade of 8 or lower."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import grade, plain, sentences, words
from services.pagecheck.values import Finding, Level, PageText

LONGEST_TITLE = 60  # search engines cut what is longer
LONGEST_SENTENCE = 30  # words
HIGHEST_GRADE = 8
SHORTEST_POINT = 4  # words: shorter list items and table cells are names, not sentences
SHORTEST_TEXT = 30  # words: a grade of less says nothing


def has_description(page: PageText) -> Iterator[Finding]:
    """Search engines show it under the title."""
    if not page.description.strip():
        text = _("Write the description that search engines show under the title.")
        yield Finding("missing-description", Level.WARNING, text, "id_description")


def title_is_short(page: PageText) -> Iterator[Finding]:
    """Sixty characters fit into a search result."""
    if len(page.title) > LONGEST_TITLE:
        text = _("The title has {number} characters. Search engines cut it after about {most}.")
        text = text.format(number=len(page.title), most=LONGEST_TITLE)
        yield Finding("long-title", Level.WARNING, text, "id_title", page.title)


def sentences_are_short(page: PageText) -> Iterator[Finding]:
    """Thirty words are the most that people hold in mind."""
    for text in page.texts:
        for sentence in sentences(plain(text.words)):
            if (number := len(words(sentence))) > LONGEST_SENTENCE:
                message = _("This sentence has {number} words. Make two of it: {most} is the most.")
                message = message.format(number=number, most=LONGEST_SENTENCE)
                yield Finding("long-sentence", Level.WARNING, message, text.where, sentence)


def running_text(page: PageText) -> list[str]:
    """What the reading grade is taken of: no headings, no names in lists."""
    lines = [page.summary] if page.summary.strip() else []
    for text in (*page.glance, *page.bodies):
        for line in text.markup.lines:
            if line.kind in ("li", "row"):
                lines += [each for each in line.text.split("\n") if len(words(each)) >= SHORTEST_POINT]
            elif line.kind == "p":
                lines.append(line.text)
    return lines


def is_easy_to_read(page: PageText) -> Iterator[Finding]:
    """Half of US adults read below grade 8."""
    lines = running_text(page)
    if sum(len(words(plain(line))) for line in lines) < SHORTEST_TEXT:
        return
    reached = round(grade(lines), 1)
    if reached > HIGHEST_GRADE:
        text = _("The page reads at school grade {grade}; aim for {most} or lower. Use shorter words and sentences.")
        text = text.format(grade=reached, most=HIGHEST_GRADE)
        yield Finding("hard-to-read", Level.WARNING, text, _hardest(page))


def _hardest(page: PageText) -> str:
    """The field whose text is hardest, among those long enough to tell."""
    fields = {text.where: text.words for text in page.bodies if len(words(text.words)) >= SHORTEST_TEXT}
    return max(fields, key=lambda where: grade([fields[where]]), default="id_summary")
