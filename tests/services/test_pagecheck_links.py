"""Links lead somewhere and say where."""

import pytest

from services.pagecheck.links import internal_path
from tests.services.page_texts import rules, saying

HERE = "/treatments/dry-needling/"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (f"<a href='{HERE}'>Dry needling</a>", []),
        (f"<a href='{HERE}?a=1#risks'>Its risks</a>", []),
        ("<a href='https://doi.org/10.2519/x'>The trial</a>", []),
        ("<a href='mailto:desk@clinic.example'>Write to us</a>", []),
        ("<a href='#risks'>Risks</a>", []),
        (f"<a href='{HERE}'></a>", ["link-without-text"]),
        (f"<a href='{HERE}'> <b>&nbsp;</b></a>", ["link-without-text"]),
        (f"<a href='{HERE}'><img src=a alt='Dry needling'></a>", []),
        ("<a href=''>Risks</a>", ["empty-link"]),
        ("<a href='#'>Risks</a>", ["empty-link"]),
        ("<a>Risks</a>", ["empty-link"]),
        ("<a href>Risks</a>", ["empty-link"]),
        ("<a href='javascript:alert(1)'>Risks</a>", ["unsafe-link"]),
        ("<a href=' JavaScript:alert(1)'>Risks</a>", ["unsafe-link"]),
        ("<a href='data:text/html,x'>Risks</a>", ["unsafe-link"]),
        (f"<a href='{HERE}'>Call [[phone denver]]</a>", ["link-in-link"]),
        ("<a href='/treatments/gone/'>Gone</a>", ["dead-link"]),
        ("<a href='treatments/gone/'>Gone</a>", ["dead-link"]),
        ("<a href='/treatments/dry-needling'>Dry needling</a>", ["dead-link"]),
        ("<a href='//other.example/'>Another site</a>", []),
    ],
)
def test_a_link_leads_somewhere(html, found):
    assert rules(saying(html)) == found


@pytest.mark.parametrize(
    "words", ["click here", "Click here!", "Read more…", "here", "this page", "https://x.example"]
)
def test_vague_words_are_explained(words):
    assert rules(saying(f"<a href='{HERE}'>{words}</a>")) == ["vague-link"]


@pytest.mark.parametrize("words", ["Read more about risks", "Who may do it here", "Page of sources"])
def test_words_that_say_where_are_fine(words):
    assert rules(saying(f"<a href='{HERE}'>{words}</a>")) == []


@pytest.mark.parametrize(
    ("href", "path"),
    [("/a/?b#c", "/a/"), ("a", "a"), ("#c", None), ("", None), (None, None), ("tel:911", None), ("//x/", None)],
)
def test_paths_of_this_site(href, path):
    assert internal_path(href) == path
