// Maps: one tab stop, arrow keys to the neighbour in that direction, zoom, and highlights shared with all lists.
const SVG = "http://www.w3.org/2000/svg";
const CLOSEST = 1;
const FARTHEST = 12;
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function connectMaps(root) {
  for (const box of root.querySelectorAll("[data-map]")) {
    if (!box.dataset.ready) new MapPanel(box);
  }
  if (root === document) connectHighlights();
}

class MapPanel {
  constructor(box) {
    box.dataset.ready = "1";
    this.box = box;
    this.svg = box.querySelector("svg.map");
    if (!this.svg) return;
    this.areas = [...this.svg.querySelectorAll(".areas [data-code]")];
    this.full = this.svg.getAttribute("viewBox").split(" ").map(Number);
    this.view = [...this.full];
    this.pointers = new Map();
    this.areas.forEach(nameArea);
    this.rove(this.areas[0]);
    this.listenToKeys();
    this.listenToPointers();
    const tools = box.querySelector("[data-map-tools]");
    if (tools) {
      tools.hidden = false;
      tools.addEventListener("click", (event) => this.tool(event.target.closest("[data-zoom]")?.dataset.zoom));
    }
    if (this.svg.contains(document.activeElement)) this.outline(document.activeElement);
  }

  get zoom() {
    return this.full[2] / this.view[2];
  }

  rove(area) {
    if (!area) return;
    for (const each of this.areas) each.setAttribute("tabindex", each === area ? "0" : "-1");
  }

  outline(area) {
    this.svg.querySelectorAll(".focus-line,.focus-halo").forEach((each) => each.remove());
    const path = area?.querySelector?.("path");
    if (!path) return;
    for (const name of ["focus-halo", "focus-line"]) this.svg.append(copyOf(path, name));
  }

  listenToKeys() {
    this.svg.addEventListener("focusin", (event) => {
      const area = event.target.closest("[data-code]");
      if (!area) return;
      this.rove(area);
      this.outline(area.matches(":focus-visible") ? area : null);
      highlight(area.dataset.code, area);
      this.reveal(area);
    });
    this.svg.addEventListener("focusout", () => {
      this.outline(null);
      highlight(null);
    });
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const area = event.target.closest("[data-code]");
    if (DIRECTIONS[event.key] && area) neighbour(this.areas, area, DIRECTIONS[event.key])?.focus();
    else if (event.key === " " && area) area.dispatchEvent(new CustomEvent("sozialraum:pin", { bubbles: true, detail: area.dataset.code }));
    else if (event.key === "Home") this.areas[0]?.focus();
    else if (event.key === "End") this.areas.at(-1)?.focus();
    else if (event.key === "Escape") highlight(null);
    else if (event.key === "+") this.tool("in");
    else if (event.key === "-" || event.key === "−") this.tool("out");
    else if (event.key === "0") this.tool("reset");
    else return;
    event.preventDefault();
  }

  tool(name) {
    if (name === "in") this.zoomBy(1.6);
    if (name === "out") this.zoomBy(1 / 1.6);
    if (name === "reset") this.show([...this.full]);
  }

  // Zoom around a point of the drawing, by default the focused area or the middle of the view.
  zoomBy(factor, point) {
    const focused = this.areas.find((each) => each === document.activeElement);
    const [left, top, width, height] = this.view;
    const around = point ?? (focused ? [Number(focused.dataset.x), Number(focused.dataset.y)] : [left + width / 2, top + height / 2]);
    const zoom = Math.min(Math.max(this.zoom * factor, CLOSEST), FARTHEST);
    const next = [this.full[2] / zoom, this.full[3] / zoom];
    const share = [(around[0] - left) / width, (around[1] - top) / height];
    this.show([around[0] - share[0] * next[0], around[1] - share[1] * next[1], ...next]);
  }

  show([left, top, width, height]) {
    const [x, y, fullWidth, fullHeight] = this.full;
    this.view = [
      Math.min(Math.max(left, x), x + fullWidth - width),
      Math.min(Math.max(top, y), y + fullHeight - height),
      width,
      height,
    ];
    this.svg.setAttribute("viewBox", this.view.map((each) => each.toFixed(2)).join(" "));
    this.svg.style.setProperty("--zoom", this.zoom.toFixed(3));
    this.box.classList.toggle("zoomed", this.zoom > 1.01);
  }

  // Move the view just far enough that a focused area is inside.
  reveal(area) {
    const [left, top, width, height] = this.view;
    const [x, y] = [Number(area.dataset.x), Number(area.dataset.y)];
    if (x >= left && x <= left + width && y >= top && y <= top + height) return;
    this.show([x - width / 2, y - height / 2, width, height]);
  }

  pointOf(event) {
    const frame = this.svg.getBoundingClientRect();
    const [left, top, width, height] = this.view;
    return [left + ((event.clientX - frame.left) / frame.width) * width, top + ((event.clientY - frame.top) / frame.height) * height];
  }

  listenToPointers() {
    const { svg, box } = this;
    svg.addEventListener("pointermove", (event) => this.move(event));
    svg.addEventListener("pointerdown", (event) => this.down(event));
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, (event) => this.up(event));
    svg.addEventListener("pointerleave", () => {
      if (!this.dragged) highlight(null);
    });
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("click", (event) => this.click(event), true);
    box.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !svg.contains(document.activeElement)) return;
        event.preventDefault();
        this.zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.pointOf(event));
      },
      { passive: false },
    );
  }

  // A finger cannot hover: the first tap names the area, the second opens it.
  click(event) {
    const area = event.target.closest("[data-code]");
    const first = event.pointerType === "touch" && area && area.dataset.code !== this.tapped;
    if (this.dragged || first) event.preventDefault();
    if (!first || this.dragged) return;
    this.tapped = area.dataset.code;
    highlight(null);
    highlight(area.dataset.code, area, event);
  }

  down(event) {
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.dragged = false;
    this.start = [event.clientX, event.clientY];
    this.spread = this.pointers.size === 2 ? distance(...this.pointers.values()) : null;
  }

  move(event) {
    const area = event.target.closest("[data-code]");
    if (event.pointerType === "mouse" && !this.pointers.size) {
      highlight(area?.dataset.code ?? null, area, event);
      return;
    }
    if (!this.pointers.has(event.pointerId)) return;
    const before = this.pointers.get(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.pointers.size === 2) this.pinch();
    else if (this.zoom > 1.01) this.drag(event, before);
  }

  pinch() {
    const [one, two] = [...this.pointers.values()];
    const now = distance(one, two);
    if (!this.spread) return;
    this.dragged = true;
    this.zoomBy(now / this.spread, this.pointOf({ clientX: (one[0] + two[0]) / 2, clientY: (one[1] + two[1]) / 2 }));
    this.spread = now;
  }

  drag(event, [x, y]) {
    if (distance(this.start, [event.clientX, event.clientY]) > 4) this.dragged = true;
    if (!this.dragged) return;
    this.box.classList.add("dragging");
    const frame = this.svg.getBoundingClientRect();
    const [left, top, width, height] = this.view;
    this.show([left - ((event.clientX - x) / frame.width) * width, top - ((event.clientY - y) / frame.height) * height, width, height]);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    this.spread = null;
    this.box.classList.remove("dragging");
    // The click that ends a drag comes right after this event.
    setTimeout(() => { this.dragged = false; }, 0);
  }
}

function distance([x, y], [otherX, otherY]) {
  return Math.hypot(x - otherX, y - otherY);
}

// The native tooltip would stand beside ours, so the title becomes the accessible name.
function nameArea(area) {
  const title = area.querySelector("title");
  if (!title) return;
  area.setAttribute("aria-label", title.textContent);
  title.remove();
}

function copyOf(path, name) {
  const copy = document.createElementNS(SVG, "path");
  copy.setAttribute("d", path.getAttribute("d"));
  copy.setAttribute("class", name);
  return copy;
}

// The nearest area whose label point lies in the direction of the key, sideways distance counting double.
export function neighbour(areas, from, [directionX, directionY]) {
  const [x, y] = [Number(from.dataset.x), Number(from.dataset.y)];
  let best = null;
  let least = Infinity;
  for (const area of areas) {
    const [acrossX, acrossY] = [Number(area.dataset.x) - x, Number(area.dataset.y) - y];
    const ahead = acrossX * directionX + acrossY * directionY;
    const aside = Math.abs(acrossX * directionY) + Math.abs(acrossY * directionX);
    const cost = ahead + 2 * aside;
    if (area !== from && ahead > 0 && aside <= 2 * ahead && cost < least) [best, least] = [area, cost];
  }
  return best;
}

// Everything on the page that carries the code of an area lights up together.
function highlight(code, area, event) {
  const old = document.querySelectorAll(".hot");
  if (code && old.length && old[0].dataset.code === code) return place(event);
  old.forEach((each) => each.classList.remove("hot"));
  document.querySelectorAll(".hover-line").forEach((each) => each.remove());
  tip().hidden = !code || !area || !event;
  if (!code) return;
  for (const each of document.querySelectorAll(`[data-code="${CSS.escape(code)}"]`)) {
    each.classList.add("hot");
    const map = each.closest("svg.map");
    const path = map && each.querySelector("path");
    if (path && !each.matches(":focus-visible")) map.append(copyOf(path, "hover-line"));
    scrollIntoList(each, area);
  }
  if (area && event) fillTip(area);
  place(event);
}

function scrollIntoList(element, area) {
  const list = element.closest("[data-ranking] ol");
  if (!list || !area || list.contains(area)) return;
  const above = element.offsetTop - list.offsetTop;
  if (above < list.scrollTop || above > list.scrollTop + list.clientHeight - 32) list.scrollTop = above - list.clientHeight / 2;
}

function tip() {
  let element = document.querySelector(".tip");
  if (!element) {
    element = document.createElement("div");
    element.className = "tip";
    element.hidden = true;
    element.setAttribute("aria-hidden", "true");
    document.body.append(element);
  }
  return element;
}

function fillTip(area) {
  const [name, ...rest] = (area.getAttribute("aria-label") ?? "").split(": ");
  const head = document.createElement("b");
  head.textContent = name;
  tip().replaceChildren(head, rest.join(": "));
}

function place(event) {
  const element = tip();
  if (!event || element.hidden) return;
  const left = Math.min(event.clientX + 14, window.innerWidth - element.offsetWidth - 8);
  const below = event.clientY + 18;
  const top = below + element.offsetHeight > window.innerHeight ? event.clientY - element.offsetHeight - 12 : below;
  element.style.transform = `translate(${Math.max(left, 4)}px,${top}px)`;
}

// Lists are long: one listener for the page instead of four for every row.
function connectHighlights() {
  const LISTED = "li[data-code],tr[data-code],.strip [data-code]";
  for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(enter, (event) => {
      const element = event.target.closest?.(LISTED);
      if (element) highlight(element.dataset.code);
    });
    document.addEventListener(leave, (event) => {
      const element = event.target.closest?.(LISTED);
      if (element && !element.contains(event.relatedTarget)) highlight(null);
    });
  }
}

// A new drawing of the same areas is written into the old one: zoom, focus and listeners stay.
export function patchMap(oldSvg, newSvg) {
  const before = [...oldSvg.querySelectorAll(".areas [data-code]")];
  const after = [...newSvg.querySelectorAll(".areas [data-code]")];
  const byCode = new Map(after.map((each) => [each.dataset.code, each]));
  if (after.length !== before.length || before.some((each) => !byCode.has(each.dataset.code))) return false;
  for (const area of before) patchArea(area, byCode.get(area.dataset.code));
  for (const part of ["defs", ".overlay"]) {
    oldSvg.querySelector(`:scope > ${part}`)?.remove();
    const found = newSvg.querySelector(`:scope > ${part}`);
    if (found) (part === "defs" ? oldSvg.prepend(found) : oldSvg.append(found));
  }
  const heading = newSvg.querySelector(":scope > title");
  if (heading) oldSvg.querySelector(":scope > title")?.replaceWith(heading);
  return true;
}

function patchArea(area, next) {
  const [path, nextPath] = [area.querySelector("path"), next.querySelector("path")];
  for (const name of ["class", "fill"]) {
    const value = nextPath.getAttribute(name);
    if (value === null) path.removeAttribute(name);
    else path.setAttribute(name, value);
  }
  if (next.hasAttribute("href")) area.setAttribute("href", next.getAttribute("href"));
  area.setAttribute("aria-label", next.querySelector("title")?.textContent ?? "");
  // Dashed edges belong on top, or the neighbours cover half of them.
  if (/\bst-(missing|provisional)\b/.test(path.getAttribute("class") ?? "") && area !== document.activeElement) area.parentNode.append(area);
}
