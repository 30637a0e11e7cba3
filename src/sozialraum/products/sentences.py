"""Sentences about figures, each from a rule and a test: never a claim the intervals do not carry (Befunde)."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.products import change as changes
from sozialraum.products import draw, layers
from sozialraum.products.catalogue import Catalogue, Indicator
from sozialraum.products.layers import Row
from sozialraum.products.values import Spread, Value
from sozialraum.words import in_german, mark

CERTAIN, OPEN = mark("statistisch gesichert"), mark("statistisch nicht gesichert")
COUNTED = mark("gezählt")
DESCRIBED = "beschreibend, ohne Prüfung"
NO_INTERVAL = "Zu diesen Werten liegt kein Intervall vor: Ob ein Unterschied mehr als Zufall ist, lässt sich nicht prüfen."
FEW = 8  # below this number of areas a middle half says nothing
PILLS = {CERTAIN: "ok", OPEN: "", COUNTED: "info", DESCRIBED: "info"}


@dataclass(frozen=True)
class Sentence:
    """A finished sentence with the result of its test."""

    text: str
    test: str
    note: str = ""

    @property
    def pill(self) -> str:
        """Kind of the pill beside it."""
        return PILLS[self.test]


@in_german
def change(indicator: Indicator, name: str, first: Value, last: Value) -> Sentence | None:
    """How one area changed between two periods; said as a change only where the intervals do not meet."""
    if not (first.shown and last.shown) or first.period == last.period:
        return None
    start, end = _figure(first, indicator), layers.value_text(last, indicator)
    since = periods.label(first.period)
    test = _change_test(first, last)
    if test == OPEN:
        text = (
            f"{indicator.name}: {name} hat sich seit {since} nicht gesichert verändert ({start} und {end})."
        )
        return Sentence(text, test, "Die 95-%-Intervalle beider Zeitpunkte überschneiden sich.")
    if first.value == last.value:
        return Sentence(f"{indicator.name}: {name} steht wie am {since} bei {end}.", test)
    word = "gestiegen" if (last.value or 0) > (first.value or 0) else "gesunken"
    note = (
        "Die 95-%-Intervalle überschneiden sich nicht." if test == CERTAIN else "Vollzählung, kein Intervall."
    )
    return Sentence(f"{indicator.name}: {name} ist seit {since} von {start} auf {end} {word}.", test, note)


def _figure(value: Value, indicator: Indicator) -> str:
    return layers.value_text(value, indicator, unit=False)


def _change_test(first: Value, last: Value) -> str:
    limits = (first.lower, first.upper, last.lower, last.upper)
    if None in limits:
        return COUNTED
    low_1, high_1, low_2, high_2 = (float(limit or 0.0) for limit in limits)
    return CERTAIN if high_1 < low_2 or high_2 < low_1 else OPEN


@in_german
def above(indicator: Indicator, comparator: str, rows: Sequence[Row]) -> Sentence | None:
    """In how many areas the value lies surely above the comparator."""
    counted = layers.sides(rows)
    total = sum(counted.values())
    if not total:
        return None
    if not counted["ueber"]:
        text = f"{indicator.name}: In keinem von {total} Gebieten liegt der Wert gesichert über {comparator}."
        return Sentence(text, CERTAIN, "Kein 95-%-Intervall liegt ganz über dem Vergleichswert.")
    text = f"{indicator.name}: In {counted['ueber']} von {total} Gebieten liegt der Wert gesichert über {comparator}."
    return Sentence(text, CERTAIN, "Das 95-%-Intervall liegt ganz über dem Vergleichswert.")


@in_german
def undecided(indicator: Indicator, comparator: str, rows: Sequence[Row]) -> Sentence | None:
    """For how many areas nothing can be said: not knowing is a finding too."""
    counted = layers.sides(rows)
    total = sum(counted.values())
    if not total:
        return None
    text = (
        f"{indicator.name}: Bei {counted['gleich']} von {total} Gebieten lässt sich kein Unterschied "
        f"zu {comparator} sichern."
    )
    return Sentence(text, OPEN, "Ein Rang sagt hier wenig; gezeigt werden deshalb Spannen.")


@in_german
def spread(indicator: Indicator, rows: Sequence[Row]) -> Sentence | None:
    """From where to where the values reach; said where no comparator allows a test."""
    shown = [row for row in rows if row.value.shown]
    if len(shown) < 2:
        return None
    low, high = (layers.spoken(row.value, indicator) for row in (shown[-1], shown[0]))
    text = f"{indicator.name}: Die Werte reichen von {low} ({shown[-1].area.name}) bis {high} ({shown[0].area.name})."
    bounded = any(row.value.lower is not None for row in shown)
    note = "Ob sich zwei Gebiete wirklich unterscheiden, zeigen ihre Spannen." if bounded else NO_INTERVAL
    return Sentence(text, DESCRIBED, note)


@in_german
def middle(indicator: Indicator, rows: Sequence[Row]) -> Sentence | None:
    """Between which values the middle half of the areas lies."""
    values = [row.value.value for row in rows if row.value.shown and row.value.value is not None]
    if len(values) < FEW:
        return None
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    ends = f"{draw.number(low, indicator.decimals)} und {draw.number(high, indicator.decimals, unit=indicator.unit)}"
    text = f"{indicator.name}: Bei der mittleren Hälfte der {len(values)} Gebiete liegt der Wert zwischen {ends}."
    return Sentence(text, DESCRIBED, "Je ein Viertel der Gebiete liegt darunter und darüber.")


@in_german
def within(indicator: Indicator, name: str, plural: str, low: float, high: float) -> Sentence:
    """In which larger area the values of its parts reach furthest."""
    ends = f"von {draw.number(low, indicator.decimals)} bis {draw.number(high, indicator.decimals, unit=indicator.unit)}"
    text = f"{indicator.name}: In {name} liegen die {plural} am weitesten auseinander, {ends}."
    return Sentence(text, DESCRIBED, "Ein Mittelwert für das größere Gebiet würde das verdecken.")


@in_german
def change_in_words(
    indicator: Indicator,
    comparator: str,
    benchmark: Value | None,
    rows: Sequence[Row],
    since: str,
    period: str,
) -> list[str]:
    """A map of changes in words: how many surely rose or fell, and where most; `indicator` is the base indicator."""
    base, indicator = indicator, changes.changed(indicator)
    span = f"Vom {periods.label(since)} bis {periods.label(period)}"
    counted, found = layers.sides(rows), []
    if benchmark is not None and benchmark.shown:
        figure = draw.number(benchmark.value or 0.0, indicator.decimals, unit=indicator.unit, sign=True)
        found.append(f"{span} hat sich „{base.name}“ in {comparator} um {figure} verändert.")
    if counted:
        found.append(
            f"Gesichert gestiegen: {counted['ueber']}, gesichert gesunken: {counted['unter']}, "
            f"ohne gesicherte Veränderung: {counted['gleich']} von {sum(counted.values())} Gebieten."
        )
    elif any(row.value.shown for row in rows):
        found.append(
            "Zu diesen Werten liegt kein Intervall vor: Ob eine Veränderung mehr als Zufall ist, lässt sich nicht prüfen."
        )
    shown = [row for row in rows if row.value.shown]
    up = [row for row in shown if (row.value.value or 0) > 0][:3]
    down = [row for row in shown if (row.value.value or 0) < 0][-3:][::-1]
    if up:
        found.append(f"Am stärksten gestiegen: {_signed(up, indicator)}.")
    if down:
        found.append(f"Am stärksten gesunken: {_signed(down, indicator)}.")
    return [*found, *_gaps(rows)] or [f"{span} lässt sich hier keine Veränderung berechnen."]


def _signed(rows: Sequence[Row], indicator: Indicator) -> str:
    figures = [
        draw.number(row.value.value or 0.0, indicator.decimals, unit=indicator.unit, sign=True)
        for row in rows
    ]
    return ", ".join(f"{row.area.name} ({figure})" for row, figure in zip(rows, figures, strict=True))


@in_german
def in_words(
    indicator: Indicator, comparator: str, benchmark: Value | None, rows: Sequence[Row], period: str
) -> list[str]:
    """The map in words: comparator, spread, extremes, what is not shown."""
    shown = [row for row in rows if row.value.shown]
    when = periods.label(period)
    sentences = []
    if benchmark is not None and benchmark.shown:
        sentences.append(f"{indicator.label}, {when}: {comparator} {layers.spoken(benchmark, indicator)}.")
    counted = layers.sides(rows)
    if counted:
        sentences.append(
            f"Gesichert darüber: {counted['ueber']}, gesichert darunter: {counted['unter']}, "
            f"nicht zu unterscheiden: {counted['gleich']} von {sum(counted.values())} Gebieten."
        )
    if shown:
        sentences.append(f"Höchste Werte: {_listed(shown[:3], indicator)}.")
        if len(shown) > 6:
            sentences.append(f"Niedrigste Werte: {_listed(shown[-3:][::-1], indicator)}.")
    sentences += _gaps(rows)
    return sentences or [f"Für {when} enthält die Freigabe hier keine Werte."]


def _listed(rows: Sequence[Row], indicator: Indicator) -> str:
    return ", ".join(f"{row.area.name} ({layers.spoken(row.value, indicator)})" for row in rows)


def _gaps(rows: Sequence[Row]) -> list[str]:
    words = {
        "suppressed": "gesperrt, weil einzelne Personen erkennbar sein könnten",
        "missing": "nicht geliefert",
        "not_meaningful": "nicht sinnvoll zu berechnen",
        "unreliable": "nur mit Vorsicht zu lesen, weil wenige Fälle dahinterstehen",
        "estimated": "geschätzt oder umgerechnet",
        "provisional": "vorläufig",
    }
    counted = layers.states(rows)
    return [
        f"{counted[status]} {'Gebiet ist' if counted[status] == 1 else 'Gebiete sind'} {word}."
        for status, word in words.items()
        if counted[status]
    ]


@in_german
def portrait(
    catalogue: Catalogue, name: str, latest: Sequence[tuple[Indicator, Value, Value | None]]
) -> list[Sentence]:
    """An area in a few sentences: people first, then what surely differs, then how much stays open.

    `latest` holds per headline indicator the newest value of the area and of the municipality.
    """
    people = [
        population(name, indicator, value) for indicator, value, _ in latest if is_population(indicator)
    ]
    judged = [item for item in latest if item[0].compares and item[0].polarity != "neutral"]
    told = [sentence for item in judged if (sentence := beside_town(catalogue.town.name, *item))]
    surely = [sentence for sentence in told if sentence.test == CERTAIN]
    undecided_count = len(told) - len(surely)
    rest = [_rest(undecided_count, catalogue.town.name, bool(surely))] if undecided_count else []
    return [*(sentence for sentence in people if sentence), *surely[:3], *rest]


def is_population(indicator: Indicator) -> bool:
    """The indicator that counts everybody living somewhere."""
    return indicator.kind == "count" and indicator.id.startswith(("einwohner", "bevoelkerung"))


@in_german
def population(name: str, indicator: Indicator, value: Value) -> Sentence | None:
    """How many people live in an area."""
    if not value.shown:
        return None
    text = f"In {name} leben {draw.whole(value.value or 0)} Menschen ({periods.label(value.period)})."
    return Sentence(text, COUNTED, indicator.definition)


@in_german
def beside_town(town: str, indicator: Indicator, value: Value, benchmark: Value | None) -> Sentence | None:
    """An area's value beside the municipality's of the same period."""
    if benchmark is None or not benchmark.shown:
        return None
    side = layers.side_of(value, benchmark.value)
    if not side:
        return None
    figures = f"{layers.spoken(value, indicator)}; {town} {layers.spoken(benchmark, indicator)}"
    words = {"ueber": "gesichert höher als", "unter": "gesichert niedriger als"}
    if side == "gleich":
        return Sentence(f"{indicator.name}: nicht von {town} zu unterscheiden ({figures}).", OPEN)
    return Sentence(f"{indicator.name}: {words[side]} in {town} insgesamt ({figures}).", CERTAIN)


@in_german
def among(indicator: Indicator, value: Value, spread: Spread | None) -> Sentence | None:
    """Where an area stands among all areas of its level; said without a test where no comparator allows one."""
    if spread is None or not value.shown or value.value is None or spread.areas < FEW:
        return None
    place = "unter" if value.value < spread.q25 else "über" if value.value > spread.q75 else "in"
    ends = f"{draw.number(spread.q25, indicator.decimals)} bis {draw.number(spread.q75, indicator.decimals, unit=indicator.unit)}"
    text = f"{indicator.name}: {layers.spoken(value, indicator)}, {place} der mittleren Hälfte aller {spread.areas} Gebiete ({ends})."
    return Sentence(text, DESCRIBED)


def _rest(count: int, town: str, more: bool) -> Sentence:
    further = "weiteren " if more else ""
    subject = f"einer {further}Kennzahl" if count == 1 else f"{count} {further}Kennzahlen"
    return Sentence(f"Bei {subject} lässt sich kein Unterschied zu {town} sichern.", OPEN)
