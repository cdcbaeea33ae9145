// The blocks of a page by keyboard: add anywhere, move up and down, fold, jump to the field a finding names.
// The editor draws blocks in their order but keeps them in the document by kind; here the document follows the
// order, so that Tab and screen readers meet them as they are seen.
const words = document.getElementById("block-words");
const verbs = words.content.querySelector(".block-verbs");
const place = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
const BLOCK = ".inline-related:not(.empty-form)";
const NAMES = /-(heading|question|term|caption)$/;

let machine;
const inOrder = () => [...machine.querySelectorAll(`:scope > ${BLOCK}`)].sort((a, b) => a.style.order - b.style.order);
const titleOf = (block) => {
  const kind = block.querySelector(":scope > h3 b")?.textContent.replace(/:\s*$/, "").trim() ?? "";
  return `${kind} ${block.querySelector(":scope > h3 .inline_label")?.textContent.trim() ?? ""}`.trim();
};

const follow = () => {
  let before = null;
  for (const block of inOrder()) {
    const next = before ? before.nextElementSibling : machine.firstElementChild;
    if (next !== block) machine.insertBefore(block, next);
    before = block;
  }
};

const say = (text) => { document.getElementById("block-news").textContent = text; };

const move = (block, by) => {
  const blocks = inOrder();
  const from = blocks.indexOf(block);
  const to = from + by;
  const name = titleOf(block);
  if (to < 0 || to >= blocks.length) return say(place(words.dataset.edge, { name }));
  blocks.splice(to, 0, ...blocks.splice(from, 1));
  blocks.forEach((each, n) => {
    each.style.order = 10 * (n + 1);
    each.querySelector(".order-machine-ordering").value = 10 * (n + 1);
  });
  follow();
  say(place(words.dataset.moved, { name, place: to + 1, all: blocks.length }));
};

const name = (block) => {
  const title = titleOf(block);
  for (const button of block.querySelectorAll(":scope > h3 [data-verb]")) {
    button.setAttribute("aria-label", `${button.title}: ${title}`);
    if (button.dataset.verb === "fold") button.setAttribute("aria-expanded", !block.classList.contains("collapsed"));
  }
  const target = block.querySelector(":scope > .order-machine-insert-target");
  target?.setAttribute("aria-label", place(words.dataset.insert, { name: title }));
};

const asButton = (target) => {
  target.setAttribute("role", "button");
  target.setAttribute("aria-haspopup", "true");
  target.tabIndex = 0;
};

const dress = (block) => {
  if (block.querySelector(":scope > h3 .block-verbs")) return;
  const bar = verbs.cloneNode(true);
  const changes = window.ContentEditor.allowChange;
  for (const button of bar.querySelectorAll("[data-verb]")) {
    if (!changes && button.dataset.verb !== "fold") button.remove();
  }
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verb]");
    if (!button || button.dataset.verb === "fold") return; // the editor folds at any click on the title
    event.stopPropagation();
    move(block, button.dataset.verb === "up" ? -1 : 1);
    button.focus();
    block.scrollIntoView({ block: "nearest" });
  });
  const title = block.querySelector(":scope > h3");
  title.insertBefore(bar, title.querySelector(".delete, .inline-deletelink")?.closest("h3 > *") ?? null);
  const target = block.querySelector(":scope > .order-machine-insert-target");
  if (target && changes) {
    asButton(target);
    block.prepend(target);
  }
  block.addEventListener("input", (event) => {
    if (!NAMES.test(event.target.name ?? "")) return;
    block.querySelector(":scope > h3 .inline_label").textContent = event.target.value;
    name(block);
  });
  new MutationObserver(() => name(block)).observe(block, { attributes: true, attributeFilter: ["class"] });
  name(block);
};

// A block that is not saved yet is renumbered by the admin in the document's order when one is removed; the
// numbers of saved ones must stay what they are, so they stand by number for that moment.
const standByNumber = (event) => {
  const block = event.target.closest?.(".inline-deletelink")?.closest(BLOCK);
  if (!block || !machine.contains(block)) return;
  const kind = block.id.replace(/-\d+$/, "");
  const number = (each) => Number(each.id.slice(kind.length + 1));
  const same = inOrder().filter((each) => each.id.replace(/-\d+$/, "") === kind);
  for (const each of same.sort((a, b) => number(a) - number(b))) machine.append(each);
  setTimeout(() => {
    follow();
    machine.querySelector(":scope > .order-machine-insert-target.last")?.focus();
  });
};

const focusFirstField = (block) => {
  const field = [...block.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select, .ProseMirror")]
    .find((each) => each.checkVisibility());
  field?.focus();
};

const choosing = () => {
  const panel = document.querySelector(".plugin-buttons");
  const choices = [...panel.querySelectorAll(".plugin-button")];
  for (const choice of choices) {
    choice.tabIndex = 0;
    choice.removeAttribute("title");
    choice.querySelector(".plugin-button-icon").setAttribute("aria-hidden", "true");
    const hint = document.createElement("span");
    hint.className = "plugin-hint";
    hint.textContent = document.querySelector(`#${choice.dataset.pluginPrefix}-empty .description`)?.textContent.trim() ?? "";
    choice.querySelector(".plugin-button-title").append(hint);
  }
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", words.dataset.choose);
  panel.addEventListener("keydown", (event) => {
    const at = choices.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) {
      event.preventDefault();
      choices.at((at + by) % choices.length).focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choices[at]?.click();
    }
  });
  return { panel, choices };
};

const start = () => {
  machine = document.querySelector(".order-machine");
  const last = machine.querySelector(":scope > .order-machine-insert-target.last");
  if (window.ContentEditor.allowChange) {
    asButton(last);
    last.append(words.dataset.last);
  }
  for (const icon of document.querySelectorAll(".collapse-items .plugin-button-icon")) icon.setAttribute("aria-hidden", "true");
  for (const block of inOrder()) dress(block);
  follow();
  const { panel, choices } = choosing();
  machine.addEventListener("keydown", (event) => {
    const target = event.target.closest(".order-machine-insert-target");
    if (!target || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    target.click();
    choices[0]?.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.contains(document.activeElement)) machine.querySelector(".order-machine-insert-target.selected")?.focus();
  });
  document.addEventListener("formset:added", (event) => {
    if (!machine.contains(event.target)) return;
    dress(event.target);
    follow();
    focusFirstField(event.target);
    const chosen = document.activeElement;
    setTimeout(() => {
      // Writing surfaces come a moment later; whoever has moved on meanwhile is left alone.
      if (document.activeElement === chosen) focusFirstField(event.target);
    }, 100);
  });
  document.addEventListener("dragend", follow);
  document.addEventListener("click", standByNumber, true);
};

// A finding of the page check names a field; it may be folded away, or stand behind a writing surface.
const reveal = (patience = 20) => {
  const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!field || location.hash.includes("=")) return;
  const row = field.closest(".form-row");
  const block = field.closest(BLOCK);
  const editor = row?.querySelector(".ProseMirror");
  if (!editor && !field.checkVisibility() && patience) setTimeout(() => reveal(patience - 1), 50);
  for (let each = field.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  block?.classList.remove("collapsed");
  (row ?? field).scrollIntoView({ block: "center" });
  (editor ?? field.querySelector?.(".add-row a") ?? field).focus();
};

if (document.querySelector(".order-machine")) start();
else document.addEventListener("content-editor:ready", start);
document.addEventListener("content-editor:ready", () => setTimeout(reveal));
addEventListener("hashchange", () => reveal());
addEventListener("load", () => setTimeout(reveal));
