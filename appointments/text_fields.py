"""Form fields for what people type: refused in plain words when it cannot be read, never changed in silence."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

# Unicode categories: format marks such as the zero-width space, and blanks.
INVISIBLE = ("Cf", "Zs", "Zl", "Zp")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
CONTROL_BUT_NEW_LINE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def _errors(name: str, **others) -> dict:
    """Messages that name the field, for every way a text can be wrong."""
    unreadable = gettext_lazy("{name} contains characters that cannot be read. Please type it again.")
    too_long = gettext_lazy("{name} must be %(limit_value)d characters or fewer. You have %(show_value)d.")
    return {
        "unreadable": format_lazy(unreadable, name=name),
        "max_length": format_lazy(too_long, name=name),
        **others,
    }


class PlainText(forms.CharField):
    """Text without control characters; whoever pasted one is asked, nothing is silently changed."""

    unreadable = CONTROL_CHARACTERS

    def __init__(self, name: str, *, max_length: int, errors: dict | None = None, **kwargs):
        super().__init__(max_length=max_length, error_messages=_errors(name, **(errors or {})), **kwargs)

    def widget_attrs(self, widget):
        """No `maxlength`: a browser would cut a paste off in silence."""
        return {}

    def to_python(self, value):
        """Line ends as one character each, as patients count them; text nobody can see is no text."""
        text = super().to_python(value).replace("\r\n", "\n")
        return "" if all(unicodedata.category(character) in INVISIBLE for character in text) else text

    def validate(self, value):
        """Refuse control characters, NUL bytes among them."""
        super().validate(value)
        if self.unreadable.search(value):
            raise ValidationError(self.error_messages["unreadable"], code="unreadable")


class LongText(PlainText):
    """Several lines."""

    widget = forms.Textarea
    unreadable = CONTROL_BUT_NEW_LINE


class EmailAddress(PlainText):
    """An address as RFC 5321 allows it, without line breaks that could reach a header."""

    default_validators = [validate_email]
