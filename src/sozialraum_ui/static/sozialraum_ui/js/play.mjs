// The years one after another: starts on request only, stops at the end, on a second press and on any other choice.
import { navigate, prepare } from "./workbench.mjs";

const PAUSE = 1100;
let running = false;

export function connectPlay(root) {
  for (const button of root.querySelectorAll("[data-play]")) {
    if (button.dataset.ready) continue;
    button.dataset.ready = "1";
    button.hidden = false;
    show(button);
    button.addEventListener("click", () => (running ? stop() : play()));
  }
  if (root !== document) return;
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
  document.addEventListener("change", stop, true);
}

async function play() {
  running = true;
  show();
  const links = yearLinks();
  if (links.at(-1)?.hasAttribute("aria-current")) await step(links[0]);
  while (running) {
    const years = yearLinks();
    const next = years[years.findIndex((link) => link.hasAttribute("aria-current")) + 1];
    if (next) prepare(new URL(next.href));
    await pause();
    if (!running || !next) break;
    await step(next);
  }
  stop();
}

// Each year takes the place of the one before in the history: "back" leaves the film, not its frames.
function step(link) {
  return navigate(new URL(link.href), "replace");
}

function stop() {
  running = false;
  show();
}

function pause() {
  return new Promise((done) => { setTimeout(done, PAUSE); });
}

function yearLinks() {
  return [...document.querySelectorAll(".years a[href]")];
}

function show(button = document.querySelector("[data-play]")) {
  button?.setAttribute("aria-pressed", String(running));
}
