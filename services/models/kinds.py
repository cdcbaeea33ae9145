"""One admin section per kind of page: proxies of `Page` that list and make only their own kind."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from services.models.pages import Page, PageQuerySet


class KindManager(models.Manager.from_queryset(PageQuerySet)):
    """Rows of one kind."""

    def __init__(self, kind: str = ""):
        super().__init__()
        self.kind = kind

    def get_queryset(self):
        return super().get_queryset().of_kind(self.kind)


class Treatment(Page):
    """What the clinic does."""

    own_kind = Page.Kind.TREATMENT
    objects = KindManager(own_kind)

    class Meta:
        proxy = True
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")


class Condition(Page):
    """What patients have."""

    own_kind = Page.Kind.CONDITION
    objects = KindManager(own_kind)

    class Meta:
        proxy = True
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")


class Article(Page):
    """Dated writing."""

    own_kind = Page.Kind.ARTICLE
    objects = KindManager(own_kind)

    class Meta:
        proxy = True
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class LocationTreatment(Page):
    """A treatment at one location, with its own text."""

    own_kind = Page.Kind.LOCATION_TREATMENT
    objects = KindManager(own_kind)

    class Meta:
        proxy = True
        verbose_name = _("treatment at a location")
        verbose_name_plural = _("treatments at locations")


class OtherPage(Page):
    """About, first visit, notices."""

    own_kind = Page.Kind.OTHER
    objects = KindManager(own_kind)

    class Meta:
        proxy = True
        verbose_name = _("other page")
        verbose_name_plural = _("other pages")


KINDS = [Treatment, Condition, Article, LocationTreatment, OtherPage]


def form_url(page: Page) -> str:
    """Where staff edit the page: in the admin section of its kind."""
    section = next(kind for kind in KINDS if kind.own_kind == page.kind)
    return reverse(f"admin:services_{section._meta.model_name}_change", args=[page.pk])
