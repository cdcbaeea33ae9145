"""What is left of a name without what people misspell: the database finds near names by it."""

from django.db.models import Value
from django.db.models.functions import Left, Lower, Replace

# Vowels, with the accents that names here have, "h", which nobody hears, and blanks. SQLite lowers only A to Z.
DROPPED = "aeiouyh áéíóúÁÉÓ"
# No more of them: SQLite's parser does not go much deeper.
PLAIN = {"ñ": "n", "ll": "l", "nn": "n", "rr": "r", "ss": "s", "tt": "t"}
LENGTH = 40
# Shorter ones are shared by too many people.
SHORTEST = 3


def expression():
    """“John Smyth” and “Jon Smith” are both `jnsmt`, as an expression of the database."""
    text = Lower("full_name")
    for letter in DROPPED:
        text = Replace(text, Value(letter), Value(""))
    for letters, plain in PLAIN.items():
        text = Replace(text, Value(letters), Value(plain))
    return Left(text, LENGTH)
