"""Verbs on many requests of the inbox: each row by its own verb, only legal moves, and a report in numbers."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from appointments.admin import audit
from appointments.models import AppointmentRequest
from appointments.statuses import IllegalMoveError, Status

LONGEST_NUMBER = 18


class BulkForm(ActionForm):
    """What to do with the chosen requests, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)


def chosen(request: HttpRequest) -> list[int]:
    """Numbers of the ticked rows; what is no number was not made by the page."""
    numbers = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return [int(number) for number in numbers if number.isdecimal() and len(number) <= LONGEST_NUMBER]


def _seen(request: HttpRequest) -> dict[str, str]:
    """Where each row stood on the page, by its number."""
    return dict(row.split("-", 1) for row in request.POST.getlist("seen") if "-" in row)


def _keep_refusals(request: HttpRequest, refused: list[AppointmentRequest], verb: str) -> None:
    """What somebody tried and could not do is kept too, also where they cannot see the request."""
    found = {asked.pk for asked in AppointmentRequest.objects.visible_to(request.user).filter(pk__in=chosen(request))}
    hidden = AppointmentRequest.objects.filter(pk__in=set(chosen(request)) - found)
    for asked in [*refused, *hidden]:
        audit.record_refusal(request, asked, verb)


def _on_each(request: HttpRequest, rows, name: str, verb: Callable[[AppointmentRequest], bool]) -> None:
    """Apply `verb` to each row and say how often it worked."""
    refused = []
    done = 0
    for asked in rows:
        if verb(asked):
            done += 1
        else:
            refused.append(asked)
    _keep_refusals(request, refused, name)
    if done:
        text = ngettext("Done with %(n)d request.", "Done with %(n)d requests.", done)
        messages.success(request, text % {"n": done})
    if left := len(set(chosen(request))) - done:
        text = ngettext(
            "%(n)d request was left as it is: it has moved on since this page was made, or this step is not for it.",
            "%(n)d requests were left as they are: they have moved on since this page was made, or this step is not "
            "for them.",
            left,
        )
        messages.warning(request, text % {"n": left})


def _move(request: HttpRequest, rows, status: Status) -> None:
    seen, reason = _seen(request), request.POST.get("reason", "")[:300]

    def verb(asked: AppointmentRequest) -> bool:
        try:
            asked.move_to(status, request.user, reason=reason, seen=seen.get(str(asked.pk), ""))
        except IllegalMoveError:
            return False
        return True

    _on_each(request, rows, status.value, verb)


@admin.action(description=gettext_lazy("Claim"), permissions=["change"])
def claim(model_admin, request, rows):
    """Make them the clerk's own, but for those a colleague has claimed."""
    _on_each(request, rows, "claim", lambda asked: asked.claim(request.user))


@admin.action(description=gettext_lazy("Close: decline"), permissions=["change"])
def close(model_admin, request, rows):
    """Their patients read that it could not be arranged."""
    _move(request, rows, Status.DECLINED)


@admin.action(description=gettext_lazy("Spam"), permissions=["change"])
def spam(model_admin, request, rows):
    """Put aside; nobody is mailed."""
    _move(request, rows, Status.SPAM)


@admin.action(description=gettext_lazy("Not spam"), permissions=["change"])
def not_spam(model_admin, request, rows):
    """Back to new, of those that are spam; the mails that were held back leave."""
    _move(request, rows.suspected_spam(), Status.NEW)


ACTIONS = [claim, close, spam, not_spam]
