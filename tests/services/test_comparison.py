"""Things side by side: what an editor writes, what the page shows, what the check asks for (C1, C13)."""

import pytest

from services.models import Page
from services.models.blocks import Comparison
from services.publishing import publish
from services.search import search
from services.tables import compared, headed, rows_of
from tests.builders import make_page
from tests.markup import Document
from tests.services.page_texts import block, page, rules, section

HEAD = "<tr><th><p>Question</p></th><th><p>Dry needling</p></th><th><p>Acupuncture</p></th></tr>"
ROW = "<tr><td><p>Needle</p></td><td><p>Thin &amp; <strong>solid</strong></p></td><td><p>The same</p></td></tr>"
TABLE = f"<table><tbody>{HEAD}{ROW}</tbody></table>"


def found(table: str) -> list[str]:
    text = block("comparison", "", table)
    return rules(page(kind="other", parts=(section("Differences"), text)))


def test_cells_are_read_row_by_row():
    assert rows_of(TABLE) == [
        ["<p>Question</p>", "<p>Dry needling</p>", "<p>Acupuncture</p>"],
        ["<p>Needle</p>", "<p>Thin &amp; <strong>solid</strong></p>", "<p>The same</p>"],
    ]


def test_each_answer_comes_with_the_name_of_its_thing():
    (row,) = compared(TABLE)["rows"]
    assert row["question"] == "Needle"
    assert row["answers"] == [("Dry needling", "Thin &amp; <strong>solid</strong>"), ("Acupuncture", "The same")]


def test_a_cell_of_several_paragraphs_or_a_list_keeps_them():
    cell = "<td><p>One</p><p>Two</p></td><td><ul><li><p>Three</p></li></ul></td>"
    (row,) = compared(f"<table>{HEAD}<tr><th><p>Q</p></th>{cell}</tr></table>")["rows"]
    assert [answer for _name, answer in row["answers"]] == ["<p>One</p><p>Two</p>", "<ul><li><p>Three</p></li></ul>"]


@pytest.fixture
def knots(clinic):
    """A published page with a comparison."""
    page = make_page(Page.Kind.CONDITION, "Knots", "knots")
    Comparison.objects.create(parent=page, region="main", ordering=20, caption="Side by side", table=TABLE)
    publish(page)
    return page


@pytest.mark.django_db
def test_c1_a_comparison_is_a_table_whose_headings_are_named(knots, client):
    document = Document(client.get("/conditions/knots/"))
    table = document.one("table", **{"class": "comparison"})
    heads = [(each.text, each.attrs["scope"]) for each in table.children if each.tag == "th"]
    assert heads == [("Question", "col"), ("Dry needling", "col"), ("Acupuncture", "col"), ("Needle", "row")]
    assert [each.text for each in table.children if each.tag == "caption"] == ["Side by side"]


@pytest.mark.django_db
def test_the_names_beside_the_answers_are_for_eyes_only(knots, client):
    names = Document(client.get("/conditions/knots/")).all("span", **{"class": "cell-name"})
    assert [(each.text, each.attrs["aria-hidden"]) for each in names] == [
        ("Dry needling", "true"),
        ("Acupuncture", "true"),
    ]


@pytest.mark.django_db
def test_words_of_a_comparison_are_found(knots):
    assert [hit.publication.title for hit in search("acupuncture").hits] == ["Knots"]


def test_a_filled_comparison_raises_nothing():
    assert found(TABLE) == []


@pytest.mark.parametrize(
    "table",
    [
        "",
        f"<table><tbody>{HEAD}</tbody></table>",
        "<table><tbody><tr><th>Q</th><th>One</th></tr><tr><td>A</td><td>B</td></tr></tbody></table>",
        TABLE.replace("The same", ""),
        TABLE.replace("Needle", ""),
        TABLE.replace("<td><p>The same</p></td>", ""),
        TABLE.replace("Acupuncture", ""),
        Comparison.EMPTY,
    ],
)
def test_c13_a_comparison_with_gaps_must_be_mended(table):
    assert found(table) == ["incomplete-comparison"]


def test_words_beside_the_cells_must_be_moved():
    assert found(f"<p>Before</p>{TABLE}") == ["words-outside-comparison"]


def test_c1_the_first_row_of_any_table_heads_its_columns():
    assert headed(TABLE)["head"] == ["Question", "Dry needling", "Acupuncture"]
    assert len(headed(TABLE)["rows"]) == 1


def test_a_table_with_joined_cells_is_shown_as_it_was_written():
    assert headed(TABLE.replace("<td>", '<td colspan="2">', 1)) == {"head": [], "rows": []}
