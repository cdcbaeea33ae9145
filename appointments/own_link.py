"""Pages behind a patient's secret link: never stored, never named to anybody, one answer for links that fail."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.models import AppointmentRequest

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
# Neither ever tells the address of such a page to anybody. A page with a form must name its origin: without it
# browsers send `Origin: null`, which Django's CSRF check refuses.
NO_REFERRER, ORIGIN_ONLY = "no-referrer", "strict-origin"
STEPS = ("change", "call_time", "withdraw", "take_back")


def takes(request: HttpRequest) -> bool:
    """Whether the request is for a step behind a patient's link."""
    return request.resolver_match is not None and request.resolver_match.view_name in [
        f"appointments:{step}" for step in STEPS
    ]


def hidden_fields(request: HttpRequest, *left_out: str) -> SafeString:
    """What was posted once more, so that nothing typed is lost."""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values if name not in left_out]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def page(request: HttpRequest, name: str, context: dict, status: int = HTTPStatus.OK) -> HttpResponse:
    """A page of this part of the site: its address is a secret, so nothing in it repeats it."""
    return render(request, f"appointments/{name}.html", {**context, "canonical": ""}, status=status)


def once_more(request: HttpRequest, words: str, status: int) -> HttpResponse:
    """What was posted did not arrive where it should: it waits in the page for another press of a button."""
    fields = hidden_fields(request, "csrfmiddlewaretoken")
    response = page(request, "own_once_more", {"words": words, "hidden_fields": fields}, status)
    response["Referrer-Policy"] = ORIGIN_ONLY
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """One answer for a wrong, an expired and a foreign link."""
    return page(request, "own_unknown", {"language_path": reverse("appointments:find")}, HTTPStatus.NOT_FOUND)


def _database_is_down(request: HttpRequest, error: Error) -> HttpResponse:
    if request.method != "POST":
        raise error
    logger.error("own request not changed: %s", type(error).__name__)
    words = _(
        "It is not your fault, and nothing you typed is lost: it waits in this page. "
        "Please try again in a minute, or call us."
    )
    return once_more(request, words, HTTPStatus.SERVICE_UNAVAILABLE)


def of_link(referrer_policy: str) -> Callable[[View], View]:
    """Give the view the request whose link was followed, and the token of that link."""

    def decorated(view: View) -> View:
        @never_cache
        @wraps(view)
        def found(request: HttpRequest, token: str) -> HttpResponse:
            try:
                asked = AppointmentRequest.objects.with_answers().by_link(token).first()
                response = view(request, asked, token) if asked else _unknown(request)
            except Error as error:
                response = _database_is_down(request, error)
            response["Referrer-Policy"] = referrer_policy
            return response

        return found

    return decorated
