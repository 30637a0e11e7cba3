// A field that hides the entries of a list or table whose text does not contain what is typed.
export function connectFilters(root) {
  for (const input of root.querySelectorAll("input[data-filter]")) {
    if (input.dataset.ready) continue;
    input.dataset.ready = "1";
    input.closest("[hidden]")?.removeAttribute("hidden");
    input.addEventListener("input", () => apply(input));
  }
}

function apply(input) {
  const wanted = plain(input.value);
  const target = document.querySelector(input.dataset.filter);
  if (!target) return;
  for (const entry of target.querySelectorAll(":scope > li, tbody > tr:not(.grp)")) {
    entry.hidden = wanted !== "" && !plain(entry.textContent).includes(wanted);
  }
}

// "Koellnische", "Köllnische" and "kollnische" find the same.
function plain(text) {
  return text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "").trim();
}
