"""Content moves between sites: one zip, all or nothing, twice is once, nothing public unless asked."""

import datetime
import json
from hashlib import sha256

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from reversion.models import Version

from services.demo.load import load_demo_content
from services.fingerprint import fingerprint
from services.history import lines_of
from services.models import (
    BLOCKS,
    Banner,
    Clinic,
    Image,
    Location,
    MenuItem,
    Page,
    Publication,
    Redirect,
    SignOff,
)
from services.models.blocks import Figure, Section
from services.publishing import publish
from services.review import NEEDS_SIGN_OFF, valid_sign_off
from services.transfer.values import fields_of
from tests.builders import make_page
from tests.photos import as_bytes, copy_of, make_image, two_halves, with_secrets
from tests.services.exports import (
    MANIFEST,
    PAGE,
    SECTION,
    bring_in,
    empty_the_site,
    export,
    manifest,
    page,
    read,
    read_manifest,
    rewrite,
    state,
    zipped,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NO_CHANGE = "The site has all of this already: nothing was changed."


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def file(tmp_path):
    """Where the export goes."""
    return tmp_path / "content.zip"


def signed(page: Page) -> None:
    """As if a reviewer had read it."""
    SignOff.objects.create(page=page, fingerprint=fingerprint(page), reviewer_name="reviewer")


@pytest.fixture
def unsigned(db, clock):
    """The demo clinic after the day of its reviews."""
    clock.move_to(datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC))
    load_demo_content()


@pytest.fixture
def demo(unsigned):
    """With a picture, a banner, a redirect and a page nobody published, all signed."""
    needling = Page.objects.treatments().get(slug="dry-needling")
    image = make_image(alt="A hand rests on the upper arm.")
    Figure.objects.create(parent=needling, region="main", ordering=5, image=image)
    make_page(Page.Kind.OTHER, "Parking", "parking")
    Redirect.objects.create(from_path="/old/", to_path="/about/", is_automatic=True)
    now = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    Banner.objects.create(text="We are closed on May 25.", starts_at=now, ends_at=now + 30 * DAY)
    for each in Page.objects.filter(kind__in=NEEDS_SIGN_OFF):
        signed(each)
    publish(needling)
    return needling


def public() -> dict[str, str]:
    """What the public reads, by path."""
    return dict(Publication.objects.live().values_list("path", "body"))


# --- There and back ----------------------------------------------------------------------------------
def test_an_export_into_an_empty_site_exports_the_same_again(demo, file, tmp_path):
    export(file)
    before = public()
    empty_the_site()
    bring_in(file, "--publish")
    export(tmp_path / "again.zip")
    assert read(tmp_path / "again.zip") == read(file)
    assert public() == before
    assert len(before) == 17


def test_importing_twice_changes_nothing_and_says_so(demo, file):
    export(file)
    empty_the_site()
    bring_in(file, "--publish")
    before = state()
    printed = bring_in(file, "--publish")
    assert state() == before
    assert printed.splitlines()[-2:] == ["0 new, 0 changed, 28 as they were.", NO_CHANGE]


def test_the_site_it_came_from_has_all_of_it(demo, file):
    export(file)
    before = state()
    assert NO_CHANGE in bring_in(file)
    assert state() == before


def test_a_rehearsal_says_what_would_change_and_changes_nothing(demo, file):
    export(file)
    empty_the_site()
    before = state()
    printed = bring_in(file, "--dry-run", "--publish")
    assert state() == before
    assert "new           page treatment/dry-needling\n" in printed
    assert "published     page treatment/dry-needling\n" in printed
    assert printed.splitlines()[-2:] == [
        "28 new, 0 changed, 0 as they were.",
        "This was a rehearsal: nothing was changed.",
    ]


def test_progress_is_shown(demo, file):
    assert export(file).startswith("Writing 18 pages and 1 pictures\nWrote ")
    empty_the_site()
    printed = bring_in(file)
    assert "Read 18 pages; looking at 1 pictures\n" in printed
    assert "Pages: 18 of 18\n" in printed
    assert "Sizes of pictures: 1 of 1\n" in printed


def test_the_manifest_names_everything_by_what_people_call_it(demo, file):
    export(file)
    data = read_manifest(file)
    page = next(each for each in data["pages"] if each["kind"] == "location_treatment")
    assert (page["location"], page["treatment"]) == ("north-miami", "dry-needling")
    assert data["locations"][0]["region"] == "CO"
    assert data["locations"][0]["hours"][0] == {"weekday": 0, "opens": "08:00", "closes": "12:00"}
    assert not [key for key in json.dumps(data).split('"') if key in ("id", "pk") or key.endswith("_id")]


# --- What travels --------------------------------------------------------------------------------------
ELSEWHERE = {
    "Clinic": {"fallback_recipient", "reply_to"},
    "Location": {"reply_to", "bad_day", "bad_day_ends_at", "bad_day_words"},
    "Page": {"location", "treatment", "owner", "review_reminded_at", "updated_at"},
    "Image": {"file", "width", "height", "checksum", "uploaded_at"},
    "Redirect": {"created_at"},
    "MenuItem": {"page"},
    "Figure": {"image"},
    "SignOff": {"page", "reviewer"},
}
PARENTS = {"id", "page", "parent", "location", "region", "ordering"}
LEFT_BEHIND = {"Publication", "RelatedLink", "SearchTerm", "PreviewLink", "Recipient"}


def test_every_field_of_content_travels_or_is_known_not_to():
    found = {}
    for model in apps.get_app_config("services").get_models():
        name = model.__name__
        if model._meta.proxy or name in LEFT_BEHIND:
            continue
        names = {field.name for field in model._meta.concrete_fields} - set(fields_of(model)) - {"id"}
        parts = {"AlsoCalled", "AtAGlance", "Source", "OpeningHours", "Closure", *(block.__name__ for block in BLOCKS)}
        found[name] = names - (PARENTS if name in parts else set()) - ELSEWHERE.get(name, set())
    assert {name: missing for name, missing in found.items() if missing} == {}
    assert "region" in fields_of(Location)


def test_pages_arrive_as_drafts_and_the_public_sees_no_change(clinic, file):
    live = Publication.objects.get().body
    export(file)
    path = rewrite(file, lambda data: data["pages"][0]["blocks"][0].update(text="<p>Other words</p>"))
    assert "changed       page treatment/dry-needling: blocks\n" in bring_in(path)
    assert Section.objects.get().text == "<p>Other words</p>"
    assert Publication.objects.get().body == live


def test_the_text_that_was_there_stays_in_the_history(clinic, file):
    export(file)

    def change(data):
        data["pages"][0].update(title="Needles", blocks=[SECTION])

    bring_in(rewrite(file, change))
    after, before = Version.objects.get_for_object(Page.objects.get())
    assert "Dry needling" in str(lines_of(before))
    assert "Needles" in str(lines_of(after))
    assert ("Plain words." in str(lines_of(after)), "First part" in str(lines_of(after))) == (True, False)
    assert "First part" in str(lines_of(before))
    assert after.revision.comment == "Import of by-hand.zip"


def test_pages_that_the_export_lacks_stay(clinic, tmp_path):
    bring_in(zipped(tmp_path / "x.zip", page()))
    assert set(Page.objects.values_list("slug", flat=True)) == {"dry-needling", "parking"}


def test_related_pages_are_related_both_ways(clinic, tmp_path):
    other = {**PAGE, "slug": "bus", "title": "Bus", "related": ["other/parking"]}
    path = zipped(tmp_path / "x.zip", manifest(pages=[other, PAGE]))
    bring_in(path)
    assert [each.slug for each in Page.objects.get(slug="parking").related.all()] == ["bus"]
    assert NO_CHANGE in bring_in(path)


def test_mailboxes_of_the_desk_travel_only_when_asked_for(clinic, file, tmp_path):
    Clinic.objects.update(fallback_recipient="desk@clinic.example", reply_to="answers@clinic.example")
    export(file)
    assert "clinic.example" not in read(file)[MANIFEST].decode()
    export(tmp_path / "all.zip", "--with-recipients")
    Location.objects.get(slug="denver").recipients.all().delete()
    Clinic.objects.update(fallback_recipient="", reply_to="")
    bring_in(file)
    assert not Location.objects.get(slug="denver").recipients.exists()
    bring_in(tmp_path / "all.zip")
    assert Clinic.objects.get().reply_to == "answers@clinic.example"
    assert Location.objects.get(slug="denver").recipients.get().email == "desk.denver@clinic.example"


def test_mailboxes_and_closures_of_this_site_stay(clinic, file):
    export(file, "--with-recipients")
    place = Location.objects.get(slug="denver")
    place.recipients.create(email="second@clinic.example")
    place.closures.create(date=datetime.date(2026, 5, 20), name="Moving day")
    assert NO_CHANGE in bring_in(file)
    assert place.recipients.count() == 2
    assert place.closures.count() == 1


def test_a_changed_phone_is_named_as_what_changes(clinic, file):
    export(file)
    path = rewrite(file, lambda data: data["locations"][0].update(phone="+13035550199"))
    assert "changed       location denver: phone\n" in bring_in(path)
    assert Location.objects.get(slug="denver").phone.as_e164 == "+13035550199"


def test_the_switch_of_a_bad_day_is_not_touched(clinic, clock, file):
    export(file)
    until = datetime.datetime(2026, 5, 13, tzinfo=datetime.UTC)
    Location.objects.filter(slug="denver").update(bad_day="phones", bad_day_ends_at=until)
    bring_in(rewrite(file, lambda data: data["locations"][0].update(summary="Other words.")))
    assert Location.objects.get(slug="denver").bad_day == "phones"


def test_a_menu_is_replaced_whole_and_an_empty_one_left_alone(clinic, tmp_path):
    MenuItem.objects.create(menu="header", text="Old", path="/treatments/")
    MenuItem.objects.create(menu="footer", text="Kept", path="/articles/")
    links = [{"text": "Needles", "page": "treatment/dry-needling"}, {"text": "Where", "path": "/locations/"}]
    bring_in(zipped(tmp_path / "x.zip", manifest(menus={"header": links, "footer": []})))
    assert list(MenuItem.objects.values_list("menu", "text", "page__slug", "path")) == [
        ("footer", "Kept", None, "/articles/"),
        ("header", "Needles", "dry-needling", ""),
        ("header", "Where", None, "/locations/"),
    ]


def test_what_somebody_edits_meanwhile_is_refused_as_stale(clinic, file, client):
    opened = Page.objects.get().updated_at
    export(file)
    bring_in(rewrite(file, lambda data: data["pages"][0].update(title="Needles")))
    assert Page.objects.get().updated_at >= opened


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>x<script>alert(1)</script></p>", "<p>x</p>"),
        ("<p onclick='x()'>x</p>", "<p>x</p>"),
        ('<p style="color:red">x</p>', "<p>x</p>"),
        ("<img src=x onerror=alert(1)>", ""),
        ('<p><a href="javascript:alert(1)">x</a></p>', "<p><a>x</a></p>"),
        ("<svg><script>alert(1)</script></svg>", ""),
        ("<iframe src=//evil.example></iframe>", ""),
    ],
)
def test_html_is_sanitised_on_the_way_in(clinic, tmp_path, html, kept):
    path = zipped(tmp_path / "x.zip", page(blocks=[{"block": "section", "heading": "A", "text": html}]))
    bring_in(path)
    stored = Section.objects.get(parent__slug="parking").text
    assert "script" not in stored
    assert stored == kept
    assert NO_CHANGE in bring_in(path)


# --- Publishing ------------------------------------------------------------------------------------------
def test_publishes_what_was_in_public_there_and_passes_here(clinic, tmp_path):
    pages = [
        {**PAGE, "in_public": True},
        {**PAGE, "slug": "draft", "title": "Draft"},
        {
            **PAGE,
            "slug": "hole",
            "title": "Hole",
            "in_public": True,
            "blocks": [{"block": "section", "text": "[[x]]"}],
        },
    ]
    printed = bring_in(zipped(tmp_path / "x.zip", manifest(pages=pages)), "--publish")
    assert "published     page other/parking\n" in printed
    assert "not published page other/hole: There is no fact “x”." in printed
    assert Publication.objects.live().other_slugs().get() == "parking"


def test_facts_that_arrive_with_the_pages_fill_their_tokens(unsigned, file):
    export(file)
    empty_the_site()
    assert "published     page other/about\n" in bring_in(file, "--publish")


def test_a_treatment_that_nobody_signed_is_not_published(unsigned, file):
    export(file)
    empty_the_site()
    printed = bring_in(file, "--publish")
    assert "not published page treatment/massage: This text is not signed off." in printed
    assert not Publication.objects.of_kind(Page.Kind.TREATMENT).exists()


def test_a_signature_travels_with_the_text_it_signs(demo, file):
    export(file)
    empty_the_site()
    bring_in(file)
    sign_off = valid_sign_off(Page.objects.treatments().get(slug="dry-needling"))
    assert (sign_off.reviewer_name, sign_off.reviewer) == ("reviewer", None)


def test_a_text_changed_by_hand_loses_its_signature(demo, file):
    def change(data):
        next(each for each in data["pages"] if each["slug"] == "massage").update(summary="It cures all.")

    export(file)
    empty_the_site()
    printed = bring_in(rewrite(file, change), "--publish")
    assert "page treatment/massage: its text is not the one that was signed; the sign-off is void." in printed
    assert not Publication.objects.filter(slug="massage").exists()


# --- Pictures ----------------------------------------------------------------------------------------------
def with_picture(tmp_path, content: bytes, checksum: str, extension="jpg", **fields):
    name = f"pictures/{checksum}.{extension}"
    pictures = [{"file": name, "title": "Arm", "alt": "An arm.", **fields}]
    data = {**page(blocks=[{"block": "figure", "picture": name}]), "pictures": pictures}
    return zipped(tmp_path / "x.zip", data, {name: content})


def test_a_picture_is_kept_byte_for_byte(clinic, tmp_path, media):
    picture = copy_of(two_halves(500, 300))
    bring_in(with_picture(tmp_path, picture.content, picture.checksum))
    image = Image.objects.get()
    assert (media / "images" / image.key / "500.jpg").read_bytes() == picture.content
    assert image.state == Image.State.READY
    assert Figure.objects.get(parent__slug="parking").image == image


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png")])
def test_what_a_camera_wrote_into_a_picture_does_not_arrive(clinic, tmp_path, media, kind, extension):
    content = with_secrets(kind)
    path = with_picture(tmp_path, content, sha256(content).hexdigest(), extension)
    bring_in(path)
    files = [file for file in media.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if b"Pat Sample" in file.read_bytes()]
    assert NO_CHANGE in bring_in(path)


def test_what_hides_behind_the_end_of_a_picture_does_not_arrive(clinic, tmp_path, media):
    content = as_bytes(two_halves()) + b"PK\x03\x04 canary"
    bring_in(with_picture(tmp_path, content, sha256(content).hexdigest()))
    assert not [file for file in media.rglob("*.*") if b"canary" in file.read_bytes()]


def test_a_lost_file_comes_back(clinic, tmp_path, media):
    picture = copy_of(two_halves(500, 300))
    image = make_image(picture, title="Arm", alt="An arm.")
    (media / "images" / image.key / "500.jpg").unlink()
    assert "changed       picture Arm: file\n" in bring_in(with_picture(tmp_path, picture.content, picture.checksum))
    assert Image.objects.get().state == Image.State.READY


# --- The commands ------------------------------------------------------------------------------------------
def test_an_export_does_not_write_over_a_file_unasked(clinic, file):
    file.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        export(file)
    assert file.read_text() == "mine"
    export(file, "--replace")
    assert read_manifest(file)["version"] == 1


def test_an_export_that_fails_leaves_nothing_half_written(clinic, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "no" / "such" / "folder.zip")
    image = make_image()
    image.file.storage.delete(image.file.name)
    with pytest.raises(CommandError, match="The files of these pictures are lost: “Shoulder stretch”"):
        export(tmp_path / "x.zip")
    assert list(tmp_path.glob("*x.zip*")) == []


def test_nothing_of_staff_or_patients_is_in_an_export(demo, file):
    get_user_model().objects.create_user("canary-user", email="canary@clinic.example")
    Page.objects.update(owner=get_user_model().objects.get())
    export(file, "--with-recipients")
    assert b"canary" not in b"".join(read(file).values())
