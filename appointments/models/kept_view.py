"""With which view of the inbox an account begins."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptView(models.Model):
    """The query of an address, such as `view=mine&location=2`; what was searched for is never in it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_view")
    query = models.CharField(_("view"), max_length=200)

    class Meta:
        verbose_name = _("kept view")
        verbose_name_plural = _("kept views")
        ordering = ["user"]
        default_permissions = []

    def __str__(self):
        return self.query
