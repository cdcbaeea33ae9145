"""Markup in every text of every record is shown as text, and a refused form loses nothing that was typed."""

import datetime
import xml.etree.ElementTree as ET

import pytest
from django.db import models
from django.urls import reverse

from services import facts
from services.models import (
    BLOCKS,
    AlsoCalled,
    AtAGlance,
    Banner,
    Category,
    Clinic,
    Closure,
    Image,
    Location,
    MenuItem,
    Page,
    Publication,
    Source,
)
from services.models.blocks import Figure
from services.publishing import publish
from tests.builders import make_page, make_staff
from tests.conftest import NOW
from tests.markup import Document
from tests.photos import make_image
from tests.services.editing import SECTION, form_data, form_url

pytestmark = pytest.mark.django_db

# Short enough for the shortest field, a name of 40 letters.
HOSTILE = "\"'><canary onerror=x()>{{ 7 }}</script>"
RECORDS = [Clinic, Location, Closure, Category, Page, AlsoCalled, AtAGlance, Source, Banner, MenuItem, Image, *BLOCKS]
NOT_FREE = (models.SlugField, models.URLField, models.EmailField)
# What is no free text, or chosen from others by its form.
KEPT = {"kind", "region", "path", "link", "time_zone", "file", "checksum", "phone", "postal_code"}
LISTED = [Clinic, Location, Category, Banner, MenuItem, Image]
PAGES = [
    "/",
    "/treatments/",
    "/conditions/",
    "/articles/",
    "/articles/category/pain/",
    "/locations/",
    "/locations/denver/",
    "/locations/denver/dry-needling/",
    "/treatments/dry-needling/",
    "/articles/why-it-hurts/",
    "/about/",
    "/search/?q=canary",
    "/search/?q=%22%27%3E%3Ccanary%20onerror%3Dx()%3E",
    "/request-appointment/",
    "/my-request/",
    "/no/such/page/",
]


def free_texts(model) -> list[str]:
    """Names of the fields in which staff may type anything."""
    texts = [field for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)]
    free = [field for field in texts if not field.choices and not isinstance(field, NOT_FREE)]
    return [field.name for field in free if field.name not in KEPT and (field.max_length or 99) >= len(HOSTILE)]


def spoil(row: models.Model) -> None:
    """Put markup into every text of the row; names that must differ get their number."""
    for name in free_texts(type(row)):
        setattr(row, name, f"{HOSTILE}{row.pk}"[: row._meta.get_field(name).max_length])
    row.save()


def a_block_of(page: Page, model, ordering: int) -> models.Model:
    required = {
        "Evidence": {"as_of": NOW.date()},
        "CareCard": {"urgency": "emergency"},
        "Figure": {"drawing": "needles", "alt": "Needles"},
    }
    return model.objects.create(parent=page, region="main", ordering=ordering, **required.get(model.__name__, {}))


@pytest.fixture
def spoiled(site, settings, tmp_path):
    """A site where every text of every record is markup."""
    settings.MEDIA_ROOT = tmp_path
    place = Location.objects.get(slug="denver")
    Closure.objects.create(location=place, date=NOW.date() + datetime.timedelta(days=2), name="x")
    Location.objects.update(bad_day="phones", bad_day_ends_at=NOW + datetime.timedelta(hours=9))
    Banner.objects.create(
        text="x", link="/about/", link_text="x", starts_at=NOW, ends_at=NOW + datetime.timedelta(days=9)
    )
    MenuItem.objects.create(menu="header", text="x", page=site[Page.Kind.OTHER])
    MenuItem.objects.create(menu="footer", text="x", path="/treatments/")
    for page in site.values():
        AlsoCalled.objects.create(page=page, name="x")
        Source.objects.create(page=page, position=2, title="x", publisher="x")
        for ordering, model in enumerate(BLOCKS, start=100):
            a_block_of(page, model, ordering)
        Figure.objects.create(parent=page, region="main", ordering=200, image=Image.objects.first() or make_image())
        page.related.add(*[other for other in site.values() if other != page])
    AtAGlance.objects.create(page=site[Page.Kind.TREATMENT])
    for model in RECORDS:
        for row in model.objects.all():
            spoil(row)
    for page in site.values():
        publish(Page.objects.get(pk=page.pk))
    facts.forget()
    return site


def breaks_out(text: str) -> bool:
    """Whether markup of a record became markup of the page."""
    document = Document(text)
    return bool(document.all("canary")) or any(name.startswith("on") for e in document.elements for name in e.attrs)


def test_every_record_has_texts_to_spoil():
    assert all(free_texts(model) for model in RECORDS)


def test_markup_in_any_record_is_text_on_every_page(spoiled, client):
    texts = {path: client.get(path).content.decode() for path in PAGES}
    assert [path for path, text in texts.items() if breaks_out(text)] == []
    assert [path for path, text in texts.items() if "canary onerror" not in text] == []


def test_markup_in_any_record_is_text_for_feed_readers(spoiled, client):
    root = ET.fromstring(client.get("/articles/feed/").content)
    assert [each.text[: len(HOSTILE)] for each in root.iter("{http://www.w3.org/2005/Atom}title")][1] == HOSTILE


def test_markup_in_any_record_is_text_for_staff(spoiled, admin_client):
    names = [f"admin:services_{model._meta.model_name}" for model in LISTED]
    addresses = [reverse(f"{name}_changelist") for name in names]
    addresses += [
        reverse(f"{name}_change", args=[model.objects.first().pk]) for name, model in zip(names, LISTED, strict=True)
    ]
    addresses += [form_url(page) for page in spoiled.values()]
    assert [each for each in addresses if breaks_out(admin_client.get(each).content.decode())] == []


def test_rich_text_of_every_block_holds_no_foreign_markup(spoiled):
    assert [live.path for live in Publication.objects.live() if breaks_out(live.body)] == []


# --- Refused, and nothing lost -------------------------------------------------------------------------
TYPED = "Twenty minutes of typing."
REFUSED = {
    "the address of another page": ({"slug": "parking"}, "Another page already has this address."),
    "an address of the site": ({"slug": "admin"}, "The site itself uses this address."),
    "the address of the search": ({"slug": "search"}, "The site itself uses this address."),
    "no address": ({"slug": ""}, "This field is required."),
    "an address with a slash": ({"slug": "a/b"}, "Enter a valid “slug”"),
    "no title": ({"title": ""}, "This field is required."),
    "a long title": ({"title": "x" * 111}, "Ensure this value has at most 110 characters"),
    "a long description": ({"description": "x" * 161}, "Ensure this value has at most 160 characters"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_page_keeps_what_was_typed_and_stores_nothing(site, client, case):
    changes, sentence = REFUSED[case]
    make_page(Page.Kind.OTHER, "Parking", "parking")
    client.force_login(make_staff("writer", role="Editor"))
    about = site[Page.Kind.OTHER]
    before = list(Page.objects.values())
    data = form_data(client, about, summary=TYPED, **{f"{SECTION}-0-text": f"<p>{TYPED}</p>"}) | changes
    response = client.post(form_url(about), data)
    document = Document(response)
    assert sentence in " ".join(each.text for each in document.all("ul", **{"class": "errorlist"}))
    assert document.one("textarea", id="id_summary").text == TYPED
    assert TYPED in document.one("textarea", id=f"id_{SECTION}-0-text").text
    assert list(Page.objects.values()) == before
