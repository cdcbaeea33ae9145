"""Forms of the editing pages: saving without overwriting a colleague, scheduling, signing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.models import Page
from services.moment_input import MomentInput
from services.review import default_next_review


class StaleSaveError(ValidationError):
    """Somebody else saved the page since this form was opened."""


class PageForm(forms.ModelForm):
    """Refuses to overwrite what somebody else saved meanwhile; what was typed stays in the form."""

    is_stale = False
    opened_at_version = forms.CharField(widget=forms.HiddenInput, required=False)
    is_minor_edit = forms.BooleanField(
        label=gettext_lazy("Minor edit"),
        required=False,
        help_text=gettext_lazy("A typo or a word: keeps the sign-off and the date of review."),
    )

    class Meta:
        model = Page
        fields = []  # the admin's fieldsets say which

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = Page.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        self.initial["opened_at_version"] = self.version

    @property
    def version(self) -> str:
        """Which saved state the form shows."""
        return self.stored.updated_at.isoformat() if self.stored else ""

    def clean(self):
        """Refuse a stale save once; the next one is made knowingly, and the other text is in the history."""
        answers = super().clean()
        if self.stored and answers.get("opened_at_version") and answers["opened_at_version"] != self.version:
            self.data = self.data.copy()
            self.data[self.add_prefix("opened_at_version")] = self.version
            self.is_stale = True
            raise StaleSaveError(
                _(
                    "Somebody else saved this page while you were editing. Nothing of yours is lost: it is in the "
                    "form below and not saved yet. Both texts are compared below. Saving again replaces the other "
                    "text, which stays in the history."
                ),
                code="stale",
            )
        return answers


class ScheduleForm(forms.Form):
    """When a page goes in public and when it leaves, in the clinic's time."""

    starts_at = forms.DateTimeField(
        label=gettext_lazy("In public from"),
        required=False,
        widget=MomentInput,
        help_text=gettext_lazy("Empty: now."),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("In public until"),
        required=False,
        widget=MomentInput,
        help_text=gettext_lazy("Empty: until you take it out."),
    )

    def clean(self):
        """An end after the start, and neither in the past."""
        answers = super().clean()
        now = timezone.now()
        starts_at, ends_at = answers.get("starts_at"), answers.get("ends_at")
        if starts_at and starts_at < now:
            self.add_error("starts_at", _("This moment has passed. Leave it empty to publish now."))
        if ends_at and ends_at <= (starts_at or now):
            self.add_error("ends_at", _("The end must be after the start."))
        return answers


class SignForm(forms.Form):
    """What a reviewer states when signing."""

    named = forms.CharField(
        label=gettext_lazy("How the page names you"),
        max_length=80,
        help_text=gettext_lazy("Role or name with credentials, such as “Physical therapist, Denver”."),
    )
    next_review_on = forms.DateField(
        label=gettext_lazy("Next review"), initial=default_next_review, widget=forms.DateInput(attrs={"type": "date"})
    )
