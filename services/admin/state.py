"""What of a page is in public, what is scheduled and how the draft differs from either, in words."""

import datetime

from django import forms
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from services import difference, facts, lines, moments, stale
from services.models import Page, Publication
from services.publishing import draft_of


def prefetch() -> Prefetch:
    """What of each page is in public or scheduled, for `is_ahead` and `in_short`, in one query."""
    ahead = Publication.objects.ahead_of_all(timezone.now()).without_body()
    return Prefetch("publications", ahead, to_attr="ahead")


def is_ahead(page: Page) -> bool:
    """Whether the public reads the page now, or will."""
    return bool(page.ahead)


def in_short(page: Page) -> str | SafeString:
    """For a list: in public, scheduled, or neither."""
    if not page.ahead:
        return _("Draft")
    first = page.ahead[0]
    if first.starts_at > timezone.now():
        return _("Scheduled")
    state = _("Live, newer draft") if page.updated_at > first.baked_at else _("Live")
    return format_html('<a href="{}">{}</a>', first.path, state)


def _when(at: datetime.datetime | None) -> str:
    zone = facts.current().zone
    return moments.moment(at, zone, timezone.localdate(timezone=zone)) if at else ""


def _entry(publication: Publication) -> dict:
    return {
        "publication": publication,
        "is_live": publication.starts_at <= timezone.now(),
        "starts": _when(publication.starts_at),
        "ends": _when(publication.ends_at),
    }


def schedule_of(page: Page) -> list[dict]:
    """What of the page is or will be in public, in the clinic's time; soonest first."""
    return [_entry(publication) for publication in Publication.objects.ahead(page, timezone.now())]


def compared(page: Page) -> list[dict]:
    """The same, each with what publishing the draft would change in it."""
    draft = lines.of_publication(draft_of(page))
    entries = [_entry(publication) for publication in Publication.objects.ahead_with_body(page, timezone.now())]
    for entry in entries:
        entry["passages"] = difference.passages(lines.of_publication(entry["publication"]), draft)
        entry["differs"] = difference.differ(entry["passages"])
    return entries


def of_form(page: Page | None, form: forms.ModelForm, formsets: list) -> dict:
    """For the form of a page: what is in public, and after a stale save both texts."""
    if page is None:
        return {}
    context = {"schedule": schedule_of(page), "saved": _when(page.updated_at)}
    if getattr(form, "is_stale", False):
        context["stale"] = {**stale.saved_by(form.stored), "passages": stale.difference(form, formsets)}
    return context
