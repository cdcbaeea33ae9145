"""What a page about care must hold before it can be published."""

import dataclasses
import datetime

import pytest

from services.pagecheck import Level, PageText, blocking, check
from tests.services.page_texts import (
    CLEAN,
    EMERGENCY,
    TODAY,
    TREATMENT,
    block,
    call_to_action,
    emergency_card,
    evidence,
    page,
    rules,
    section,
)

DAY = datetime.timedelta(days=1)
OLD = TODAY - 400 * DAY
SECTIONS = {
    "What it is": "missing-what-it-is",
    "Who performs it": "missing-who-performs-it",
    "What to expect": "missing-what-to-expect",
    "Aftercare": "missing-aftercare",
    "Risks": "missing-risks",
    "Who should not have it": "missing-who-should-not",
}


def without(*headings) -> PageText:
    return page(parts=tuple(part for part in TREATMENT if part.heading.text not in headings))


def errors(page_text: PageText) -> list[str]:
    return [finding.rule for finding in blocking(check(page_text))]


@pytest.mark.parametrize(("heading", "rule"), SECTIONS.items())
def test_c12_a_treatment_needs_the_section(heading, rule):
    assert errors(without(heading)) == [rule]


@pytest.mark.parametrize("kind", ["condition", "article", "location_treatment", "other"])
def test_other_pages_need_no_such_section(kind):
    parts = [part for part in TREATMENT if part.heading.text not in SECTIONS]
    assert rules(page(kind=kind, parts=(section("Words"), *parts))) == []


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("What it is", "What is dry needling?"),
        ("What it is", "What dry needling is"),
        ("Who performs it", "Who does dry needling?"),
        ("Who performs it", "Who performs it in Florida"),
        ("What to expect", "What a session is like"),
        ("Aftercare", "After your visit"),
        ("Aftercare", "After-care"),
        ("Risks", "Risks and side effects"),
        ("Who should not have it", "Who shouldn’t have dry needling?"),
    ],
)
def test_a_section_may_have_another_name(usual, other):
    assert rules(page(parts=(section(other), *without(usual).parts))) == []


@pytest.mark.parametrize("heading", ["What a session is like", "What are the risks?", "What is a visit like?"])
def test_not_every_what_says_what_it_is(heading):
    assert errors(page(parts=(section(heading), *without("What it is").parts))) == ["missing-what-it-is"]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (block("doanddont", "In the days after", "<li>Move.</li>"), []),
        (section("At home", level=3), []),
        (section("Prices"), ["missing-aftercare"]),
        (evidence(), ["missing-aftercare"]),
    ],
)
def test_a_heading_alone_is_no_section(after, found):
    parts = (section("Aftercare", html="<p> </p>"), after, *without("Aftercare").parts)
    assert errors(page(parts=parts)) == found


def test_risks_without_numbers_are_explained():
    assert rules(without("About 1 in 1,000 sessions")) == ["risks-without-numbers"]


# --- Evidence, urgent help, call to action -------------------------------------------------------------
def test_a_treatment_needs_an_evidence_box():
    assert errors(without("What research says")) == ["missing-evidence"]


def test_all_three_parts_of_it_are_filled():
    box = block("evidence", "What research says", "<p>Less pain [1].</p>", "", "<p> </p>", level=2)
    assert errors(page(parts=(box, *TREATMENT))) == ["incomplete-evidence"]


@pytest.mark.parametrize(("as_of", "found"), [(TODAY, []), (OLD, []), (TODAY + DAY, ["evidence-in-future"])])
def test_evidence_is_not_of_tomorrow(as_of, found):
    parts = (evidence(as_of), *without("What research says").parts)
    assert errors(page(parts=parts)) == found


@pytest.mark.parametrize("kind", ["treatment", "condition", "location_treatment"])
def test_urgent_help_is_needed(kind):
    assert errors(dataclasses.replace(without("Call 911"), kind=kind)) == ["missing-urgent-help"]


@pytest.mark.parametrize("kind", ["article", "other"])
def test_urgent_help_is_not_needed_elsewhere(kind):
    assert rules(dataclasses.replace(without("Call 911"), kind=kind)) == []


def test_a_card_for_today_is_not_one_for_an_emergency():
    parts = (*without("Call 911").parts, block("carecard", "See a doctor", EMERGENCY, urgency="today"))
    assert errors(page(parts=parts)) == ["missing-urgent-help"]


def test_an_empty_card_helps_nobody():
    assert errors(page(parts=(*without("Call 911").parts, emergency_card("<p> </p>")))) == [
        "missing-urgent-help",
    ]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((evidence(), call_to_action()), []),
        ((call_to_action(), evidence(), call_to_action()), []),
        ((call_to_action(), evidence()), ["call-to-action-before-evidence"]),
        ((evidence(),), []),
    ],
)
def test_the_last_call_to_action_follows_the_evidence(parts, found):
    assert errors(page(kind="condition", parts=(*parts, emergency_card()))) == found


def test_a_treatment_needs_a_call_to_action():
    assert errors(without("Ask for an appointment")) == ["missing-call-to-action"]


def test_at_a_glance_is_missed():
    assert rules(page(glance=())) == ["missing-at-a-glance"]


# --- Sources and review --------------------------------------------------------------------------------
PARTS = (section("Words"), emergency_card())


@pytest.mark.parametrize(
    ("kind", "number", "found"),
    [
        ("treatment", 2, [Level.ERROR]),
        ("treatment", 3, []),
        ("condition", 0, [Level.ERROR]),
        ("condition", 1, []),
        ("location_treatment", 0, [Level.ERROR]),
        ("article", 0, [Level.WARNING]),
        ("other", 0, []),
    ],
)
def test_c12_sources_are_counted(kind, number, found):
    findings = check(page(kind=kind, sources=("A trial",) * number))
    assert [each.level for each in findings if each.rule == "missing-sources"] == found


FIELDS = {
    "author": "missing-author",
    "reviewer": "missing-review",
    "reviewed_on": "missing-review",
    "next_review_on": "missing-review",
}


@pytest.mark.parametrize(("field", "rule"), FIELDS.items())
@pytest.mark.parametrize(
    ("kind", "level"),
    [("treatment", Level.ERROR), ("condition", Level.ERROR), ("article", Level.WARNING), ("other", None)],
)
def test_c12_review_facts_are_needed(field, rule, kind, level):
    empty = "  " if field in ("author", "reviewer") else None
    found = check(page(kind=kind, **{field: empty}))
    where = "id_author" if field == "author" else "sign-off"
    assert [(each.rule, each.level, each.where) for each in found] == ([(rule, level, where)] if level else [])


@pytest.mark.parametrize("reviewer", ["Clinical lead", "clinical  LEAD ", "Clinical lead."])
def test_nobody_reviews_their_own_text(reviewer):
    assert errors(page(reviewer=reviewer)) == ["reviewer-is-author"]


@pytest.mark.parametrize(
    ("last", "following", "found"),
    [
        (TODAY, TODAY + DAY, []),
        (TODAY + DAY, TODAY + 2 * DAY, ["review-in-future"]),
        (TODAY, TODAY, ["next-review-too-early"]),
        (TODAY, OLD, ["next-review-too-early"]),
        (OLD, TODAY, ["review-due"]),
        (OLD, TODAY - DAY, ["review-due"]),
    ],
)
def test_review_dates_make_sense(last, following, found):
    assert rules(page(reviewed_on=last, next_review_on=following)) == found


def test_the_clean_page_is_clean():
    assert errors(CLEAN) == []
