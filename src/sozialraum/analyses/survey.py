"""Kinds of analyses from a household survey: poverty measures, and an at-risk-of-poverty rate per small area (Haushaltsbefragung)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.analyses.data import Column, Data
from sozialraum.analyses.definition import SmallAreas, Survey
from sozialraum.analyses.outcome import HIGH, LIFTED, MIDDLE, Key, Outcome, categories_map, figures_map
from sozialraum.analyses.places import known
from sozialraum.errors import Finding, SozialraumError
from sozialraum.estimation.fay_herriot import benchmark, effective_sizes, fit
from sozialraum.estimation.microdata import modified_oecd
from sozialraum.estimation.poverty import RATE, estimate
from sozialraum.estimation.precision import Precision, classify, coefficient_of_variation
from sozialraum.products.draw.numbers import number

Floats = NDArray[np.float64]

WORDS = {
    "rate": ("Armutsgefährdungsquote (%)", 100.0),
    "threshold": ("Armutsgefährdungsschwelle (Euro)", 1.0),
    "gap": ("Armutslücke (%)", 100.0),
    "s80_s20": ("S80/S20", 1.0),
    "gini": ("Gini-Koeffizient (%)", 100.0),
}
# How a map shows what may be done with an estimate.
PATTERNS = {
    Precision.RELIABLE: "ok",
    Precision.CAUTION: "unreliable",
    Precision.NOT_PUBLISHED: "not_meaningful",
    Precision.UNKNOWN: "missing",
}


class Households(NamedTuple):
    """The survey, one entry per household: area key, equivalised income (NaN = refused), weight of its persons, stratum."""

    area: NDArray[np.str_]
    income: Floats
    weight: Floats
    stratum: NDArray[np.str_]


def households(data: Data, wanted: Survey) -> Households:
    """Read the survey; raises SozialraumError with every row that cannot be used."""
    table = _table(data, wanted)
    findings: list[Finding] = []
    numbers = {
        name: _numbers(table, column, wanted, findings, gaps=name == "income")
        for name, column in (
            ("weight", wanted.weight),
            ("adults", wanted.adults),
            ("children", wanted.children),
            ("income", wanted.income),
        )
    }
    for name, column in (("weight", wanted.weight), ("adults", wanted.adults), ("children", wanted.children)):
        for at in np.flatnonzero(numbers[name] < 0)[:10]:
            findings.append(
                Finding(
                    "Die Zahl ist negativ.",
                    "Berichtigen Sie die Befragungsdatei.",
                    file=wanted.file,
                    row=int(at) + 2,
                    column=column,
                )
            )
    persons = numbers["adults"] + numbers["children"]
    for at in np.flatnonzero(persons <= 0)[:10]:
        findings.append(
            Finding(
                "Der Haushalt hat keine Personen.",
                "Berichtigen Sie die Befragungsdatei.",
                file=wanted.file,
                row=int(at) + 2,
                column=wanted.adults,
            )
        )
    area = _areas(data, table, wanted, findings)
    if findings:
        raise SozialraumError(findings)
    scale = modified_oecd(numbers["adults"], numbers["children"])
    stratum = (
        table[wanted.stratum].astype(str).to_numpy(dtype=np.str_)
        if wanted.stratum
        else np.full(len(table), "")
    )
    factor = 12.0 if wanted.per == "month" else 1.0
    return Households(area, factor * numbers["income"] / scale, numbers["weight"] * persons, stratum)


def _table(data: Data, wanted: Survey) -> pd.DataFrame:
    folder = data.municipality.folder.resolve()
    path = (folder / wanted.file).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise data.refused(
            f"Die Datei „{wanted.file}“ gibt es nicht im Ordner der Kommune.", "Prüfen Sie „file“."
        )
    try:
        table = pd.read_csv(
            path, sep=wanted.separator, encoding=wanted.encoding, dtype=str, keep_default_na=False
        )
    except (ValueError, UnicodeDecodeError, LookupError) as error:
        raise data.refused(
            f"Die Datei „{wanted.file}“ ist nicht lesbar ({type(error).__name__}).",
            "Prüfen Sie separator und encoding.",
        ) from error
    asked = (
        wanted.area,
        wanted.weight,
        wanted.adults,
        wanted.children,
        wanted.income,
        *([wanted.stratum] if wanted.stratum else []),
    )
    missing = [name for name in asked if name not in table.columns]
    if missing:
        raise data.refused(
            f"In „{wanted.file}“ fehlt die Spalte {', '.join(f'„{name}“' for name in missing)}.",
            f"Vorhanden: {', '.join(table.columns)}.",
        )
    if table.empty:
        raise data.refused(f"In „{wanted.file}“ steht kein Haushalt.", "Prüfen Sie die Datei.")
    return table


def _numbers(
    table: pd.DataFrame, column: str, wanted: Survey, findings: list[Finding], *, gaps: bool
) -> Floats:
    text = table[column].str.strip()
    if wanted.decimal == ",":
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    value = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
    value = np.where(np.isfinite(value), value, np.nan)
    if not gaps:
        for at in np.flatnonzero(np.isnan(value))[:10]:
            findings.append(
                Finding(
                    "Das ist keine Zahl.", "Berichtigen Sie die Befragungsdatei.", file=wanted.file, row=int(at) + 2, column=column,
                    value=str(table[column].iloc[at]),
                )
            )  # fmt: skip
    elif np.isnan(value).all():
        findings.append(
            Finding(
                "Kein Haushalt nennt ein Einkommen.",
                "Prüfen Sie „income“ und „decimal“.",
                file=wanted.file,
                column=column,
            )
        )
    return value


def _areas(data: Data, table: pd.DataFrame, wanted: Survey, findings: list[Finding]) -> NDArray[np.str_]:
    codes = {area.code for area in data.areas}
    found = {}
    for text in table[wanted.area].str.strip().unique():
        named = data.geography.codes_named(data.level, text)
        if text in codes:
            found[text] = text
        elif len(named) == 1:
            found[text] = named[0]
        else:
            findings.append(
                Finding(
                    f"Das Gebiet gibt es auf der Ebene „{data.level}“ nicht.", "Prüfen Sie „area“ und „level“ der Analyse.",
                    file=wanted.file, column=wanted.area, value=text,
                )
            )  # fmt: skip
    return table[wanted.area].str.strip().map(found).fillna("").to_numpy(dtype=np.str_)


def poverty(data: Data, wanted: Survey) -> Outcome:
    """Five measures of poverty and inequality, for all and by area."""
    sample = households(data, wanted)
    found = _estimated(sample, wanted, data.analysis.seed)
    names = {area.code: area.name for area in data.areas}
    rows = []
    for row in found.rows():
        label, per = WORDS[row["measure"]]
        rows.append(
            {
                "Gebiet": row["group"], "Name": names.get(row["group"], data.municipality.name), "Maß": label,
                "Wert": per * row["value"], "Standardfehler": per * row["standard_error"], "untere Grenze": per * row["lower"],
                "obere Grenze": per * row["upper"], "Haushalte": row["records"], "Grund": row["reason"],
            }
        )  # fmt: skip
    rate, gini = found.column("rate")[0], found.column("gini")[0]
    words, colours = _asked(data, found.groups, found.records)
    return Outcome(
        f"{number(100 * rate, 1)} Prozent der Menschen in {data.municipality.name} sind nach dieser Befragung armutsgefährdet; die Schwelle "
        f"liegt bei {number(found.column('threshold')[0], 0)} Euro im Jahr, der Gini-Koeffizient bei {number(100 * gini, 1)}.",
        rows,
        "Maße nach Eurostat mit linearisierter Varianz",
        {**found.parameters, **wanted.model_dump()},
        notes=[_refused_incomes(sample)],
        **categories_map(data, words, colours, "Wo befragt wurde"),
    )


def _asked(
    data: Data, groups: tuple[str, ...], records: NDArray[np.intp]
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    asked = dict(zip(groups, records, strict=True))
    words = [
        "niemand befragt"
        if not asked.get(a.code)
        else "unter 30 Haushalte"
        if asked[a.code] < 30
        else "30 Haushalte und mehr"
        for a in data.areas
    ]
    return words, {
        "30 Haushalte und mehr": (HIGH, "ok"),
        "unter 30 Haushalte": (LIFTED, "ok"),
        "niemand befragt": (MIDDLE, "ok"),
    }


def _estimated(sample: Households, wanted: Survey, seed: int) -> Any:
    return estimate(
        sample.income,
        sample.weight,
        sample.area,
        line=wanted.line or "all",
        share=wanted.share,
        strata=sample.stratum if wanted.stratum else None,
        seed=seed,
    )


def _refused_incomes(sample: Households) -> str:
    refused = int(np.isnan(sample.income).sum())
    return f"{refused} von {number(sample.income.size, 0)} Haushalten nennen kein Einkommen und sind nicht dabei."


def small_areas(data: Data, wanted: SmallAreas) -> Outcome:
    """At-risk-of-poverty rate of each area: survey and registers joined after Fay and Herriot, in line with the whole town."""
    sample = households(data, wanted)
    direct = _estimated(sample, wanted, data.analysis.seed)
    place = {group: at for at, group in enumerate(direct.groups)}
    at = [place.get(area.code, -1) for area in data.areas]

    def of(values: Floats, empty: float = math.nan) -> Floats:
        return np.array([values[k] if k >= 0 else empty for k in at], dtype=float)

    rate, variance = of(direct.value[:, RATE]), of(direct.variance[:, RATE])
    asked = of(direct.records.astype(float), 0.0)
    size = effective_sizes(rate, variance, asked)
    columns, covariates = _covariates(data)
    found = fit(
        rate,
        None,
        covariates,
        names=[c.indicator.label for c in columns],
        method=wanted.method,
        transformation="arcsin",
        effective_size=size,
    )
    value, mse, told = _benchmarked(data, wanted, found.estimate, found.mse, float(direct.value[0, RATE]))
    error = np.sqrt(mse)
    precision = classify(value, error)
    ratio = coefficient_of_variation(value, error)
    moved = value - found.estimate
    rows = [
        {
            "Gebiet": area.code, "Name": area.name, "befragte Haushalte": int(asked[k]), "effektive Zahl": known(size)[k],
            "Befragung allein (%)": known(100 * rate)[k], "Standardfehler allein": known(100 * np.sqrt(variance))[k],
            "Schätzwert (%)": known(100 * value)[k], "Standardfehler": known(100 * error)[k],
            "untere Grenze": known(100 * np.clip(found.lower + moved, 0, 1))[k], "obere Grenze": known(100 * np.clip(found.upper + moved, 0, 1))[k],
            "relativer Fehler": known(ratio)[k], "Genauigkeit": str(precision[k]), "Gewicht der Befragung": known(found.shrinkage)[k],
            "Grund": str(found.reason[k]),
        }
        for k, area in enumerate(data.areas)
    ]  # fmt: skip
    facts = {
        c.name: f"{number(c.value, 4)} (Standardfehler {number(c.standard_error, 4)}, p = {number(c.p_value, 3)})"
        for c in found.coefficients
    }
    facts["erklärte Unterschiede zwischen den Gebieten"] = f"{number(100 * found.explained, 0)} Prozent"
    counted = {word: int(np.sum(precision == word)) for word in Precision}
    fine = ", ".join(f"{n} {word}" for word, n in counted.items() if n)
    return Outcome(
        f"Armutsgefährdungsquote je Gebiet aus {number(sample.area.size, 0)} befragten Haushalten und {len(columns)} Registermerkmalen: {told}; "
        f"Genauigkeit der {len(rows)} Schätzwerte: {fine}.",
        rows,
        "Fay-Herriot-Modell mit Arkussinus-Transformation, abgeglichen mit der Quote der Stadt",
        {
            **found.parameters,
            **wanted.model_dump(),
            "between_variance": found.between_variance,
            "threshold": float(direct.column("threshold")[0]),
        },
        notes=[_refused_incomes(sample), *found.notes],
        period=columns[0].period,
        facts=facts,
        **_precision_map(data, columns[0], value, precision),
    )


def _covariates(data: Data) -> tuple[list[Column], Floats]:
    if not data.analysis.indicators:
        raise data.refused("Es fehlen die Registermerkmale.", 'Ergänzen Sie indicators = ["sgb2_quote", …].')
    columns = [data.column(name) for name in data.analysis.indicators]
    return columns, np.column_stack([c.value for c in columns])


def _benchmarked(
    data: Data, wanted: SmallAreas, value: Floats, mse: Floats, survey: float
) -> tuple[Floats, Floats, str]:
    """Estimates in line with the town; areas that nobody lives in, or that have no estimate, carry no share."""
    if wanted.benchmark == "none":
        return value, mse, "ohne Abgleich"
    people = data.column(wanted.population).value
    share = np.where(np.isnan(people) | np.isnan(value), 0.0, people)
    if share.sum() <= 0:
        raise data.refused(
            f"Die Kennzahl „{wanted.population}“ hat keine Bevölkerung.", "Prüfen Sie „population“."
        )
    total = wanted.published / 100 if wanted.published else survey
    moved = benchmark(value, mse, share / share.sum(), total, method=wanted.benchmark)
    told = (
        f"im bevölkerungsgewichteten Mittel {number(100 * total, 1)} Prozent wie {'veröffentlicht' if wanted.published else 'in der ganzen Befragung'} "
        f"(vor dem Abgleich {number(100 * moved.before, 1)})"
    )
    return np.clip(moved.estimate, 0, 1), moved.mse, told


def _precision_map(data: Data, like: Column, value: Floats, precision: NDArray[np.str_]) -> dict[str, Any]:
    """Classes of the estimates by colour, what may be done with them by pattern."""
    indicator = like.indicator.model_copy(update={"unit": "%", "decimals": 1})
    shown = like.__class__(
        **{
            **vars(like),
            "indicator": indicator,
            "status": tuple(PATTERNS[Precision(word)] for word in precision),
        }
    )
    firm = [
        None if word in (Precision.NOT_PUBLISHED, Precision.UNKNOWN) else one
        for one, word in zip(known(100 * value), precision, strict=True)
    ]
    drawn = figures_map(data, shown, firm, "Armutsgefährdungsquote je Gebiet", keep=("unreliable",))
    words = {
        "unreliable": "Genauigkeit eingeschränkt",
        "not_meaningful": "zu ungenau, nicht veröffentlichen",
        "missing": "kein Schätzwert",
    }
    keys = tuple(Key(k.css, k.status, words.get(k.status, k.label), k.count) for k in drawn["keys"])
    return {**drawn, "keys": keys}
