"""Who works for which location, edited on the account."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from appointments.models import LocationAccess


class LocationAccessInline(admin.StackedInline):
    model = LocationAccess
    extra = 0


admin.site.unregister(get_user_model())


@admin.register(get_user_model())
class StaffAdmin(UserAdmin):
    """Stock accounts with the locations they work for."""

    inlines = [LocationAccessInline]
    # Rights come with roles, never one by one.
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    formfield_overrides = {models.ManyToManyField: {"widget": CheckboxSelectMultiple}}
    list_display = ["username", "first_name", "last_name", "is_active", "last_login"]
