"""Where an invitation leads: choose a password, once."""

import http

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from appointments import invitations
from clinic_site import staff_verbs
from clinic_site.account_forms import PasswordForm


def _over(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "account/link_over.html", status=http.HTTPStatus.NOT_FOUND)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, link: str) -> HttpResponse:
    """The form, and after posting it the sign-in. Opening the link changes nothing: mail scanners do that too."""
    account = invitations.account_of(link)
    if account is None:
        return _over(request)
    form = PasswordForm(account, request.POST or None)
    if not form.is_valid():
        return TemplateResponse(request, "account/set_password.html", {"form": form, "account": account})
    if not form.save():
        return _over(request)
    staff_verbs.note(account, account, "password set")
    messages.success(request, _("Your password is set. Please sign in with it."))
    return redirect("account_login")
