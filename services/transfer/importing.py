"""Brings an export into the site: all of it or nothing, and what it would do without doing it."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from services import facts
from services.models import Image, Page, Publication
from services.publishing import publish
from services.release import hindrances
from services.reports import has_changed
from services.transfer import archive, pictures, references, write_facts, write_pages
from services.transfer.pages import PageDraft
from services.transfer.pictures import Staged
from services.transfer.reading import Content, read
from services.transfer.report import Report

EVERY = 25  # pages between two lines of progress
PUBLISHER = "import"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What the operator asked for."""

    is_rehearsal: bool = False
    publish: bool = False


def _release(drafts: Mapping[str, PageDraft], rows: Mapping[str, Page], report: Report) -> None:
    """Publish what was in public at the other site, passes the check and is signed, unless it is here already."""
    now = timezone.now()
    for key, draft in drafts.items():
        page = Page.objects.select_related("location", "treatment", "at_a_glance").get(pk=rows[key].pk)
        live = Publication.objects.live(now).of_page(page).first()
        if not draft.in_public or (live and not has_changed(page, live)):
            continue
        if reasons := hindrances(page):
            report.held_back.append(f"page {key}: {' '.join(reasons)}")
        else:
            publish(page, by=PUBLISHER)
            report.published.append(f"page {key}")


def _write(content: Content, staged: Mapping[str, Staged], name: str, wish: Wish, report: Report, tell: Tell) -> None:
    def tell_pages(done: int) -> None:
        if done % EVERY == 0 or done == len(content.pages):
            tell(f"Pages: {done} of {len(content.pages)}")

    write_facts.before_pages(content, staged, report)
    rows = write_pages.write(content.pages, staged, f"Import of {name}", report, tell_pages)
    write_pages.carry_sign_offs(content.pages, rows, report)
    write_facts.after_pages(content, report)
    if wish.publish:
        facts.forget()  # the check asks for facts that this transaction has just written
        _release(content.pages, rows, report)


def _put_in_place(staged: Iterable[Staged]) -> list[Path]:
    """Move every new picture to where the site keeps it; nothing stays behind when one of them fails."""
    made: list[Path] = []
    try:
        for picture in staged:
            if folder := pictures.put_in_place(picture):
                made.append(folder)
    except OSError as error:
        _remove(made)
        raise archive.RefusedError(f"A picture cannot be stored: {error.strerror}.") from error
    return made


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _store(content: Content, staged: Mapping[str, Staged], name: str, wish: Wish, tell: Tell) -> Report:
    """One transaction; a rehearsal is the same, taken back."""
    report, made = Report(), []
    try:
        with transaction.atomic():
            _write(content, staged, name, wish, report, tell)
            if wish.is_rehearsal:
                transaction.set_rollback(True)
            else:
                made = _put_in_place(staged.values())
    except BaseException:
        _remove(made)
        raise
    finally:
        facts.forget()
    return report


def _make_sizes(staged: Mapping[str, Staged], tell: Tell) -> None:
    """The smaller sizes, after the transaction: they take seconds each."""
    images = Image.objects.filter(checksum__in=[picture.checksum for picture in staged.values() if picture.file])
    for done, image in enumerate(images, start=1):
        image.make_renditions()
        tell(f"Sizes of pictures: {done} of {len(images)}")


def import_content(path: Path, wish: Wish, tell: Tell) -> Report:
    """Bring the export at `path` in. Raises `RefusedError` with every reason found; nothing is changed then."""
    with archive.opened(path) as export, tempfile.TemporaryDirectory() as folder:
        problems: list[str] = []
        content = read(export.manifest(), problems)
        if not problems:
            problems = references.dangling(content)
        if problems:
            raise archive.RefusedError(*problems)
        tell(f"Read {len(content.pages)} pages; looking at {len(content.pictures)} pictures")
        staged = pictures.stage(export, content.pictures, Path(folder))
        report = _store(content, staged, path.name, wish, tell)
        if not wish.is_rehearsal:
            _make_sizes(staged, tell)
    return report
