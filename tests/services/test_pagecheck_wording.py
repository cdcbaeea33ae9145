"""Plain words and numbers with a source."""

import pytest

from services.pagecheck import check
from services.pagecheck.wording import running_text
from tests.services.page_texts import CLEAN, block, page, rules, saying, section

HARD = (
    "Musculoskeletal rehabilitation incorporates individualized therapeutic interventions, "
    "comprehensive biomechanical evaluation and progressive neuromuscular reeducation. "
)


def test_a_description_is_missed():
    assert rules(page(description=" ")) == ["missing-description"]


@pytest.mark.parametrize(("length", "found"), [(60, []), (61, ["long-title"])])
def test_a_title_has_sixty_characters(length, found):
    assert rules(page(title="a" * length)) == found


@pytest.mark.parametrize(("number", "found"), [(30, []), (31, ["long-sentence"])])
def test_a_sentence_has_thirty_words(number, found):
    assert rules(saying(" ".join(["go"] * number) + ". And so on [1].")) == found


def test_citations_and_facts_make_no_sentence_longer():
    assert rules(saying(" ".join(["go"] * 29) + " [[clinic]] [1][2].")) == []


def test_hard_text_is_explained_where_it_is_hardest():
    (finding,) = check(page(kind="other", parts=(section(), section(html=f"<p>{HARD * 3}</p>", where="id_hard"))))
    assert (finding.rule, finding.where) == ("hard-to-read", "id_hard-text")


def test_a_few_hard_words_are_no_grade():
    assert rules(page(kind="other", summary="", parts=(section(html=f"<p>{HARD}</p>"),))) == []


def test_short_points_and_headings_are_left_out_of_the_grade():
    html = "<ul><li>Neuromuscular electrical stimulation</li><li>You do it at home.</li></ul>"
    lines = running_text(page(summary="", glance=(), parts=(section("Rehabilitation", html),)))
    assert lines == ["You do it at home."]


# --- Numbers -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "36.7% had one.",
        "About 16 percent bled.",
        "It happens to 1 in 1,024.",
        "It happens to one in five.",
        "About 3 out of 10 bled.",
        "We saw 7,629 patients.",
        "There were 20 major events.",
        "A study of 20,464 US sessions.",
        "Half of all adults have one.",
        "Two million live with it.",
    ],
)
def test_a_counted_number_names_its_source(text):
    assert rules(saying(text)) == ["uncited-number"]
    assert rules(saying(f"{text} So they say [2].")) == []


@pytest.mark.parametrize(
    "text",
    [
        "It takes 30 minutes.",
        "Up to 12 weeks, then 6 to 12 months.",
        "You need 50 hours of training.",
        "A visit in five steps.",
        "In 2017 people asked us.",
        "One in two weeks.",
        "Step 1 in 5 steps",
        "At 1460 Larkbend Street.",
    ],
)
def test_other_numbers_need_none(text):
    assert rules(saying(text)) == []


def test_the_source_stands_in_the_same_paragraph():
    assert rules(saying("36.7% had one.", "So they say [2].")) == ["uncited-number"]


def test_the_source_may_stand_in_the_same_row():
    row = "<table><tr><td>36.7%</td><td>A study [2].</td></tr></table>"
    assert rules(page(parts=(section(html=row), *CLEAN.parts))) == []


def test_a_number_in_the_summary_has_no_place_for_a_source():
    (finding,) = check(page(summary="It helps 80% of us."))
    assert (finding.rule, finding.where) == ("uncited-number", "id_summary")


def test_a_risk_names_its_source():
    risk = block("risk", "About 1 in 1,000", "<p>A dot is a session.</p>")
    assert rules(page(parts=(section(), risk, *CLEAN.parts))) == ["uncited-number"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("So they say [1][3].", []),
        ("So they say [1, 2].", []),
        ("So they say [4].", ["unlisted-source"]),
        ("So they say [0].", ["unlisted-source"]),
        ("So they say [1, 9].", ["unlisted-source"]),
        ("So they say [1–4].", ["unlisted-source"]),
        ("So they say [a].", []),
    ],
)
def test_a_cited_source_is_listed(text, found):
    assert rules(saying(text)) == found
