"""Sentences, syllables and the Flesch-Kincaid grade; HTML as a person reads it."""

import pytest

from services.pagecheck.markup import Line, Link, read
from services.pagecheck.reading import grade, plain, sentences, syllables, words

# As CMUdict, the pronouncing dictionary of Carnegie Mellon University, counts them.
SYLLABLES = {
    1: "a be pain calves moved the twitched where eye through",
    2: "needle muscle people tissue something question touches over quiet",
    3: "therapy injected area radio examine exercise medicine idea",
    4: "information acupuncture diabetic associate",
    5: "rehabilitate examination imagination",
    6: "rehabilitation responsibility",
}
KNOWN = [(word, number) for number, line in SYLLABLES.items() for word in line.split()]


@pytest.mark.parametrize(("word", "number"), KNOWN)
def test_syllables_are_counted_as_spoken(word, number):
    assert syllables(word) == number


@pytest.mark.parametrize(("word", "number"), [("1,024", 1), ("single-use", 3), ("don't", 1), ("xyz", 1), ("TENS", 1)])
def test_odd_words_have_syllables_too(word, number):
    assert syllables(word) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("One. Two! Three? Four", 4),
        ("It was 36.7 percent. So it was.", 2),
        ("Ask Dr. Who. Or me.", 2),
        ('He said "stop." We stopped.', 2),
        ("It goes to 0.1 of e.g. a knot", 1),
        ("a\nb", 2),
        ("", 0),
    ],
)
def test_sentences_are_split(text, number):
    assert len(sentences(text)) == number


def test_citations_and_facts_are_read_as_people_hear_them():
    assert words(plain("Ask [[clinic]] [1][2, 3].")) == ["Ask", "this"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 0.39 × words per sentence + 11.8 × syllables per word − 15.59
        ("The cat sat on the mat.", 0.39 * 6 + 11.8 - 15.59),
        ("Rehabilitation is responsibility.", 0.39 * 3 + 11.8 * 13 / 3 - 15.59),
        ("", 0),
    ],
)
def test_the_grade_is_that_of_kincaid(text, expected):
    assert grade([text]) == pytest.approx(expected)


# --- Markup --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>One</p><p>Two</p>", [Line("p", "One"), Line("p", "Two")]),
        ("<ul><li><p>One</p></li><li>Two", [Line("li", "One"), Line("li", "Two")]),
        ("<h2>One</h2>Two", [Line("h2", "One"), Line("p", "Two")]),
        (
            "<table><tr><th><p>One</p></th><td>Two</td></tr></table>Three",
            [Line("row", "One\nTwo"), Line("p", "Three")],
        ),
        ("<p>O<b>n</b>e&nbsp;&amp;\n two</p>", [Line("p", "One & two")]),
        ("One<br>Two", [Line("p", "One\nTwo")]),
        ("<style>p {}</style><script>One</script>", []),
        ("<!-- no --><?no?><![if no]>yes<![endif]>", [Line("p", "yes")]),
    ],
)
def test_html_is_read_line_by_line(html, lines):
    assert list(read(html).lines) == lines


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a href='/a/'>One <b>two</b></a>", [Link("/a/", "One two")]),
        ("<a href='/a/'>One<a href='/b/'>Two", [Link("/a/", "One"), Link("/b/", "Two")]),
        ("<a>One</a>", [Link(None, "One")]),
        ("<p>None</p>", []),
    ],
)
def test_links_are_read(html, links):
    assert list(read(html).links) == links
