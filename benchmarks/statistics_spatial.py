"""Hot spots, Moran, segregation, typology against PySAL and R spdep (python -m benchmarks.statistics_spatial [--json]).

Peers are measured where they are installed: R with spdep, and esda and segregation in the Python named by
SOZIALRAUM_VERGLEICH (preset: this one). Otherwise figures of an earlier run are cited, or none. The start of the
interpreter and the first import count where the budget says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.lines import Line, median_of, tell
from sozialraum.spatial.autocorrelation import moran
from sozialraum.spatial.local import getis_ord, lisa
from sozialraum.spatial.neighbours import Neighbours, from_pairs
from sozialraum.spatial.segregation import bootstrap
from sozialraum.spatial.segregation_change import decompose
from sozialraum.spatial.typology import typology

SIDE, PERMUTATIONS, REPLICATES = 100, 999, 1000
UNITS, GROUPS = 2045, 5

OWN_START = f"""
import numpy as np
from benchmarks.statistics_spatial import cells
from sozialraum.spatial.local import lisa
lisa(np.random.default_rng(1).normal(size={SIDE**2}), cells(), permutations={PERMUTATIONS})
"""
ESDA = f"""
import time, warnings; warnings.simplefilter("ignore")
import numpy as np
from libpysal.weights import lat2W
import esda
w, x = lat2W({SIDE}, {SIDE}, rook=False), np.random.default_rng(1).normal(size={SIDE**2})
esda.Moran_Local(x[:100], lat2W(10, 10), permutations=9)  # compiles
t = time.perf_counter(); esda.Moran_Local(x, w, permutations={PERMUTATIONS}, seed=1); a = time.perf_counter() - t
t = time.perf_counter(); esda.G_Local(x - x.min(), w, star=True, permutations={PERMUTATIONS}, seed=1); b = time.perf_counter() - t
t = time.perf_counter(); esda.Moran(x, w, permutations={PERMUTATIONS}); c = time.perf_counter() - t
print(a, b, c)
"""
SPDEP = f"""
suppressMessages(library(spdep)); set.seed(1)
w <- nb2listw(cell2nb({SIDE}, {SIDE}, type="queen")); x <- rnorm({SIDE**2})
cat(system.time(localmoran_perm(x, w, nsim={PERMUTATIONS}))[3], system.time(moran.mc(x, w, nsim={PERMUTATIONS}))[3])
"""


def cells() -> Neighbours:
    """A square grid whose cells touch at sides and corners."""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = (
        (cell[1:], cell[:-1]),
        (cell[:, 1:], cell[:, :-1]),
        (cell[1:, 1:], cell[:-1, :-1]),
        (cell[1:, :-1], cell[:-1, 1:]),
    )
    return from_pairs(
        np.concatenate([np.column_stack([a.ravel(), b.ravel()]) for a, b in pairs]), SIDE * SIDE, both=True
    )


def schools(seed: int = 1) -> np.ndarray:
    """Children of five groups in the number and size of the schools of three American states."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet([0.1, 0.5, 0.4, 0.05, 1.8], UNITS)
    return np.array(
        [
            rng.multinomial(size, p)
            for size, p in zip(rng.gamma(2, 215, UNITS).astype(int) + 20, share, strict=True)
        ]
    )


def _words(command: list[str]) -> list[float]:
    """What a peer says it took; empty where it is not installed."""
    if not shutil.which(command[0]):
        return []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [float(word) for word in done.stdout.split()] if done.returncode == 0 else []


def _start() -> float:
    """Seconds of a new interpreter that imports the library and finds the hot spots."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "start.py"
        script.write_text(OWN_START, "utf-8")
        here = os.pathsep.join(["src", ".", os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": here}
        started = time.perf_counter()
        subprocess.run([sys.executable, str(script)], check=True, env=environment)
        return time.perf_counter() - started


def patterns() -> list[Line]:
    """Local and global statistics on 10,000 cells."""
    beside, x = cells(), np.random.default_rng(1).normal(size=SIDE**2)
    peer = _words([os.environ.get("SOZIALRAUM_VERGLEICH", sys.executable), "-c", ESDA])
    spdep = _words(["Rscript", "-e", SPDEP])
    local, star, whole = peer or (0.93, 5.8, 0.42)
    r_local = spdep[0] if spdep else 17.5
    note = f"esda {local:.2g} s nach etwa 27 s Start" + ("" if peer else " (zitiert)")
    first = min(_start() for _ in range(2))
    what = f"{SIDE**2} Gebiete × {PERMUTATIONS} Permutationen"
    options = {"peer": "esda", "peer_measured": bool(peer)}
    return [
        Line(
            f"LISA, {what}, mit Start",
            first,
            1.0,
            peer="R spdep",
            peer_s=round(r_local, 2),
            peer_measured=bool(spdep),
            note=note,
        ),
        Line(f"LISA, {what}", median_of(lambda: lisa(x, beside), 5), 1.0, peer_s=round(local, 3), **options),  # type: ignore[arg-type]
        Line(
            f"Gi*, {what}", median_of(lambda: getis_ord(x, beside), 5), 1.0, peer_s=round(star, 3), **options
        ),  # type: ignore[arg-type]
        Line(
            f"Morans I, {what}",
            median_of(lambda: moran(x, beside), 3),
            2.0,
            peer_s=round(whole, 3),
            **options,
        ),  # type: ignore[arg-type]
    ]


def segregated() -> list[Line]:
    """Segregation with its bootstrap, and the decomposition of a change."""
    counts = schools()
    later = np.maximum(counts + np.random.default_rng(2).integers(-3, 4, counts.shape), 0)
    keys = list(range(len(counts)))
    return [
        Line(
            f"Segregation M, {REPLICATES} Wiederholungen, {UNITS} Einheiten × {GROUPS} Gruppen",
            median_of(lambda: bootstrap(counts, replicates=REPLICATES), 3),
            0.5,
            peer="R segregation",
            peer_s=8.7,
            note="zehnmal 100 Wiederholungen zu 0,87 s",
        ),
        Line(
            "Veränderung der Segregation nach Mora und Ruiz-Castillo",
            median_of(lambda: decompose(counts, later, keys, keys, method="mrc"), 3),
            0.5,
        ),
    ]


def types() -> Line:
    """Typology with its stability."""
    values = np.random.default_rng(3).normal(size=(500, 6)) + np.repeat(np.eye(6)[:5] * 4, 100, axis=0)
    return Line(
        "Gebietstypen (k-Means), 500 Gebiete, 100 Ziehungen", median_of(lambda: typology(values, 5), 1), 20.0
    )


def measure() -> list[Line]:
    """All lines of this room."""
    return [*patterns(), *segregated(), types()]


if __name__ == "__main__":
    tell(measure())
