"""Ranking by intervals (Raupe): the strip over all areas and the row of one area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.products.draw import svg
from sozialraum.products.draw.comparison import BETTER, SAME, WORSE, pin_shape
from sozialraum.products.draw.numbers import interval_text, number, whole, with_unit
from sozialraum.products.draw.scales import Scale, round_scale, tick_decimals
from sozialraum.products.draw.svg import Markup
from sozialraum.words import say

OVERHANG = 12.0  # the benchmark line runs on through the space between rows
NARROWEST = 0.012  # share of the width below which an interval would not be seen
MANY = 200  # bars of a strip
COLOUR = {"worse": "worse", "better": "better", "same": "same", "neutral": "city", "": "city"}


@dataclass(frozen=True, slots=True)
class Interval:
    """One area of a ranking; `rank_lower`/`rank_upper` is the span of ranks it may hold."""

    code: str
    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    comparison: str = ""
    status: str = "ok"
    href: str = ""
    pin: str = ""
    rank_lower: int | None = None
    rank_upper: int | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, or the value twice where there is none."""
        assert self.value is not None
        return (
            self.value if self.lower is None else self.lower,
            self.value if self.upper is None else self.upper,
        )


def scale_for(intervals: Sequence[Interval], benchmark: float | None = None, *, zero: bool = True) -> Scale:
    """One scale for all rows of a ranking."""
    found = [end for each in intervals if each.value is not None for end in each.ends]
    return round_scale(found + ([] if benchmark is None else [benchmark]), zero=zero)[0]


def interval_row(
    interval: Interval,
    scale: Scale,
    benchmark: float | None = None,
    *,
    width: float = 200,
    height: float = 22,
    title: str = "",
) -> Markup:
    """Interval bar, value tick, benchmark line; a thin link to the benchmark only where the difference holds.

    Without an interval the value is a dot.
    """
    parts = []
    middle = height / 2
    if benchmark is not None:
        x = scale.at(benchmark, 1, width - 1)
        parts.append(svg.line(x, -OVERHANG, x, height + OVERHANG, css="reference", width=1.25))
    if interval.value is not None and interval.lower is None and interval.upper is None:
        x = scale.at(interval.value, 1, width - 1)
        parts.append(svg.element("circle", css=COLOUR[interval.comparison], cx=x, cy=middle, r=5))
    elif interval.value is not None:
        low, high, at = _places(interval, scale, width)
        if benchmark is not None and interval.comparison in (WORSE, BETTER):
            x = scale.at(benchmark, 1, width - 1)
            parts.append(
                svg.line(x, middle, at, middle, css=f"s-{interval.comparison}", width=1, opacity=0.6)
            )
        parts.append(svg.rectangle(low, middle - 5, high - low, 10, css=COLOUR[interval.comparison], rx=1))
        parts.append(svg.rectangle(at - 0.8, middle - 8, 1.6, 16, css="ink"))
    return svg.drawing(*parts, width=width, height=height, title=title, css="interval")


def interval_mark(
    interval: Interval,
    scale: Scale,
    benchmark: float | None = None,
    *,
    width: float = 200,
    height: float = 22,
) -> Markup:
    """`interval_row` in two paths, for lists of hundreds on a page with the stylesheet; the interval is its name."""
    middle = height / 2
    line = None if benchmark is None else scale.at(benchmark, 1, width - 1)
    ink = [] if line is None else [_box(line - 0.6, -OVERHANG, 1.2, height + 2 * OVERHANG)]
    bar = []
    if interval.value is not None:
        low, high, at = _places(interval, scale, width)
        if interval.lower is None and interval.upper is None:
            low, high = at - 4, at + 4
        else:
            ink.append(_box(at - 0.8, middle - 8, 1.6, 16))
        bar.append(_box(low, middle - 5, high - low, 10))
        if line is not None and interval.comparison in (WORSE, BETTER):
            bar.append(_box(min(line, at), middle - 0.5, abs(at - line), 1))
    name = interval_text(interval.lower, interval.upper)
    role = f' role="img" aria-label="{svg.escape(name)}"' if name else ' aria-hidden="true"'
    css = COLOUR[interval.comparison]
    paths = f'<path class="{css}" d="{"".join(bar)}"/>' if bar else ""
    paths += f'<path class="ink" d="{"".join(ink)}"/>' if ink else ""
    return Markup(
        f'<svg class="interval" viewBox="0 0 {svg.short(width)} {svg.short(height)}"{role}>{paths}</svg>'
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as part of a path; four digits are a tenth of a unit."""
    return f"M{x:.4g} {y:.4g}h{width:.4g}v{height:.4g}h{-width:.4g}z"


def _places(interval: Interval, scale: Scale, width: float) -> tuple[float, float, float]:
    """Left, right and value in drawing units; a very narrow interval is widened around its middle."""
    low, high = (scale.at(end, 1, width - 1) for end in interval.ends)
    missing = max(NARROWEST * width - (high - low), 0) / 2
    assert interval.value is not None
    return low - missing, high + missing, scale.at(interval.value, 1, width - 1)


@dataclass(frozen=True, slots=True)
class StripGeometry:
    """Where the intervals of a strip stand: x of each area in rank order, y of its ends, y of the benchmark."""

    places: list[tuple[float, float, float]]
    benchmark: float | None
    ticks: list[tuple[float, float]]


LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 14.0, 20.0


def strip_geometry(
    intervals: Sequence[Interval],
    benchmark: float | None,
    *,
    width: float = 560,
    height: float = 110,
    zero: bool = True,
) -> StripGeometry:
    """Areas evenly along x, values along y; (x, y of upper end, y of lower end) per area."""
    ends = [each.ends for each in intervals]
    values = [end for pair in ends for end in pair] + ([] if benchmark is None else [benchmark])
    scale, ticks = round_scale(values, zero=zero, count=3)
    foot, head = height - BOTTOM, TOP
    room = width - LEFT - RIGHT
    slot = room / max(len(intervals), 1)
    return StripGeometry(
        places=[
            (LEFT + slot * (index + 0.5), scale.at(high, foot, head), scale.at(low, foot, head))
            for index, (low, high) in enumerate(ends)
        ],
        benchmark=None if benchmark is None else scale.at(benchmark, foot, head),
        ticks=[(tick, scale.at(tick, foot, head)) for tick in ticks],
    )


def strip(
    intervals: Sequence[Interval],
    benchmark: float | None = None,
    *,
    benchmark_label: str = "",
    unit: str = "",
    decimals: int = 1,
    width: float = 560,
    height: float = 110,
    title: str = "",
    zero: bool = True,
) -> Markup:
    """All areas at once, in the given order: each interval an upright bar, the benchmark a line, pins above."""
    shown = [each for each in intervals if each.value is not None]
    place = strip_geometry(shown, benchmark, width=width, height=height, zero=zero)
    words = "" if benchmark is None else f"{benchmark_label} {number(benchmark, decimals, unit=unit)}".strip()
    thick = max(min((width - LEFT - RIGHT) / max(len(shown), 1) * 0.62, 7.0), 0.8)
    parts = [
        *_axis(place, width, unit),
        *_reference(place, words, width),
        *_bars(shown, place.places, thick),
        *_pins(shown, place),
        *_ends(shown, width, height),
    ]
    return svg.drawing(*parts, width=width, height=height, title=title, css="strip")


def _axis(place: StripGeometry, width: float, unit: str) -> list[str]:
    digits = tick_decimals([tick for tick, _ in place.ticks])
    last = place.ticks[-1][0]
    parts = []
    for tick, y in place.ticks:
        parts.append(svg.line(LEFT, y, width - RIGHT, y, css="s-line"))
        figure = with_unit(number(tick, digits), unit if tick == last and len(unit) <= 2 else "")
        parts.append(svg.text(figure, LEFT - 5, y + 4, css="axis-text", size=12, text_anchor="end"))
    return parts


def _reference(place: StripGeometry, words: str, width: float) -> list[str]:
    if place.benchmark is None:
        return []
    y = place.benchmark
    return [
        svg.line(LEFT, y, width - RIGHT, y, css="reference", width=1.25),
        svg.text(words, width - RIGHT, y - 5, css="axis-text halo", size=12, text_anchor="end"),
    ]


def _bars(
    intervals: Sequence[Interval], spots: Sequence[tuple[float, float, float]], thick: float
) -> list[str]:
    """One bar per area; above MANY they are too thin to point at, so each colour becomes one path."""
    boxes = [
        (each, x - thick / 2, (top + foot - max(foot - top, 1.6)) / 2, max(foot - top, 1.6))
        for each, (x, top, foot) in zip(intervals, spots, strict=True)
    ]
    if len(boxes) <= MANY:
        return [
            svg.rectangle(x, y, thick, tall, css=COLOUR[each.comparison], data_code=each.code)
            for each, x, y, tall in boxes
        ]
    paths: dict[str, list[str]] = {}
    for each, x, y, tall in boxes:
        paths.setdefault(COLOUR[each.comparison], []).append(_box(x, y, thick, tall))
    return [svg.element("path", css=css, d="".join(parts)) for css, parts in paths.items()]


def _pins(intervals: Sequence[Interval], place: StripGeometry) -> list[str]:
    spots = zip(intervals, place.places, strict=True)
    return [pin_shape(each.pin, x, max(top - 12, 8), 0.7) for each, (x, top, _) in spots if each.pin]


def _ends(intervals: Sequence[Interval], width: float, height: float) -> list[str]:
    if not intervals:
        return []
    return [
        svg.text(say("Rang 1"), LEFT, height - 5, css="axis-text", size=12),
        svg.text(
            whole(len(intervals)), width - RIGHT, height - 5, css="axis-text", size=12, text_anchor="end"
        ),
    ]


def strip_text(intervals: Sequence[Interval], *, benchmark_label: str = "Vergleichswert") -> str:
    """How many areas differ from the benchmark, in words."""
    counts = Counter(each.comparison for each in intervals if each.value is not None)
    total = sum(counts.values())
    hidden = len(intervals) - total
    parts = [say("{total} Gebiete mit Wert.", total=whole(total))]
    if counts[WORSE] or counts[BETTER] or counts[SAME]:
        parts.append(
            say(
                "Gegenüber {benchmark_label}: {worse} gesichert ungünstiger, {better} gesichert günstiger, {same} nicht unterscheidbar.",
                benchmark_label=benchmark_label,
                worse=whole(counts[WORSE]),
                better=whole(counts[BETTER]),
                same=whole(counts[SAME]),
            )
        )
    if hidden:
        parts.append(say("{hidden} ohne Wert.", hidden=whole(hidden)))
    return " ".join(parts)
