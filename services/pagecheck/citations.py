"""Numbers have a source, and every source that is cited is listed."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import CITATION
from services.pagecheck.values import Finding, Level, PageText

PEOPLE = (
    "people|persons?|adults?|americans|athletes|cases?|children|clients?|deaths?|events?|men|participants?|patients?|"
    "runners|women|workers"
)
DEEDS = "sessions?|studies|treatments?|trials?|visits?"
SMALL = "one|two|three|four|five|six|seven|eight|nine|ten"
TIMES = "hours?|days?|weeks?|months?|years?|steps?|minutes?"
# Percentages, shares and counts of people: what only someone who counted can know. Years are not counts.
NUMBER = re.compile(
    r"(?<![\d.,])\d[\d.,]{0,20}\s?(?:%|percent\b|per cent\b)"
    rf"|\b(?:\d[\d,]{{0,20}}|{SMALL})\s(?:in|out of)\s(?:every\s)?(?:\d[\d,]*|{SMALL})\b(?!\s(?:{TIMES})\b)"
    rf"|\b(?!(?:19|20)\d\d\s)\d[\d,]{{0,20}}\s(?:\w+\s)?(?:{PEOPLE})\b"
    rf"|\b(?!(?:19|20)\d\d\s)\d[\d,]{{2,9}}\s(?:\w+\s){{0,2}}(?:{DEEDS})\b"
    rf"|\b(?:\d[\d.,]{{0,20}}|{SMALL}|several|many)\s?(?:hundred|thousand|million|billion)\b"
    r"|\b(?:half|a third|two thirds|a quarter|three quarters|hundreds|thousands|millions) of (?:all |the |us )?"
    rf"(?:{PEOPLE})\b",
    re.I,
)


def numbers_have_a_source(page: PageText) -> Iterator[Finding]:
    """A paragraph with a number that someone counted names who did."""
    for text in (*page.head, *page.glance, *page.bodies):
        for line in text.markup.lines:
            number = NUMBER.search(line.text)
            if number and not CITATION.search(line.text):
                message = _("Who counted this? Name the source in this paragraph, as in [2], or leave the number out.")
                if text in page.head or text in page.glance:
                    message = _("Nothing can be cited here. Move the number into the text, with its source.")
                yield Finding("uncited-number", Level.WARNING, message, text.where, number[0])


def risks_have_a_source(page: PageText) -> Iterator[Finding]:
    """The dots of a risk are a number, too."""
    for part in page.parts_of("risk"):
        if not any(CITATION.search(text.words) for text in part.texts):
            message = _("Say where this risk was counted: name the source in its text, as in [2].")
            yield Finding("uncited-number", Level.WARNING, message, part.texts[0].where if part.texts else part.where)


def cited_sources_are_listed(page: PageText) -> Iterator[Finding]:
    """[7] needs a seventh source."""
    for text in page.texts:
        for match in CITATION.finditer(text.words):
            # Six digits are more than any list has, and more than that is slow to read as a number.
            if any(not 1 <= int(number[:6]) <= len(page.sources) for number in re.findall(r"\d+", match[1])):
                message = _("The page lists {count} sources; there is no number {cited}.")
                message = message.format(count=len(page.sources), cited=match[1])
                yield Finding("unlisted-source", Level.WARNING, message, text.where, match[0])
