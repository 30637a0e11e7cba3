// A click on an area opens its short profile beside the map; the keyboard's Enter and a second click open the long one.
import { navigate } from "./workbench.mjs";

export function connectDrawer(root) {
  if (root !== document) return;
  document.addEventListener("click", follow);
  document.addEventListener("keydown", (event) => {
    const close = event.key === "Escape" && document.querySelector("[data-drawer] [data-close]");
    if (close) close.click();
  });
}

function follow(event) {
  const area = event.target.closest?.("svg.map .areas a[data-code]");
  const place = document.querySelector("#profil[data-fragment]");
  if (!area || !place || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!event.detail || isOpen(area.dataset.code)) return;
  event.preventDefault();
  const address = new URL(location.href);
  address.searchParams.set("profil", area.dataset.code);
  navigate(address);
}

function isOpen(code) {
  return new URL(location.href).searchParams.get("profil") === code;
}
