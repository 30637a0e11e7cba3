"""Choropleth and locator map: the same SVG for the site (links, keyboard) and for paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.comparison import pin_shape
from sozialraum.products.draw.geometry import Layer, Shape
from sozialraum.products.draw.numbers import STATUS_WORDS
from sozialraum.products.draw.svg import Markup, element
from sozialraum.words import say

LABEL_SIZE = 23.0
LABEL_SIZE_PHONE = 40.0  # the same drawing at 36 % of its width must stay readable
MOST_LABELS = 24
ROOM = 1.1  # width of a name in widths of its area
FINE_OUTLINES = 60  # so many areas above get thin borders
LETTER_WIDTH = 0.54  # mean advance of Fira Sans Medium, in em
HATCHED = ("suppressed", "missing", "not_meaningful")
PATTERNED = ("estimated", "unreliable", *HATCHED)
DASHED = ("provisional", "missing")
ZERO = "q0"  # counted and exactly nothing: a class of its own, never the colour of little
LIGHT = (
    "q0",
    "q1",
    "q2",
    "qn",
    "b11",
    "b12",
    "b13",
    "b21",
    "b22",
    "b23",
    "dv2",
    "dv3",
    "dv4",
    "nv2",
    "nv3",
    "nv4",
)


@dataclass(frozen=True, slots=True)
class AreaMark:
    """What one area shows: class, state, the figure in words, where a click leads."""

    code: str
    css: str = "qn"
    status: str = "ok"
    label: str = ""
    href: str = ""
    rank: str = ""


def pattern_name(css: str, status: str) -> str:
    """The name of the fill for a class in a state; empty where the plain class colour does."""
    if status in HATCHED:
        return status
    if css == ZERO:
        return "zero"
    return f"{css}-{status}" if status in PATTERNED else ""


def pattern(name: str, identity: str) -> str:
    """The definition of one patterned fill: the class colour below, the state above."""
    css, _, status = name.rpartition("-")
    ground, marks, size, turn = _PATTERNS[status or name](css)
    return element(
        "pattern",
        ground,
        marks,
        id=identity,
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({turn})" if turn else None,
    )


def _ground(size: float, css: str) -> str:
    return svg.rectangle(0, 0, size, size, css=css)


def _estimated(css: str) -> tuple[str, str, float, int]:
    dots = "".join(element("circle", css=_ink_on(css), cx=x, cy=x, r=1.25) for x in (2.25, 6.75))
    return _ground(9, css), dots, 9, 0


def _unreliable(css: str) -> tuple[str, str, float, int]:
    stripe = svg.line(0, 0, 0, 10, css=f"s-{_ink_on(css)}", width=2.2)
    return _ground(10, css), stripe, 10, -45


def _suppressed(_: str) -> tuple[str, str, float, int]:
    return _ground(7, "paper"), svg.line(0, 0, 0, 7, css="s-hatch", width=2.4), 7, 45


def _missing(_: str) -> tuple[str, str, float, int]:
    dash = svg.line(2, 6, 8, 6, css="s-hatch", width=1.4)
    return _ground(12, "paper"), dash, 12, 0


def _not_meaningful(_: str) -> tuple[str, str, float, int]:
    cross = element("path", css="s-hatch", d="M4 4l4 4M8 4l-4 4", stroke_width=1.4)
    return _ground(14, "paper"), cross, 14, 0


def _zero(_: str) -> tuple[str, str, float, int]:
    ring = element("circle", css="s-mark-dark", cx=6, cy=6, r=2, fill="none", stroke_width=1.2)
    return _ground(12, ZERO), ring, 12, 0


_PATTERNS = {
    "zero": _zero,
    "estimated": _estimated,
    "unreliable": _unreliable,
    "suppressed": _suppressed,
    "missing": _missing,
    "not_meaningful": _not_meaningful,
}


def _ink_on(css: str) -> str:
    """Marks are light on dark classes and dark on light ones."""
    return "mark-dark" if css in LIGHT else "mark-light"


def choropleth(
    layer: Layer,
    marks: Sequence[AreaMark],
    *,
    width: float,
    height: float,
    title: str,
    outlines: Layer | None = None,
    labels: Layer | None = None,
    border: Layer | None = None,
    description: str = "",
    pins: Mapping[str, str] | None = None,
    highlight: str = "",
    id: str = "karte",
    key: str = "",
    interactive: bool = True,
) -> Markup:
    """One level coloured by class and state, the next level up as outline, names with halo, pins on top.

    `width` and `height` come from the atlas, `border` is the layer of the whole municipality. Areas without a mark are
    drawn as land. With `interactive` each area with an address is a link; without, the whole drawing is one image with
    its text alternative. `key` names the geometry (version and level): see `map_update`.
    """
    body = [
        _patterns(marks, id),
        _areas(layer, marks, id, interactive=interactive),
        _outlines(outlines) if outlines else "",
        _border(border) if border else "",
        _names(labels) if labels else "",
        _overlay(layer, pins or {}, highlight),
    ]
    if interactive:
        return _group(title, description, body, id=id, key=key, width=width, height=height)
    return svg.drawing(
        *body, width=width, height=height, title=title, description=description, css="map", id=id
    )


def map_update(
    layer: Layer,
    marks: Sequence[AreaMark],
    *,
    title: str,
    description: str = "",
    pins: Mapping[str, str] | None = None,
    highlight: str = "",
    id: str = "karte",
    key: str = "",
) -> Markup:
    """The same map without borders, for a browser that already shows this geometry.

    The browser names the geometry it has in the header `X-Map`; where that equals `key`, this is all it needs.
    """
    body = [
        _patterns(marks, id),
        _areas(layer, marks, id, interactive=True, bare=True),
        _overlay(layer, pins or {}, highlight),
    ]
    return _group(title, description, body, id=id, key=key, width=1, height=1)


def _group(
    title: str, description: str, body: Sequence[str], *, id: str, key: str, width: float, height: float
) -> Markup:
    """A drawing whose areas can be reached one by one: a named group instead of one image."""
    heading = element("title", svg.escape(title), id=f"{id}-titel")
    heading += element("desc", svg.escape(description)) if description else ""
    return svg.drawing(
        heading,
        *body,
        width=width,
        height=height,
        title="",
        css="map",
        id=id,
        data_key=key or None,
        role="group",
        aria_labelledby=f"{id}-titel",
        aria_hidden=None,
    )


def _patterns(marks: Iterable[AreaMark], id: str) -> str:
    needed = _needed(marks)
    return element("defs", *(pattern(name, f"{id}-{name}") for name in needed)) if needed else ""


def _areas(layer: Layer, marks: Sequence[AreaMark], id: str, *, interactive: bool, bare: bool = False) -> str:
    by_code = {mark.code: mark for mark in marks}
    shapes = sorted(layer.shapes, key=lambda shape: _is_edged(by_code.get(shape.code)))
    return element(
        "g",
        *(_area(shape, by_code.get(shape.code), id, interactive=interactive, bare=bare) for shape in shapes),
        css="areas",
    )


def _needed(marks: Iterable[AreaMark]) -> list[str]:
    return sorted({name for mark in marks if (name := pattern_name(mark.css, mark.status))})


def _is_edged(mark: AreaMark | None) -> bool:
    """Areas with an edge of their own are drawn last, or the neighbours would cover half of it."""
    return mark is not None and (mark.status in DASHED or mark.css == "qn")


def _area(shape: Shape, mark: AreaMark | None, id: str, *, interactive: bool, bare: bool) -> str:
    mark = mark or AreaMark(shape.code, css="land")
    name = pattern_name(mark.css, mark.status)
    fill = {"fill": f"url(#{id}-{name})"} if name else {}
    state = f"st-{mark.status}" if mark.status != "ok" else ""
    css = " ".join(part for part in ("" if name else mark.css, state) if part)
    path = element("path", css=css, d=None if bare else shape.path, **fill)
    if not interactive:
        return path
    sentence = ": ".join(part for part in (shape.name, mark.label) if part)
    return element(
        "a" if mark.href else "g",
        element("title", svg.escape(sentence)),
        path,
        href=mark.href or None,
        role=None if mark.href else "img",
        data_code=shape.code,
        data_x=None if bare else shape.x,
        data_y=None if bare else shape.y,
    )


def _outlines(layer: Layer) -> str:
    paths = (element("path", d=shape.path) for shape in layer.shapes)
    fine = len(layer.shapes) > FINE_OUTLINES
    css = "outlines s-paper fine" if fine else "outlines s-paper"
    width = 1.3 if fine else 2.2
    return element("g", *paths, css=css, fill="none", stroke_width=width, aria_hidden="true")


def _border(layer: Layer) -> str:
    """The edge of the whole municipality, so that white areas at its rim keep their shape."""
    paths = (element("path", d=shape.path) for shape in layer.shapes)
    return element("g", *paths, css="border s-edge", fill="none", stroke_width=1, aria_hidden="true")


def _overlay(layer: Layer, pins: Mapping[str, str], highlight: str) -> str:
    parts = []
    for code, letter in pins.items():
        if shape := layer.shape(code):
            edge = element("path", css=f"s-pin-{letter}", d=shape.path, fill="none", stroke_width=4)
            parts.append(edge + pin_shape(letter, shape.x, shape.y, 1.6))
    if highlight and (shape := layer.shape(highlight)):
        parts.append(element("path", css="s-ink", d=shape.path, fill="none", stroke_width=4))
    return element("g", *parts, css="overlay", aria_hidden="true") if parts else ""


def label_lines(name: str, limit: int = 13) -> list[str]:
    """A name on one line or, where it is long and has a hyphen or a space, on two."""
    if len(name) <= limit:
        return [name]
    cuts = [index + 1 for index, letter in enumerate(name[:-1]) if letter in "- "]
    if not cuts:
        return [name]
    best = min(cuts, key=lambda cut: abs(cut - len(name) / 2))
    return [name[:best].rstrip(), name[best:]]


def place_labels(shapes: Sequence[Shape], size: float) -> list[Shape]:
    """The shapes whose names have room in their area and touch no other name, roomier areas first."""
    taken: list[tuple[float, float, float, float]] = []
    placed: list[Shape] = []
    for shape in sorted(shapes, key=lambda each: -each.radius):
        box = _label_box(shape, size)
        if (
            len(placed) < MOST_LABELS
            and _has_room(shape, box)
            and not any(_overlaps(box, other) for other in taken)
        ):
            taken.append(box)
            placed.append(shape)
    return placed


def _has_room(shape: Shape, box: tuple[float, float, float, float]) -> bool:
    """A name may stand out of its area a little, but not cover its neighbours."""
    return box[2] - box[0] <= ROOM * (shape.box[2] - shape.box[0]) and shape.radius >= (box[3] - box[1]) / 3


def _label_box(shape: Shape, size: float) -> tuple[float, float, float, float]:
    lines = label_lines(shape.name)
    half_width = max(len(line) for line in lines) * size * LETTER_WIDTH / 2
    half_height = len(lines) * size * 0.55
    return shape.x - half_width, shape.y - half_height, shape.x + half_width, shape.y + half_height


def _overlaps(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _names(layer: Layer) -> str:
    """Names of the level; those without room on a phone carry a class that hides them there."""
    everywhere = {shape.code for shape in place_labels(layer.shapes, LABEL_SIZE_PHONE)}
    first = [shape for shape in layer.shapes if shape.code in everywhere]
    more = [shape for shape in place_labels(layer.shapes, LABEL_SIZE) if shape.code not in everywhere]
    kept = place_labels(first, LABEL_SIZE) + _beside(more, first)
    texts = (_name(shape, "" if shape.code in everywhere else " wide-only") for shape in kept)
    return element("g", *texts, css="names", aria_hidden="true")


def _beside(more: Sequence[Shape], first: Sequence[Shape]) -> list[Shape]:
    taken = [_label_box(shape, LABEL_SIZE) for shape in first]
    return [
        shape for shape in more if not any(_overlaps(_label_box(shape, LABEL_SIZE), other) for other in taken)
    ]


def _name(shape: Shape, extra: str) -> str:
    lines = label_lines(shape.name)
    start = shape.y + LABEL_SIZE * (0.35 - 0.5 * (len(lines) - 1))
    spans = (
        element("tspan", svg.escape(line), x=shape.x, dy="1em" if number else None)
        for number, line in enumerate(lines)
    )
    return element(
        "text",
        *spans,
        css=f"map-label{extra}",
        x=shape.x,
        y=start,
        font_size=LABEL_SIZE,
        font_weight=500,
        text_anchor="middle",
        stroke=svg.PAPER,
        stroke_width=5,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def locator(
    layer: Layer, code: str, *, width: float, height: float, title: str, outlines: Layer | None = None
) -> Markup:
    """A small quiet map with one area dark: where it lies in the municipality."""
    land = element("g", *(element("path", d=shape.path) for shape in layer.shapes), css="areas land")
    chosen = layer.shape(code)
    spot = element("path", css="area", d=chosen.path) if chosen else ""
    borders = _outlines(outlines) if outlines else ""
    return svg.drawing(land, borders, spot, width=width, height=height, title=title, css="map locator")


def choropleth_text(marks: Sequence[AreaMark], names: Mapping[str, str], *, shown: int = 3) -> str:
    """The map in words; `marks` come in the order of the ranking."""
    valued = [mark for mark in marks if mark.status not in HATCHED and mark.label]
    parts = [say("Karte mit {marks} Gebieten.", marks=len(marks))]
    if valued:
        ends = ", ".join(f"{names.get(mark.code, mark.code)} ({mark.label})" for mark in valued[:shown])
        parts.append(say("Am Anfang der Rangfolge: {ends}.", ends=ends))
    hidden = Counter(mark.status for mark in marks if mark.status in HATCHED)
    parts += [
        say("{count} Gebiete: {status}.", count=count, status=STATUS_WORDS[status])
        for status, count in sorted(hidden.items())
    ]
    return " ".join(parts)
