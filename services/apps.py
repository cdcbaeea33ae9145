"""The app of what the clinic publishes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Website")

    def ready(self):
        """Register what the history keeps, which needs the models."""
        from services import history  # noqa: PLC0415

        history.register()
