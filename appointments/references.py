"""References patients read out on the phone: `ABCD-2345`, without characters that look alike."""

import re
import secrets

# No 0/O, 1/I/L, 2/Z is kept as 2, 5/S as 5, 8/B as B, U/V as V.
ALPHABET = "ABCDEFGHJKMNPQRTVWXY2345679"
LENGTH = 8


def new_reference() -> str:
    """A random reference as stored, without the dash: about 2.8e11 values; not a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def display(reference: str) -> str:
    """`ABCD2345` as it is shown: `ABCD-2345`."""
    return f"{reference[:4]}-{reference[4:]}"


def normalise(typed: str) -> str:
    """What somebody typed as it is stored: capitals, no blanks, no dashes."""
    return re.sub(r"[\s\-–—]", "", typed).upper()
