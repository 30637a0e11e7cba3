"""A figure beside its comparator: judged only where the interval allows it; marker, trend sign and pin."""

from __future__ import annotations

from functools import lru_cache

from sozialraum.products.draw import svg
from sozialraum.products.draw.svg import Markup
from sozialraum.words import Words, mark, remembered, say

WORSE, BETTER, SAME, NEUTRAL, UNKNOWN = "worse", "better", "same", "neutral", ""
MARKERS = {WORSE: "▲", BETTER: "▼", SAME: "●", NEUTRAL: "○", UNKNOWN: ""}
WORDS = Words(
    {
        WORSE: mark("statistisch gesichert ungünstiger als der Vergleichswert"),
        BETTER: mark("statistisch gesichert günstiger als der Vergleichswert"),
        SAME: mark("statistisch nicht vom Vergleichswert zu unterscheiden"),
        NEUTRAL: mark("ohne Bewertung"),
        UNKNOWN: mark("Vergleich nicht möglich"),
    }
)
SHORT_WORDS = Words(
    {
        WORSE: mark("ungünstiger"),
        BETTER: mark("günstiger"),
        SAME: mark("nicht unterscheidbar"),
        NEUTRAL: mark("ohne Bewertung"),
        UNKNOWN: mark("nicht vergleichbar"),
    }
)
PIN_LETTERS = "ABCD"


def compare(
    value: float | None, lower: float | None, upper: float | None, benchmark: float | None, polarity: str
) -> str:
    """Worse or better only where the whole interval lies on one side of the benchmark."""
    if value is None or benchmark is None:
        return UNKNOWN
    if polarity == "neutral":
        return NEUTRAL
    if lower is None or upper is None:
        return UNKNOWN
    if lower <= benchmark <= upper:
        return SAME
    return WORSE if (lower > benchmark) == (polarity == "higher_worse") else BETTER


def comparison_word(comparison: str) -> str:
    """The comparison as half a sentence."""
    return WORDS[comparison]


def side_word(lower: float | None, upper: float | None, benchmark: float | None) -> str:
    """Above, below or not distinguishable, free of judgement."""
    if lower is None or upper is None or benchmark is None:
        return SHORT_WORDS[UNKNOWN]
    if lower > benchmark:
        return say("gesichert darüber")
    return say("gesichert darunter") if upper < benchmark else say("nicht unterscheidbar")


def marker_shape(comparison: str, x: float, y: float, radius: float = 5) -> str:
    """The marker of a comparison, centred on a point, with a thin rim against the ground."""
    common: dict[str, str | float] = {"stroke_width": 1.2, "stroke_linejoin": "round"}
    if comparison in (WORSE, BETTER):
        up = 1 if comparison == WORSE else -1
        top, foot, half = y - up * radius * 1.1, y + up * radius * 0.8, radius * 1.1
        path = (
            f"M{svg.short(x)} {svg.short(top)}L{svg.short(x + half)} {svg.short(foot)}H{svg.short(x - half)}z"
        )
        return svg.element("path", css=f"{comparison} s-paper", d=path, **common)
    css = "same s-paper" if comparison == SAME else "neutral s-neutral"
    rim = {**common, "stroke_width": 1.2 if comparison == SAME else 2}
    return svg.element("circle", css=css, cx=float(x), cy=float(y), r=radius * 0.85, **rim)


@lru_cache(maxsize=1024)
def marker(comparison: str, size: float = 14, title: str = "") -> Markup:
    """A marker on its own, to stand beside a word or, with a title, instead of it."""
    if comparison == UNKNOWN:
        return Markup("")
    return _glyph(marker_shape(comparison, 8, 8, 6), 16, size, title)


def _glyph(shape: str, box: float, size: float, title: str = "") -> Markup:
    return svg.drawing(
        shape, width=box, height=box, title=title, css="glyph", width_=float(size), height_=float(size)
    )


ARROWS = {
    "up": ("M4 16L16 5M9 5H16V12", mark("steigt")),
    "down": ("M4 5L16 16M9 16H16V9", mark("sinkt")),
    "flat": ("M3 10.5H16.5M12 6L16.5 10.5 12 15", mark("gleich")),
    "uneven": ("M2 13L6.5 6L10.5 14L14.5 6L18 12", mark("ungleichmäßig")),
}


def trend_judgement(direction: str, polarity: str) -> str:
    """Whether a rise or fall is for the better, where the indicator has a good side."""
    if direction not in ("up", "down"):
        return SAME
    if polarity == "neutral":
        return NEUTRAL
    return WORSE if (direction == "up") == (polarity == "higher_worse") else BETTER


def trend_word(direction: str, polarity: str) -> str:
    """`steigt, ungünstig`; `offen` where no trend can be computed."""
    if direction not in ARROWS:
        return say("offen")
    judgement = trend_judgement(direction, polarity)
    suffix = {
        WORSE: say(", ungünstig"),
        BETTER: say(", günstig"),
        NEUTRAL: say(", ohne Bewertung"),
        SAME: "",
    }[judgement]
    return f"{say(ARROWS[direction][1])}{suffix}"


@remembered(1024)
def trend(direction: str, polarity: str = "neutral", size: float = 20) -> Markup:
    """Trend arrow coloured by judgement, or a question mark; always set a word beside it."""
    if direction in ARROWS:
        css = f"s-{trend_judgement(direction, polarity)}"
        body = svg.element("path", css=css, d=ARROWS[direction][0], fill="none", stroke_width=2.6)
    else:
        ring = svg.element(
            "circle",
            css="s-same",
            cx=10,
            cy=10,
            r=8,
            fill="none",
            stroke_width=1.2,
            stroke_dasharray="2.5 2.5",
        )
        body = ring + svg.text("?", 10, 14, size=11, text_anchor="middle", font_weight=600)
    return _glyph(body, 20, size)


_PIN_SHAPES = {
    "A": '<circle r="9"/>',
    "B": '<path d="M-8.2-8.2H8.2V8.2H-8.2z"/>',
    "C": '<path d="M0-10.2L10.4 7.8H-10.4z"/>',
    "D": '<path d="M0-11L11 0 0 11-11 0z"/>',
}


def pin_shape(letter: str, x: float, y: float, scale: float = 1) -> str:
    """The mark of a pinned area: each letter has its own shape and colour."""
    label = svg.text(
        letter,
        0,
        4 if letter != "C" else 6,
        css="on-dark",
        size=11.5,
        text_anchor="middle",
        font_weight=600,
        stroke="none",
    )
    place = f"translate({svg.short(x)} {svg.short(y)}) scale({svg.short(scale)})"
    return svg.element(
        "g", _PIN_SHAPES[letter], label, css=f"pin-{letter} s-paper", transform=place, stroke_width=1.4
    )


@lru_cache(maxsize=1024)
def pin(letter: str, size: float = 22) -> Markup:
    """The mark of a pinned area on its own."""
    return _glyph(pin_shape(letter, 12, 12), 24, size)
