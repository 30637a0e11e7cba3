"""SVG text from plain values: escaped elements, short coordinates, colours that also work without a stylesheet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "Fira Sans, Segoe UI, system-ui, Arial, sans-serif"

INK = "#131525"
MUTED = "#51577a"
LINE = "#c9ccdb"
EDGE = "#6e7597"
PAPER = "#ffffff"
BAND = "#dadde7"
BAND_DARK = "#aeb4c7"
WORSE = "#b45309"
BETTER = "#1b66ae"
SAME = "#6b7186"
AREA = "#12527a"
CITY = "#747b94"

SEQUENCE = {"q1": "#eef0df", "q2": "#c3dcd3", "q3": "#82b8c2", "q4": "#3c87a5", "q5": "#12527a"}
STATUS_DYNAMICS = {
    "b11": "#cfe2f3",
    "b12": "#e7e8ee",
    "b13": "#f7e4cd",
    "b21": "#a3c8e8",
    "b22": "#c5c9d6",
    "b23": "#edc390",
    "b31": "#4f8dc6",
    "b32": "#8288a2",
    "b33": "#d08a3e",
    "b41": "#1b5796",
    "b42": "#454b6c",
    "b43": "#8f4a0c",
}
# around a comparator: blue – grey – orange where one side is better, petrol – grey – violet where neither is
DIVERGING = {"dv1": "#1b66ae", "dv2": "#9dc3e6", "dv3": "#dcdee6", "dv4": "#f0bd86", "dv5": "#b45309"}
NEUTRAL_DIVERGING = {"nv1": "#12697a", "nv2": "#93cdd0", "nv3": "#dcdee6", "nv4": "#c9b6ea", "nv5": "#5b3fa8"}
PINS = {"pin-A": "#a3195b", "pin-B": "#7a5200", "pin-C": "#5b3fa8", "pin-D": "#00695a"}

# What a class means where no stylesheet is at hand (PDF, download); in the browser the class wins over the attribute.
FILLS: dict[str, str] = {
    **SEQUENCE,
    **STATUS_DYNAMICS,
    **DIVERGING,
    **NEUTRAL_DIVERGING,
    **PINS,
    "q0": "#fbfaf4",
    "qn": PAPER,
    "land": "#e6e8ef",
    "paper": PAPER,
    "ink": INK,
    "worse": WORSE,
    "better": BETTER,
    "same": SAME,
    "neutral": PAPER,
    "band": BAND,
    "band-dark": BAND_DARK,
    "area": AREA,
    "city": CITY,
    "axis-text": MUTED,
    "label": INK,
    "map-label": INK,
    "on-dark": PAPER,
    "field-ink-1": INK,
    "field-ink-2": INK,
    "field-ink-3": INK,
    "field-ink-4": PAPER,
    "mark-light": PAPER,
    "mark-dark": EDGE,
}
STROKES: dict[str, str] = {
    "s-worse": WORSE,
    "s-better": BETTER,
    "s-same": SAME,
    "s-neutral": INK,
    "s-ink": INK,
    "s-edge": EDGE,
    "s-line": LINE,
    "s-paper": PAPER,
    "s-area": AREA,
    "s-city": CITY,
    "s-band-dark": BAND_DARK,
    "s-hatch": EDGE,
    "s-mark-light": PAPER,
    "s-mark-dark": EDGE,
    "reference": INK,
    "break": EDGE,
    **{f"s-{name}": colour for name, colour in PINS.items()},
}

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile("[^\u0020-\ud7ff\ue000-\ufffd]|[&<>\"']")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

Value = str | int | float | bool | None


class Markup(str):
    """Finished, escaped markup; templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """The markup itself: already escaped."""
        return str(self)


def escape(text: object) -> str:
    """Text as it may stand in an element or an attribute."""
    plain = str(text)
    return _NOT_XML.sub("", plain).translate(_ESCAPES) if _SPECIAL.search(plain) else plain


def short(value: float, digits: int = 2) -> str:
    """A coordinate in as few characters as possible; not-a-number is refused."""
    if not math.isfinite(value):
        raise ValueError(f"coordinate is not finite: {value}")
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def paint(css: str) -> dict[str, str]:
    """Fall-back colours of a list of classes: the last class with a colour counts."""
    found: dict[str, str] = {}
    for name in css.split():
        if name in FILLS:
            found["fill"] = FILLS[name]
        if name in STROKES:
            found["stroke"] = STROKES[name]
    return found


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    """`stroke_width` → `stroke-width`; a trailing underscore keeps a name apart from a parameter."""
    return name.rstrip("_").replace("_", "-").replace("viewbox", "viewBox")


def _attributes(attributes: Mapping[str, Value]) -> str:
    return "".join([_attribute(key, value) for key, value in attributes.items()]) if attributes else ""


@lru_cache(maxsize=1024)
def _painted(css: str) -> str:
    """Class and fall-back colours as attribute text."""
    return "".join(_attribute(key, value) for key, value in {"class": css, **paint(css)}.items())


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    key = _key(name)
    if value is True:
        return f' {key}="{key}"'
    text = short(value) if isinstance(value, float) else str(value)
    return f' {key}="{escape(text)}"'


def element(name: str, *children: str, css: str = "", **attributes: Value) -> str:
    """One element; `css` is its class with fall-back colours, children are finished markup."""
    painted = _overruled(css, attributes) if "fill" in attributes or "stroke" in attributes else _painted(css)
    head = f"<{name}{painted if css else ''}{_attributes(attributes)}"
    return f"{head}>{''.join(children)}</{name}>" if children else f"{head}/>"


def _overruled(css: str, attributes: Mapping[str, Value]) -> str:
    """As `_painted`, without the colours that are given as attributes."""
    kept = {"class": css, **{key: value for key, value in paint(css).items() if key not in attributes}}
    return "".join(_attribute(key, value) for key, value in kept.items())


def text(content: object, x: float, y: float, *, css: str = "label", size: float = 14, **more: Value) -> str:
    """One line of text at a point."""
    return element("text", escape(content), css=css, x=float(x), y=float(y), font_size=size, **more)


def line(x1: float, y1: float, x2: float, y2: float, *, css: str, width: float = 1, **more: Value) -> str:
    """A straight line."""
    ends = (
        f' x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}" stroke-width="{short(width)}"'
    )
    return f"<line{_painted(css)}{ends}{_attributes(more)}/>"


def rectangle(x: float, y: float, width: float, height: float, *, css: str, **more: Value) -> str:
    """A rectangle; a negative width counts as none."""
    painted = _overruled(css, more) if "fill" in more else _painted(css)
    box = f' x="{short(x)}" y="{short(y)}" width="{short(max(width, 0))}" height="{short(height)}"'
    return f"<rect{painted if css else ''}{box}{_attributes(more)}/>"


def polyline(points: Iterable[tuple[float, float]], *, css: str, width: float, **more: Value) -> str:
    """An open line through points."""
    path = "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return element("path", css=css, d=f"M{path}", stroke_width=width, **{"fill": "none", **more})


_FALLBACK = re.compile(r'(class="[^"]*") fill="#[0-9a-f]{6}"| stroke="#[0-9a-f]{6}"| xmlns="[^"]*"')


def inline(markup: str) -> Markup:
    """A drawing for a page that has the stylesheet: without what only a file of its own needs.

    Long lists of small drawings arrive and appear noticeably sooner that way.
    """
    return Markup(_FALLBACK.sub(r"\1", markup))


def drawing(
    *children: str,
    width: float,
    height: float,
    title: str,
    description: str = "",
    css: str = "",
    **more: Value,
) -> Markup:
    """A whole SVG with its text alternative; without title it is decoration beside a text that says the same."""
    named: dict[str, Value] = {"role": "img"} if title else {"aria_hidden": "true"}
    head = element("title", escape(title)) if title else ""
    head += element("desc", escape(description)) if description else ""
    return Markup(
        element(
            "svg",
            head,
            *children,
            css=f"chart {css}".strip(),
            xmlns=NAMESPACE,
            viewbox=f"0 0 {short(width)} {short(height)}",
            font_family=FONT if any("<text" in child for child in children) else None,
            **{**named, **more},
        )
    )
