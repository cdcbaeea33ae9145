"""What the public reads: immutable copies of pages, baked when an editor publishes."""

import datetime
from collections.abc import Iterable

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models.clinic import Location
from services.models.images import Image
from services.models.pages import Category, Page


class ImmutableError(Exception):
    """A publication was about to be changed; publish the page again instead."""


class PublicationQuerySet(models.QuerySet):
    def live(self, at: datetime.datetime | None = None):
        """What is in public at `at` (aware, default now): the clock alone decides."""
        at = at or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)

    def ended(self, at: datetime.datetime):
        """Primary keys of what left the public by `at`."""
        return self.filter(ends_at__lte=at).values("pk")

    def at_active_locations(self):
        """Pages of the whole clinic, and of locations that are shown."""
        return self.filter(Q(location_slug="") | Q(location_slug__in=Location.objects.active().values("slug")))

    def of_kind(self, kind: str):
        """Publications of one `Page.Kind`."""
        return self.filter(kind=kind)

    def live_or_scheduled(self, at: datetime.datetime):
        """What is in public at `at` or will be later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at) & Q(ends_at__gt=F("starts_at")))

    def showing(self, image: Image):
        """Publications whose body holds that picture: its key stands nowhere else."""
        return self.filter(body__contains=image.key).select_related("page").without_body()

    def of_page(self, page: Page):
        """Publications baked from `page`."""
        return self.filter(page=page)

    def not_ended(self, at: datetime.datetime):
        """What is in public at `at` or will be later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))

    def without_body(self):
        """For lists, which show titles and summaries only."""
        return self.defer("body", "outline")

    def related_to(self, publication: "Publication"):
        """Pages that `publication` names as related, and those that name it."""
        return (
            self.filter(Q(path__in=publication.links.values("to_path")) | Q(links__to_path=publication.path))
            .exclude(path=publication.path)
            .without_body()
            .distinct()
        )

    def newest_first(self):
        """Articles by their date."""
        return self.order_by("-dated", "title")

    def still_to_end(self, page: Page, path: str, at: datetime.datetime):
        """Publications of `page`, or of any page at `path`, that are in public at or after `at`."""
        return self.not_ended(at).filter(Q(page=page) | Q(path=path))

    def at_paths(self, paths: Iterable[str]):
        """Publications at any of these paths."""
        return self.filter(path__in=paths)

    def in_public_before(self, page: Page, at: datetime.datetime):
        """What of `page` was, or will have been, in public at `at` or earlier, latest first."""
        was_public = Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))
        return self.filter(was_public, page=page, starts_at__lte=at).without_body().order_by("-starts_at", "-pk")

    def treatment_choices(self):
        """(slug, title) of treatments, for the request form."""
        return self.of_kind(Page.Kind.TREATMENT).values_list("slug", "title").order_by("title")

    def other_slugs(self):
        """Slugs of about, first visit, notices."""
        return self.of_kind(Page.Kind.OTHER).values_list("slug", flat=True)

    def ahead_of_all(self, at: datetime.datetime):
        """What of every page is in public at `at` or later, soonest first."""
        still = Q(ends_at__isnull=True) | Q(ends_at__gt=at) & Q(ends_at__gt=F("starts_at"))
        return self.filter(still).order_by("starts_at", "pk")

    def ahead(self, page: Page, at: datetime.datetime):
        """What of `page` is in public at `at` or later, soonest first; what never gets there is left out."""
        return self.ahead_with_body(page, at).without_body()

    def ahead_with_body(self, page: Page, at: datetime.datetime):
        """The same, to be read as a whole."""
        return self.ahead_of_all(at).filter(page=page)

    def holders(self, paths: Iterable[str], at: datetime.datetime):
        """{path, starts_at, page, page__title} of what is in public at these paths at `at` or later."""
        return self.ahead_of_all(at).at_paths(paths).values("path", "starts_at", "page", "page__title")

    def for_home(self):
        """Treatments, conditions and articles, newest articles first."""
        kinds = [Page.Kind.TREATMENT, Page.Kind.CONDITION, Page.Kind.ARTICLE]
        return self.filter(kind__in=kinds).without_body().order_by("kind", "-dated", "title")

    def in_category(self, slug: str):
        """Articles filed under the category with that slug."""
        return self.filter(categories__slug=slug)

    def category_slugs(self):
        """Slugs of the categories that articles are filed under."""
        filed = self.filter(kind=Page.Kind.ARTICLE, categories__isnull=False)
        return filed.order_by("categories__slug").values_list("categories__slug", flat=True).distinct()

    def at_location(self, slug: str):
        """Treatment pages that a location has of its own."""
        return self.filter(kind=Page.Kind.LOCATION_TREATMENT, location_slug=slug)


class Publication(models.Model):
    """One published version of a page, in public from `starts_at` until `ends_at` (both UTC)."""

    page = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, related_name="publications", verbose_name=_("page")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Page.Kind)
    path = models.CharField(_("path"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=110)
    summary = models.TextField(_("summary"), blank=True)
    description = models.CharField(_("description"), max_length=160, blank=True)
    # Without an index of its own, which SQLite would prefer to `publication_live`, and then read every body.
    location_slug = models.SlugField(_("location"), max_length=60, blank=True, db_index=False)
    treatment_slug = models.SlugField(_("treatment"), max_length=80, blank=True)
    body = models.TextField(_("body"), help_text=_("Safe HTML with fact tokens."))
    outline = models.JSONField(_("contents list"), default=list, help_text=_("[{id, text}] of the main sections."))
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)
    categories = models.ManyToManyField(Category, blank=True, related_name="publications")
    author = models.CharField(_("author"), max_length=80, blank=True)
    reviewer = models.CharField(_("reviewed by"), max_length=80, blank=True)
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    dated = models.DateField(_("date of the article"), null=True, blank=True)
    starts_at = models.DateTimeField(_("in public from"))
    ends_at = models.DateTimeField(_("in public until"), null=True, blank=True)
    # When the page was baked; a scheduled one starts later.
    baked_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)
    published_by = models.CharField(_("published by"), max_length=150, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["path"], condition=Q(ends_at__isnull=True), name="publication_one_open_per_path"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="publication_ends_after_it_starts",
            ),
        ]
        indexes = [
            # live() of one path, and live() of one kind for hubs, feed and sitemap
            models.Index(fields=["path", "starts_at"], name="publication_path"),
            models.Index(fields=["kind", "starts_at"], name="publication_kind"),
            # SearchTerm.objects.in_public(): which of all are live, without a look at their long texts
            models.Index(fields=["starts_at", "ends_at", "location_slug"], name="publication_live"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Insert only; a row in the database never changes but for `end()`."""
        if self.pk:
            raise ImmutableError(self.path)
        super().save(*args, **kwargs)

    def end(self, at: datetime.datetime) -> None:
        """Leave the public at `at`, or never enter it when that is before the start."""
        self.ends_at = max(at, self.starts_at)
        super().save(update_fields=["ends_at"])

    def get_absolute_url(self):
        """The path it was published at."""
        return self.path


class RelatedLink(models.Model):
    """A publication names another page, by path, as related."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="links")
    # related_to(): who names this path
    to_path = models.CharField(max_length=200, db_index=True)

    class Meta:
        verbose_name = _("related link")
        verbose_name_plural = _("related links")
        ordering = ["pk"]

    def __str__(self):
        return self.to_path
