"""The block that shows a drawing or an uploaded picture."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.models.images import Image
from services.models.pages import Block


class Figure(Block):
    """One of the site's drawings or an uploaded picture, with words for those who cannot see it."""

    class Drawing(models.TextChoices):
        TRIGGER_POINT = "trigger-point", _("Trigger point in its taut band")
        NEEDLES = "needles", _("Solid needle beside a hollow one")
        REFERRED_PAIN = "referred-pain", _("Where a shoulder trigger point refers pain")
        FIRST_VISIT = "first-visit", _("A first visit in five steps")

    drawing = models.CharField(
        _("drawing"), max_length=30, choices=Drawing, blank=True, help_text=_("One of the site's own, or none.")
    )
    image = models.ForeignKey(
        Image,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("picture"),
        help_text=_("An uploaded picture instead of a drawing. The green plus uploads a new one."),
    )
    alt = models.CharField(
        _("text alternative"),
        max_length=300,
        blank=True,
        help_text=_(
            "What the drawing tells. A picture has its own text; write here only what is different on this page."
        ),
    )
    caption = models.CharField(
        _("caption"), max_length=200, blank=True, help_text=_("Shown to everyone under the figure.")
    )

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(drawing="", image__isnull=False) | ~Q(drawing="") & Q(image__isnull=True),
                name="figure_is_drawing_or_image",
            ),
            models.CheckConstraint(
                condition=Q(drawing="") | ~Q(alt=""),
                name="figure_drawing_has_words",
                violation_error_message=_("Say in words what the drawing tells."),
            ),
        ]

    @classmethod
    def get_queryset(cls):
        """With the pictures, for publishing."""
        return super().get_queryset().select_related("image")

    def clean(self):
        """Refuse what the database would refuse, in words, beside the field."""
        if self.drawing and self.image:
            raise ValidationError({"image": _("Choose a drawing or a picture, not both.")})
        if not self.drawing and not self.image:
            raise ValidationError({"image": _("Choose a drawing or a picture.")})
        if self.drawing and not self.alt:
            raise ValidationError({"alt": _("Say in words what the drawing tells.")})

    @property
    def words(self) -> str:
        """The text alternative on this page."""
        return self.alt or (self.image.alt if self.image else "")

    @property
    def is_described(self) -> bool:
        """Whether the page may be published as far as this figure goes."""
        return bool(self.alt) or bool(self.image and self.image.is_described)
