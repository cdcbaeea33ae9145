"""The pages of the request form, each with everything that was typed so far."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appointments import email_suggestion, form_token, hints
from appointments.answers import answer_groups
from appointments.forms import NOTE_LENGTH, RequestForm
from services import facts, moments
from services.facts import LocationFacts

BETTER_EMAIL = "better_email"  # the button of the suggestion
ONE_MINUTE = timedelta(minutes=1)  # times are told without seconds


def site() -> facts.ClinicFacts:
    """The clinic; raises `OperationalError` when this process could never read it."""
    known = facts.current()
    if not known.locations:
        raise OperationalError("the clinic's facts have not been read yet")
    return known


def bound_form(request: HttpRequest) -> RequestForm:
    """The form as it was posted, its token renewed, with the suggested email when that was chosen."""
    data = request.POST.copy()
    if better := data.get(BETTER_EMAIL):
        data["email"] = better
    data["form_token"] = form_token.renewed(data.get("form_token", ""))
    return RequestForm(data, site=site())


def _about(locations: Sequence[LocationFacts]) -> dict:
    """What is different today where somebody may ask, and whom to call."""
    return {
        "troubles": hints.troubles(locations),
        "contacts": [each for each in locations if not each.phones_are_down],
    }


def form_page(request: HttpRequest, form: RequestForm, notice: str = "", status: int = 200) -> HttpResponse:
    """The form with its answers, or with what is wrong with them."""
    location = form.site.location(form["location"].value() or "")
    context = {
        "form": form,
        "notice": notice,
        "location": location,
        "promise_hint": hints.promise(location) if location else hints.response(form.site),
        "note_length": NOTE_LENGTH,
        **_about([location] if location else form.site.locations),
    }
    return TemplateResponse(request, "appointments/form.html", context, status=status)


def form_again(request: HttpRequest, notice: str = "", status: int = 200) -> HttpResponse:
    """The form with everything that was typed."""
    if not facts.current().locations:
        return unavailable(request)
    return form_page(request, bound_form(request), notice, status).render()


def form_unchecked(request: HttpRequest) -> HttpResponse:
    """The form in another language: with what was typed so far, and no word about what is still missing."""
    fields = RequestForm.base_fields.items()
    typed = {name: field.widget.value_from_datadict(request.POST, {}, name) for name, field in fields}
    token = form_token.renewed(request.POST.get("form_token", ""))
    return form_page(request, RequestForm(site=site(), initial={**typed, "form_token": token}))


def unavailable(request: HttpRequest) -> HttpResponse:
    """This process has not seen the clinic yet: every answer waits in the page for another try."""
    pairs = [
        (name, value) for name, values in request.POST.lists() for value in values if name in RequestForm.base_fields
    ]
    return render(request, "appointments/unavailable.html", {"hidden_fields": _hidden(pairs)}, status=503)


def _phone(place: LocationFacts) -> SafeString:
    return format_html('<a class="phone" href="tel:{}">{}</a>', place.phone, place.phone_display)


def not_stored(request: HttpRequest) -> HttpResponse:
    """503: the database is down. Everything typed stays in the form, with the phone above it."""
    known = facts.current()
    place = known.location(request.POST.get("location", "")) or known.main_location
    if place is None:
        return unavailable(request)
    notice = _(
        "We could not store your request just now. Nothing you typed is lost: try again, or call us at {phone}."
    )
    return form_again(request, format_html(notice, phone=_phone(place)), HTTPStatus.SERVICE_UNAVAILABLE)


def _hidden_fields(form: RequestForm) -> SafeString:
    """Every answer once more, so that the next step needs no memory on the server."""
    return _hidden([(name, value) for name in form.fields for value in form.data.getlist(name)])


def _hidden(pairs: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def check_page(request: HttpRequest, form: RequestForm, notice: str = "", status: int = 200) -> HttpResponse:
    """Every answer to read once more (valid forms only)."""
    asked = form.as_request(get_language())
    context = {
        "answers": answer_groups(asked),
        "hidden_fields": _hidden_fields(form),
        "location": form.place,
        "asks_where": not form["location"].is_hidden,
        "notice": notice,
        "troubles": hints.troubles([form.place]),
        "promise_hint": hints.promise(form.place),
        "better_email": email_suggestion.suggest(asked.email),
    }
    return TemplateResponse(request, "appointments/check.html", context, status=status)


def later(request: HttpRequest, form: RequestForm, wait: timedelta) -> HttpResponse:
    """429: every answer stays in the page, and the same button sends it once `wait` is over."""
    at = moments.clock_with_zone(timezone.now() + wait + ONE_MINUTE, form.place.zone)
    notice = _(
        "Very many requests came from your internet connection within an hour. Nothing you typed is lost: it waits "
        "in this page. Choose “Send request” once more after {time}, or call us at {phone}."
    )
    response = check_page(
        request, form, format_html(notice, time=at, phone=_phone(form.place)), HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = ceil(wait.total_seconds())
    return response
