"""Clinic facts in the admin: one form for the clinic, one for each location with its hours."""

import zoneinfo

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from services import bad_day
from services.admin.only_one import OnlyOneAdmin
from services.closures import prefill
from services.location_form import LocationForm
from services.models import Category, Clinic, Closure, Location, OpeningHours, Recipient
from services.moment_input import ONE_FIELD


@admin.register(Clinic)
class ClinicAdmin(OnlyOneAdmin):
    """The one clinic."""

    def has_delete_permission(self, request, obj=None):
        return False


class RecipientInline(admin.StackedInline):
    model = Recipient
    extra = 0


class OpeningHoursInline(admin.StackedInline):
    model = OpeningHours
    extra = 0
    fields = [("weekday", "opens", "closes")]


class ClosureInline(admin.StackedInline):
    model = Closure
    extra = 0
    fields = [("date", "name"), ("opens", "closes")]


SWITCH = ["bad_day", "bad_day_ends_at", "bad_day_words"]


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    """A location with recipients, hours and closures on one page."""

    form = LocationForm
    formfield_overrides = ONE_FIELD
    list_display = ["name", "city", "phone", "time_zone", "is_active", "today"]
    inlines = [RecipientInline, OpeningHoursInline, ClosureInline]
    actions = ["add_public_holidays"]

    def get_fieldsets(self, request, obj=None):
        """The switch of a bad day stands first: whoever needs it is in a hurry."""
        rest = [name for name in self.get_fields(request, obj) if name not in SWITCH]
        return [(_("Bad day"), {"fields": SWITCH}), (_("Location"), {"fields": rest})]

    @admin.display(description=_("today"))
    def today(self, location):
        """What is different, until when."""
        trouble = bad_day.of(location, zoneinfo.ZoneInfo(location.time_zone))
        return f"{location.get_bad_day_display()} ({trouble.until})" if trouble and trouble.is_on else "—"

    def get_readonly_fields(self, request, obj=None):
        """Published pages name a location by its address: it stays."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        """Only while the address may be chosen."""
        return {} if obj else {"slug": ["name"]}

    @admin.action(description=_("Add the public holidays of this year and the next"), permissions=["change"])
    def add_public_holidays(self, request, queryset):
        year = timezone.now().year
        added = sum(prefill(location, range(year, year + 2)) for location in queryset)
        text = ngettext("%(count)d closure added.", "%(count)d closures added.", added) % {"count": added}
        messages.success(request, text)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """Subjects of articles."""

    list_display = ["name", "slug"]

    def get_readonly_fields(self, request, obj=None):
        """Published articles link to a category by its address: it stays."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request, obj=None):
        """Only while the address may be chosen."""
        return {} if obj else {"slug": ["name"]}
