"""A moment typed in one labelled field: the admin's own two have no labels of their own (WCAG 2.2, 1.3.1)."""

from django import forms
from django.db import models


class MomentInput(forms.DateTimeInput):
    """The browser's own picker for date and time; works without JavaScript."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


# For ModelAdmin.formfield_overrides.
ONE_FIELD = {models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput}}
