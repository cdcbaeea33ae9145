"""The records of clinic and locations in a manifest."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from services.models import Clinic, Closure, Location, OpeningHours
from services.transfer.export import location_values
from services.transfer.values import MAILBOXES, Values, items, name_of, refuse_twice, row_of, text, without


@dataclass
class ClinicDraft:
    """The clinic as it arrives; mailboxes that it does not name stay as the site has them."""

    row: Clinic
    mailboxes: dict[str, str]


@dataclass
class PlaceDraft:
    """A location as it arrives; without `recipients` those of the site stay, as do mailboxes it does not name."""

    row: Location
    mailboxes: dict[str, str]
    hours: list[OpeningHours]
    closures: list[Closure]
    recipients: list[str] | None

    def values(self) -> Values:
        """As an export would write the location once it is here."""
        return location_values(self.row, self.hours, self.closures)


def _mailbox(email: str, where: str, problems: list[str]) -> str:
    try:
        validate_email(email)
    except ValidationError:
        problems.append(f"{where}: “{email[:80]}” is not an email address.")
    return email


def _mailboxes(model: type[models.Model], data: Values, where: str, problems: list[str]) -> dict[str, str]:
    named = {name: text(data, name, where, problems) for name in MAILBOXES[model] if name in data}
    return {name: email and _mailbox(email, where, problems) for name, email in named.items()}


def read_clinic(data: Values, problems: list[str]) -> ClinicDraft:
    """The clinic's record."""
    return ClinicDraft(
        row=row_of(Clinic, without(data, *MAILBOXES[Clinic]), "Clinic", problems),
        mailboxes=_mailboxes(Clinic, data, "Clinic", problems),
    )


def read_place(data: Values, problems: list[str]) -> PlaceDraft:
    """One location's record."""
    where = f"Location {name_of(data)}"
    own = without(data, "hours", "closures", "recipients", *MAILBOXES[Location])
    hours = items(data, "hours", where, problems)
    closures = items(data, "closures", where, problems)
    emails = items(data, "recipients", where, problems, str)
    place = PlaceDraft(
        row=row_of(Location, own, where, problems),
        mailboxes=_mailboxes(Location, data, where, problems),
        hours=[row_of(OpeningHours, row, f"{where}, hours {n}", problems) for n, row in enumerate(hours, 1)],
        closures=[row_of(Closure, row, f"{where}, closure {n}", problems) for n, row in enumerate(closures, 1)],
        recipients=[_mailbox(email, where, problems) for email in emails] if "recipients" in data else None,
    )
    refuse_twice([(row.weekday, row.opens) for row in place.hours], f"{where}, hours", problems)
    refuse_twice([row.date for row in place.closures], f"{where}, closures", problems)
    return place
