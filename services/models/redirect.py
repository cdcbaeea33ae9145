"""Old addresses and where their pages went."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RedirectQuerySet(models.QuerySet):
    def from_path(self, path: str):
        """The redirect that leads away from `path`."""
        return self.filter(from_path=path)

    def repoint(self, old: str, new: str) -> None:
        """What led to `old` leads to `new` at once: moving twice is one hop."""
        self.filter(to_path=old).exclude(from_path=new).update(to_path=new)


class Redirect(models.Model):
    """Answers for `from_path` when nothing else does, see services/redirects.py."""

    from_path = models.CharField(
        _("old address"), max_length=200, unique=True, help_text=_("Begins with a slash: /old-page/")
    )
    to_path = models.CharField(
        _("leads to"), max_length=200, help_text=_("The address of a page of this site: /treatments/dry-needling/")
    )
    is_automatic = models.BooleanField(_("made when a page moved"), default=False, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["from_path"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_path=F("to_path")),
                name="redirect_leads_elsewhere",
                violation_error_message=_("This would lead in a circle, back to the old address."),
            ),
            # "//host/" and "/\host/" are other sites to a browser (https://url.spec.whatwg.org/#relative-slash-state).
            models.CheckConstraint(
                condition=Q(from_path__startswith="/", to_path__startswith="/")
                & ~Q(to_path__startswith="//")
                & ~Q(to_path__contains="\\"),
                name="redirect_stays_on_this_site",
                violation_error_message=_("Enter a path of this site, such as /treatments/dry-needling/."),
            ),
        ]
        # repoint(): what leads to a path
        indexes = [models.Index(fields=["to_path"], name="redirect_to_path")]

    def __str__(self):
        return f"{self.from_path} → {self.to_path}"
