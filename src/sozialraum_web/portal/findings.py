"""Three sentences for the start page, each with a small chart and the result of its test (Befunde)."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sozialraum.products import draw, layers, sentences, timeline
from sozialraum.products.catalogue import Area
from sozialraum.products.draw import Interval
from sozialraum.products.layers import Row
from sozialraum.products.sentences import Sentence
from sozialraum.words import say
from sozialraum_web.atlas.borders import above, familiar
from sozialraum_web.atlas.figures import interval, time_breaks, time_series
from sozialraum_web.atlas.frame import address, area_address
from sozialraum_web.atlas.view import View, look

FINDINGS = 3
OTHERS = 4
LISTED = 5

Chart = Callable[[], Any]
Candidate = tuple[str, Sentence | None, Chart]


def findings(opening: View) -> list[dict[str, Any]]:
    """Sentences about the indicator on the map: tested ones first, then described ones, then about others."""
    found: dict[str, dict[str, Any]] = {}
    for view, (kind, sentence, chart) in _candidates(opening):
        if sentence is not None and kind not in found:
            url = address(view.place, "atlas", kennzahl=view.state.indicator.id)
            found[kind] = {"sentence": sentence, "chart": chart(), "url": url}
        if len(found) == FINDINGS:
            break
    return list(found.values())


def _candidates(opening: View) -> Iterator[tuple[View, Candidate]]:
    for candidate in (*_tested(opening), *_described(opening)):
        yield opening, candidate
    for view in _others(opening):
        for candidate in _tested(view):
            yield view, candidate


def _others(opening: View) -> Iterator[View]:
    catalogue = opening.place.catalogue
    rest = dict.fromkeys([*catalogue.headlines, *catalogue.plain_indicators])
    compared = [item for item in rest if item is not opening.state.indicator and item.compares]
    for indicator in compared[:OTHERS]:
        yield look(opening.place, {"kennzahl": indicator.id})


def _tested(view: View) -> list[Candidate]:
    indicator, name = view.state.indicator, view.state.comparator.name
    return [
        ("change", change_over_time(view), partial(time_figure, view)),
        ("above", sentences.above(indicator, name, view.rows), partial(top_figure, view)),
        ("undecided", sentences.undecided(indicator, name, view.rows), partial(tally_figure, view)),
    ]


def _described(view: View) -> list[Candidate]:
    """What can be said where no comparator or no interval allows a test."""
    indicator = view.state.indicator
    parts = parts_of_larger_areas(view)
    widest = parts[0] if parts else None
    return [
        ("spread", sentences.spread(indicator, view.rows), partial(top_figure, view)),
        ("within", _widest(view, *widest) if widest else None, partial(parts_figure, view, parts)),
        ("middle", sentences.middle(indicator, view.rows), partial(strip_figure, view)),
    ]


def change_over_time(view: View) -> Sentence | None:
    """The municipality's own change since the first comparable period."""
    indicator = view.state.indicator
    own = [row for row in view.over_time(*view.timed[0]) if row.shown]
    same = [row for row in own if row.version == own[-1].version] if own else []
    if len(same) < 2:
        return None
    return sentences.change(indicator, view.place.catalogue.town.name, same[0], same[-1])


def time_figure(view: View) -> draw.Markup | str:
    """The municipality over time, small."""
    indicator = view.state.indicator
    return draw.line(
        time_series(view),
        breaks=time_breaks(view),
        unit=indicator.unit,
        decimals=indicator.decimals,
        zero=timeline.from_zero(indicator),
        width=360,
        height=190,
        title=say("{label} im Zeitverlauf", label=indicator.label),
    )


def top_figure(view: View) -> list[dict[str, Any]]:
    """The five highest areas with their intervals."""
    rows = [row for row in view.rows if row.value.shown][:LISTED]
    drawn = [interval(view, row) for row in rows]
    figures = [layers.value_text(row.value, view.state.indicator, unit=False) for row in rows]
    return _bars(view, [row.area for row in rows], drawn, figures)


def _bars(
    view: View, areas: Sequence[Area], drawn: Sequence[Interval], figures: Sequence[str]
) -> list[dict[str, Any]]:
    scale = draw.scale_for(drawn, view.compared_with, zero=timeline.from_zero(view.state.indicator))
    return [
        {
            "name": area.name,
            "href": area_address(view.place, area),
            "bar": draw.interval_row(item, scale, view.compared_with, width=150),
            "figure": figure,
        }
        for area, item, figure in zip(areas, drawn, figures, strict=True)
    ]


def tally_figure(view: View) -> draw.Markup | str:
    """One marker per area: worse, not distinguishable, better; without judgement all areas as they are."""
    if view.state.indicator.polarity == "neutral":
        return strip_figure(view)
    counted = layers.sides(view.rows)
    worse, better = (
        ("ueber", "unter") if view.state.indicator.polarity == "higher_worse" else ("unter", "ueber")
    )
    return draw.tally(counted[worse], counted["gleich"], counted[better])


def strip_figure(view: View) -> draw.Markup | str:
    """All areas from the highest to the lowest value."""
    indicator = view.state.indicator
    drawn = [interval(view, row) for row in view.rows if row.value.shown]
    return draw.strip(
        drawn,
        view.compared_with,
        benchmark_label=view.state.comparator.name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        width=360,
        height=180,
        zero=timeline.from_zero(indicator),
        title=f"Alle {len(drawn)} Gebiete nach {indicator.label}",
    )


def parts_of_larger_areas(view: View) -> list[tuple[Area, list[float]]]:
    """Larger areas readers know with the values of their parts, the widest range first."""
    catalogue, state = view.place.catalogue, view.state
    upper = familiar(above(view.place, state.version, state.level.id))
    if upper is None:
        return []
    groups: dict[str, list[float]] = {}
    for row in view.rows:
        owner = _owner(view, row, upper.id)
        if owner is not None and row.value.shown and row.value.value is not None:
            groups.setdefault(owner, []).append(row.value.value)
    wide = [
        (area, groups[area.code])
        for area in catalogue.members(upper.id, state.version)
        if len(groups.get(area.code, ())) > 1
    ]
    return sorted(wide, key=lambda item: min(item[1]) - max(item[1]))


def _owner(view: View, row: Row, level: str) -> str | None:
    area: Area | None = row.area
    while area is not None and area.level != level:
        area = view.place.catalogue.parent(area)
    return area.code if area else None


def _widest(view: View, area: Area, values: Sequence[float]) -> Sentence:
    level = view.state.level
    return sentences.within(
        view.state.indicator, area.name, level.plural or level.label, min(values), max(values)
    )


def parts_figure(view: View, parts: Sequence[tuple[Area, list[float]]]) -> list[dict[str, Any]]:
    """From where to where the parts of larger areas reach; the tick is the median."""
    decimals = view.state.indicator.decimals
    shown = parts[:LISTED]
    drawn = [
        Interval(area.code, area.name, statistics.median(values), min(values), max(values))
        for area, values in shown
    ]
    figures = [draw.interval_text(min(values), max(values), decimals) for _, values in shown]
    return _bars(view, [area for area, _ in shown], drawn, figures)
