"""The request form: ask, check, send."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments import form_pages, form_token, visitors
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest
from appointments.sender import TooManyRequestsError
from services import facts

logger = logging.getLogger(__name__)

FORM_COOKIE, SENT_COOKIE = "form", "sent"
SENT_COOKIE_SECONDS = 3600
STEPS = ("appointments:form", "appointments:check", "appointments:sent")


def takes(path: str) -> bool:
    """Whether `path` is a step of the request form."""
    return path in [reverse(step) for step in STEPS]


def keeps_answers(view: Callable) -> Callable:
    """With the database down, say so and keep what was typed in the form."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Error as error:
            if request.method != "POST":
                raise
            logger.error("request not stored: %s", type(error).__name__)
            return form_pages.not_stored(request)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_answers
def ask(request: HttpRequest) -> HttpResponse:
    """The form; posted to, the form again with the same answers, to change them."""
    if request.method == "POST":
        again = form_pages.form_unchecked if "keep" in request.POST else form_pages.form_again
        return again(request)
    chosen = {name: request.GET[name] for name in ("location", "treatment") if request.GET.get(name)}
    # The Back button opens the form anew, with the answers the browser kept: it is still the same form.
    opened = request.COOKIES.get(FORM_COOKIE, "")
    token = opened if form_token.is_current(opened) else form_token.new_token()
    form = RequestForm(site=facts.current(), initial={**chosen, "form_token": token})
    response = form_pages.form_page(request, form)
    response.set_cookie(FORM_COOKIE, token, max_age=form_token.LIVES, **_cookie_options())
    return response


def _cookie_options() -> dict:
    """For this form's own addresses only, out of reach of scripts."""
    return {
        "path": reverse("appointments:form"),
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_answers
def check(request: HttpRequest) -> HttpResponse:
    """Check your answers; nothing is stored yet."""
    if request.method != "POST":
        return redirect("appointments:form")
    form = form_pages.bound_form(request)
    if not form.is_valid():
        return form_pages.form_page(request, form)
    return form_pages.check_page(request, form)


def _confirmation(request: HttpRequest) -> HttpResponse:
    reference = request.get_signed_cookie(SENT_COOKIE, default="", salt=SENT_COOKIE, max_age=SENT_COOKIE_SECONDS)
    stored = AppointmentRequest.objects.select_related("location").by_reference(reference).first()
    if stored is None:
        return TemplateResponse(request, "appointments/sent.html", {"reference": ""}, status=404)
    return TemplateResponse(
        request,
        "appointments/sent.html",
        {
            "reference": stored.display_reference,
            "promise": stored.promise_text,
            "location": facts.current().location(stored.location.slug),
            "has_email": bool(stored.email),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_answers
def sent(request: HttpRequest) -> HttpResponse:
    """Posted to: store and redirect. Read: the confirmation; reading it again stores nothing."""
    if request.method != "POST":
        return _confirmation(request)
    if not form_token.is_current(request.POST.get("form_token", "")):
        notice = _("This page was open for a long time. Nothing is lost: please check your answers once more.")
        return form_pages.form_again(request, notice)
    form = RequestForm(request.POST, site=form_pages.site())
    if not form.is_valid():
        return form_pages.form_page(request, form)
    try:
        stored = form.save(get_language(), visitors.connection_of(request))
    except TooManyRequestsError as error:
        return form_pages.later(request, form, error.wait)
    response = redirect("appointments:sent")
    response.set_signed_cookie(
        SENT_COOKIE,
        stored.reference,
        salt=SENT_COOKIE,
        max_age=SENT_COOKIE_SECONDS,
        **{**_cookie_options(), "path": "/"},  # the confirmation is there in every language
    )
    return response
