"""Kinds of analyses about places: patterns, hot spots, segregation, types, similar areas (räumliche Analysen)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sozialraum.analyses.data import Column, Data
from sozialraum.analyses.definition import HotSpots, Likeness, Pattern, Segregated, Types
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
from sozialraum.catalogue.model import Kind
from sozialraum.products.draw.numbers import number
from sozialraum.spatial import autocorrelation, local, segregation, segregation_change, similar
from sozialraum.spatial.local import Cluster
from sozialraum.spatial.neighbours import Neighbours
from sozialraum.spatial.typology import typology

Words = dict[str, tuple[str, str]]

TYPE_COLOURS = ("b31", "b33", "nv5", "nv1", "b42", "nv4", "b12", "b43")


def known(figures: Sequence[float] | np.ndarray[Any, Any]) -> list[float | None]:
    """Figures for a table or map: None where there is none."""
    return [None if np.isnan(one) else float(one) for one in figures]


def moran(data: Data, wanted: Pattern) -> Outcome:
    """Moran's I of one indicator."""
    column, beside = data.column(data.analysis.indicator), data.neighbours(wanted.contact)
    options: dict[str, Any] = {"permutations": wanted.permutations, "seed": data.analysis.seed}
    found = (
        autocorrelation.moran_of_rates(*_counts(data, column), beside, **options)
        if wanted.rates
        else autocorrelation.moran(column.value, beside, **options)
    )
    title = f"{column.indicator.label}, {shown_period(column)}"
    row = {
        "Maß": "Morans I", "Wert": found.statistic, "erwartet bei Zufall": found.expected, "Varianz": found.variance, "z": found.z,
        "p (Normalverteilung)": found.p, "p (Permutation)": found.p_permutation, "Gebiete": found.areas,
        "ohne Wert": len(found.missing), "ohne Nachbargebiete": len(found.islands), "Grund": found.reason,
    }  # fmt: skip
    return Outcome(
        f"{title}: {found.sentence()}",
        [row],
        "Morans I" + (" nach Assunção und Reis" if wanted.rates else ""),
        {**found.parameters, "contact": wanted.contact},
        notes=_map_notes(beside, data),
        period=column.period,
        **figures_map(data, column, known(column.value), title),
    )


def hot_spots(data: Data, wanted: HotSpots) -> Outcome:
    """Local Moran or Getis–Ord Gi* of one indicator."""
    column, beside = data.column(data.analysis.indicator), data.neighbours(wanted.contact)
    method = local.lisa if wanted.statistic == "lisa" else local.getis_ord
    found = method(
        column.value,
        beside,
        permutations=wanted.permutations,
        seed=data.analysis.seed,
        correction=wanted.correction,
        level=wanted.level,
    )
    title = f"{column.indicator.label}, {shown_period(column)}"
    colours: Words = {
        Cluster.HIGH: (HIGH, "ok"), Cluster.HOT: (HIGH, "ok"), Cluster.HIGH_IN_LOW: (LIFTED, "ok"), Cluster.NONE: (MIDDLE, "ok"),
        Cluster.LOW_IN_HIGH: (LOWERED, "ok"), Cluster.LOW: (LOW, "ok"), Cluster.COLD: (LOW, "ok"),
        Cluster.UNKNOWN: ("qn", "not_meaningful"),
    }  # fmt: skip
    rows = [
        {
            "Gebiet": area.code, "Name": area.name, "Wert": value, "Mittel der Nachbargebiete": lag, "Ergebnis": cluster,
            "Statistik": statistic, "z": z, "p": p, "q": q, "Grund": reason,
        }
        for area, value, lag, cluster, statistic, z, p, q, reason in zip(
            data.areas, known(column.value), known(found.lag), found.cluster.tolist(), known(found.value), known(found.z),
            known(found.p_permutation if wanted.permutations else found.p), known(found.q), found.reason.tolist(), strict=True,
        )
    ]  # fmt: skip
    return Outcome(
        f"{title}: {found.sentence()}",
        rows,
        "Lokales Moran-Maß (LISA)" if wanted.statistic == "lisa" else "Getis-Ord Gi*",
        {**found.parameters, "contact": wanted.contact},
        notes=_map_notes(beside, data),
        period=column.period,
        **categories_map(data, found.cluster.tolist(), colours, title),
    )


def segregated(data: Data, wanted: Segregated) -> Outcome:
    """How unevenly those whom a share counts are spread over the areas, and what changed since another period."""
    column = data.column(data.analysis.indicator)
    beside = data.neighbours(wanted.contact)
    counts, there = _two_groups(data, column)
    inner = beside.among(there)
    raw, seed = segregation.bootstrap, data.analysis.seed
    rows: list[dict[str, Any]] = []
    for name, index in (("Dissimilarität D", "D"), ("Theils H", "H"), ("Wechselseitige Information M", "M")):
        one = raw(counts, index=index, replicates=wanted.replicates, seed=seed)
        rows.append(
            _measure(name, one.value, one.lower, one.upper, roh=one.raw, zufall=one.random, grund=one.reason)
        )
    contact = segregation.exposure(counts)
    near = segregation.spatial_exposure(counts, inner)
    for name, value in (
        ("Isolation", contact[0, 0]),
        ("Kontakt zur übrigen Bevölkerung", contact[0, 1]),
        ("Isolation mit Nachbargebieten", near[0, 0]),
        (
            "Dissimilarität mit Nachbargebieten (Morrill)",
            segregation.spatial_dissimilarity(counts[:, 0], counts[:, 1], inner).value,
        ),
        ("Theils H mit Nachbargebieten", segregation.spatial_theil(counts, inner).value),
    ):
        rows.append(_measure(name, float(value)))
    above = data.geography.levels[[level.id for level in data.geography.levels].index(data.level) + 1]
    parents = [p for p, inside in zip(data.parents(), there, strict=True) if inside]
    codes = [a.code for a, inside in zip(data.areas, there, strict=True) if inside]
    if len(set(parents)) > 1:
        for part in segregation.nested(
            counts, {above.plural: parents, data.geography.level(data.level).plural: codes}
        ):
            rows.append(_measure(f"Anteil von M zwischen: {part.name}", part.share))
    notes = [*_map_notes(beside, data), *_left_out(data, there)]
    if wanted.compare:
        rows += _changed(data, wanted, counts, codes)
    d = rows[0]
    title = f"{column.indicator.label}, {shown_period(column)}"
    told = (
        f"{title}: {number(100 * d['Wert'], 1)} von 100 Personen der Gruppe müssten umziehen, damit sie überall den gleichen Anteil hätten "
        f"(D = {number(d['Wert'], 3)}, 95-Prozent-Bereich {number(d['untere Grenze'], 3)} bis {number(d['obere Grenze'], 3)}, um Zufall bereinigt)."
        if not d["Grund"]
        else f"{title}: kein Ergebnis: {d['Grund']}."
    )
    return Outcome(
        told,
        rows,
        "Segregationsmaße mit Bereinigung durch Wiederholungsziehung",
        {
            "replicates": wanted.replicates,
            "level": 0.95,
            "seed": seed,
            "contact": wanted.contact,
            "compare": wanted.compare,
        },
        notes=notes,
        period=column.period,
        **figures_map(data, column, known(column.value), title),
    )


def _measure(
    name: str, value: float, lower: float = np.nan, upper: float = np.nan, **more: Any
) -> dict[str, Any]:
    return {
        "Maß": name,
        "Wert": value,
        "untere Grenze": lower,
        "obere Grenze": upper,
        "wie gezählt": more.get("roh", np.nan),
        "allein durch Zufall": more.get("zufall", np.nan),
        "Grund": more.get("grund", ""),
    }


def _changed(
    data: Data, wanted: Segregated, counts: np.ndarray[Any, Any], codes: list[str]
) -> list[dict[str, Any]]:
    before, there = _two_groups(data, data.column(data.analysis.indicator, wanted.compare))
    old = [a.code for a, inside in zip(data.areas, there, strict=True) if inside]
    found = segregation_change.decompose(before, counts, old, codes)
    words = {
        "difference": "Veränderung von M", "additions": "davon: neue Gebiete", "removals": "davon: weggefallene Gebiete",
        "unit_marginal": "davon: Größe der Gebiete", "group_marginal": "davon: Größe der Gruppe", "structural": "davon: Verteilung selbst",
    }  # fmt: skip
    return [_measure(f"{word} seit {wanted.compare}", getattr(found, part)) for part, word in words.items()]


def types(data: Data, wanted: Types) -> Outcome:
    """Types of areas by several indicators."""
    columns = _columns(data)
    table = np.column_stack([column.value for column in columns])
    found = typology(
        table, wanted.types, method=wanted.method, resamples=wanted.resamples, seed=data.analysis.seed
    )
    words = [f"Typ {at}" if at else "kein Typ" for at in found.type]
    colours: Words = {f"Typ {k + 1}": (TYPE_COLOURS[k], "ok") for k in range(wanted.types)}
    colours["kein Typ"] = ("qn", "missing")
    rows = [
        {
            "Gebiet": area.code,
            "Name": area.name,
            "Typ": int(found.type[at]) or None,
            "Zugehörigkeit (Silhouette)": known(found.silhouette)[at],
            **{c.indicator.label: known(c.value)[at] for c in columns},
            "Grund": str(found.reason[at]),
        }
        for at, area in enumerate(data.areas)
    ]
    facts = {
        f"Typ {k + 1} ({found.size[k]} Gebiete, Stabilität {number(found.stability[k], 2) if not np.isnan(found.stability[k]) else 'nicht gerechnet'})": "; ".join(
            f"{c.indicator.label} {number(found.centre[k, j], c.indicator.decimals, unit=c.indicator.unit)}"
            for j, c in enumerate(columns)
        )
        for k in range(wanted.types)
    }
    return Outcome(
        found.sentence(),
        rows,
        {"kmeans": "k-Means", "ward": "Verfahren von Ward", "mixture": "Gauß-Mischung"}[wanted.method]
        + " auf standardisierten Kennzahlen",
        {**found.parameters, "method": wanted.method, "agreement": found.agreement},
        notes=[f"Überall gleich und darum ohne Wirkung: {columns[k].indicator.label}." for k in found.unused],
        period=", ".join(dict.fromkeys(c.period for c in columns)),
        facts=facts,
        **categories_map(data, words, colours, data.analysis.label),
    )


def similar_areas(data: Data, wanted: Likeness) -> Outcome:
    """Areas like one area, and why."""
    codes = [area.code for area in data.areas]
    if wanted.area not in codes:
        raise data.refused(
            f"Das Gebiet „{wanted.area}“ gibt es auf der Ebene „{data.level}“ nicht.",
            "Prüfen Sie den Schlüssel unter [….parameters] area.",
        )
    at, columns = codes.index(wanted.area), _columns(data)
    table, labels = np.column_stack([c.value for c in columns]), [c.indicator.label for c in columns]
    if wanted.method == "tolerances":
        if len(wanted.tolerances) not in (1, len(columns)):
            raise data.refused(
                f"Zu {len(columns)} Kennzahlen gehören {len(columns)} Toleranzen oder eine für alle; angegeben sind {len(wanted.tolerances)}.",
                "Ergänzen Sie „tolerances“.",
            )
        found = similar.by_tolerances(
            table, at, np.array(wanted.tolerances), allowed=wanted.allowed, number=wanted.number
        )
    else:
        found = similar.by_distance(table, at, number=wanted.number, scale=wanted.scale)
    rows = [
        {
            "Rang": place,
            "Gebiet": codes[one.area],
            "Name": data.names[one.area],
            "Abstand": one.distance,
            "gemeinsame Kennzahlen": one.shared,
            "warum": similar.why(one, labels),
            **{label: known(table[one.area])[j] for j, label in enumerate(labels)},
        }
        for place, one in enumerate(found.matches, start=1)
    ]
    like = {one.area for one in found.matches}
    words = [
        "gefragtes Gebiet"
        if k == at
        else "ähnlich"
        if k in like
        else "nicht vergleichbar"
        if k in found.left_out
        else "andere"
        for k in range(len(codes))
    ]
    colours: Words = {
        "gefragtes Gebiet": (HIGH, "ok"),
        "ähnlich": (LIFTED, "ok"),
        "andere": (MIDDLE, "ok"),
        "nicht vergleichbar": ("qn", "missing"),
    }
    told = (
        f"{data.names[at]} ist am ähnlichsten: {', '.join(str(row['Name']) for row in rows)}. {rows[0]['Name']}: {rows[0]['warum']}."
        if rows
        else f"Zu {data.names[at]} gibt es kein ähnliches Gebiet: {found.reason}."
    )
    left = [data.names[k] for k in found.left_out]
    return Outcome(
        told,
        rows,
        "Abstand standardisierter Kennzahlen" if wanted.method == "distance" else "Toleranzen je Kennzahl",
        wanted.model_dump(),
        notes=[f"Nicht vergleichbar, weil Werte fehlen: {', '.join(left)}."] if left else [],
        period=", ".join(dict.fromkeys(c.period for c in columns)),
        **categories_map(data, words, colours, data.analysis.label),
    )


def _columns(data: Data) -> list[Column]:
    if not data.analysis.indicators:
        raise data.refused("Es fehlen die Kennzahlen.", 'Ergänzen Sie indicators = ["…", "…"].')
    return [data.column(name) for name in data.analysis.indicators]


def _counts(data: Data, column: Column) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Numerator and denominator, both NaN where one of them is."""
    x, n = column.numerator, column.denominator
    bad = np.isnan(x) | np.isnan(n) | np.isnan(column.value)
    if bad.all():
        raise data.refused(
            f"Die Kennzahl „{column.indicator.id}“ hat keine Zähler und Nenner.",
            "Wählen Sie einen Anteil oder eine Rate.",
        )
    return np.where(bad, np.nan, x), np.where(bad, np.nan, n)


def _two_groups(
    data: Data, column: Column
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, np.dtype[np.bool_]]]:
    if column.indicator.kind is not Kind.SHARE:
        raise data.refused(
            f"„{column.indicator.label}“ ist kein Anteil; Segregation braucht zwei Gruppen, die zusammen alle sind.",
            'Wählen Sie eine Kennzahl mit kind = "share".',
        )
    x, n = _counts(data, column)
    there = ~np.isnan(x)
    return np.column_stack([x[there], n[there] - x[there]]).round(), there


def _left_out(data: Data, there: np.ndarray[Any, np.dtype[np.bool_]]) -> list[str]:
    out = [name for name, inside in zip(data.names, there, strict=True) if not inside]
    return [f"Nicht dabei, weil Zahlen fehlen oder gesperrt sind: {', '.join(out)}."] if out else []


def _map_notes(beside: Neighbours, data: Data) -> list[str]:
    alone = [data.names[k] for k in beside.islands]
    parts = len(set(beside.parts.tolist())) - len(alone)
    notes = [f"Ohne Nachbargebiete: {', '.join(alone)}."] if alone else []
    return [*notes, f"Die Karte zerfällt in {parts} Teile, die sich nicht berühren."] if parts > 1 else notes
