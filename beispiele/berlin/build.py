"""Put the Berlin example together: the recipes of this folder and the open data beside them (make berlin)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
PLACES = {
    "gebiete": (
        "berlin-lor-geo/*.geojson.gz",
        "berlin-lor-geo/lor_2021_hierarchie.csv",
        "berlin-lor-geo/lor_crosswalk_bis2020_ab2021.csv.gz",
    ),
    "lieferungen/einwohnerregister_berlin": tuple(
        f"berlin-einwohner/berlin-lor-population-{year}-02-t{table}-planning-areas.csv.gz"
        for year in range(2015, 2025)
        for table in (1, 2)
    ),
    "lieferungen/mss_berlin": (
        *(f"berlin-mss/{year}/mss-{year}-2-1-planning-areas.csv" for year in (2013, 2015, 2017)),
        "berlin-mss/2021-wfs/mss_2021_index_indikatoren.csv",
    ),
}


def build(data: Path, target: Path) -> None:
    """Make `target` a municipality folder; its releases and journal stay as they are.

    Raises FileNotFoundError naming the first pattern without a file in `data`.
    """
    shutil.copytree(
        HERE,
        target,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("build.py", "__pycache__", "README.md"),
    )
    for place, patterns in PLACES.items():
        (target / place).mkdir(parents=True, exist_ok=True)
        for pattern in patterns:
            found = sorted(data.glob(pattern))
            if not found:
                raise FileNotFoundError(f"Testdaten fehlen: {data / pattern}")
            for path in found:
                shutil.copyfile(path, target / place / path.name)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
