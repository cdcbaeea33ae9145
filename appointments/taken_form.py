"""The form for requests that come by phone or at the desk: the patient's questions, asked by a clerk."""

from dataclasses import replace

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import form_token
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest
from appointments.models.scope import places_of
from appointments.submission import submit
from services.facts import ClinicFacts

Origin = AppointmentRequest.Origin
LABELS = {
    "visit": gettext_lazy("Have they been to us before?"),
    "availability": gettext_lazy("Good times for them"),
    "preferred_channel": gettext_lazy("How would they like to hear from us?"),
    "may_leave_voicemail": gettext_lazy("We may leave a voicemail"),
    "patient_name": gettext_lazy("If they ask for someone else: the patient's full name"),
    "patient_relation": gettext_lazy("The caller is the patient's"),
}
HINTS = {
    "treatment": gettext_lazy("If they are not sure, leave it at “Not sure”."),
    "phone": gettext_lazy("Phone or email: one is enough. Read the number back to them."),
    "email": gettext_lazy("If they have one, they get a receipt. It does not say what they told you."),
    "may_leave_voicemail": gettext_lazy("Ask. We would say the clinic's name, our number and “please call back”."),
    "note": gettext_lazy("Up to 500 characters. Leave out medical details."),
}
REQUIRED = {
    "visit": gettext_lazy("Ask whether they have been to us before"),
    "full_name": gettext_lazy("Enter their full name"),
}


def sites_desk(site: ClinicFacts, user) -> ClinicFacts:
    """The clinic as this clerk works for it: only the locations whose requests they see."""
    if user.has_perm("appointments.see_every_location"):
        return site
    own = places_of(user)
    return replace(site, locations=tuple(place for place in site.locations if place.pk in own))


class TakenForm(RequestForm):
    """Every rule of the patient's form; nothing is scored as spam, since a clerk has spoken with them."""

    origin = forms.ChoiceField(
        label=gettext_lazy("How does the request come?"),
        choices=[(origin.value, origin.label) for origin in (Origin.PHONE, Origin.WALK_IN)],
        initial=Origin.PHONE,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say how the request comes"),
            "invalid_choice": gettext_lazy("Say how the request comes"),
        },
    )
    mails_in = forms.ChoiceField(
        label=gettext_lazy("Language of the mails to them"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    not_copied = (*RequestForm.not_copied, "mails_in")

    def __init__(self, *args, user, site: ClinicFacts, **kwargs):
        super().__init__(*args, site=sites_desk(site, user), **kwargs)
        self.user = user
        self.fields["visit"].choices = [
            (AppointmentRequest.Visit.FIRST, _("First visit")),
            (AppointmentRequest.Visit.RETURNING, _("They have been here before")),
        ]
        for name, label in LABELS.items():
            self.fields[name].label = label
        for name, hint in HINTS.items():
            self.fields[name].help_text = hint
        for name, words in REQUIRED.items():
            self.fields[name].error_messages["required"] = words
        del self.fields["subject"]
        self._forget_the_clerks_own_data()
        self.helper.layout = self._layout()

    def _forget_the_clerks_own_data(self) -> None:
        """A browser would offer the clerk's own name and number."""
        for field in self.fields.values():
            if "autocomplete" in field.widget.attrs:
                field.widget.attrs["autocomplete"] = "off"

    def _layout(self) -> Layout:
        visit, person, rest = self.helper.layout.fields[:3]
        return Layout(
            Fieldset(_("The request"), "origin", "mails_in"),
            Fieldset(_("The visit"), *visit.fields),
            Fieldset(_("The person"), *person.fields),
            Fieldset(_("Anything else"), *rest.fields),
            "form_token",
        )

    def save(self) -> AppointmentRequest:
        """Store it with its first event and its messages, once however often it is sent."""
        asked = self.as_request(self.cleaned_data["mails_in"])
        return submit(asked, self.place, form_token.form_id(self.cleaned_data["form_token"]), taken_by=self.user)
