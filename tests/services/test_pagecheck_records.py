"""Facts come from records: tokens, phones, the needle."""

import dataclasses

import pytest

from services.pagecheck import Level, check
from tests.services.page_texts import CLEAN, figure, page, rules, saying, section


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("[[needle]] of [[clinic]] in [[location denver]]", []),
        ("[[salary]]", ["unknown-fact"]),
        ("[[phone nowhere]]", ["unknown-fact"]),
        ("[[Phone]]", ["unknown-fact"]),
        ("[[ phone ]]", ["unknown-fact"]),
        ("[[]]", ["unknown-fact"]),
        ("[[phone <b>denver</b>]]", ["broken-fact"]),
        ("[[phone", ["broken-fact"]),
        ("[phone]", []),
    ],
)
def test_a_token_names_a_fact(html, found):
    assert rules(saying(html)) == found


def test_c11_a_title_takes_no_fact():
    (found,) = check(page(title="About [[clinic]]"))
    assert (found.rule, found.level, found.where) == ("misplaced-fact", Level.ERROR, "id_title")
    assert found.message.startswith("A title names the page in lists and mails, where no fact is filled.")


@pytest.mark.parametrize("field", ["summary", "description"])
def test_c11_summary_and_description_take_facts_that_exist(field):
    assert rules(page(**{field: "About [[clinic]]"})) == []
    assert rules(page(**{field: "About [[klinic]]"})) == ["unknown-fact"]


def test_c11_a_heading_of_the_contents_list_takes_facts_that_exist():
    assert rules(page(parts=(section("At [[clinic]]"), *CLEAN.parts))) == []
    assert rules(page(parts=(section("At [[klinic]]"), *CLEAN.parts))) == ["unknown-fact"]


# --- Phones --------------------------------------------------------------------------------------------
TYPED = ["303-555-0142", "(303) 555-0142", "303.555.0142", "303 555 0142", "+1 303-555-0142", "1-303-555-0142"]


@pytest.mark.parametrize("number", [*TYPED, "+13035550142", "3035550142", "<a href='tel:+13035550142'>Call us</a>"])
def test_our_phone_is_not_typed(number):
    (finding,) = check(saying(f"Call {number}."))
    assert finding.rule == "typed-phone"
    assert "[[phone denver]]" in finding.message


@pytest.mark.parametrize("number", ["303-555-0199", "1-800-555-0100", "+44 20 7946 0018"])
def test_a_phone_that_is_not_in_the_records_is_named(number):
    assert rules(saying(f"Call {number}.")) == ["unknown-phone"]


@pytest.mark.parametrize(
    "text",
    [
        "Call 911.",
        "Call 988.",
        "doi:10.2519/jospt.2017.7096",
        "In 2017 we saw you.",
        "ZIP 80205-1234",
        "rule 64B17-6.008",
    ],
)
def test_other_numbers_are_no_phones(text):
    assert rules(saying(text)) == []


def test_phones_are_found_above_the_text_too():
    assert rules(page(summary="Call 303-555-0142.")) == ["typed-phone"]


# --- The needle ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "We use a hypodermic needle.",
        "A thin hypodermic needle goes in without any injection.",
        "Dry needling uses a hypodermic needle. Nothing is injected.",
        "A hypodermic needle is put into the knot.",
        "Our needles are hypodermic.",
    ],
)
def test_our_needle_is_not_hypodermic(text):
    assert rules(saying(text)) == ["hypodermic"]


@pytest.mark.parametrize(
    "text",
    [
        "An injection uses a hypodermic needle.",
        "A hypodermic needle is hollow.",
        "It is not a hypodermic needle.",
        "It is thinner than a hypodermic needle.",
        "An injection uses a hypodermic needle, but dry needling does not.",
        "Unlike a hypodermic needle, it is solid.",
    ],
)
def test_a_comparison_may_name_it(text):
    assert rules(saying(text)) == []


@pytest.mark.parametrize(
    "text", ["We use a hollow needle.", "A thick needle goes in.", "Our needle is flexible.", "Our reusable needles."]
)
def test_the_needle_is_as_recorded(text):
    assert rules(saying(text)) == ["other-needle"]


@pytest.mark.parametrize(
    "text",
    [
        "A thin, solid needle goes in.",
        "The needle is sterile and solid.",
        "An injection uses a hollow needle.",
        "It is not a hollow needle.",
        "The needle for injections is thicker and hollow.",
        "It has a needle in it.",
    ],
)
def test_what_the_record_says_or_another_needle_is_fine(text):
    assert rules(saying(text)) == []


def test_the_words_for_a_picture_are_looked_at():
    assert rules(page(parts=(figure("A hypodermic needle in a muscle"), *CLEAN.parts))) == ["hypodermic"]


def test_without_a_record_nothing_contradicts_it():
    assert "other-needle" not in rules(dataclasses.replace(saying("We use a thick needle."), needle=""))
