"""The staff area: Django's admin with a first page of its own."""

import http

from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import staff_front_page
from clinic_site import staff_verbs


class StaffSite(admin.AdminSite):
    """Its sign-in and sign-out are allauth's (clinic_site/urls.py)."""

    index_title = gettext_lazy("Overview")

    def index(self, request, extra_context=None):
        """What waits, what is due first, how the desk does."""
        return super().index(request, {**staff_front_page.context(request.user), **(extra_context or {})})

    def password_change(self, request, extra_context=None):
        """Kept in the access record. It signs out everywhere else; this session goes on under a new key."""
        response = super().password_change(request, extra_context)
        if response.status_code == http.HTTPStatus.FOUND:
            staff_verbs.note(request.user, request.user, "password changed")
            UserSession.objects.create_from_request(request)
        return response

    def get_app_list(self, request, app_label=None):
        """Django's words for accounts are for programmers."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            if app["app_label"] == "auth":
                app["name"] = _("Accounts")
                for model in app["models"]:
                    model["name"] = _("Staff accounts")
        return apps
