"""Who is told that a page is due for review: its owner, once for each due date."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.models import Message
from appointments.notices import message
from appointments.one_by_one import count_done
from services import facts, moments
from services.models import Page, form_url


@dataclass(frozen=True)
class ReviewReminder:
    """To the owner: which page, since when, where to read and where to edit it."""

    clinic: str
    title: str
    due: str
    page_url: str
    admin_url: str

    kind = Message.Kind.REVIEW_REMINDER

    @property
    def subject(self) -> str:
        return _("Due for review: {title}").format(title=self.title)


def _reminder(page: Page) -> ReviewReminder:
    site = facts.current()
    return ReviewReminder(
        clinic=site.name,
        title=page.title,
        due=moments.day(page.next_review_on, today=timezone.localdate(timezone=site.zone)),
        page_url=settings.SITE_URL + page.publications.live().get().path,
        admin_url=settings.SITE_URL + form_url(page),
    )


def _queue(page: Page) -> bool:
    """Claim and mail in one transaction: neither without the other."""
    with transaction.atomic():
        if not page.claim_reminder(timezone.now()):
            return False
        message(_reminder(page), page.owner.email).save()
    return True


def queue_due() -> int:
    """Write the reminders that are due to the outbox; returns how many.

    Exactly one mail per due date is written; from there it is delivered at least once, with one
    Message-ID (docs/decisions/0002-outbox.md). Raises `DatabaseError` when the database is down.
    """
    today = timezone.localdate(timezone=facts.current().zone)
    return count_done(Page.objects.awaiting_reminder(today), _queue, "reminder of its review")
