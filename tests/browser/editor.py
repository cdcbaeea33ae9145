"""Writing a page as an editor does: in the admin's forms, by keyboard and mouse."""

from playwright.sync_api import Locator, Page

BLOCKS = ".order-machine > .inline-related:not(.empty-form)"


def blocks(page: Page) -> Locator:
    """The blocks of the open form, as they stand in the document."""
    return page.locator(BLOCKS)


def titles(page: Page) -> list[str]:
    """What each block is called in the form, in the order of the document."""
    return [text.strip() for text in page.locator(f"{BLOCKS} > h3 .inline_label").all_inner_texts()]


def open_kinds(page: Page) -> None:
    """The list of kinds, for a block at the end; once the form's scripts are there."""
    page.locator(".order-machine-insert-target.last[role=button]").press("Enter")


def choose_block(page: Page, kind: str) -> None:
    """In the open list of kinds."""
    page.locator(f".plugin-button[data-plugin-prefix='services_{kind}_set']").click()


def add_block(page: Page, kind: str, **values) -> Locator:
    """A block at the end of the page, its fields filled by typing."""
    open_kinds(page)
    choose_block(page, kind)
    block = blocks(page).last
    fill(page, block, **values)
    return block


def fill(page: Page, block: Locator, **values) -> None:
    """Type into the fields of a block; lines that start with `- ` or `1. ` are a list."""
    for name, value in values.items():
        row = block.locator(f".field-{name}")
        if row.locator(".ProseMirror").count():
            write(page, row.locator(".ProseMirror"), value)
        elif row.locator("select").count():
            row.locator("select").first.select_option(value)
        else:
            row.locator("input:not([type=hidden]), textarea").first.fill(value)


def write(page: Page, surface: Locator, text: str) -> None:
    """Type paragraphs and lists, a line for each."""
    surface.click()
    in_list = False
    for number, line in enumerate(text.strip().splitlines()):
        is_item = line.startswith(("- ", "1. "))
        if number:
            page.keyboard.press("Enter")
            if in_list and not is_item:
                page.keyboard.press("Enter")  # leaves the list
        if is_item and in_list:
            line = line.split(" ", 1)[1]
        marker, _blank, rest = line.partition(" ") if is_item and not in_list else ("", "", line)
        if marker == "1.":
            surface.locator("xpath=ancestor::*[contains(@class, 'prose-editor')]").get_by_label(
                "ordered list", exact=True
            ).click()
        elif marker:
            page.keyboard.type(f"{marker} ")  # the editor makes a list of it
        page.keyboard.insert_text(rest)
        in_list = is_item


def paste(surface: Locator, html: str, plain: str = "") -> None:
    """Paste what a word processor or a browser has put on the clipboard."""
    surface.evaluate(
        """(surface, [html, plain]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            clipboardData.setData("text/plain", plain);
            surface.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }""",
        [html, plain],
    )


def save(page: Page) -> None:
    """Save and go on editing."""
    with page.expect_navigation():
        page.locator("[name=_continue]").click()


def build(page: Page, address: str, fields: dict, blocks: list[tuple[str, dict]], sources: list[dict]) -> None:
    """Write a whole page into the empty form of its kind and save it."""
    page.goto(f"/admin/services/{address}/add/")
    for label, value in fields.items():
        field = page.get_by_label(label, exact=True).filter(visible=True).first
        if value is True:
            field.check()
        elif field.evaluate("field => field.localName") == "select":
            field.select_option(label=value)
        else:
            field.fill(value)
            field.press("Tab")
    for kind, values in blocks:
        add_block(page, kind, **values)
    for number, source in enumerate(sources):
        page.locator("#sources-group .add-row a").click()
        for name, value in source.items():
            page.locator(f"#id_sources-{number}-{name}").fill(value)
    save(page)


def at(page: Page, verb: str) -> str:
    """The address of a page around the open form: release, history, preview."""
    return page.url.split("#")[0].replace("/change/", f"/{verb}/")


def drag(page: Page, source: Locator, target: Locator) -> None:
    """Drag a block's bar to just above another, by the events of a drag: mouse moves do not always start one."""
    carried = page.evaluate_handle("new DataTransfer()")
    box = target.bounding_box()
    above = {"dataTransfer": carried, "clientX": box["x"] + 60, "clientY": box["y"] + 1}
    source.dispatch_event("dragstart", {"dataTransfer": carried})
    target.dispatch_event("dragover", above)
    target.dispatch_event("drop", above)
    source.dispatch_event("dragend", {"dataTransfer": carried})
