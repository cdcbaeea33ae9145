"""Editors at work in the admin, through its real forms: write, save, publish (C1, C2)."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve

from services import facts
from services.models import BLOCKS, Article, Condition, Location, OtherPage, Page, Publication
from services.models.blocks import Callout, Evidence, Figure, Section
from services.models.pages import RESERVED_SLUGS
from services.publishing import publish
from tests.builders import make_page, make_request, make_staff
from tests.conftest import NOW
from tests.markup import Document, form_data

pytestmark = pytest.mark.django_db

LIST = "/admin/services/condition/"
ADD = f"{LIST}add/"
EDITOR_PATHS = [f"/admin/services/{kind}/add/" for kind in ("treatment", "condition", "article", "otherpage")]


@pytest.fixture
def editor(clinic, client):
    """A browser of somebody who writes but may not publish."""
    client.force_login(make_staff("editor", "Editor", locations=()))
    return client


@pytest.fixture
def reviewer(clinic, client):
    """A browser of somebody who may publish."""
    client.force_login(make_staff("reviewer", "Reviewer", locations=()))
    return client


@pytest.fixture
def knots(clinic):
    """A draft about a condition."""
    return make_page(Page.Kind.CONDITION, "Knots", "knots", text="<p>First version</p>")


def change_url(page) -> str:
    """Where a condition is edited."""
    return f"{LIST}{page.pk}/change/"


def filled(client, url, **changes) -> dict:
    """The form at `url` as it stands, with some fields changed."""
    kind = url.split("/")[3]
    return {**form_data(client.get(url), f"{kind}_form"), **changes}


def with_block(data: dict, block: str, **values) -> dict:
    """`data` after adding a block, as the editor's script does it from the empty form."""
    prefix = f"services_{block}_set"
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    empty = {
        name.replace("__prefix__", str(number)): value
        for name, value in data.items()
        if name.startswith(f"{prefix}-__prefix__")
    }
    typed = {f"{prefix}-{number}-{name}": value for name, value in {"region": "main", **values}.items()}
    return {**data, **empty, **typed, f"{prefix}-TOTAL_FORMS": number + 1}


def errors(response) -> list[str]:
    """What the form says is wrong."""
    assert response.status_code == 200
    return [e.text for e in Document(response).all("ul") if "errorlist" in e.attrs.get("class", "")]


# --- Writing ---------------------------------------------------------------------------------------
def test_an_editor_makes_a_page_with_a_block(editor):
    data = filled(editor, ADD, title="Stiff neck", slug="stiff-neck")
    data = with_block(data, "section", heading="What it is", text="<p>Words</p>", ordering=10, level=2)
    assert editor.post(ADD, data).status_code == 302
    page = Condition.objects.get(slug="stiff-neck")
    assert page.kind == Page.Kind.CONDITION
    assert Section.objects.get(parent=page).text == "<p>Words</p>"


def test_an_editor_changes_the_words_of_a_block(editor, knots):
    url = change_url(knots)
    text = "services_section_set-0-text"
    data = filled(editor, url)
    assert data[text] == ["<p>First version</p>"]
    editor.post(url, {**data, text: "<p>Second <strong>version</strong></p>"})
    assert Section.objects.get(parent=knots).text == "<p>Second <strong>version</strong></p>"


def test_an_editor_adds_blocks_of_two_kinds_and_orders_them(editor, knots):
    data = with_block(filled(editor, change_url(knots)), "callout", heading="Mind", text="<p>x</p>", ordering=5)
    evidence = dict.fromkeys(["speaks_for", "speaks_against", "unknown"], "<p>x</p>")
    data = with_block(data, "evidence", heading="Research", as_of="2026-05-01", ordering=30, **evidence)
    editor.post(change_url(knots), data)
    assert Callout.objects.get(parent=knots).ordering == 5
    body = publish(knots).body
    assert body.index("Mind") < body.index("First version") < body.index("Research")


def test_an_editor_takes_a_block_away(editor, knots):
    editor.post(change_url(knots), filled(editor, change_url(knots), **{"services_section_set-0-DELETE": "on"}))
    assert not Section.objects.filter(parent=knots).exists()


def test_what_was_pasted_in_is_cleaned(editor, knots):
    hostile = '<p onclick="x()">Kept<script>x()</script><img src=x onerror=x()></p>'
    editor.post(change_url(knots), filled(editor, change_url(knots), **{"services_section_set-0-text": hostile}))
    assert Section.objects.get(parent=knots).text == "<p>Kept</p>"


def test_saving_changes_nothing_in_public(editor, knots):
    publish(knots)
    before = editor.get("/conditions/knots/").content
    data = filled(editor, change_url(knots), title="New", **{"services_section_set-0-text": "<p>New</p>"})
    editor.post(change_url(knots), data)
    knots.refresh_from_db()
    assert knots.title == "New"
    assert editor.get("/conditions/knots/").content == before


def test_a_source_typed_without_a_scheme_gets_https(editor, knots):
    source = {"position": 1, "title": "A trial", "publisher": "A journal", "url": "doi.org/10.1"}
    typed = {f"sources-0-{name}": value for name, value in source.items()}
    editor.post(change_url(knots), {**filled(editor, change_url(knots)), **typed, "sources-TOTAL_FORMS": 1})
    assert knots.sources.get().url == "https://doi.org/10.1"


def test_a_section_of_the_admin_lists_its_own_kind_only(editor, knots):
    rows = Document(editor.get(LIST)).one("table", id="result_list").text
    assert "Knots" in rows
    assert "Dry needling" not in rows


def test_a_page_of_another_kind_cannot_be_opened_there(editor, clinic):
    treatment = Page.objects.get(slug="dry-needling")
    assert editor.get(change_url(treatment)).url == "/admin/"


def test_the_list_says_which_pages_are_in_public(editor, knots):
    publish(knots)
    make_page(Page.Kind.CONDITION, "Draft one", "draft-one")
    states = {e.text for e in Document(editor.get(LIST)).all("td", **{"class": "field-public_state"})}
    assert states == {"Live", "Draft"}


def test_the_list_costs_the_same_for_one_page_and_for_twenty(editor, knots, monkeypatch):
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    editor.get(LIST)
    with CaptureQueriesContext(connection) as one:
        editor.get(LIST)
    for n in range(20):
        publish(make_page(Page.Kind.CONDITION, f"Pain {n}", f"pain-{n}"))
    with CaptureQueriesContext(connection) as many:
        editor.get(LIST)
    assert len(many) == len(one)


# --- Publishing ------------------------------------------------------------------------------------
def test_save_and_publish_shows_what_was_just_typed(reviewer):
    page = make_page(Page.Kind.OTHER, "About", "about")
    url = f"/admin/services/otherpage/{page.pk}/change/"
    assert reviewer.post(url, filled(reviewer, url, title="About us", _publish="1")).url == url
    assert "About us" in reviewer.get("/about/").content.decode()
    assert Publication.objects.get(path="/about/").published_by == "reviewer"


def test_a_page_that_fails_the_check_is_saved_not_published(reviewer, knots):
    data = filled(reviewer, change_url(knots), title="Knots and bands", _publish="1")
    answer = reviewer.post(change_url(knots), data, follow=True)
    assert "Must be mended" in answer.content.decode()
    assert Page.objects.get(pk=knots.pk).title == "Knots and bands"
    assert reviewer.get("/conditions/knots/").status_code == 404


def test_a_page_with_errors_is_not_published(reviewer, knots):
    data = filled(reviewer, change_url(knots), title="", _publish="1")
    assert "This field is required." in errors(reviewer.post(change_url(knots), data))
    assert not Publication.objects.of_page(knots).exists()


def test_an_editor_is_not_offered_to_publish(editor, reviewer, knots):
    # Both fixtures share one browser, and the last to sign in is the reviewer.
    buttons = [e.attrs.get("name") for e in Document(reviewer.get(change_url(knots))).all("input", type="submit")]
    assert "_publish" in buttons
    reviewer.force_login(make_staff("second editor", "Editor", locations=()))
    buttons = [e.attrs.get("name") for e in Document(reviewer.get(change_url(knots))).all("input", type="submit")]
    assert "_publish" not in buttons


def test_a_crafted_form_of_an_editor_publishes_nothing(editor, knots):
    editor.post(change_url(knots), filled(editor, change_url(knots), title="Saved", _publish="1"))
    knots.refresh_from_db()
    assert knots.title == "Saved"
    assert editor.get("/conditions/knots/").status_code == 404


def test_a_crafted_form_of_an_editor_takes_nothing_out(editor, knots):
    publish(knots)
    editor.post(change_url(knots), filled(editor, change_url(knots), _unpublish="1"))
    assert editor.get("/conditions/knots/").status_code == 200


def test_who_may_only_read_pages_changes_and_publishes_nothing(clinic, client, knots):
    client.force_login(make_staff("manager", "Manager"))
    response = client.post(change_url(knots), {"title": "Changed", "slug": "knots", "_publish": "1"})
    knots.refresh_from_db()
    assert response.status_code == 403
    assert knots.title == "Knots"
    assert client.get("/conditions/knots/").status_code == 404


def test_the_front_desk_does_not_see_pages(clinic, client, knots):
    client.force_login(make_staff())
    assert client.get(LIST).status_code == 403
    assert client.get(change_url(knots)).status_code == 403


def test_deleting_a_page_takes_it_out_of_public(reviewer, knots):
    publish(knots)
    reviewer.post(f"{LIST}{knots.pk}/delete/", {"post": "yes"})
    assert not Page.objects.filter(pk=knots.pk).exists()
    assert reviewer.get("/conditions/knots/").status_code == 404


def test_an_editor_may_delete_drafts_only(editor, knots):
    draft = make_page(Page.Kind.CONDITION, "Draft", "draft")
    publish(knots)
    responses = [editor.post(f"{LIST}{page.pk}/delete/", {"post": "yes"}) for page in (draft, knots)]
    assert [response.status_code for response in responses] == [302, 403]
    assert editor.get("/conditions/knots/").status_code == 200


def test_an_editor_cannot_delete_many_at_once(editor, knots):
    publish(knots)
    editor.post(LIST, {"action": "delete_selected", "_selected_action": [knots.pk], "post": "yes"})
    assert editor.get("/conditions/knots/").status_code == 200


# --- Refused in words ------------------------------------------------------------------------------
def test_an_address_that_is_taken_is_refused_in_words(editor, knots):
    response = editor.post(ADD, filled(editor, ADD, title="Other knots", slug="knots"))
    assert "Another page already has this address. Choose another one." in errors(response)
    assert Condition.objects.count() == 1


def test_the_same_last_part_is_allowed_in_another_section(editor, knots):
    editor.post(ADD, filled(editor, ADD, title="Dry needling", slug="dry-needling"))
    assert Condition.objects.filter(slug="dry-needling").exists()


@pytest.mark.parametrize("slug", ["admin", "search", "request-appointment", "treatments", "healthz"])
def test_an_address_the_site_uses_is_refused_in_words(editor, slug):
    url = "/admin/services/otherpage/add/"
    response = editor.post(url, filled(editor, url, title="Page", slug=slug))
    assert "The site itself uses this address. Choose another one." in errors(response)
    assert not OtherPage.objects.exists()


def test_every_word_of_the_site_itself_is_reserved():
    own = list(get_resolver().url_patterns)
    for pattern in own:
        own.extend(getattr(pattern, "url_patterns", []))
    words = {word for word in (str(each.pattern).partition("/")[0] for each in own) if re.fullmatch("[a-z-]+", word)}
    taken = {word for word in words if resolve(f"/{word}/").view_name != "services:other"}
    assert {"treatments", "my-request"} <= taken <= RESERVED_SLUGS


def test_an_article_cannot_take_the_address_of_the_feed(editor):
    url = "/admin/services/article/add/"
    response = editor.post(url, filled(editor, url, title="Feed", slug="feed"))
    assert "The site itself uses this address. Choose another one." in errors(response)


def test_a_new_article_is_dated_today(editor):
    url = "/admin/services/article/add/"
    editor.post(url, filled(editor, url, title="News", slug="news"))
    assert str(Article.objects.get().dated) == "2026-05-12"


def test_an_article_without_a_date_is_refused_in_words(editor):
    url = "/admin/services/article/add/"
    response = editor.post(url, filled(editor, url, title="News", slug="news", dated=""))
    assert "This is needed here." in errors(response)
    assert not Article.objects.exists()


@pytest.mark.parametrize("missing", ["location", "treatment"])
def test_a_treatment_at_a_location_needs_both(editor, missing):
    url = "/admin/services/locationtreatment/add/"
    chosen = {"location": Location.objects.first().pk, "treatment": Page.objects.get().pk}
    data = filled(editor, url, title="Here", slug="here", **{**chosen, missing: ""})
    assert "This is needed here." in errors(editor.post(url, data))


def test_a_block_without_its_heading_is_refused_in_words(editor, knots):
    data = with_block(filled(editor, change_url(knots)), "callout", heading="", text="<p>x</p>", ordering=20)
    assert "This field is required." in errors(editor.post(change_url(knots), data))
    assert not Callout.objects.exists()


def test_evidence_without_a_date_is_refused_in_words(editor, knots):
    words = dict.fromkeys(["speaks_for", "speaks_against", "unknown"], "<p>x</p>")
    data = with_block(filled(editor, change_url(knots)), "evidence", heading="x", as_of="", ordering=20, **words)
    assert "This field is required." in errors(editor.post(change_url(knots), data))
    assert not Evidence.objects.exists()


# --- Content-Security-Policy -----------------------------------------------------------------------
def directive(response, name) -> str:
    """One directive of the policy; empty when it is not there."""
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return next((value for key, _blank, value in parts if key == name), "")


def test_the_import_map_carries_the_nonce_of_the_policy(editor, knots):
    response = editor.get(change_url(knots))
    nonce = Document(response).one("script", type="importmap").attrs["nonce"]
    assert len(nonce) >= 16
    assert directive(response, "script-src") == f"'self' 'nonce-{nonce}'"


def test_every_inline_script_of_the_form_carries_the_nonce(editor, knots):
    response = editor.get(change_url(knots))
    (nonce,) = re.findall(r"'nonce-([^']+)'", directive(response, "script-src"))
    inline = [e for e in Document(response).all("script") if "src" not in e.attrs]
    assert inline
    assert {script.attrs.get("nonce") for script in inline} == {nonce}


def test_every_form_has_a_nonce_of_its_own(editor, knots):
    policies = {directive(editor.get(change_url(knots)), "script-src") for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("path", EDITOR_PATHS)
def test_style_elements_are_allowed_in_the_admin(editor, path):
    assert directive(editor.get(path), "style-src-elem") == "'self' 'unsafe-inline'"


@pytest.mark.parametrize("path", ["/", "/treatments/dry-needling/", "/accounts/password/change/", "/no/such/page/"])
def test_style_elements_are_allowed_nowhere_else(editor, path):
    response = editor.get(path)
    assert directive(response, "style-src-elem") == ""
    assert directive(response, "style-src") == "'self'"


# --- Forty blocks ----------------------------------------------------------------------------------
def fill_with_blocks(page, count: int) -> None:
    """Blocks of every kind, in turn, each with everything it needs."""
    for number in range(count):
        make_block(page, BLOCKS[number % len(BLOCKS)], ordering=100 + number)


def make_block(page, model, ordering: int) -> None:
    words = {"heading": "Words", "question": "Words?", "term": "Word", "caption": "Words", "alt": "Words"}
    own = {field.name for field in model._meta.fields}
    values = {name: value for name, value in words.items() if name in own}
    values |= {"drawing": "needles"} if model is Figure else {}
    values |= {"as_of": "2026-05-01"} if "as_of" in own else {}
    values |= {"urgency": "emergency"} if "urgency" in own else {}
    model.objects.create(parent=page, region="main", ordering=ordering, **values)


def test_c1_the_form_of_a_page_with_forty_blocks_costs_forty_queries(editor, knots, django_assert_max_num_queries):
    publish(knots)
    fill_with_blocks(knots, 40)
    for position in range(1, 6):
        knots.sources.create(position=position, title="A trial", publisher="A journal")
    with django_assert_max_num_queries(40):
        response = editor.get(change_url(knots))
    assert response.content.decode().count('name="services_section_set-') > 10


def test_c1_more_blocks_cost_the_form_no_query(editor, knots, monkeypatch):
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    fill_with_blocks(knots, len(BLOCKS))
    editor.get(change_url(knots))
    with CaptureQueriesContext(connection) as few:
        editor.get(change_url(knots))
    fill_with_blocks(knots, 40)
    with CaptureQueriesContext(connection) as many:
        editor.get(change_url(knots))
    assert len(many) == len(few)


def test_c1_every_kind_of_block_says_what_it_is_for(editor):
    document = Document(editor.get(ADD))
    purposes = {e.text for e in document.all("div", **{"class": "description"})}
    assert len(purposes) >= len(BLOCKS)


# --- Who may do what -------------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["sign", "withdraw"])
def test_c12_an_editor_neither_signs_nor_takes_out(editor, knots, verb):
    publish(knots)
    assert editor.post(f"{LIST}{knots.pk}/{verb}/", {"named": "Me", "next_review_on": "2027-05-12"}).status_code == 403
    assert editor.get("/conditions/knots/").status_code == 200


def test_c12_an_editor_publishes_nothing_without_a_reviewer(editor, knots):
    assert editor.post(f"{LIST}{knots.pk}/release/").status_code == 403
    assert not Publication.objects.of_page(knots).exists()


@pytest.mark.parametrize("path", ["", "{pk}/change/", "{pk}/history/", "{pk}/delete/", "?q=Sample"])
def test_c12_an_editor_opens_no_request(editor, path):
    asked = make_request()
    response = editor.get("/admin/appointments/appointmentrequest/" + path.format(pk=asked.pk))
    assert response.status_code in (403, 404)
    assert "Pat Sample" not in response.content.decode()


def test_c6_who_may_not_publish_does_not_delete_what_is_scheduled(editor, knots, clock):
    publish(knots, at=NOW + datetime.timedelta(days=1))
    assert editor.post(f"{LIST}{knots.pk}/delete/", {"post": "yes"}).status_code == 403
    clock.shift(datetime.timedelta(days=1))
    assert editor.get("/conditions/knots/").status_code == 200


def test_c6_the_list_tells_what_is_scheduled(editor, knots):
    publish(knots, at=NOW + datetime.timedelta(days=1))
    assert Document(editor.get(LIST)).one("td", **{"class": "field-public_state"}).text == "Scheduled"
