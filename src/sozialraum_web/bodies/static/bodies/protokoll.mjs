// Saves the minutes of a point a moment after the last key, one request at a time; without script the button does it.
const PAUSE = 1200;

for (const form of document.querySelectorAll("form[data-minutes]")) {
  const state = form.querySelector("[data-state]");
  const edition = form.elements.fassung;
  const text = form.elements.text;
  let timer = 0;
  let busy = false;
  let kept = text.value;

  async function keep() {
    if (busy || text.value === kept) return;
    busy = true;
    const sent = text.value;
    state.textContent = "wird gespeichert …";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        edition.value = told.edition;
        kept = sent;
        state.textContent = "gespeichert";
      } else if (answer.status === 409) {
        state.textContent = `${told.by || "Eine andere Person"} hat diesen Punkt inzwischen geändert. „Speichern“ zeigt beide Fassungen nebeneinander.`;
        return;
      } else {
        state.textContent = "nicht gespeichert; bitte „Speichern“ wählen";
      }
    } catch {
      state.textContent = "nicht gespeichert: keine Verbindung";
    } finally {
      busy = false;
    }
    if (text.value !== kept) timer = setTimeout(keep, PAUSE);
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
