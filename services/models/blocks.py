"""The blocks an editor builds a page from; each renders with `templates/services/blocks/<name>.html`."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.models.images import Image
from services.models.pages import Block
from services.prose import Prose


class Section(Block):
    """A heading and the text under it; the text may hold lists and steps."""

    class Level(models.IntegerChoices):
        MAIN = 2, _("Main section")
        SUB = 3, _("Part of the section above")

    heading = models.CharField(_("heading"), max_length=110, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.MAIN)
    text = Prose(_("text"), blank=True)

    class Meta:
        verbose_name = _("heading and text")
        verbose_name_plural = _("heading and text")


class Callout(Block):
    """Something worth noticing, set apart from the running text."""

    heading = models.CharField(_("heading"), max_length=110)
    text = Prose(_("text"))

    class Meta:
        verbose_name = _("callout")
        verbose_name_plural = _("callouts")


class CareCard(Block):
    """When to get help now. The heading is the action; the urgent one holds no link."""

    class Urgency(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency: call 911")
        TODAY = "today", _("See a doctor today")

    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency)
    heading = models.CharField(_("heading"), max_length=110)
    text = Prose(_("signs"))

    class Meta:
        verbose_name = _("care card")
        verbose_name_plural = _("care cards")


class DoAndDont(Block):
    """Two short lists side by side, one point per line."""

    heading = models.CharField(_("heading"), max_length=110)
    do = models.TextField(_("do"), blank=True, help_text=_("One point per line."))
    dont = models.TextField(_("do not"), blank=True, help_text=_("One point per line."))

    class Meta:
        verbose_name = _("do and don't list")
        verbose_name_plural = _("do and don't lists")


class Definition(Block):
    """A word and its meaning."""

    term = models.CharField(_("word"), max_length=80)
    meaning = Prose(_("meaning"))

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")


class Table(Block):
    """A comparison or other table; the first row holds the column headings."""

    caption = models.CharField(_("caption"), max_length=150)
    table = Prose(_("table"), with_tables=True)

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")


class Risk(Block):
    """A risk in numbers people can picture, drawn as a grid of dots."""

    class OutOf(models.IntegerChoices):
        """Numbers that fill a grid of dots."""

        TEN = 10, "10"
        HUNDRED = 100, "100"
        THOUSAND = 1000, "1,000"

    heading = models.CharField(_("heading"), max_length=110)
    affected = models.PositiveSmallIntegerField(_("this many"), default=1)
    out_of = models.PositiveSmallIntegerField(_("out of"), choices=OutOf, default=OutOf.THOUSAND)
    text = Prose(_("text"))

    class Meta:
        verbose_name = _("risk in numbers")
        verbose_name_plural = _("risks in numbers")
        constraints = [
            models.CheckConstraint(
                condition=Q(affected__gte=1, out_of__in=[10, 100, 1000]) & Q(affected__lte=F("out_of")),
                name="risk_is_a_share",
            )
        ]


class Evidence(Block):
    """What research says: for, against, unknown, and when that was last looked at."""

    heading = models.CharField(_("heading"), max_length=110)
    speaks_for = Prose(_("for"))
    speaks_against = Prose(_("against"))
    unknown = Prose(_("unknown"))
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("evidence box")
        verbose_name_plural = _("evidence boxes")


class Question(Block):
    """A question patients ask, and the answer."""

    question = models.CharField(_("question"), max_length=150)
    answer = Prose(_("answer"))

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")


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
            models.CheckConstraint(condition=Q(drawing="") | ~Q(alt=""), name="figure_drawing_has_words"),
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


class CallToAction(Block):
    """An invitation to ask for an appointment or call."""

    heading = models.CharField(_("heading"), max_length=110)
    text = Prose(_("text"), blank=True)

    class Meta:
        verbose_name = _("call to action")
        verbose_name_plural = _("calls to action")


BLOCKS = [
    Section,
    Callout,
    CareCard,
    DoAndDont,
    Definition,
    Table,
    Risk,
    Evidence,
    Question,
    Figure,
    CallToAction,
]
