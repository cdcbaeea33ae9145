"""What stands around every page and editors may change: menus and the banner."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from services.models.pages import Page
from services.models.publication import Publication


class MenuItemQuerySet(models.QuerySet):
    def with_addresses(self):
        """With `page_path`, where the item's page is in public, and whether a page is in public at `path`."""
        live = Publication.objects.live().at_active_locations()
        return self.annotate(
            page_path=Subquery(live.filter(page=OuterRef("page")).values("path")[:1]),
            is_live=Exists(live.filter(path=OuterRef("path"))),
        )


class MenuItem(models.Model):
    """One link of a menu, to a page wherever it moves, or to a fixed address."""

    class Menu(models.TextChoices):
        HEADER = "header", _("Top of every page")
        FOOTER = "footer", _("Foot of every page")

    menu = models.CharField(_("menu"), max_length=10, choices=Menu)
    text = models.CharField(_("text"), max_length=40, help_text=_("One to three words."))
    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_items",
        verbose_name=_("page"),
        help_text=_("The link follows the page when it moves, and hides while it is not in public."),
    )
    path = models.CharField(
        _("or an address"), max_length=200, blank=True, help_text=_("For lists: /treatments/, /locations/denver/")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")
        ordering = ["menu", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=False, path="") | Q(page__isnull=True) & ~Q(path=""),
                name="menu_item_leads_to_a_page_or_a_path",
            )
        ]

    def __str__(self):
        return self.text


class Banner(models.Model):
    """The one notice above every page; the clock alone shows and hides it."""

    text = models.CharField(_("text"), max_length=200, help_text=_("One sentence: what happens, and when."))
    link = models.CharField(
        _("link"), max_length=200, blank=True, help_text=_("An address of this site, such as /locations/denver/")
    )
    link_text = models.CharField(_("text of the link"), max_length=60, blank=True)
    starts_at = models.DateTimeField(_("shown from"))
    ends_at = models.DateTimeField(_("shown until"))

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banner")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="banner_is_one_row"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="banner_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(link="", link_text="") | ~Q(link="") & ~Q(link_text=""),
                name="banner_link_has_a_text",
                violation_error_message=_("Give both the link and its text, or neither."),
            ),
        ]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Keep the one row."""
        self.pk = 1
        super().save(*args, **kwargs)
