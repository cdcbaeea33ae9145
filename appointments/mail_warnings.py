"""What of the mail needs mending, in words for the staff who may see to it."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Message

FAILED = "admin:appointments_message_changelist"


def _given_up(count: int) -> SafeString:
    text = ngettext(
        "%(count)d mail could not be sent and was given up.",
        "%(count)d mails could not be sent and were given up.",
        count,
    )
    address = f"{reverse(FAILED)}?status__exact={Message.Status.FAILED}"
    return format_html('{} <a href="{}">{}</a>', text % {"count": count}, address, _("Look, and send again"))


def found(user) -> list[str]:
    """Nothing on a good day."""
    if not user.has_perm("appointments.view_message"):
        return []
    warnings = []
    if count := Message.objects.failed().of_open_requests().visible_to(user).count():
        warnings.append(_given_up(count))
    if Message.objects.is_late():
        warnings.append(
            _("Mail has been waiting for more than 15 minutes. Requests arrive all the same: look at the inbox often.")
        )
    return warnings
