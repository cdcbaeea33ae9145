"""What editors work on: pages, their categories and sources. The public never reads these rows."""

import datetime

from content_editor.models import Region, create_plugin_base
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from services.models.clinic import Location

RESERVED_SLUGS = frozenset(
    "accounts admin articles conditions es healthz locations media my-request preview readyz "
    "request-appointment search static treatments".split()
)


class Category(models.Model):
    """A subject that articles are listed under."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self):
        return self.name


def _is_ahead() -> Q:
    """Of a page: a publication is in public now or later."""
    ends_later = Q(publications__ends_at__gt=timezone.now()) & Q(
        publications__ends_at__gt=F("publications__starts_at")
    )
    return Q(publications__isnull=False) & (Q(publications__ends_at__isnull=True) | ends_later)


class PageQuerySet(models.QuerySet):
    def of_kind(self, kind: str):
        """Pages of one `Page.Kind`."""
        return self.filter(kind=kind)

    def treatments(self):
        """Treatment pages, for choosing which one a location offers."""
        return self.of_kind(Page.Kind.TREATMENT)

    def in_public(self, at: datetime.datetime | None = None):
        """Pages that the public can read."""
        at = at or timezone.now()
        ends_later = Q(publications__ends_at__isnull=True) | Q(publications__ends_at__gt=at)
        return self.filter(ends_later, publications__starts_at__lte=at).distinct()

    def review_due(self, today: datetime.date):
        """Pages in public whose next review was to be before `today`."""
        return self.in_public().filter(next_review_on__lt=today)

    def awaiting_reminder(self, today: datetime.date):
        """Pages due for review whose owner can be mailed and has not been told yet."""
        unclaimed = self.review_due(today).filter(review_reminded_at__isnull=True, owner__is_active=True)
        return unclaimed.exclude(owner__email="").select_related("owner", "location")

    def drafts(self):
        """Pages that are neither in public nor scheduled."""
        return self.exclude(pk__in=Page.objects.filter(_is_ahead()).values("pk"))

    def saved_since_published(self):
        """Pages in public or scheduled that were saved after that; the text may be the same."""
        return self.filter(_is_ahead(), updated_at__gt=F("publications__baked_at")).distinct()

    def without_sources(self):
        """Pages of the kinds that need a source and have none."""
        kinds = [Page.Kind.TREATMENT, Page.Kind.CONDITION, Page.Kind.ARTICLE]
        return self.filter(kind__in=kinds, sources__isnull=True)

    def without_description(self):
        """Pages that search engines are told nothing about."""
        return self.filter(description="")

    def at_same_address(self, page: "Page"):
        """Other pages that would be published at the address of `page`."""
        return self.filter(kind=page.kind, location=page.location, slug=page.slug).exclude(pk=page.pk)

    def showing(self, image):
        """Pages whose draft holds that picture."""
        return self.filter(services_figure_set__image=image).distinct()


class Page(models.Model):
    """A text in the making. `publish()` bakes it into a `Publication`; saving changes nothing in public."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("Treatment")
        CONDITION = "condition", _("Condition")
        ARTICLE = "article", _("Article")
        LOCATION_TREATMENT = "location_treatment", _("Treatment at a location")
        OTHER = "other", _("Other page")

    own_kind = ""  # set by the proxies of services/models/kinds.py
    REQUIRED_BY_KIND = {Kind.LOCATION_TREATMENT: ["location", "treatment"], Kind.ARTICLE: ["dated"]}
    RESERVED_BY_KIND = {Kind.OTHER: RESERVED_SLUGS, Kind.ARTICLE: {"feed"}}
    regions = [Region(key="main", title=_("Page"))]

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    title = models.CharField(_("title"), max_length=110, help_text=_("The one large heading of the page."))
    slug = models.SlugField(_("address"), max_length=80, help_text=_("Last part of the page's web address."))
    summary = models.TextField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("Two or three plain sentences under the heading."),
    )
    description = models.CharField(
        _("description"), max_length=160, blank=True, help_text=_("What search engines show under the title.")
    )
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pages",
        verbose_name=_("location"),
    )
    treatment = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="location_pages",
        limit_choices_to={"kind": Kind.TREATMENT},
        verbose_name=_("treatment"),
    )
    categories = models.ManyToManyField(Category, blank=True, related_name="pages", verbose_name=_("categories"))
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related pages"))
    author = models.CharField(
        _("author"), max_length=80, blank=True, help_text=_("A role or a name with credentials.")
    )
    reviewer = models.CharField(_("reviewed by"), max_length=80, blank=True, help_text=_("Not the author."))
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    dated = models.DateField(_("date of the article"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_pages",
        verbose_name=_("owner"),
        help_text=_("Is mailed once when the next review is due."),
    )
    review_reminded_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"], condition=Q(location__isnull=True), name="page_slug_once_per_kind"
            ),
            models.UniqueConstraint(
                fields=["location", "slug"],
                condition=Q(location__isnull=False),
                name="page_slug_once_per_location",
            ),
            models.CheckConstraint(
                condition=Q(kind="location_treatment", location__isnull=False, treatment__isnull=False)
                | ~Q(kind="location_treatment") & Q(location__isnull=True, treatment__isnull=True),
                name="page_has_location_and_treatment_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(kind="article", dated__isnull=False) | ~Q(kind="article") & Q(dated__isnull=True),
                name="page_is_dated_if_article",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """Refuse what the database would refuse, in words, beside the field."""
        self.kind = self.kind or self.own_kind
        missing = [name for name in self.REQUIRED_BY_KIND.get(self.kind, []) if getattr(self, name) is None]
        if missing:
            raise ValidationError({name: _("This is needed here.") for name in missing})
        if self.slug in self.RESERVED_BY_KIND.get(self.kind, ()):
            raise ValidationError({"slug": _("The site itself uses this address. Choose another one.")})
        if Page.objects.at_same_address(self).exists():
            raise ValidationError({"slug": _("Another page already has this address. Choose another one.")})

    def save(self, *args, **kwargs):
        """A page made by a section of the admin is of that section's kind."""
        self.kind = self.kind or self.own_kind
        super().save(*args, **kwargs)

    def claim_reminder(self, at: datetime.datetime) -> bool:
        """Note that the owner is told of this due date; False when that was noted before. One winner.

        A new sign-off sets the next due date and takes the note away (services/review.py).
        """
        unclaimed = Page.objects.filter(
            pk=self.pk, next_review_on=self.next_review_on, review_reminded_at__isnull=True
        )
        return bool(unclaimed.update(review_reminded_at=at))

    def get_absolute_url(self):
        """Where the page is, or will be, in public."""
        if self.kind == self.Kind.LOCATION_TREATMENT:
            return reverse("services:location_treatment", args=[self.location.slug, self.slug])
        return reverse(f"services:{self.kind}", args=[self.slug])


class AtAGlance(models.Model):
    """The panel on top of a treatment page: five questions every patient has."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="at_a_glance")
    what_it_is = models.CharField(_("what it is"), max_length=200)
    who_does_it = models.CharField(_("who does it"), max_length=200)
    how_long = models.CharField(_("how long it takes"), max_length=200)
    what_you_may_feel = models.CharField(_("what you may feel"), max_length=200)
    who_should_not = models.CharField(_("who should not have it"), max_length=200)

    class Meta:
        verbose_name = _("at a glance")
        verbose_name_plural = _("at a glance")

    def __str__(self):
        return self.what_it_is


class AlsoCalled(models.Model):
    """Another name patients use for the subject of a page."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="also_called")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("also called")
        verbose_name_plural = _("also called")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["page", "name"], name="also_called_once_per_page")]

    def __str__(self):
        return self.name


class Source(models.Model):
    """A published work that a page relies on; numbered by position."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=250)
    publisher = models.CharField(_("publisher"), max_length=150, help_text=_("Journal, agency or body."))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), blank=True, help_text=_("A DOI link where there is one."))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["page", "position"], name="source_number_once_per_page")]

    def __str__(self):
        return self.title


class Block(create_plugin_base(Page)):
    """A part of a page; collapsed in the editor, it is known by its own words."""

    class Meta:
        abstract = True

    def __str__(self):
        names = ("heading", "question", "term", "caption", "alt", "text")
        words = next((words for name in names if (words := getattr(self, name, ""))), "")
        return Truncator(strip_tags(words.replace("</p>", " "))).chars(80).strip()
