"""The patient's own page for one request: where it stands, and steps of one press. Reading changes nothing."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appointments import call_times, timeline
from appointments.models import AppointmentRequest, TooLateError
from appointments.own_forms import CallTimeForm
from appointments.own_link import NO_REFERRER, ORIGIN_ONLY, View, of_link, page
from services import facts


def _own_page(
    request: HttpRequest, asked: AppointmentRequest, token: str, notice: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "asked": asked,
        "token": token,
        "notice": notice,
        "status_text": timeline.status_text(asked),
        "is_late": timeline.is_late(asked),
        "steps": timeline.steps(asked),
        "wish": call_times.words(asked.call_wish),
        "changed_at": asked.local(asked.changed.at) if asked.changed else "",
        "undo_until": asked.local(asked.undo_until) if asked.may_be_taken_back else "",
        "location": facts.current().location(asked.location.slug),
    }
    return page(request, "my_request", context, status)


@require_safe
@of_link(NO_REFERRER)
def my_request(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
    """Where one request stands, for whoever holds its link. Nothing that was typed is on it."""
    return _own_page(request, asked, token)


def back(token: str) -> HttpResponse:
    """To the page that says where the request stands."""
    return redirect("appointments:my_request", token)


def too_late(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
    """The request has moved on meanwhile: say so, and show where it stands now."""
    asked = AppointmentRequest.objects.with_answers().get(pk=asked.pk)
    notice = _("This was not done: your request has moved on meanwhile. Below is where it stands now.")
    return _own_page(request, asked, token, notice, HTTPStatus.CONFLICT)


def _one_button(may: str, verb: Callable[[AppointmentRequest], None], name: str) -> View:
    """A page with one button; pressing it does `verb`."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @of_link(ORIGIN_ONLY)
    def view(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
        if request.method != "POST":
            own = {"asked": asked, "token": token, "location": facts.current().location(asked.location.slug)}
            return page(request, name, own) if getattr(asked, may) else back(token)
        try:
            verb(asked)
        except TooLateError:
            return too_late(request, asked, token)
        return back(token)

    return view


withdraw = _one_button("may_be_withdrawn", AppointmentRequest.withdraw, "own_withdraw")
take_back = _one_button("may_be_taken_back", AppointmentRequest.take_back, "own_take_back")


@require_http_methods(["GET", "HEAD", "POST"])
@of_link(ORIGIN_ONLY)
def call_time(request: HttpRequest, asked: AppointmentRequest, token: str) -> HttpResponse:
    """Ask to be called on another morning or afternoon."""
    place = facts.current().location(asked.location.slug)
    if place is None or not asked.is_waited_for:
        return back(token) if request.method != "POST" else too_late(request, asked, token)
    form = CallTimeForm(
        request.POST if request.method == "POST" else None, times=call_times.call_times(place, timezone.now())
    )
    if not form.is_valid():
        return page(request, "own_call_time", {"form": form, "token": token, "location": place})
    try:
        asked.ask_to_be_called(form.chosen)
    except TooLateError:
        return too_late(request, asked, token)
    return back(token)
