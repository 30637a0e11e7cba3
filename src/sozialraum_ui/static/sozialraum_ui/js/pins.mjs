// Up to four pinned areas, kept in the address so that a shared link shows the same page.
import { navigate } from "./workbench.mjs";

const MOST = 4;

export function connectPins(root) {
  for (const button of root.querySelectorAll("[data-pin][hidden]")) button.hidden = false;
  if (root !== document) return;
  document.addEventListener("sozialraum:pin", (event) => toggle(event.detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pin]");
    if (button) toggle(button.dataset.pin);
  });
}

export function pinsIn(address) {
  return (new URL(address).searchParams.get("pins") ?? "").split(",").filter(Boolean);
}

// The fifth area takes the place of the first, so that the newest choice always shows.
export function toggled(pins, code) {
  return pins.includes(code) ? pins.filter((each) => each !== code) : [...pins, code].slice(-MOST);
}

function toggle(code) {
  const address = new URL(location.href);
  const pins = toggled(pinsIn(address), code);
  address.searchParams.delete("pins");
  // Commas stay readable in the address.
  const rest = address.searchParams.toString();
  const own = pins.length ? `pins=${pins.map(encodeURIComponent).join(",")}` : "";
  address.search = [rest, own].filter(Boolean).join("&");
  navigate(address);
}
