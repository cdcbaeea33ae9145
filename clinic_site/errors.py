"""Error pages: plain words, the phone, a way on; they work without the database."""

import http

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.views import form_again, takes

PAGES = {
    400: (gettext_lazy("That did not work"), gettext_lazy("Your browser sent something we could not read.")),
    403: (gettext_lazy("You cannot open this page"), gettext_lazy("It is for people with permission only.")),
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


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for an HTTP status of `PAGES`."""
    heading, message = PAGES[status]
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale or missing CSRF token costs a patient one more press of a button, never what was typed."""
    if takes(request.path):
        notice = _("This page was open for a long time. Nothing is lost: please check your answers once more.")
        return form_again(request, notice, status=http.HTTPStatus.FORBIDDEN)
    return error_page(request, http.HTTPStatus.FORBIDDEN)
