"""Which locations a member of staff works for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import Location


class LocationAccess(models.Model):
    """`user` sees the requests of `location`. Who has `see_every_location` needs no row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="location_access",
        verbose_name=_("member of staff"),
    )
    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="staff_access", verbose_name=_("location")
    )

    class Meta:
        verbose_name = _("access to a location")
        verbose_name_plural = _("access to locations")
        ordering = ["user", "location"]
        constraints = [models.UniqueConstraint(fields=["user", "location"], name="location_access_once")]

    def __str__(self):
        return f"{self.user} · {self.location}"


def places_of(user) -> list[int]:
    """Numbers of the locations `user` works for, read once for this `user` object as permissions are."""
    if not hasattr(user, "_places"):
        user._places = list(LocationAccess.objects.filter(user=user).values_list("location", flat=True))
    return user._places
