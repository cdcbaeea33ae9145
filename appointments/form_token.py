"""The signed, timed token in the request form: which form it is, and when it was opened."""

import datetime
import uuid

from django.core import signing

LIVES = datetime.timedelta(hours=12)
_SIGNER = signing.TimestampSigner(salt="appointments.form")


def new_token() -> str:
    """A token for a form that is opened now."""
    return _SIGNER.sign(uuid.uuid4().hex)


def form_id(token: str) -> str | None:
    """The form's id, also from an expired token; None when the token is not ours."""
    try:
        return _SIGNER.unsign(token)
    except signing.BadSignature:
        return None


def is_current(token: str) -> bool:
    """Whether the token is ours and younger than `LIVES`."""
    try:
        _SIGNER.unsign(token, max_age=LIVES)
    except signing.BadSignature:
        return False
    return True


def renewed(token: str) -> str:
    """A current token for the same form, so that sending it again still counts as the same request."""
    known = form_id(token)
    return _SIGNER.sign(known) if known else new_token()
