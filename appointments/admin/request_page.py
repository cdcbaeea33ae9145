"""The page of one request: everything a clerk needs before, during and after the call."""

import datetime

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import likeness, retention, safe_contact, visit_summary
from appointments.admin import audit
from appointments.answers import answer_groups, changes_of
from appointments.attempts import suggests_unreachable
from appointments.desk_forms import AttemptForm, BookingForm, HoldForm, MoveForm, NoteForm
from appointments.models import AppointmentRequest, AuditEntry
from appointments.statuses import CLOSED, Status

FORMS = {each.name: each for each in (AttemptForm, BookingForm, HoldForm, MoveForm, NoteForm)}
TEMPLATE = "admin/appointments/appointmentrequest/change_form.html"
MAY_HOLD = "appointments.hold_appointmentrequest"
# So long a colleague who opened the page may still be on the phone.
JUST_NOW = datetime.timedelta(minutes=15)


def form(name: str, asked: AppointmentRequest, data=None) -> forms.Form:
    """The form of that name for this request, with what was sent or empty."""
    return FORMS[name](data, asked=asked)


def show(
    model_admin: admin.ModelAdmin, request: HttpRequest, asked: AppointmentRequest, refused: forms.Form | None = None
) -> HttpResponse:
    """The page, with the form that was `refused` and everything typed into it; who opened it is kept."""
    others = AuditEntry.objects.opened_lately(asked.pk, timezone.now() - JUST_NOW, request.user)
    context = {
        **model_admin.admin_site.each_context(request),
        **_about(asked),
        **_forms(asked, refused),
        "title": _title(asked, refused),
        "opts": model_admin.opts,
        "has_change_permission": model_admin.has_change_permission(request, asked),
        "may_release": asked.may_be_released_by(request.user),
        "is_mine": asked.owner == request.user,
        "may_hold": request.user.has_perm(MAY_HOLD),
        "duplicates": likeness.hints(asked, request.user),
        "opened_by": [(entry.actor_name, _minutes_since(entry.at)) for entry in others],
        "inbox_url": reverse("admin:appointments_appointmentrequest_changelist"),
    }
    audit.record_view(request, asked)
    return TemplateResponse(request, TEMPLATE, context)


def _title(asked: AppointmentRequest, refused: forms.Form | None) -> str:
    title = _("Request {reference}").format(reference=asked.display_reference)
    return _("Error: {title}").format(title=title) if refused else title


def _minutes_since(at: datetime.datetime) -> int:
    return int((timezone.now() - at).total_seconds()) // 60


def _about(asked: AppointmentRequest) -> dict:
    """What is known of the request."""
    timeline = list(asked.events.select_related("actor"))
    tries = [event.outcome for event in timeline if event.outcome]
    summary = visit_summary.summary(asked)
    return {
        "asked": asked,
        "summary": summary,
        "summary_rows": summary.count("\n") + 1,
        "now": asked.answers,
        "answers": answer_groups(asked.answers),
        "changes": changes_of(asked),
        "safe_facts": safe_contact.facts_of(asked),
        "suggests_unreachable": asked.status == Status.CONTACTING and suggests_unreachable(tries),
        "timeline": timeline,
        "outbox": asked.messages.all(),
        "kept": [asked.local(at) for at in retention.kept_until(asked)],
    }


def _forms(asked: AppointmentRequest, refused: forms.Form | None) -> dict:
    """Every form that the request takes as it stands; the refused one keeps what was typed."""
    own = {name: form(name, asked) for name in FORMS}
    if refused:
        own[refused.name] = refused
    # Suspected spam has its own button, beside the reasons.
    has_moves = own["move"].fields["status"].choices and asked.status != Status.SPAM and not asked.erased_at
    return {
        "attempt_form": None if asked.status in CLOSED else own["attempt"],
        "booking_form": None if asked.status in CLOSED else own["book"],
        "move_form": own["move"] if has_moves else None,
        "hold_form": None if asked.held_at or asked.erased_at else own["hold"],
        "note_form": None if asked.erased_at else own["note"],
        "refused": refused,
    }
