"""Rows as the plain values of a manifest, and back: what a value may be is what its model says."""

import datetime
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from phonenumber_field.phonenumber import PhoneNumber

from services.models import BLOCKS, Clinic, Image, Location, Page, Redirect
from services.prose import Prose

# Travel only when they are asked for: a trial site would mail the real desk.
MAILBOXES = {Clinic: ("fallback_recipient", "reply_to"), Location: ("reply_to",)}
# Accounts of staff, what is true for a day, and what is made from the picture itself.
LEFT_OUT = {
    Clinic: {*MAILBOXES[Clinic]},
    Location: {*MAILBOXES[Location], "bad_day", "bad_day_ends_at", "bad_day_words"},
    Page: {"review_reminded_at", "updated_at"},
    Image: {"file", "width", "height", "checksum", "uploaded_at"},
    Redirect: {"created_at"},
    **{block: {"region", "ordering"} for block in BLOCKS},  # its place in the list says it
}
JSON_TYPES = [(models.BooleanField, bool, "true or false"), (models.IntegerField, int, "a whole number")]
Values = dict[str, Any]


def fields_of(model: type[models.Model]) -> dict[str, models.Field]:
    """The fields that travel; references to other rows are written by name, elsewhere."""
    own = [field for field in model._meta.concrete_fields if not field.primary_key and not field.is_relation]
    return {field.name: field for field in own if field.name not in LEFT_OUT.get(model, ())}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("auto" if value.second else "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.as_e164 if isinstance(value, PhoneNumber) else value


def values_of(row: models.Model) -> Values:
    """The row's own fields."""
    return {name: _plain(getattr(row, name)) for name in fields_of(type(row))}


def mailboxes_of(row: models.Model) -> Values:
    """Where the desk is reached."""
    return {name: getattr(row, name) for name in MAILBOXES[type(row)]}


def copy_values(source: models.Model, target: models.Model) -> models.Model:
    """Give `target` what `source` says."""
    for name in fields_of(type(source)):
        setattr(target, name, getattr(source, name))
    return target


# --- Reading what somebody may have written by hand --------------------------------------------------
def _wrong_type(field: models.Field, value: Any) -> str:
    if value is None:
        return "" if field.null else "is missing"
    expected, words = next(((kind, words) for of, kind, words in JSON_TYPES if isinstance(field, of)), (str, "text"))
    is_right = isinstance(value, expected) and (expected is bool or not isinstance(value, bool))
    return "" if is_right else f"must be {words}"


def _wrong_text(field: models.Field, text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        return "holds characters that no text has"
    if field.max_length and len(text) > field.max_length:
        return f"has {len(text)} characters; {field.max_length} is the most"
    return ""


def _read(field: models.Field, value: Any, row: models.Model) -> tuple[Any, str]:
    """The value as the model holds it, and what is wrong with it."""
    wrong = _wrong_type(field, value) or (_wrong_text(field, value) if isinstance(value, str) else "")
    if wrong:
        return None, wrong
    try:
        cleaned = field.clean(value, row)
    except ValidationError as error:
        return None, " ".join(error.messages)
    return (field.sanitize(cleaned) if isinstance(field, Prose) else cleaned), ""


def _broken_rules(row: models.Model, known: dict[str, models.Field]) -> list[str]:
    """What the database would refuse of the row's own fields."""
    exclude = {field.name for field in row._meta.fields if field.name not in known}
    found = []
    for rule in row._meta.constraints:
        try:
            if isinstance(rule, models.CheckConstraint):
                rule.validate(type(row), row, exclude=exclude)
        except ValidationError as error:
            found += error.messages
    return found


def row_of(model: type[models.Model], data: Any, where: str, problems: list[str], **more: Any) -> models.Model:
    """An unsaved row with these values and `more`; adds to `problems` what is wrong with them, in words.

    A field that is not named has its default. HTML comes out sanitised, as on every save.
    """
    row, known = model(**more), fields_of(model)
    if not isinstance(data, dict):
        problems.append(f"{where}: must hold named values.")
        return row
    problems += [f"{where}: nothing here is called “{name}”." for name in data if name not in known]
    wrong = {}
    for name, field in known.items():
        value, wrong[name] = _read(field, data.get(name, field.get_default()), row)
        setattr(row, name, value)
    found = [f"{where}, {name}: {words}" for name, words in wrong.items() if words]
    if not found:
        found = [f"{where}: {words}" for words in _broken_rules(row, known)]
    problems += [text if text.endswith(".") else f"{text}." for text in found]
    return row


def items(data: Mapping, name: str, where: str, problems: list[str], kind: type = dict) -> list[Any]:
    """The list under that name: of records, or of texts."""
    found = data.get(name, [])
    if isinstance(found, list) and all(isinstance(item, kind) for item in found):
        return found
    words = "names" if kind is str else "records"
    problems.append(f"{where}: “{name}” must be a list of {words}.")
    return []


def text(data: Mapping, name: str, where: str, problems: list[str]) -> str:
    """The text under that name, or ""."""
    found = data.get(name, "")
    if isinstance(found, str):
        return found
    problems.append(f"{where}: “{name}” must be text.")
    return ""


def refuse_twice(names: Iterable, where: str, problems: list[str]) -> None:
    """What names a record may stand once."""
    problems += [f"{where}: “{name}” stands twice." for name, count in Counter(names).items() if count > 1]


def without(data: Mapping, *names: str) -> Values:
    """The rest of a record."""
    return {name: value for name, value in data.items() if name not in names}


def name_of(data: Any) -> str:
    """What a record is called in a message, whatever it holds."""
    slug = data.get("slug", "") if isinstance(data, dict) else ""
    return f"“{str(slug)[:80]}”"
