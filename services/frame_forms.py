"""Forms for what stands around the pages: redirects, menus, the banner."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from services.addresses import answers, is_path
from services.models import Banner, MenuItem, Redirect
from services.redirects import as_old_address, wrong_source, wrong_target


def checked_address(path: str) -> str:
    """`path`, or nothing. Raises `ValidationError` when the public finds nothing there."""
    if path and not (is_path(path) and answers(path)):
        raise ValidationError(_("Enter an address of this site that is in public, such as /treatments/."))
    return path


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


class MenuItemForm(forms.ModelForm):
    """A link of a menu: to a page or to an address, not both."""

    class Meta:
        model = MenuItem
        fields = ["menu", "text", "page", "path", "position"]

    def clean_path(self):
        """Only what the public finds."""
        return checked_address(self.cleaned_data["path"])

    def clean(self):
        """One of the two."""
        values = super().clean()
        if "path" in values and "page" in values and bool(values["page"]) == bool(values["path"]):
            self.add_error("page", _("Choose a page, or give an address below: one of the two."))
        return values


class BannerForm(forms.ModelForm):
    """The notice above every page, in the clinic's time."""

    class Meta:
        model = Banner
        fields = ["text", "link", "link_text", "starts_at", "ends_at"]

    def clean_link(self):
        """Only what the public finds."""
        return checked_address(self.cleaned_data["link"])

    def clean(self):
        """Link and its text together; an end after the start and ahead."""
        values = super().clean()
        if "link" in values and bool(values["link"]) != bool(values.get("link_text")):
            self.add_error("link_text", _("Give both the link and its text, or neither."))
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if starts_at and ends_at and ends_at <= max(starts_at, timezone.now()):
            self.add_error("ends_at", _("The end must be after the start, and still ahead."))
        return values
