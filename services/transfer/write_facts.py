"""Writes clinic, locations, categories, pictures, redirects, menus and banner, in the caller's transaction."""

from collections.abc import Mapping

from django.db import models

from services.models import Banner, Category, Clinic, Closure, Image, Location, MenuItem, OpeningHours, Redirect
from services.models import Page as PageRow
from services.renditions import FOLDER
from services.transfer.export import key_of, location_values, menu_item_values, menus, recipients_of, stored_location
from services.transfer.pictures import Staged
from services.transfer.places import ClinicDraft, PlaceDraft
from services.transfer.reading import Content
from services.transfer.report import Report
from services.transfer.values import copy_values, mailboxes_of, values_of


def _clinic(draft: ClinicDraft, report: Report) -> None:
    stored = Clinic.objects.first()
    before = stored and {**values_of(stored), **mailboxes_of(stored)}
    if report.compare("clinic", before, {**values_of(draft.row), **draft.mailboxes}):
        _save(draft, stored or Clinic())


def _save(draft: ClinicDraft | PlaceDraft, row: models.Model) -> models.Model:
    for name, email in draft.mailboxes.items():
        setattr(row, name, email)
    copy_values(draft.row, row).save()
    return row


def _place(draft: PlaceDraft, report: Report) -> None:
    stored = Location.objects.filter(slug=draft.row.slug).first()
    listed = {row.date: row for row in stored.closures.all()} if stored else {}
    closures = listed | {row.date: row for row in draft.closures}
    wanted = {**location_values(draft.row, draft.hours, closures.values()), **draft.mailboxes}
    before = stored and {**stored_location(stored), **mailboxes_of(stored)}
    if draft.recipients is not None:
        told = recipients_of(stored) if stored else []
        wanted["recipients"] = sorted({*told, *draft.recipients})
        before = before and {**before, "recipients": told}
    differing = report.compare(f"location {draft.row.slug}", before, wanted)
    if not differing:
        return
    place = _save(draft, stored or Location())
    if "hours" in differing:
        place.opening_hours.all().delete()
        OpeningHours.objects.bulk_create(copy_values(row, OpeningHours(location=place)) for row in draft.hours)
    for row in draft.closures if "closures" in differing else ():
        place.closures.filter(date=row.date).delete()
        copy_values(row, Closure(location=place)).save()
    for email in wanted["recipients"] if "recipients" in differing else ():
        place.recipients.get_or_create(email=email)


def _image(row: Image, picture: Staged, report: Report) -> None:
    stored = Image.objects.filter(checksum=picture.checksum).first()
    before = stored and {**values_of(stored), "file": picture.file is None}
    if report.compare(f"picture {row.title}", before, {**values_of(row), "file": True}):
        image = copy_values(row, stored or Image(checksum=picture.checksum))
        image.width, image.height = picture.width, picture.height
        image.file.name = f"{FOLDER}/{image.key}/{picture.width}.{picture.extension}"  # put there at the very end
        image.save()


def _redirect(row: Redirect, report: Report) -> None:
    stored = Redirect.objects.from_path(row.from_path).first()
    if report.compare(f"redirect {row.from_path}", stored and values_of(stored), values_of(row)):
        copy_values(row, stored or Redirect()).save()


def _banner(row: Banner, report: Report) -> None:
    stored = Banner.objects.first()
    if report.compare("banner", stored and values_of(stored), values_of(row)):
        row.save()


def _category(row: Category, report: Report) -> None:
    stored = Category.objects.filter(slug=row.slug).first()
    if report.compare(f"category {row.slug}", stored and values_of(stored), values_of(row)):
        copy_values(row, stored or Category()).save()


def before_pages(content: Content, staged: Mapping[str, Staged], report: Report) -> None:
    """What pages rely on."""
    if content.clinic:
        _clinic(content.clinic, report)
    for place in content.places:
        _place(place, report)
    for row in content.categories:
        _category(row, report)
    for name, row in content.pictures.items():
        _image(row, staged[name], report)


def _menu(menu: str, links: list[tuple[MenuItem, str]], report: Report) -> None:
    wanted = [menu_item_values(item, page) for item, page in links]
    stored = menus()[menu]
    if not report.compare(f"menu {menu}", {"links": stored} if stored else None, {"links": wanted}):
        return
    MenuItem.objects.filter(menu=menu).delete()
    pages = {key_of(page): page for page in PageRow.objects.select_related("location")}
    for place, (item, key) in enumerate(links, start=1):
        item.page, item.position = pages.get(key), place * 10
        item.save()


def after_pages(content: Content, report: Report) -> None:
    """What leads to pages. A menu that the export leaves empty stays as it is."""
    for row in content.redirects:
        _redirect(row, report)
    for menu, links in content.menus.items():
        if links:
            _menu(menu, links, report)
    if content.banner:
        _banner(content.banner, report)
