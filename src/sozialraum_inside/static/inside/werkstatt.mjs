// What makes the Datenwerkstatt pleasant: files dropped on the page, work watched without reloading, choices that act at once.

for (const form of document.querySelectorAll("[data-drop]")) {
  const field = form.querySelector("input[type=file]");
  const over = (on) => form.classList.toggle("over", on);
  form.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  form.addEventListener("dragleave", () => over(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  field.addEventListener("change", () => { if (field.files.length) form.requestSubmit(); });
}

const job = document.querySelector("[data-job='läuft']");
if (job) {
  const part = job.querySelector("[data-part]");
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" } });
      if (answer.ok) part.innerHTML = await answer.text();
    } catch { /* the workshop may be starting again: ask once more */ }
    if (part.querySelector("[data-state='läuft']") || !part.querySelector("[data-state]")) setTimeout(look, 900);
    else location.reload(); // what was done may have opened rooms that the navigation should show
  };
  setTimeout(look, 500);
}

for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
  form.querySelector("button").hidden = true;
}

// The index workbench: every choice is answered without a reload, and the address keeps the state.
const bench = document.querySelector("[data-bench]");
if (bench) {
  const ready = () => {
    const form = bench.querySelector("form[data-live]");
    form.querySelector("button").hidden = true;
    for (const select of form.querySelectorAll("select[data-steps]")) slider(select, form);
    form.addEventListener("change", () => ask(form));
  };
  const slider = (select, form) => {
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: 0, max: select.options.length - 1, value: select.selectedIndex });
    range.setAttribute("aria-label", select.labels[0].textContent.trim());
    const told = document.createElement("output");
    const tell = () => {
      told.textContent = select.options[range.value].textContent;
      range.setAttribute("aria-valuetext", told.textContent);
    };
    range.addEventListener("input", tell);
    range.addEventListener("change", () => { select.selectedIndex = Number(range.value); });
    select.hidden = true;
    select.after(range, told);
    tell();
  };
  const ask = async (form) => {
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    const focused = document.activeElement?.previousElementSibling?.id;
    const answer = await fetch(address, { headers: { "X-Fragment": "1" } });
    if (!answer.ok) return location.assign(address);
    bench.innerHTML = await answer.text();
    history.replaceState(null, "", address);
    ready();
    if (focused) document.getElementById(focused)?.nextElementSibling?.focus();
  };
  ready();
}

// A form whose answer stands beside it: asked again a moment after each change.
const preview = document.querySelector("[data-preview]");
if (preview) {
  const form = preview.querySelector("form");
  const part = preview.querySelector("[data-part]");
  form.querySelector("[data-ask]").hidden = true;
  let waiting;
  const ask = async () => {
    const query = new URLSearchParams(new FormData(form));
    query.delete("csrfmiddlewaretoken");
    const answer = await fetch(`${location.pathname}?${query}`, { headers: { "X-Fragment": "1" } });
    if (answer.ok) part.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
}

// A sheet that was understood wrongly: a click on a row or column fills the form below it.
for (const button of document.querySelectorAll("[data-pick]")) {
  button.addEventListener("click", () => {
    for (const name of ["zeile", "spalte"]) document.getElementById(`h-${name}`).value = button.dataset.pick === name ? button.value : "";
    document.getElementById(button.dataset.pick === "zeile" ? "h-rolle" : "h-spalte").focus();
  });
}
