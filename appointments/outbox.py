"""How mail leaves: claim, send, mark. At least once, with the same Message-ID every time."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from appointments import invitations
from appointments.models import Message
from appointments.notices import LINK_PLACEHOLDER, PAGE_PLACEHOLDER

logger = logging.getLogger(__name__)

# RFC 3834: no out-of-office answers to these.
AUTO_SUBMITTED = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _addresses(message: Message) -> dict[str, str]:
    """What the mail leads to, by the placeholder that stands for it."""
    paths = {}
    if message.account:
        paths[LINK_PLACEHOLDER] = invitations.path_for(message.account, message.to)
    if asked := message.appointment_request:
        asked.mend_link()
        paths[LINK_PLACEHOLDER] = asked.patient_path
        paths[PAGE_PLACEHOLDER] = reverse("admin:appointments_appointmentrequest_change", args=[asked.pk])
    return {placeholder: settings.SITE_URL + path for placeholder, path in paths.items()}


def _filled(text: str, addresses: dict[str, str]) -> str:
    for placeholder, address in addresses.items():
        text = text.replace(placeholder, address)
    return text


def as_email(message: Message) -> EmailMultiAlternatives:
    """The mail as it leaves, with every address in its place."""
    addresses = _addresses(message)
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=_filled(message.text, addresses),
        from_email=settings.BOUNCE_ADDRESS,  # on the envelope: where the servers' failure reports go
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"From": settings.DEFAULT_FROM_EMAIL, "Message-ID": message.message_id, **AUTO_SUBMITTED},
    )
    email.attach_alternative(_filled(message.html, addresses), "text/html")
    return email


def reply_code(error: Exception) -> int:
    """The SMTP reply code (RFC 5321) of a failure; 0 when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), 0)
    return getattr(error, "smtp_code", 0)


def is_final(error: Exception) -> bool:
    """Whether trying again cannot help: this mail is refused for good, or cannot be built.

    Failing to sign in (535) or to be let in at all is our configuration: staff mend it, mail must wait.
    """
    if isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
        return 500 <= reply_code(error) < 600
    return not isinstance(error, (smtplib.SMTPException, OSError))


def describe(error: Exception) -> str:
    """Type and code, never the server's words: they may quote the mail."""
    code = reply_code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def deliver(message: Message) -> bool:
    """Send a claimed message and write the outcome; True when the server accepted it."""
    try:
        as_email(message).send()
    except Exception as error:  # one bad message must never stop the next
        message.mark_refused(describe(error), is_final(error))
        logger.warning("message %s not sent: %s", message.pk, describe(error))
        return False
    if not message.mark_sent():
        logger.warning("message %s sent, but another worker had taken over", message.pk)
        return True
    logger.info("message %s sent", message.pk)
    return True
