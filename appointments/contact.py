"""Phone numbers as patients write them, in any style."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumber_field.phonenumber import PhoneNumber

from services import facts

REGION = "US"
DIALLED = phonenumbers.ValidationResult.IS_POSSIBLE  # with its area code
ANY_STYLE = phonenumbers.Leniency.POSSIBLE


@dataclass(frozen=True)
class Phone:
    """A number to call: E.164, and the extension that E.164 cannot hold."""

    e164: str
    extension: str = ""


def _read(typed: str) -> phonenumbers.PhoneNumber | None:
    """The number as it stands there, or the only one among other words: "303-555-0142 (work)"."""
    # How the rest of the world dials a country code; nobody in the US begins a number like this.
    text = re.sub(r"^\s*00", "+", typed)
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number and phonenumbers.is_possible_number_with_reason(number) == DIALLED:
        return number
    found = [match.number for match in phonenumbers.PhoneNumberMatcher(text, REGION, ANY_STYLE)]
    return found[0] if len(found) == 1 else None


def parse_phone(typed: str) -> Phone | None:
    """Read a US number in any style, or an international one with its country code.

    None when nobody could dial it. Numbers that are merely unassigned pass: lists of assigned ranges
    grow old, and refusing a real number costs a patient. A US number needs its area code.
    """
    number = _read(typed)
    if number is None or phonenumbers.is_possible_number_with_reason(number) != DIALLED:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, number.extension or "")


def display_phone(e164: str, extension: str = "") -> str:
    """`+13035550142` as 303-555-0142, other countries as +44 20 7946 0018, with `ext. 5` behind."""
    if not e164:
        return ""
    text = facts.display_phone(PhoneNumber.from_string(e164))
    return f"{text} ext. {extension}" if extension else text
