"""Pictures that pages show. The file of a picture never changes: another file is another picture."""

from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services import renditions
from services.uploads import Picture


def _file_name(image: "Image", name: str) -> str:
    return f"{renditions.FOLDER}/{image.key}/{name}"


class ImageQuerySet(models.QuerySet):
    def same_as(self, picture: Picture):
        """Pictures with the same pixels."""
        return self.filter(checksum=picture.checksum)


class Image(models.Model):
    """One picture: the clean copy of an upload, and the words for those who cannot see it."""

    class State(models.TextChoices):
        """What of its files is on the disk."""

        READY = "ready", _("Ready")
        INCOMPLETE = "incomplete", _("Smaller sizes are missing")
        MISSING = "missing", _("File is missing")

    title = models.CharField(
        _("name"), max_length=80, help_text=_("For staff, to find it again: Shoulder stretch at the wall.")
    )
    file = models.FileField(
        _("picture"),
        upload_to=_file_name,
        max_length=255,
        help_text=_(
            "JPEG, PNG, WebP or AVIF, at most 12 MB and 40 megapixels. Place, camera and date are removed. "
            "Show no patient without their written permission."
        ),
    )
    alt = models.CharField(
        _("text alternative"),
        max_length=300,
        blank=True,
        help_text=_(
            "What the picture tells, for those who cannot see it: A hand rests on the upper arm. "
            "Do not begin with “picture of”. Needed before a page with it can be published, unless it is decorative."
        ),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It tells nothing that the text does not say. Screen readers skip it."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    checksum = models.CharField(_("checksum"), max_length=64, editable=False, help_text=_("SHA-256 of the file."))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["checksum"], name="image_once"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="image_has_a_size"),
            models.CheckConstraint(
                condition=Q(is_decorative=False) | Q(alt=""),
                name="image_is_decorative_or_has_words",
                violation_error_message=_(
                    "A decorative picture has no text alternative. Empty the text or untick this."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """Refuse what the database would refuse, in words, beside the field."""
        if self.is_decorative and self.alt:
            raise ValidationError(
                {"is_decorative": _("A decorative picture has no text alternative. Empty the text or untick this.")}
            )

    def take(self, picture: Picture) -> None:
        """Become that picture; `save()` then writes the file."""
        self.width, self.height, self.checksum = picture.width, picture.height, picture.checksum
        self.file = ContentFile(picture.content, name=f"{picture.width}.{picture.extension}")

    def delete(self, *args, **kwargs):
        """The files go too, once the row is gone for good."""
        transaction.on_commit(partial(renditions.remove, self.key))
        return super().delete(*args, **kwargs)

    @property
    def key(self) -> str:
        """Names its folder and addresses: nobody guesses it, and it stands for this very content."""
        return self.checksum[:32]

    @property
    def extension(self) -> str:
        return self.file.name.rpartition(".")[2]

    @property
    def is_described(self) -> bool:
        """Whether a page that shows it may be published."""
        return bool(self.alt) or self.is_decorative

    @property
    def state(self) -> State:
        """What of its files is on the disk now."""
        missing = renditions.missing(self.key, self.width, self.extension)
        if (self.width, self.extension) in missing:
            return self.State.MISSING
        return self.State.INCOMPLETE if missing else self.State.READY

    def make_renditions(self) -> int:
        """Make the files that are missing; see `renditions.make`."""
        return renditions.make(self.key, self.width, self.extension)
