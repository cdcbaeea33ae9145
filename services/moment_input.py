"""A moment typed in one labelled field: the admin's own two have no labels of their own (WCAG 2.2, 1.3.1)."""

import zoneinfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from services import moments


class MomentInput(forms.DateTimeInput):
    """The browser's own picker for date and time; works without JavaScript."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class LocalMoment(forms.DateTimeField):
    """Date and time by the clock of one place, named in the label; what it gives is aware."""

    widget = MomentInput
    default_error_messages = {
        "invalid": _("Enter date and time, such as 2027-05-14 14:30."),
        "ambiguous_timezone": _("The clocks change then. Choose another hour."),
    }
    zone: zoneinfo.ZoneInfo | None = None

    def by_the_clock_of(self, zone: zoneinfo.ZoneInfo) -> None:
        """What is typed is meant by the clock in `zone`."""
        self.zone = zone
        self.label = format_lazy("{label} {zone}", label=self.label, zone=moments.zone_name(timezone.now(), zone))

    def to_python(self, value):
        try:
            with timezone.override(self.zone):
                return super().to_python(value)
        except ValidationError as error:
            # An hour that the clocks skip or repeat is said with a code of its own, not with the field's words.
            words = self.error_messages.get(error.code, error.message)
            raise ValidationError(words, code=error.code) from None


# For ModelAdmin.formfield_overrides.
ONE_FIELD = {models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput}}
