"""Whether a page may go live, and letting it: checks and sign-off first, then publish."""

import datetime

from django.utils.translation import gettext as _

from services.drafts import page_text
from services.models import Page, Publication
from services.pagecheck import Finding, blocking, check
from services.publishing import publish
from services.review import is_signed_where_needed


class NotReleasableError(Exception):
    """The page may not go live; `reasons` says why, one sentence each."""

    def __init__(self, reasons: list[str]):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def findings(page: Page) -> list[Finding]:
    """Everything the page check has to say, errors first."""
    return check(page_text(page))


def hindrances(page: Page) -> list[str]:
    """Why the page may not go live now; empty when it may."""
    reasons = [finding.message for finding in blocking(findings(page))]
    if not is_signed_where_needed(page):
        reasons.append(_("This text is not signed off. A reviewer who did not edit it must read and sign it."))
    return reasons


def release(
    page: Page, by, starts_at: datetime.datetime | None = None, ends_at: datetime.datetime | None = None
) -> Publication:
    """Publish the page from `starts_at` (default now) until `ends_at` (default for good), both aware.

    Raises `NotReleasableError` with the reasons; nothing changes in public then.
    """
    if reasons := hindrances(page):
        raise NotReleasableError(reasons)
    return publish(page, by=by.get_username(), at=starts_at, until=ends_at)
