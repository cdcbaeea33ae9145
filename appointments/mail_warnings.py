"""What of the mail needs mending, in words for the staff who may see to it."""

from django.db.models import QuerySet
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


def lists(user) -> list[QuerySet]:
    """What is counted for `found`: mails given up on, of requests that `user` sees, and mails that wait too long."""
    if not user.has_perm("appointments.view_message"):
        return [Message.objects.none(), Message.objects.none()]
    return [Message.objects.failed().of_open_requests().visible_to(user), Message.objects.late()]


def found(failed: int, late: int) -> list[str]:
    """Nothing on a good day."""
    warnings = [_given_up(failed)] if failed else []
    if late:
        warnings.append(
            _("Mail has been waiting for more than 15 minutes. Requests arrive all the same: look at the inbox often.")
        )
    return warnings
