"""Drafts stay drafts; publishing bakes what the public reads (C1, C2, C6)."""

import datetime
import re

import pytest
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from services.models import (
    BLOCKS,
    AlsoCalled,
    AtAGlance,
    Category,
    ImmutableError,
    Page,
    Publication,
    Source,
)
from services.models.blocks import Callout, Definition, Evidence, Figure, Section
from services.prose import Prose
from services.publishing import DRAWING_SIZES, publish, render_body, unpublish
from tests.builders import make_page
from tests.conftest import NOW
from tests.markup import Document

pytestmark = pytest.mark.django_db

URL = "/conditions/knots/"
DAY = datetime.timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"
PROSE_FIELDS = [
    (block, field.name) for block in BLOCKS for field in block._meta.get_fields() if isinstance(field, Prose)
]


@pytest.fixture
def knots(clinic):
    """A condition page, not yet published."""
    return make_page(Page.Kind.CONDITION, "Knots", "knots", text="<p>First version</p>")


def rewrite(page, text):
    """Change the draft's only section."""
    section = Section.objects.get(parent=page)
    section.text = f"<p>{text}</p>"
    section.save()


def add(page, model, ordering=20, **fields):
    """A block at the end of the page."""
    return model.objects.create(parent=page, region="main", ordering=ordering, **fields)


def example(page, model, text):
    """A block of any type with `text` in every plain field and a paragraph in every rich one."""
    values = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, Prose):
            values[field.name] = f"<p>Rich {field.name}</p>"
        elif isinstance(field, models.DateField):
            values[field.name] = NOW.date()
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, (models.CharField, models.TextField)) and field.name != "region":
            values[field.name] = text
    return add(page, model, **values)


# --- Draft and public ------------------------------------------------------------------------------
def test_c2_a_page_that_was_never_published_is_not_found(knots, client):
    assert client.get(URL).status_code == 404


def test_publishing_shows_the_page(knots, client):
    publish(knots)
    assert "First version" in client.get(URL).content.decode()


def test_c2_editing_a_live_page_changes_no_byte_in_public(knots, client):
    publish(knots)
    before = client.get(URL).content
    rewrite(knots, "Second version")
    AtAGlance.objects.create(page=knots, what_it_is="New")
    AlsoCalled.objects.create(page=knots, name="New")
    Source.objects.create(page=knots, position=1, title="New")
    knots.categories.add(Category.objects.create(name="New", slug="new"))
    knots.related.add(Page.objects.get(slug="dry-needling"))
    Page.objects.filter(pk=knots.pk).update(title="New", summary="New", description="New", reviewer="New")
    assert client.get(URL).content == before


def test_editing_a_live_page_changes_no_list(knots, client):
    publish(knots)
    paths = ["/", "/conditions/", "/sitemap.xml"]
    before = [client.get(path).content for path in paths]
    Page.objects.filter(pk=knots.pk).update(title="New", summary="New", slug="new")
    assert [client.get(path).content for path in paths] == before


def test_publishing_again_replaces_what_is_in_public(knots, client, clock):
    publish(knots)
    rewrite(knots, "Second version")
    clock.shift(DAY)
    publish(knots)
    text = client.get(URL).content.decode()
    assert "Second version" in text
    assert "First version" not in text


def test_publishing_twice_at_the_same_moment_leaves_one_in_public(knots):
    publish(knots)
    latest = publish(knots)
    assert list(Publication.objects.live().of_page(knots)) == [latest]


def test_what_publish_returns_says_who_and_when(knots):
    publication = publish(knots, by="reviewer")
    assert (publication.published_by, publication.starts_at, publication.ends_at) == ("reviewer", NOW, None)


# --- History ---------------------------------------------------------------------------------------
def test_c2_a_publication_cannot_be_saved_again(knots):
    publication = publish(knots)
    publication.title = "Rewritten history"
    with pytest.raises(ImmutableError):
        publication.save()
    publication.refresh_from_db()
    assert publication.title == "Knots"


def test_history_answers_what_was_in_public_at_any_moment(knots, clock):
    first = publish(knots)
    clock.shift(DAY)
    second = publish(knots)
    clock.shift(DAY)
    unpublish(knots)
    at = [NOW - DAY, NOW + DAY / 2, NOW + 1.5 * DAY, NOW + 3 * DAY]
    shown = [Publication.objects.live(moment).of_page(knots).first() for moment in at]
    assert shown == [None, first, second, None]


def test_at_the_moment_of_change_exactly_one_is_in_public(knots, clock):
    publish(knots)
    clock.shift(DAY)
    second = publish(knots)
    assert list(Publication.objects.live(NOW + DAY).of_page(knots)) == [second]


def test_history_outlives_the_page(knots):
    publication = publish(knots)
    unpublish(knots)
    knots.delete()
    publication.refresh_from_db()
    assert publication.page is None
    assert "First version" in publication.body


# --- Schedule --------------------------------------------------------------------------------------
def test_c6_a_scheduled_page_appears_when_only_the_clock_has_moved(knots, client, clock):
    publish(knots, at=NOW + DAY)
    clock.shift(DAY - datetime.timedelta(seconds=1))
    assert client.get(URL).status_code == 404
    clock.shift(datetime.timedelta(seconds=1))
    assert client.get(URL).status_code == 200


def test_c6_a_scheduled_version_leaves_the_old_one_until_then(knots, client, clock):
    publish(knots)
    rewrite(knots, "Second version")
    publish(knots, at=NOW + DAY)
    assert "First version" in client.get(URL).content.decode()
    clock.shift(DAY)
    assert "Second version" in client.get(URL).content.decode()


def test_c6_a_scheduled_page_is_in_no_list_before_its_time(knots, client, clock):
    publish(knots, at=NOW + DAY)
    paths = ["/", "/conditions/", "/sitemap.xml"]
    assert not any("/conditions/knots/" in client.get(path).content.decode() for path in paths)
    clock.shift(DAY)
    assert all("/conditions/knots/" in client.get(path).content.decode() for path in paths)


def test_publishing_now_cancels_what_was_scheduled(knots, client, clock):
    rewrite(knots, "Scheduled version")
    publish(knots, at=NOW + DAY)
    rewrite(knots, "Version of now")
    publish(knots)
    clock.shift(2 * DAY)
    assert "Version of now" in client.get(URL).content.decode()


def test_unpublishing_cancels_what_was_scheduled(knots, client, clock):
    publish(knots, at=NOW + DAY)
    unpublish(knots)
    clock.shift(2 * DAY)
    assert client.get(URL).status_code == 404


# --- Out of public ---------------------------------------------------------------------------------
def test_unpublishing_takes_the_page_out_and_keeps_draft_and_history(knots, client):
    publish(knots)
    assert unpublish(knots) == 1
    assert client.get(URL).status_code == 404
    assert Page.objects.filter(pk=knots.pk).exists()
    assert Publication.objects.of_page(knots).count() == 1


def test_unpublishing_a_draft_ends_nothing(knots):
    assert unpublish(knots) == 0


def test_publishing_under_a_new_address_ends_the_old_one(knots, client):
    publish(knots)
    knots.slug = "trigger-points"
    knots.save()
    publish(knots)
    assert client.get(URL).status_code == 301
    assert client.get("/conditions/trigger-points/").status_code == 200


def test_one_open_publication_per_path(knots):
    publication = publish(knots)
    publication.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        publication.save()
    assert Publication.objects.live().of_page(knots).count() == 1


def test_an_ended_publication_does_not_block_its_path(knots):
    publish(knots).end(timezone.now())
    publish(knots)
    assert Publication.objects.of_page(knots).count() == 2


def test_a_page_that_cannot_be_baked_leaves_the_old_one(knots, client):
    publish(knots)
    before = client.get(URL).content
    add(knots, Figure, drawing="a-drawing-we-do-not-have", alt="Nothing")
    with pytest.raises(KeyError):
        publish(knots)
    assert client.get(URL).content == before


def test_a_publication_that_cannot_be_stored_leaves_the_old_one(knots, client):
    publish(knots)
    before = client.get(URL).content
    rewrite(knots, "Second version")
    with pytest.raises(IntegrityError), transaction.atomic():
        publish(knots, by=None)
    assert client.get(URL).content == before


# --- Blocks ----------------------------------------------------------------------------------------
def test_c1_blocks_stand_in_the_editors_order_whatever_their_type(knots):
    add(knots, Callout, ordering=30, heading="Third", text="<p>x</p>")
    add(knots, Section, ordering=20, heading="Second", text="<p>x</p>")
    body = publish(knots).body
    assert body.index("First part") < body.index("Second") < body.index("Third")


def test_blocks_with_the_same_heading_get_anchors_of_their_own(knots):
    for ordering in (20, 30):
        add(knots, Section, ordering=ordering, heading="First part")
    add(knots, Section, ordering=40, heading="First part 2")
    ids = Document(publish(knots).body).values("id")
    assert len(ids) == len(set(ids)) == 4


def test_a_heading_without_letters_still_gets_an_anchor(knots):
    add(knots, Section, heading="???")
    assert "part-2" in Document(publish(knots).body).values("id")


def test_no_heading_takes_an_id_of_the_page_around_it(knots, client):
    AtAGlance.objects.create(page=knots)
    Source.objects.create(page=knots, position=1, title="A trial")
    knots.related.add(Page.objects.get(slug="dry-needling"))
    for ordering, heading in enumerate(["Main", "Contents", "Sources", "Related", "At a glance"], start=20):
        add(knots, Section, ordering=ordering, heading=heading)
    publish(knots)
    ids = Document(client.get(URL)).values("id")
    assert sorted(ids) == sorted(set(ids))


def test_c1_the_contents_list_names_main_sections_and_the_evidence_only(knots):
    add(knots, Section, ordering=20, heading="A part of it", level=Section.Level.SUB)
    add(knots, Section, ordering=30, text="<p>No heading</p>")
    add(knots, Callout, ordering=40, heading="A callout", text="<p>x</p>")
    add(knots, Evidence, ordering=50, heading="What research says", as_of=NOW.date())
    outline = publish(knots).outline
    assert [item["text"] for item in outline] == ["First part", "What research says"]


def test_every_entry_of_the_contents_list_leads_to_a_heading(knots, client):
    for ordering, heading in enumerate(["Second part", "Third part"], start=20):
        add(knots, Section, ordering=ordering, heading=heading)
    publish(knots)
    document = Document(client.get(URL))
    linked = {
        e.attrs["href"].removeprefix("#"): e.text
        for e in document.one("ol", **{"class": "contents-list"}).children
        if e.tag == "a"
    }
    assert linked == {e.attrs["id"]: e.text for e in document.all("h2") if e.text.endswith(" part")}


@pytest.mark.parametrize("model", BLOCKS)
def test_c1_every_block_shows_every_field(knots, model):
    block = example(knots, model, "Plain words")
    text = render_body(knots, [block])
    rich = [field.name for field in model._meta.concrete_fields if isinstance(field, Prose)]
    assert all(f"<p>Rich {name}</p>" in text for name in rich)
    plain = [f for f in model._meta.concrete_fields if getattr(block, f.name) == "Plain words"]
    assert text.count("Plain words") == len(plain)


@pytest.mark.parametrize("model", BLOCKS)
def test_c1_every_block_escapes_what_is_not_rich_text(knots, model):
    example(knots, model, f'"{HOSTILE}')
    body = publish(knots).body
    assert "<script" not in body
    assert "&quot;&lt;script&gt;" in body


@pytest.mark.parametrize("drawing", Figure.Drawing.values)
def test_every_drawing_exists_and_has_the_size_we_say(drawing):
    text = (settings.BASE_DIR / "static" / "pictures" / f"{drawing}.svg").read_text()
    width, height = DRAWING_SIZES[drawing]
    assert re.search(rf'viewBox="0 0 {width} {height}"', text)


@pytest.mark.parametrize(("model", "name"), PROSE_FIELDS)
@pytest.mark.parametrize(
    "hostile",
    [
        HOSTILE,
        "<img src=x onerror=alert(1)>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,alert(1)">x</a>',
        '<p style="position:fixed">alert(1)</p>',
        "<style>p{display:none}</style>",
        '<iframe src="https://elsewhere.example/alert(1)"></iframe>',
        "<svg onload=alert(1)>",
        '<form action="/alert(1)"><input></form>',
    ],
)
def test_c1_rich_text_is_clean_however_it_is_saved(knots, model, name, hostile):
    block = example(knots, model, "Plain words")
    setattr(block, name, f"<p>Kept</p>{hostile}")
    block.save()
    block.refresh_from_db()
    html = getattr(block, name)
    assert "Kept" in html
    assert not re.search(r"<(script|style|img|iframe|svg|form)|on\w+=|style=|javascript:|data:", html)


def test_rich_text_is_clean_when_it_is_created(knots):
    block = add(knots, Definition, term="Word", meaning=f"<p>Kept</p>{HOSTILE}")
    assert block.meaning == "<p>Kept</p>"


def test_rich_text_is_clean_when_created_in_bulk(knots):
    Section.objects.bulk_create(
        [Section(parent=knots, region="main", ordering=20, heading="Bulk", text=f"<p>Kept</p>{HOSTILE}")]
    )
    assert Section.objects.get(heading="Bulk").text == "<p>Kept</p>"


def test_rich_text_keeps_what_editors_may_use(knots):
    kept = ["<strong>a</strong>", "<em>b</em>", 'href="https://doi.org/10.1"', "<li><p>d</p></li>"]
    text = f"<p>{kept[0]} {kept[1]} <a {kept[2]}>c</a></p><ul>{kept[3]}</ul>"
    block = add(knots, Section, text=text)
    assert all(piece in block.text for piece in kept)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ('<ol start="1" type="null" data-type="null"><li>a</li></ol>', "<ol><li>a</li></ol>"),
        ('<ol data-type="decimal"><li>a</li></ol>', "<ol><li>a</li></ol>"),
        ('<ol start="3" type="a"><li>a</li></ol>', '<ol start="3" type="a"><li>a</li></ol>'),
        ('<p><a href="/x/" title="">x</a> type="null"</p>', '<p><a href="/x/">x</a> type="null"</p>'),
    ],
)
def test_c1_what_the_editor_adds_to_lists_and_links_is_left_out(knots, written, stored):
    assert add(knots, Section, text=written).text == stored
