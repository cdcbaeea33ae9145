"""Facts of the clinic: who it is, where it is, when it is open. Pages use them, never copy them."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


def validate_time_zone(name: str) -> None:
    """Accept names of the IANA time zone database only."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Enter a time zone such as America/Denver."))


REPLY_TO_HELP = _(
    "Patients may answer a receipt, and may write about their health: only a mailbox that is kept as safe as your "
    "records. Empty: the receipt says that nobody reads answers, and gives the phone number."
)


class Clinic(models.Model):
    """The one organisation this site speaks for; exactly one row."""

    class Kind(models.TextChoices):
        """schema.org type of a location (https://schema.org/MedicalBusiness)."""

        PHYSIOTHERAPY = "Physiotherapy", _("Physical therapy")
        MEDICAL_CLINIC = "MedicalClinic", _("Chiropractic, pain or mixed clinic")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PHYSIOTHERAPY)
    headline = models.CharField(
        _("headline"), max_length=90, help_text=_("The large line on the home page. Plain words, no promise.")
    )
    introduction = models.TextField(
        _("introduction"), max_length=500, help_text=_("Two or three sentences under the headline.")
    )
    needle = models.CharField(
        _("needle"),
        max_length=120,
        default="a thin, solid, single-use, sterile filiform needle",
        help_text=_("The one description of the needle that every page uses."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="America/Denver", validators=[validate_time_zone]
    )
    fallback_recipient = models.EmailField(
        _("fallback recipient"),
        blank=True,
        help_text=_("Gets the notices of a location that has no recipient of its own."),
    )
    reply_to = models.EmailField(_("answers to our mails go to"), blank=True, help_text=REPLY_TO_HELP)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinic")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="clinic_is_one_row")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Keep the one row."""
        self.pk = 1
        super().save(*args, **kwargs)


class LocationQuerySet(models.QuerySet):
    def active(self):
        """Locations shown to the public, in the clinic's order."""
        return self.filter(is_active=True)

    def without_recipient(self):
        """Nobody would be mailed about their requests: no mailbox of their own, and the clinic has no other."""
        own = Recipient.objects.filter(location=OuterRef("pk"))
        fallback = Clinic.objects.exclude(fallback_recipient="")
        return self.filter(~Exists(own), ~Exists(fallback))


class Location(models.Model):
    """One place with its own address, hours, phone and front desk."""

    class Sketch(models.TextChoices):
        DENVER = "location-denver", _("Denver (demo)")
        NORTH_MIAMI = "location-north-miami", _("North Miami (demo)")

    class BadDay(models.TextChoices):
        PHONES = "phones", _("Our phones are down")
        CLOSED = "closed", _("We are closed, although we should be open")
        PAUSED = "paused", _("We answer no new requests for now")

    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("As patients say it: Denver."))
    slug = models.SlugField(_("address of the page"), max_length=60, unique=True)
    is_active = models.BooleanField(_("shown and takes requests"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    phone = PhoneNumberField(_("phone"))
    street = models.CharField(_("street"), max_length=120)
    city = models.CharField(_("city"), max_length=60)
    region = models.CharField(_("state"), max_length=2, help_text=_("Two letters: CO."))
    postal_code = models.CharField(_("ZIP code"), max_length=10)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    summary = models.CharField(_("summary"), max_length=200, help_text=_("One sentence for lists and search engines."))
    getting_here = models.TextField(_("getting here"), blank=True, help_text=_("Parking, bus, entrance."))
    access_notes = models.TextField(
        _("access notes"), blank=True, help_text=_("Steps, lift, accessible parking, hearing loop.")
    )
    sketch = models.CharField(_("street sketch"), max_length=40, choices=Sketch, blank=True)
    who_performs = models.TextField(
        _("who may perform dry needling here"),
        blank=True,
        help_text=_("Rules differ by state and change. State only what you have checked."),
    )
    who_performs_review_on = models.DateField(_("check that note again on"), null=True, blank=True)
    response_hours = models.PositiveSmallIntegerField(
        _("answer within (opening hours)"),
        default=4,
        help_text=_("A request is promised an answer within this many hours of opening time."),
    )
    reply_to = models.EmailField(
        _("answers to our mails go to"), blank=True, help_text=_("Empty: as the clinic says.")
    )
    bad_day = models.CharField(
        _("what is different today"),
        max_length=10,
        choices=BadDay,
        blank=True,
        help_text=_("Says so on every page and on the form. Empty: an ordinary day."),
    )
    bad_day_ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("In the location's own time. Then it ends by itself.")
    )
    bad_day_words = models.CharField(
        _("in your words"),
        max_length=160,
        blank=True,
        help_text=_("Optional, one sentence: A water pipe broke. Shown to everybody; name no person."),
    )

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(response_hours__gte=1),
                name="location_answers_after_an_hour_or_more",
                violation_error_message=_("Give one opening hour or more to answer within."),
            ),
            models.CheckConstraint(
                condition=Q(bad_day="", bad_day_ends_at__isnull=True, bad_day_words="")
                | ~Q(bad_day="") & Q(bad_day_ends_at__isnull=False),
                name="location_bad_day_has_an_end",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The location's public page."""
        return reverse("services:location", args=[self.slug])


class Recipient(models.Model):
    """A front-desk mailbox that is told about new requests of a location."""

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("location")
    )
    email = models.EmailField(_("email"))

    class Meta:
        verbose_name = _("recipient of notices")
        verbose_name_plural = _("recipients of notices")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["location", "email"], name="recipient_once_per_location")]

    def __str__(self):
        return self.email


class OpeningHours(models.Model):
    """One range of a weekday in local time. Closing at or before opening means: on the next day."""

    class Weekday(models.IntegerChoices):
        """As `datetime.date.weekday()` counts."""

        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="opening_hours", verbose_name=_("location")
    )
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("At or before the opening time means on the next day."))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_weekday_exists"),
            models.UniqueConstraint(fields=["location", "weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """A date on which the weekly hours do not hold: closed, or open for one other range."""

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="closures", verbose_name=_("location")
    )
    date = models.DateField(_("date"))
    name = models.CharField(_("reason"), max_length=80, help_text=_("Shown to patients: Thanksgiving Day."))
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Leave both empty when closed all day."))
    closes = models.TimeField(_("closes"), null=True, blank=True)

    class Meta:
        verbose_name = _("holiday or closure")
        verbose_name_plural = _("holidays and closures")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["location", "date"], name="closure_once_per_date"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False) & ~Q(opens=F("closes")),
                name="closure_has_both_times_or_neither",
                violation_error_message=_("Give two different times, or leave both empty when closed all day."),
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.name}"
