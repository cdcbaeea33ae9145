// After sending, Back leads to the confirmation instead of the browser's question about sending the form again.
const { sent } = document.querySelector("script[data-sent]").dataset;

addEventListener("submit", ({ submitter }) => {
  if (!submitter?.hasAttribute("formaction")) history.replaceState(null, "", sent);
});
