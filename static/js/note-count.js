// Says how many characters the note may still have: at once to see, after a pause to hear.
const { note, most, left, leftOne, over, overOne } = document.querySelector("script[data-note]").dataset;
const field = document.getElementById(note);
const seen = document.createElement("p");
const heard = document.createElement("p");
const PAUSE = 1000;
let timer;

const words = () => {
  const more = most - [...field.value.trim()].length; // as the server counts
  const [one, many] = more < 0 ? [overOne, over] : [leftOne, left];
  return Math.abs(more) === 1 ? one : many.replace("%s", Math.abs(more));
};

const show = () => {
  seen.textContent = words();
  clearTimeout(timer);
  timer = setTimeout(() => { heard.textContent = seen.textContent; }, PAUSE);
};

seen.className = "hint";
seen.ariaHidden = "true";
heard.className = "visually-hidden";
heard.setAttribute("aria-live", "polite");
field.after(seen, heard);
seen.textContent = words();
field.addEventListener("input", show);
