"""The project as an app: checks, commands and templates of its own."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ClinicSiteConfig(AppConfig):
    name = "clinic_site"
    verbose_name = _("Site")

    def ready(self):
        """Register the system checks, which need the app registry."""
        from clinic_site import checks  # noqa: F401, PLC0415


class StaffAdminConfig(AdminConfig):
    """The admin, with clinic_site/staff_site.py as its site."""

    default_site = "clinic_site.staff_site.StaffSite"
