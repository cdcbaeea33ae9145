"""The request form: ask, check, send."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.db import Error, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments import form_token, hints, visitors
from appointments.answers import answer_groups
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest
from appointments.sender import TooManyRequestsError
from services import facts, moments

logger = logging.getLogger(__name__)

FORM_COOKIE, SENT_COOKIE = "form", "sent"
SENT_COOKIE_SECONDS = 3600
ONE_MINUTE = timedelta(minutes=1)  # times are told without seconds
STEPS = ("appointments:form", "appointments:check", "appointments:sent")


def takes(path: str) -> bool:
    """Whether `path` is a step of the request form."""
    return path in [reverse(step) for step in STEPS]


def _site() -> facts.ClinicFacts:
    """The clinic; raises `OperationalError` when this process could never read it."""
    site = facts.current()
    if not site.locations:
        raise OperationalError("the clinic's facts have not been read yet")
    return site


def _bound_form(request: HttpRequest) -> RequestForm:
    data = request.POST.copy()
    data["form_token"] = form_token.renewed(data.get("form_token", ""))
    return RequestForm(data, site=_site())


def _form_page(request: HttpRequest, form: RequestForm, notice: str = "", status: int = 200) -> HttpResponse:
    location = form.site.location(form["location"].value() or "")
    context = {
        "form": form,
        "notice": notice,
        "location": location,
        "troubles": hints.troubles([location] if location else form.site.locations),
        "promise_hint": hints.promise(location) if location else hints.response(form.site),
    }
    return TemplateResponse(request, "appointments/form.html", context, status=status)


def form_again(request: HttpRequest, notice: str = "", status: int = 200) -> HttpResponse:
    """The form with everything that was typed."""
    return _form_page(request, _bound_form(request), notice, status).render()


def _unavailable(request: HttpRequest) -> HttpResponse:
    """This process has not seen the clinic yet: every answer waits in the page for another try."""
    pairs = [
        (name, value) for name, values in request.POST.lists() for value in values if name in RequestForm.base_fields
    ]
    return render(request, "appointments/unavailable.html", {"hidden_fields": _hidden(pairs)}, status=503)


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
            if not facts.current().locations:
                return _unavailable(request)
            notice = _("We could not store your request just now. Nothing you typed is lost: try again, or call us.")
            return form_again(request, notice, status=503)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form; posted to, the form again with the same answers, to change them."""
    if request.method == "POST":
        return form_again(request)
    chosen = {name: request.GET[name] for name in ("location", "treatment") if request.GET.get(name)}
    # The Back button opens the form anew, with the answers the browser kept: it is still the same form.
    opened = request.COOKIES.get(FORM_COOKIE, "")
    token = opened if form_token.is_current(opened) else form_token.new_token()
    form = RequestForm(site=facts.current(), initial={**chosen, "form_token": token})
    response = _form_page(request, form)
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


def _hidden_fields(form: RequestForm) -> SafeString:
    """Every answer once more, so that the next step needs no memory on the server."""
    return _hidden([(name, value) for name in form.fields for value in form.data.getlist(name)])


def _hidden(pairs: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def _check_page(request: HttpRequest, form: RequestForm, notice: str = "", status: int = 200) -> HttpResponse:
    context = {
        "answers": answer_groups(form.as_request(get_language())),
        "hidden_fields": _hidden_fields(form),
        "location": form.place,
        "notice": notice,
    }
    return TemplateResponse(request, "appointments/check.html", context, status=status)


def _later(request: HttpRequest, form: RequestForm, wait: timedelta) -> HttpResponse:
    """429: every answer stays in the page, and the same button sends it once `wait` is over."""
    at = moments.clock_with_zone(timezone.now() + wait + ONE_MINUTE, form.place.zone)
    notice = _(
        "Very many requests came from your internet connection within an hour. Nothing you typed is lost: it waits "
        "in this page. Choose “Send request” once more after {time}, or call us at {phone}."
    )
    response = _check_page(
        request, form, notice.format(time=at, phone=form.place.phone_display), HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = ceil(wait.total_seconds())
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_answers
def check(request: HttpRequest) -> HttpResponse:
    """Check your answers; nothing is stored yet."""
    if request.method != "POST":
        return redirect("appointments:form")
    form = _bound_form(request)
    if not form.is_valid():
        return _form_page(request, form)
    return _check_page(request, form)


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
        return form_again(request, notice)
    form = RequestForm(request.POST, site=_site())
    if not form.is_valid():
        return _form_page(request, form)
    try:
        stored = form.save(get_language(), visitors.connection_of(request))
    except TooManyRequestsError as error:
        return _later(request, form, error.wait)
    response = redirect("appointments:sent")
    response.set_signed_cookie(
        SENT_COOKIE, stored.reference, salt=SENT_COOKIE, max_age=SENT_COOKIE_SECONDS, **_cookie_options()
    )
    return response
