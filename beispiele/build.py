"""Put an example town together: the folder beside this file and the open data it names (make berlin, make koeln …)."""

from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
INGREDIENTS = "dateien.toml"


def build(town: str, data: Path, target: Path) -> None:
    """Make `target` the municipality folder of a town; its releases and journal stay as they are.

    `dateien.toml` of the town says which files of `data` belong into which of its folders. Raises FileNotFoundError naming
    the first pattern without a file.
    """
    shutil.copytree(
        HERE / town, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(INGREDIENTS, "__pycache__")
    )
    for place, patterns in tomllib.loads((HERE / town / INGREDIENTS).read_text("utf-8")).items():
        (target / place).mkdir(parents=True, exist_ok=True)
        for pattern in patterns:
            found = sorted(data.glob(pattern))
            if not found:
                raise FileNotFoundError(f"Testdaten fehlen: {data / pattern}")
            for path in found:
                shutil.copyfile(path, target / place / path.name)


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
