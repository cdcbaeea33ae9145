"""What stands around the pages: redirects."""

from django.contrib import admin

from services.frame_forms import RedirectForm
from services.models import Redirect


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Old addresses; those of moved pages are made by themselves."""

    form = RedirectForm
    list_display = ["from_path", "to_path", "is_automatic", "created_at"]
    list_filter = ["is_automatic"]
    search_fields = ["from_path", "to_path"]
