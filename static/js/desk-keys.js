// Single keys lead to the parts of a request's page; they move the focus and never press anything.
// They can be turned off (WCAG 2.1.4), and sleep while somebody types.
const KEPT = "desk-keys";
const list = document.getElementById("desk-keys");
const toggle = list.querySelector("input");
const TYPING = "input, textarea, select, [contenteditable]";
const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]), textarea, summary";

const targets = new Map(
  [...document.querySelectorAll("[data-key]")].map((part) => [
    part.dataset.key,
    part.matches(FOCUSABLE) ? part : part.querySelector(FOCUSABLE),
  ]),
);

const tell = () => {
  for (const [key, target] of targets) {
    if (toggle.checked) target.setAttribute("aria-keyshortcuts", key);
    else target.removeAttribute("aria-keyshortcuts");
  }
};

for (const row of list.querySelectorAll("[data-for]")) row.hidden = !targets.has(row.dataset.for);
try {
  toggle.checked = localStorage.getItem(KEPT) !== "off";
} catch {
  // Nothing may be kept here: the keys are on until the page is left.
}
tell();
list.hidden = false;

toggle.addEventListener("change", () => {
  tell();
  try {
    localStorage.setItem(KEPT, toggle.checked ? "on" : "off");
  } catch {
    // as above
  }
});

addEventListener("keydown", (event) => {
  const busy = event.target.matches?.(TYPING) && !event.target.readOnly && event.target !== toggle;
  if (!toggle.checked || busy || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.key === "?") list.open = true;
  const target = event.key === "?" ? list.querySelector("summary") : targets.get(event.key);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "center" });
});
