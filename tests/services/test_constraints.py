"""What the database itself refuses, each rule both ways: the nearest allowed row, and the row beyond it."""

import datetime
from datetime import date, time

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from services.models import (
    AlsoCalled,
    Banner,
    Clinic,
    Closure,
    Image,
    Location,
    MenuItem,
    OpeningHours,
    Page,
    Publication,
    Recipient,
    Redirect,
    SearchTerm,
    Source,
)
from services.models.blocks import Figure, Risk
from tests.builders import make_page
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

Kind = Page.Kind
HOUR = datetime.timedelta(hours=1)


def denver() -> Location:
    return Location.objects.get(slug="denver")


def miami() -> Location:
    return Location.objects.get(slug="north-miami")


def needling() -> Page:
    return Page.objects.get(slug="dry-needling", location=None)


def page(kind, slug="new", **fields):
    return Page.objects.create(kind=kind, title="Title", slug=slug, **fields)


def at_location(place, slug="dry-needling"):
    return page(Kind.LOCATION_TREATMENT, slug, location=place, treatment=needling())


def publication(path="/new/", ends_at=None):
    return Publication.objects.create(
        kind=Kind.OTHER, path=path, slug="new", title="T", starts_at=NOW, ends_at=ends_at
    )


def closure(day=5, opens=None, closes=None):
    return Closure.objects.create(location=denver(), date=date(2027, 1, day), name="x", opens=opens, closes=closes)


def hours(place, weekday, opens):
    return OpeningHours.objects.create(location=place, weekday=weekday, opens=opens, closes=time(20))


def risk(affected, out_of):
    block = {"parent": needling(), "region": "main", "ordering": 50, "heading": "x", "text": "x"}
    return Risk.objects.create(affected=affected, out_of=out_of, **block)


def image(checksum="a", **fields):
    return Image.objects.create(**{"title": "x", "width": 1, "height": 1, "checksum": checksum, **fields})


def figure(**fields):
    return Figure.objects.create(parent=needling(), region="main", ordering=50, **fields)


def recipient(place, email="desk.denver@clinic.example"):
    return Recipient.objects.create(location=place, email=email)


def source(of, position=1):
    return Source.objects.create(page=of, position=position, title="x", publisher="x")


def called(of, name="Same"):
    return AlsoCalled.objects.create(page=of, name=name)


def search_term(of):
    return SearchTerm.objects.create(publication=of, term="knot", weight=1)


def menu_item(of=None, path=""):
    return MenuItem.objects.create(menu="header", text="x", page=of, path=path)


def banner(ends_at=NOW + HOUR, pk=1, **fields):
    row = Banner(pk=pk, text="x", starts_at=NOW, ends_at=ends_at, **fields)
    return Banner.objects.bulk_create([row])


def redirect(from_path, to_path):
    return Redirect.objects.create(from_path=from_path, to_path=to_path)


def bad_day(kind, ends_at=None, words=""):
    changes = {"bad_day": kind, "bad_day_ends_at": ends_at, "bad_day_words": words}
    return Location.objects.filter(slug="denver").update(**changes)


def response_hours(number):
    return Location.objects.filter(slug="denver").update(response_hours=number)


# name of the constraint: what is allowed, what is refused after that
RULES = {
    "clinic_is_one_row": [
        lambda: Clinic.objects.filter(pk=1).update(name="Renamed"),
        lambda: Clinic.objects.bulk_create([Clinic(pk=2, name="Second")]),
    ],
    "location_answers_after_an_hour_or_more": [lambda: response_hours(1), lambda: response_hours(0)],
    "location_bad_day_has_an_end": [
        lambda: [bad_day("closed", NOW), bad_day("closed", NOW, "x"), bad_day("")],
        lambda: bad_day("closed"),
    ],
    "recipient_once_per_location": [lambda: recipient(miami()), lambda: recipient(denver())],
    "opening_hours_weekday_exists": [lambda: hours(denver(), 6, time(9)), lambda: hours(denver(), 7, time(9))],
    "opening_hours_once": [lambda: hours(denver(), 0, time(8, 1)), lambda: hours(denver(), 0, time(8))],
    "closure_once_per_date": [lambda: closure(5), lambda: closure(5)],
    "closure_has_both_times_or_neither": [
        lambda: [closure(6, time(9), time(12)), closure(7)],
        lambda: closure(8, opens=time(9)),
    ],
    "page_slug_once_per_kind": [
        lambda: page(Kind.CONDITION, "dry-needling"),
        lambda: page(Kind.TREATMENT, "dry-needling"),
    ],
    "page_slug_once_per_location": [
        lambda: [at_location(denver()), at_location(miami())],
        lambda: at_location(miami()),
    ],
    "page_has_location_and_treatment_or_neither": [
        lambda: at_location(denver(), "new"),
        lambda: page(Kind.LOCATION_TREATMENT, location=denver()),
    ],
    "page_is_dated_if_article": [
        lambda: page(Kind.ARTICLE, "dated", dated=NOW.date()),
        lambda: page(Kind.ARTICLE, "undated"),
    ],
    "also_called_once_per_page": [
        lambda: [called(needling(), "Same"), called(make_page(slug="other"), "Same")],
        lambda: called(needling(), "Same"),
    ],
    "source_number_once_per_page": [
        lambda: [source(needling(), 1), source(needling(), 2)],
        lambda: source(needling(), 2),
    ],
    "publication_one_open_per_path": [
        lambda: [publication("/new/"), publication("/new/", ends_at=NOW), publication("/newer/")],
        lambda: publication("/new/"),
    ],
    "publication_ends_after_it_starts": [
        lambda: publication(ends_at=NOW),
        lambda: publication(ends_at=NOW - HOUR),
    ],
    "search_term_of_publication_once": [
        lambda: [search_term(publication("/a/")), search_term(publication("/b/"))],
        lambda: search_term(Publication.objects.get(path="/a/")),
    ],
    "menu_item_leads_to_a_page_or_a_path": [
        lambda: [menu_item(needling()), menu_item(path="/")],
        lambda: menu_item(),
    ],
    "banner_is_one_row": [lambda: banner(), lambda: banner(pk=2)],
    "banner_ends_after_it_starts": [
        lambda: [banner(NOW + HOUR), Banner.objects.all().delete()],
        lambda: banner(NOW),
    ],
    "banner_link_has_a_text": [
        lambda: [banner(link="/", link_text="x"), Banner.objects.all().delete()],
        lambda: banner(link="/"),
    ],
    "redirect_leads_elsewhere": [lambda: redirect("/a/", "/b/"), lambda: redirect("/c/", "/c/")],
    "redirect_stays_on_this_site": [lambda: redirect("/a/", "/"), lambda: redirect("/c/", "//evil.example/")],
    "risk_is_a_share": [lambda: [risk(1, 1000), risk(1000, 1000)], lambda: risk(1, 1001)],
    "image_once": [lambda: [image("a"), image("b")], lambda: image("a")],
    "image_has_a_size": [lambda: image(), lambda: image("b", height=0)],
    "image_is_decorative_or_has_words": [
        lambda: [image("a"), image("b", alt="x"), image("c", is_decorative=True)],
        lambda: image("d", alt="x", is_decorative=True),
    ],
    "figure_is_drawing_or_image": [
        lambda: [figure(drawing="needles", alt="x"), figure(image=image()), figure(image=image("b"), alt="x")],
        lambda: figure(alt="x"),
    ],
    "figure_drawing_has_words": [lambda: figure(drawing="needles", alt="x"), lambda: figure(drawing="needles")],
}
# The other ways to break a rule that has several.
ALSO_REFUSED = {
    "a closure that only closes": lambda: closure(closes=time(9)),
    "a closure that opens for no time": lambda: closure(opens=time(9), closes=time(9)),
    "a treatment with a location": lambda: page(Kind.TREATMENT, location=denver()),
    "a treatment of a treatment": lambda: page(Kind.TREATMENT, treatment=needling()),
    "a treatment at no location": lambda: page(Kind.LOCATION_TREATMENT, treatment=needling()),
    "a dated treatment": lambda: page(Kind.TREATMENT, dated=NOW.date()),
    "a menu item to two places": lambda: menu_item(needling(), "/"),
    "a banner with a text for no link": lambda: banner(link_text="x"),
    "a redirect to another site by a backslash": lambda: redirect("/a/", "/\\evil.example"),
    "a redirect to a web address": lambda: redirect("/a/", "https://evil.example"),
    "a redirect from no path": lambda: redirect("a", "/"),
    "an ordinary day with an end": lambda: bad_day("", NOW),
    "an ordinary day with words": lambda: bad_day("", words="x"),
    "a risk of nobody": lambda: risk(0, 100),
    "a risk of more than all": lambda: risk(3, 2),
    "a picture of no width": lambda: image(width=0),
    "a figure that is both": lambda: figure(drawing="needles", alt="x", image=image()),
    "a clinic without its number": lambda: Clinic.objects.filter(pk=1).update(id=2),
}


def refused(make):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    return str(error.value)


@pytest.mark.parametrize("name", RULES)
def test_the_database_allows_what_is_right_and_refuses_what_is_wrong(clinic, name):
    allowed, wrong = RULES[name]
    allowed()
    message = refused(wrong)
    assert name in message or message.startswith("UNIQUE")  # SQLite names the columns of a unique rule


@pytest.mark.parametrize("case", ALSO_REFUSED)
def test_the_database_refuses(clinic, case):
    refused(ALSO_REFUSED[case])


def test_every_named_rule_of_the_app_is_tested():
    models = apps.get_app_config("services").get_models()
    assert {rule.name for model in models for rule in model._meta.constraints} == set(RULES)


def test_the_clinic_stays_one_row_however_it_is_saved(clinic):
    Clinic(name="Another").save()
    assert Clinic.objects.get().name == "Another"
