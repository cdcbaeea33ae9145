// Warns before a member of staff is signed out, and tells the site that somebody is there who only types.
// Without it the site signs out at the same moment; the server's clock decides in every case.
const script = document.querySelector("script[data-session]");
const dialog = document.getElementById("session-warning");
const { session: url, warn, token } = script.dataset;
const NOTED_EVERY = 60_000;
let endsAt = Date.now() + Number(script.dataset.seconds) * 1000;
let notedAt = Date.now();

const left = () => Math.round((endsAt - Date.now()) / 1000);

const ask = async (method) => {
  try {
    const answer = await fetch(url, { method, headers: { "X-CSRFToken": token, Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return;
    endsAt = Date.now() + (await answer.json()).seconds * 1000;
  } catch {
    // Offline: the time that is known stays.
  }
};

const stay = async () => {
  notedAt = Date.now();
  await ask("POST");
  if (left() > Number(warn) && dialog.open) dialog.close();
};

const isThere = () => {
  if (!dialog.open && Date.now() - notedAt > NOTED_EVERY) stay();
};

const look = async () => {
  if (left() <= Number(warn) && !dialog.open) await ask("GET"); // another tab may have been used
  if (left() <= 0) return location.reload();
  if (left() <= Number(warn)) {
    if (!dialog.open) dialog.showModal();
    const minutes = Math.ceil(left() / 60);
    const words = dialog.querySelector("[data-left]");
    const text = minutes > 1 ? words.dataset.minutes.replace("%s", minutes) : words.dataset.minute;
    if (words.textContent !== text) words.textContent = text; // a screen reader hears each change once
  } else if (dialog.open) {
    dialog.close();
  }
};

for (const event of ["keydown", "pointerdown", "scroll"]) addEventListener(event, isThere, { passive: true, capture: true });
dialog.querySelector("button").addEventListener("click", stay);
dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
setInterval(look, 1000);
