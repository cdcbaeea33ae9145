"""What the buttons of the request page do: one small view for each verb."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments import call_times
from appointments.admin import audit, request_page
from appointments.attempts import Outcome
from appointments.models import AppointmentRequest, Event
from appointments.statuses import IllegalMoveError

# A form that was not accepted, for the page to show again; None when all is said.
Verb = Callable[[HttpRequest, AppointmentRequest], forms.Form | None]


def safe_contact(asked: AppointmentRequest) -> SafeString:
    """How to reach the patient without harm: what is allowed first, then number and address."""
    now = asked.answers
    voicemail = _("Voicemail allowed") if now.may_leave_voicemail else _("No voicemail")
    words = [voicemail] if now.phone else []
    if now.preferred_channel != AppointmentRequest.Channel.EITHER:
        words.append(_("Prefers {channel}").format(channel=now.get_preferred_channel_display().lower()))
    if asked.call_wish:
        words.append(_("Asked to be called: {time}").format(time=call_times.words(asked.call_wish)))
    if now.access_needs:
        words.append(_("Language or access needs"))
    ways = " · ".join(way for way in (now.display_phone, now.email) if way)
    return format_html('<span class="safe">{}</span> <bdi>{}</bdi>', " · ".join(words), ways)


def back_to(asked: AppointmentRequest) -> HttpResponse:
    """The request page."""
    return redirect("admin:appointments_appointmentrequest_change", asked.pk)


def on_request(model_admin: admin.ModelAdmin, name: str, verb: Verb) -> Callable:
    """A view that applies `verb` to a request the clerk may change, then shows the request page."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        asked = audit.seen_request(model_admin, request, str(pk), name)
        if not model_admin.has_change_permission(request, asked):
            audit.record_refusal(request, asked, name)
            raise PermissionDenied
        refused = verb(request, asked)
        if refused is None:
            return back_to(asked)
        return request_page.show(model_admin, request, asked, refused)

    return view


def _save(request: HttpRequest, form: forms.Form) -> Event | None:
    """What was done; None when a colleague was faster, which is said."""
    try:
        return form.save(request.user)
    except IllegalMoveError:
        audit.record_refusal(request, form.asked, form.name)
        messages.error(
            request, _("Nothing was changed: a colleague was here first. Look at the timeline, then try again.")
        )
        return None


def _form_verb(name: str, said: Callable[[AppointmentRequest, Event], str]) -> Verb:
    """Takes the page's form of that name; `said` tells the clerk what was done."""

    def verb(request: HttpRequest, asked: AppointmentRequest) -> forms.Form | None:
        form = request_page.form(name, asked, request.POST)
        if not form.is_valid():
            if form.is_crafted:
                audit.record_refusal(request, asked, name)
            return form
        if event := _save(request, form):
            messages.success(request, said(asked, event))
        return None

    return verb


def _said_attempt(asked: AppointmentRequest, event: Event) -> str:
    return _("{outcome}. Next attempt: {time}.").format(outcome=Outcome(event.outcome).label, time=asked.due_text)


def _said_booking(asked: AppointmentRequest, _event: Event) -> str:
    return _("Booked for {time}.").format(time=asked.visit_text)


def _said_move(_asked: AppointmentRequest, event: Event) -> str:
    return _("Status is now “{status}”.").format(status=event.get_to_status_display())


def _said_note(_asked: AppointmentRequest, _event: Event) -> str:
    return _("Note added.")


def claim(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Make the request the clerk's own, unless a colleague was faster."""
    if asked.claim(request.user):
        messages.success(request, _("This request is yours."))
        return
    asked.refresh_from_db(fields=["owner"])
    if asked.owner == request.user:
        messages.success(request, _("This request is yours already."))
        return
    owner = asked.owner or _("Somebody")
    messages.warning(request, _("Too late: {owner} already works on this request.").format(owner=owner))


def release(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Give the request back to the desk."""
    if asked.release(request.user):
        messages.success(request, _("The request is nobody's again."))
    else:
        messages.warning(request, _("Only its owner or a manager gives a request back."))


def resend(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Queue a message anew."""
    number = request.POST.get("message", "")
    message = asked.messages.numbered(number) if number.isdecimal() else None
    if message and message.send_again(request.user):
        messages.success(request, _("The message leaves in a moment."))
    else:
        messages.warning(request, _("This message is still on its way."))


def _said_hold(_asked: AppointmentRequest, _event: Event) -> str:
    return _("Nothing of this request is erased until the hold is lifted.")


def lift(request: HttpRequest, asked: AppointmentRequest) -> None:
    """End the legal hold."""
    if asked.lift_hold(request.user):
        messages.success(request, _("The hold is lifted. What is due is erased within the hour."))
    else:
        messages.warning(request, _("Nobody holds this request any more."))


def _for_who_may_hold(name: str, verb: Verb) -> Verb:
    """Managers only."""

    def guarded(request: HttpRequest, asked: AppointmentRequest) -> forms.Form | None:
        if not request.user.has_perm(request_page.MAY_HOLD):
            audit.record_refusal(request, asked, name)
            raise PermissionDenied
        return verb(request, asked)

    return guarded


VERBS: dict[str, Verb] = {
    "attempt": _form_verb("attempt", _said_attempt),
    "book": _form_verb("book", _said_booking),
    "move": _form_verb("move", _said_move),
    "note": _form_verb("note", _said_note),
    "claim": claim,
    "release": release,
    "resend": resend,
    "hold": _for_who_may_hold("hold", _form_verb("hold", _said_hold)),
    "lift": _for_who_may_hold("lift", lift),
}
