"""What stands around the pages: redirects, menus, the banner."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from services import facts
from services.admin.only_one import OnlyOneAdmin
from services.frame_forms import BannerForm, MenuItemForm, RedirectForm
from services.models import Banner, MenuItem, Redirect
from services.moment_input import ONE_FIELD


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Old addresses; those of moved pages are made by themselves."""

    form = RedirectForm
    list_display = ["from_path", "to_path", "is_automatic", "created_at"]
    list_filter = ["is_automatic"]
    search_fields = ["from_path", "to_path"]


@admin.register(MenuItem)
class MenuItemAdmin(admin.ModelAdmin):
    """The links of both menus, in order."""

    form = MenuItemForm
    list_display = ["text", "menu", "page", "path", "position"]
    list_editable = ["position"]
    list_filter = ["menu"]
    list_select_related = ["page"]

    def get_changelist_form(self, request, **kwargs):
        """The column's heading alone names no field (WCAG 2.2, 4.1.2)."""
        named = forms.NumberInput(attrs={"aria-label": _("Position"), "min": 0})
        return super().get_changelist_form(request, widgets={"position": named}, **kwargs)


@admin.register(Banner)
class BannerAdmin(OnlyOneAdmin):
    """The one banner."""

    form = BannerForm
    formfield_overrides = ONE_FIELD
    list_display = ["text", "starts_at", "ends_at"]

    def get_fieldsets(self, request, obj=None):
        zone = facts.current().zone.key
        words = _("It shows and hides by itself. Times are in the clinic's zone: {zone}.").format(zone=zone)
        return [(None, {"fields": BannerForm.Meta.fields, "description": words})]
