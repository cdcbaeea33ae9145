"""What a page must be for everybody: axe's rules, no sideways scrolling, in both schemes and on any screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Without preload: axe would look for imported style sheets beside the page, not beside the sheet.
RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
    preload: false})
    .then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${node.target.join(" ")} ${node.failureSummary} ${node.html}`)))"""
# The elements that stick out to the right, without their children.
WIDER = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1);
    return out.map(e => e.outerHTML.slice(0, 120)).slice(0, 5).concat("the page scrolls sideways");
}"""
WIDTHS = (1280, 360)


def problems(page: Page, scroll_widths: tuple[int, ...] = ()) -> list[str]:
    """Every fault of the open page as one line, at `WIDTHS` light and dark; sideways scrolling also elsewhere."""
    page.evaluate(Axe().axe_script)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}px {line}" for line in page.evaluate(WIDER)]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{width}px {scheme} {line}" for line in page.evaluate(RUN, TAGS)]
    for width in scroll_widths:
        page.set_viewport_size({"width": width, "height": 700})
        found += [f"{width}px {line}" for line in page.evaluate(WIDER)]
    return found
