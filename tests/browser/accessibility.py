"""What a page must be for everybody: axe's rules, no sideways scrolling, in both schemes and on any screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"type": "tag", "values": TAGS}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that a scheme changes
# `preload` would fetch what style sheets import, by addresses that are wrong for the page.
RUN = """runOnly => axe.run(document, {runOnly, resultTypes: ["violations"], preload: false})
    .then(found => found.violations.map(({id, nodes}) =>
        `${id} (${nodes.length}): ${nodes[0].target.join(" ")} ${nodes[0].failureSummary} ${nodes[0].html}`))"""
# The elements that stick out to the right, without their children.
WIDER = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1);
    return out.map(e => e.outerHTML.slice(0, 120)).slice(0, 5).concat("the page scrolls sideways");
}"""
WIDTHS = (1280, 360)
STAFF_WIDTHS = (1280, 768)


def problems(page: Page, scroll_widths: tuple[int, ...] = (), widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Each broken rule of the open page, at `widths` in both schemes; sideways scrolling also elsewhere."""
    page.evaluate(Axe().axe_script)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}px {line}" for line in page.evaluate(WIDER)]
        for scheme, rules in (("dark", COLOURS), ("light", EVERYTHING)):
            page.emulate_media(color_scheme=scheme)
            found += [f"{width}px {scheme} {line}" for line in page.evaluate(RUN, rules)]
    for width in scroll_widths:
        page.set_viewport_size({"width": width, "height": 700})
        found += [f"{width}px {line}" for line in page.evaluate(WIDER)]
    return found
