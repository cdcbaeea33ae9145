"""Staff accounts are made by an administrator; nobody signs up, and every sign-in is kept."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import visitors
from appointments.models import AuditEntry
from clinic_site import staff_verbs
from services import facts, moments

# allauth's name of a notice, and what the access record says.
SECOND_FACTOR = {
    "mfa/email/totp_activated": "second factor set up",
    "mfa/email/totp_deactivated": "second factor removed",
    "mfa/email/recovery_codes_generated": "recovery codes made",
}


class StaffAccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, and counts failed sign-ins by the visitor's own address."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """The visitor's address for the sign-in throttle: what trusted proxies say, else who connected."""
        return visitors.address_of(request)

    def login(self, request, user):
        """Sign in, when password and second factor were right, and say when this account did so last."""
        earlier = AuditEntry.objects.last_sign_in(user)
        super().login(request, user)
        self._record(request, AuditEntry.Kind.SIGN_IN, user)
        if earlier:
            when = moments.moment(earlier.at, facts.current().zone, timezone.localdate())
            messages.info(request, _("Last sign-in to this account: {when}.").format(when=when))

    def logout(self, request):
        """Sign out."""
        user = request.user
        super().logout(request)
        if user.is_authenticated:
            self._record(request, AuditEntry.Kind.SIGN_OUT, user)

    def authentication_failed(self, request, **credentials):
        """Kept for accounts that exist: what else is typed as a name may be somebody's password."""
        super().authentication_failed(request, **credentials)
        names = {get_user_model().USERNAME_FIELD: credentials.get("username", "")}
        self._record(request, AuditEntry.Kind.REFUSED, get_user_model().objects.filter(**names).first())

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """What allauth would mail about second factors goes to the access record."""
        if what := SECOND_FACTOR.get(template_prefix):
            staff_verbs.note(user, user, what)

    def refuse(self, request: HttpRequest, user, detail: str) -> None:
        """Keep that somebody who knew more than a name was not let in."""
        self._record(request, AuditEntry.Kind.REFUSED, user, detail)

    def _record(self, request: HttpRequest, kind: str, user, detail: str = "") -> None:
        AuditEntry.record(kind, user, address=self.get_client_ip(request), detail=detail)
