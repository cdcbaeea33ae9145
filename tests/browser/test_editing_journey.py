"""Pages from the first word to the public: built, signed, published, changed, shared, scheduled, restored, moved."""

import datetime
import re
import urllib.error
import urllib.request
import zoneinfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editor import at, blocks, build, fill, save, write
from tests.browser.patient import press
from tests.browser.shapes import ARTICLE, AT_A_LOCATION, QUESTION, SOURCES
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

MIAMI_PHONE = "305-555-0117"
DENVER = zoneinfo.ZoneInfo("America/Denver")


@pytest.fixture
def editor(watched, sign_in) -> Page:
    """Writes; may not publish."""
    sign_in(watched, "editor")
    return watched


@pytest.fixture
def reviewer(open_page, sign_in) -> Page:
    """Signs and publishes what others wrote."""
    page = open_page()
    sign_in(page, "reviewer")
    return page


def _status(site, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{site.url}{path}", timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _read(site, path: str) -> bytes:
    """The public page as it comes, without a browser."""
    with urllib.request.urlopen(f"{site.url}{path}", timeout=10) as response:
        return response.read()


def _publish(page: Page) -> None:
    press(page, "Publish")
    expect(page.locator(".messagelist")).to_contain_text("is in public now.")


def _headings(page: Page) -> list[str]:
    return page.locator("main .prose h2").all_inner_texts()


def _make_about(editor: Page, reviewer: Page, slug: str) -> str:
    """A small page in public; the address of its form."""
    text = [("section", {"heading": "Who we are", "text": "First version."})]
    about = {"Title:": "A page", "Address:": slug, "Description:": "Who we are."}
    build(editor, "otherpage", about, text, [])
    reviewer.goto(at(editor, "release"))
    _publish(reviewer)
    return editor.url.split("#")[0]


def _rewrite(page: Page, text: str) -> None:
    write(page, blocks(page).first.locator(".field-text .ProseMirror"), "")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    save(page)


def test_c1_an_article_is_built_in_the_admin_and_reads_like_its_shape(editor, reviewer, open_page, site):
    fields = {
        "Title:": "Dry needling for sore muscles",
        "Address:": "dry-needling-for-sore-muscles",
        "Date of the article:": "2026-05-11",
        "Trigger point therapy": True,
        "Dry needling": True,
        "Summary:": QUESTION,
        "Description:": "What knots are and what helps.",
    }
    build(editor, "article", fields, ARTICLE, SOURCES)
    path = "/articles/dry-needling-for-sore-muscles/"
    assert _status(site, path) == 404  # written, not published
    reviewer.goto(at(editor, "release"))
    assert reviewer.get_by_text("Must be mended").count() == 0
    _publish(reviewer)
    public = open_page()
    public.goto(path)
    expect(public.locator("h1")).to_have_text("Dry needling for sore muscles")
    expect(public.locator(".lead")).to_have_text(QUESTION)
    assert _headings(public) == [values["heading"] for _kind, values in ARTICLE]
    assert len(_headings(public)) == 8
    lists = public.locator(".prose .text :is(ul, ol)")
    assert [items.locator("li").count() for items in lists.all()] == [2, 3, 6, 3]
    assert public.locator("time").first.get_attribute("datetime") == "2026-05-11"
    assert public.locator(".page-head").get_by_role("link").all_inner_texts() == [
        "Dry needling",
        "Trigger point therapy",
    ]
    assert public.locator("[id^=source-]").count() == 2
    closing = public.locator(".cta").last
    expect(closing).to_contain_text("Ask Juniper & Tide Physical Therapy for an appointment.")
    expect(closing.get_by_role("link", name="303-555-0142")).to_have_attribute("href", "tel:+13035550142")
    expect(public.locator("main")).to_contain_text("a thin, solid, single-use, sterile filiform needle")
    public.goto("/articles/category/dry-needling/")
    expect(public.locator("main")).to_contain_text("Dry needling for sore muscles")


def test_c1_c12_a_treatment_at_a_location_is_built_signed_and_published(editor, reviewer, open_page, site):
    fields = {
        "Title:": "Dry needling trigger point therapy in North Miami",
        "Address:": "dry-needling-trigger-point-therapy",
        "Location:": "North Miami",
        "Treatment:": "Dry needling",
        "Summary:": "Our therapists use it as one part of a plan.",
        "Description:": "Dry needling in North Miami.",
    }
    build(editor, "locationtreatment", fields, AT_A_LOCATION, SOURCES)
    editor.goto(f"{editor.url.split('#')[0]}#id_author")
    editor.locator("#id_author").fill("Clinical lead, Denver (demo)")
    save(editor)
    path = "/locations/north-miami/dry-needling-trigger-point-therapy/"
    reviewer.goto(at(editor, "release"))
    press(reviewer, "Publish")
    expect(reviewer.locator(".messagelist")).to_contain_text("The page has not been reviewed.")
    assert _status(site, path) == 404
    reviewer.get_by_label("How the page names you").fill("Physical therapist, North Miami (demo)")
    press(reviewer, "Reviewed: sign off this text")
    expect(reviewer.locator(".messagelist")).to_contain_text("Signed off.")
    _publish(reviewer)
    public = open_page()
    public.goto(path)
    assert _headings(public) == [
        values["heading"] for kind, values in AT_A_LOCATION if kind in ("section", "calltoaction")
    ]
    assert public.locator(".prose dfn").all_inner_texts() == ["Myo", "Fascia", "Referred pain", "Dry"]
    assert [items.locator("li").count() for items in public.locator(".prose .text :is(ul, ol)").all()] == [3, 3, 1]
    buttons = public.locator("main").get_by_role("link", name="Request an appointment")
    first, last = buttons.first.bounding_box()["y"], buttons.last.bounding_box()["y"]
    assert first < public.locator(".prose h2").nth(1).bounding_box()["y"]
    assert last > public.locator(".prose h2").last.bounding_box()["y"]
    for button in (buttons.first, buttons.last):
        assert "location=north-miami&treatment=dry-needling" in button.get_attribute("href")
    expect(public.locator(".cta").last).to_contain_text("in North Miami for an appointment.")
    expect(public.locator(".cta").last.get_by_role("link", name=MIAMI_PHONE)).to_be_visible()
    expect(public.locator(".review")).to_contain_text("Physical therapist, North Miami (demo)")


def test_c2_c3_c4_a_draft_is_previewed_and_shared_while_the_live_page_stays(editor, reviewer, open_page, site, watch):
    form = _make_about(editor, reviewer, "shared-page")
    before = _read(site, "/shared-page/")
    editor.goto(form)
    _rewrite(editor, "Second version.")
    assert _read(site, "/shared-page/") == before
    editor.goto(at(editor, "release"))
    expect(editor.locator("main")).to_contain_text("What the draft changes in the live page")
    expect(editor.locator(".difference ins")).to_have_text("Second")
    address = editor.url
    editor.get_by_role("link", name="Preview the draft").click()
    expect(editor.locator("main")).to_contain_text("Second version.")
    expect(editor.locator(".draft-banner")).to_contain_text("Draft.")
    editor.goto(address)
    press(editor, "Make a link")
    link = re.search(r"http://\S+/preview/\S+", editor.locator(".messagelist").inner_text())[0]
    guest = open_page()
    guest.goto(link)
    expect(guest.locator("main")).to_contain_text("Second version.")
    expect(guest.locator(".draft-banner")).to_be_visible()
    press(editor, "Close all links")
    watch.expect(404)
    assert guest.goto(link).status == 404
    assert _read(site, "/shared-page/") == before


def test_c6_the_clock_alone_puts_a_scheduled_version_in_public(editor, reviewer, site):
    form = _make_about(editor, reviewer, "scheduled-page")
    editor.goto(form)
    _rewrite(editor, "Later version.")
    reviewer.goto(at(editor, "release"))
    moment = datetime.datetime.now(DENVER) + datetime.timedelta(seconds=8)
    reviewer.get_by_label("In public from").fill(moment.strftime("%Y-%m-%dT%H:%M:%S"))
    press(reviewer, "Publish")
    expect(reviewer.locator(".messagelist")).to_contain_text("Scheduled: “A page” goes in public")
    reviewer.goto(at(editor, "release"))
    assert re.search(
        r"Live now, since .* \(Denver time\), until .* \(Denver time\)", reviewer.locator("main").inner_text()
    )
    expect(reviewer.locator("main")).to_contain_text(re.compile(r"Scheduled for .*\(Denver time\)"))
    assert datetime.datetime.now(DENVER) < moment, "too slow to see the time before"
    assert b"First version." in _read(site, "/scheduled-page/")
    until(lambda: b"Later version." in _read(site, "/scheduled-page/"), 20, "the scheduled version is in public")
    assert datetime.datetime.now(DENVER) >= moment.replace(microsecond=0)


def test_c5_an_older_version_is_compared_restored_and_published(editor, reviewer, site):
    form = _make_about(editor, reviewer, "restored-page")
    editor.goto(form)
    _rewrite(editor, "Second version.")
    editor.goto(at(editor, "history"))
    editor.get_by_role("link", name="with the one before").first.click()
    expect(editor.locator(".difference ins")).to_have_text("Second")
    expect(editor.locator(".difference del")).to_have_text("First")
    editor.go_back()
    editor.locator("#change-history tbody tr").last.get_by_role("link").first.click()
    expect(blocks(editor).first.locator(".ProseMirror")).to_have_text("First version.")
    with editor.expect_navigation():
        editor.locator("[name=_save]").click()
    editor.goto(form)
    expect(blocks(editor).first.locator(".ProseMirror")).to_have_text("First version.")
    editor.goto(at(editor, "history"))
    expect(editor.locator("#change-history tbody tr")).to_have_count(3)


def test_c7_both_texts_are_kept_when_two_people_edit(editor, reviewer):
    form = _make_about(editor, reviewer, "two-editors")
    editor.goto(form)
    reviewer.goto(form)
    _rewrite(reviewer, "Their version.")
    fill(editor, blocks(editor).first, text="")
    editor.keyboard.press("Control+a")
    editor.keyboard.insert_text("My version.")
    save(editor)
    expect(editor.locator("main")).to_contain_text("Somebody else saved this page while you were editing.")
    expect(editor.locator(".difference del")).to_have_text("Their")
    expect(editor.locator(".difference ins")).to_have_text("My")
    expect(blocks(editor).first.locator(".ProseMirror")).to_have_text("My version.")
    save(editor)
    expect(editor.locator(".messagelist")).to_contain_text("was changed successfully")
    editor.goto(at(editor, "history"))
    editor.get_by_role("link", name="with the one before").first.click()
    expect(editor.locator(".difference del")).to_have_text("Their")


def test_c10_a_page_that_moves_leaves_a_redirect(editor, reviewer, open_page, site):
    form = _make_about(editor, reviewer, "old-address")
    editor.goto(form)
    editor.locator("#id_slug").fill("new-address")
    save(editor)
    assert _status(site, "/old-address/") == 200  # nothing moves before it is published
    reviewer.goto(at(editor, "release"))
    _publish(reviewer)
    public = open_page()
    public.goto("/old-address/")
    assert public.url == f"{site.url}/new-address/"
    expect(public.locator("main")).to_contain_text("First version.")


def _save_location(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[name=_save]").click()


def test_c15_a_bad_day_is_switched_on_and_off(open_page, sign_in, query):
    manager, public = open_page(), open_page()
    sign_in(manager, "manager")
    number = query("SELECT id FROM services_location WHERE slug = 'north-miami'")[0][0]
    form = f"/admin/services/location/{number}/change/"
    manager.goto(form)
    manager.get_by_label("What is different today").select_option("closed")
    tomorrow = datetime.datetime.now(DENVER).date() + datetime.timedelta(days=1)
    manager.get_by_label("Until").fill(f"{tomorrow.isoformat()}T17:00")
    _save_location(manager)
    notices = public.get_by_role("region", name="Notices")

    def says_so() -> bool:
        public.goto("/locations/north-miami/")
        return notices.count() > 0 and "North Miami" in notices.inner_text()

    until(says_so, 5, "the notice is there")
    manager.goto(form)
    manager.get_by_label("What is different today").select_option("")
    manager.get_by_label("Until").fill("")
    _save_location(manager)
    until(lambda: not says_so(), 5, "the notice is gone")
