"""What is kept of an uploaded picture, and which files are made from it (C8)."""

import subprocess
import sys

import pytest
from django.conf import settings as site_settings
from django.core.exceptions import ValidationError
from PIL import Image, ImageChops

from services import renditions, uploads
from services.models import Image as Row
from services.uploads import clean_copy
from tests.photos import (
    BLUE,
    RED,
    SECRET,
    as_bytes,
    camera_exif,
    copy_of,
    make_image,
    opened,
    see_through,
    two_halves,
    upload,
    with_secrets,
)

KINDS = ["JPEG", "PNG", "WEBP", "AVIF"]
# How the pixels lie in the file of a camera held that way (Exif 2.32, tag 274).
AS_THE_CAMERA_STORES_IT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
MEMORY = """
import re, sys, django
django.setup()
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from services import renditions, uploads
settings.MEDIA_ROOT = sys.argv[2]
picture = uploads.clean_copy(SimpleUploadedFile("photo", open(sys.argv[1], "rb").read()))
folder = renditions.folder("0" * 32)
folder.mkdir(parents=True)
(folder / f"{picture.width}.{picture.extension}").write_bytes(picture.content)
made = renditions.make("0" * 32, picture.width, picture.extension)
# Not getrusage(): its peak still counts the large test process that this one was forked from.
print(made, int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def near(colour, other, by=40):
    return all(abs(one - two) < by for one, two in zip(colour, other, strict=False))


def files(row) -> set[str]:
    return {path.name for path in renditions.folder(row.key).iterdir()}


# --- The clean copy --------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken(kind):
    picture = copy_of(two_halves(), kind)
    assert (picture.width, picture.height, picture.extension) == (60, 40, "jpg")
    assert opened(picture.content).format == "JPEG"


@pytest.mark.parametrize("orientation", AS_THE_CAMERA_STORES_IT)
def test_a_photo_stands_upright_however_the_camera_was_held(orientation):
    stored = two_halves()
    stored.paste((250, 250, 250), (0, 0, 10, 10))  # top left
    upright = stored.copy()
    if orientation > 1:
        stored = stored.transpose(AS_THE_CAMERA_STORES_IT[orientation])
    picture = copy_of(stored, "PNG", exif=camera_exif(orientation))
    assert max(ImageChops.difference(opened(picture.content), upright).resize((6, 4)).tobytes()) < 60
    assert (picture.width, picture.height) == (60, 40)


@pytest.mark.parametrize("kind", KINDS)
def test_c8_nothing_but_pixels_is_kept(kind):
    before = with_secrets(kind)
    assert SECRET.encode() in before
    assert opened(before).getexif().get_ifd(0x8825)
    assert opened(before).info["icc_profile"]
    after = clean_copy(upload(before)).content
    assert SECRET.encode() not in after
    assert not opened(after).getexif()
    assert not {"exif", "icc_profile", "xmp", "comment", "Comment"} & set(opened(after).info)


def test_c8_no_size_of_a_picture_tells_where_it_was_taken(db, media):
    row = make_image(clean_copy(upload(with_secrets("JPEG"))))
    made = [path.read_bytes() for path in renditions.folder(row.key).iterdir()]
    assert len(made) == 3
    assert not any(SECRET.encode() in content or opened(content).getexif() for content in made)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((2000, 10), (2000, 10)), ((2001, 10), (2000, 10)), ((4000, 100), (2000, 50)), ((10, 2400), (10, 2400))],
)
def test_a_copy_is_at_most_2000_pixels_wide(size, kept):
    picture = copy_of(two_halves(*size))
    assert (picture.width, picture.height) == kept == opened(picture.content).size


def test_a_photo_taken_upright_is_2000_wide_after_it_was_turned():
    picture = copy_of(two_halves(2400, 3000), exif=camera_exif(6))
    assert (picture.width, picture.height) == (2000, 1600)


def test_a_tall_picture_is_made_smaller_for_the_memory_of_encoders():
    picture = copy_of(two_halves(2000, 3000))
    assert (picture.width, picture.height) == (1633, 2449)


def test_a_strip_no_format_could_hold_is_made_smaller():
    assert copy_of(two_halves(2, 20_000)).height == uploads.MAX_HEIGHT


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_kept(kind):
    picture = copy_of(see_through(), kind)
    assert picture.extension == "png"
    assert opened(picture.content).getpixel((5, 5))[3] == 0
    assert near(opened(picture.content).getpixel((50, 5)), (*RED, 255))


def test_transparency_of_a_palette_is_kept():
    assert copy_of(see_through().quantize(16), "PNG").extension == "png"


def test_a_picture_that_could_be_transparent_but_is_not_becomes_a_jpeg():
    assert copy_of(two_halves().convert("RGBA"), "PNG").extension == "jpg"


@pytest.mark.parametrize("pixels", ["CMYK JPEG", "P PNG", "1 PNG", "L WEBP", "LA PNG"])
def test_other_kinds_of_pixels_are_taken(pixels):
    mode, kind = pixels.split()
    assert opened(copy_of(two_halves().convert(mode), kind).content).mode in ("RGB", "RGBA")


def test_sixteen_bits_of_grey_stay_grey():
    deep = Image.new("I;16", (20, 20), 128 * 256)
    assert near(opened(copy_of(deep, "PNG").content).getpixel((5, 5)), (128, 128, 128), by=5)


def test_a_broken_colour_profile_is_left_out():
    picture = copy_of(two_halves(), "JPEG", icc_profile=b"not a profile" * 20)
    assert near(opened(picture.content).getpixel((5, 35)), BLUE)


def test_of_an_animation_the_first_picture_is_kept():
    frames = [two_halves(), Image.new("RGB", (60, 40), BLUE)]
    picture = copy_of(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert near(opened(picture.content).getpixel((5, 5)), RED)


def test_a_picture_with_an_archive_behind_it_loses_the_archive():
    content = as_bytes(two_halves(), "PNG") + b"PK\x03\x04 hidden archive"
    assert b"PK\x03\x04" not in clean_copy(upload(content)).content


# --- Limits: the refusals through the real form are in test_image_admin.py ----------------------------
def test_c8_the_limits_are_those_we_tell():
    assert (uploads.MAX_BYTES, uploads.MAX_PIXELS) == (12 * 1024 * 1024, 40_000_000)
    assert Image.MAX_IMAGE_PIXELS == uploads.MAX_PIXELS


@pytest.mark.parametrize("kind", KINDS)
def test_the_limit_of_pixels_is_checked_before_anything_is_decoded(monkeypatch, kind):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 2400)
    assert copy_of(two_halves(60, 40), kind)
    monkeypatch.setattr(uploads, "_clean", lambda image: pytest.fail("decoded"))
    with pytest.raises(ValidationError, match="40 megapixels"):
        copy_of(two_halves(61, 40), kind)


def test_the_limit_of_bytes_is_checked_before_anything_is_read(monkeypatch):
    content = as_bytes(two_halves())
    monkeypatch.setattr(uploads, "MAX_BYTES", len(content))
    assert clean_copy(upload(content))
    monkeypatch.setattr(uploads, "_open", lambda file: pytest.fail("read"))
    with pytest.raises(ValidationError, match="12 MB"):
        clean_copy(upload(content + b"x"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_cut_short_anywhere_is_refused(kind):
    content = as_bytes(Image.effect_noise((80, 80), 90).convert("RGB"), kind)
    for part in (0.05, 0.3, 0.6, 0.9):
        with pytest.raises(ValidationError, match="damaged"):
            clean_copy(upload(content[: int(len(content) * part)]))


def test_an_upload_is_decoded_once(monkeypatch):
    file = upload(as_bytes(two_halves()))
    uploads.prepare(file)
    monkeypatch.setattr(uploads, "_open", lambda file: pytest.fail("decoded again"))
    assert clean_copy(file).width == 60


# --- Sizes -----------------------------------------------------------------------------------------
def test_c8_a_large_picture_has_four_widths_in_three_formats(db):
    row = make_image(copy_of(two_halves(2400, 240)))
    assert files(row) == {f"{width}.{kind}" for width in (480, 960, 1600, 2000) for kind in ("avif", "webp", "jpg")}


def test_a_small_picture_is_never_made_larger(db):
    assert files(make_image(copy_of(two_halves(300, 200)))) == {"300.avif", "300.webp", "300.jpg"}


def test_a_picture_of_just_one_of_our_widths_has_it_once(db):
    assert files(make_image(copy_of(two_halves(480, 100)))) == {"480.avif", "480.webp", "480.jpg"}


def test_a_transparent_picture_falls_back_to_png(db):
    row = make_image(copy_of(see_through(600, 40), "PNG"))
    assert files(row) == {f"{width}.{kind}" for width in (480, 600) for kind in ("avif", "webp", "png")}
    assert all(opened(path.read_bytes()).mode == "RGBA" for path in renditions.folder(row.key).iterdir())


def test_every_file_is_what_its_name_says(db):
    row = make_image(copy_of(two_halves(600, 300)))
    for path in renditions.folder(row.key).iterdir():
        image = opened(path.read_bytes())
        assert (str(image.width), renditions.OPTIONS[path.suffix[1:]]["format"]) == (path.stem, image.format)
        assert image.width == image.height * 2


def test_making_sizes_again_makes_only_what_is_missing(db):
    row = make_image(copy_of(two_halves(600, 300)))
    assert row.make_renditions() == 0
    (renditions.folder(row.key) / "480.avif").unlink()
    assert row.state == Row.State.INCOMPLETE
    assert row.make_renditions() == 1
    assert row.state == Row.State.READY


def test_a_fault_half_way_leaves_whole_files_only(db, monkeypatch):
    row = make_image(copy_of(two_halves(600, 300)), with_sizes=False)
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        row.make_renditions()
    assert renditions.existing(row.key) == {"jpg": [600]}


def test_a_lost_file_is_told(db):
    row = make_image()
    renditions.remove(row.key)
    assert row.state == Row.State.MISSING
    assert renditions.existing(row.key) == {}
    with pytest.raises(FileNotFoundError):
        row.make_renditions()


def test_the_name_of_a_file_is_a_hash_of_its_content(db):
    one, other = make_image(), make_image(copy_of(two_halves(501, 300)))
    assert len(one.key) == 32
    assert one.key != other.key
    assert one.file.name == f"images/{one.key}/500.jpg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_c8_twelve_megapixels_take_less_than_300_megabytes(tmp_path, kind):
    photo = tmp_path / "photo"
    grey = Image.effect_noise((500, 375), 90).resize((4000, 3000))
    mode = "RGB" if kind == "JPEG" else "RGBA"
    photo.write_bytes(as_bytes(Image.merge(mode, [grey] * len(mode)), kind, exif=camera_exif(6)))
    assert photo.stat().st_size < uploads.MAX_BYTES
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(photo), str(tmp_path / "media")],
        cwd=site_settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "clinic_site.settings", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    made, megabytes = map(int, done.stdout.split())
    assert made == 11
    assert megabytes < 300
