"""What may be published: pure rules over plain values."""

from collections.abc import Callable, Iterable

from services.pagecheck import (
    address,
    citations,
    claims,
    links,
    needle,
    numbness,
    records,
    standard,
    structure,
    wording,
)
from services.pagecheck.values import Finding, Heading, Level, PageText, Part, Picture, Text

__all__ = ["RULES", "Finding", "Heading", "Level", "PageText", "Part", "Picture", "Text", "blocking", "check"]

RULES: tuple[Callable[[PageText], Iterable[Finding]], ...] = (
    address.address_is_free,
    standard.has_required_sections,
    standard.gives_risks_in_numbers,
    standard.has_evidence_box,
    standard.evidence_is_complete,
    standard.evidence_is_of_today_or_earlier,
    standard.says_when_to_get_urgent_help,
    standard.closes_with_call_to_action,
    standard.has_sources,
    standard.has_review_facts,
    standard.reviewer_is_not_the_author,
    standard.review_dates_make_sense,
    standard.has_at_a_glance,
    structure.headings_go_down_step_by_step,
    structure.title_is_the_only_h1,
    structure.pictures_have_words,
    structure.emergency_card_holds_no_link,
    structure.care_cards_are_short,
    structure.comparisons_are_complete,
    links.links_have_address_and_words,
    links.links_are_of_a_known_kind,
    links.links_hold_no_link,
    links.link_words_say_where,
    links.links_lead_to_pages_in_public,
    records.facts_exist,
    records.facts_stand_where_they_are_filled,
    records.no_phone_is_typed,
    needle.needle_is_not_hypodermic,
    needle.needle_is_as_recorded,
    claims.claims_can_be_kept,
    numbness.numbness_comes_with_urgent_words,
    citations.numbers_have_a_source,
    citations.risks_have_a_source,
    citations.cited_sources_are_listed,
    wording.has_description,
    wording.title_is_short,
    wording.sentences_are_short,
    wording.is_easy_to_read,
)


def check(page: PageText) -> list[Finding]:
    """Everything there is to say about a page, each thing once: errors first, then warnings."""
    found = dict.fromkeys(finding for rule in RULES for finding in rule(page))
    return sorted(found, key=lambda finding: finding.level is Level.WARNING)


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep the page from being published."""
    return [finding for finding in findings if finding.level is Level.ERROR]
