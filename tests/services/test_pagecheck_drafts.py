"""A saved page as the check reads it, and the demo pages."""

import dataclasses
import datetime
import re

import pytest
from django.contrib.auth import get_user_model

from services import facts
from services.demo.load import load_demo_content
from services.drafts import page_text
from services.models import AtAGlance, Location, Page, Source
from services.models.blocks import (
    BLOCKS,
    CallToAction,
    CareCard,
    DoAndDont,
    Evidence,
    Figure,
    Question,
    Risk,
    Section,
    Table,
)
from services.pagecheck import blocking, check
from services.pagecheck.standard import SIGN_OFF
from services.publishing import publish
from tests.builders import make_page
from tests.markup import Document

pytestmark = pytest.mark.django_db
DEMO_DAY = datetime.date(2026, 10, 6)  # the day after its last review


def add(model, page, ordering, **fields):
    return model.objects.create(parent=page, region="main", ordering=ordering, **fields)


@pytest.fixture
def mixed(clinic):
    """A treatment page whose blocks were not made in the order in which they stand."""
    page = Page.objects.get(slug="dry-needling")
    add(Section, page, 30, heading="Third", text="<p>Three</p>")
    add(CareCard, page, 50, heading="Call 911", urgency="emergency", text="<ul><li>Chest pain</li></ul>")
    add(Section, page, 20, heading="Second", level=3, text="<p>Two</p>")
    add(DoAndDont, page, 40, heading="After", do="Move.\nRest.", dont="Train hard.")
    add(Figure, page, 60, drawing=Figure.Drawing.NEEDLES, alt="Two needles", caption="Left: ours")
    add(Evidence, page, 70, heading="Research", speaks_for="<p>F</p>", speaks_against="<p>A</p>", as_of=DEMO_DAY)
    add(Table, page, 80, caption="Compared", table="<table><tbody><tr><td><p>Cell</p></td></tr></tbody></table>")
    add(Question, page, 90, question="Does it hurt?", answer="<p>It can.</p>")
    AtAGlance.objects.create(
        page=page, what_it_is="W1", who_does_it="W2", how_long="W3", what_you_may_feel="W4", who_should_not="W5"
    )
    Source.objects.create(page=page, position=3, title="A trial", publisher="A journal")
    return page


def test_parts_stand_in_the_order_of_the_page(mixed):
    parts = page_text(mixed).parts
    assert [part.heading.text for part in parts if part.block == "section"] == ["First part", "Second", "Third"]
    assert [part.block for part in parts[3:]] == [
        "doanddont", "carecard", "figure", "evidence", "table", "question",
    ]  # fmt: skip


def test_headings_have_the_level_that_the_page_shows(mixed, client):
    publish(mixed)
    elements = Document(client.get("/treatments/dry-needling/")).elements
    shown = [(each.text.removeprefix("Emergency: "), each.tag) for each in elements]
    headings = page_text(mixed).headings
    assert len(headings) == 7
    assert {(heading.text, f"h{heading.level}") for heading in headings} <= set(shown)


def test_what_is_typed_one_point_per_line_is_read_as_points(mixed):
    (part,) = page_text(mixed).parts_of("doanddont")
    assert [text.words for text in part.texts] == ["Move.\nRest.", "Train hard."]


def test_plain_fields_are_not_read_as_html(mixed):
    DoAndDont.objects.update(do="a < b <script>")
    (part,) = page_text(mixed).parts_of("doanddont")
    assert part.texts[0].words == "a < b <script>"


def test_today_is_the_day_of_the_clinic(clinic, clock):
    clock.move_to(datetime.datetime(2026, 5, 13, 3, tzinfo=datetime.UTC))  # still the 12th in Denver
    assert page_text(Page.objects.get()).today == datetime.date(2026, 5, 12)


# --- Where to jump to ----------------------------------------------------------------------------------
@pytest.fixture
def form(mixed, client):
    """The admin's form for that page."""
    client.force_login(get_user_model().objects.create_superuser("admin", "admin@clinic.example", "x"))
    return Document(client.get(f"/admin/services/treatment/{mixed.pk}/change/"))


def shown_in(form, where: str) -> str:
    (field,) = [each for each in form.elements if each.attrs.get("id") == where]
    return field.attrs.get("value", "") if field.tag == "input" else field.raw.removeprefix("\n")


def words_in(form, where: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", shown_in(form, where)).split()


def test_every_text_names_the_field_it_stands_in(form, mixed):
    draft = page_text(mixed)
    for part in draft.parts:
        if part.heading:
            assert shown_in(form, part.heading.where) == part.heading.text
        for text in part.texts:
            assert words_in(form, text.where) == text.words.split()
        if part.picture:
            assert shown_in(form, part.picture.where) == part.picture.alt
        assert [each for each in form.elements if each.attrs.get("id") == part.where]
    for text in (*draft.head, *draft.glance):
        assert shown_in(form, text.where) == text.words


def test_every_finding_leads_to_an_element_of_the_form(form, mixed):
    ids = {*form.values("id"), SIGN_OFF}
    draft = dataclasses.replace(page_text(mixed), glance=(), title="A cure " * 20, reviewer="")
    found = check(draft)
    assert {finding.where for finding in found} <= ids
    assert len(found) > 10


# --- Facts and links -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("token", "rule"),
    [
        ("[[phone denver]]", None),
        ("[[hours]]", None),
        ("[[drawing needles]]", "unknown-fact"),
        ("[[phone boston]]", "unknown-fact"),
    ],
)
def test_facts_of_the_site_are_known(clinic, token, rule):
    page = make_page(Page.Kind.OTHER, "About", "about", text=f"<p>{token}</p>", description="About us")
    assert [finding.rule for finding in check(page_text(page))] == ([rule] if rule else [])


def test_facts_of_a_closed_location_are_not_known(clinic):
    Location.objects.filter(slug="denver").update(is_active=False)
    facts.forget()
    assert "phone denver" not in page_text(Page.objects.get()).known_facts


@pytest.mark.parametrize(
    ("href", "is_dead"),
    [
        ("/treatments/dry-needling/#risks", False),
        ("/about/", False),  # the page itself
        ("/", False),
        ("/treatments/", False),
        ("/request-appointment/?location=denver", False),
        ("/locations/denver/", False),
        ("/locations/boston/", True),
        ("/conditions/knots/", True),  # a draft
        ("/admin/", True),
        ("/nowhere", True),
        ("nowhere", True),
    ],
)
def test_links_lead_to_what_is_in_public(clinic, href, is_dead):
    make_page(Page.Kind.CONDITION, "Knots", "knots")
    text = f'<p><a href="{href}">Some words</a></p>'
    page = make_page(Page.Kind.OTHER, "About", "about", text=text, description="About us")
    assert [finding.rule == "dead-link" for finding in check(page_text(page))] == [True] * is_dead


# --- Cost ----------------------------------------------------------------------------------------------
def test_forty_blocks_of_every_kind_cost_fifteen_queries(mixed, django_assert_max_num_queries):
    for n in range(30):
        add(
            Section,
            mixed,
            100 + n,
            heading=f"Part {n}",
            text='<p><a href="/treatments/dry-needling/">Needling</a></p>',
        )
    add(Risk, mixed, 200, heading="1 in 1,000", text="<p>A study</p>")
    add(CallToAction, mixed, 210, heading="Call us")
    page = Page.objects.get(pk=mixed.pk)
    facts.current()
    with django_assert_max_num_queries(15):
        assert len(page_text(page).parts) == 41


# --- The demo ------------------------------------------------------------------------------------------
def test_c13_no_demo_page_has_a_finding(db, clock):
    load_demo_content()
    found = {page.slug: check(page_text(page, DEMO_DAY)) for page in Page.objects.all()}
    assert len(found) > 10
    assert {slug: findings for slug, findings in found.items() if findings} == {}


def test_a_demo_page_without_its_card_is_blocked(db, clock):
    load_demo_content()
    CareCard.objects.all().delete()
    for page in Page.objects.treatments():
        assert "missing-urgent-help" in {finding.rule for finding in blocking(check(page_text(page, DEMO_DAY)))}


def test_every_kind_of_block_is_read(db, clock):
    load_demo_content()
    read = {part.block for page in Page.objects.all() for part in page_text(page).parts if part.heading or part.texts}
    assert read == {block._meta.model_name for block in BLOCKS}
