"""The signed token in the request form: which form it is, when it was opened, and when it was last shown."""

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

LIVES = datetime.timedelta(hours=12)
# By so much the clocks of two web machines may differ.
CLOCKS_DIFFER = datetime.timedelta(minutes=1)
_SIGNER = signing.Signer(salt="appointments.form")


@dataclass(frozen=True)
class FormToken:
    """One opened form; the seconds are those since 1970."""

    form_id: str
    opened: int
    shown: int

    def __str__(self):
        return _SIGNER.sign(f"{self.form_id}.{self.opened}.{self.shown}")


def _now() -> int:
    return int(timezone.now().timestamp())


def read(token: str) -> FormToken | None:
    """The form of a token that is ours, also an expired one; None when it is not."""
    try:
        form, opened, shown = _SIGNER.unsign(token).split(".")
    except (signing.BadSignature, ValueError):
        return None
    return FormToken(form, int(opened), int(shown))


def new_token() -> str:
    """A token for a form that is opened now."""
    return str(FormToken(uuid.uuid4().hex, _now(), _now()))


def form_id(token: str) -> str | None:
    """The form's id, also from an expired token; None when the token is not ours."""
    known = read(token)
    return known.form_id if known else None


def is_current(token: str) -> bool:
    """Whether the token is ours, younger than `LIVES`, and not from the future."""
    known = read(token)
    if known is None:
        return False
    return -CLOCKS_DIFFER.total_seconds() <= _now() - known.shown < LIVES.total_seconds()


def renewed(token: str) -> str:
    """A current token for the same form, so that sending it again still counts as the same request."""
    known = read(token)
    return str(FormToken(known.form_id, min(known.opened, _now()), _now())) if known else new_token()


def seconds_open(token: str) -> int:
    """How long ago the form of a token of ours was opened."""
    return _now() - read(token).opened
