"""Pictures in the admin: uploads and their refusals, where they are used, who may do what (C8)."""

import struct
import zlib

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as PillowImage

from services import renditions, uploads
from services.models import Image, Location, Page
from services.models.blocks import Figure
from services.publishing import publish
from tests.builders import make_page, make_staff
from tests.markup import Document, form_data
from tests.photos import SECRET, as_bytes, copy_of, make_image, see_through, two_halves, upload, with_secrets

ADD = "/admin/services/image/add/"
LIST = "/admin/services/image/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def editor(clinic, client):
    """A browser with an editor signed in."""
    client.force_login(make_staff("editor", "Editor"))
    return client


@pytest.fixture
def reviewer(clinic, client):
    """A browser with a reviewer signed in."""
    client.force_login(make_staff("reviewer", "Reviewer"))
    return client


@pytest.fixture
def send(editor, django_capture_on_commit_callbacks):
    """Uploads through the real form, up to and after the commit."""

    def post(content, name="photo.jpg", **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return editor.post(ADD, {"title": "Shoulder", "alt": "A hand", "file": upload(content, name), **fields})

    return post


def change(image) -> str:
    return f"/admin/services/image/{image.pk}/change/"


def errors(response) -> str:
    return " ".join(each.text for each in Document(response).all("ul", **{"class": "errorlist"}))


def nothing_is_stored(media) -> bool:
    return not Image.objects.exists() and not any(media.iterdir())


def bomb(width=60_000, height=60_000) -> bytes:
    """A PNG of some bytes that claims to be enormous."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 99)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def cut(kind) -> bytes:
    content = as_bytes(PillowImage.effect_noise((80, 80), 90).convert("RGB"), kind)
    return content[: len(content) // 2]


BAD_UPLOADS = {
    "an empty file": (b"", "This file is empty."),
    "a ZIP named PNG": (b"PK\x03\x04" + bytes(200), "This file is a ZIP archive, not a picture."),
    "a PNG that goes on as a ZIP": (b"\x89PNG\r\n\x1a\nPK\x03\x04" + bytes(200), "damaged or not complete"),
    "an SVG": (b'<?xml version="1.0"?><svg onload="alert(1)"></svg>', "This is an SVG drawing"),
    "an SVG in capitals": (b"<SVG><script>alert(1)</script></SVG>", "This is an SVG drawing"),
    "a HEIC photo": (b"\0\0\0\x18ftypheic" + bytes(200), "This is a HEIC photo"),
    "a GIF": (as_bytes(two_halves(), "GIF"), "This is not a JPEG, PNG, WebP or AVIF picture."),
    "a BMP": (as_bytes(two_halves(), "BMP"), "This is not a JPEG, PNG, WebP or AVIF picture."),
    "a TIFF": (as_bytes(two_halves(), "TIFF"), "This is not a JPEG, PNG, WebP or AVIF picture."),
    "a web page": (b"<!doctype html><script>alert(1)</script>", "This is not a JPEG, PNG, WebP or AVIF picture."),
    "a program": (b"\x7fELF" + bytes(500), "This is not a JPEG, PNG, WebP or AVIF picture."),
    "one byte": (b"x", "This is not a JPEG, PNG, WebP or AVIF picture."),
    "a JPEG cut short": (cut("JPEG"), "damaged or not complete"),
    "a PNG cut short": (cut("PNG"), "damaged or not complete"),
    "a WebP cut short": (cut("WEBP"), "damaged or not complete"),
    "an AVIF cut short": (cut("AVIF"), "damaged or not complete"),
    "50 megapixels": (bomb(10_000, 5_000), "more than 40 megapixels"),
    "a little over 40 megapixels": (bomb(8_001, 5_000), "more than 40 megapixels"),
    "3600 megapixels": (bomb(), "more than 40 megapixels"),
    "12 MB and a byte": (as_bytes(two_halves()).ljust(uploads.MAX_BYTES + 1, b"\0"), "larger than 12 MB"),
}


# --- Uploads ---------------------------------------------------------------------------------------
def test_an_upload_is_kept_clean_with_all_its_sizes(send, media):
    response = send(with_secrets("JPEG"))
    assert response.status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height, image.state) == (60, 40, Image.State.READY)
    files = [path for path in media.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"60.jpg", "60.webp", "60.avif"}
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("case", BAD_UPLOADS)
def test_c8_a_bad_upload_is_answered_in_words_and_stores_nothing(send, media, case):
    content, sentence = BAD_UPLOADS[case]
    response = send(content, "photo.png")
    assert response.status_code == 200
    assert sentence in errors(response)
    assert nothing_is_stored(media)


def test_what_was_typed_is_still_there_after_a_bad_upload(send):
    response = send(b"", title="Shoulder stretch", alt="A hand rests on the arm")
    assert form_data(response, "image_form")["title"] == ["Shoulder stretch"]
    assert form_data(response, "image_form")["alt"] == ["A hand rests on the arm"]


def test_without_a_file_nothing_is_stored(editor, media):
    response = editor.post(ADD, {"title": "Shoulder"})
    assert "Choose a picture." in errors(response)
    assert nothing_is_stored(media)


@pytest.mark.parametrize("fields", [{"title": ""}, {"alt": "A hand", "is_decorative": "on"}, {"alt": "x" * 301}])
def test_a_good_file_with_wrong_words_stores_nothing(send, media, fields):
    response = send(as_bytes(two_halves()), **fields)
    assert errors(response)
    assert nothing_is_stored(media)


def test_a_decorative_picture_with_words_is_refused_in_words(send):
    assert "A decorative picture has no text alternative." in errors(
        send(as_bytes(two_halves()), alt="A hand", is_decorative="on")
    )


def test_a_picture_may_wait_for_its_words(send):
    send(as_bytes(two_halves()), alt="")
    assert not Image.objects.get().is_described


def test_the_same_picture_again_is_refused_by_its_name(send):
    send(as_bytes(two_halves()))
    response = send(as_bytes(two_halves()), title="Again")
    assert "already here, under the name “Shoulder”" in errors(response)
    assert Image.objects.count() == 1


@pytest.mark.parametrize("name", ["../../evil.jpg", "a" * 200 + ".jpg", "x.php", "x.svg", "день.jpg"])
def test_the_name_of_the_file_is_not_used(send, media, name):
    send(as_bytes(two_halves()), name)
    assert {path.name for path in media.rglob("*") if path.is_file()} == {"60.jpg", "60.webp", "60.avif"}


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_pictures_are_read_and_made(client, clinic, monkeypatch):
    client.force_login(make_staff("editor", "Editor"))
    in_transaction = []
    encode = renditions.encode

    def watched(image, extension):
        in_transaction.append(connection.in_atomic_block)
        return encode(image, extension)

    monkeypatch.setattr(renditions, "encode", watched)
    client.post(ADD, {"title": "Shoulder", "file": upload(as_bytes(two_halves()))})
    assert Image.objects.get().state == Image.State.READY
    assert in_transaction == [False] * 3  # the copy, AVIF, WebP


@pytest.mark.django_db(transaction=True)
def test_when_sizes_cannot_be_made_the_picture_is_kept_and_staff_are_told(editor, monkeypatch):
    def fail(*_args):
        raise OSError("disk full")

    monkeypatch.setattr(renditions, "_write", fail)
    response = editor.post(ADD, {"title": "Shoulder", "file": upload(as_bytes(two_halves()))}, follow=True)
    assert Image.objects.get().state == Image.State.INCOMPLETE
    page = response.content.decode()
    assert "its smaller sizes could not be made" in page
    assert "Smaller sizes are missing" in page


def test_saving_again_makes_what_is_missing(editor, django_capture_on_commit_callbacks):
    image = make_image(with_sizes=False)
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(change(image), form_data(editor.get(change(image)), "image_form"))
    assert image.state == Image.State.READY


def test_the_action_makes_what_is_missing(editor):
    image = make_image(with_sizes=False)
    data = {"action": "make_missing_sizes", "_selected_action": [image.pk]}
    assert "5 files made." in editor.post(LIST, data, follow=True).content.decode()
    assert image.state == Image.State.READY


# --- Change ----------------------------------------------------------------------------------------
def test_words_change_and_the_file_does_not(editor):
    image = make_image()
    other = upload(as_bytes(see_through(), "PNG"))
    editor.post(change(image), {"title": "New name", "alt": "New words", "file": other})
    after = Image.objects.get()
    assert (after.title, after.alt) == ("New name", "New words")
    assert (after.file.name, after.checksum) == (image.file.name, image.checksum)


def test_the_form_shows_the_picture_and_does_not_offer_another_file(editor):
    image = make_image(alt="A hand")
    document = Document(editor.get(change(image)))
    assert document.one("img", **{"class": "thumbnail"}).attrs["src"] == f"/media/images/{image.key}/480.jpg"
    assert not document.all("input", type="file")


def test_the_upload_asks_a_phone_for_what_we_take(editor):
    field = Document(editor.get(ADD)).one("input", type="file")
    assert field.attrs["accept"] == "image/avif,image/webp,image/jpeg,image/png"


# --- List ------------------------------------------------------------------------------------------
def test_the_list_tells_what_is_missing(editor):
    make_image(alt="A hand")
    page = editor.get(LIST).content.decode()
    assert "File is missing" not in page
    assert "Needed before publishing" not in page
    renditions.remove(Image.objects.get().key)
    Image.objects.update(alt="")
    page = editor.get(LIST).content.decode()
    assert "File is missing" in page
    assert "Needed before publishing" in page


def test_a_missing_file_does_not_break_its_form(editor):
    image = make_image()
    renditions.remove(image.key)
    assert "Bring it back from a backup" in editor.get(change(image)).content.decode()
    assert editor.post(change(image), {"title": "New name"}).status_code == 302


def test_the_list_asks_the_database_no_more_for_more_pictures(editor):
    counts = []
    for number in range(4):
        make_image(copy_of(two_halves(50 + number, 40)), with_sizes=False)
        with CaptureQueriesContext(connection) as captured:
            editor.get(LIST)
        counts.append(len(captured))
    assert counts[1] == counts[3]


# --- Use and deletion ------------------------------------------------------------------------------
def figure(page, image, **fields):
    return Figure.objects.create(parent=page, region="main", ordering=20, image=image, **fields)


def test_c8_the_form_lists_the_pages_that_use_it(editor):
    image, page = make_image(alt="A hand"), make_page(Page.Kind.CONDITION, "Knots", "knots")
    assert "No page." in editor.get(change(image)).content.decode()
    figure(page, image)
    publish(page)
    link = Document(editor.get(change(image))).one("a", href=f"/admin/services/condition/{page.pk}/change/")
    assert link.text == "Knots"
    assert "</a>: draft, in public now" in editor.get(change(image)).content.decode()


@pytest.mark.parametrize("kind", Page.Kind.values)
def test_a_use_leads_to_the_form_of_every_kind_of_page(editor, clinic, kind):
    image, treatment = make_image(), Page.objects.get(slug="dry-needling")
    place = {}
    if kind == Page.Kind.LOCATION_TREATMENT:
        place = {"location": Location.objects.get(slug="denver"), "treatment": treatment}
    page = make_page(kind, "Title", "new", **place)
    figure(page, image)
    links = Document(editor.get(change(image))).values("href")
    (address,) = [href for href in links if href.endswith(f"/{page.pk}/change/") and "/image/" not in href]
    assert editor.get(address).status_code == 200


@pytest.mark.parametrize("where", ["draft", "public"])
def test_a_picture_in_use_cannot_be_deleted(reviewer, where):
    image, page = make_image(alt="A hand"), make_page(Page.Kind.CONDITION, "Knots", "knots")
    block = figure(page, image)
    if where == "public":
        publish(page)
        block.delete()
    for response in (reviewer.get(delete(image)), reviewer.post(delete(image), {"post": "yes"})):
        text = response.content.decode()
        assert "cannot be deleted while a page shows it" in text
        assert "Knots" in text
    assert image.state == Image.State.READY
    assert Image.objects.exists()


def delete(image) -> str:
    return f"/admin/services/image/{image.pk}/delete/"


def test_a_picture_without_use_is_deleted_with_its_files(reviewer, django_capture_on_commit_callbacks):
    image = make_image()
    assert "All its files are deleted too" in reviewer.get(delete(image)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        reviewer.post(delete(image), {"post": "yes"})
    assert not Image.objects.exists()
    assert not renditions.folder(image.key).exists()


def test_pictures_are_not_deleted_in_bulk(reviewer):
    make_image()
    assert "delete_selected" not in reviewer.get(LIST).content.decode()


# --- Figures on a page -----------------------------------------------------------------------------
def page_form(client, page, **block):
    """The page's form with one more figure, as the browser sends it."""
    data = form_data(client.get(f"/admin/services/condition/{page.pk}/change/"), "condition_form")
    prefix = "services_figure_set"
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    data[f"{prefix}-TOTAL_FORMS"] = [str(number + 1)]
    values = {"parent": page.pk, "region": "main", "ordering": 20, "drawing": "", "image": "", "alt": "", **block}
    return data | {f"{prefix}-{number}-{name}": [str(value)] for name, value in values.items()}


@pytest.fixture
def knots(clinic):
    """A condition page."""
    return make_page(Page.Kind.CONDITION, "Knots", "knots")


def save(client, page, **block):
    return client.post(f"/admin/services/condition/{page.pk}/change/", page_form(client, page, **block))


def test_an_editor_puts_a_picture_on_a_page(editor, knots):
    image = make_image(alt="A hand")
    assert save(editor, knots, image=image.pk, alt="Other words").status_code == 302
    block = Figure.objects.get()
    assert (block.image, block.drawing, block.words) == (image, "", "Other words")


def test_an_editor_still_puts_a_drawing_on_a_page(editor, knots):
    assert save(editor, knots, drawing="needles", alt="Two needles").status_code == 302
    assert Figure.objects.get().drawing == "needles"


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({"alt": "x"}, "Choose a drawing or a picture."),
        ({"drawing": "needles", "alt": "x", "image": True}, "Choose a drawing or a picture, not both."),
        ({"drawing": "needles"}, "Say in words what the drawing tells."),
        ({"image": 999_999}, "Select a valid choice."),
    ],
)
def test_a_figure_of_both_or_neither_is_refused_in_words(editor, knots, block, sentence):
    image = make_image()
    response = save(editor, knots, **{**block, **({"image": image.pk} if block.get("image") is True else {})})
    assert response.status_code == 200
    assert sentence in errors(response)
    assert not Figure.objects.exists()


def test_the_form_of_a_figure_shows_its_picture(editor, knots):
    image = make_image(alt="A hand")
    figure(knots, image)
    document = Document(editor.get(f"/admin/services/condition/{knots.pk}/change/"))
    assert document.one("img", **{"class": "thumbnail"}).attrs["alt"] == "A hand"
    (chosen,) = [e for e in document.all("option") if "selected" in e.attrs and e.text == "Shoulder stretch"]
    assert chosen.attrs["value"] == str(image.pk)


def test_more_figures_cost_the_form_of_a_page_no_query(editor, knots):
    counts = []
    for number in range(4):
        figure(knots, make_image(copy_of(two_halves(50 + number, 40)), with_sizes=False))
        with CaptureQueriesContext(connection) as captured:
            editor.get(f"/admin/services/condition/{knots.pk}/change/")
        counts.append(sum("services_image" in query["sql"] for query in captured))
    assert counts == [1, 1, 1, 1]


def test_who_may_only_look_sees_the_figures(client, knots):
    client.force_login(make_staff("manager", "Manager"))
    figure(knots, make_image(alt="A hand"))
    response = client.get(f"/admin/services/condition/{knots.pk}/change/")
    assert Document(response).one("img", **{"class": "thumbnail"}).attrs["alt"] == "A hand"


def test_pictures_are_found_by_name_and_words(editor):
    image = make_image(title="Shoulder stretch", alt="A hand rests")
    query = {"app_label": "services", "model_name": "figure", "field_name": "image"}
    for term, found in (("shoulder", [image.pk]), ("rests", [image.pk]), ("knee", [])):
        answer = editor.get("/admin/autocomplete/", {**query, "term": term}).json()
        assert [int(each["id"]) for each in answer["results"]] == found


# --- Who may ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("Editor", {"view", "add", "change"}),
        ("Reviewer", {"view", "add", "change", "delete"}),
        ("Manager", {"view"}),
        ("Front desk", set()),
        ("Auditor", set()),
    ],
)
def test_what_a_role_may_do_with_pictures(clinic, role, allowed):
    user = make_staff("somebody", role)
    codes = Permission.objects.filter(content_type__app_label="services", content_type__model="image")
    assert {p.codename.split("_")[0] for p in codes if user.has_perm(f"services.{p.codename}")} == allowed


@pytest.mark.parametrize("role", ["Manager", "Front desk"])
def test_an_upload_of_others_is_refused_before_it_is_read(clinic, client, media, monkeypatch, role):
    monkeypatch.setattr(uploads, "_open", lambda file: pytest.fail("read"))
    client.force_login(make_staff("somebody", role))
    assert client.post(ADD, {"title": "x", "file": upload(as_bytes(two_halves()))}).status_code == 403
    assert nothing_is_stored(media)


def test_an_editor_cannot_delete(editor):
    image = make_image()
    assert editor.post(delete(image), {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client, db, media):
    response = client.post(ADD, {"title": "x", "file": upload(as_bytes(two_halves()))})
    assert response.status_code == 302
    assert "/login/" in response["Location"]
    assert nothing_is_stored(media)


def test_an_upload_without_a_csrf_token_is_refused(clinic, media):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("editor", "Editor"))
    assert client.post(ADD, {"title": "x", "file": upload(as_bytes(two_halves()))}).status_code == 403
    assert nothing_is_stored(media)
