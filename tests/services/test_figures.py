"""Pictures on public pages: what a figure prints, what happens without its files, how files are served (C8)."""

import contextlib
import datetime

import pytest
from django.db import IntegrityError, connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from services import renditions
from services.models import Image, Page
from services.models.blocks import Figure, Section
from services.publishing import publish
from services.usage import uses_of
from tests.builders import make_page
from tests.conftest import NOW
from tests.markup import Document
from tests.photos import copy_of, make_image, see_through, two_halves

pytestmark = pytest.mark.django_db

URL = "/conditions/knots/"
CAPTION = "Hold it for thirty seconds."


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def knots(clinic):
    """A condition page with one section, not yet published."""
    return make_page(Page.Kind.CONDITION, "Knots", "knots")


@pytest.fixture
def shoulder(db):
    """A picture of 500 × 300 pixels with its files."""
    return make_image(alt="A hand rests on the upper arm.")


def show(page, image, ordering=20, **fields):
    """The picture on the page."""
    return Figure.objects.create(parent=page, region="main", ordering=ordering, image=image, **fields)


def public(client, page):
    publish(page)
    return Document(client.get(URL))


def picture_in(document):
    return document.one("img", **{"class": "photo"})


def fetch(client, address):
    """A file as a browser gets it: answer and content."""
    with contextlib.closing(client.get(address)) as response:
        return response, b"".join(response.streaming_content)


# --- What is printed -------------------------------------------------------------------------------
def test_c8_a_picture_has_avif_webp_and_a_fallback(client, knots, shoulder):
    show(knots, shoulder)
    document = public(client, knots)
    assert [e.attrs["type"] for e in document.one("picture").children if e.tag == "source"] == [
        "image/avif",
        "image/webp",
    ]
    base = f"/media/images/{shoulder.key}"
    assert document.all("source")[0].attrs["srcset"] == f"{base}/480.avif 480w, {base}/500.avif 500w"
    assert picture_in(document).attrs["srcset"] == f"{base}/480.jpg 480w, {base}/500.jpg 500w"
    assert picture_in(document).attrs["src"] == f"{base}/500.jpg"


def test_c8_a_picture_keeps_its_place_while_it_loads(client, knots, shoulder):
    show(knots, shoulder)
    attrs = picture_in(public(client, knots)).attrs
    assert (attrs["width"], attrs["height"], attrs["decoding"]) == ("500", "300", "async")


def test_a_transparent_picture_falls_back_to_png(client, knots):
    show(knots, make_image(copy_of(see_through(), "PNG"), is_decorative=True))
    assert picture_in(public(client, knots)).attrs["src"].endswith("/60.png")


@pytest.mark.parametrize(("ordering", "loading"), [(5, "eager"), (20, "lazy")])
def test_only_a_figure_that_opens_the_page_is_loaded_at_once(client, knots, shoulder, ordering, loading):
    show(knots, shoulder, ordering=ordering)
    Figure.objects.create(parent=knots, region="main", ordering=30, drawing="needles", alt="Needles")
    document = public(client, knots)
    assert picture_in(document).attrs["loading"] == loading
    assert document.one("img", alt="Needles").attrs["loading"] == "lazy"


def test_every_address_of_a_picture_answers(client, knots, shoulder):
    show(knots, shoulder)
    document = public(client, knots)
    sets = document.values("srcset")
    addresses = {part.split()[0] for each in sets for part in each.split(", ")}
    assert len(addresses) == 6
    assert all(fetch(client, address)[1] for address in addresses)


def test_a_caption_stands_under_the_picture(client, knots, shoulder):
    show(knots, shoulder, caption=CAPTION)
    figure = public(client, knots).one("figure")
    assert [e.tag for e in figure.children][-1] == "figcaption"
    assert figure.text == CAPTION


# --- Words -----------------------------------------------------------------------------------------
def test_the_words_come_from_the_picture(client, knots, shoulder):
    show(knots, shoulder)
    assert picture_in(public(client, knots)).attrs["alt"] == "A hand rests on the upper arm."


def test_a_page_may_say_it_in_other_words(client, knots, shoulder):
    show(knots, shoulder, alt="Here the hand does not press.")
    assert picture_in(public(client, knots)).attrs["alt"] == "Here the hand does not press."


def test_a_decorative_picture_has_an_empty_text(client, knots):
    show(knots, make_image(is_decorative=True))
    assert picture_in(public(client, knots)).attrs["alt"] == ""


def test_new_words_wait_for_the_next_publishing(client, knots, shoulder):
    show(knots, shoulder)
    publish(knots)
    before = client.get(URL).content
    Image.objects.update(alt="New words")
    assert client.get(URL).content == before
    assert picture_in(public(client, knots)).attrs["alt"] == "New words"


@pytest.mark.parametrize(
    "alt", ['"><script>alert(1)</script>', "it's <b>5 < 6</b> & more", "a ]] b", 'call "[[phone]]"', "two\nlines"]
)
def test_words_are_text_whatever_they_hold(client, knots, alt):
    show(knots, make_image(alt=alt))
    document = public(client, knots)
    assert picture_in(document).attrs["alt"] == alt
    assert "[[picture" not in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("alt", "is_decorative", "override", "described"),
    [("", False, "", False), ("x", False, "", True), ("", True, "", True), ("", False, "x", True)],
)
def test_c8_whether_a_figure_is_described(alt, is_decorative, override, described):
    image = Image(alt=alt, is_decorative=is_decorative)
    assert Figure(image=image, alt=override).is_described == described
    assert image.is_described == bool(alt or is_decorative)


def test_a_drawing_is_described_by_its_own_words():
    assert Figure(drawing="needles", alt="x").is_described
    assert not Figure(drawing="needles").is_described


# --- Missing files ---------------------------------------------------------------------------------
def test_until_its_sizes_are_made_the_kept_file_is_shown(client, knots):
    image = make_image(alt="x", with_sizes=False)
    show(knots, image)
    document = public(client, knots)
    assert not document.all("source")
    assert picture_in(document).attrs["srcset"] == f"/media/images/{image.key}/500.jpg 500w"
    image.make_renditions()
    assert len(Document(client.get(URL)).all("source")) == 2


def test_without_its_files_the_caption_is_left(client, knots, shoulder):
    show(knots, shoulder, caption=CAPTION)
    publish(knots)
    renditions.remove(shoulder.key)
    document = Document(client.get(URL))
    assert document.one("figure").text == CAPTION
    assert not document.all("picture")
    assert not document.all("img", **{"class": "photo"})


def test_without_its_files_and_a_caption_nothing_is_left(client, knots, shoulder):
    show(knots, shoulder)
    publish(knots)
    renditions.remove(shoulder.key)
    response = client.get(URL)
    assert response.status_code == 200
    assert "<figure" not in response.content.decode()
    assert shoulder.key not in response.content.decode()


def test_without_the_kept_file_the_other_formats_are_shown(client, knots, shoulder):
    show(knots, shoulder)
    for path in renditions.folder(shoulder.key).glob("*.jpg"):
        path.unlink()
    document = public(client, knots)
    assert len(document.all("source")) == 1
    assert picture_in(document).attrs["src"].endswith("500.webp")


# --- Cost ------------------------------------------------------------------------------------------
def queries(work):
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_pictures_cost_no_query(client, knots):
    publish(knots)
    client.get(URL)
    reading, baking = queries(lambda: client.get(URL)), queries(lambda: publish(knots))
    for number in range(4):
        image = make_image(copy_of(two_halves(50 + number, 40)), alt="x", with_sizes=False)
        show(knots, image, ordering=20 + number)
    assert queries(lambda: publish(knots)) == baking
    assert queries(lambda: client.get(URL)) == reading
    assert len(Document(client.get(URL)).all("picture")) == 4


# --- Serving ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content_type"),
    [("500.jpg", "image/jpeg"), ("500.webp", "image/webp"), ("480.avif", "image/avif")],
)
def test_a_file_is_served_for_ever_and_as_what_it_is(client, shoulder, name, content_type):
    response, content = fetch(client, f"/media/images/{shoulder.key}/{name}")
    assert content == (renditions.folder(shoulder.key) / name).read_bytes()
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response
    assert "Vary" not in response


def test_a_png_is_served(client, db):
    image = make_image(copy_of(see_through(), "PNG"))
    response, _content = fetch(client, f"/media/images/{image.key}/60.png")
    assert response["Content-Type"] == "image/png"


def test_only_reading_is_allowed(client, shoulder):
    address = f"/media/images/{shoulder.key}/500.jpg"
    with contextlib.closing(client.head(address)) as response:
        assert response.status_code == 200
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "481.jpg",
        "500.svg",
        "500.html",
        "notes.txt",
        ".part.jpg",
        "../../secret.jpg",
        "..%2f..%2fsecret.jpg",
        "%2e%2e/%2e%2e/secret.jpg",
        "",
        "500.jpg/",
        "500.jpg%00",
        "500.jpg%0a",
    ],
)
def test_nothing_but_a_picture_is_served(client, shoulder, media, name):
    (media / "secret.jpg").write_text("secret")
    folder = renditions.folder(shoulder.key)
    for other in ("500.svg", "500.html", "notes.txt", ".part.jpg"):
        (folder / other).write_text("secret")
    assert client.get(f"/media/images/{shoulder.key}/{name}").status_code == 404


def test_no_folder_is_listed(client, shoulder):
    for path in ("/media/", "/media/images/", f"/media/images/{shoulder.key}/"):
        assert client.get(path).status_code == 404


def test_a_folder_with_the_name_of_a_file_is_not_found(client, shoulder):
    (renditions.folder(shoulder.key) / "999.jpg").mkdir()
    assert client.get(f"/media/images/{shoulder.key}/999.jpg").status_code == 404


# --- Uses and deletion -----------------------------------------------------------------------------
def test_where_a_picture_is_used(knots, shoulder, clock):
    figure = show(knots, shoulder)
    assert [(use.in_draft, use.is_live, use.is_scheduled) for use in uses_of(shoulder)] == [(True, False, False)]
    publish(knots)
    assert [(use.in_draft, use.is_live, use.is_scheduled) for use in uses_of(shoulder)] == [(True, True, False)]
    figure.delete()
    assert [(use.in_draft, use.is_live, use.is_scheduled) for use in uses_of(shoulder)] == [(False, True, False)]
    publish(knots)
    assert uses_of(shoulder) == []


def test_a_scheduled_use_is_told(knots, shoulder, clock):
    show(knots, shoulder)
    publish(knots, at=NOW + datetime.timedelta(days=1))
    (use,) = uses_of(shoulder)
    assert (use.is_live, use.is_scheduled) == (False, True)


def test_a_page_with_the_picture_twice_is_one_use(knots, shoulder):
    show(knots, shoulder)
    show(knots, shoulder, ordering=30)
    assert [use.title for use in uses_of(shoulder)] == ["Knots"]


def test_a_use_outlives_its_page(knots, shoulder):
    show(knots, shoulder)
    publish(knots)
    knots.delete()
    (use,) = uses_of(shoulder)
    assert (use.title, use.page, use.path, use.is_live) == ("Knots", None, URL, True)


def test_the_database_keeps_a_picture_that_a_draft_shows(knots, shoulder):
    show(knots, shoulder)
    with pytest.raises(ProtectedError):
        shoulder.delete()


def test_deleting_takes_the_files_after_the_row_is_gone(shoulder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        shoulder.delete()
        assert renditions.folder(shoulder.key).exists()
    assert not renditions.folder(shoulder.key).exists()


def test_history_leaves_a_deleted_picture_out(client, knots, shoulder, django_capture_on_commit_callbacks):
    figure = show(knots, shoulder, caption=CAPTION)
    publish(knots)
    figure.delete()
    with django_capture_on_commit_callbacks(execute=True):
        shoulder.delete()
    assert Document(client.get(URL)).one("figure").text == CAPTION


def test_the_same_picture_is_kept_once(shoulder):
    with pytest.raises(IntegrityError):
        make_image(title="Again")


def test_a_token_typed_by_hand_shows_nothing(client, knots):
    text = '<p>[[picture nothing]] [[picture 00000000000000000000000000000000 1 1 lazy "x"]]</p>'
    Section.objects.create(parent=knots, region="main", ordering=20, text=text)
    assert public(client, knots).one("div", **{"class": "prose top-6"}).text == "First part Text"
