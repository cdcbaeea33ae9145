"""Sign-off of a page's text by a reviewer, valid for exactly the text that was signed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models.pages import Page


class SignOffQuerySet(models.QuerySet):
    def of_text(self, page: Page, fingerprint: str):
        """Sign-offs of `page` as it was when it had that fingerprint."""
        return self.filter(page=page, fingerprint=fingerprint)


class SignOff(models.Model):
    """`reviewer` has read and approved the text with this fingerprint; any other text is unsigned."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sign_offs", verbose_name=_("page"))
    fingerprint = models.CharField(max_length=64)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("by"))
    # Survives the deletion of the account.
    reviewer_name = models.CharField(_("by"), max_length=150)
    signed_at = models.DateTimeField(_("when"), default=timezone.now)
    carried_by = models.CharField(
        _("carried over a minor edit by"), max_length=150, blank=True, help_text=_("Empty for a review.")
    )

    objects = SignOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["-signed_at", "-pk"]
        permissions = [("review_page", _("Can sign off pages"))]
        indexes = [models.Index(fields=["page", "fingerprint"], name="sign_off_of_text")]

    def __str__(self):
        return f"{self.reviewer_name} {self.signed_at:%Y-%m-%d}"
