"""Review that acts: who may sign, what a signature covers, what hinders publishing."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from reversion.models import Version

from services.fingerprint import fingerprint
from services.models import Page, SignOff

NEEDS_SIGN_OFF = (Page.Kind.TREATMENT, Page.Kind.CONDITION)
REVIEW_EVERY = datetime.timedelta(days=365)


class ReviewRefusedError(Exception):
    """The reviewer may not sign this text; the message says why, in words for staff."""


def valid_sign_off(page: Page) -> SignOff | None:
    """The signature of the page's text as it is now."""
    return SignOff.objects.of_text(page, fingerprint(page)).first()


def is_signed_where_needed(page: Page) -> bool:
    """Whether the page needs no signature, or has one for this very text."""
    return page.kind not in NEEDS_SIGN_OFF or valid_sign_off(page) is not None


def editors_since(page: Page, at: datetime.datetime | None) -> set[int]:
    """Accounts (primary keys) that saved the page after `at`, or ever."""
    versions = Version.objects.get_for_object_reference(Page, page.pk).select_related("revision")
    return {
        v.revision.user_id for v in versions if v.revision.user_id and (at is None or v.revision.date_created > at)
    }


def sign(page: Page, reviewer, named: str, next_review_on: datetime.date, today: datetime.date) -> SignOff:
    """Sign the page's text as it is: the only way to a new date of review.

    `named` is how the page names the reviewer. Raises `ReviewRefusedError` when the reviewer wrote part of
    it, is named as its author, or the next review is not ahead.
    """
    last = page.sign_offs.first()
    if reviewer.pk in editors_since(page, last.signed_at if last else None):
        raise ReviewRefusedError(_("You edited this text yourself. Somebody else must sign it."))
    if named.strip().casefold() == page.author.strip().casefold():
        raise ReviewRefusedError(_("The reviewer must not be the author of the page."))
    if next_review_on <= today:
        raise ReviewRefusedError(_("The next review must be after today."))
    with transaction.atomic():
        page.reviewer, page.reviewed_on, page.next_review_on = named, today, next_review_on
        page.review_reminded_at = None
        page.save(update_fields=["reviewer", "reviewed_on", "next_review_on", "review_reminded_at"])
        return SignOff.objects.create(
            page=Page.objects.get(pk=page.pk),
            fingerprint=fingerprint(page),
            reviewer=reviewer,
            reviewer_name=reviewer.get_username(),
        )


def carry_over(page: Page, earlier: SignOff, by) -> SignOff:
    """Let the signature of the earlier text stand for the text after a minor edit by `by`."""
    return SignOff.objects.create(
        page=Page.objects.get(pk=page.pk),
        fingerprint=fingerprint(page),
        reviewer=earlier.reviewer,
        reviewer_name=earlier.reviewer_name,
        signed_at=earlier.signed_at,
        carried_by=by.get_username(),
    )


def default_next_review() -> datetime.date:
    """A year from today."""
    return timezone.localdate() + REVIEW_EVERY
