// Keeps what stands in a form as a draft on the server, a moment after the last key; without script the form works as ever.
const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-draft]")) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let sent = false;

  async function keep() {
    if (sent) return;
    const data = new FormData(form);
    data.set("entwurf", form.dataset.draft);
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data, credentials: "same-origin" });
      state.textContent = answer.ok ? "Entwurf gesichert" : "Entwurf nicht gesichert; bitte speichern";
    } catch {
      state.textContent = "Entwurf nicht gesichert: keine Verbindung";
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
}
