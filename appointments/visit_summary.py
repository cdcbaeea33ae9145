"""A request as a few lines of plain text, for the clinic's own calendar or records."""

from django.utils.translation import gettext as _

from appointments import availability
from appointments.models import AppointmentRequest


def summary(asked: AppointmentRequest) -> str:
    """Who, how to reach them safely, what and when. The patient's own note is left where it is."""
    told = asked.answers
    for_whom = " ".join(
        part for part in (told.patient_name, told.patient_relation and f"({told.patient_relation})") if part
    )
    voicemail = _("voicemail allowed") if told.may_leave_voicemail else _("no voicemail")
    rows = [
        (_("Name"), told.full_name),
        (_("Asks for"), for_whom),
        (_("Phone"), f"{told.display_phone}, {voicemail}" if told.phone else ""),
        (_("Email"), told.email),
        (_("Best way"), told.get_preferred_channel_display()),
        (_("Language or access needs"), told.access_needs),
        (_("Visit"), asked.visit_text),
        (_("Number of the visit"), asked.visit_reference),
        (_("Location"), asked.location.name),
        (_("Treatment"), told.treatment_title or _("Not sure")),
        (_("Been here before"), told.get_visit_display()),
        (_("Good times"), availability.in_words(told.availability)),
        (_("Reference"), asked.display_reference),
    ]
    return "\n".join(f"{label}: {value}" for label, value in rows if value)
