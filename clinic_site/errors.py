"""Error pages: plain words, the phone, a way on; they work without the database."""

import http

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from appointments import own_link
from appointments.form_pages import form_again
from appointments.views import takes

PAGES = {
    400: (gettext_lazy("That did not work"), gettext_lazy("Your browser sent something we could not read.")),
    403: (gettext_lazy("You cannot open this page"), gettext_lazy("It is for people with permission only.")),
    "expired": (
        gettext_lazy("This page has expired"),
        gettext_lazy("Go back, reload the page and try once more. Your browser must allow cookies for this site."),
    ),
    404: (
        gettext_lazy("Page not found"),
        gettext_lazy("There is no page at this address. It may have moved or been taken down."),
    ),
    413: (
        gettext_lazy("That was too much text"),
        gettext_lazy("Nothing was stored. Go back, shorten your note and try again, or call us."),
    ),
    500: (
        gettext_lazy("Something went wrong on our side"),
        gettext_lazy("It is not your fault. Please try again in a few minutes, or call us."),
    ),
}


def error_page(request: HttpRequest, status: int, words: int | str = 0) -> HttpResponse:
    """The page for an HTTP status, with the `words` of `PAGES` (default: those of the status)."""
    heading, message = PAGES[words or status]
    context = {"status": status, "heading": heading, "message": message}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the body was larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    too_big = isinstance(exception, RequestDataTooBig)
    return error_page(request, http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_big else http.HTTPStatus.BAD_REQUEST)


def too_large(request: HttpRequest) -> HttpResponse:
    """413 before the body was read."""
    return error_page(request, http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(request, http.HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return error_page(request, http.HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return error_page(request, http.HTTPStatus.INTERNAL_SERVER_ERROR)


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale or missing CSRF token costs a patient one more press of a button, never what was typed."""
    if takes(request.path):
        notice = _(
            "This page was open for a long time, or your browser does not allow cookies. Nothing is lost: please "
            "check your answers once more. If you see this again, allow cookies for this site or call us."
        )
        return form_again(request, notice, status=http.HTTPStatus.FORBIDDEN)
    if own_link.takes(request):
        words = _(
            "This page was open for a long time, or your browser does not allow cookies. Nothing you typed is lost: "
            "it waits in this page. Try again; if you see this once more, allow cookies for this site or call us."
        )
        return own_link.once_more(request, words, http.HTTPStatus.FORBIDDEN)
    return error_page(request, http.HTTPStatus.FORBIDDEN, "expired")
