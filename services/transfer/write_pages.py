"""Writes pages with their blocks as drafts, in the caller's transaction; what was there stays in the history."""

from collections.abc import Callable, Iterable, Mapping

import reversion
from reversion.models import Version

from services.fingerprint import fingerprint
from services.models import BLOCKS, AlsoCalled, AtAGlance, Category, Image, Location, Page, SignOff, Source
from services.models.blocks import Figure
from services.review import valid_sign_off
from services.transfer.export import REGION, pages
from services.transfer.pages import PageDraft
from services.transfer.pictures import Staged
from services.transfer.report import Report
from services.transfer.values import Values, copy_values

APART = 10  # between the places of two blocks


def _keep_version(page: Page, comment: str) -> None:
    """As the page is in the database now, with all that belongs to it."""
    with reversion.create_revision(manage_manually=True):
        reversion.add_to_revision(Page.objects.get(pk=page.pk))
        reversion.set_comment(comment)


def _keep_history(page: Page, comment: str) -> None:
    """A page that no form ever saved has no version to come back to."""
    if not Version.objects.get_for_object(page).exists():
        _keep_version(page, comment)


def _write_blocks(page: Page, draft: PageDraft, pictures: Mapping[str, Staged]) -> None:
    by_kind = {model: [] for model in BLOCKS}
    for place, (row, name) in enumerate(zip(draft.blocks, draft.pictures, strict=True), start=1):
        block = copy_values(row, type(row)(parent=page, region=REGION, ordering=place * APART))
        if isinstance(block, Figure):
            block.image = Image.objects.get(checksum=pictures[name].checksum) if name else None
        by_kind[type(row)].append(block)
    for model, blocks in by_kind.items():
        model.objects.filter(parent=page).delete()
        model.objects.bulk_create(blocks)  # which calls no signal: the version is written by hand


def _write_parts(page: Page, draft: PageDraft, differing: Iterable[str], pictures: Mapping[str, Staged]) -> None:
    if "at_a_glance" in differing:
        AtAGlance.objects.filter(page=page).delete()
        if draft.panel:
            copy_values(draft.panel, AtAGlance(page=page)).save()
    if "also_called" in differing:
        page.also_called.all().delete()
        for name in draft.names:
            AlsoCalled.objects.create(page=page, name=name)
    if "sources" in differing:
        page.sources.all().delete()
        for row in draft.sources:
            copy_values(row, Source(page=page)).save()
    if "categories" in differing:
        page.categories.set(Category.objects.filter(slug__in=draft.categories))
    if "blocks" in differing:
        _write_blocks(page, draft, pictures)


def _save(page: Page, draft: PageDraft) -> Page:
    if draft.location:
        page.location = Location.objects.get(slug=draft.location)
        page.treatment = Page.objects.treatments().get(slug=draft.treatment)
    copy_values(draft.row, page).save()
    return page


def _wanted(drafts: Mapping[str, PageDraft], pictures: Mapping[str, Staged]) -> dict[str, Values]:
    """By key, every page as an export would write it; that A is related to B is as true of B."""
    for key, draft in drafts.items():
        for other in draft.related & drafts.keys():
            drafts[other].related.add(key)
    return {key: draft.values(pictures) for key, draft in drafts.items()}


def write(
    drafts: Mapping[str, PageDraft],
    pictures: Mapping[str, Staged],
    comment: str,
    report: Report,
    tell: Callable[[int], None],
) -> dict[str, Page]:
    """Write what differs; every page of the export by its key. `tell` hears how many are done."""
    stored, wanted = pages(), _wanted(drafts, pictures)
    rows = {key: page for key, (page, _values) in stored.items()}
    # Pages name each other: all must be there first, those at a location after the treatment they belong to.
    for key in sorted(drafts.keys() - rows.keys(), key=lambda key: (bool(drafts[key].location), key)):
        rows[key] = _save(Page(), drafts[key])
    for done, (key, draft) in enumerate(drafts.items(), start=1):
        before = stored[key][1] if key in stored else None
        if differing := report.compare(f"page {key}", before, wanted[key]):
            if before is not None:
                _keep_history(rows[key], f"Before: {comment}")
                _save(rows[key], draft)
            _write_parts(rows[key], draft, differing, pictures)
            if "related" in differing:
                rows[key].related.set(rows[other] for other in draft.related)
            _keep_version(rows[key], comment)
        tell(done)
    return {key: rows[key] for key in drafts}


def carry_sign_offs(drafts: Mapping[str, PageDraft], rows: Mapping[str, Page], report: Report) -> None:
    """A signature of this very text holds here too; of any other text it is void."""
    for key, draft in drafts.items():
        page = Page.objects.select_related("at_a_glance").get(pk=rows[key].pk)
        if draft.sign_off is None or valid_sign_off(page):
            continue
        if draft.sign_off.fingerprint == fingerprint(page):
            copy_values(draft.sign_off, SignOff(page=page)).save()
            report.signed.append(f"page {key}: by {draft.sign_off.reviewer_name}")
        else:
            report.held_back.append(f"page {key}: its text is not the one that was signed; the sign-off is void.")
