"""What happens to every request on its way in and out."""

import datetime
import http
import uuid
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.views import redirect_to_login
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from clinic_site import errors, logs, staff_session
from services import facts, redirects

View = Callable[[HttpRequest], HttpResponse]

STAFF_PREFIXES = ("/admin/", "/accounts/")
# What open pages ask for by themselves: no sign that somebody is there.
ASKED_BY_PAGES = (
    "staff_session",
    "admin:appointments_appointmentrequest_news",
    "admin:appointments_appointmentrequest_export_progress",
)
# A browser that is still sending gets to read the answer when this much of the rest is read and dropped.
DRAINED_BYTES = 4 * 1024 * 1024


def request_id(get_response: View) -> View:
    """Name the request in its log lines and in the answer's `X-Request-ID`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.log_id = uuid.uuid4().hex[:12]
        token = logs.request_id.set(request.log_id)
        try:
            response = get_response(request)
            response["X-Request-ID"] = request.log_id
        finally:
            logs.request_id.reset(token)
        return response

    return middleware


def language(get_response: View) -> View:
    """The address alone says in which language a page is: no cookie, no guess, nothing that varies.

    Django's LocaleMiddleware would have every cache keep a copy for each browser's list of languages.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.LANGUAGE_CODE = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            return get_response(request)

    return middleware


def body_limit(get_response: View) -> View:
    """Answer 413 to public bodies over PUBLIC_BODY_BYTES before anything parses them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        typed = request.META.get("CONTENT_LENGTH") or "0"
        length = int(typed) if typed.isdecimal() else 0
        if length <= settings.PUBLIC_BODY_BYTES or request.path.startswith("/admin/"):
            return get_response(request)
        request.read(min(length, DRAINED_BYTES))
        return errors.too_large(request)

    return middleware


def _must_enrol(request: HttpRequest) -> bool:
    return (
        settings.MFA_REQUIRED
        and request.path.startswith("/admin/")
        and request.user.is_authenticated
        and not is_mfa_enabled(request.user)
        and request.path != reverse("admin:logout")
    )


def _is_over(request: HttpRequest) -> bool:
    """Whether whoever signed in has been away for too long; else what they ask for counts as being there."""
    if not request.user.is_authenticated:
        return False
    now = timezone.now()
    if staff_session.time_left(request.session, now) <= datetime.timedelta():
        return True
    if not (request.method in ("GET", "HEAD") and request.path in map(reverse, ASKED_BY_PAGES)):
        staff_session.note_activity(request.session, now)
    return False


def _to_sign_in(request: HttpRequest, words: str) -> HttpResponse:
    messages.warning(request, words)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("admin:index"))


def _sign_out(request: HttpRequest) -> HttpResponse:
    get_adapter().logout(request)
    return _to_sign_in(request, _("You were signed out, because nobody was here for a while. Please sign in again."))


def _was_ended(request: HttpRequest) -> bool:
    """Whether a browser still shows the cookie of a session that the site has ended."""
    came_with_one = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.user.is_authenticated
    return came_with_one and (SESSION_KEY in request.session or request.session.is_empty())


def _turn_away(request: HttpRequest) -> HttpResponse:
    """In words, and in the access record when it is known who keeps trying."""
    if account := get_user_model().objects.filter(pk=request.session.get(SESSION_KEY)).first():
        get_adapter().refuse(request, account, "account switched off")
    request.session.flush()
    return _to_sign_in(
        request, _("Your session was ended. If you cannot sign in again, ask your manager. Nothing was changed.")
    )


def _staff_answer(get_response: View, request: HttpRequest) -> HttpResponse:
    if _is_over(request):
        return _sign_out(request)
    if request.path.startswith("/admin/") and _was_ended(request):
        return _turn_away(request)
    if _must_enrol(request):
        return redirect("mfa_activate_totp")
    with timezone.override(facts.current().zone):
        return get_response(request)


def staff_area(get_response: View) -> View:
    """Staff pages: signed out when idle, second factor when MFA_REQUIRED, clinic time, never stored, editors' CSP."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PREFIXES):
            return get_response(request)
        response = _staff_answer(get_response, request)
        add_never_cache_headers(response)
        if request.path.startswith("/admin/"):
            # content-editor and prose-editor add a <style> of their own; scripts stay nonce-only.
            response._csp_update = {"style-src-elem": [SELF, UNSAFE_INLINE]}
        return response

    return middleware


def moved_pages(get_response: View) -> View:
    """Where nothing answers, follow the page that was there; the query string stays behind."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != http.HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        try:
            target = redirects.target_of(request.path_info)
        except Error:  # the error page needs no database, and comes first when there is none
            return response
        return HttpResponsePermanentRedirect(target) if target else response

    return middleware
