"""Who works for which location, edited on the account."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from appointments.models import LocationAccess


class LocationAccessInline(admin.StackedInline):
    model = LocationAccess
    extra = 0


admin.site.unregister(get_user_model())


@admin.register(get_user_model())
class StaffAdmin(UserAdmin):
    """Stock accounts with the locations they work for."""

    inlines = [LocationAccessInline]
    list_display = ["username", "first_name", "last_name", "is_active", "last_login"]
