// After sending, Back leads to the confirmation instead of the browser's question about sending the form again.
const { sent } = document.querySelector("script[data-sent]").dataset;

addEventListener("submit", ({ target, submitter }) => {
  const sends = target.getAttribute("action") === sent && !submitter?.hasAttribute("formaction");
  if (sends) history.replaceState(null, "", sent);
});
