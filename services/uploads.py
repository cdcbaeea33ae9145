"""What may be uploaded as a picture, and the clean copy that is kept in its place."""

import contextlib
import hashlib
import math
import threading
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms

from services import renditions

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")  # no other decoder ever sees an upload
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 40_000_000
# Of the copy. WebP holds no more than 16383 pixels a side; encoders take up to 40 bytes a pixel.
MAX_WIDTH, MAX_HEIGHT, MAX_AREA = 2000, 8000, 4_000_000
# Pillow warns above this size and refuses above twice of it, before it decodes.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

EMPTY = _("This file is empty. Choose the picture again.")
TOO_HEAVY = _("This file is larger than 12 MB. Save the picture smaller, 2000 pixels wide is plenty, and try again.")
TOO_LARGE = _("This picture has more than 40 megapixels. Save it smaller, 2000 pixels wide is plenty, and try again.")
DAMAGED = _("This picture is damaged or not complete. Open it on your computer, save it anew and try again.")
ARCHIVE = _("This file is a ZIP archive, not a picture. Unpack it and choose the picture inside.")
DRAWING = _("This is an SVG drawing, which may hold scripts. Export it as PNG and try again.")
HEIC = _("This is a HEIC photo, which few browsers show. Export it as JPEG and try again.")
NOT_A_PICTURE = _("This is not a JPEG, PNG, WebP or AVIF picture. Save it as JPEG or PNG and try again.")

# How each EXIF orientation is brought upright (Exif 2.32, tag 274).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)
# A decoded photograph is large: one at a time in each process bounds the memory.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """The clean copy of an upload; nothing else of it is kept."""

    content: bytes
    extension: str
    width: int
    height: int

    @property
    def checksum(self) -> str:
        """SHA-256 of the copy."""
        return hashlib.sha256(self.content).hexdigest()


def _refusal(head: bytes) -> str:
    """Why no decoder knows a file that starts with `head`."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")) or head[4:12] in (b"ftypavif", b"ftypavis"):
        return DAMAGED
    if head.startswith(b"PK"):
        return ARCHIVE
    if b"<svg" in head.lower():
        return DRAWING
    if head[4:8] == b"ftyp" and head[8:11] in (b"hei", b"hev", b"mif", b"msf"):
        return HEIC
    return NOT_A_PICTURE


def _open(file: UploadedFile) -> Image.Image:
    """Read the header only."""
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    try:
        image = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error …
        raise ValidationError(_refusal(head)) from error
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(TOO_LARGE)
    return image


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a picture is not refused for what its camera wrote about it
        return 1


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """Of the many kinds of pixels, those that can be made smaller well."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours without a profile; a camera's profile that cannot be read is left out."""
    if profile:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    return image


def _size_to_keep(width: int, height: int) -> tuple[int, int]:
    scale = min(1, MAX_WIDTH / width, MAX_HEIGHT / height, math.sqrt(MAX_AREA / (width * height)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _clean(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, at most 2000 pixels wide, and nothing but pixels."""
    orientation, profile = _orientation(image), image.info.get("icc_profile")
    if orientation in LYING:
        box = _size_to_keep(image.height, image.width)[::-1]
    else:
        box = _size_to_keep(image.width, image.height)
    image = _in_plain_mode(image)
    image.thumbnail(box)  # before anything decodes a JPEG: it then decodes no more than it needs
    image.load()
    image = _in_srgb(image, profile)
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    is_see_through = image.mode == "RGBA" and image.getextrema()[3][0] < 255
    image = image.convert("RGBA" if is_see_through else "RGB")
    image.info.clear()
    return image


def _copy(file: UploadedFile) -> Picture:
    if not file.size:
        raise ValidationError(EMPTY)
    if file.size > MAX_BYTES:
        raise ValidationError(TOO_HEAVY)
    with _one_at_a_time, _open(file) as image:
        try:
            clean = _clean(image)
        except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error …
            raise ValidationError(DAMAGED) from error
        extension = "png" if clean.mode == "RGBA" else "jpg"
        return Picture(renditions.encode(clean, extension), extension, clean.width, clean.height)


def clean_copy(file: UploadedFile) -> Picture:
    """The picture to keep; made once for each upload. Raises `ValidationError` in words for staff."""
    if not hasattr(file, "clean_copy"):
        try:
            file.clean_copy = _copy(file)
        except ValidationError as error:
            file.clean_copy = error
    if isinstance(file.clean_copy, ValidationError):
        raise file.clean_copy
    return file.clean_copy


def prepare(file: UploadedFile) -> None:
    """Do the slow part now, before a transaction opens; `clean_copy` then answers at once."""
    with contextlib.suppress(ValidationError):
        clean_copy(file)
