// Names the writing surfaces and choices of the editors and makes wide tables reachable: without this a screen
// reader announces "edit text, blank", and a table wider than the screen cannot be scrolled by keyboard.
const nameEditors = () => {
  for (const editor of document.querySelectorAll(".ProseMirror:not([aria-label])")) {
    const field = editor.closest(".form-row, .field-box, fieldset")?.querySelector("label, legend");
    editor.setAttribute("aria-label", field?.textContent.trim().replace(/:$/, "") || "Text");
  }
  // select2 names its parts after the choice, which is empty at first.
  for (const part of document.querySelectorAll(".select2-selection:not([aria-label]), .select2-selection__rendered:not([aria-label])")) {
    const field = part.closest(".form-row, .fieldBox")?.querySelector("label");
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", field?.textContent.trim().replace(/:$/, "") || "Choice");
  }
  for (const wrapper of document.querySelectorAll(".tableWrapper:not([tabindex])")) {
    wrapper.tabIndex = 0;
    wrapper.setAttribute("role", "group");
    wrapper.setAttribute("aria-label", "Table");
  }
};

new MutationObserver(nameEditors).observe(document.documentElement, { childList: true, subtree: true });
nameEditors();
