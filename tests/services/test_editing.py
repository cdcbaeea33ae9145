"""Editing: drafts apart from live, stale saves, history, preview, schedule, review (C2–C7, C12)."""

import datetime
import re

import pytest
from django.utils import timezone

from services.models import Page, PreviewLink, Publication, SignOff, Source
from services.models.blocks import CareCard, Section
from services.publishing import publish
from tests.builders import make_page, make_staff
from tests.services.editing import form_data, form_url, save, verb_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(clinic):
    """A page that needs no sign-off."""
    return make_page("other", "About us", "about", text="<p>We are here.</p>")


@pytest.fixture
def knots(clinic):
    """A page that needs one, complete but for its review; published."""
    page = make_page("condition", "Muscle knots", "knots", author="Clinical lead", description="What knots are.")
    CareCard.objects.create(
        parent=page,
        region="main",
        ordering=20,
        urgency="emergency",
        heading="Call 911",
        text="<ul><li><p>Chest pain</p></li></ul>",
    )
    Source.objects.create(page=page, position=1, title="Review", publisher="Journal", year=2017)
    publish(page)
    return page


@pytest.fixture
def editor(client, clinic):
    """Signed in; may write, may not publish."""
    user = make_staff("editor", "Editor", [])
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client, clinic):
    """Signed in; may sign and publish."""
    user = make_staff("reviewer", "Reviewer", [])
    client.force_login(user)
    return user


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


class TestC2DraftApartFromLive:
    def test_c2_saving_changes_no_byte_in_public(self, editor, client, knots):
        before = client.get("/conditions/knots/").content
        save(client, knots, title="Changed", **{"services_section_set-0-text": "<p>New</p>"})
        assert Page.objects.get(pk=knots.pk).title == "Changed"
        assert client.get("/conditions/knots/").content == before

    def test_c2_the_form_says_what_is_live(self, editor, client, knots, about):
        assert "Live now, since Tuesday, May 12, 10:00 am (Denver time)." in text_of(client.get(form_url(knots)))
        assert "Nobody but staff can see this page." in text_of(client.get(form_url(about)))

    def test_c2_says_what_the_draft_changes(self, reviewer, client, about):
        publish(about)
        assert "Nothing: the draft says the same." in text_of(client.get(verb_url(about, "release")))
        save(client, about, **{"services_section_set-0-text": "<p>We are there.</p>"})
        shown = text_of(client.get(verb_url(about, "release")))
        assert "What the draft changes in the live page" in shown
        assert "We are <del>here.</del><ins>there.</ins>" in shown

    def test_c2_the_list_says_which_drafts_are_newer(self, editor, client, about, clock):
        url = form_url(about).rpartition(f"{about.pk}/")[0]
        publish(about)
        assert "Live, newer draft" not in text_of(client.get(url))
        clock.shift(60)
        save(client, about, title="Newer")
        assert "Live, newer draft" in text_of(client.get(url))

    def test_c2_a_page_that_others_still_read_is_not_pushed_out(self, reviewer, client, about):
        """Renamed but not published again, it holds its old address; the address looks free in the admin."""
        publish(about)
        Page.objects.filter(pk=about.pk).update(slug="about-us")
        other = make_page("other", "About the clinic", "about", description="x", text="<p>New.</p>")
        shown = text_of(client.post(verb_url(other, "release"), follow=True))
        assert "“About us” is in public or scheduled at this address." in shown
        assert "We are here." in text_of(client.get("/about/"))
        client.post(verb_url(about, "release"))
        client.post(verb_url(other, "release"))
        assert [
            text_of(client.get(path)).count(words) for path, words in (("/about-us/", "here."), ("/about/", "New."))
        ]
        assert "New." in text_of(client.get("/about/"))
        assert "We are here." in text_of(client.get("/about-us/"))

    def test_c2_nor_one_that_is_scheduled_there(self, reviewer, client, about, clock):
        publish(about, at=timezone.now() + datetime.timedelta(days=1))
        Page.objects.filter(pk=about.pk).update(slug="about-us")
        other = make_page("other", "About the clinic", "about", description="x")
        client.post(verb_url(other, "release"))
        assert client.get("/about/").status_code == 404


class TestC3Preview:
    def test_c3_shows_the_draft_as_the_public_would_see_it(self, editor, client, about):
        response = client.get(verb_url(about, "preview"))
        assert "We are here." in text_of(response)
        assert 'name="robots" content="noindex"' in text_of(response)
        assert "no-store" in response["Cache-Control"]
        assert not Publication.objects.of_page(about).exists()

    def test_c3_is_for_staff_only(self, client, about):
        assert client.get(verb_url(about, "preview")).status_code == 302


class TestC4ShareablePreview:
    def link(self, client, about) -> str:
        shown = text_of(client.post(verb_url(about, "share"), follow=True))
        return re.search(r"http://127.0.0.1:8000(/preview/[\w-]+/)", shown)[1]

    def test_c4_opens_without_an_account_for_seven_days(self, editor, client, about, clock):
        link = self.link(client, about)
        client.logout()
        response = client.get(link)
        assert "We are here." in text_of(response)
        assert "Draft." in text_of(response)
        assert "no-store" in response["Cache-Control"]
        clock.shift(datetime.timedelta(days=7, seconds=1))
        assert client.get(link).status_code == 404

    def test_c4_can_be_revoked(self, editor, client, about):
        link = self.link(client, about)
        client.post(verb_url(about, "revoke"))
        assert client.get(link).status_code == 404

    def test_c4_the_secret_is_not_stored(self, editor, client, about):
        token = self.link(client, about).split("/")[2]
        assert token not in str(PreviewLink.objects.values().get())

    def test_c4_a_forged_link_is_not_found(self, clinic, client):
        assert client.get("/preview/forged/").status_code == 404


class TestC5History:
    def versions(self, client, about) -> list:
        return client.get(verb_url(about, "history")).context["versions"]

    def test_c5_says_who_did_what_even_when_the_account_is_gone(self, editor, client, about):
        save(client, about, title="Second title")
        editor.delete()
        client.force_login(make_staff("other", "Editor", []))
        assert "editor: Changed Title" in text_of(client.get(verb_url(about, "history")))

    def test_c5_a_page_made_by_a_program_has_no_version_yet(self, editor, client, about):
        assert "No version is stored yet" in text_of(client.get(verb_url(about, "history")))

    def test_c5_compares_two_versions_word_by_word(self, editor, client, about):
        save(client, about, **{"services_section_set-0-text": "<p>We are here today.</p>"})
        save(client, about, **{"services_section_set-0-text": "<p>We are there today.</p>"})
        url = self.versions(client, about)[0]["compare_url"]
        assert "We are <del>here</del><ins>there</ins> today." in text_of(client.get(url))

    def test_c5_restoring_makes_a_new_version(self, editor, client, about):
        save(client, about, title="First title")
        save(client, about, title="Second title", **{"services_section_set-0-DELETE": "on"})
        old = self.versions(client, about)[1]["url"]
        shown = client.get(old)
        form = shown.context["adminform"].form
        data = form_data(client, about) | {"title": form["title"].value()}
        for inline in shown.context["inline_admin_formsets"]:
            for part in [inline.formset.management_form, *inline.formset.initial_forms]:
                data |= {bound.html_name: bound.value() for bound in part if bound.value() is not None}
        client.post(old, data)
        assert Page.objects.get(pk=about.pk).title == "First title"
        assert Section.objects.get(parent=about).text == "<p>We are here.</p>"
        assert len(self.versions(client, about)) == 3

    def test_c5_a_deleted_page_leaves_the_public_and_can_be_recovered(self, admin_client, about):
        save(admin_client, about, title="Kept")
        publish(about)
        admin_client.post(verb_url(about, "delete"), {"post": "yes"})
        assert admin_client.get("/about/").status_code == 404
        listed = admin_client.get("/admin/services/otherpage/recover/")
        assert "Kept" in text_of(listed)


class TestC6Schedule:
    def release(self, client, about, **times):
        return client.post(verb_url(about, "release"), times, follow=True)

    def test_c6_the_clock_alone_puts_a_page_in_public_and_takes_it_out(self, reviewer, client, about, clock):
        times = {"starts_at": "2026-05-12T12:00", "ends_at": "2026-05-12T14:00"}
        shown = text_of(self.release(client, about, **times))
        assert "goes in public Tuesday, May 12, 12:00 pm (Denver time)." in shown
        assert client.get("/about/").status_code == 404
        clock.shift(2 * 3600)
        assert client.get("/about/").status_code == 200
        clock.shift(2 * 3600)
        assert client.get("/about/").status_code == 404

    def test_c6_a_scheduled_version_replaces_the_live_one_at_its_time(self, reviewer, client, about, clock):
        publish(about)
        save(client, about, title="Later title")
        self.release(client, about, starts_at="2026-05-12T12:00")
        assert "About us" in text_of(client.get("/about/"))
        clock.shift(2 * 3600)
        assert "Later title" in text_of(client.get("/about/"))

    def test_c6_says_what_is_live_and_what_is_scheduled(self, reviewer, client, about):
        publish(about)
        self.release(client, about, starts_at="2026-05-13T09:00")
        shown = text_of(client.get(verb_url(about, "release")))
        assert (
            "Live now, since Tuesday, May 12, 10:00 am (Denver time), until Wednesday, May 13, 9:00 am (Denver time)"
            in shown
        )
        assert "Scheduled for Wednesday, May 13, 9:00 am (Denver time)" in shown
        assert "America/Denver" in shown

    @pytest.mark.parametrize(
        ("times", "sentence"),
        [
            ({"starts_at": "2026-05-12T09:00"}, "This moment has passed."),
            (
                {"starts_at": "2026-05-14T09:00", "ends_at": "2026-05-13T09:00"},
                "The end must be after the start.",
            ),
            ({"ends_at": "2026-05-12T09:00"}, "The end must be after the start."),
        ],
    )
    def test_c6_refuses_times_that_make_no_sense(self, reviewer, client, about, times, sentence):
        assert sentence in text_of(self.release(client, about, **times))
        assert not Publication.objects.of_page(about).exists()

    def test_c6_taking_a_page_out_cancels_what_is_scheduled(self, reviewer, client, about, clock):
        self.release(client, about, starts_at="2026-05-12T12:00")
        client.post(verb_url(about, "withdraw"))
        clock.shift(3 * 3600)
        assert client.get("/about/").status_code == 404


class TestC7StaleSave:
    def test_c7_is_refused_with_both_texts_kept(self, editor, client, about, clock):
        mine = form_data(client, about, title="Mine")
        clock.shift(60)
        save(client, about, title="Theirs")
        refused = client.post(form_url(about), mine)
        assert "Somebody else saved this page while you were editing." in text_of(refused)
        assert 'value="Mine"' in text_of(refused)
        assert Page.objects.get(pk=about.pk).title == "Theirs"

    def test_c7_saving_again_is_knowing_and_keeps_the_other_text_in_the_history(self, editor, client, about, clock):
        mine = form_data(client, about, title="Mine")
        clock.shift(60)
        save(client, about, title="Theirs")
        refused = client.post(form_url(about), mine)
        now = refused.context["adminform"].form["opened_at_version"].value()
        client.post(form_url(about), mine | {"opened_at_version": now})
        assert Page.objects.get(pk=about.pk).title == "Mine"
        titles = [row["version"].field_dict["title"] for row in TestC5History().versions(client, about)]
        assert titles == ["Mine", "Theirs"]

    def test_c7_shows_both_texts_and_who_saved_the_other(self, editor, client, about, clock):
        source = {"sources-TOTAL_FORMS": 1, "sources-0-position": 1, "sources-0-title": "My source"}
        typed = {"services_section_set-0-text": "<p>We are mine.</p>", "sources-0-publisher": "Mine", **source}
        mine = form_data(client, about, **typed)
        clock.shift(60)
        save(client, about, title="Theirs", **{"services_section_set-0-text": "<p>We are theirs.</p>"})
        shown = text_of(client.post(form_url(about), mine))
        assert "editor saved the other text on Tuesday, May 12, 10:01 am (Denver time)." in shown
        assert "<del>Theirs</del><ins>About us</ins>" in shown.replace("</del></span> <span><ins>", "</del><ins>")
        assert "We are <del>theirs.</del><ins>mine.</ins>" in shown
        assert "<ins>My source</ins>" in shown
        assert "&lt;p&gt;We are mine.&lt;/p&gt;" in shown  # what was typed is still in the form

    def test_c7_a_block_that_one_deleted_and_the_other_changed_is_shown(self, editor, client, about, clock):
        mine = form_data(client, about, **{"services_section_set-0-text": "<p>We stay.</p>"})
        clock.shift(60)
        save(client, about, **{"services_section_set-0-DELETE": "on"})
        shown = client.post(form_url(about), mine)
        assert "<ins>We stay.</ins>" in text_of(shown)
        again = mine | {"opened_at_version": shown.context["adminform"].form["opened_at_version"].value()}
        assert client.post(form_url(about), again).status_code == 302
        assert Section.objects.get(parent=about).text == "<p>We stay.</p>"

    def test_c7_a_block_that_the_other_added_stays(self, editor, client, about, clock):
        mine = form_data(client, about, title="Mine")
        clock.shift(60)
        added = {"services_section_set-TOTAL_FORMS": 2, "services_section_set-1-heading": "Added"}
        added |= {"services_section_set-1-region": "main", "services_section_set-1-ordering": 20}
        save(client, about, **added, **{"services_section_set-1-level": 2})
        shown = client.post(form_url(about), mine)
        assert "<del>Added" not in text_of(shown)
        again = mine | {"opened_at_version": shown.context["adminform"].form["opened_at_version"].value()}
        client.post(form_url(about), again)
        assert [each.heading for each in Section.objects.filter(parent=about)] == ["First part", "Added"]


class TestC12Review:
    def sign(self, client, about, **changes):
        data = {"named": "Physical therapist, Denver", "next_review_on": "2027-05-12", **changes}
        return text_of(client.post(verb_url(about, "sign"), data, follow=True))

    def test_c12_an_unsigned_condition_cannot_go_live(self, reviewer, client, knots):
        shown = text_of(client.post(verb_url(knots, "release"), follow=True))
        assert "This text is not signed off." in shown
        assert Publication.objects.of_page(knots).count() == 1

    def test_c12_signing_sets_the_dates_and_lets_it_go_live(self, reviewer, client, knots):
        assert "Signed off." in self.sign(client, knots)
        knots.refresh_from_db()
        assert (knots.reviewer, str(knots.reviewed_on)) == ("Physical therapist, Denver", "2026-05-12")
        client.post(verb_url(knots, "release"))
        live = Publication.objects.live().get(page=knots)
        assert (live.reviewer, str(live.next_review_on)) == ("Physical therapist, Denver", "2027-05-12")

    def test_c12_an_edit_after_the_signature_voids_it(self, reviewer, client, knots):
        self.sign(client, knots)
        save(client, knots, **{"services_section_set-0-text": "<p>Now it cures everybody.</p>"})
        assert "This text is not signed off." in text_of(client.get(verb_url(knots, "release")))

    def test_c12_a_reviewer_cannot_sign_their_own_text(self, reviewer, client, knots):
        save(client, knots, title="Mine")
        assert "You edited this text yourself." in self.sign(client, knots)
        assert not SignOff.objects.exists()

    def test_c12_the_reviewer_is_not_the_author(self, reviewer, client, knots):
        assert "The reviewer must not be the author" in self.sign(client, knots, named="clinical LEAD")

    def test_c12_an_editor_cannot_sign_or_publish(self, editor, client, knots, about):
        assert client.post(verb_url(knots, "sign"), {"named": "x"}).status_code == 403
        assert client.post(verb_url(about, "release")).status_code == 403
        save(client, about, title="Saved", _publish="1")
        assert not Publication.objects.of_page(about).exists()

    def test_c12_a_minor_edit_keeps_signature_and_date(self, reviewer, client, knots):
        self.sign(client, knots)
        text = {"services_section_set-0-text": "<p>Texte</p>"}
        save(client, knots, is_minor_edit="on", **text)
        assert "Carried over a minor edit by reviewer." in text_of(client.get(verb_url(knots, "release")))
        knots.refresh_from_db()
        assert str(knots.reviewed_on) == "2026-05-12"

    @pytest.mark.parametrize("text", ["<p>Text in 3 days</p>", "<p>" + "more words " * 8 + "</p>"])
    def test_c12_numbers_and_long_edits_are_not_minor(self, reviewer, client, knots, text):
        self.sign(client, knots)
        shown = save(client, knots, is_minor_edit="on", **{"services_section_set-0-text": text})
        assert "too large to be minor" in text_of(shown)
        assert "This text is not signed off." in text_of(client.get(verb_url(knots, "release")))

    def test_c12_dates_of_review_cannot_be_typed(self, editor, client, knots):
        save(client, knots, reviewed_on="2030-01-01", reviewer="Me")
        knots.refresh_from_db()
        assert (knots.reviewed_on, knots.reviewer) == (None, "")

    def test_c12_the_next_review_must_be_ahead(self, reviewer, client, knots):
        assert "must be after today" in self.sign(client, knots, next_review_on="2026-05-12")

    def test_c12_a_page_past_its_review_says_so(self, reviewer, client, knots, clock):
        self.sign(client, knots)
        client.post(verb_url(knots, "release"))
        assert "due for review" not in text_of(client.get("/conditions/knots/"))
        clock.move_to(timezone.make_aware(datetime.datetime(2027, 5, 13, 12)))
        assert "due for review" in text_of(client.get("/conditions/knots/")).lower()
