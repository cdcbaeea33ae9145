"""Links that show a draft to somebody without an account."""

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models.pages import Page

LIVES = datetime.timedelta(days=7)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class PreviewLinkQuerySet(models.QuerySet):
    def usable(self, at: datetime.datetime | None = None):
        """Neither expired nor revoked."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())

    def by_token(self, token: str):
        """The link with that secret."""
        return self.filter(token_hash=_hash(token))


class PreviewLink(models.Model):
    """Opens the draft of one page for seven days, unless it is revoked; only the hash is kept."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="preview_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.page} {self.expires_at:%Y-%m-%d}"

    @classmethod
    def make(cls, page: Page, by) -> str:
        """A new link's path; the secret (256 bits) is shown once and not stored."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            page=Page.objects.get(pk=page.pk),
            token_hash=_hash(token),
            made_by=by,
            expires_at=timezone.now() + LIVES,
        )
        return reverse("services:shared_preview", args=[token])

    def revoke(self) -> None:
        """Close the link at once."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
