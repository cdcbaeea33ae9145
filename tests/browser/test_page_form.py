"""The form of a page: blocks added anywhere, moved, folded and pasted into, by keyboard and mouse (C1)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editor import BLOCKS, add_block, blocks, choose_block, drag, paste, save, titles

pytestmark = pytest.mark.browser

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Word 15">
<style><!-- p.MsoNormal {margin:0in; font-family:"Calibri",sans-serif;} --></style></head>
<body lang=EN-US style='tab-interval:.5in'><!--StartFragment-->
<h2><span style='color:#2F5496'>What knots are<o:p></o:p></span></h2>
<p class=MsoNormal style='margin-bottom:0in'><span style='font-size:12.0pt;font-family:"Arial"'>A
<b style='mso-bidi-font-weight:normal'>sore spot</b> in a
<a href="https://www.example.org/band" style="color:red" target="_blank" onclick="track()">tight
band</a>.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Active: hurts by itself<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'>·<span>&nbsp;&nbsp; </span></span><![endif]>Latent: hurts when pressed<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]>1.<span>&nbsp;&nbsp;
</span><![endif]>We look</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]>2.<span>&nbsp;&nbsp;
</span><![endif]>We press</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>"""
FROM_WORD = (
    "<p><strong>What knots are</strong></p>"
    '<p>A <strong>sore spot</strong> in a <a href="https://www.example.org/band">tight band</a>.</p>'
    "<ul><li><p>Active: hurts by itself</p></li><li><p>Latent: hurts when pressed</p></li></ul>"
    "<ol><li><p>We look</p></li><li><p>We press</p></li></ol>"
)
WEB = """<meta charset='utf-8'><div class="entry" style="font:16px Georgia"><h3 id=x>How it <em>feels</em></h3>
<p onclick="alert(1)" style="color:red">Some <span style="font-weight:700">bold</span> words.<br>And a line.</p>
<script>alert(1)</script><ul class="fancy"><li><span>One</span></li><li><p>Two</p></li></ul>
<img src="https://tracker.example/p.gif" onerror="alert(1)"><svg onload="alert(1)"></svg>
<table><tr><td>cell one</td><td>cell two</td></tr></table><iframe src="https://elsewhere.example"></iframe></div>"""
FROM_WEB = (
    "<p><strong>How it <em>feels</em></strong></p><p>Some <strong>bold</strong> words.<br>And a line.</p>"
    "<ul><li><p>One</p></li><li><p>Two</p></li></ul><p>cell one – cell two</p>"
)


@pytest.fixture
def form(watched, sign_in) -> Page:
    """The empty form of an article with three blocks, not yet saved."""
    sign_in(watched, "editor")
    watched.goto("/admin/services/article/add/")
    for heading in ("One", "Two"):
        add_block(watched, "section", heading=heading)
    add_block(watched, "callout", heading="Three", text="Words")
    assert titles(watched) == ["One", "Two", "Three"]
    return watched


def _save_new(form: Page, slug: str) -> None:
    form.locator("#id_title").fill(slug.replace("-", " ").capitalize())
    form.keyboard.press("Tab")
    expect(form.locator("#id_slug")).to_have_value(slug)  # proposed from the title
    save(form)
    expect(form.locator(".messagelist")).to_contain_text("was added successfully")


def _focus(form: Page) -> str:
    return form.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.name || ''")


def test_c1_blocks_are_added_and_moved_by_keyboard_alone(form):
    target = blocks(form).nth(1).get_by_role("button", name="Add a block before Heading and text Two")
    target.press("Enter")
    expect(form.locator(".plugin-buttons .plugin-button").first).to_be_focused()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    assert titles(form) == ["One", "New item", "Two", "Three"]
    form.keyboard.insert_text("Between")
    assert titles(form)[1] == "Between"
    up = form.get_by_role("button", name="Move up: Callout Between")
    up.press("Enter")
    assert titles(form) == ["Between", "One", "Two", "Three"]
    assert _focus(form) == "Move up: Callout Between"
    expect(form.locator("#block-news")).to_have_text("Callout Between is now block 1 of 4.")
    up.press("Enter")
    expect(form.locator("#block-news")).to_have_text("Callout Between cannot go further.")
    form.get_by_role("button", name="Move down: Heading and text One").press("Space")
    assert titles(form) == ["Between", "Two", "One", "Three"]
    blocks(form).first.locator(".field-text .ProseMirror").fill("Words")
    _save_new(form, "moved-by-keyboard")
    assert titles(form) == ["Between", "Two", "One", "Three"]


def test_c1_the_list_of_kinds_closes_with_escape_and_gives_the_focus_back(form):
    blocks(form).nth(2).locator("> .order-machine-insert-target").press("Enter")
    expect(form.locator(".plugin-buttons")).to_be_visible()
    form.keyboard.press("Escape")
    expect(form.locator(".plugin-buttons")).to_be_hidden()
    assert _focus(form) == "Add a block before Callout Three"


def test_c1_blocks_are_moved_by_dragging(form):
    form.locator(".collapse-items").click()
    form.locator(".order-machine-wrapper").evaluate("machine => machine.scrollIntoView({block: 'center'})")
    drag(form, blocks(form).nth(2).locator("> h3"), blocks(form).first.locator("> h3"))
    label = form.locator(f"{BLOCKS} > h3 .inline_label")
    expect(label).to_have_text(["Three", "One", "Two"])
    _save_new(form, "moved-by-dragging")
    assert titles(form) == ["Three", "One", "Two"]


def test_c1_folded_blocks_say_what_is_inside(form):
    fold = form.get_by_role("button", name="Show or hide: Callout Three")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(blocks(form).nth(2).locator(".field-heading")).to_be_hidden()
    expect(blocks(form).nth(2).locator("> h3")).to_contain_text("Three")


def test_tab_meets_the_blocks_as_they_are_seen(form):
    """Also after a block of one kind went before blocks of another."""
    form.get_by_role("button", name="Move up: Callout Three").press("Enter")
    form.get_by_role("button", name="Move up: Callout Three").press("Enter")
    seen = []
    blocks(form).first.locator("[data-verb=up]").focus()
    while not seen or seen[-1] != "Move up: Heading and text Two":
        form.keyboard.press("Tab")
        seen.append(_focus(form))
        assert len(seen) < 60
    assert [name for name in seen if name.startswith("Move up")] == [
        "Move up: Heading and text One",
        "Move up: Heading and text Two",
    ]


def test_c1_a_new_block_that_is_removed_leaves_the_others_as_they_are(form, query):
    _save_new(form, "removed-block")
    blocks(form).first.locator("> .order-machine-insert-target").press("Enter")
    choose_block(form, "section")
    assert titles(form)[0] == "New item"
    blocks(form).first.locator(".inline-deletelink").click()
    add_block(form, "section", heading="Four")
    save(form)
    assert titles(form) == ["One", "Two", "Three", "Four"]
    assert query("SELECT COUNT(*) FROM services_section s JOIN services_page p ON p.id = s.parent_id "
                 "WHERE p.slug = 'removed-block'") == [(3,)]  # fmt: skip


@pytest.mark.parametrize(("copied", "kept"), [(WORD, FROM_WORD), (WEB, FROM_WEB)], ids=["word", "web"])
def test_c1_what_is_pasted_comes_out_clean(form, query, copied, kept):
    surface = blocks(form).first.locator(".ProseMirror")
    surface.click()
    paste(surface, copied)
    slug = "pasted-" + ("word" if copied is WORD else "web")
    _save_new(form, slug)
    stored = query(
        "SELECT s.text FROM services_section s JOIN services_page p ON p.id = s.parent_id "
        "WHERE p.slug = %s AND s.heading = 'One'",
        slug,
    )[0][0]
    assert stored == kept


def test_c1_a_table_is_pasted_as_a_table_where_tables_belong(form):
    block = add_block(form, "table", caption="Pasted")
    surface = block.locator(".ProseMirror")
    surface.click()
    form.keyboard.press("Control+a")
    paste(surface, '<table class=MsoTable style="width:9in"><tr><td width=200><p class=MsoNormal>A</p></td>'
                   "<td>B</td></tr></table>")  # fmt: skip
    expect(surface.locator("td").filter(has_text="A")).to_have_count(1)
    assert "Mso" not in surface.inner_html()


def test_c13_a_finding_leads_to_its_field_even_in_a_folded_block(form):
    _save_new(form, "led-to-its-field")
    form.locator(".collapse-items").click()
    address = form.url.split("#")[0]
    form.goto("/admin/")
    form.goto(f"{address}#id_services_section_set-1-text")
    expect(blocks(form).nth(1).locator(".ProseMirror")).to_be_focused()
    form.goto(f"{address}#id_author")
    expect(form.locator("#id_author")).to_be_focused()
