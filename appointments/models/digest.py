"""That a location's desk was written its daily digest: once for each opening day."""

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models import Location


class DailyDigest(models.Model):
    """The digest of `day`, a date at the location, was put in the outbox."""

    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="digests", verbose_name=_("location")
    )
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        ordering = ["-day", "location"]
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["location", "day"], name="digest_once_per_day")]

    def __str__(self):
        return f"{self.location} {self.day:%Y-%m-%d}"

    @classmethod
    def claim(cls, location: Location, day: datetime.date) -> bool:
        """Whether that digest is this caller's to write: one winner on any database."""
        return cls.objects.get_or_create(location=location, day=day)[1]
