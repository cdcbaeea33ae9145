"""What a page about care must hold before anyone may rely on it (content-facts §4, product C12)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.pagecheck.values import Finding, Level, PageText, Part

# By kind of page: how grave it is when review facts, sources or the emergency card are missing.
STRICT = {
    "treatment": Level.ERROR,
    "condition": Level.ERROR,
    "location_treatment": Level.ERROR,
    "article": Level.WARNING,
}
URGENT_HELP = ("treatment", "condition", "location_treatment")
# Where the Reviewed action stands, on the page that shows the findings: nobody types a date of review.
SIGN_OFF = "sign-off"
SOURCES = {"treatment": 3, "condition": 1, "location_treatment": 1, "article": 1}
# A treatment page has these sections; a heading counts when it holds one of the forms.
SECTIONS = [
    (
        "what-it-is",
        gettext_lazy("What it is"),
        r"^what (?:is|are)\b(?!.*\b(?:like|risks?|evidence)\b)|^what .+ (?:is|are)(?:\?|$| and\b)|^about \D",
    ),
    (
        "who-performs-it",
        gettext_lazy("Who performs it"),
        r"\bwho\s+(?:\w+\s+)?(?:performs?|does|do|gives?|provides?|treats?|carries|works)\b",
    ),
    (
        "what-to-expect",
        gettext_lazy("What to expect"),
        r"\bexpect\b|\bwhat (?:happens|you (?:may|will|might) feel)\b|\b(?:session|visit|appointment) is like\b",
    ),
    ("aftercare", gettext_lazy("Aftercare"), r"\bafter-?\s?care\b|\bafter (?:your|the|a|treatment|dry needling)\b"),
    ("risks", gettext_lazy("Risks"), r"\brisks?\b|\bside effects?\b|\bharms?\b"),
    (
        "who-should-not",
        gettext_lazy("Who should not have it"),
        r"\bwho (?:should(?:n't| not)|must(?:n't| not)|cannot|can't)\b|\bwho (?:it|this) is not for\b|\bwhen not to\b"
        r"|\bnot (?:right |suitable )?for (?:you|everyone)\b",
    ),
]


def has_required_sections(page: PageText) -> Iterator[Finding]:
    """A treatment page answers the questions every patient has, under headings of their own."""
    for rule, name, forms in SECTIONS if page.kind == "treatment" else ():
        found = [n for n, part in enumerate(page.parts) if _is_headed(part, forms)]
        if not found:
            text = _("Add the section “{name}”. Every treatment page needs it.").format(name=name)
            yield Finding(f"missing-{rule}", Level.ERROR, text, page.end)
        elif not any(_is_filled(page.parts, n) for n in found):
            text = _("The section “{name}” is empty. Write its text.").format(name=name)
            yield Finding(f"missing-{rule}", Level.ERROR, text, page.parts[found[0]].where)


def gives_risks_in_numbers(page: PageText) -> Iterator[Finding]:
    """A treatment page says how often something goes wrong."""
    if page.kind == "treatment" and not page.parts_of("risk"):
        text = _("Add a block “risk in numbers”, so that people can picture how often something goes wrong.")
        yield Finding("risks-without-numbers", Level.WARNING, text, page.end)


def has_evidence_box(page: PageText) -> Iterator[Finding]:
    """A treatment page says what research found."""
    if page.kind == "treatment" and not page.parts_of("evidence"):
        text = _("Add an evidence box: what speaks for it, what against, what is not known.")
        yield Finding("missing-evidence", Level.ERROR, text, page.end)


def evidence_is_complete(page: PageText) -> Iterator[Finding]:
    """For, against and unknown each say something, even if it is that nothing was found."""
    for part in page.parts_of("evidence"):
        for text in part.texts:
            if not text.words:
                words = _("Fill in all three parts of the evidence box. If you found nothing, say so.")
                yield Finding("incomplete-evidence", Level.ERROR, words, text.where)


def evidence_is_of_today_or_earlier(page: PageText) -> Iterator[Finding]:
    """Nobody has looked at research tomorrow."""
    for part in page.parts_of("evidence"):
        if part.as_of and part.as_of > page.today:
            text = _("The date of the evidence box is in the future. Enter the day someone last looked.")
            yield Finding("evidence-in-future", Level.ERROR, text, part.as_of_where, part.as_of.isoformat())


def says_when_to_get_urgent_help(page: PageText) -> Iterator[Finding]:
    """Whoever reads about pain must learn when it is an emergency."""
    if page.kind in URGENT_HELP and not any(map(_says_emergency, page.parts)):
        text = _("Add a care card “Emergency: call 911” with the signs that cannot wait.")
        yield Finding("missing-urgent-help", Level.ERROR, text, page.end)


def closes_with_call_to_action(page: PageText) -> Iterator[Finding]:
    """People are invited after they have read what research says, not instead of it."""
    kinds = [part.block for part in page.parts]
    if page.kind == "treatment" and "calltoaction" not in kinds:
        text = _("End the page with a call to action, so that people know how to ask for an appointment.")
        yield Finding("missing-call-to-action", Level.ERROR, text, page.end)
    elif "calltoaction" in kinds and "evidence" in kinds and "calltoaction" not in kinds[kinds.index("evidence") :]:
        text = _("Put the last call to action after the evidence box: people should read that first.")
        last = page.parts_of("calltoaction")[-1]
        yield Finding("call-to-action-before-evidence", Level.ERROR, text, last.where)


def has_sources(page: PageText) -> Iterator[Finding]:
    """Claims rest on published work."""
    needed = SOURCES.get(page.kind, 0)
    if len(page.sources) < needed:
        text = _("Add sources: this kind of page needs at least {needed}, and it has {has}.")
        text = text.format(needed=needed, has=len(page.sources))
        yield Finding("missing-sources", STRICT[page.kind], text, "sources-group")


def has_review_facts(page: PageText) -> Iterator[Finding]:
    """Author, reviewer and both dates stand on the page."""
    if page.kind not in STRICT:
        return
    if not page.author.strip():
        text = _("Say who wrote the page: a role, or a name with credentials.")
        yield Finding("missing-author", STRICT[page.kind], text, "id_author")
    if not (page.reviewer.strip() and page.reviewed_on and page.next_review_on):
        text = _("The page has not been reviewed. A reviewer signs it below, which sets its dates of review.")
        yield Finding("missing-review", STRICT[page.kind], text, SIGN_OFF)


def reviewer_is_not_the_author(page: PageText) -> Iterator[Finding]:
    """Two pairs of eyes."""
    names = ["".join(filter(str.isalnum, name.casefold())) for name in (page.author, page.reviewer)]
    if names[0] and names[0] == names[1]:
        text = _("Author and reviewer are the same. Someone else must review the page.")
        yield Finding("reviewer-is-author", Level.ERROR, text, SIGN_OFF, page.reviewer)


def review_dates_make_sense(page: PageText) -> Iterator[Finding]:
    """A review has happened, and the next one comes after it."""
    if page.reviewed_on and page.reviewed_on > page.today:
        text = _("The day of the last review is in the future.")
        yield Finding("review-in-future", Level.ERROR, text, SIGN_OFF, page.reviewed_on.isoformat())
    if page.reviewed_on and page.next_review_on and page.next_review_on <= page.reviewed_on:
        text = _("The next review must come after the last one.")
        yield Finding("next-review-too-early", Level.ERROR, text, SIGN_OFF, page.next_review_on.isoformat())
    elif page.next_review_on and page.next_review_on <= page.today:
        text = _("The page is due for review. Review it before you publish it again.")
        yield Finding("review-due", Level.WARNING, text, SIGN_OFF, page.next_review_on.isoformat())


def has_at_a_glance(page: PageText) -> Iterator[Finding]:
    """The panel that answers five questions before any scrolling."""
    if page.kind == "treatment" and not any(text.words for text in page.glance):
        text = _("Add the panel “At a glance”: five short answers at the top of the page.")
        yield Finding("missing-at-a-glance", Level.WARNING, text, "at_a_glance-group")


def _is_headed(part: Part, forms: str) -> bool:
    return part.heading is not None and bool(re.search(forms, part.heading.text.replace("’", "'").strip(), re.I))


def _is_filled(parts: tuple[Part, ...], at: int) -> bool:
    """Text of its own, or a block that belongs to it follows: any but a section of the same rank."""
    if parts[at].has_words:
        return True
    after = parts[at + 1] if at + 1 < len(parts) else None
    if after is None or after.block in ("evidence", "calltoaction"):
        return False
    return after.block != "section" or bool(after.heading and after.heading.level > parts[at].heading.level)


def _says_emergency(part: Part) -> bool:
    return part.is_emergency and any(text.words for text in part.texts)
