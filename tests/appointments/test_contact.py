"""Phones and references: how they are read and written."""

import pytest

from appointments.contact import Phone, display_phone, parse_phone
from appointments.references import ALPHABET, display, new_reference, normalise


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("303-555-0142", Phone("+13035550142")),
        ("(720)-507-0080", Phone("+17205070080")),
        ("305.967.8976 ext. 5", Phone("+13059678976", "5")),
        ("305 967 8976 x12", Phone("+13059678976", "12")),
        ("+1 305 967 8976", Phone("+13059678976")),
        ("13059678976", Phone("+13059678976")),
        ("+44 20 7946 0018", Phone("+442079460018")),
        ("+44 (0)20 7946 0018", Phone("+442079460018")),
        ("011 52 55 1234 5678", Phone("+525512345678")),
        ("0052 55 1234 5678", Phone("+525512345678")),
        ("tel:+1-303-555-0142;ext=12", Phone("+13035550142", "12")),
        ("303-555-0142 #5", Phone("+13035550142", "5")),
        ("303/555/0142", Phone("+13035550142")),
        ("1-800-FLOWERS", Phone("+18003569377")),
        ("303-555-0142 (work)", Phone("+13035550142")),
        ("cell: 303-555-0142, after 5 please", Phone("+13035550142")),
        ("303-555-0142 ext 5 at work", Phone("+13035550142", "5")),
        ("٣٠٣٥٥٥٠١٤٢", Phone("+13035550142")),
    ],
)
def test_r4_reads_every_style(typed, phone):
    assert parse_phone(typed) == phone


@pytest.mark.parametrize(
    "typed",
    ["", "911", "555-0142", "303-555-01", "303-555-0142-7777", "call me", "+", "0", "303-555-0142 or 303-555-0199"],
)
def test_refuses_what_nobody_could_dial(typed):
    assert parse_phone(typed) is None


@pytest.mark.parametrize(
    ("e164", "extension", "text"),
    [
        ("+13035550142", "", "303-555-0142"),
        ("+13035550142", "5", "303-555-0142 ext. 5"),
        ("+442079460018", "", "+44 20 7946 0018"),
        ("", "", ""),
    ],
)
def test_writes_numbers_one_way(e164, extension, text):
    assert display_phone(e164, extension) == text


def test_references_have_no_look_alikes():
    assert not set("01ILOZSU8") & set(ALPHABET)
    assert set(new_reference()) <= set(ALPHABET)


def test_references_do_not_repeat():
    assert len({new_reference() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd2345", " abcd 2345 ", "ABCD–2345"])
def test_a_reference_is_read_however_it_was_typed(typed):
    assert display(normalise(typed)) == "ABCD-2345"
