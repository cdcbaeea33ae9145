"""The staff area: Django's admin with a first page of its own."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import staff_front_page


class StaffSite(admin.AdminSite):
    """Its sign-in and sign-out are allauth's (clinic_site/urls.py)."""

    index_title = gettext_lazy("Overview")

    def index(self, request, extra_context=None):
        """What waits, what is due first, how the desk does."""
        return super().index(request, {**staff_front_page.context(request.user), **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """Django's words for accounts are for programmers."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            if app["app_label"] == "auth":
                app["name"] = _("Accounts")
                for model in app["models"]:
                    names = {"User": _("Staff accounts"), "Group": _("Roles")}
                    model["name"] = names.get(model["object_name"], model["name"])
        return apps
