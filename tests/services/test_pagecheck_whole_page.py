"""The page check as a whole: a clean page, a page like the two it was made for, and nonsense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import pagecheck
from services.pagecheck import Level, PageText, Part, Picture, Text, check
from services.pagecheck.claims import CLAIMS
from tests.services.page_texts import CLEAN, TODAY, TREATMENT, page, rules, saying, section


def test_c13_a_clean_page_raises_nothing():
    assert check(CLEAN) == []


# Shapes A and B of content-facts §1, in words of our own with every claim of §4 that pages of this sort make.
SAMPLE_A = [
    "Are you one of 23 million Americans who live with muscle disorders, including trigger points?",
    "Recent research has found as many as 620 trigger points in the body.",
    "Many doctors do not recognize trigger points, and so the pain is put down to something else.",
    "Numbness in your arm is often just a trigger point.",
    "Dry needling is a breakthrough. It is proven, and it is safe.",
    "A thin hypodermic needle is pushed into the knot. Nothing is injected.",
    "When the muscle twitches, it means that the needle went in right.",
    "Needling breaks the pain cycle, and the body heals the cut tissue.",
    "Your pain goes away and stays away.",
    "Call us today at 303-555-0142.",
]
SAMPLE_B = [
    "Our quick and effective needling is a cure for knots and breaks up scar tissue.",
    "Drink water to flush out the toxins.",
    "Be pain-free after a few visits, guaranteed! Our clinic has the best treatment in town.",
    "“It changed my life.” Our patients give us five stars. Read our testimonials.",
    "To book, call 305-555-0100 or <a href='/book/'>click here</a>.",
]
FINDINGS = {
    "23-million": "23 million",
    "undated-research": "Recent research",
    "trigger-point-count": "620",
    "disparages-others": "Many doctors do not recognize",
    "numbness-as-knot": "Numbness",
    "promise-breakthrough": "breakthrough",
    "promise-proven": "proven",
    "promise-safe": "safe",
    "hypodermic": "hypodermic needle",
    "twitch-as-proof": "twitches",
    "mechanism-pain-cycle": "breaks the pain cycle",
    "mechanism-heals-tissue": "heals the cut tissue",
    "promise-gone": "goes away",
    "typed-phone": "303-555-0142",
    "promise-quick-and-effective": "quick and effective",
    "promise-cure": "cure",
    "mechanism-scar-tissue": "scar tissue",
    "mechanism-toxins": "toxins",
    "promise-pain-free": "pain-free",
    "promise-guarantee": "guaranteed",
    "promise-superlative": "best treatment",
    "testimonial": "five stars",
    "unknown-phone": "305-555-0100",
    "vague-link": "click here",
    "dead-link": "click here",
    "uncited-number": "23 million",
    "numbness-without-urgent-help": "Numbness",
}
MISSING = {
    "missing-what-it-is",
    "missing-who-performs-it",
    "missing-what-to-expect",
    "missing-aftercare",
    "missing-risks",
    "missing-who-should-not",
    "missing-evidence",
    "missing-urgent-help",
    "missing-call-to-action",
    "missing-sources",
    "missing-author",
    "missing-review",
}


REVIEWED = {"missing-sources", "missing-author", "missing-review"}


def sample(*paragraphs, kind="treatment", **fields) -> PageText:
    """A page of these paragraphs and nothing else."""
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    facts = {"known_phones": CLEAN.known_phones, "needle": CLEAN.needle}
    return PageText(kind, TODAY, title="Needling", parts=(section("Needling", html),), **facts, **fields)


@pytest.mark.parametrize(("rule", "quote"), FINDINGS.items())
def test_c13_a_page_like_the_two_sources_raises_every_finding(rule, quote):
    found = [finding for finding in check(sample(*SAMPLE_A, *SAMPLE_B)) if finding.rule == rule]
    assert any(quote in finding.quote for finding in found), [finding.quote for finding in found]
    assert all(finding.level == Level.WARNING for finding in found)


def test_c13_the_samples_make_every_claim_that_no_page_makes():
    assert {claim.rule for claim in CLAIMS} - set(FINDINGS) == set()


@pytest.mark.parametrize(
    ("kind", "paragraphs", "level"),
    [("article", SAMPLE_A, Level.WARNING), ("location_treatment", SAMPLE_B, Level.ERROR)],
)
def test_c13_each_source_as_the_kind_it_is_misses_review_and_sources(kind, paragraphs, level):
    found = {finding.rule: finding.level for finding in check(sample(*paragraphs, kind=kind))}
    assert {rule: found.get(rule) for rule in REVIEWED} == dict.fromkeys(REVIEWED, level)


def test_c13_such_a_page_lacks_numbers_of_risk_and_the_panel():
    assert {"risks-without-numbers", "missing-at-a-glance"} <= set(rules(sample(*SAMPLE_A)))


def test_c13_such_a_page_cannot_be_published():
    errors = {finding.rule for finding in pagecheck.blocking(check(sample(*SAMPLE_A, *SAMPLE_B)))}
    assert errors == MISSING


def test_the_same_page_in_our_words_raises_no_claim():
    ours = [
        "It may ease pain for some people in the short term. It is not a cure.",
        "We use [[needle]]. Nothing is injected.",
        "You may feel a brief twitch; not everyone does. A twitch is not needed for benefit [1].",
        "Researchers are still studying how it works. Clinicians do not all agree.",
        "Numbness or weakness needs a check-up. Do not put it down to a knot.",
        "Call us at [[phone denver]].",
    ]
    assert check(saying(*ours)) == []


def test_errors_come_before_warnings_and_nothing_comes_twice():
    found = check(sample(*SAMPLE_A, *SAMPLE_A, "<a href=''>x</a>"))
    levels = [finding.level for finding in found]
    assert levels == sorted(levels)
    assert len(found) == len(set(found))


def test_c13_every_finding_says_what_to_do_and_where():
    for finding in check(sample(*SAMPLE_A, *SAMPLE_B)):
        assert finding.message.endswith(".")
        assert "{" not in finding.message
        assert finding.where.startswith("id_") or finding.where.endswith("-group") or finding.where == "sign-off"


# --- Nonsense ----------------------------------------------------------------------------------------
BROKEN = [
    "",
    "<script>alert(1)</script>",
    "<p>Open <b>and never <i>closed",
    "</p></div></li></a></tr>",
    "<a href>x</a><a>y</a><a href='x",
    "<![if !supportLists]>x<![endif]><!-- <![CDATA[ x",
    "<table><tr><td>a<tr><li><h2><p>",
    "<img><img alt><img alt=''>",
    "&#xD800; &nbsp &bogus; \x00",
    "[[[[ [1 [[phone]] ]] [99999999999999999999999]",
    "<" * 2000,
    "9" * 2000,
    "needle " * 2000,
]


@pytest.mark.parametrize("html", BROKEN)
def test_broken_html_is_read_as_far_as_it_goes(html):
    assert check(page(parts=(section(html=html), Part("figure", "id_f", picture=Picture("id_f")), *TREATMENT)))


def test_a_script_is_not_read_as_text():
    assert rules(saying("<script>a proven cure</script>Plain words.")) == []


@pytest.mark.parametrize("kind", ["treatment", "condition", "location_treatment", "article", "other", "unheard-of"])
def test_an_empty_page_is_checked(kind):
    findings = check(PageText(kind, TODAY))
    assert "missing-description" in {finding.rule for finding in findings}


def test_a_long_page_is_checked():
    parts = tuple(section(f"Part {n}", "<p>Some plain words about a knot.</p>" * 20) for n in range(60))
    assert check(page(parts=(*parts, *TREATMENT))) == []


PIECES = st.text() | st.sampled_from(
    [*BROKEN, *SAMPLE_A, *SAMPLE_B, "<p>", "</p>", "<li>", "<a href='", "'>", "[[", "]]"]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=6), st.text(), st.sampled_from(["section", "carecard", "evidence", "risk", "x"]))
def test_no_text_breaks_the_check(pieces, words, kind):
    part = Part(
        kind, "id_x", texts=(Text("id_x-text", "".join(pieces)), Text.points("id_x-do", words)), urgency="emergency"
    )
    found = check(page(title=words, summary=words, author=words, reviewer=words, parts=(part, *TREATMENT)))
    assert all(finding.rule and finding.where for finding in found)
