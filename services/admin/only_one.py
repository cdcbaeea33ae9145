"""Records of which there is one: the clinic, the banner."""

from django.contrib import admin


class OnlyOneAdmin(admin.ModelAdmin):
    """Can be added while there is none."""

    def has_add_permission(self, request):
        return not self.model.objects.exists() and super().has_add_permission(request)

    def get_model_perms(self, request):
        """For the menu beside every staff page, which would ask each time whether there is one: its list says so."""
        return {
            "add": False,
            "change": self.has_change_permission(request),
            "delete": self.has_delete_permission(request),
            "view": self.has_view_permission(request),
        }
