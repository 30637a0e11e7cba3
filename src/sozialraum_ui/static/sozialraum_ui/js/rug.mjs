// The rug: one stop of the keyboard, arrow keys move from field to field.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function connectRug(root) {
  for (const table of root.querySelectorAll("table[data-rug]")) {
    if (table.dataset.ready) continue;
    table.dataset.ready = "1";
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("grp")).map((row) => [...row.cells].slice(1));
    const first = rows[0]?.[1];
    if (!first) continue;
    rows.flat().forEach((cell) => { cell.tabIndex = -1; });
    first.tabIndex = 0;
    table.addEventListener("keydown", (event) => move(event, rows));
  }
}

function move(event, rows) {
  const step = STEPS[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell || event.ctrlKey || event.altKey || event.metaKey) return;
  const line = rows.findIndex((row) => row.includes(cell));
  const next = rows[line + step[0]]?.[rows[line].indexOf(cell) + step[1]];
  if (!next) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}
