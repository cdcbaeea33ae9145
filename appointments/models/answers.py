"""What a patient answers: the same fields in the request as it was sent and in every later change of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.contact import display_phone


class Answers(models.Model):
    """The answers of one form, all of them but the location: that decides who sees the request."""

    class Visit(models.TextChoices):
        FIRST = "first", _("First visit")
        RETURNING = "returning", _("I have been here before")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("Email")
        EITHER = "either", _("Either is fine")

    treatment = models.SlugField(_("treatment"), max_length=80, blank=True, db_index=False)
    treatment_title = models.CharField(_("treatment"), max_length=110, blank=True)
    visit = models.CharField(_("visit"), max_length=10, choices=Visit, blank=True)
    availability = models.JSONField(_("good times"), default=list, help_text=_('["mon-am", …]; empty: any time.'))
    full_name = models.CharField(_("full name"), max_length=200)
    phone_typed = models.CharField(_("phone as typed"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True, help_text=_("E.164."))
    phone_extension = models.CharField(_("extension"), max_length=20, blank=True)
    email = models.EmailField(_("email"), blank=True)
    preferred_channel = models.CharField(_("preferred way"), max_length=10, choices=Channel, default=Channel.EITHER)
    may_leave_voicemail = models.BooleanField(_("may we leave a voicemail"), default=False)
    patient_name = models.CharField(_("patient's name"), max_length=200, blank=True)
    patient_relation = models.CharField(_("relation to the patient"), max_length=100, blank=True)
    access_needs = models.CharField(_("language or access needs"), max_length=300, blank=True)
    note = models.TextField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def display_phone(self) -> str:
        return display_phone(self.phone, self.phone_extension)


ANSWERED = tuple(field.name for field in Answers._meta.local_fields)


def copied(answers: Answers) -> dict:
    """The answers by field name."""
    return {name: getattr(answers, name) for name in ANSWERED}
