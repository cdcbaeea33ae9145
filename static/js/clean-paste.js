// What is pasted from a word processor or a web page becomes plain paragraphs, lists and tables before the editor
// reads it. The server sanitises in any case; this keeps lists lists, and looks right at once.
const BULLET = /^\s*(?:[·•▪◦●○■□§–—-]|o(?=\s))\s+/u;
const NUMBER = /^\s*\(?(?:\d{1,2}|[a-z])[.)]\s+/iu;
const DROPPED = "style, script, meta, link, xml, title, template, noscript, iframe, object, svg, button, input, select, textarea, img, [hidden], [aria-hidden=true]";
const KEPT = ["href", "colspan", "rowspan"];
const made = new WeakSet();

// Styles would be reported as refused by the site's policy as soon as they are parsed: they are read as plain data.
const parsed = (html) => {
  const harmless = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
  return new DOMParser().parseFromString(harmless, "text/html").body;
};

const each = (body, selector, change) => [...body.querySelectorAll(selector)].forEach(change);

const renamed = (element, tag) => {
  const other = document.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
};

const cutStart = (item, pattern) => {
  const texts = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  let length = item.textContent.match(pattern)[0].length;
  while (length && texts.nextNode()) {
    const cut = Math.min(length, texts.currentNode.data.length);
    texts.currentNode.data = texts.currentNode.data.slice(cut);
    length -= cut;
  }
};

// Word writes a list as paragraphs that begin with a dot or a number.
const gatherLists = (body) => {
  let list = null;
  each(body, "p[data-style*='mso-list' i], p[class*=MsoListParagraph i]", (paragraph) => {
    const pattern = [BULLET, NUMBER].find((known) => known.test(paragraph.textContent));
    if (!pattern) return;
    const tag = pattern === BULLET ? "ul" : "ol";
    if (list?.localName !== tag || list.nextElementSibling !== paragraph) {
      list = document.createElement(tag);
      paragraph.before(list);
    }
    cutStart(paragraph, pattern);
    const item = document.createElement("li");
    list.append(item);
    item.append(paragraph);
  });
};

// A field without tables gets a line for each row.
const flattenTables = (body) => each(body, "table", (table) => {
  const rows = [...table.rows].map((row) => {
    const line = document.createElement("p");
    line.textContent = [...row.cells].map((cell) => cell.textContent.trim()).filter(Boolean).join(" – ");
    return line;
  });
  table.replaceWith(...rows);
});

const dropNotes = (body) => {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const notes = [];
  while (walker.nextNode()) notes.push(walker.currentNode);
  notes.forEach((note) => note.remove());
};

const clean = (html, withTables) => {
  const body = parsed(html);
  dropNotes(body);
  each(body, DROPPED, (element) => element.remove());
  gatherLists(body);
  if (!withTables) flattenTables(body);
  each(body, "h1, h2, h3, h4, h5, h6", (heading) => {
    const strong = document.createElement("strong");
    renamed(heading, "p").append(strong);
    strong.append(...[...strong.parentNode.childNodes].filter((node) => node !== strong));
  });
  each(body, "span, font, u, o\\:p", (element) => {
    if (/font-weight:\s*(bold|[6-9]00)/i.test(element.dataset.style)) renamed(element, "strong");
    else element.replaceWith(...element.childNodes);
  });
  each(body, "*", (element) => {
    for (const { name } of [...element.attributes]) if (!KEPT.includes(name)) element.removeAttribute(name);
  });
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\s+/gu, " ");
  [...body.querySelectorAll("p, li, b, strong, i, em, a")].reverse().forEach((element) => {
    if (!element.textContent.trim() && !element.closest("td, th")) element.remove();
  });
  return body.innerHTML.trim();
};

document.addEventListener("paste", (event) => {
  const surface = event.target.closest?.(".ProseMirror");
  const html = event.clipboardData?.getData("text/html");
  if (!surface || !html || made.has(event) || html.includes("data-pm-slice")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", clean(html, Boolean(surface.closest(".field-table"))));
  clipboardData.setData("text/plain", event.clipboardData.getData("text/plain"));
  const tidied = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  made.add(tidied);
  event.target.dispatchEvent(tidied);
}, true);
