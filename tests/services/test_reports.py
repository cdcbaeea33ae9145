"""Reports on the pages: what to look after, as tables and CSV (C16)."""

import csv
import datetime

import pytest
from django.utils import timezone

from services.links import dead_links, internal_links
from services.models import Location, Page, Redirect, Source
from services.models.blocks import Section
from services.publishing import publish, unpublish
from services.reports import REPORTS
from services.spreadsheet import BYTE_ORDER_MARK, safe_cell
from tests.builders import make_page, make_staff
from tests.markup import Document

DAY = datetime.timedelta(days=1)
OVERVIEW = "/admin/services/reports/"
SITE = "https://www.clinic.example"


@pytest.fixture
def editor(clinic, client):
    """A browser of somebody who writes pages."""
    client.force_login(make_staff("editor", "Editor", locations=()))
    return client


@pytest.fixture
def knots(clinic):
    """A draft of a condition."""
    return make_page(Page.Kind.CONDITION, "Knots", "knots")


def titles(slug) -> list[str]:
    return [row.page.title for row in REPORTS[slug].rows()]


def details(slug) -> list[str]:
    return [row.detail for row in REPORTS[slug].rows()]


def update(page, **values):
    Page.objects.filter(pk=page.pk).update(**values)
    page.refresh_from_db()


# --- Review overdue --------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(("due", "listed"), [("2026-05-11", ["Knots"]), ("2026-05-12", []), (None, [])])
def test_c16_a_page_is_overdue_from_the_day_after(knots, due, listed):
    update(knots, next_review_on=due)
    publish(knots)
    assert titles("review-overdue") == listed


@pytest.mark.django_db
def test_what_is_not_in_public_is_not_overdue(knots):
    update(knots, next_review_on="2026-05-01")
    assert titles("review-overdue") == []


@pytest.mark.django_db
def test_the_overdue_name_day_and_owner(knots):
    update(knots, next_review_on="2026-05-01", owner=make_staff("pat", "Editor", locations=()))
    publish(knots)
    assert details("review-overdue") == ["Friday, May 1, owner: pat"]


# --- Unpublished drafts ----------------------------------------------------------------------------
@pytest.mark.django_db
def test_c16_a_draft_is_listed_until_it_is_published_or_scheduled(knots):
    other = make_page(Page.Kind.OTHER, "About", "about")
    assert titles("drafts") == ["About", "Knots"]
    publish(knots)
    publish(other, at=timezone.now() + DAY)
    assert titles("drafts") == []


@pytest.mark.django_db
def test_what_left_the_public_is_a_draft_again(knots, clock):
    publish(knots)
    clock.shift(DAY)
    unpublish(knots)
    assert titles("drafts") == ["Knots"]


# --- Changed since publication ---------------------------------------------------------------------
@pytest.mark.django_db
def test_a_changed_text_is_listed_until_it_is_published(knots, clock):
    publish(knots)
    assert titles("changed") == []
    clock.shift(60)
    knots.title = "New knots"
    knots.save()
    assert titles("changed") == ["New knots"]
    publish(knots)
    assert titles("changed") == []


@pytest.mark.django_db
def test_a_changed_block_is_listed(knots, clock):
    publish(knots)
    clock.shift(60)
    Section.objects.filter(parent=knots).update(text="<p>Other</p>")
    knots.save()
    assert titles("changed") == ["Knots"]


@pytest.mark.django_db
def test_saving_without_a_change_is_no_change(knots, clock):
    publish(knots)
    clock.shift(60)
    knots.save()
    assert titles("changed") == []


@pytest.mark.django_db
def test_a_scheduled_page_is_compared_with_what_is_scheduled(knots, clock):
    publish(knots)
    clock.shift(60)
    knots.title = "New knots"
    knots.save()
    publish(knots, at=timezone.now() + DAY)
    assert titles("changed") == []
    clock.shift(60)
    knots.title = "Newer knots"
    knots.save()
    assert titles("changed") == ["Newer knots"]


# --- Missing sources, descriptions -----------------------------------------------------------------
@pytest.mark.django_db
def test_c16_a_medical_page_without_sources_is_listed(knots):
    make_page(Page.Kind.OTHER, "About", "about")
    assert titles("sources") == ["Dry needling", "Knots"]
    Source.objects.create(page=knots, position=1, title="A trial", publisher="A journal")
    assert titles("sources") == ["Dry needling"]


@pytest.mark.django_db
def test_c16_a_page_without_a_description_is_listed(knots):
    update(knots, description="What knots are.")
    assert titles("descriptions") == ["Dry needling"]


# --- Dead links ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="/a/">One <b>two</b></a>', [("/a/", "One two")]),
        ('<a href="/a/?q=1#part">x</a>', [("/a/", "x")]),
        (f'<a href="{SITE}/a/">x</a><a href="{SITE}">y</a>', [("/a/", "x"), ("/", "y")]),
        ('<a href="#part">x</a><a href="">y</a><a name="z">z</a>', []),
        ('<a href="https://other.example/a/">x</a><a href="//other.example/a/">x</a>', []),
        ('<a href="mailto:x@clinic.example">x</a><a href="tel:+13035550142">x</a>', []),
        ("<p>[[phone]]</p>", []),
    ],
)
def test_finds_the_links_inside_the_site(html, found):
    assert internal_links(html, SITE) == found


def test_a_link_is_dead_when_nothing_answers():
    bodies = [("/page/", '<a href="/there/">a</a><a href="/gone/">b</a>'), ("/other/", '<a href="/gone/">c</a>')]
    assert dead_links(bodies, {"/there/"}, SITE) == [("/page/", "/gone/", "b"), ("/other/", "/gone/", "c")]


@pytest.mark.django_db
def test_c16_a_dead_link_is_listed_with_its_words(knots):
    text = "".join(
        f'<p><a href="{path}">x</a></p>' for path in ("/treatments/dry-needling/", "/", "/locations/denver/")
    )
    text += '<p><a href="/gone/">gone</a></p>'
    Section.objects.filter(parent=knots).update(text=text)
    publish(knots)
    assert details("links") == ["/gone/ (gone)"]


@pytest.mark.django_db
def test_a_link_that_a_redirect_answers_is_not_dead(knots):
    Section.objects.filter(parent=knots).update(text='<p><a href="/gone/">gone</a></p>')
    publish(knots)
    Redirect.objects.create(from_path="/gone/", to_path="/treatments/")
    assert details("links") == []


@pytest.mark.django_db
def test_a_link_dies_with_its_page(knots):
    Section.objects.filter(parent=knots).update(text='<p><a href="/treatments/dry-needling/">x</a></p>')
    publish(knots)
    assert details("links") == []
    unpublish(Page.objects.get(slug="dry-needling"))
    assert details("links") == ["/treatments/dry-needling/ (x)"]


@pytest.mark.django_db
def test_drafts_have_no_dead_links(knots):
    Section.objects.filter(parent=knots).update(text='<p><a href="/gone/">gone</a></p>')
    assert details("links") == []


# --- In the admin ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_overview_counts_and_leads_to_every_report(editor, knots):
    document = Document(editor.get(OVERVIEW))
    rows = [e.text for e in document.one("table", **{"class": "report"}).children if e.tag == "tr"]
    assert any(row.startswith("Unpublished drafts 1") for row in rows)
    assert {f"{OVERVIEW}{slug}/" for slug in REPORTS} <= set(document.values("href"))


@pytest.mark.django_db
def test_the_start_of_the_admin_leads_to_the_reports(editor):
    assert OVERVIEW in Document(editor.get("/admin/")).values("href")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Page.Kind.values)
def test_a_row_leads_to_the_form_of_its_page(editor, clinic, kind):
    treatment = Page.objects.get()
    place = (
        {"location": Location.objects.first(), "treatment": treatment} if kind == Page.Kind.LOCATION_TREATMENT else {}
    )
    page = make_page(kind, "A draft", "a-draft", **place)
    links = [href for href in Document(editor.get(f"{OVERVIEW}drafts/")).values("href") if f"/{page.pk}/" in href]
    assert len(links) == 1
    assert editor.get(links[0]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("slug", REPORTS)
def test_every_report_has_a_table_or_says_that_there_is_nothing(editor, slug):
    response = editor.get(f"{OVERVIEW}{slug}/")
    assert response.status_code == 200
    assert bool(Document(response).all("table", **{"class": "report"})) != (
        "Nothing to do here." in response.content.decode()
    )


@pytest.mark.django_db
def test_c16_csv_has_the_rows_of_the_table(editor, knots):
    response = editor.get(f"{OVERVIEW}drafts/", {"format": "csv"})
    text = response.content.decode()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="drafts.csv"'
    assert list(csv.reader(text.removeprefix(BYTE_ORDER_MARK).splitlines())) == [
        ["Page", "Address", "Saved"],
        ["Knots", "http://127.0.0.1:8000/conditions/knots/", "Last saved Tuesday, May 12"],
    ]


@pytest.mark.django_db
def test_csv_runs_no_formula(editor, knots):
    update(knots, title='=HYPERLINK("https://evil.example")')
    text = editor.get(f"{OVERVIEW}drafts/", {"format": "csv"}).content.decode()
    assert "'=HYPERLINK" in text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_would_be_a_formula_is_neutralised(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["x=1", "1-2", "", "Knots", "'=1"])
def test_another_cell_stays_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.django_db
def test_an_unknown_report_is_not_found(editor):
    assert editor.get(f"{OVERVIEW}nope/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", [OVERVIEW, f"{OVERVIEW}drafts/", f"{OVERVIEW}drafts/?format=csv"])
def test_reports_are_for_staff_who_see_pages(clinic, client, path):
    assert client.get(path).status_code == 302
    client.force_login(make_staff())
    assert client.get(path).status_code == 403
    assert OVERVIEW not in Document(client.get("/admin/")).values("href")


@pytest.mark.django_db
def test_the_wrong_method_is_refused(editor):
    assert editor.post(OVERVIEW).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["drafts", "sources", "descriptions", "review-overdue"])
def test_the_number_of_pages_costs_no_query(editor, django_assert_max_num_queries, slug):
    for number in range(10):
        page = make_page(Page.Kind.CONDITION, f"Knots {number}", f"knots-{number}", next_review_on="2026-05-01")
        if slug == "review-overdue":
            publish(page)
    editor.get("/admin/")
    with django_assert_max_num_queries(20):
        assert len(REPORTS[slug].rows()) >= 10
