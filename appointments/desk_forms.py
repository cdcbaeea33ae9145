"""What a clerk may do with a request: move it on, write a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.statuses import Status, needs_reason, staff_moves


class MoveForm(forms.Form):
    """The next status, one of the legal ones, with a reason where one is needed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(
        label=_("Next status"), error_messages={"invalid_choice": _("Choose a status from the list.")}
    )
    reason = forms.CharField(label=_("Reason or remark"), max_length=300, required=False)

    def __init__(self, *args, current: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.current = current
        self.initial["seen"] = current
        self.fields["status"].choices = [(move.value, move.label) for move in staff_moves(current)]

    def clean(self):
        """Taking something back must be explained."""
        answers = super().clean()
        status = answers.get("status")
        if status and needs_reason(self.current, status) and not answers.get("reason"):
            self.add_error(
                "reason",
                _("Say why the request goes back to “{status}”.").format(status=Status(status).label),
            )
        return answers


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("Note for colleagues"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Never mailed; cannot be changed later."),
        error_messages={"required": _("Write something first.")},
    )
