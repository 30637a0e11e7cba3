"""An invented little town for the style page and the tests of the look: borders, figures, series."""

from __future__ import annotations

import math
import random

import shapely

from sozialraum.products import draw

NAMES = (
    "Altstadt", "Nordhafen", "Lindenhof", "Am Wasserturm", "Südvorstadt", "Mühlenviertel", "Rosengarten", "Bahnhofstraße",
    "Hochfeld-West", "Hochfeld-Ost", "Kirchberg", "Siedlung Eintracht", "Weststadt", "Schlossallee", "Gartenstadt",
    "Neue Mitte", "Industriehafen", "Am Stadtwald", "Kastanienhof", "Ziegelei", "Oberdorf", "Unterdorf", "Seeblick",
    "Marktviertel", "Hammerpark", "Brückenfeld", "Papiermühle", "Fliederbusch", "Heidekamp", "Tannengrund",
    "Steinbruch", "Wiesental",
)  # fmt: skip
DISTRICTS = ("Mitte", "Nord", "Hochfeld", "Süd-Ost", "Weststadt", "Am See")
TOWN = "Beispielstadt"
LIMITS = (10.0, 20.0, 30.0, 45.0)
BENCHMARK = 24.6
LABEL = "Beispielstadt"


def _outline(corners: int = 48) -> list[tuple[float, float]]:
    """A blob of some ten kilometres."""
    points = []
    for index in range(corners):
        angle = 2 * math.pi * index / corners
        radius = (
            4200 + 620 * math.sin(3 * angle + 0.7) + 380 * math.sin(5 * angle) + 200 * math.cos(9 * angle)
        )
        points.append((1.28 * radius * math.cos(angle), radius * math.sin(angle)))
    return points


def levels(areas: int = 32, seed: int = 7, *, corners: int = 48) -> list[draw.LevelInput]:
    """A coverage of `areas` cells in districts, in metres, finest level first."""
    town = shapely.Polygon(_outline(corners))
    dice = random.Random(seed)  # noqa: S311 – an example, not a secret
    points = _scattered(town, areas, dice)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=town))
    parts = sorted(
        (cell.intersection(town) for cell in cells), key=lambda part: math.hypot(*part.centroid.coords[0])
    )
    parents = [_district(part.centroid.x, part.centroid.y) for part in parts]
    quarters = [
        draw.AreaInput(f"{index + 1:03d}", _name(index), f"{parent + 1}", part)
        for index, (part, parent) in enumerate(zip(parts, parents, strict=True))
    ]
    districts = [draw.AreaInput(f"{index + 1}", name, "09999000") for index, name in enumerate(DISTRICTS)]
    return [
        draw.LevelInput("quartier", quarters),
        draw.LevelInput("stadtteil", districts),
        draw.LevelInput("kommune", [draw.AreaInput("09999000", TOWN)]),
    ]


def _scattered(town: shapely.Polygon, count: int, dice: random.Random) -> list[tuple[float, float]]:
    """Points at some distance from each other, by best candidate."""
    chosen: list[tuple[float, float]] = [(0.0, 0.0)]
    while len(chosen) < count:
        found = [(dice.gauss(0, 3300), dice.gauss(0, 2500)) for _ in range(8)]
        inside = [point for point in found if town.contains(shapely.Point(point))]
        if inside:
            chosen.append(max(inside, key=lambda point: min(math.dist(point, other) for other in chosen)))
    return chosen


def _name(index: int) -> str:
    return NAMES[index] if index < len(NAMES) else f"{NAMES[index % len(NAMES)]} {index // len(NAMES) + 1}"


def _district(x: float, y: float) -> int:
    """The middle, and five slices around it."""
    if math.hypot(x / 1.28, y) < 1500:
        return 0
    return 1 + int(((math.atan2(y, x) + math.pi) / (2 * math.pi)) * 5) % 5


def atlas(areas: int = 32, *, corners: int = 48) -> draw.Atlas:
    """The town laid out for drawing."""
    return draw.lay_out(levels(areas, corners=corners), crs="EPSG:25832")


STATES = {
    3: "estimated",
    9: "unreliable",
    12: "estimated",
    17: "suppressed",
    21: "suppressed",
    26: "missing",
    28: "provisional",
}


def intervals(atlas: draw.Atlas, *, pins: tuple[str, ...] = ("002", "008")) -> list[draw.Interval]:
    """A share for every quarter, highest first, with intervals and ranks as spans."""
    dice = random.Random(11)  # noqa: S311 – an example
    found = []
    for index, shape in enumerate(atlas.levels["quartier"].shapes):
        status = STATES.get(index, "ok")
        value = round(min(max(dice.gauss(25, 14), 2.5), 62.0), 1)
        half = round(1.0 + dice.random() * 3.2, 1)
        known = status not in ("suppressed", "missing")
        low, high = max(value - half, 0.2), value + half
        found.append(
            draw.Interval(
                code=shape.code,
                name=shape.name,
                value=value if known else None,
                lower=low if known else None,
                upper=high if known else None,
                comparison=draw.compare(value, low, high, BENCHMARK, "higher_worse") if known else "",
                status=status,
                href=f"#{shape.code}",
                pin="ABCD"[pins.index(shape.code)] if shape.code in pins else "",
            )
        )
    return _ranked(sorted(found, key=lambda each: -1 if each.value is None else each.value, reverse=True))


def _ranked(ordered: list[draw.Interval]) -> list[draw.Interval]:
    from dataclasses import replace

    known = [each for each in ordered if each.value is not None]

    def span(each: draw.Interval) -> tuple[int, int]:
        low, high = each.ends
        above = sum(1 for other in known if other.ends[0] > high)
        below = sum(1 for other in known if other.ends[1] < low)
        return above + 1, len(known) - below

    return [
        each if each.value is None else replace(each, rank_lower=span(each)[0], rank_upper=span(each)[1])
        for each in ordered
    ]


def marks(ranking: list[draw.Interval]) -> list[draw.AreaMark]:
    """The ranking as marks of a map."""
    return [
        draw.AreaMark(
            code=each.code,
            css=draw.class_of(each.value, LIMITS),
            status=each.status,
            label=_label(each),
            href=each.href,
        )
        for each in ranking
    ]


def _label(interval: draw.Interval) -> str:
    if interval.value is None:
        return draw.status_word(interval.status)
    spread = draw.interval_text(interval.lower, interval.upper)
    return f"{draw.number(interval.value, unit='%')} ({spread}), Rang {draw.rank_text(interval.rank_lower, interval.rank_upper)}"


def series() -> list[draw.Series]:
    """Two lines over ten years, one of them the comparator."""
    own = (
        (2015, 41.2),
        (2016, 40.1),
        (2017, 38.4),
        (2019, 36.0),
        (2020, 37.1),
        (2021, 35.2),
        (2023, 33.9),
        (2024, 33.1),
    )
    town = (
        (2015, 29.4),
        (2016, 28.7),
        (2017, 28.0),
        (2019, 26.1),
        (2020, 26.5),
        (2021, 25.6),
        (2023, 24.9),
        (2024, 24.6),
    )
    return [
        draw.Series("008", "Bahnhofstraße", [_point(x, value, 2.1) for x, value in own]),
        draw.Series(
            "stadt", LABEL, [_point(x, value, None) for x, value in town], css="city", emphasis=False
        ),
    ]


def _point(year: int, value: float, half: float | None) -> draw.Point:
    lower, upper = (None, None) if half is None else (value - half, value + half)
    status = "provisional" if year == 2024 else "ok"
    return draw.Point(year, str(year), value, lower, upper, status)


BREAKS = (draw.Break(2018.0, "Bruch"),)
GAPS = ((2018.0, "2018 nicht geliefert"), (2022.0, ""))


def bands() -> list[draw.Band]:
    """Age bands of unequal width with the town beside them."""
    ends = [
        (0, 2),
        (3, 5),
        (6, 9),
        (10, 14),
        (15, 17),
        (18, 24),
        (25, 29),
        (30, 39),
        (40, 49),
        (50, 64),
        (65, 74),
        (75, 84),
        (85, None),
    ]
    own = [1.6, 1.5, 2.2, 2.6, 1.5, 4.9, 5.6, 9.8, 6.9, 8.2, 3.8, 2.5, 0.7]
    town = [1.3, 1.3, 1.8, 2.3, 1.4, 3.9, 3.4, 6.6, 6.4, 10.5, 5.6, 4.4, 1.5]
    return [
        draw.Band(start, end, mine * 1.02, mine * 0.98, all_ * 0.99, all_ * 1.01)
        for (start, end), mine, all_ in zip(ends, own, town, strict=True)
    ]


ROWS = ("hoch", "mittel", "niedrig", "sehr niedrig")
COLUMNS = ("positiv", "stabil", "negativ")


def fields() -> list[draw.Field]:
    """Numbers of areas by status and dynamics."""
    counts = ((2, 0), (5, 1), (1, 1), (3, 0), (11, 2), (2, 1), (1, 0), (3, 1), (1, 0), (0, 0), (2, 0), (1, 1))
    places = [(row, column) for row in ROWS for column in COLUMNS]
    return [
        draw.Field(
            row, column, count, unstable, href="#matrix", current=(row, column) == ("niedrig", "stabil")
        )
        for (row, column), (count, unstable) in zip(places, counts, strict=True)
    ]


SPINES: tuple[tuple[str, str, draw.SpineRow, int | None], ...] = (
    ("Kinder in SGB-II-Haushalten", "Materielle Lage", draw.SpineRow(37.2, 35.9, 38.5, 26.5, 3.1, 15.0, 36.0, 61.0, "higher_worse"), 1975),
    ("Arbeitslosigkeit", "Materielle Lage", draw.SpineRow(5.6, 5.1, 6.2, 5.3, 0.7, 3.4, 7.1, 17.1, "higher_worse"), 402),
    ("Wohngeld je 1\u202f000 Haushalte", "Materielle Lage", draw.SpineRow(None, None, None, 12.0, 2.0, 8.0, 15.0, 22.0, "neutral", "suppressed"), None),
    ("Kita-Besuch, 3 bis 5 Jahre", "Bildung", draw.SpineRow(95.1, 93.2, 96.6, 91.4, 81.0, 88.5, 94.0, 98.8, "higher_better"), 511),
    ("65 Jahre und älter", "Bevölkerung", draw.SpineRow(12.9, 12.6, 13.2, 19.2, 4.4, 15.1, 23.0, 36.8, "neutral"), 1906),
)  # fmt: skip
