"""Pages as plain values: one with nothing wrong, and parts to spoil it with."""

import dataclasses
import datetime

from services.pagecheck import Heading, PageText, Part, Picture, Text, check

TODAY = datetime.date(2026, 5, 12)
PHONES = {"+13035550142": "[[phone denver]]", "+13055550117": "[[phone north-miami]]"}
FACTS = {"clinic", "needle", "phone", "phone denver", "location denver"}
EMERGENCY = (
    "<ul><li>You have chest pain or trouble breathing.</li><li>You lose control of your bladder or bowels.</li></ul>"
)


def section(heading="A section", html="<p>Some plain words.</p>", level=2, where="id_x") -> Part:
    """A heading and the text under it."""
    return Part(
        "section", f"{where}-heading", Heading(f"{where}-heading", level, heading), (Text(f"{where}-text", html),)
    )


def block(kind, heading, *texts, level=3, **fields) -> Part:
    """A block of another kind, one text per field."""
    found = tuple(Text(f"id_{kind}-text", html) for html in texts)
    return Part(kind, f"id_{kind}-heading", Heading(f"id_{kind}-heading", level, heading), found, **fields)


def emergency_card(html=EMERGENCY) -> Part:
    return block("carecard", "Call 911", html, urgency="emergency")


def evidence(as_of=TODAY) -> Part:
    texts = (
        "<p>Less pain for up to 12 weeks [1].</p>",
        "<p>No gain after a year [1].</p>",
        "<p>How it works [2].</p>",
    )
    return block("evidence", "What research says", *texts, level=2, as_of=as_of, as_of_where="id_evidence-as_of")


def call_to_action(html="<p>Tell us which days suit you.</p>") -> Part:
    return block("calltoaction", "Ask for an appointment", html, level=2)


def figure(alt, is_decorative=False) -> Part:
    return Part("figure", "id_figure-drawing", picture=Picture("id_figure-alt", alt, is_decorative))


TREATMENT = (
    section("What it is", "<p>We use [[needle]]. It goes into a sore spot in a muscle [1].</p>"),
    section("Who performs it", "<p>At [[clinic]], a trained physical therapist does it.</p>"),
    section("What to expect", "<p>You may feel a small pinch or nothing.</p>"),
    section("Aftercare", "<p>Move gently through the day.</p>"),
    section("Risks", "<p>In a US study of 20,464 sessions, 36.7% had a minor effect [2].</p>"),
    block("risk", "About 1 in 1,000 sessions", "<p>The study counted 20 major events [2].</p>"),
    section("Who should not have it", "<p>Tell us if you take blood thinners.</p>"),
    evidence(),
    section("When to get urgent help", "<p>If one of these fits you, act on it now.</p>"),
    emergency_card(),
    call_to_action("<p>Call us at [[phone denver]].</p>"),
)
CLEAN = PageText(
    kind="treatment",
    today=TODAY,
    title="Dry needling",
    slug="dry-needling",
    summary="It may ease pain for some people in the short term.",
    description="What dry needling is, what it feels like and what research says.",
    glance=(Text.plain("id_at_a_glance-0-what_it_is", "A thin, solid needle in a sore spot.", takes_facts=False),),
    parts=TREATMENT,
    sources=("A trial", "A count", "A review"),
    author="Clinical lead",
    reviewer="Physical therapist",
    reviewed_on=TODAY,
    next_review_on=TODAY.replace(year=2027),
    needle="a thin, solid, single-use, sterile filiform needle",
    known_facts=frozenset(FACTS),
    known_phones=PHONES,
    known_paths=frozenset({"/treatments/dry-needling/"}),
)


def page(**changes) -> PageText:
    """The clean treatment page, changed."""
    return dataclasses.replace(CLEAN, **changes)


def saying(*paragraphs: str, **changes) -> PageText:
    """The clean page with one more section that holds these paragraphs of HTML."""
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return page(parts=(section("More", html, where="id_more"), *TREATMENT), **changes)


def rules(page_text: PageText) -> list[str]:
    """The names of the rules that fire."""
    return [finding.rule for finding in check(page_text)]
