"""Changing the answers of one's own request, once it is proven whose it is, until the desk works with them."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import changing, guesses
from appointments.forms import NOTE_LENGTH
from appointments.models import AppointmentRequest, TooLateError
from appointments.own_forms import ChangeForm, ProveForm, proof, proves
from appointments.own_link import ORIGIN_ONLY, hidden_fields, of_link, page
from appointments.own_request import back, too_late
from services import facts

# Everything else that was posted is an answer that must not be lost.
NOT_CARRIED = ("csrfmiddlewaretoken", "contact", "proof")


def _prove(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
    """Ask for the contact first; answers that were typed already wait in the page."""
    form = ProveForm(request.POST if "contact" in request.POST else None, asked=asked)
    context = {"token": token, "location": facts.current().location(asked.location.slug), "form": form}
    context["hidden_fields"] = hidden_fields(request, *NOT_CARRIED)
    if wait := guesses.wait_for_proof(asked.reference):
        notice = guesses.wait_words(wait, context["location"].zone)
        return page(request, "own_prove", {**context, "notice": notice}, HTTPStatus.TOO_MANY_REQUESTS)
    if form.is_valid():
        typed = request.POST if "full_name" in request.POST else None
        return _change_page(request, asked, token, ChangeForm(typed, asked=asked, site=facts.current()))
    if form.is_wrong:
        guesses.count_proof(asked.reference)
    return page(request, "own_prove", context)


def _change_page(
    request: HttpRequest, asked: AppointmentRequest, token: str, form: ChangeForm, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "proof": proof(asked),
        "token": token,
        "notice": notice,
        "note_length": NOTE_LENGTH,
        "location": form.site.locations[0],
    }
    return page(request, "own_change", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_link(ORIGIN_ONLY)
def change(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
    """Change the answers until somebody works with them; what was sent first is kept beside the change."""
    place = facts.current().location(asked.location.slug)
    has_answers = "full_name" in request.POST
    if place is None and has_answers:
        return too_late(request, asked, token)
    if place is None or not (asked.may_be_changed or has_answers):
        return back(token)
    if not proves(request.POST.get("proof", ""), asked):
        return _prove(request, asked, token)
    form = ChangeForm(request.POST, asked=asked, site=facts.current())
    if "keep" in request.POST or not form.is_valid():
        return _change_page(request, asked, token, form)
    if wait := guesses.wait_for_change(asked.reference):
        notice = guesses.wait_words(wait, place.zone)
        return _change_page(request, asked, token, form, notice, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        changing.change(asked, form.as_request(get_language()))
    except TooLateError:
        notice = _(
            "Our front desk has begun to work on your request, so nothing was changed. Please call us at {phone}."
        )
        return _change_page(request, asked, token, form, notice.format(phone=place.phone_display), HTTPStatus.CONFLICT)
    guesses.count_change(asked.reference)
    return back(token)
