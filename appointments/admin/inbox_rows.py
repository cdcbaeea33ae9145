"""What a row of the inbox says: who, how to reach them safely, by when and whose turn, in words before colour."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.admin import desk
from appointments.models import AppointmentRequest
from appointments.statuses import Stage, Status

SOON = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """One request as its row shows it. Plain values: the stock list asks and wraps every cell anew."""

    pk: int
    url: str
    name: str
    patient: str
    reference: str
    reach: SafeString
    due: str
    due_state: str  # overdue, soon or ""
    owner: str
    is_mine: bool
    location: str
    tries: str
    changed: str
    status: str
    seen: str


def due_of(asked: AppointmentRequest, now: datetime.datetime) -> tuple[str, str]:
    """By when the desk acts next, in words, and how pressing that is."""
    if asked.stage == Stage.CLOSED:
        return _("Closed"), ""
    if not asked.due_at:
        return _("No time set: opening hours are missing"), "overdue"
    text = asked.due_text
    if asked.stage == Stage.DESK and asked.due_at < now:
        return _("Overdue: {time}").format(time=text), "overdue"
    if asked.stage == Stage.DESK and asked.due_at - now <= SOON:
        return _("Due soon: {time}").format(time=text), "soon"
    return text, ""


def _tries(count: int) -> str:
    return ngettext("%(n)d try", "%(n)d tries", count) % {"n": count} if count else _("no try yet")


def _changed(asked: AppointmentRequest) -> str:
    """That the patient changed an answer, and when, while somebody may still act on the old one."""
    if not asked.changed or asked.stage == Stage.CLOSED:
        return ""
    return _("Changed by the patient: {time}").format(time=asked.local(asked.changed.at))


def rows_of(requests: list[AppointmentRequest], user) -> list[Row]:
    """The rows `user` reads."""
    now = timezone.now()
    page = reverse("admin:appointments_appointmentrequest_change", args=[0])
    return [_row(asked, user, now, page.replace("/0/", f"/{asked.pk}/")) for asked in requests]


def _row(asked: AppointmentRequest, user, now: datetime.datetime, url: str) -> Row:
    told = asked.answers
    due, due_state = due_of(asked, now)
    return Row(
        pk=asked.pk,
        url=url,
        name=told.full_name or _("Erased"),
        patient=told.patient_name,
        reference=asked.display_reference,
        reach=desk.safe_contact(asked),
        due=due,
        due_state=due_state,
        owner=asked.owner.get_username() if asked.owner else "",
        is_mine=asked.owner_id == user.pk,
        location=asked.location.name,
        tries=_tries(asked.attempts),
        changed=_changed(asked),
        status=str(Status(asked.status).label),  # the field's own display translates every choice
        seen=f"{asked.pk}-{asked.status}",
    )
