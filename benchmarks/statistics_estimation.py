"""Poverty, Fay–Herriot and local smoothing against R and samplics (python -m benchmarks.statistics_estimation [--json]).

Peers are measured where they are installed: R with laeken and spdep, and samplics in the Python named by SOZIALRAUM_VERGLEICH
(preset: this one). Otherwise the published figures of an earlier run are cited, or none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np

from benchmarks.lines import Line, median_of, tell
from sozialraum.estimation.fay_herriot import fit
from sozialraum.estimation.poverty import estimate
from sozialraum.estimation.smoothing import local_bayes

RECORDS, HOUSEHOLDS, REGIONS, REPLICATES = 14_827, 6_000, 9, 1_000
AREAS, PEER_AREAS = 10_000, 2_000
SIDE = 100  # of the grid of AREAS cells
R_SAMPLE = 50  # replicates that R is asked for; its time grows with their number

LAEKEN = f"""
suppressMessages(library(laeken)); data(eusilc)
once <- function(name) bootVar("eqIncome", weights="rb050", breakdown="db040", design="db040", cluster="db030",
  data=eusilc, indicator=get(name)("eqIncome", weights="rb050", breakdown="db040", data=eusilc), R={R_SAMPLE},
  bootType="naive", seed=1)
cat(system.time(for (name in c("arpr", "rmpg", "qsr", "gini")) once(name))[3])
"""
SPDEP = f"""
suppressMessages(library(spdep)); set.seed(1)
people <- sample(100:2999, {AREAS}, TRUE); count <- rpois({AREAS}, people * 0.01)
neighbours <- cell2nb({SIDE}, {SIDE}, type="queen")
cat(system.time(EBlocal(count, people, neighbours))[3])
"""
SAMPLICS = f"""
import sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from samplics.sae import EblupAreaModel
rng = np.random.default_rng(1)
m = {PEER_AREAS}
x, d = rng.normal(size=(m, 4)), rng.uniform(0.05, 0.5, m)
y = 2 + x @ [1, 0.5, 0, -0.3] + rng.normal(size=m) * 0.4 + rng.normal(size=m) * np.sqrt(d)
started = time.perf_counter()
model = EblupAreaModel()
model.fit(yhat=y, X=x, area=np.arange(m), error_std=np.sqrt(d))
model.predict(X=x, area=np.arange(m))
print(time.perf_counter() - started)
"""


def _seconds(command: list[str]) -> float | None:
    """What a peer says it took, in seconds; None where it is not installed."""
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.split() else None


def survey(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Incomes, weights, regions and households in the size of the Austrian EU-SILC sample."""
    rng = np.random.default_rng(seed)
    household = np.sort(
        np.concatenate([np.arange(HOUSEHOLDS), rng.integers(0, HOUSEHOLDS, RECORDS - HOUSEHOLDS)])
    )
    income, weight = rng.lognormal(9.8, 0.5, HOUSEHOLDS), rng.uniform(200, 900, HOUSEHOLDS)
    region = rng.integers(0, REGIONS, HOUSEHOLDS)
    return income[household], weight[household], region[household], household


def poverty() -> Line:
    """Five measures for all and by region, bootstrap of households within regions."""
    income, weight, region, household = survey()
    seconds = median_of(
        lambda: estimate(
            income, weight, region, strata=region, clusters=household, variance="naive", replicates=REPLICATES
        ),
        3,
    )
    peer = _seconds(["Rscript", "-e", LAEKEN])
    return Line(
        f"Fünf Armutsmaße × {REGIONS} Regionen, {REPLICATES} Wiederholungen, {RECORDS} Sätze",
        seconds,
        2.0,
        peer="R laeken, vier Maße",
        peer_s=round(peer * REPLICATES / R_SAMPLE, 1) if peer else None,
        peer_measured=peer is not None,
        note=f"laeken aus {R_SAMPLE} Wiederholungen hochgerechnet"
        if peer
        else "laeken ist nicht installiert",
    )


def areas(number: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Direct estimates, variances and four covariates of areas."""
    rng = np.random.default_rng(seed)
    x, d = rng.normal(size=(number, 4)), rng.uniform(0.05, 0.5, number)
    y = 2 + x @ [1, 0.5, 0, -0.3] + rng.normal(size=number) * 0.4 + rng.normal(size=number) * np.sqrt(d)
    return y, d, x


def fay_herriot() -> list[Line]:
    """REML with mean squared errors, in the size of the budget and in a size that the peer can do."""
    whole, part = areas(AREAS), areas(PEER_AREAS)
    peer = _seconds([os.environ.get("SOZIALRAUM_VERGLEICH", sys.executable), "-c", SAMPLICS])
    return [
        Line(f"Fay–Herriot (REML) mit MSE, {AREAS} Gebiete", median_of(lambda: fit(*whole), 9), 0.05),
        Line(
            f"Fay–Herriot (REML) mit MSE, {PEER_AREAS} Gebiete",
            median_of(lambda: fit(*part), 9),
            0.05,
            peer="samplics",
            peer_s=round(peer, 2) if peer else 7.7,
            peer_measured=peer is not None,
        ),
    ]


def grid(side: int) -> np.ndarray:
    """Links between the cells of a square grid that share a side or a corner."""
    cell = np.arange(side * side).reshape(side, side)
    pairs = (
        (cell[1:], cell[:-1]),
        (cell[:, 1:], cell[:, :-1]),
        (cell[1:, 1:], cell[:-1, :-1]),
        (cell[1:, :-1], cell[:-1, 1:]),
    )
    one_way = np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in pairs])
    return np.concatenate([one_way, one_way[:, ::-1]])


def smoothing() -> Line:
    """Local empirical Bayes with up to eight neighbours."""
    rng, links = np.random.default_rng(1), grid(SIDE)
    people = rng.integers(100, 3000, AREAS)
    count = rng.poisson(people * 0.01)
    seconds = median_of(lambda: local_bayes(count, people, links), 9)
    peer = _seconds(["Rscript", "-e", SPDEP])
    return Line(
        f"Glättung nach Nachbarschaft, {AREAS} Gebiete",
        seconds,
        0.05,
        peer="R spdep EBlocal",
        peer_s=round(peer, 2) if peer else 2.4,
        peer_measured=peer is not None,
    )


def measure() -> list[Line]:
    """All lines of this room."""
    return [poverty(), *fay_herriot(), smoothing()]


if __name__ == "__main__":
    tell(measure())
