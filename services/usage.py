"""Where a picture is used: in drafts, in public now, in public later."""

from dataclasses import dataclass

from django.utils import timezone

from services.models import Image, Page, Publication


@dataclass
class Use:
    """One page that shows a picture; `page` is None when only its publication is left."""

    title: str
    page: Page | None = None
    path: str = ""
    in_draft: bool = False
    is_live: bool = False
    is_scheduled: bool = False


def uses_of(image: Image) -> list[Use]:
    """Every use of the picture that deleting it would spoil: two queries."""
    uses = {page.pk: Use(page.title, page, in_draft=True) for page in Page.objects.showing(image)}
    now = timezone.now()
    for publication in Publication.objects.showing(image).live_or_scheduled(now):
        use = uses.setdefault(publication.page_id or publication.path, Use(publication.title, publication.page))
        use.path = publication.path
        if publication.starts_at <= now:
            use.is_live = True
        else:
            use.is_scheduled = True
    return list(uses.values())
