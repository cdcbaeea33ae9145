"""Two states of a page, line by line: draft and public, two versions, two editors (C2, C5, C7)."""

import pytest

from services.difference import differ, inline, passages
from services.lines import Line, of_publication
from services.models import AlsoCalled, Category, Page, Source
from services.models.blocks import CareCard, Comparison, Evidence
from services.publishing import draft_of, publish
from tests.builders import make_page
from tests.conftest import NOW


def shown(before: list[str], after: list[str]) -> list[tuple[bool, list[str]]]:
    texts = ([Line("Text", text) for text in side] for side in (before, after))
    return [(each.is_same, [str(html) for _label, html in each.lines]) for each in passages(*texts)]


@pytest.mark.parametrize(
    ("before", "after", "html"),
    [
        ("same", "same", "same"),
        ("We are here", "We are there", "We are <del>here</del><ins>there</ins>"),
        ("a < b", "a > b", "a <del>&lt;</del><ins>&gt;</ins> b"),
        ("", "new", "<ins>new</ins>"),
        ("old", "", "<del>old</del>"),
    ],
)
def test_words_are_marked_and_escaped(before, after, html):
    assert inline(before, after) == html


def test_what_did_not_change_stands_apart_from_what_did():
    before = ["One line here", "Two old words here", "Three lines here"]
    after = ["One line here", "Two new words here", "Three lines here", "Four"]
    assert shown(before, after) == [
        (True, ["One line here"]),
        (False, ["Two <del>old</del><ins>new</ins> words here"]),
        (True, ["Three lines here"]),
        (False, ["<ins>Four</ins>"]),
    ]


def test_lines_with_little_in_common_are_shown_one_after_the_other():
    before, after = ["A heading about needles in general"], ["Something that nobody had in mind before"]
    assert shown(before, after) == [
        (
            False,
            ["<del>A heading about needles in general</del>", "<ins>Something that nobody had in mind before</ins>"],
        )
    ]


def test_a_fact_of_another_kind_is_another_line():
    found = passages([Line("Summary", "Same words")], [Line("Description", "Same words")])
    assert [label for label, _html in found[0].lines] == ["Summary", "Description"]
    assert differ(found)


@pytest.fixture
def knots(clinic):
    """A published condition."""
    page = make_page(Page.Kind.CONDITION, "Knots", "knots", summary="Short", author="Clinical lead")
    publish(page)
    return page


def _differs(page: Page) -> bool:
    live = page.publications.live().get()
    draft = draft_of(Page.objects.get(pk=page.pk))
    return differ(passages(of_publication(live), of_publication(draft)))


@pytest.mark.django_db
def test_c2_a_draft_that_says_the_same_does_not_differ(knots):
    assert not _differs(knots)


def _add(model, page, **fields):
    return model.objects.create(parent=page, region="main", ordering=20, **fields)


CHANGES = {
    "title": lambda page: Page.objects.filter(pk=page.pk).update(title="Other"),
    "address": lambda page: Page.objects.filter(pk=page.pk).update(slug="other"),
    "summary": lambda page: Page.objects.filter(pk=page.pk).update(summary="Other"),
    "description": lambda page: Page.objects.filter(pk=page.pk).update(description="Other"),
    "author": lambda page: Page.objects.filter(pk=page.pk).update(author="Other"),
    "category": lambda page: page.categories.add(Category.objects.create(name="Pain", slug="pain")),
    "name": lambda page: AlsoCalled.objects.create(page=page, name="Other"),
    "source": lambda page: Source.objects.create(page=page, position=1, title="A trial", publisher="A journal"),
    "card": lambda page: _add(CareCard, page, urgency="today", heading="See a doctor", text="<p>Fever</p>"),
    "cell": lambda page: _add(Comparison, page, caption="Both", table="<table><tr><td>x</td></tr></table>"),
    "day": lambda page: _add(
        Evidence, page, heading="x", speaks_for="<p>x</p>", speaks_against="", unknown="", as_of=NOW
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_c2_whatever_the_public_would_read_is_a_difference(knots, name):
    CHANGES[name](knots)
    assert _differs(knots)
