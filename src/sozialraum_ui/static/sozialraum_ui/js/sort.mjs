// Tables that can be sorted: the head gets buttons, rows move within their group, missing figures stay last.
export function connectTables(root) {
  for (const table of root.querySelectorAll("table[data-sortable]")) {
    if (table.dataset.ready) continue;
    table.dataset.ready = "1";
    for (const head of table.tHead.querySelectorAll("th[data-sort]")) addButton(table, head);
  }
}

function addButton(table, head) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending" || (head.dataset.sort === "number" && !head.hasAttribute("aria-sort"));
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    sortRows(table, head.cellIndex, head.dataset.sort, down ? -1 : 1);
  });
}

function sortRows(table, column, kind, direction) {
  const compare = kind === "number" ? compareNumbers : compareWords;
  for (const body of table.tBodies) {
    for (const group of groupsOf(body)) {
      const rows = group.rows.sort((one, two) => compare(valueOf(one.cells[column]), valueOf(two.cells[column]), direction));
      if (group.head) body.append(group.head);
      body.append(...rows);
    }
  }
}

function groupsOf(body) {
  const groups = [];
  for (const row of body.rows) {
    if (row.classList.contains("grp") || !groups.length) groups.push({ head: null, rows: [] });
    if (row.classList.contains("grp")) groups.at(-1).head = row;
    else groups.at(-1).rows.push(row);
  }
  return groups;
}

function valueOf(cell) {
  return cell?.dataset.value ?? cell?.textContent.trim() ?? "";
}

function compareNumbers(one, two, direction) {
  const [left, right] = [one === "" ? NaN : Number(one), two === "" ? NaN : Number(two)];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) - Number.isNaN(right);
  return (left - right) * direction;
}

function compareWords(one, two, direction) {
  return one.localeCompare(two, "de", { numeric: true }) * direction;
}
