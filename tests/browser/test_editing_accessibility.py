"""Every page on which editors and reviewers work passes axe, light and dark, with a silent console (P2)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems
from tests.browser.editor import add_block, blocks, build, choose_block, open_kinds, save
from tests.photos import as_bytes, two_halves

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768)
PHONE = 360
ADMIN = "/admin/services"
BOOKS = {"treatment": "treatment", "condition": "condition", "article": "article"}
BOOKS |= {"location_treatment": "locationtreatment", "other": "otherpage"}


@pytest.fixture
def admin(open_page, sign_in) -> Page:
    """May do everything; nothing moves."""
    page = open_page(reduced_motion="reduce")
    sign_in(page, "admin")
    return page


def found(page: Page) -> list[str]:
    """What is wrong with the open page."""
    page.wait_for_load_state("networkidle")
    return problems(page, (PHONE,), WIDTHS)


@pytest.mark.parametrize("kind", BOOKS)
def test_p2_the_form_of_each_kind_with_its_blocks(admin, query, kind):
    number = query("SELECT MAX(id) FROM services_page WHERE kind = %s", kind)[0][0]
    admin.goto(f"{ADMIN}/{BOOKS[kind]}/{number}/change/")
    assert blocks(admin).count() > 2
    assert found(admin) == []


@pytest.fixture
def edited(admin) -> str:
    """A page saved twice, with one block of every kind; the address of its form."""
    build(admin, "otherpage", {"Title:": "Saved twice"}, [("section", {"heading": "One", "text": "First."})], [])
    admin.locator("#id_title").fill("Saved once more")
    save(admin)
    return admin.url.split("#")[0]


def test_p2_new_blocks_of_every_kind_and_the_list_to_choose_from(admin):
    admin.goto(f"{ADMIN}/article/add/")
    expect(admin.locator(".plugin-buttons .plugin-button[tabindex]")).to_have_count(12)
    for kind in admin.locator(".plugin-buttons .plugin-button").evaluate_all(
        "buttons => buttons.map(button => button.dataset.pluginPrefix.replace(/services_|_set/g, ''))"
    ):
        open_kinds(admin)
        choose_block(admin, kind)
    blocks(admin).nth(2).locator("> .order-machine-insert-target").press("Enter")
    assert found(admin) == []


def test_p2_check_history_comparison_older_version_and_deleted_pages(admin, edited):
    wrong = {}
    for verb in ("release", "delete", "history"):
        admin.goto(edited.replace("/change/", f"/{verb}/"))
        wrong[verb] = found(admin)
    compare = admin.get_by_role("link", name="with the one before").first.get_attribute("href")
    older = admin.locator("#change-history th a").last.get_attribute("href")
    for path in (compare, older):
        admin.goto(path)
        wrong[path] = found(admin)
    admin.goto(edited.replace("/change/", "/delete/"))
    with admin.expect_navigation():
        admin.locator("#content form [type=submit]").click()
    admin.goto(f"{ADMIN}/otherpage/recover/")
    wrong["recover"] = found(admin)
    admin.locator("#content table a").first.click()
    wrong["recovered"] = found(admin)
    assert {name: lines for name, lines in wrong.items() if lines} == {}


def test_p2_a_stale_save_with_both_texts(admin, edited):
    late = admin.context.new_page()
    late.goto(edited)
    late.locator("#id_title").fill("Theirs")
    save(late)
    add_block(admin, "callout", heading="Mine", text="Words")
    save(admin)
    assert admin.locator("#stale").count() == 1
    assert found(admin) == []


def test_p2_a_picture(admin, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(as_bytes(two_halves(900, 600)))
    admin.goto(f"{ADMIN}/image/add/")
    admin.locator("[type=file]").set_input_files(photo)
    admin.locator("[name=title]").fill("A room")
    admin.locator("[name=alt]").fill("A treatment room")
    save(admin)
    assert "/change/" in admin.url
    assert found(admin) == []
