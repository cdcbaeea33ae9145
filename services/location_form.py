"""The form of a location: the switch of a bad day, in the location's own time."""

import datetime
import zoneinfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from services.bad_day import LONGEST_DAYS
from services.models import Location


class LocationForm(forms.ModelForm):
    """Turns the switch on with an end ahead, or off; one that is over shows as off."""

    class Meta:
        model = Location
        exclude = []  # noqa: DJ006 - the admin's fieldsets say which

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ends_at = self.instance.bad_day_ends_at
        if ends_at is None or "bad_day_ends_at" not in self.fields:
            return
        if ends_at <= timezone.now():
            self.initial |= {"bad_day": "", "bad_day_ends_at": None, "bad_day_words": ""}
        else:
            # Without a zone, so that the form shows it as the location's clock does.
            self.initial["bad_day_ends_at"] = timezone.make_naive(ends_at, zoneinfo.ZoneInfo(self.instance.time_zone))

    def clean(self):
        """An end ahead for a bad day; neither end nor words for an ordinary one."""
        values = super().clean()
        if not values.get("bad_day"):
            return values | {"bad_day_ends_at": None, "bad_day_words": ""}
        ends_at = self._in_local_time(values.get("bad_day_ends_at"), values.get("time_zone"))
        if "bad_day_ends_at" not in self.errors and not self._is_ahead(ends_at):
            text = _("Say until when: a moment within the next {days} days, in the location's own time.")
            self.add_error("bad_day_ends_at", text.format(days=LONGEST_DAYS))
        return values | {"bad_day_ends_at": ends_at}

    def _is_ahead(self, ends_at: datetime.datetime | None) -> bool:
        """A slip of the year must not close a location for long."""
        now = timezone.now()
        return ends_at is not None and now < ends_at <= now + datetime.timedelta(LONGEST_DAYS)

    def _in_local_time(self, typed: datetime.datetime | None, zone: str | None) -> datetime.datetime | None:
        """The clock time that was typed, read by the location's clock."""
        if typed is None or zone is None:
            return typed
        return timezone.make_naive(typed).replace(tzinfo=zoneinfo.ZoneInfo(zone))
