// Drawing an outline or a radius on the map; the server says which whole areas it stands for.
const FAR = 6; // drawing units between two points of an outline
const MOST = 300;
const SIDES = 48;

export function connectLasso(root) {
  for (const box of root.querySelectorAll("[data-lasso]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Lasso(box);
  }
}

class Lasso {
  constructor(box) {
    this.box = box;
    this.svg = box.querySelector("svg.map");
    if (!this.svg) return;
    this.buttons = { draw: box.querySelector("[data-draw]"), radius: box.querySelector("[data-radius]") };
    for (const [mode, button] of Object.entries(this.buttons)) {
      button.hidden = false;
      button.addEventListener("click", () => this.choose(this.mode === mode ? null : mode));
    }
    this.svg.addEventListener("pointerdown", (event) => this.start(event), true);
    this.svg.addEventListener("pointermove", (event) => this.move(event), true);
    window.addEventListener("pointerup", () => this.end());
    this.svg.addEventListener("click", (event) => this.mode && event.preventDefault(), true);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.choose(null));
  }

  choose(mode) {
    this.mode = mode;
    for (const [name, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(name === mode));
    this.box.classList.toggle("drawing", Boolean(mode));
    this.clear();
  }

  point(event) {
    const frame = this.svg.getBoundingClientRect();
    const [left, top, width, height] = this.svg.getAttribute("viewBox").split(" ").map(Number);
    return [left + ((event.clientX - frame.left) / frame.width) * width, top + ((event.clientY - frame.top) / frame.height) * height];
  }

  start(event) {
    if (!this.mode) return;
    event.preventDefault();
    event.stopPropagation();
    this.points = [this.point(event)];
    this.line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    this.line.setAttribute("class", "lasso-line");
    this.svg.append(this.line);
  }

  move(event) {
    if (!this.points) return;
    event.stopPropagation();
    const next = this.point(event);
    if (this.mode === "radius") this.shape = circle(this.points[0], next);
    else if (this.points.length < MOST && Math.hypot(next[0] - this.points.at(-1)[0], next[1] - this.points.at(-1)[1]) > FAR) this.points.push(next);
    this.line.setAttribute("d", `M${(this.shape ?? this.points).map((each) => each.join(" ")).join("L")}z`);
  }

  end() {
    if (!this.points) return;
    const outline = this.shape ?? this.points;
    if (outline.length < 3) return this.clear();
    const address = new URL(this.box.dataset.address, location.href);
    address.searchParams.set("umriss", outline.map((each) => each.map((number) => Math.round(number)).join(" ")).join(","));
    location.assign(address);
  }

  clear() {
    this.points = this.shape = null;
    this.line?.remove();
  }
}

function circle([x, y], [edgeX, edgeY]) {
  const radius = Math.hypot(edgeX - x, edgeY - y);
  return Array.from({ length: SIDES }, (_, side) => {
    const angle = (2 * Math.PI * side) / SIDES;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}
