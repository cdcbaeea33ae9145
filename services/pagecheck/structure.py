"""How a page is built: headings, care cards and words for pictures."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import TOKEN
from services.pagecheck.values import Finding, Level, PageText

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
