"""The request form: every rule about what a patient types, and what an answer is stored as."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import availability, form_token, spam
from appointments.contact import parse_phone
from appointments.models import AppointmentRequest
from appointments.sender import Sender
from appointments.submission import submit
from appointments.text_fields import EmailAddress, LongText, PlainText
from appointments.widgets import AvailabilityGrid, TitleSelect
from services.facts import ClinicFacts, LocationFacts

NOTE_LENGTH = 500
NOT_SURE = ""
NOT_CHOSEN = ("required", "invalid_choice")


class RequestForm(forms.Form):
    """What a patient tells us: the visit, the person, anything else."""

    location = forms.ChoiceField(
        label=gettext_lazy("Location"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a location"),
            "invalid_choice": gettext_lazy("This location takes no requests now. Choose a location from the list"),
        },
    )
    treatment = forms.ChoiceField(
        label=gettext_lazy("Treatment"),
        required=False,
        widget=TitleSelect,
        help_text=gettext_lazy("If you are not sure, we will talk about it."),
        error_messages={"invalid_choice": gettext_lazy("Choose a treatment from the list, or “Not sure”")},
    )
    visit = forms.ChoiceField(
        label=gettext_lazy("Have you been to us before?"),
        choices=AppointmentRequest.Visit.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(NOT_CHOSEN, gettext_lazy("Say whether you have been to us before")),
    )
    availability = forms.MultipleChoiceField(
        label=gettext_lazy("Good times for you"),
        required=False,
        widget=AvailabilityGrid,
        help_text=gettext_lazy("Choose as many as you like. This does not book a time."),
        error_messages={"invalid_choice": gettext_lazy("Choose days and times from the list")},
    )
    full_name = PlainText(
        gettext_lazy("Full name"),
        label=gettext_lazy("Full name"),
        max_length=200,
        errors={"required": gettext_lazy("Enter your full name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PlainText(
        gettext_lazy("Phone"),
        label=gettext_lazy("Phone"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Phone or email: one is enough. Write the number as you like."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = EmailAddress(
        gettext_lazy("Email"),
        label=gettext_lazy("Email"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("We send you a receipt. It does not say what you wrote."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        errors={"invalid": gettext_lazy("Enter an email address such as name@mail.example")},
    )
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("How would you like to hear from us?"),
        choices=AppointmentRequest.Channel.choices,
        initial=AppointmentRequest.Channel.EITHER,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(NOT_CHOSEN, gettext_lazy("Choose how you would like to hear from us")),
    )
    may_leave_voicemail = forms.BooleanField(
        label=gettext_lazy("You may leave me a voicemail"),
        required=False,
        help_text=gettext_lazy("We would say the clinic's name, our number and “please call back”, nothing else."),
    )
    # No `autocomplete="off"` here: browsers would not give these answers back after the Back button.
    patient_name = PlainText(
        gettext_lazy("Patient's name"),
        label=gettext_lazy("If you ask for someone else: their full name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "section-patient name"}),
    )
    patient_relation = PlainText(
        gettext_lazy("Your relation"),
        label=gettext_lazy("You are their"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("For example: mother, son, carer."),
    )
    access_needs = PlainText(
        gettext_lazy("Language or access needs"),
        label=gettext_lazy("Language, interpreter or access needs"),
        max_length=300,
        required=False,
    )
    note = LongText(
        gettext_lazy("Your note"),
        label=gettext_lazy("Short note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("Up to 500 characters. Please leave out medical details."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    # Nobody sees, reaches or hears this one, and no browser fills it in: whoever answers it is a program.
    subject = forms.Field(
        label=gettext_lazy("Subject: please leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_token = forms.CharField(widget=forms.HiddenInput, required=False)

    # Questions that are no answer of the request by that very name.
    not_copied = ("form_token", "location", "phone", "subject")

    def __init__(self, *args, site: ClinicFacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["location"].choices = [(place.slug, place.name) for place in site.locations]
        self.fields["treatment"].choices = [(NOT_SURE, _("Not sure")), *site.treatments]
        weekdays = tuple(sorted({day for place in site.locations for day in place.schedule.weekly}))
        self.fields["availability"].choices = availability.choices(weekdays)
        self.fields["availability"].widget.weekdays = weekdays
        for name in ("phone", "email", "subject"):
            self.fields[name].either = True  # not "(optional)": one of the first two is needed
        if len(site.locations) == 1:
            self._take_the_only_location(site.locations[0].slug)

    @cached_property
    def helper(self) -> FormHelper:
        """How crispy-forms lays the questions out; a form that is only stored is never laid out."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Fieldset(_("Your visit"), "location", "treatment", "visit", "availability"),
            Fieldset(
                _("You"),
                "full_name",
                "phone",
                "email",
                "preferred_channel",
                "may_leave_voicemail",
                "patient_name",
                "patient_relation",
            ),
            Fieldset(_("Anything else"), "access_needs", "note"),
            Field("subject", wrapper_class="unasked"),
            "form_token",
        )
        return helper

    def _take_the_only_location(self, slug: str) -> None:
        """Nobody is asked where there is no choice, but those who chose one that is gone: they may live far away."""
        if self.is_bound and self.data.get("location", "") not in ("", slug):
            return
        self.fields["location"].widget = forms.HiddenInput()
        self.initial["location"] = slug
        if self.is_bound:
            self.data = self.data.copy()
            self.data["location"] = slug

    def clean_phone(self):
        """Read the number; what was typed is kept beside it."""
        typed = self.cleaned_data["phone"]
        self.parsed_phone = parse_phone(typed) if typed else None
        if typed and self.parsed_phone is None:
            raise ValidationError(_("Enter a phone number with its area code, such as 303-555-0142"))
        return typed

    def clean_availability(self):
        """Any time is stored as no choice."""
        chosen = self.cleaned_data["availability"]
        return [] if availability.ANY_TIME in chosen else list(dict.fromkeys(chosen))

    def clean(self):
        """A phone or an email, and what follows from one answer for another."""
        answers = super().clean()
        has_phone, has_email = bool(answers.get("phone")), bool(answers.get("email"))
        if not (has_phone or has_email or {"phone", "email"} & self.errors.keys()):
            self.add_error("phone", _("Enter a phone number or an email address"))
        channel = answers.get("preferred_channel")
        if channel == AppointmentRequest.Channel.EMAIL and has_phone and not has_email and "email" not in self.errors:
            self.add_error("email", _("Enter an email address, or choose to hear from us by phone"))
        if channel == AppointmentRequest.Channel.PHONE and has_email and not has_phone and "phone" not in self.errors:
            self.add_error("phone", _("Enter a phone number, or choose to hear from us by email"))
        if answers.get("patient_relation") and not answers.get("patient_name") and "patient_name" not in self.errors:
            self.add_error("patient_name", _("Enter the name of the person you ask for"))
        self._refuse_closed_times(answers)
        return answers

    def _refuse_closed_times(self, answers: dict) -> None:
        place = self.site.location(answers.get("location", ""))
        closed = availability.closed_times(answers.get("availability", ()), place.schedule) if place else []
        if closed:
            words = _("{place} is not open at these times: {times}. Choose others, or “Any time”")
            self.add_error("availability", words.format(place=place.name, times=", ".join(closed)))

    @property
    def place(self) -> LocationFacts:
        """The chosen location (valid forms only)."""
        return self.site.location(self.cleaned_data["location"])

    def as_request(self, language: str) -> AppointmentRequest:
        """The answers as a request that is not stored yet (valid forms only)."""
        answers = {name: value for name, value in self.cleaned_data.items() if name not in self.not_copied}
        phone = self.parsed_phone
        return AppointmentRequest(
            **answers,
            location=self.place.record,
            treatment_title=dict(self.site.treatments).get(answers["treatment"], ""),
            phone_typed=self.cleaned_data["phone"],
            phone=phone.e164 if phone else "",
            phone_extension=phone.extension if phone else "",
            language=language,
        )

    def _doubts(self) -> list[str]:
        """Why this may be spam, as far as the answers tell."""
        answers = self.cleaned_data
        return spam.doubts_about(
            names=[answers["full_name"], answers["patient_name"], answers["patient_relation"]],
            texts=[answers["access_needs"], answers["note"]],
            trap=str(answers["subject"] or ""),
            seconds=form_token.seconds_open(answers["form_token"]),
        )

    def save(self, language: str, connection: str = "") -> AppointmentRequest:
        """Store the request with its first event and its messages, once however often it is sent.

        `connection` is what the sender is counted by. `TooManyRequestsError` when they have to wait.
        """
        asked = self.as_request(language)
        sender = Sender(connection, asked.phone, asked.email)
        form_id = form_token.form_id(self.cleaned_data["form_token"])
        return submit(asked, self.place, form_id, self._doubts(), sender)
