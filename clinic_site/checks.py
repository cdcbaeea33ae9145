"""System checks: what must not go live. `manage.py check --deploy` runs them all."""

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def senders_domain_is_real(app_configs, **kwargs) -> list[Error]:
    """Mail from a reserved domain is refused everywhere (RFC 2606)."""
    reserved = (".example", ".invalid", ".test", ".localhost")
    if (
        not settings.IS_LOOPBACK
        and settings.MAIL_DOMAIN.endswith(reserved)
        and not settings.SITE_HOST.endswith(reserved)
    ):
        return [Error("DEFAULT_FROM_EMAIL must be an address of your own domain.", id="clinic_site.E001")]
    return []


@register(Tags.security, deploy=True)
def mail_leaves(app_configs, **kwargs) -> list[Error]:
    """Mail written to files reaches nobody."""
    if not settings.IS_LOOPBACK and not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return [Error("EMAIL_URL must name a mail server: mail is only written to files.", id="clinic_site.E002")]
    return []
