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
