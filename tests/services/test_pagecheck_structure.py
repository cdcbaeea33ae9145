"""Headings, pictures and care cards."""

import pytest

from services.pagecheck import check
from tests.services.page_texts import block, emergency_card, figure, page, rules, saying, section


def found(*parts) -> list[str]:
    return rules(page(kind="other", parts=parts))


@pytest.mark.parametrize(
    ("levels", "skipped"), [((2, 3, 2, 3, 3), 0), ((3,), 1), ((2, 4), 1), ((2, 3, 4, 2), 0), ((3, 2, 4), 2)]
)
def test_heading_levels_do_not_skip(levels, skipped):
    assert found(*(section(level=level) for level in levels)) == ["skipped-heading"] * bool(skipped)


def test_every_skipped_heading_is_named():
    parts = (section("One", level=3, where="id_one"), section("Two"), section("Four", level=4, where="id_four"))
    assert [(f.where, f.quote) for f in check(page(kind="other", parts=parts))] == [
        ("id_one-heading", "One"),
        ("id_four-heading", "Four"),
    ]


def test_a_section_without_heading_skips_nothing():
    assert found(section("", level=3), section("Two")) == []


def test_a_callout_before_any_section_skips_a_level():
    assert found(block("callout", "Note", "<p>Words.</p>")) == ["skipped-heading"]


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<h1>Large</h1>", ["second-h1"]),
        ("<h3>Small</h3>", []),
        ("<h4>Smaller</h4>", ["skipped-heading"]),
        ("<h1>Never closed", ["second-h1"]),
    ],
)
def test_headings_inside_a_text_count(html, rule):
    assert found(section("Two", html)) == rule


@pytest.mark.parametrize(
    ("alt", "decorative", "rule"), [("", False, ["missing-alt"]), (" ", True, []), ("A", False, [])]
)
def test_a_picture_has_words_or_is_decoration(alt, decorative, rule):
    assert found(figure(alt, decorative)) == rule


@pytest.mark.parametrize(
    ("html", "rule"), [("<img src=a>", ["missing-alt"]), ("<img alt>", []), ("<img alt='A'>", [])]
)
def test_pictures_inside_a_text_count(html, rule):
    assert rules(saying(html)) == rule


# --- Care cards ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("html", ["<a href='/treatments/dry-needling/'>Risks</a>", "Call [[phone denver]]."])
def test_no_link_in_the_emergency_card(html):
    assert found(section(), emergency_card(f"<p>{html}</p>")) == ["link-in-emergency-card"]


@pytest.mark.parametrize("urgency", ["today", ""])
def test_other_cards_may_hold_a_link(urgency):
    assert found(section(), block("carecard", "Today", "<p>Call [[phone denver]].</p>", urgency=urgency)) == []


@pytest.mark.parametrize(("points", "rule"), [(5, []), (6, ["long-care-card"])])
@pytest.mark.parametrize("urgency", ["today", "emergency"])
def test_a_card_has_five_points_at_most(points, rule, urgency):
    html = "<ul>" + "<li><p>Chest pain.</p></li>" * points + "</ul>"
    assert found(section(), block("carecard", "Get help", html, urgency=urgency)) == rule
