"""The second step of signing in: a wrong code is kept in the access record."""

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm


class StaffAuthenticateForm(AuthenticateForm):
    """Whoever gets here knew the password."""

    def _emit_authentication_failed(self, authenticator) -> None:
        super()._emit_authentication_failed(authenticator)
        get_adapter().refuse(context.request, self.user, "second factor")
