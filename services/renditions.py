"""The files of a picture: which sizes and formats there are, how they are made, which exist."""

import contextlib
import os
import re
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image

FOLDER = "images"
WIDTHS = (480, 960, 1600)
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
# AVIF above 60 is larger than WebP on noisy photographs.
OPTIONS = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 6},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 88, "optimize": True, "progressive": True},
    "png": {"format": "PNG"},
}
FILE_NAME = re.compile(r"(?P<width>\d{1,4})\.(?P<extension>avif|webp|jpg|png)")


def folder(key: str) -> Path:
    """Where the files of one picture are."""
    return Path(settings.MEDIA_ROOT) / FOLDER / key


def url(key: str, width: int, extension: str) -> str:
    """The address of one file; what it holds never changes."""
    return f"{settings.MEDIA_URL}{FOLDER}/{key}/{width}.{extension}"


def existing(key: str) -> dict[str, list[int]]:
    """Widths that are on the disk by extension, best format first; empty when the files are lost."""
    found: dict[str, list[int]] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(folder(key)):
            if match := FILE_NAME.fullmatch(name):
                found.setdefault(match["extension"], []).append(int(match["width"]))
    return {extension: sorted(found[extension]) for extension in CONTENT_TYPES if extension in found}


def wanted(width: int, extension: str) -> set[tuple[int, str]]:
    """(width, extension) of every file of a picture kept as `<width>.<extension>`; that one is among them."""
    widths = {*(each for each in WIDTHS if each < width), width}
    return {(each, kind) for each in widths for kind in ("avif", "webp", extension)}


def missing(key: str, width: int, extension: str) -> set[tuple[int, str]]:
    """What is wanted and not on the disk."""
    found = existing(key)
    return {(each, kind) for each, kind in wanted(width, extension) if each not in found.get(kind, [])}


def encode(image: Image.Image, extension: str) -> bytes:
    """The picture as a file of that kind."""
    buffer = BytesIO()
    image.save(buffer, **OPTIONS[extension])
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    """All of the file or none of it, whenever the process dies."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o644)
    os.replace(file.name, path)


def keep(key: str, width: int, extension: str, content: bytes) -> None:
    """Store the file that all others are made from."""
    folder(key).mkdir(parents=True, exist_ok=True)
    _write(folder(key) / f"{width}.{extension}", content)


def make(key: str, width: int, extension: str) -> int:
    """Make the files that are missing from the kept one; returns how many. Takes seconds: no lock may be held.

    Raises `OSError` when the kept file is lost or the disk is full.
    """
    to_make = missing(key, width, extension)
    if not to_make:
        return 0
    with Image.open(folder(key) / f"{width}.{extension}", formats=["JPEG", "PNG"]) as kept:
        kept.load()
        for each in sorted({each for each, _kind in to_make}):
            smaller = kept if each == width else kept.resize((each, max(1, round(kept.height * each / width))))
            for kind in sorted(kind for one, kind in to_make if one == each):
                _write(folder(key) / f"{each}.{kind}", encode(smaller, kind))
    return len(to_make)


def remove(key: str) -> None:
    """Delete the files of one picture."""
    shutil.rmtree(folder(key), ignore_errors=True)
