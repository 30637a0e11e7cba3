// The workbench: a choice fetches the same page under its new address and exchanges only the parts that differ.
import { patchMap } from "./map.mjs";

let again = () => {};
let running = null;
let shown = location.pathname + location.search;

export function connectWorkbench(root, reconnect) {
  if (root === document) {
    again = reconnect;
    // A jump within the page changes the hash alone; there is nothing to fetch.
    addEventListener("popstate", () => {
      if (document.querySelector("[data-fragment]") && location.pathname + location.search !== shown) navigate(new URL(location.href), false);
    });
    document.addEventListener("click", follow);
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

export async function navigate(address, push = true) {
  if (!document.querySelector("[data-fragment]")) return location.assign(address);
  running?.abort();
  running = new AbortController();
  const wait = setTimeout(() => waiting(true), 300);
  try {
    const answer = await fetch(address, { headers: headers(), signal: running.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (push) history[push === "replace" ? "replaceState" : "pushState"](null, "", address);
    shown = address.pathname + address.search;
    exchange(page);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  } finally {
    clearTimeout(wait);
    waiting(false);
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
  focus?.()?.focus({ preventScroll: true });
  announce(page.querySelector("[data-announce]")?.textContent ?? document.title);
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
