"""A bad, broken or hostile export is refused in plain words, and nothing is changed."""

import json
import os
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError

from services import renditions
from services.models import Category, Location, Redirect
from services.transfer import archive
from tests.photos import as_bytes, copy_of, two_halves
from tests.services.exports import MANIFEST, PAGE, SECTION, bring_in, manifest, page, state, zipped

pytestmark = pytest.mark.django_db

NOTHING = "Nothing was changed. The file cannot be imported:\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def refuse(clinic):
    """Imports a file that must be refused for a reason with these words; the site stays as it was."""

    def refuse(path: Path, words: str) -> None:
        before = state()
        with pytest.raises(CommandError) as refused:
            bring_in(path, "--publish")
        assert str(refused.value).startswith(NOTHING)
        assert words in str(refused.value)
        assert state() == before

    return refuse


# --- Not an export ---------------------------------------------------------------------------------
def not_there(path):
    return path


def text(path):
    path.write_text("hello")
    return path


def empty(path):
    path.write_bytes(b"")
    return path


def folder(path):
    path.mkdir()
    return path


def other_zip(path):
    with zipfile.ZipFile(path, "w") as zip_file:
        zip_file.writestr("readme.txt", "hello")
    return path


def truncated(path):
    zipped(path, page())
    path.write_bytes(path.read_bytes()[:-40])
    return path


def damaged(path):
    content = bytearray(zipped(path, page()).read_bytes())
    content[60:80] = os.urandom(20)
    path.write_bytes(content)
    return path


def with_entry(name, content=b"x", **attributes):
    def build(path):
        zipped(path, page())
        entry = zipfile.ZipInfo(name)
        for attribute, value in attributes.items():
            setattr(entry, attribute, value)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as zip_file:
            zip_file.writestr(entry, content)
        return path

    return build


@pytest.mark.filterwarnings("ignore:Duplicate name")
def twice(path):
    return with_entry(MANIFEST)(path)


def encrypted(path):
    content = zipped(path, page()).read_bytes()
    # Bit 0 of the flags, in the entry and in the directory (APPNOTE 4.4.4).
    content = content.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    path.write_bytes(content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"))
    return path


def bomb(path):
    """A manifest of 65 MB in 65 kB."""
    return zipped(path, b" " * (archive.LONGEST_MANIFEST + 1))


def bomb_that_lies(path):
    """The same, with a small size written into the directory."""
    content = bomb(path).read_bytes()
    size = (archive.LONGEST_MANIFEST + 1).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))
    return path


def many_files(path):
    with zipfile.ZipFile(path, "w") as zip_file:
        for n in range(archive.MOST_FILES + 1):
            zip_file.writestr(f"{n}", "")
    return path


def other_method(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as zip_file:
        zip_file.writestr(MANIFEST, json.dumps(page()))
    return path


PICTURE = f"pictures/{'0' * 64}.png"
FILES = {
    "there is none": (not_there, "There is no file"),
    "a text": (text, "is not a zip file"),
    "nothing in it": (empty, "is not a zip file"),
    "a folder": (folder, "cannot be read"),
    "some other zip": (other_zip, "holds no manifest.json"),
    "truncated": (truncated, "is not a zip file, or not complete"),
    "damaged": (damaged, "The file is damaged or not complete"),
    "climbs out": (with_entry("../../evil.py"), "holds “../../evil.py”, which no export writes"),
    "from the root": (with_entry("/etc/passwd"), "holds “/etc/passwd”, which no export writes"),
    "of Windows": (with_entry("pictures\\..\\..\\x.png"), "which no export writes"),
    "a program": (with_entry("pictures/x.svg"), "which no export writes"),
    "a link": (with_entry("link", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16), "no export writes"),
    "the same name twice": (twice, "two files of the same name"),
    "encrypted": (encrypted, "is encrypted"),
    "a bomb": (bomb, "“manifest.json” is too large: 64 MB is the most"),
    "a bomb that lies": (bomb_that_lies, "The file is damaged or not complete"),
    "ten thousand files": (many_files, "more than 10,000 files"),
    "a slow method": (other_method, "is compressed in a way that no export uses"),
    "too large a picture": (with_entry(PICTURE, b"0" * (12 * 1024 * 1024 + 1)), "is too large: 12 MB is the most"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("build", "words"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_export_is_refused(refuse, tmp_path, build, words):
    refuse(build(tmp_path / "x.zip"), words)


# --- Not a manifest of ours ---------------------------------------------------------------------------
MANIFESTS = {
    "not JSON": (b"{", "cannot be read as JSON"),
    "not text": (b"\xff\xfe\x00", "cannot be read as JSON"),
    "too deep": (b"[" * 100_000, "cannot be read as JSON"),
    "a huge number": (b'{"a": ' + b"9" * 5000 + b"}", "cannot be read as JSON"),
    "a name twice": (b'{"format": "clinic-content", "format": "x"}', "cannot be read as JSON"),
    "a list": (b"[]", "is not that of an export"),
    "another format": ({"format": "wordpress", "version": 1}, "is not that of an export"),
    "no version": ({"format": "clinic-content"}, "is of version None; this site reads version 1 only"),
    "a later version": (manifest(version=2), "is of version 2; this site reads version 1 only"),
    "an unknown section": (manifest(users=[]), "nothing here is called “users”"),
    "pages that are no list": (manifest(pages={}), "“pages” must be a list of records"),
    "a page that is text": (manifest(pages=["x"]), "“pages” must be a list of records"),
    "a clinic that is text": (manifest(clinic="x"), "Clinic, name: This field cannot be blank"),
    "menus that are a list": (manifest(menus=[]), "Menus: this site has these: header, footer"),
}


@pytest.mark.parametrize(("data", "words"), MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_not_ours_is_refused(refuse, tmp_path, data, words):
    refuse(zipped(tmp_path / "x.zip", data), words)


# --- Records that the admin would refuse, too -----------------------------------------------------------
PLACE = {
    "name": "Boulder",
    "slug": "boulder",
    "phone": "+13035550150",
    "street": "1 Test Street",
    "city": "Boulder",
    "region": "CO",
    "postal_code": "80301",
    "time_zone": "America/Denver",
    "summary": "Physical therapy.",
}
RISK = {"block": "risk", "heading": "R", "affected": 20, "out_of": 10, "text": "x"}
BANNER = {"text": "Closed", "starts_at": "2026-05-02T00:00:00Z", "ends_at": "2026-05-01T00:00:00Z"}
REDIRECT = {"from_path": "/old/", "to_path": "/about/"}
WHERE = "Page other/parking"
PAGES = {
    "unknown kind": ({"kind": "blog"}, "Page blog/parking: this site knows no page of the kind “blog”"),
    "unknown field": ({"owner": "admin"}, f"{WHERE}: nothing here is called “owner”"),
    "the site's own address": ({"slug": "admin"}, "Page other/admin: the site itself uses the address “admin”"),
    "the search's address": ({"slug": "search"}, "the site itself uses the address “search”"),
    "no address": ({"slug": "../x"}, "slug: Enter a valid “slug”"),
    "no title": ({"title": ""}, f"{WHERE}, title: This field cannot be blank"),
    "long title": ({"title": "x" * 111}, f"{WHERE}, title: has 111 characters; 110 is the most"),
    "long summary": ({"summary": "x" * 401}, f"{WHERE}, summary: has 401 characters; 400 is the most"),
    "a title that is a number": ({"title": 5}, f"{WHERE}, title: must be text"),
    "control characters": ({"title": "a\0b"}, f"{WHERE}, title: holds characters that no text has"),
    "half a character": ({"title": "a\ud800"}, f"{WHERE}, title: holds characters that no text has"),
    "no date": ({"reviewed_on": "soon"}, f"{WHERE}, reviewed_on: “soon” value has an invalid date format"),
    "dated": ({"dated": "2026-05-01"}, f"{WHERE}: an article has a date, and no other page has one"),
    "at a location": ({"location": "denver"}, "a treatment at a location names both"),
    "nowhere": (
        {"kind": "location_treatment", "location": "x", "treatment": "y"},
        "Page location_treatment/x/parking: there is no location “x”",
    ),
    "unknown category": ({"categories": ["x"]}, f"{WHERE}: there is no category “x”"),
    "unknown relation": ({"related": ["other/x"]}, f"{WHERE}: there is no page “other/x” to relate to"),
    "a source twice": (
        {"sources": [{"position": 1, "title": "A", "publisher": "B"}] * 2},
        f"{WHERE}, sources: “1” stands twice",
    ),
    "a source's script": (
        {"sources": [{"position": 1, "title": "A", "publisher": "B", "url": "javascript:alert(1)"}]},
        f"{WHERE}, source 1, url: Enter a valid URL",
    ),
    "unknown block": ({"blocks": [{"block": "html"}]}, f"{WHERE}, block 1: this site knows no block “html”"),
    "unknown value": ({"blocks": [{**SECTION, "css": "x"}]}, "block 1 (section): nothing here is called “css”"),
    "unknown choice": ({"blocks": [{**SECTION, "level": 1}]}, "block 1 (section), level: Value 1 is not a valid"),
    "impossible risk": ({"blocks": [RISK]}, f"{WHERE}, block 1 (risk): "),
    "an empty figure": ({"blocks": [{"block": "figure"}]}, f"{WHERE}, block 1 (figure): "),
    "a figure without picture": (
        {"blocks": [{"block": "figure", "picture": PICTURE}]},
        f"{WHERE}, block 1 (figure): the file names no picture {PICTURE}",
    ),
}
RECORDS = {
    "time zone": (manifest(locations=[{**PLACE, "time_zone": "Mars"}]), "time_zone: Enter a time zone"),
    "phone": (manifest(locations=[{**PLACE, "phone": "911 call"}]), "phone: "),
    "hours": (
        manifest(locations=[{**PLACE, "hours": [{"weekday": 7, "opens": "08:00", "closes": "09:00"}]}]),
        "hours",
    ),
    "mailbox": (manifest(locations=[{**PLACE, "recipients": ["x\nBcc: y"]}]), "is not an email address"),
    "name of another": (manifest(locations=[{**PLACE, "name": "Denver"}]), "another location here is called “Denver”"),
    "a page twice": (manifest(pages=[PAGE, PAGE]), "Pages: “other/parking” stands twice"),
    "banner ends before it starts": (manifest(banner=BANNER), "Banner: "),
    "banner leads away": (
        manifest(banner={**BANNER, "ends_at": "2026-05-03T00:00:00Z", "link": "//evil.example", "link_text": "x"}),
        "Banner: “//evil.example” is not an address of this site",
    ),
    "redirect leads away": (manifest(redirects=[{**REDIRECT, "to_path": "//evil.example/"}]), "Redirect “/old/”: "),
    "redirect of the admin": (
        manifest(redirects=[{**REDIRECT, "from_path": "/admin/"}]),
        "is not the address of a page",
    ),
    "redirect in a circle": (
        manifest(redirects=[REDIRECT, {"from_path": "/about/", "to_path": "/old/"}]),
        "Redirect “/old/”: it would lead in a circle",
    ),
    "redirect to itself": (manifest(redirects=[{**REDIRECT, "to_path": "/old/"}]), "Redirect “/old/”: "),
    "menu to no page": (
        manifest(menus={"header": [{"text": "X", "page": "other/x"}]}),
        "Menu header: there is no page “other/x”",
    ),
    "menu to both": (
        manifest(menus={"header": [{"text": "X", "page": "other/x", "path": "/x/"}]}),
        "one of the two",
    ),
    "menu leads away": (
        manifest(menus={"header": [{"text": "X", "path": "https://evil.example/"}]}),
        "is not an address of this site",
    ),
}
RECORDS |= {name: (page(**changes), words) for name, (changes, words) in PAGES.items()}


@pytest.mark.parametrize(("data", "words"), RECORDS.values(), ids=RECORDS)
def test_a_record_that_cannot_be_is_named_and_refused(refuse, tmp_path, data, words):
    refuse(zipped(tmp_path / "x.zip", data), words)


def test_no_refusal_speaks_of_rules_of_the_database(refuse, tmp_path):
    for data in (page(blocks=[RISK]), manifest(banner=BANNER), manifest(redirects=[{**REDIRECT, "to_path": "/old/"}])):
        with pytest.raises(CommandError) as refused:
            bring_in(zipped(tmp_path / "x.zip", data))
        assert "Constraint" not in str(refused.value)


def test_a_circle_with_a_redirect_of_this_site_is_refused(refuse, tmp_path):
    Redirect.objects.create(from_path="/about/", to_path="/old/")
    refuse(zipped(tmp_path / "x.zip", manifest(redirects=[REDIRECT])), "it would lead in a circle")


def test_every_fault_is_told_at_once_up_to_twenty(refuse, tmp_path):
    path = zipped(tmp_path / "x.zip", manifest(pages=[{**PAGE, "slug": f"p{n}", "title": ""} for n in range(25)]))
    refuse(path, "Page other/p0, title: ")
    refuse(path, "Page other/p19, title: ")
    refuse(path, "… and 5 more.")


# --- Pictures -----------------------------------------------------------------------------------------------
def picture(content: bytes, checksum: str = "") -> tuple[dict, dict[str, bytes]]:
    name = f"pictures/{checksum or sha256(content).hexdigest()}.png"
    return manifest(pictures=[{"file": name, "title": "Arm"}]), {name: content}


def zip_inside() -> bytes:
    return b"PK\x03\x04" + b"0" * 200


PICTURES = {
    "a ZIP": (zip_inside(), "This file is a ZIP archive, not a picture"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "This is an SVG drawing"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "This is not a JPEG, PNG, WebP or AVIF picture"),
    "nothing": (b"", "This file is empty"),
    "half a picture": (as_bytes(two_halves(), "PNG")[:60], "This picture is damaged or not complete"),
}


@pytest.mark.parametrize(("content", "words"), PICTURES.values(), ids=PICTURES)
def test_a_picture_that_is_something_else_is_refused(refuse, tmp_path, content, words):
    refuse(zipped(tmp_path / "x.zip", *picture(content)), words)


def test_a_picture_of_fifty_megapixels_is_refused(refuse, tmp_path):
    refuse(zipped(tmp_path / "x.zip", *picture(as_bytes(two_halves(10_000, 5_000), "PNG"))), "40 megapixels")


def test_a_picture_under_the_name_of_another_is_refused(refuse, tmp_path):
    path = zipped(tmp_path / "x.zip", *picture(as_bytes(two_halves(), "PNG"), checksum="0" * 64))
    refuse(path, "it is not the file that was exported under this name")


def test_a_picture_that_the_zip_lacks_is_refused(refuse, tmp_path):
    data, _files = picture(b"x")
    refuse(zipped(tmp_path / "x.zip", data), "is missing in the file")


# --- All or nothing --------------------------------------------------------------------------------------------
@pytest.fixture
def two_pictures(tmp_path):
    """An export with two pictures and a page."""
    copies = [copy_of(two_halves(width, 300)) for width in (500, 501)]
    files = {f"pictures/{each.checksum}.jpg": each.content for each in copies}
    pictures = [{"file": name, "title": name[9:15], "alt": "An arm."} for name in files]
    return zipped(tmp_path / "x.zip", {**page(), "pictures": pictures}, files)


def test_a_full_disk_leaves_neither_row_nor_file(clinic, two_pictures, media, monkeypatch):
    write, before = renditions._write, state()

    def fill_up(path, content):
        if any(media.rglob("*.jpg")):
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(renditions, "_write", fill_up)
    with pytest.raises(CommandError, match=r"(?s)Nothing was changed.*No space left on device"):
        bring_in(two_pictures)
    assert state() == before


def test_a_fault_at_the_last_record_leaves_nothing(clinic, two_pictures, monkeypatch):
    before = state()
    monkeypatch.setattr("services.transfer.write_facts.after_pages", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring_in(two_pictures)
    assert state() == before


def test_a_good_export_of_the_same_shape_is_taken(clinic, tmp_path):
    data = manifest(
        locations=[PLACE],
        categories=[{"name": "Pain", "slug": "pain"}],
        pages=[PAGE],
        redirects=[{"from_path": "/old/", "to_path": "/parking/"}],
        menus={"header": [{"text": "Parking", "page": "other/parking"}]},
        banner={**BANNER, "ends_at": "2026-05-30T00:00:00Z"},
    )
    bring_in(zipped(tmp_path / "x.zip", data))
    assert Location.objects.get(slug="boulder").response_hours == 4
    assert Category.objects.get().name == "Pain"
