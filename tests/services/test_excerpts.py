"""Excerpts: where they begin and end, what they mark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.excerpts import BEFORE, LENGTH, excerpt
from services.words import fold, headings, plain_text, stem, terms, words

LONG = "before " * 50 + "sore knots " + "after " * 60


def bare(text) -> str:
    """An excerpt without marks and dots."""
    return re.sub(r"</?mark>|… | …", "", text)


def test_words_are_marked():
    assert excerpt("A sore knot.", {"knot"}) == "A sore <mark>knot</mark>."


def test_without_the_words_it_is_the_beginning_of_the_text():
    assert excerpt("A sore knot.", {"elbow"}) == excerpt("A sore knot.", set()) == "A sore knot."


def test_an_empty_text_gives_an_empty_excerpt():
    assert excerpt("", {"knot"}) == ""


def test_a_long_text_is_cut_between_words_round_the_first_mark():
    text = excerpt(LONG, {"sore", "knot"})
    assert text.startswith("… before ")
    assert text.endswith("after …")
    assert "before <mark>sore</mark> <mark>knots</mark> after" in text
    assert len(bare(text)) <= LENGTH
    assert bare(text).index("sore") <= BEFORE


def test_a_long_text_without_the_words_is_cut_at_its_end_only():
    text = excerpt(LONG, {"elbow"})
    assert text.startswith("before")
    assert text.endswith("before …")


def test_one_endless_word_is_cut_too():
    assert len(excerpt("k" * 1000, {"elbow"})) <= LENGTH + 2
    assert excerpt("k" * 1000, {"k" * 40}).endswith(" …")


def test_a_part_of_a_word_is_not_marked():
    assert excerpt("unsore sorely_sore soreness", {"sorelysore"}) == "unsore sorely_sore soreness"
    assert "<mark>" not in excerpt("kneecap", {"knee"})


def test_what_is_around_and_in_a_mark_is_escaped():
    assert excerpt("<b>a&b</b>", {"b"}) == "&lt;<mark>b</mark>&gt;a&amp;<mark>b</mark>&lt;/<mark>b</mark>&gt;"


@given(st.text(), st.sets(st.text(alphabet="abcéßİ'-_ ", min_size=1), max_size=4))
def test_every_excerpt_is_escaped_text_with_whole_marks(text, asked):
    result = excerpt(text, {term for words_ in asked for term in terms(words_)})
    assert re.fullmatch(r"(?:[^<>]|<mark>[^<>]+</mark>)*", result)


@given(st.text())
def test_folding_keeps_the_length(text):
    assert len(fold(text)) == len(text)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trigger-point THERAPY", ["trigger", "point", "therapy"]),
        ('Dupuytren’s "hand"', ["dupuytren's", "hand"]),
        ("snake_case 2,000 e\u0301te\u0301", ["snake", "case", "2", "000", "ete"]),
        ("😀 !? _", []),
    ],
)
def test_words_of_a_text(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("runner", "runners"),
        ("needle", "needling"),
        ("therapy", "therapies"),
        ("injection", "injections"),
        ("ulna", "ulna's"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


def test_common_words_stand_only_where_there_is_no_other():
    assert terms("What is dry needling?") == ["dri", "needl"]
    assert terms("About us") == ["about", "us"]


def test_plain_text_is_what_a_reader_sees():
    assert plain_text("<p>a<strong>b</strong> &amp;\n c</p><p>d</p><br>e<sup>1</sup>") == "ab & c d e 1"


def test_headings_are_those_below_the_page_s_own():
    assert headings('<h1>No</h1><h2 id="a">One &amp; <em>two</em></h2><p>x</p><h3>Three</h3>') == [
        "One & two",
        "Three",
    ]
