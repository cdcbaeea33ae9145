"""The pictures of an import: looked at, and put aside until everything else is known to be good."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from services import renditions
from services.models import Image
from services.transfer.archive import PICTURE, Archive, RefusedError, picture_name
from services.uploads import Picture, clean_copy

PNG = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# JFIF header, tables, frames and scans (ITU T.81, table B.1): everything else holds words or thumbnails.
JPEG_SEGMENTS = (0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xDA)
START_OF_SCAN, END, LENGTH_OF_JFIF = 0xDA, 0xD9, 16


@dataclass(frozen=True)
class Staged:
    """A picture that an import may use; `file` holds it, or is None when the site has it already."""

    checksum: str
    extension: str
    width: int
    height: int
    file: Path | None

    @property
    def name(self) -> str:
        """What an export of this site calls it."""
        return picture_name(self.checksum, self.extension)


def _is_bare_png(content: bytes) -> bool:
    at = len(PNG)
    while content[at + 4 : at + 8] in PNG_CHUNKS and len(content) >= at + 12:
        name = content[at + 4 : at + 8]
        at += 12 + int.from_bytes(content[at : at + 4])
        if name == b"IEND":
            return at == len(content)
    return False


def _after_scan(content: bytes, at: int) -> int:
    """Where the next segment begins: in a scan 0xFF is followed by 0 or a restart marker."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
    return len(content)


def _is_bare_jpeg(content: bytes) -> bool:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] in JPEG_SEGMENTS:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == JPEG_SEGMENTS[0] and length != LENGTH_OF_JFIF:
            return False
        at += 2 + length
        if marker == START_OF_SCAN:
            at = _after_scan(content, at)
    return content[at:] == bytes([0xFF, END])


def is_bare(content: bytes) -> bool:
    """Whether the file holds pixels and nothing else: no camera, no place, no words, nothing behind its end."""
    return _is_bare_png(content) if content.startswith(PNG) else _is_bare_jpeg(content)


def _size(content: bytes) -> tuple[int, int]:
    with Pillow.open(BytesIO(content), formats=["JPEG", "PNG"]) as header:
        return header.size


def taken(content: bytes, extension: str) -> Picture:
    """The picture as it is where a site made it, or a clean copy. Raises `ValidationError` in words for staff."""
    copy = clean_copy(SimpleUploadedFile("picture", content))
    is_ours = copy.extension == extension and is_bare(content) and _size(content) == (copy.width, copy.height)
    return Picture(content, extension, copy.width, copy.height) if is_ours else copy


def _known(checksum: str) -> Staged | None:
    """The picture when the site has row and file."""
    image = Image.objects.filter(checksum=checksum).first()
    if image is None or image.state == Image.State.MISSING:
        return None
    return Staged(checksum, image.extension, image.width, image.height, None)


def _stage(name: str, content: bytes, folder: Path) -> Staged:
    if hashlib.sha256(content).hexdigest() != PICTURE.fullmatch(name)["checksum"]:
        raise ValidationError("it is not the file that was exported under this name.")
    if known := _known(hashlib.sha256(content).hexdigest()):
        return known
    picture = taken(content, name.rpartition(".")[2])
    if known := _known(picture.checksum):
        return known
    file = folder / f"{picture.checksum}.{picture.extension}"
    file.write_bytes(picture.content)
    return Staged(picture.checksum, picture.extension, picture.width, picture.height, file)


def stage(archive: Archive, names: Iterable[str], folder: Path) -> dict[str, Staged]:
    """By their names in the zip, the pictures, each put aside in `folder`. Raises `RefusedError` with every fault."""
    staged, problems = {}, []
    for name in names:
        try:
            staged[name] = _stage(name, archive.read(name), folder)
        except ValidationError as error:
            problems += [f"Picture {name}: {message}" for message in error.messages]
    if problems:
        raise RefusedError(*problems)
    return staged


def put_in_place(picture: Staged) -> Path | None:
    """Move the file to where the site keeps it; its folder when it was not there before."""
    if picture.file is None:
        return None
    folder = renditions.folder(picture.checksum[:32])
    is_new = not folder.exists()
    renditions.keep(picture.checksum[:32], picture.width, picture.extension, picture.file.read_bytes())
    return folder if is_new else None
