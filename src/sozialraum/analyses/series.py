"""Kinds of analyses about values of areas: development, smoothing, inequality between areas (Entwicklung, Glättung, Ungleichheit)."""

from __future__ import annotations

import numpy as np

from sozialraum.analyses.data import Data
from sozialraum.analyses.definition import Series, Slope, Smooth
from sozialraum.analyses.outcome import (
    HIGH,
    LIFTED,
    LOW,
    MIDDLE,
    Outcome,
    categories_map,
    figures_map,
    shown_period,
)
from sozialraum.analyses.places import known
from sozialraum.catalogue.model import Kind
from sozialraum.estimation.smoothing import global_bayes, local_bayes, pool_years
from sozialraum.indicators.inequality import slope
from sozialraum.indicators.trend import Direction, Point, assess
from sozialraum.products.draw.numbers import number

EACH = (Direction.RISING, Direction.FALLING, Direction.STEADY, Direction.UNEVEN, Direction.UNTESTABLE)


def trend(data: Data, wanted: Series) -> Outcome:
    """Whether an indicator rises or falls in each area."""
    indicator = data.indicator(data.analysis.indicator)
    series = data.series(indicator.id)
    rows, words = [], []
    for area in data.areas:
        table = series.get(area.code)
        points = [
            Point(*(row[name] for name in Point._fields))
            for row in (table.to_dict("records") if table is not None else ())
        ]
        found = assess(
            points,
            indicator.kind,
            per=indicator.per,
            polarity=indicator.polarity,
            relevant=wanted.relevant,
            breaks=wanted.breaks,
        )
        words.append(found.direction.label)
        rows.append(
            {
                "Gebiet": area.code, "Name": area.name, "Entwicklung": found.direction.label,
                "statistisch klar": "ja" if found.clear else "nein", "der Größe nach bedeutsam": "ja" if found.relevant else "nein",
                "Veränderung": known([found.change])[0], "untere Grenze": known([found.lower])[0],
                "obere Grenze": known([found.upper])[0], "von": found.first, "bis": found.last, "Zeitpunkte": found.points,
                "p": known([found.p])[0], "Grund": found.reason,
            }
        )  # fmt: skip
    colours = {
        Direction.RISING.label: (HIGH, "ok"), Direction.UNEVEN.label: (LIFTED, "ok"), Direction.STEADY.label: (MIDDLE, "ok"),
        Direction.FALLING.label: (LOW, "ok"), Direction.UNTESTABLE.label: ("qn", "not_meaningful"),
    }  # fmt: skip
    counted = {d.label: words.count(d.label) for d in EACH}
    told = ", ".join(f"{n} {label}" for label, n in counted.items() if n)
    return Outcome(
        f"{indicator.label}, Entwicklung in {len(rows)} Gebieten: {told}.",
        rows,
        "Trendtest für kurze Reihen",
        {"relevant": wanted.relevant, "breaks": list(wanted.breaks), "level": 0.95},
        notes=[
            "Jedes Gebiet ist für sich geprüft: Von 100 Gebieten ohne Entwicklung zeigen im Mittel fünf eine, die keine ist."
        ],
        period=", ".join((data.periods(indicator.id)[0], data.periods(indicator.id)[-1])),
        **categories_map(data, words, colours, f"{indicator.label}, Entwicklung"),
    )


def smoothing(data: Data, wanted: Smooth) -> Outcome:
    """Small numbers made steadier: towards the mean, towards the neighbours, or over years."""
    column = data.column(data.analysis.indicator)
    indicator = column.indicator
    if indicator.kind not in (Kind.SHARE, Kind.RATE) or np.isnan(column.numerator).all():
        raise data.refused(
            f"„{indicator.label}“ hat keine Fälle und keine Bevölkerung dazu; geglättet werden Anteile und Raten.",
            'Wählen Sie eine Kennzahl mit kind = "share" oder "rate".',
        )
    share = indicator.kind is Kind.SHARE
    per, unit = (100.0, "Prozent") if share else (indicator.per, indicator.unit or f"je {indicator.per:.0f}")
    hidden = np.isnan(column.value)
    x, n = (np.where(hidden, np.nan, part) for part in (column.numerator, column.denominator))
    title = f"{indicator.label}, {shown_period(column)}"
    if wanted.method == "pooled":
        names = data.periods(indicator.id)
        names = names[: names.index(column.period) + 1][-wanted.years :]
        if len(names) < 2:
            raise data.refused(
                "Es gibt nur einen Zeitraum; zusammenfassen lassen sich mehrere.",
                'Wählen Sie method = "global".',
            )
        years = [data.column(indicator.id, name) for name in names]
        pooled = pool_years(
            [np.where(np.isnan(y.value), np.nan, y.numerator) for y in years],
            [np.where(np.isnan(y.value), np.nan, y.denominator) for y in years],
            kind="share" if share else "rate",
            names=names,
        )
        figures, sentence, reason = known(per * pooled.value), pooled.sentence(), pooled.reason.tolist()
        more = [
            {"untere Grenze": a, "obere Grenze": b}
            for a, b in zip(known(per * pooled.lower), known(per * pooled.upper), strict=True)
        ]
        title = f"{indicator.label}, {names[0]} bis {names[-1]}"
    else:
        family = "binomial" if share else "poisson"
        found = (
            global_bayes(x, n, family=family)  # type: ignore[arg-type]
            if wanted.method == "global"
            else local_bayes(x, n, data.neighbours(wanted.contact).pairs, family=family)  # type: ignore[arg-type]
        )
        figures, sentence, reason = known(per * found.value), found.sentence(per, unit), found.reason.tolist()
        more = [
            {"Gewicht des eigenen Werts": w, "gezogen zu": p}
            for w, p in zip(known(found.weight), known(per * found.prior), strict=True)
        ]
    rows = [
        {"Gebiet": area.code, "Name": area.name, "roh": raw, "geglättet": figure, **extra, "Grund": why}
        for area, raw, figure, extra, why in zip(
            data.areas, known(column.value), figures, more, reason, strict=True
        )
    ]
    return Outcome(
        f"{title}: {sentence}",
        rows,
        {
            "global": "Empirisches Bayes-Verfahren (global)",
            "local": "Empirisches Bayes-Verfahren (Nachbarschaft)",
            "pooled": "Zusammengefasste Zeiträume",
        }[wanted.method],
        wanted.model_dump(),
        period=column.period,
        **figures_map(data, column, figures, title),
    )


def inequality(data: Data, wanted: Slope) -> Outcome:
    """How far the most and the least burdened parts of the population lie apart in an indicator."""
    column, burden = data.column(data.analysis.indicator), data.column(wanted.by)
    indicator = column.indicator
    if indicator.kind not in (Kind.SHARE, Kind.RATE):
        raise data.refused(
            f"„{indicator.label}“ hat keine Fälle und keine Bevölkerung dazu.",
            'Wählen Sie eine Kennzahl mit kind = "share" oder "rate".',
        )
    usable = ~(np.isnan(column.value) | np.isnan(column.numerator) | np.isnan(burden.value)) & (
        column.denominator > 0
    )
    if usable.sum() < 2 * wanted.groups:
        raise data.refused(
            f"Nur {int(usable.sum())} Gebiete haben beide Werte; für {wanted.groups} Gruppen sind {2 * wanted.groups} nötig.",
            "Wählen Sie weniger Gruppen (groups).",
        )
    at = np.flatnonzero(usable)
    at = at[np.argsort(-burden.value[at], kind="stable")]
    people = column.denominator[at]
    share = (np.cumsum(people) - people / 2) / people.sum()
    group = np.minimum((share * wanted.groups).astype(int), wanted.groups - 1)
    x, n = (
        np.bincount(group, weights=part[at], minlength=wanted.groups)
        for part in (column.numerator, column.denominator)
    )
    if (n == 0).any() or (x == 0).any() or (x == n).any():
        raise data.refused(
            "Eine der Gruppen ist leer oder hat keinen einzigen Fall.", "Wählen Sie weniger Gruppen (groups)."
        )
    p = x / n
    share_kind = indicator.kind is Kind.SHARE
    error = 1 / np.sqrt(n * p * (1 - p)) if share_kind else 1 / np.sqrt(x)
    found = slope(p, error, n, scale="logit" if share_kind else "log")
    per = 100.0 if share_kind else indicator.per
    rows = [
        {
            "Gruppe": k + 1,
            "Gebiete": int(np.sum(group == k)),
            "Bevölkerung": n[k],
            "Fälle": x[k],
            "Wert": per * p[k],
        }
        for k in range(wanted.groups)
    ]
    gap, low, high = (per * float(part) for part in (found.sii, found.sii_lower, found.sii_upper))
    decimals, unit = indicator.decimals, indicator.unit
    what = "nicht von null zu unterscheiden" if low <= 0 <= high else "höher" if gap < 0 else "niedriger"
    size = f"{number(abs(gap), decimals, unit='Prozentpunkte' if share_kind else unit)}"
    told = (
        f"der Unterschied zwischen dem am stärksten und dem am wenigsten belasteten Ende der Bevölkerung ist {what}"
        if what.startswith("nicht")
        else f"am stärker belasteten Ende der Bevölkerung um {size} {what} als am anderen"
    )
    names = ["keine Angabe"] * len(data.areas)
    for k, place in zip(group, at, strict=True):
        names[place] = f"Gruppe {k + 1}"
    facts = {
        "Steigungsindex (SII)": f"{number(gap, decimals)} ({number(low, decimals)} bis {number(high, decimals)})",
        "Relativer Index (RII)": f"{number(float(found.rii), 2)} ({number(float(found.rii_lower), 2)} bis {number(float(found.rii_upper), 2)})"
        if not found.reason
        else str(found.reason),
    }
    return Outcome(
        f"{indicator.label}, {shown_period(column)}, nach {burden.indicator.label}: {told}.",
        rows,
        "Steigungsindex der Ungleichheit über Gruppen gleicher Bevölkerung",
        {**wanted.model_dump(), "level": 0.95},
        period=column.period,
        facts=facts,
        notes=[f"{int(np.sum(~usable))} Gebiete ohne beide Werte sind nicht dabei."]
        if not usable.all()
        else [],
        **figures_map(data, column, known(column.value), f"{indicator.label}, {shown_period(column)}"),
    )
