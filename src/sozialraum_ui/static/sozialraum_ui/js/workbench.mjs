// The workbench: a choice fetches the same page under its new address and exchanges only the parts that differ.
import { patchMap } from "./map.mjs";

let again = () => {};
let running = null;
let ahead = null;
let going = "";
let shown = location.pathname + location.search;

export function connectWorkbench(root, reconnect) {
  if (root === document) {
    again = reconnect;
    // A jump within the page changes the hash alone; there is nothing to fetch.
    addEventListener("popstate", () => {
      if (document.querySelector("[data-fragment]") && location.pathname + location.search !== shown) navigate(new URL(location.href), false);
    });
    document.addEventListener("click", follow);
    for (const approach of ["pointerover", "focusin", "pointerdown"]) document.addEventListener(approach, fetchAhead);
  }
  requestAnimationFrame(() => root.querySelectorAll(".years [aria-current]").forEach(showInStrip));
  for (const form of root.querySelectorAll("form[data-workbench]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "1";
    form.addEventListener("change", () => navigate(addressOf(form)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      navigate(addressOf(form));
    });
    form.querySelectorAll("[data-only-without-script]").forEach((each) => { each.hidden = true; });
  }
}

// On narrow screens the strip of years scrolls; the shown year should be in view.
function showInStrip(current) {
  const strip = current.parentElement;
  strip.scrollLeft = current.offsetLeft - strip.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
}

function follow(event) {
  const link = event.target.closest("a[data-workbench-link]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate(new URL(link.href));
}

function addressOf(form) {
  const address = new URL(form.action || location.href, location.href);
  const pins = new URL(location.href).searchParams.get("pins");
  const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  if (pins && !fields.has("pins")) fields.set("pins", pins);
  address.search = fields.toString().replaceAll("%2C", ",");
  return address;
}

// A pointer that rests on a choice, or the focus on it, will most likely choose it: the answer is on its way before the click.
const REST = 60;

function fetchAhead(event) {
  const link = event.target.closest?.("a[data-workbench-link]");
  if (!link || link.hasAttribute("aria-current") || navigator.connection?.saveData) return;
  setTimeout(() => { if (link.matches(":hover, :focus")) prepare(new URL(link.href)); }, event.type === "pointerdown" ? 0 : REST);
}

// The one answer kept ready; it is good for the map that was shown when it was asked for.
export function prepare(address) {
  const known = headers();
  const key = address.href + (known["X-Map"] ?? "");
  if (ahead?.key === key || address.href === going) return;
  ahead?.stop.abort();
  const stop = new AbortController();
  ahead = { key, stop, answer: fetch(address, { headers: known, signal: stop.signal }).catch(() => null) };
}

async function answerTo(address, signal) {
  const known = headers();
  const kept = ahead;
  ahead = null;
  const ready = kept?.key === address.href + (known["X-Map"] ?? "") ? await kept.answer : null;
  return ready ?? fetch(address, { headers: known, signal });
}

export async function navigate(address, push = true) {
  if (!document.querySelector("[data-fragment]")) return location.assign(address);
  running?.abort();
  running = new AbortController();
  const wait = setTimeout(() => waiting(true), 300);
  const { signal } = running;
  going = address.href;
  try {
    const answer = await answerTo(address, signal);
    signal.throwIfAborted();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (push) history[push === "replace" ? "replaceState" : "pushState"](null, "", address);
    shown = address.pathname + address.search;
    exchange(page);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    clearTimeout(wait);
    if (!signal.aborted) {
      going = "";
      waiting(false);
    }
  }
}

// The server may leave out borders that this page already has.
function headers() {
  const key = document.querySelector("[data-map] svg.map")?.dataset.key;
  return key ? { "X-Fragment": "1", "X-Map": key } : { "X-Fragment": "1" };
}

function waiting(is) {
  document.querySelectorAll("[data-map] svg.map").forEach((map) => map.classList.toggle("loading", is));
  document.getElementById("inhalt")?.setAttribute("aria-busy", String(is));
}

export function exchange(page) {
  const focus = placeOfFocus();
  if (page.title) document.title = page.title;
  for (const old of document.querySelectorAll("[data-fragment][id]")) {
    const next = page.getElementById(old.id);
    if (next) exchangePart(old, document.adoptNode(next));
  }
  again(document.body);
  rowsLater(page, focus);
  focus?.()?.focus({ preventScroll: true });
  announce(page.querySelector("[data-announce]")?.textContent ?? document.title);
}

// Rows far down a long list come as text; they are put in once the new picture stands.
function rowsLater(page, focus) {
  const block = page.querySelector("script[data-rows]");
  const list = block && document.getElementById(block.dataset.rows);
  if (!list) return;
  whenIdle(() => {
    list.insertAdjacentHTML("beforeend", block.textContent);
    again(list);
    if (document.activeElement === document.body) focus?.()?.focus({ preventScroll: true });
  });
}

function whenIdle(work) {
  if (window.requestIdleCallback) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 100);
}

function exchangePart(old, next) {
  const [map, nextMap] = [old.querySelector("[data-map] svg.map"), next.querySelector("[data-map] svg.map")];
  if (map && nextMap) {
    if (patchMap(map, nextMap)) nextMap.closest("[data-map]").replaceWith(map.closest("[data-map]"));
    else if (!nextMap.querySelector("path[d]")) throw new Error("map without borders for another geometry");
  }
  old.replaceWith(next);
}

// Where the focus was, to be found again after the exchange.
function placeOfFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  if (element.id) return () => document.getElementById(element.id);
  if (element.dataset.pin) return () => document.querySelector(`[data-pin="${CSS.escape(element.dataset.pin)}"]`);
  if (element.dataset.code) return () => document.querySelector(`svg.map [data-code="${CSS.escape(element.dataset.code)}"]`);
  if (element.href) return () => document.querySelector(`a[href="${CSS.escape(element.getAttribute("href"))}"]`);
  return null;
}

export function announce(words) {
  let element = document.getElementById("meldung");
  if (!element) {
    element = document.createElement("p");
    element.id = "meldung";
    element.className = "sr";
    element.setAttribute("role", "status");
    document.body.append(element);
  }
  element.textContent = words;
}
