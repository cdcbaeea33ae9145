"""Forms about staff accounts: invite or change a colleague, choose a password."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import LocationAccess
from clinic_site import roles
from services.models import Location

Account = get_user_model()


class AccountForm(forms.ModelForm):
    """Offers and takes only what whoever fills it in may give: `by`, which the admin sets."""

    by = None
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(),
        label=gettext_lazy("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What this person does. Each role brings just the rights it needs."),
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.none(),
        label=gettext_lazy("Locations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whose requests a front desk sees. Managers and auditors see every location."),
    )

    class Meta:
        model = Account
        fields = ["first_name", "last_name", "email", "username", "groups", "is_active", "is_superuser"]
        labels = {
            "username": gettext_lazy("Sign-in name"),
            "is_active": gettext_lazy("May sign in"),
            "is_superuser": gettext_lazy("Administrator"),
        }
        help_texts = {
            "email": gettext_lazy("Where the link to set a password goes."),
            "username": gettext_lazy("What they type to sign in. It names them in the access record, for good."),
            "is_active": gettext_lazy("Untick it when somebody leaves: they are signed out at once."),
            "is_superuser": gettext_lazy("May do everything, at every location."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):
            if name in self.fields:
                self.fields[name].required = True
        if "groups" in self.fields:
            self.fields["groups"].queryset = roles.given_by(self.by)
            self.fields["locations"].queryset = roles.locations_given_by(self.by)
            if self.instance.pk:
                self.initial["locations"] = roles.locations_of(self.instance)

    def clean_email(self):
        """One address, one account: a link must not let somebody in under two names."""
        email = self.cleaned_data["email"]
        if Account.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another account has this address."))
        return email

    def clean(self):
        """Roles that need a location have one, and nobody locks themselves out."""
        answers = super().clean()
        chosen = answers.get("groups")
        if chosen is not None and not chosen and not answers.get("is_superuser", self.instance.is_superuser):
            self.add_error("groups", _("Choose at least one role."))
        names = {group.name for group in chosen or []}
        if names & roles.BY_LOCATION and not names & roles.EVERYWHERE and not answers.get("locations"):
            self.add_error("locations", _("Choose at least one location: without one the inbox stays empty."))
        if self.instance == self.by and not (answers.get("is_active", True) and answers.get("is_superuser", True)):
            raise ValidationError(_("You cannot switch off or demote your own account. Ask another administrator."))
        return answers

    def save(self, commit=True):
        """A new account has no password until its owner chooses one."""
        if not self.instance.pk:
            self.instance.set_unusable_password()
        self.instance.is_staff = True
        return super().save(commit)

    def _save_m2m(self):
        super()._save_m2m()
        chosen = self.cleaned_data["locations"]
        LocationAccess.objects.filter(user=self.instance).exclude(location__in=chosen).delete()
        for location in chosen:
            LocationAccess.objects.get_or_create(user=self.instance, location=location)


class PasswordForm(SetPasswordForm):
    """The password of whoever opened an invitation."""

    def save(self, commit=True) -> bool:
        """Store it; False when the link was used meanwhile: of two at once, one wins."""
        waiting = self.user.password
        self.user.set_password(self.cleaned_data["new_password1"])
        with transaction.atomic():
            return bool(Account.objects.filter(pk=self.user.pk, password=waiting).update(password=self.user.password))
