// Says how far the file has come while the browser downloads it; without it the page says how many rows there will be.
const line = document.querySelector("[data-progress]");
const EVERY = 1_000;

const look = async () => {
  try {
    const answer = await fetch(line.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return; // signed out
    const { text, done } = await answer.json();
    if (line.textContent !== text) line.textContent = text;
    if (done) return;
  } catch {
    // Offline: the next look may work.
  }
  setTimeout(look, EVERY);
};

document.querySelector("form.export-form").addEventListener("submit", () => setTimeout(look, EVERY), { once: true });
