// Says how many requests have come since the page was made. The page stays as it is under the clerk's hands.
// Without it the clerk reloads. Asking is no sign that somebody is there: the session still ends when idle.
const line = document.querySelector("[data-news]");
const EVERY = 30_000;
let timer;

const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(line.dataset.news, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return clearInterval(timer); // signed out
    const { text } = await answer.json();
    if (!text || line.textContent === text) return;
    const link = document.createElement("a");
    link.href = line.dataset.show;
    link.className = "button";
    link.textContent = text;
    line.replaceChildren(link);
  } catch {
    // Offline: the next look may work.
  }
};

if (line) {
  timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  look();
}
