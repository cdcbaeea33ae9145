"""The blocks an editor builds a page from; each renders with `templates/services/blocks/<name>.html`."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.models.figure import Figure
from services.models.pages import Block
from services.prose import Prose


class Section(Block):
    """A heading and the text under it; the text may hold lists and steps."""

    class Level(models.IntegerChoices):
        MAIN = 2, _("Main section")
        SUB = 3, _("Part of the section above")

    heading = models.CharField(
        _("heading"), max_length=110, blank=True, help_text=_("Empty: the text goes on from the block above.")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), choices=Level, default=Level.MAIN, help_text=_("Main sections make the list “On this page”.")
    )
    text = Prose(
        _("text"),
        blank=True,
        help_text=_("Paragraphs, lists and numbered steps. [1] points at the first source of the page."),
    )

    class Meta:
        verbose_name = _("heading and text")
        verbose_name_plural = _("heading and text")


class Callout(Block):
    """Something worth noticing, set apart from the running text."""

    heading = models.CharField(_("heading"), max_length=110)
    text = Prose(_("text"), help_text=_("One thought, in a few sentences."))

    class Meta:
        verbose_name = _("callout")
        verbose_name_plural = _("callouts")


class CareCard(Block):
    """When to get help now. The heading is the action; the urgent one holds no link."""

    class Urgency(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency: call 911")
        TODAY = "today", _("See a doctor today")

    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency)
    heading = models.CharField(_("heading"), max_length=110, help_text=_("The action, such as “Call 911”."))
    text = Prose(_("signs"), help_text=_("A list of five signs at most. No link and no phone in an emergency card."))

    class Meta:
        verbose_name = _("care card")
        verbose_name_plural = _("care cards")


class DoAndDont(Block):
    """Two short lists side by side, one point per line."""

    heading = models.CharField(_("heading"), max_length=110)
    do = models.TextField(_("do"), blank=True, help_text=_("One point per line, such as “Move gently”."))
    dont = models.TextField(
        _("do not"), blank=True, help_text=_("One point per line, without “do not”: “Train hard while sore”.")
    )

    class Meta:
        verbose_name = _("do and don't list")
        verbose_name_plural = _("do and don't lists")


class Definition(Block):
    """A word and its meaning."""

    term = models.CharField(_("word"), max_length=80, help_text=_("As patients meet it, such as “Fascia”."))
    meaning = Prose(_("meaning"), help_text=_("One or two plain sentences."))

    class Meta:
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")


class Comparison(Block):
    """Things side by side: their names in the first row, what is compared in the first column."""

    EMPTY = (
        "<table><tbody><tr><td><p>Question</p></td><td><p></p></td><td><p></p></td></tr>"
        + "<tr><td><p></p></td><td><p></p></td><td><p></p></td></tr>" * 3
        + "</tbody></table>"
    )

    caption = models.CharField(
        _("caption"), max_length=150, help_text=_("What is compared, such as “Dry needling and acupuncture”.")
    )
    table = Prose(
        _("table"),
        with_tables=True,
        default=EMPTY,
        help_text=_(
            "Names in the first row, a question in the first cell of every other row. Fill in every cell. "
            "On a phone each question becomes a card with its answers."
        ),
    )

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")


class Table(Block):
    """Any other table; the first row holds the column headings."""

    EMPTY = "<table><tbody>" + "<tr><td><p></p></td><td><p></p></td></tr>" * 3 + "</tbody></table>"

    caption = models.CharField(_("caption"), max_length=150, help_text=_("What the table shows."))
    table = Prose(
        _("table"),
        with_tables=True,
        default=EMPTY,
        help_text=_("Headings of the columns in the first row. A phone scrolls it sideways: keep it narrow."),
    )

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

    heading = models.CharField(
        _("heading"), max_length=110, help_text=_("Such as “Major problems: about 1 in 1,000 sessions”.")
    )
    affected = models.PositiveSmallIntegerField(_("this many"), default=1, help_text=_("So many dots are marked."))
    out_of = models.PositiveSmallIntegerField(_("out of"), choices=OutOf, default=OutOf.THOUSAND)
    text = Prose(_("text"), help_text=_("The exact figure and its source, such as [11]."))

    class Meta:
        verbose_name = _("risk in numbers")
        verbose_name_plural = _("risks in numbers")
        constraints = [
            models.CheckConstraint(
                condition=Q(affected__gte=1, out_of__in=[10, 100, 1000]) & Q(affected__lte=F("out_of")),
                name="risk_is_a_share",
                violation_error_message=_("Give a number from 1 up to the whole group."),
            )
        ]


class Evidence(Block):
    """What research says: for, against, unknown, and when that was last looked at."""

    heading = models.CharField(_("heading"), max_length=110)
    speaks_for = Prose(_("for"), help_text=_("What research found to help, how sure it is, and its source."))
    speaks_against = Prose(_("against"), help_text=_("Where research found no gain. If nothing was found, say so."))
    unknown = Prose(_("unknown"), help_text=_("What nobody knows yet."))
    as_of = models.DateField(_("as of"), help_text=_("The day somebody last looked at the research."))

    class Meta:
        verbose_name = _("evidence box")
        verbose_name_plural = _("evidence boxes")


class Question(Block):
    """A question patients ask, and the answer."""

    question = models.CharField(
        _("question"), max_length=150, help_text=_("As a patient asks it, such as “Does it hurt?”.")
    )
    answer = Prose(_("answer"), help_text=_("The answer in the first sentence, then the rest."))

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")


class CallToAction(Block):
    """An invitation to ask for an appointment or call."""

    heading = models.CharField(
        _("heading"), max_length=110, help_text=_("Such as “Ask for an appointment in North Miami”.")
    )
    text = Prose(
        _("text"), blank=True, help_text=_("The buttons “Request an appointment” and the phone come by themselves.")
    )

    class Meta:
        verbose_name = _("call to action")
        verbose_name_plural = _("calls to action")


BLOCKS = [
    Section,
    Callout,
    CareCard,
    DoAndDont,
    Definition,
    Comparison,
    Table,
    Risk,
    Evidence,
    Question,
    Figure,
    CallToAction,
]
