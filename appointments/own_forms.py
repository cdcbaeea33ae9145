"""What a patient may ask about their own request: find it, prove whose it is, change it, name another time."""

from dataclasses import replace

from crispy_forms.helper import FormHelper
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import availability, form_token
from appointments.call_times import CallTime
from appointments.contact import parse_phone
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest
from appointments.models.answers import Answers
from appointments.text_fields import PlainText
from services.facts import ClinicFacts, LocationFacts

_PROOF = signing.TimestampSigner(salt="appointments.whose-request")


def _plain_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class Contact(PlainText):
    """A phone number or an email address that was given to us before."""

    def __init__(self, **kwargs):
        super().__init__(
            gettext_lazy("Phone or email"),
            label=gettext_lazy("Phone or email"),
            max_length=254,
            help_text=gettext_lazy("The one you gave us."),
            errors={"required": gettext_lazy("Enter the phone number or email address you gave us")},
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
            **kwargs,
        )


def _e164(contact: str) -> str:
    phone = parse_phone(contact)
    return phone.e164 if phone else ""


class FindRequestForm(forms.Form):
    """Reference plus phone or email: the way to one's own request without the link."""

    reference = PlainText(
        gettext_lazy("Reference"),
        label=gettext_lazy("Reference"),
        max_length=20,
        help_text=gettext_lazy("Eight characters, such as ABCD-2345."),
        errors={"required": gettext_lazy("Enter your reference")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    contact = Contact()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _plain_helper()

    @property
    def is_wrong(self) -> bool:
        """Everything was filled in, and it is nobody's."""
        return self.is_bound and bool(self.non_field_errors())

    def clean(self):
        """Find the request; wrong reference and wrong contact get the same answer."""
        answers = super().clean()
        if self.errors:
            return answers
        found = AppointmentRequest.objects.by_reference(answers["reference"])
        self.found = found.reached_by(_e164(answers["contact"]), answers["contact"]).first()
        if self.found is None:
            raise ValidationError(_("We found no request with this reference and contact. Check both, or call us."))
        return answers


class ProveForm(forms.Form):
    """Whoever holds the link also says how we reach them, before any answer is shown."""

    contact = Contact()

    def __init__(self, *args, asked: AppointmentRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.is_wrong = False
        self.helper = _plain_helper()

    def clean_contact(self):
        """The number or the address that holds now."""
        contact, answers = self.cleaned_data["contact"], self.asked.answers
        is_phone = bool(answers.phone) and _e164(contact) == answers.phone
        if not is_phone and not (answers.email and contact.lower() == answers.email.lower()):
            self.is_wrong = True
            raise ValidationError(_("This is not the phone number or email address we have. Check it, or call us."))
        return contact


def proof(asked: AppointmentRequest) -> str:
    """Carried in the page from then on: this browser has proven whose request it is."""
    return _PROOF.sign(asked.link_hash)


def proves(text: str, asked: AppointmentRequest) -> bool:
    """Whether `text` is such a proof, not older than a form may be."""
    try:
        return _PROOF.unsign(text, max_age=form_token.LIVES) == asked.link_hash
    except signing.BadSignature:
        return False


def _as_site(site: ClinicFacts, place: LocationFacts, now: Answers) -> ClinicFacts:
    """The clinic as this form sees it: the location is settled, the treatment asked for can still be kept."""
    known = dict(site.treatments)
    kept = () if now.treatment in known or not now.treatment else ((now.treatment, now.treatment_title),)
    return replace(site, locations=(place,), treatments=(*site.treatments, *kept))


def _as_asked(now: Answers) -> dict:
    """The answers by the names of the form's fields."""
    names = [name for name in RequestForm.base_fields if hasattr(now, name)]
    return {
        **{name: getattr(now, name) for name in names},
        "availability": now.availability or [availability.ANY_TIME],
        "phone": now.phone_typed,
    }


class ChangeForm(RequestForm):
    """The questions of the request once more, with the answers that hold; the location stays."""

    def __init__(self, *args, asked: AppointmentRequest, site: ClinicFacts, **kwargs):
        now = asked.answers
        place = site.location(asked.location.slug)
        self.place_asked = place
        super().__init__(*args, site=_as_site(site, place, now), initial=_as_asked(now), **kwargs)

    def _take_the_only_location(self, slug: str) -> None:
        """Whatever a tampered form says: another location's staff would see a request that was not for them."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data["location"] = slug
        super()._take_the_only_location(slug)


class CallTimeForm(forms.Form):
    """One short choice: which morning or afternoon."""

    time = forms.ChoiceField(
        label=gettext_lazy("When should we call?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a time"),
            "invalid_choice": gettext_lazy("Choose a time from the list"),
        },
    )

    def __init__(self, *args, times: list[CallTime], **kwargs):
        super().__init__(*args, **kwargs)
        self.times = {time.value: time for time in times}
        self.fields["time"].choices = [(value, capfirst(str(time))) for value, time in self.times.items()]
        self.helper = _plain_helper()

    @property
    def chosen(self) -> CallTime:
        """The chosen time (valid forms only)."""
        return self.times[self.cleaned_data["time"]]
