"""How a page is built: headings, care cards and words for pictures."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import TOKEN
from services.pagecheck.values import Finding, Level, PageText
from services.tables import rows_of, words_of, words_outside

MOST_POINTS = 5


def headings_go_down_step_by_step(page: PageText) -> Iterator[Finding]:
    """Screen readers list headings as a tree (WCAG 2.2, technique G141)."""
    level = 1
    for heading in page.headings:
        if heading.level > level + 1:
            text = _("A heading level is skipped here. Put a main section before it, or make this one a main section.")
            yield Finding("skipped-heading", Level.ERROR, text, heading.where, heading.text)
        level = heading.level


def title_is_the_only_h1(page: PageText) -> Iterator[Finding]:
    """The page's title is its one large heading."""
    for heading in page.headings:
        if heading.level == 1:
            text = _("The title is the only heading of the first level. Make this one a section.")
            yield Finding("second-h1", Level.ERROR, text, heading.where, heading.text)


def pictures_have_words(page: PageText) -> Iterator[Finding]:
    """A picture has a text alternative, or someone has marked it as decoration (WCAG 2.2, 1.1.1)."""
    message = _("Describe the picture for people who cannot see it, or mark it as decoration.")
    for part in page.parts:
        if part.picture and not part.picture.is_decorative and not part.picture.alt.strip():
            yield Finding("missing-alt", Level.ERROR, message, part.picture.where)
    for text in page.bodies:
        if None in text.markup.alts:
            yield Finding("missing-alt", Level.ERROR, message, text.where)


def emergency_card_holds_no_link(page: PageText) -> Iterator[Finding]:
    """In an emergency nothing leads away from the action; a phone token becomes a link, too."""
    for part in page.parts:
        for text in part.texts if part.is_emergency else ():
            phones = [match[0] for match in TOKEN.finditer(text.words) if match[1].startswith("phone")]
            for quote in [*(link.text or link.href or "" for link in text.markup.links), *phones]:
                message = _("Take the link out of the emergency card. It says one thing: call 911.")
                yield Finding("link-in-emergency-card", Level.ERROR, message, text.where, quote)


def care_cards_are_short(page: PageText) -> Iterator[Finding]:
    """Someone in pain reads five points, not nine."""
    for part in page.parts_of("carecard"):
        for text in part.texts:
            if text.markup.points > MOST_POINTS:
                message = _("A care card has five points at most; this one has {number}. Join or move some.")
                message = message.format(number=text.markup.points)
                yield Finding("long-care-card", Level.ERROR, message, text.where)


def comparisons_are_complete(page: PageText) -> Iterator[Finding]:
    """Each question about the things compared has an answer for every one of them."""
    for part in page.parts_of("comparison"):
        table = part.texts[-1]
        rows = [[words_of(cell) for cell in row] for row in rows_of(table.html)]
        if words_outside(table.html):
            message = _("Write in the cells only: what stands beside the table of a comparison is not shown.")
            yield Finding("words-outside-comparison", Level.ERROR, message, table.where)
        if len(rows) < 2 or len(rows[0]) < 3:
            message = _("A comparison has two things or more in its first row, and a question in each row under it.")
            yield Finding("incomplete-comparison", Level.ERROR, message, table.where)
        elif any(len(row) != len(rows[0]) or not all(row[1:]) for row in rows) or not all(row[0] for row in rows[1:]):
            message = _("Fill in every cell of the comparison. If you do not know, say so. Do not join cells.")
            yield Finding("incomplete-comparison", Level.ERROR, message, table.where)
