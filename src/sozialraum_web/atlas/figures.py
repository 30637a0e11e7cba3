"""Pictures of a view: map, legend, strip of intervals, lines over time; for the page and as a file (Zeichnungen)."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum import periods
from sozialraum.products import draw, layers, timeline
from sozialraum.products.draw import AreaMark, Interval, Markup
from sozialraum.products.layers import Row
from sozialraum.products.shading import ZERO
from sozialraum.words import say
from sozialraum_web.atlas.borders import borders
from sozialraum_web.atlas.frame import area_address
from sozialraum_web.atlas.view import View


def marks(view: View, rows: Sequence[Row]) -> list[AreaMark]:
    """What each area shows on the map."""
    left = {row.area.code for row in rows}
    said = say("Rang {rank} von {places}", rank="{rank}", places=layers.ranked(view.rows))
    return [
        AreaMark(
            row.area.code,
            row.css if row.area.code in left else "qn",
            row.status if row.area.code in left else "ok",
            layers.label(row.value, view.indicator),
            area_address(view.place, row.area),
            said.replace("{rank}", rank) if (rank := row.rank) else "",
        )
        for row in view.rows
    ]


def draw_map(view: View, rows: Sequence[Row], known: str = "", *, interactive: bool = True) -> Markup | None:
    """The map, or None where the level has no geometry; `known` is the geometry the browser already has."""
    found = borders(view.place, view.state.version, view.state.level.id)
    if found is None:
        return None
    key = map_key(view)
    title = f"{view.indicator.label}, {view.place.catalogue.town.name}, {view.moment}"
    if known == key:
        return draw.map_update(found.layer, marks(view, rows), title=title, pins=view.letters, key=key)
    return draw.choropleth(
        found.layer,
        marks(view, rows),
        pins=view.letters,
        title=title,
        description=say("Dieselben Werte stehen in der Tabelle und in Worten neben der Karte."),
        key=key,
        interactive=interactive,
        **found.drawing,
    )


def map_key(view: View) -> str:
    """Names the geometry of a level in one release; it changes whenever the borders could."""
    return f"{view.place.release.commitment[:16]}/{view.state.version}/{view.state.level.id}"


def legend(view: View, rows: Sequence[Row]) -> draw.Legend:
    """Classes and states with the number of areas in each; exact zeros are a class of their own."""
    shown = [
        AreaMark(row.area.code, row.css, "ok" if row.css == ZERO else row.status)
        for row in rows
    ]  # fmt: skip
    zeros = ((ZERO, say("genau null")),) if any(row.css == ZERO for row in rows) else ()
    return draw.category_legend([*zeros, *view.shading.categories], shown)


def interval(view: View, row: Row) -> Interval:
    """A row as the drawing of intervals wants it."""
    value = row.value
    return Interval(
        row.area.code,
        row.area.name,
        value.value if value.shown else None,
        value.lower if value.shown else None,
        value.upper if value.shown else None,
        row.comparison,
        value.status,
        area_address(view.place, row.area),
        view.letters.get(row.area.code, ""),
        row.first or None,
        row.last or None,
    )


def strip(
    intervals: Sequence[Interval], view: View, width: float = 560, height: float = 110
) -> Markup | None:
    """All intervals at once."""
    known = [item for item in intervals if item.value is not None]
    if len(known) < 2:
        return None
    indicator = view.indicator
    return draw.strip(
        known,
        view.compared_with,
        benchmark_label=view.reference_name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        title=say(
            "Alle {count} Gebiete nach {indicator} mit 95-%-Intervall",
            count=len(known),
            indicator=indicator.label,
        ),
        width=width,
        height=height,
        zero=timeline.from_zero(indicator),
    )


def time_series(view: View) -> list[draw.Series]:
    """Comparator and pinned areas over time."""
    lines = [_line(view, level, code) for level, code in view.timed]
    return [line for line in lines if line.points]


def _line(view: View, level: str, code: str) -> draw.Series:
    letter = view.letters.get(code, "") if level == view.state.level.id else ""
    area = view.place.catalogue.area(level, code, view.state.version)
    label = letter or (area.name if area else code)
    points = timeline.points(view.over_time(level, code))
    return draw.Series(code, label, points, f"pin-{letter}" if letter else "city", bool(letter))


def time_breaks(view: View) -> list[draw.Break]:
    """Breaks of the comparator's series."""
    return timeline.breaks(view.over_time(*view.timed[0]))


def time_chart(view: View, width: float = 760) -> Markup | None:
    """The line chart, or None where there is only one point in time."""
    series = time_series(view)
    if max((len(line.points) for line in series), default=0) < 2:
        return None
    indicator = view.state.indicator
    return draw.line(
        series,
        breaks=time_breaks(view),
        ticks=sorted({(point.x, point.label) for line in series for point in line.points}),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        width=width,
        height=240,
        title=say("{label} im Zeitverlauf", label=indicator.label),
    )


def time_subtitle(view: View) -> str:
    """What the lines are."""
    indicator = view.state.indicator
    lines = say("angeheftete Gebiete und Vergleichswert") if view.state.pins else say("Vergleichswert")
    broken = say("; gepunktet: nicht vergleichbar") if time_breaks(view) else ""
    provisional = any(row.status == "provisional" for row in view.history)
    later = say("; letzte Werte vorläufig") if provisional else ""
    return say(
        "{name} {column_unit}, {lines}, Striche: 95-%-Intervall{broken}{later}",
        name=indicator.name,
        column_unit=indicator.column_unit,
        lines=lines,
        broken=broken,
        later=later,
    )


def time_text(view: View) -> str:
    """The line chart in words."""
    indicator = view.state.indicator
    return draw.line_text(
        time_series(view), unit=indicator.unit, decimals=indicator.decimals, breaks=time_breaks(view)
    )


def title_of(view: View) -> str:
    """Indicator, place and time as the title of a picture that leaves the site."""
    return f"{view.indicator.label}, {view.place.catalogue.town.name}, {view.moment}"


def caption_of(view: View) -> str:
    """What stands below the title: what is measured, level, comparator."""
    compared = (
        say(" Vergleich: {reference_name}.", reference_name=view.reference_name)
        if view.compared_with is not None
        else ""
    )
    when = say(" Stand {period}.", period=periods.label(view.state.period)) if view.state.period else ""
    return f"{view.state.indicator.definition} {view.state.level.plural or view.state.level.label}.{when}{compared}"
