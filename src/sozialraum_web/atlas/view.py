"""One view of the atlas, read from its address: values, comparator, colours, rows (Ansicht)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from sozialraum import periods
from sozialraum.products import change, layers, sentences, shading, timeline
from sozialraum.products.catalogue import Area, Catalogue, Indicator
from sozialraum.products.layers import Row
from sozialraum.products.shading import Shading
from sozialraum.products.values import Value
from sozialraum.tables import COMPARISON_LEVEL, MUNICIPALITY_LEVEL
from sozialraum.words import mark, say
from sozialraum_web.atlas import state as states
from sozialraum_web.atlas.state import State
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place

LETTERS = "ABCD"
TOGETHER = 150
NO_CHANGE = mark("keine Veränderung")


@dataclass(frozen=True)
class View:
    """Everything the workbench shows, read once; `indicator` is the change where the state has a `since`."""

    place: Place
    state: State
    indicator: Indicator
    values: dict[str, Value]
    benchmark: Value | None
    rows: list[Row]
    shading: Shading

    @property
    def compared_with(self) -> float | None:
        """What each area is held against: the comparator, or no change at all."""
        return reference(self.state, self.benchmark)

    @property
    def reference_name(self) -> str:
        """The comparator's name, or `keine Veränderung`."""
        return say(NO_CHANGE) if self.state.since else self.state.comparator.name

    @property
    def moment(self) -> str:
        """The period in words, or both ends of a change."""
        state = self.state
        if not state.period:
            return ""
        until = periods.label(state.period)
        if not state.since:
            return until
        return say("{first} bis {last}", first=periods.label(state.since), last=until)

    @cached_property
    def shown(self) -> list[Row]:
        """The rows the filter leaves."""
        return layers.narrowed(self.rows, self.place.catalogue, self.state.within, self.state.side)

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """All rows by the code of their area."""
        return {row.area.code: row for row in self.rows}

    @cached_property
    def timed(self) -> list[tuple[str, str]]:
        """Level and code of the areas shown over time, the comparator first."""
        state, whole = self.state, self.place.catalogue.whole
        pins = [(state.level.id, code) for code in state.pins]
        if state.indicator.compares:
            return [(state.comparator.level, state.comparator.code), *pins]
        return pins or [(whole.level, whole.code)]

    @cached_property
    def history(self) -> list[Value]:
        """All periods of the areas shown over time."""
        return queries.series(self.place.release.folder, self.state.indicator.id, self.timed)

    def over_time(self, level: str, code: str) -> list[Value]:
        """One area's series, one value per period."""
        own = [row for row in self.history if (row.level, row.area) == (level, code)]
        return timeline.one_per_period(own, self.state.version)

    @property
    def large(self) -> bool:
        """Whether map, table and words are too much for one page; then each is its own address."""
        return len(self.rows) > TOGETHER

    @property
    def letters(self) -> dict[str, str]:
        """Pinned areas with their letters."""
        return dict(zip(self.state.pins, LETTERS, strict=False))

    @property
    def offered(self) -> tuple[str, ...]:
        """The periods of this indicator on this level, oldest first."""
        state = self.state
        return queries.available_periods(
            self.place.release.folder, state.indicator.id, state.version, state.level.id
        )


def comparable(indicator: Indicator, benchmark: Value | None) -> float | None:
    """A count of a part never stands beside the count of the whole."""
    if benchmark is None or not benchmark.shown or not indicator.compares:
        return None
    return benchmark.value


def reference(state: State, benchmark: Value | None) -> float | None:
    """The number each area is held against."""
    return 0.0 if state.since else comparable(state.indicator, benchmark)


def look(place: Place, query: Mapping[str, str]) -> View:
    """Read the state from the address and its values from the release."""
    state = states.read(query, place.catalogue, partial(queries.available_periods, place.release.folder))
    state = replace(state, notices=(*state.notices, *other_release(place, query.get("freigabe", ""))))
    values, benchmark = read_values(place, state)
    indicator = change.changed(state.indicator) if state.since else state.indicator
    colours = colours_of(place, state, values, benchmark)
    rows = layers.build(
        place.catalogue, indicator, state.version, state.level.id, state.period, values,
        reference(state, benchmark), colours,
    )  # fmt: skip
    return View(place, state, indicator, values, benchmark, rows, colours)


def other_release(place: Place, name: str) -> list[str]:
    """Says that an address was made for another data state than the one shown."""
    if not name or name == place.release.name:
        return []
    return [
        say(
            "Diese Adresse gehört zum Datenstand „{name}“. Gezeigt wird der aktuelle Datenstand „{release}“; Werte können sich unterscheiden.",
            name=name[:40],
            release=place.release.name,
        )
    ]


def read_values(place: Place, state: State) -> tuple[dict[str, Value], Value | None]:
    """The layer and its comparator: in one period, or their change between two."""
    last, benchmark = _period_values(place, state, state.period)
    if not state.since:
        return last, benchmark
    first, before = _period_values(place, state, state.since)
    base = state.indicator
    both = change.difference(before, benchmark, base) if before and benchmark else None
    return change.layer(first, last, base), both


def _period_values(place: Place, state: State, period: str) -> tuple[dict[str, Value], Value | None]:
    folder, id, version = place.release.folder, state.indicator.id, state.version
    whole = state.comparator
    return (
        queries.layer(folder, id, version, state.level.id, period),
        queries.one(folder, id, version, whole.level, whole.code, period),
    )


def colours_of(place: Place, state: State, values: Mapping[str, Value], benchmark: Value | None) -> Shading:
    """The shading the state asks for; limits rest on all years of the level, so that years can be compared."""
    shown = [value.value for value in values.values() if value.shown and value.value is not None]
    if state.since:
        return shading.changes(shown, change.changed(state.indicator))
    fixed = state.indicator.limits(state.version, state.level.id)
    pooled = (
        queries.pooled(place.release.folder, state.indicator.id, state.version, state.level.id)
        if state.shading
        else ()
    )
    centre = comparable(state.indicator, benchmark)
    return shading.choose(state.shading, state.indicator, fixed, pooled, centre, state.comparator.name)


def comparators(catalogue: Catalogue, state: State) -> list[Area]:
    """What an area may be held against: areas above, then areas beyond the municipality."""
    return [*states.upper_areas(catalogue, state.version), *catalogue.beyond(state.version)]


def comparator_label(catalogue: Catalogue, area: Area) -> str:
    """A comparator as a list names it."""
    if area.level == COMPARISON_LEVEL:
        return area.name
    if area.level == MUNICIPALITY_LEVEL:
        return f"{area.name} insgesamt"
    level = catalogue.level(area.level, area.version)
    return f"{level.label if level else area.level} {area.name}"


def only(view: View, rows: Sequence[Row]) -> View:
    """The same view with other rows."""
    return replace(view, rows=list(rows))


def in_words(view: View) -> list[str]:
    """The map in words: a level beside its comparator, or a change."""
    state = view.state
    told = state.indicator, state.comparator.name, view.benchmark, view.shown
    if state.since:
        return sentences.change_in_words(*told, state.since, state.period)
    return sentences.in_words(*told, state.period)
