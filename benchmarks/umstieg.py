"""How far converted counts are off: Berlin's residents of 2020 on LOR 2021 beside those counted in 2021 (python -m benchmarks.umstieg)."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sozialraum import deliveries, municipality
from sozialraum.catalogue.model import Selection
from sozialraum.counts import select
from sozialraum.recoding import Crosswalk, by_density, recode, reverse
from sozialraum.tables import Status

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("SOZIALRAUM_TESTDATEN", ROOT.parent / "shared" / "data"))
BEFORE, AFTER, LATER = "2020-12-31", "2021-12-31", "2024-12-31"
# Below this a relative error says nothing: a few moves count for many per cent.
PEOPLE = 300
RESIDENTS = "einwohner_berlin"
GROUPS = {
    "unter 6": Selection(variable=RESIDENTS, age="0-5"),
    "ab 65": Selection(variable=RESIDENTS, age="65+"),
    "ohne deutschen Pass": Selection(variable=RESIDENTS, nationality="nichtdeutsch"),
}


def berlin(folder: Path, data: Path = DATA) -> tuple[pd.DataFrame, Crosswalk]:
    """The counts of Berlin as delivered, and its crosswalk."""
    spec = importlib.util.spec_from_file_location("example_build", ROOT / "beispiele/build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.build("berlin", data, folder)
    town = municipality.read(folder)
    return deliveries.read_all(town).counts, town.crosswalks[0]


def figures(counts: pd.DataFrame, crosswalk: Crosswalk) -> pd.DataFrame:
    """One row per comparison: how it was converted, which areas, how many, mean and median error, and its unit."""
    rows = [*_residents(counts, crosswalk), *_shares(counts, crosswalk), *_round_trip(counts, crosswalk)]
    return pd.DataFrame(rows, columns=["what", "weights", "areas", "number", "mean", "median", "unit"])


Row = tuple[str, str, str, int, float, float, str]


def _ways(counts: pd.DataFrame, crosswalk: Crosswalk) -> dict[str, Crosswalk]:
    return {
        "Fläche": crosswalk,
        "Dichte 2021": by_density(crosswalk, _people(counts, AFTER)),
        "Dichte 2024": by_density(crosswalk, _people(counts, LATER)),
    }


def _of(counts: pd.DataFrame, selection: Selection, period: str) -> pd.Series:
    rows = select(counts[counts["period"] == period], selection)
    return rows.set_index("area")["count"]


def _people(counts: pd.DataFrame, period: str) -> dict[str, float]:
    return _of(counts, Selection(variable=RESIDENTS), period).to_dict()


def _converted(counts: pd.DataFrame, way: Crosswalk, selection: Selection) -> pd.DataFrame:
    rows = counts[(counts["period"] == BEFORE) & (counts["variable"] == RESIDENTS)]
    table = select(recode(rows, way), selection)
    return table.set_index("area")


def _by_kind(error: pd.Series, split: pd.Series) -> dict[str, pd.Series]:
    return {"ganze": error[~split], "geteilte": error[split], "alle": error}


def _row(what: str, weights: str, areas: str, error: pd.Series, unit: str) -> Row:
    return what, weights, areas, len(error), float(error.mean()), float(error.median()), unit


def _residents(counts: pd.DataFrame, crosswalk: Crosswalk) -> list[Row]:
    """The relative error of the number of residents."""
    real = _of(counts, Selection(variable=RESIDENTS), AFTER)
    rows = []
    for name, way in _ways(counts, crosswalk).items():
        found = _converted(counts, way, Selection(variable=RESIDENTS)).reindex(real.index)
        split = real.index.isin(crosswalk.estimated)
        error = (100 * (found["count"] - real).abs() / real)[real >= PEOPLE]
        kinds = _by_kind(error, pd.Series(split, index=real.index)[real >= PEOPLE])
        rows += [_row("Einwohnerzahl", name, kind, part, "%") for kind, part in kinds.items()]
    return rows


def _shares(counts: pd.DataFrame, crosswalk: Crosswalk) -> list[Row]:
    """The error of shares: independent of the weights, which know nothing of age and nationality."""
    people = _of(counts, Selection(variable=RESIDENTS), AFTER)
    rows = []
    for name, way in list(_ways(counts, crosswalk).items())[:2]:
        base = _converted(counts, way, Selection(variable=RESIDENTS))["count"]
        for group, selection in GROUPS.items():
            found = 100 * _converted(counts, way, selection)["count"] / base.where(base > 0)
            real = 100 * _of(counts, selection, AFTER) / people.where(people > 0)
            error = (found - real).abs()[people >= PEOPLE].dropna()
            split = pd.Series(error.index.isin(crosswalk.estimated), index=error.index)
            kinds = _by_kind(error, split)
            rows += [
                _row(f"Anteil {group}", name, kind, kinds[kind], "Punkte") for kind in ("ganze", "geteilte")
            ]
    return rows


def _round_trip(counts: pd.DataFrame, crosswalk: Crosswalk) -> list[Row]:
    """There and back again: what converting itself blurs, without a year of real change."""
    old = _of(counts, Selection(variable=RESIDENTS), BEFORE)
    rows = counts[(counts["period"] == BEFORE) & (counts["variable"] == RESIDENTS)]
    result = []
    for name, way in list(_ways(counts, crosswalk).items())[:2]:
        there = recode(rows, way)
        again = recode(there, reverse(crosswalk, _people(counts, BEFORE), "population"))
        found = again[(again[["age", "sex", "nationality"]] == "insgesamt").all(axis=1)].set_index("area")
        whole = (found["status"] == Status.OK).reindex(old.index)
        error = (100 * (found["count"].reindex(old.index) - old).abs() / old)[old >= PEOPLE]
        kinds = _by_kind(error, ~whole[old >= PEOPLE])
        result += [_row("Hin und zurück", name, kind, kinds[kind], "%") for kind in ("geteilte", "alle")]
    return result


def largest_shift_of_totals(counts: pd.DataFrame, crosswalk: Crosswalk) -> float:
    """By how many persons a total of any group and year changes in converting."""
    rows = counts[(counts["variable"] == RESIDENTS) & (counts["version"] == crosswalk.source)]
    key = ["period", "age", "sex", "nationality"]
    totals: Callable[[pd.DataFrame], pd.Series] = lambda table: table.groupby(key)["count"].sum()  # noqa: E731
    return float(
        np.max(
            [
                (totals(recode(rows, way)) - totals(rows)).abs().max()
                for way in _ways(counts, crosswalk).values()
            ]
        )
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        known = berlin(Path(temporary) / "berlin")
    table = figures(*known)
    if "--json" in sys.argv:
        print(table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        print(table.round(2).to_string(index=False))
        print(f"Summen verschieben sich um höchstens {largest_shift_of_totals(*known):.1e} Personen.")
