"""What a row of the inbox says: who, how to reach them safely, by when and whose turn, in words before colour."""

import datetime

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appointments.admin import desk
from appointments.models import AppointmentRequest
from appointments.statuses import Stage

SOON = datetime.timedelta(hours=1)


class Columns:
    """Mixed into the inbox."""

    @admin.display(description=gettext_lazy("who"))
    def who(self, asked: AppointmentRequest):
        now = asked.answers
        patient = _("for {patient}").format(patient=now.patient_name) if now.patient_name else ""
        return format_html(
            '<bdi class="who">{}</bdi> <bdi class="quiet">{}</bdi> <span class="quiet reference">{}</span>',
            now.full_name or _("Erased"),
            patient,
            asked.display_reference,
        )

    @admin.display(description=gettext_lazy("how to reach them"))
    def reach(self, asked: AppointmentRequest):
        return desk.safe_contact(asked)

    @admin.display(description=gettext_lazy("next step by"))
    def next_step(self, asked: AppointmentRequest):
        if asked.stage == Stage.CLOSED:
            return format_html('<span class="quiet">{}</span>', _("Closed"))
        if not asked.due_at:
            return format_html('<span class="due is-overdue">⚠ {}</span>', _("No time set: opening hours are missing"))
        if asked.is_overdue:
            return format_html('<span class="due is-overdue">⚠ {}: {}</span>', _("Overdue"), asked.due_text)
        if asked.stage == Stage.DESK and asked.due_at - timezone.now() <= SOON:
            return format_html('<span class="due is-soon">◔ {}: {}</span>', _("Due soon"), asked.due_text)
        return format_html('<span class="due">{}</span>', asked.due_text)

    @admin.display(description=gettext_lazy("owner"))
    def whose(self, asked: AppointmentRequest):
        if asked.owner is None:
            return format_html('<span class="quiet">{}</span>', _("nobody's yet"))
        return format_html("<strong>{}</strong>", _("You")) if asked.is_mine else str(asked.owner)

    @admin.display(description=gettext_lazy("tries"))
    def tries(self, asked: AppointmentRequest):
        return ngettext("%(n)d try", "%(n)d tries", asked.attempts) % {"n": asked.attempts} if asked.attempts else "–"

    @admin.display(description=gettext_lazy("status"))
    def stands(self, asked: AppointmentRequest):
        """With what the clerk has seen, for verbs on many: a row that moved on meanwhile is left alone."""
        return format_html(
            '{}<input type="hidden" name="seen" value="{}-{}">', asked.get_status_display(), asked.pk, asked.status
        )
