"""A visit as a calendar file (RFC 5545) that names only the clinic: who sees the calendar learns nothing more."""

import datetime
import re

LINE_OCTETS = 75  # RFC 5545, 3.1


def calendar(uid: str, starts_at: datetime.datetime, written_at: datetime.datetime, title: str, place: str) -> str:
    """One event without an end, since only its start was agreed. Both moments are aware.

    Lines end in CRLF and are folded as the standard asks.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Clinic website//Visit//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_utc(written_at)}",
        f"DTSTART:{_utc(starts_at)}",
        f"SUMMARY:{_text(title)}",
        f"LOCATION:{_text(place)}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime.datetime) -> str:
    """ValueError for a moment without a zone, which a calendar would read by its own clock."""
    if at.utcoffset() is None:
        raise ValueError("A moment needs a time zone.")
    return f"{at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escaped as 3.3.11 asks; control characters have no place in a text."""
    value = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", value.replace("\r\n", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", value).replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets to a line, no character cut in two; what follows begins with a blank."""
    lines, current = [], ""
    for character in line:
        if len((current + character).encode()) > LINE_OCTETS:
            lines.append(current)
            current = " "
        current += character
    return "\r\n".join([*lines, current])
