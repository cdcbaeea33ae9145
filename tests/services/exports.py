"""Exports of content: written by the site or by hand, and sites to bring them into."""

import io
import json
import zipfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from services import facts
from services.models import Banner, Category, Clinic, Image, Location, MenuItem, Page, Publication, Redirect
from services.renditions import FOLDER

MANIFEST = "manifest.json"
SECTION = {"block": "section", "heading": "What it is", "level": 2, "text": "<p>Plain words.</p>"}
PAGE = {"kind": "other", "slug": "parking", "title": "Parking", "summary": "Where to park.", "blocks": [SECTION]}


def manifest(**sections) -> dict:
    """What the smallest manifest says, and these sections."""
    return {"format": "clinic-content", "version": 1, **sections}


def page(**changes) -> dict:
    """A manifest of one page, changed."""
    return manifest(pages=[{**PAGE, **changes}])


def zipped(path: Path, data, files: dict[str, bytes] | None = None) -> Path:
    """A zip with this manifest (bytes as they are) and these files."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip_file:
        zip_file.writestr(MANIFEST, text)
        for name, content in (files or {}).items():
            zip_file.writestr(name, content)
    return path


def export(path: Path, *options: str) -> str:
    """Run the command; what it prints."""
    out = io.StringIO()
    call_command("export_content", str(path), *options, stdout=out)
    return out.getvalue()


def bring_in(path: Path, *options: str) -> str:
    """Run the command; what it prints."""
    out = io.StringIO()
    call_command("import_content", str(path), *options, stdout=out)
    return out.getvalue()


def read(path: Path) -> dict[str, bytes]:
    """Every file of a zip."""
    with zipfile.ZipFile(path) as zip_file:
        return {name: zip_file.read(name) for name in zip_file.namelist()}


def read_manifest(path: Path) -> dict:
    """What the manifest says."""
    return json.loads(read(path)[MANIFEST])


def rewrite(path: Path, change) -> Path:
    """The same zip with its manifest changed by hand."""
    files = read(path)
    data = json.loads(files.pop(MANIFEST))
    change(data)
    return zipped(path.with_name("by-hand.zip"), data, files)


def state() -> dict[str, list]:
    """Every row of content, and every file of a picture."""
    rows = {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_app_config("services").get_models()
        if not model._meta.proxy
    }
    return {**rows, "files": sorted(str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())}


def empty_the_site() -> None:
    """As after the first migration; files of pictures stay where they are."""
    for model in (MenuItem, Redirect, Publication, Banner):
        model.objects.all().delete()
    Page.objects.filter(location__isnull=False).delete()
    Page.objects.all().delete()
    for image in Image.objects.all():
        for file in (Path(settings.MEDIA_ROOT) / FOLDER / image.key).iterdir():
            file.unlink()
        (Path(settings.MEDIA_ROOT) / FOLDER / image.key).rmdir()
    for model in (Image, Category, Location, Clinic):
        model.objects.all().delete()
    facts.forget()
