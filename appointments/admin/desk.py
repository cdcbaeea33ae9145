"""What the buttons of the request page do: one small view for each verb."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments import call_times
from appointments.desk_forms import MoveForm, NoteForm
from appointments.models import AppointmentRequest, Event
from appointments.statuses import IllegalMoveError

Verb = Callable[[HttpRequest, AppointmentRequest], None]


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


def on_request(model_admin: admin.ModelAdmin, verb: Verb) -> Callable:
    """A view that applies `verb` to a request the clerk may change, then shows the request page."""

    @wraps(verb)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        asked = model_admin.get_object(request, str(pk))
        if asked is None:
            raise Http404
        if not model_admin.has_change_permission(request, asked):
            raise PermissionDenied
        verb(request, asked)
        return back_to(asked)

    return view


def _say_errors(request: HttpRequest, form) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)


def move(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Move the request to the status that was chosen."""
    form = MoveForm(request.POST, current=asked.status)
    if not form.is_valid():
        _say_errors(request, form)
        return
    try:
        event = asked.move_to(by=request.user, **form.cleaned_data)
    except IllegalMoveError:
        messages.error(request, _("Somebody else moved this request meanwhile. Look at its timeline, then try again."))
    else:
        messages.success(request, _("Status is now “{status}”.").format(status=event.get_to_status_display()))


def note(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Append a note."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        _say_errors(request, form)
        return
    asked.add_note(form.cleaned_data["text"], request.user)
    messages.success(request, _("Note added."))


def claim(request: HttpRequest, asked: AppointmentRequest) -> None:
    """Make the request the clerk's own, unless a colleague was faster."""
    if asked.claim(request.user):
        messages.success(request, _("This request is yours."))
        return
    asked.refresh_from_db(fields=["owner"])
    messages.warning(
        request, _("Too late: {owner} already works on this request.").format(owner=asked.owner or _("Nobody"))
    )


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
    if message and message.send_again():
        asked.log(Event.Kind.RESENT, request.user, text=message.get_kind_display())
        messages.success(request, _("The message leaves in a moment."))
    else:
        messages.warning(request, _("This message is still on its way."))
