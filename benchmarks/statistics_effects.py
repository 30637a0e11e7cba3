"""Synthetic control and group-time effects (python -m benchmarks.statistics_effects [--json]).

The peer pysyncon is measured where the Python named by SOZIALRAUM_VERGLEICH has it. With the open reference data
(SOZIALRAUM_REFERENZEN) the case is California's tobacco tax, otherwise a made-up panel of the same size.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.lines import Line, median_of, tell
from sozialraum.effects import group_time
from sozialraum.effects.synthetic_control import fit, placebo_test

PATIENCE = 600  # seconds
PYSYNCON = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from pysyncon import Dataprep, Synth
data = json.load(open(sys.argv[1]))
areas, periods = np.array(data["outcome"]).shape
table = pd.DataFrame({"area": np.repeat([str(a) for a in range(areas)], periods), "time": np.tile(np.arange(periods), areas),
                      "y": np.array(data["outcome"]).ravel()})
names = []
for k, column in enumerate(np.array(data["predictors"]).T):
    names.append(f"x{k}")
    table[names[-1]] = np.repeat(column, periods)
before = data["before"]
prepared = Dataprep(foo=table, predictors=names, predictors_op="mean", dependent="y", unit_variable="area", time_variable="time",
                    treatment_identifier=str(data["treated"]), controls_identifier=[str(a) for a in range(areas) if a != data["treated"]],
                    time_predictors_prior=range(before), time_optimize_ssr=range(before))
started = time.perf_counter()
synth = Synth()
synth.fit(dataprep=prepared)
print(synth.mspe(), time.perf_counter() - started)
"""


class Panel(NamedTuple):
    """Outcome of areas over time, predictors, which area was treated, periods before, and where it comes from."""

    outcome: np.ndarray
    predictors: np.ndarray
    treated: int
    before: int
    name: str


def panel() -> Panel:
    """California and 38 other states, or a made-up panel of the same size."""
    default = Path(__file__).resolve().parents[2] / "shared" / "reference"
    path = Path(os.environ.get("SOZIALRAUM_REFERENZEN") or default) / "causal" / "smoking_prop99.csv"
    return _california(path) if path.exists() else _made_up()


def _california(path: Path) -> Panel:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    states = sorted({row["state"] for row in rows})
    tables = {
        name: np.full((len(states), 31), np.nan)
        for name in ("cigsale", "lnincome", "age15to24", "retprice", "beer")
    }
    for row in rows:
        for name, table in tables.items():
            table[states.index(row["state"]), int(float(row["year"])) - 1970] = float(row[name] or "nan")
    means = [np.nanmean(tables[name][:, 10:19], axis=1) for name in ("lnincome", "age15to24", "retprice")]
    beer, sales = np.nanmean(tables["beer"][:, 14:19], axis=1), tables["cigsale"]
    predictors = np.column_stack([*means, beer, sales[:, 5], sales[:, 10], sales[:, 18]])
    return Panel(sales, predictors, states.index("California"), 19, "Kalifornien, 39 Staaten")


def _made_up() -> Panel:
    rng = np.random.default_rng(1)
    factors = np.cumsum(rng.normal(0, 1, (4, 31)), axis=1)
    loads = rng.dirichlet(np.ones(4), 39) * 4
    outcome = 100 + loads @ factors + rng.normal(0, 1, (39, 31))
    predictors = np.column_stack([loads + rng.normal(0, 0.2, loads.shape), outcome[:, [5, 10, 18]]])
    return Panel(outcome, predictors, 0, 19, "erfundene Reihen, 39 Gebiete")


def _peer(case: Panel) -> tuple[float, float] | None:
    """Mean squared gap and seconds of pysyncon; None where it is not installed or needs longer than PATIENCE."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        content = {
            "outcome": case.outcome.tolist(),
            "predictors": case.predictors.tolist(),
            "treated": case.treated,
            "before": case.before,
        }
        json.dump(content, file)
        file.flush()
        command = [os.environ.get("SOZIALRAUM_VERGLEICH", sys.executable), "-c", PYSYNCON, file.name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return None
    words = done.stdout.split()
    return (float(words[-2]), float(words[-1])) if done.returncode == 0 and len(words) > 1 else None


def synthetic_controls() -> list[Line]:
    """One fit, and all placebos."""
    case = panel()
    found = fit(case.outcome, case.treated, case.before, predictors=case.predictors)
    one = median_of(lambda: fit(case.outcome, case.treated, case.before, predictors=case.predictors), 3)
    every = median_of(
        lambda: placebo_test(case.outcome, case.treated, case.before, predictors=case.predictors), 1
    )
    peer = _peer(case)
    gap = f"MSPE davor {found.pre_mspe:.2f}" + (f", pysyncon {peer[0]:.2f}" if peer else "")
    return [
        Line(f"Synthetische Vergleichsgruppe ({case.name})", one, 2.0, peer="pysyncon", peer_s=round(peer[1], 1) if peer else 154.0,
             peer_measured=peer is not None, note=gap.replace(".", ",")),
        Line(f"dieselbe mit allen Placebos ({len(case.outcome)})", every, 60.0),
    ]  # fmt: skip


def group_times() -> Line:
    """All effects with limits and band."""
    rng = np.random.default_rng(2)
    starts = rng.choice([2018.0, 2019, 2020, np.inf], 2_000)
    outcome = rng.normal(0, 1, (2_000, 8))
    times = [float(year) for year in range(2016, 2024)]
    return Line(
        "Gruppen-Zeit-Effekte mit Band, 2000 Gebiete × 8 Jahre",
        median_of(lambda: group_time.estimate(outcome, starts, times), 3),
        2.0,
    )


def measure() -> list[Line]:
    """All lines of this room."""
    return [*synthetic_controls(), group_times()]


if __name__ == "__main__":
    tell(measure())
