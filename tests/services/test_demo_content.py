"""The demo clinic: it loads, it is honest, and it is what an editor could have made (content-facts §1–§4)."""

import io
import re

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db.models import Count

from appointments.models import LocationAccess
from services import facts, tokens
from services.demo.load import load_demo_content
from services.models import BLOCKS, Category, Clinic, Closure, Location, Page, Publication, Source
from services.models.blocks import CallToAction, CareCard, Evidence, Risk, Section
from services.publishing import blocks_of
from tests.markup import Document

pytestmark = pytest.mark.django_db

# What no page may say, as patterns in any case.
CLAIMS = [
    r"hypodermic",
    r"\b620\b",
    r"recent (research|stud)",
    r"23 million",
    r"(goes|go|going) away",
    r"stays? away",
    r"\bcur(e|es|ed|ing)\b",
    r"pain[- ]free",
    r"\bproven\b",
    r"breakthrough",
    r"quick and effective",
    r"\bsafe(ly|st)?\b",
    r"scar tissue",
    r"\btoxins?\b",
    r"\bheals?\b.*\btissue",
    r"(breaks?|breaking) the (pain )?cycle",
    r"twitch means",
    r"went in right",
    r"many doctors",
    r"testimonial",
    r"\bstars?\b",
    r"guarantee",
    r"miracle",
    r"painless",
]
SECTIONS = {
    "What it is",
    "Who performs it",
    "What to expect",
    "Aftercare",
    "Risks",
    "Who should not have it",
    "When to get urgent help",
}
PHONE = re.compile(r"(?<![\d./])\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b|\+1\d{10}")
WHOLE = [Clinic, Location, Closure, Page, Publication, Source, Category, LocationAccess, get_user_model(), *BLOCKS]


@pytest.fixture
def demo(db, clock):
    """The demo clinic with its pages published."""
    return load_demo_content()


def medical() -> list[Page]:
    """Pages that a clinician reviews."""
    return list(Page.objects.exclude(kind=Page.Kind.OTHER))


def treatments() -> dict[Page, list]:
    """Treatment pages with their blocks."""
    return {page: blocks_of(page) for page in Page.objects.treatments()}


def test_every_page_of_the_demo_renders(demo, client):
    paths = list(Publication.objects.live().values_list("path", flat=True))
    assert len(paths) == demo == Page.objects.count()
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_every_kind_of_page_and_of_block_is_shown(demo):
    assert set(Page.objects.values_list("kind", flat=True)) == set(Page.Kind.values)
    assert [block for block in BLOCKS if not block.objects.exists()] == []


def test_every_page_tells_search_engines_what_it_is(demo):
    assert not Publication.objects.live().filter(description="").exists()
    assert not Publication.objects.live().filter(summary="").exists()


def test_every_link_on_the_site_leads_somewhere(demo, client):
    links = set()
    for path in ["/", "/locations/", *Publication.objects.live().values_list("path", flat=True)]:
        links |= {e.attrs["href"].partition("#")[0] for e in Document(client.get(path)).all("a")}
    inside = {link for link in links if link.startswith("/")}
    assert len(inside) > 20
    assert {link for link in inside if client.get(link).status_code != 200} == set()


def test_every_token_is_filled(demo, client):
    for path in Publication.objects.live().values_list("path", flat=True):
        assert "[[" not in client.get(path).content.decode()


def test_every_fact_named_by_a_token_exists(demo):
    for publication in Publication.objects.live():
        named = {match[0] for match in tokens.TOKEN.finditer(publication.body)}
        assert all(tokens.fill(token, facts.current()) for token in named)


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_page_makes_a_claim_we_cannot_keep(demo, client, claim):
    paths = ["/", "/locations/denver/", "/locations/north-miami/"]
    for path in [*paths, *Publication.objects.live().values_list("path", flat=True)]:
        document = Document(client.get(path))
        shown = document.one("main").text
        for sources in document.all("section", **{"aria-labelledby": "sources"}):
            shown = shown.replace(sources.text, "")  # titles of works are quoted as they are
        assert not re.search(claim, shown, re.IGNORECASE), path


def test_no_phone_is_typed_where_a_token_belongs(demo):
    for publication in Publication.objects.live():
        text = publication.title + publication.summary + publication.description + publication.body
        assert not PHONE.search(text)


@pytest.mark.parametrize("typed", ["303-555-0142", "(303) 555-0142", "303.555.0142", "+13035550142"])
def test_the_search_for_typed_phones_would_find_one(typed):
    assert PHONE.search(f"<p>Call {typed} now</p>")


def test_every_treatment_has_the_sections_a_patient_needs(demo):
    for page, blocks in treatments().items():
        headings = {block.heading for block in blocks if isinstance(block, Section)}
        assert headings >= SECTIONS, page


def test_every_treatment_gives_risks_in_numbers_and_evidence_with_a_date(demo):
    for page, blocks in treatments().items():
        kinds = [type(block) for block in blocks]
        assert kinds.count(Evidence) == 1, page
        assert Risk in kinds, page
        assert all(block.as_of for block in blocks if isinstance(block, Evidence))


def test_every_treatment_says_when_to_get_urgent_help(demo):
    for page, blocks in treatments().items():
        cards = [block.urgency for block in blocks if isinstance(block, CareCard)]
        assert cards == [CareCard.Urgency.EMERGENCY, CareCard.Urgency.TODAY], page


def test_the_closing_call_to_action_comes_after_the_evidence(demo):
    for page, blocks in treatments().items():
        kinds = [type(block) for block in blocks]
        assert kinds[-1] is CallToAction, page
        assert kinds.index(Evidence) < len(kinds) - 1


def test_an_emergency_card_holds_no_link_and_five_points_at_most(demo):
    for card in CareCard.objects.filter(urgency=CareCard.Urgency.EMERGENCY):
        assert "<a" not in card.text
        assert 1 <= card.text.count("<li>") <= 5


def test_every_treatment_has_three_sources_or_more(demo):
    counted = Page.objects.treatments().annotate(number=Count("sources"))
    assert counted
    assert [page.title for page in counted if page.number < 3] == []


def test_every_source_has_a_place_to_look_it_up(demo):
    assert not Source.objects.filter(publisher="").exists()
    assert not Source.objects.exclude(url="").exclude(url__startswith="https://").exists()


def test_every_number_in_brackets_is_a_source_of_that_page(demo):
    for publication in Publication.objects.live():
        cited = {
            int(n) for each in re.findall(r"(?<!\[)\[(\d+(?:, ?\d+)*)\]", publication.body) for n in each.split(",")
        }
        assert cited <= {source["number"] for source in publication.facts["sources"]}, publication.path


def test_author_and_reviewer_are_two_and_named_by_role(demo):
    for page in medical():
        assert page.author.endswith("(demo)"), page
        assert page.reviewer.endswith("(demo)"), page
        assert page.author != page.reviewer


def test_every_medical_page_has_its_dates_of_review(demo):
    for page in medical():
        assert page.reviewed_on < page.next_review_on, page


def test_every_medical_page_says_it_is_no_diagnosis(demo, client):
    for page in medical():
        assert "not a diagnosis" in client.get(page.get_absolute_url()).content.decode()


def test_related_pages_are_named_on_every_treatment(demo):
    assert [page.title for page in Page.objects.treatments() if not page.related.exists()] == []


def test_mail_and_phones_of_the_demo_belong_to_nobody(demo):
    emails = [Clinic.objects.get().fallback_recipient]
    emails += Location.objects.values_list("recipients__email", flat=True)
    assert all(email.endswith("clinic.example") for email in emails)
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", place.phone.as_e164) for place in Location.objects.all())


# --- The command -----------------------------------------------------------------------------------
def run() -> str:
    """What load_demo prints."""
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_the_password_is_made_up_printed_once_and_works(db, clock, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    (password,) = re.findall(r"shown once\): (\S+)", run())
    assert len(password) >= 12
    for name in ("admin", "editor", "reviewer", "manager", "frontdesk-denver", "frontdesk-miami"):
        assert authenticate(username=name, password=password)
    assert password not in run()


def test_a_password_from_the_environment_is_used_and_not_printed(db, clock, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "from the environment")
    assert "from the environment" not in run()
    assert authenticate(username="admin", password="from the environment")


def test_running_it_again_changes_nothing(db, clock, monkeypatch):
    run()
    before = [list(model.objects.order_by("pk").values()) for model in WHOLE]
    clock.shift(3600)
    monkeypatch.setenv("DEMO_PASSWORD", "another password")
    assert "nothing loaded" in run()
    assert [list(model.objects.order_by("pk").values()) for model in WHOLE] == before


def test_a_site_with_a_clinic_of_its_own_is_left_alone(clinic):
    run()
    assert not get_user_model().objects.exists()
    assert Page.objects.count() == 1


def test_clerks_of_the_demo_work_for_one_location_each(db, clock):
    run()
    access = LocationAccess.objects.values_list("user__username", "location__slug")
    assert set(access) == {("frontdesk-denver", "denver"), ("frontdesk-miami", "north-miami")}


def test_a_failure_loads_nothing_at_all(db, clock, monkeypatch):
    monkeypatch.setattr("clinic_site.management.commands.load_demo.STAFF", [("editor", "No such role", [])])
    with pytest.raises(Exception, match="Group matching query does not exist"):
        run()
    assert not Clinic.objects.exists()
    assert not Page.objects.exists()
