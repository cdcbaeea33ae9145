"""Small real pictures, as cameras and programs write them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from services.models import Image as Row
from services.uploads import Picture, clean_copy

RED, BLUE = (200, 30, 30), (30, 30, 200)
SECRET = "Pat Sample"  # what a camera or program wrote into the file


def two_halves(width=60, height=40) -> Image.Image:
    """Red above blue: shows which way is up."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image


def as_bytes(image: Image.Image, kind="JPEG", **options) -> bytes:
    """The file a program would write."""
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def camera_exif(orientation=1) -> Image.Exif:
    """Who took it, where, and how the camera was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = SECRET
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (39.0, 45.0, 30.0), 3: "W", 4: (104.0, 58.0, 40.0)})
    return exif


def with_secrets(kind: str) -> bytes:
    """A file with everything that must not be published: EXIF, GPS, XMP, comments, a colour profile."""
    options = {
        "exif": camera_exif(),
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        "xmp": f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode(),
    }
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", SECRET)
    if kind == "JPEG":
        options["comment"] = SECRET
    return as_bytes(two_halves(), kind, **options)


def see_through(width=60, height=40) -> Image.Image:
    """Red, clear on its left side."""
    image = Image.new("RGBA", (width, height), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return image


def upload(content: bytes, name="photo.jpg") -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def copy_of(image: Image.Image, kind="JPEG", **options) -> Picture:
    """The clean copy of an upload."""
    return clean_copy(upload(as_bytes(image, kind, **options)))


def opened(content: bytes) -> Image.Image:
    """What a browser shows."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def make_image(picture=None, title="Shoulder stretch", with_sizes=True, **fields) -> Row:
    """A stored picture with its files."""
    row = Row(title=title, **fields)
    row.take(picture or copy_of(two_halves(500, 300)))
    row.save()
    if with_sizes:
        row.make_renditions()
    return row
