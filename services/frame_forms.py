"""Forms for what stands around the pages: redirects."""

from django import forms

from services.models import Redirect
from services.redirects import as_old_address, wrong_source, wrong_target


class RedirectForm(forms.ModelForm):
    """An old address and where it leads, refused in words when it could not work."""

    class Meta:
        model = Redirect
        fields = ["from_path", "to_path"]

    def clean_from_path(self):
        """Visitors without the slash are sent to the address with it anyway."""
        return as_old_address(self.cleaned_data["from_path"])

    def clean(self):
        """Both addresses, each beside its field."""
        answers = super().clean()
        source, target = answers.get("from_path", ""), answers.get("to_path", "")
        if source and (wrong := wrong_source(source)):
            self.add_error("from_path", wrong)
        if target and (wrong := wrong_target(target, source)):
            self.add_error("to_path", wrong)
        return answers
