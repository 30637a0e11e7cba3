"""Five million points into 500 areas: ours against geopandas (python -m benchmarks.geometry [--points 5000000] [--json]).

The areas are a coverage without gaps, 484 vertices each. Each side runs in a process of its own; geopandas is measured
where it is installed, and cited otherwise.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time

import numpy as np
import shapely

from benchmarks.lines import Line, tell
from sozialraum.points import locate

AREAS, VERTICES = 500, 484
WIDTH = 20_000.0
SECONDS, MEMORY = 4.0, 1024.0
CITED = 15.0  # geopandas 1.2.0, methods.md


def coverage(seed: int = 1) -> list[shapely.Polygon]:
    """500 areas that fill a square of 20 km, their borders bent in the same way on both sides."""
    rng = np.random.default_rng(seed)
    seeds = shapely.MultiPoint(rng.uniform(0, WIDTH, size=(AREAS, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, WIDTH, WIDTH)))
    cells = shapely.intersection(cells, shapely.box(0, 0, WIDTH, WIDTH))
    step = float(shapely.length(cells).mean()) / VERTICES
    return list(shapely.transform(shapely.segmentize(cells, step), _bent))


def _bent(xy: np.ndarray) -> np.ndarray:
    # The same point moves in the same way, whichever area it belongs to: no gap and no overlap.
    xy = np.round(xy, 2)
    return np.round(xy + 25.0 * np.column_stack([np.sin(xy[:, 1] / 90.0), np.sin(xy[:, 0] / 110.0)]), 3)


def points(number: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Random points, some of them outside."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-100.0, WIDTH + 100.0, size=(2, number))
    return x, y


def ours(x: np.ndarray, y: np.ndarray, areas: list[shapely.Polygon]) -> int:
    """How many points lie in an area."""
    return int((locate(x, y, areas) >= 0).sum())


def geopandas(x: np.ndarray, y: np.ndarray, areas: list[shapely.Polygon]) -> int:
    """The same by a spatial join of geopandas."""
    import geopandas as gpd

    placed = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    return len(gpd.sjoin(placed, gpd.GeoDataFrame(geometry=areas), predicate="within"))


SIDES = {"ours": ours, "geopandas": geopandas}


def _tell_side(side: str, number: int) -> None:
    areas, (x, y) = coverage(), points(number)
    started = time.perf_counter()
    hits = SIDES[side](x, y, areas)
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, hits]))


def _alone(side: str, number: int) -> tuple[float, float, int]:
    """Seconds, peak of memory in MB and hits of one side."""
    command = [sys.executable, "-m", "benchmarks.geometry", "--side", side, "--points", str(number)]
    seconds, megabytes, hits = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    return seconds, megabytes, hits


def measure(number: int) -> list[Line]:
    """Time and memory of our side, and of geopandas where it is there."""
    seconds, megabytes, hits = min(_alone("ours", number) for _ in range(2))
    measured = importlib.util.find_spec("geopandas") is not None
    peer = _alone("geopandas", number) if measured else None
    if peer and peer[2] != hits:
        raise SystemExit(f"the two sides do not find the same: {hits} and {peer[2]}")
    what = f"{number / 1e6:g} Mio. Punkte in {AREAS} Gebiete"
    return [
        Line(what, seconds, SECONDS, peer="geopandas sjoin", peer_s=peer[0] if peer else CITED, peer_measured=measured, note=f"{hits} Treffer"),
        Line("dabei Speicher, Spitze", megabytes, MEMORY, unit="MB", peer="geopandas sjoin", peer_s=peer[1] if peer else None, peer_measured=measured),
    ]  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=float, default=5e6)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=list(SIDES))
    chosen = parser.parse_args()
    if chosen.side:
        _tell_side(chosen.side, int(chosen.points))
    else:
        tell(measure(int(chosen.points)))
