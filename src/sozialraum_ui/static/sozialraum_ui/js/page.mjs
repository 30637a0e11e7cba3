// Small things of ordinary pages: a select that sends its form, printing, and places a reader wants to keep.
const KEEP = "sozialraum.gemerkt";

export function connectPage(root) {
  for (const form of root.querySelectorAll("form[data-auto-submit]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "1";
    form.querySelectorAll("[data-only-without-script]").forEach((each) => { each.hidden = true; });
    form.addEventListener("change", () => form.requestSubmit());
  }
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-favourite]")) showButton(button);
  for (const list of root.querySelectorAll("[data-favourites]")) showList(list);
  if (root !== document) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
    const button = event.target.closest?.("[data-favourite]");
    if (button) toggle(button);
    const forget = event.target.closest?.("[data-forget]");
    if (forget) { write([]); document.querySelectorAll("[data-favourites]").forEach(showList); }
  });
}

// Kept in this browser only, and only after a press on the button; nothing is sent.
function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEEP) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each.address === "string" && each.address.startsWith("/")) : [];
  } catch {
    return [];
  }
}

function write(entries) {
  try {
    if (entries.length) localStorage.setItem(KEEP, JSON.stringify(entries));
    else localStorage.removeItem(KEEP);
  } catch { /* a browser that keeps nothing stays usable */ }
}

function toggle(button) {
  const address = location.pathname;
  const others = read().filter((each) => each.address !== address);
  const known = others.length !== read().length;
  write(known ? others : [...others, { address, name: button.dataset.name }]);
  showButton(button);
}

function showButton(button) {
  button.hidden = false;
  const kept = read().some((each) => each.address === location.pathname);
  button.setAttribute("aria-pressed", String(kept));
}

function showList(list) {
  const own = read().filter((each) => each.address.startsWith(list.dataset.favourites));
  list.hidden = !own.length;
  const items = own.map((each) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = each.address;
    link.textContent = each.name;
    item.append(link);
    return item;
  });
  list.querySelector("ul")?.replaceChildren(...items);
}
