// The rich text editors name their writing surface and make wide tables reachable: without this a screen
// reader announces "edit text, blank", and a table wider than the screen cannot be scrolled by keyboard.
const nameEditors = () => {
  for (const editor of document.querySelectorAll(".ProseMirror:not([aria-label])")) {
    const field = editor.closest(".form-row, .field-box, fieldset")?.querySelector("label, legend");
    editor.setAttribute("aria-label", field?.textContent.trim().replace(/:$/, "") || "Text");
  }
  for (const wrapper of document.querySelectorAll(".tableWrapper:not([tabindex])")) {
    wrapper.tabIndex = 0;
    wrapper.setAttribute("role", "group");
    wrapper.setAttribute("aria-label", "Table");
  }
};

new MutationObserver(nameEditors).observe(document.documentElement, { childList: true, subtree: true });
nameEditors();
