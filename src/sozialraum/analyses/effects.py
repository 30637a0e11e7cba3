"""Kinds of analyses about effects and about chance among areas: observed development, synthetic control, funnel (Wirkung, Trichter)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sozialraum import periods
from sozialraum.analyses.data import Column, Data, Floats
from sozialraum.analyses.definition import Control, Funnel, Start
from sozialraum.analyses.outcome import (
    HIGH,
    LIFTED,
    LOW,
    LOWERED,
    MIDDLE,
    Outcome,
    categories_map,
    figures_map,
    shown_period,
)
from sozialraum.analyses.places import known
from sozialraum.catalogue.model import Kind
from sozialraum.effects import difference_in_differences
from sozialraum.effects.synthetic_control import placebo_test
from sozialraum.effects.words import NO_CAUSE
from sozialraum.indicators.funnel import ALARM, WARNING, dispersion, outside, proportion_limits, rate_limits
from sozialraum.products.draw.numbers import number
from sozialraum.tables import Status

POINTS = "Prozentpunkte"


def development(data: Data, wanted: Start) -> Outcome:
    """The areas of a measure beside the others: how much more they changed since it began."""
    columns, before = _panel(data, wanted)
    table = _table(columns)
    chosen = _chosen(data, wanted.areas)
    others = _chosen(data, wanted.controls) if wanted.controls else ~chosen
    found = difference_in_differences.estimate(table[chosen], table[others & ~chosen], before)
    unit = _unit(columns[0])
    change = table[:, before:].mean(axis=1) - table[:, :before].mean(axis=1)
    rows = [
        {
            "Gebiet": area.code, "Name": area.name, "Gruppe": "Maßnahme" if own else "Vergleich" if other else "nicht dabei",
            "Mittel davor": known([one[:before].mean()])[0], "Mittel danach": known([one[before:].mean()])[0],
            "Änderung": known([moved])[0],
        }
        for area, own, other, one, moved in zip(data.areas, chosen, others, table, change, strict=True)
    ]  # fmt: skip
    label = columns[0].indicator.label
    notes = [NO_CAUSE]
    if found.left_out:
        notes.append(f"{found.left_out} Gebiete ohne Werte für alle Zeiträume sind nicht dabei.")
    return Outcome(
        f"{label}: {found.sentence(unit)}",
        rows,
        "Differenz der Differenzen, Gebiete als unabhängige Einheiten",
        {**wanted.model_dump(), "level": found.level},
        notes=notes,
        period=", ".join((columns[0].period, columns[-1].period)),
        **figures_map(
            data, columns[-1], known(change), f"{label}, Änderung seit {periods.label(wanted.start)}"
        ),
    )


def synthetic_control(data: Data, wanted: Control) -> Outcome:
    """One area beside the mixture of others that was like it before."""
    columns, before = _panel(data, wanted)
    table = _table(columns)
    (own,) = np.flatnonzero(_chosen(data, (wanted.area,)))
    full = np.asarray(np.isfinite(table).all(axis=1), dtype=np.bool_)
    if not full[own] or full.sum() < 4:
        raise data.refused(
            f"Für „{columns[0].indicator.label}“ haben zu wenige Gebiete Werte in allen {len(columns)} Zeiträumen, oder das Gebiet selbst hat Lücken.",
            "Wählen Sie eine höhere Ebene (level) oder eine andere Kennzahl.",
        )
    there = np.flatnonzero(full)
    found = placebo_test(table[there], int(np.searchsorted(there, own)), before, seed=data.analysis.seed)
    weights, effects = np.full(len(table), np.nan), np.full(len(table), np.nan)
    weights[there], effects[there] = found.fit.weights, found.effects
    rows = [
        {
            "Gebiet": area.code, "Name": area.name, "Gewicht in der Mischung": known([weight])[0],
            "Abweichung danach": known([effect])[0],
        }
        for area, weight, effect in zip(data.areas, weights, effects, strict=True)
    ]  # fmt: skip
    label = columns[0].indicator.label
    names = ["Gebiet" if at == own else "in der Mischung" if weight > 0.005 else "nicht in der Mischung" for at, weight in enumerate(weights)]  # fmt: skip
    colours = {
        "Gebiet": (HIGH, "ok"),
        "in der Mischung": (MIDDLE, "ok"),
        "nicht in der Mischung": (LOW, "ok"),
    }
    facts = {
        "Abstand davor (Wurzel des mittleren Quadrats)": number(np.sqrt(found.fit.pre_mspe), 2),
        "Abstand danach": number(np.sqrt(found.fit.post_mspe), 2),
    }
    return Outcome(
        f"{label}, {data.areas[own].name}: {found.sentence(_unit(columns[0]))}",
        rows,
        "synthetische Vergleichsgruppe mit Placebo-Prüfung, Jahre davor als Merkmale",
        {**wanted.model_dump(), "level": found.level},
        notes=[NO_CAUSE],
        facts=facts,
        period=", ".join((columns[0].period, columns[-1].period)),
        **categories_map(data, names, colours, f"{label}, Mischung für {data.areas[own].name}"),
    )


def funnel(data: Data, wanted: Funnel) -> Outcome:
    """Which areas lie further from the common value than chance explains at their size."""
    column = data.column(data.analysis.indicator)
    indicator = column.indicator
    if indicator.kind not in (Kind.SHARE, Kind.RATE) or np.isnan(column.numerator).all():
        raise data.refused(
            f"„{indicator.label}“ hat keine Fälle und keine Bevölkerung dazu.",
            'Wählen Sie eine Kennzahl mit kind = "share" oder "rate".',
        )
    usable = np.isfinite(column.numerator) & (np.nan_to_num(column.denominator) > 0)
    x, n = column.numerator[usable], column.denominator[usable]
    common = wanted.target / indicator.per if wanted.target else float(x.sum() / n.sum())
    make = proportion_limits if indicator.kind is Kind.SHARE else rate_limits
    warning, alarm = make(common, n, WARNING), make(common, n, ALARM)
    spread = np.sqrt(common * ((1 - common) if indicator.kind is Kind.SHARE else 1) / n)
    factor = dispersion((x / n - common) / spread) if common > 0 else float("nan")
    place = np.zeros(len(data.areas), dtype=int)
    place[usable] = outside(x / n, warning, alarm)
    ends = np.full((4, len(data.areas)), np.nan)
    ends[:, usable] = np.array([*warning, *alarm]) * indicator.per
    words = [_WHERE[int(at)] if there else "keine Angabe" for at, there in zip(place, usable, strict=True)]
    rows = [
        {
            "Gebiet": area.code, "Name": area.name, "Wert": known([value])[0], "untere 95 %": known([low])[0],
            "obere 95 %": known([high])[0], "untere 99,8 %": known([bottom])[0], "obere 99,8 %": known([top])[0], "Lage": word,
        }
        for area, value, low, high, bottom, top, word in zip(data.areas, column.value, *ends, words, strict=True)
    ]  # fmt: skip
    colours = {
        _WHERE[2]: (HIGH, "ok"), _WHERE[1]: (LIFTED, "ok"), _WHERE[0]: (MIDDLE, "ok"), _WHERE[-1]: (LOWERED, "ok"),
        _WHERE[-2]: (LOW, "ok"), "keine Angabe": ("qn", str(Status.NOT_MEANINGFUL)),
    }  # fmt: skip
    far = int(np.sum(np.abs(place) == 2))
    told = f"{far} von {int(usable.sum())} Gebieten liegen weiter vom gemeinsamen Wert ({number(common * indicator.per, indicator.decimals)}) entfernt, als es der Zufall bei ihrer Größe erklärt"
    notes = (
        ["Die Gebiete unterscheiden sich insgesamt viel stärker als durch Zufall: Der Trichter sagt dann nur, dass es Unterschiede gibt."]
        if factor > 2
        else []
    )  # fmt: skip
    return Outcome(
        f"{indicator.label}, {shown_period(column)}: {told}.",
        rows,
        "Trichtergrenzen zu 95 und 99,8 Prozent",
        {**wanted.model_dump(), "baseline": common},
        facts={"Streuung (1 = Zufall)": number(factor, 1)} if np.isfinite(factor) else {},
        notes=notes,
        period=column.period,
        **categories_map(data, words, colours, f"{indicator.label}, {shown_period(column)}, Trichter"),
    )


_WHERE = {
    2: "weit darüber (99,8 %)",
    1: "darüber (95 %)",
    0: "im Bereich des Zufalls",
    -1: "darunter (95 %)",
    -2: "weit darunter (99,8 %)",
}


def _panel(data: Data, wanted: Start | Control) -> tuple[list[Column], int]:
    """The indicator in all periods that are before or after the start, oldest first, and how many are before."""
    name = data.analysis.indicator
    try:
        begin = periods.parse(wanted.start).start
    except ValueError as error:
        raise data.refused(
            f"„{wanted.start}“ ist kein Zeitraum.", "Schreiben Sie zum Beispiel start = „2022“."
        ) from error
    spans = [periods.parse(text) for text in data.periods(name)]
    before = [span.text for span in spans if span.end < begin]
    after = [span.text for span in spans if span.start >= begin]
    if not before or not after:
        raise data.refused(
            f"Vor oder nach {periods.label(wanted.start)} gibt es keine Werte von „{name}“.",
            f"Vorhanden: {', '.join(span.text for span in spans)}.",
        )
    columns = [data.column(name, period) for period in (*before, *after)]
    return columns, len(before)


def _table(columns: Sequence[Column]) -> Floats:
    """Areas × periods; converted and estimated values count as missing."""
    parts = [
        np.where([state == Status.ESTIMATED for state in column.status], np.nan, column.value)
        for column in columns
    ]
    return np.column_stack(parts)


def _chosen(data: Data, codes: Sequence[str]) -> np.ndarray:
    there = [area.code for area in data.areas]
    strange = sorted(set(codes) - set(there))
    if strange:
        raise data.refused(
            f"Diese Gebiete gibt es auf der Ebene „{data.level}“ nicht: {', '.join(strange)}.",
            "Nennen Sie Schlüssel dieser Ebene oder ändern Sie „level“.",
        )
    return np.isin(there, list(codes))


def _unit(column: Column) -> str:
    return POINTS if column.indicator.kind is Kind.SHARE else column.indicator.unit
