"""Golden tables: worked by hand or published, opened by anyone in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def read(name: str) -> list[dict[str, str]]:
    """The rows of one golden file; each says where it comes from."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["source"] for row in rows)
    return rows
