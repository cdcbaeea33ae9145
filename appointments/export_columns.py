"""What a file of requests holds, column by column."""

from appointments import availability
from appointments.models import AppointmentRequest


def _moment(at) -> str:
    """ISO 8601 in UTC, which every program reads."""
    return at.isoformat(timespec="seconds") if at else ""


def columns(with_text: bool) -> list[str]:
    """The first row. Names for machines: the same in every language."""
    names = (
        "reference received status location treatment visit name phone extension email preferred_way voicemail "
        "patient relation good_times owner next_step_by attempts first_contact closed"
    ).split()
    return [*names, "access_needs", "note"] if with_text else names


def row(asked: AppointmentRequest, with_text: bool) -> list[str]:
    """One request as its answers hold now. Without free text unless it was chosen."""
    now = asked.answers
    values = [
        asked.display_reference,
        _moment(asked.created_at),
        asked.status,
        asked.location.name,
        now.treatment_title or now.treatment,
        now.visit,
        now.full_name,
        now.phone,
        now.phone_extension,
        now.email,
        now.preferred_channel,
        "yes" if now.may_leave_voicemail else "no",
        now.patient_name,
        now.patient_relation,
        availability.in_words(now.availability),
        asked.owner.get_username() if asked.owner else "",
        _moment(asked.due_at),
        str(asked.attempts),
        _moment(asked.first_contact_at),
        _moment(asked.closed_at),
    ]
    return [*values, now.access_needs, now.note] if with_text else values
