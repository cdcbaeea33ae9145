"""Who is let in: a mail with a link to set a password. The password itself is never mailed, nor stored readable."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from appointments.models import Message
from appointments.notices import LINK_PLACEHOLDER, message
from services import facts


class InvitationOverError(Exception):
    """The mail would lead nowhere: its account has a password, is switched off, or has another address by now."""


class _Tokens(PasswordResetTokenGenerator):
    """Signed and never stored. Ends with PASSWORD_RESET_TIMEOUT, and with the password it was made for."""

    key_salt = "appointments.invitations"

    def _make_hash_value(self, user, timestamp) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"


TOKENS = _Tokens()


@dataclass(frozen=True)
class Invitation:
    """To a colleague: open this link and choose a password. Not who they are, nor what they may do."""

    clinic: str
    link: str = LINK_PLACEHOLDER

    kind = Message.Kind.INVITATION

    @property
    def subject(self) -> str:
        return _("{clinic}: set your password").format(clinic=self.clinic)


def is_open(account) -> bool:
    """Whether the account waits for a password."""
    return account.is_active and not account.has_usable_password()


def path_for(account, to: str) -> str:
    """The link's path, made when the mail leaves. InvitationOverError when it would open nothing."""
    if not is_open(account) or account.email != to:
        raise InvitationOverError
    return reverse("set_password", args=[f"{int_to_base36(account.pk)}-{TOKENS.make_token(account)}"])


def account_of(link: str):
    """The account that this link opens; None for one that is wrong, used or too old: nobody can tell which."""
    number, _dash, token = link.partition("-")
    try:
        account = get_user_model().objects.filter(pk=base36_to_int(number)).first()
    except (ValueError, OverflowError):
        return None
    return account if account and is_open(account) and TOKENS.check_token(account, token) else None


def invite(account) -> None:
    """Take the account's password and earlier links away, and queue a mail with a new one."""
    with transaction.atomic():
        Message.objects.inviting(account).not_sent().delete()
        account.set_unusable_password()
        account.save(update_fields=["password"])
        invitation = message(Invitation(clinic=facts.current().name), account.email)
        invitation.account = account
        invitation.save()
