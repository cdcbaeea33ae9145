"""What is done to a colleague's account, each kept in the access record."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from appointments import invitations
from appointments.models import AuditEntry


def note(by, account, what: str) -> None:
    """Keep who did `what` to whose account."""
    AuditEntry.record(AuditEntry.Kind.CHANGE, by, detail=f"account {account.get_username()}: {what}"[:200])


def end_session(session: UserSession) -> None:
    """Sign one device out; its next request has to sign in."""
    with transaction.atomic():
        session.end()
        note(session.user, session.user, "signed out on another device")


def end_sessions(account) -> None:
    """Sign the account out everywhere."""
    for session in UserSession.objects.filter(user=account):
        session.end()


def invite(account, by) -> None:
    """Mail a new link to set a password; until then nobody signs in to the account."""
    with transaction.atomic():
        invitations.invite(account)
        end_sessions(account)
        note(by, account, "invited")


def reset_second_factor(account, by) -> None:
    """For a lost phone: the next sign-in takes the password alone, and asks for a new factor if one is required."""
    with transaction.atomic():
        Authenticator.objects.filter(user=account).delete()
        end_sessions(account)
        note(by, account, "second factor reset")


def switched(account, by) -> None:
    """Keep that the account was switched off or on. No session outlives the time in between."""
    if account.is_active:
        end_sessions(account)
    note(by, account, "switched on" if account.is_active else "switched off")
