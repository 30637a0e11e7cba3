"""Areas united in kommune.toml: deliveries that still name their parts are added up, and nothing is lost or counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomlkit

import kleinstadt
from sozialraum import deliveries, municipality
from sozialraum.errors import errors_of


@pytest.fixture
def united(town: Path) -> tuple[Path, list[str]]:
    """Kleinstadt with its first two Bezirke as one."""
    first = municipality.read(town).geographies[0]
    level = first.levels[0].id
    parts = first.codes(level)[:2]
    content = tomlkit.parse((town / "kommune.toml").read_text("utf-8"))
    block = next(b for b in content["gebiete"]["versionen"][0]["ebenen"] if b["id"] == level)  # type: ignore[index,union-attr]
    block["merged"] = [{"code": parts[0], "name": "Beide", "parts": parts}]
    (town / "kommune.toml").write_text(tomlkit.dumps(content), "utf-8")
    return town, parts


def total(folder: Path, area: str) -> float:
    counts = deliveries.read_all(municipality.read(folder)).counts
    there = counts[(counts["variable"] == "einwohner") & (counts["area"] == area)]
    return float(there.loc[there["period"] == there["period"].max(), "count"].sum())


def test_parts_are_added_up(united: tuple[Path, list[str]]) -> None:
    folder, parts = united
    read = deliveries.read_all(municipality.read(folder))

    assert not errors_of(read.findings)
    expected = sum(sum(kleinstadt.PEOPLE[p][:3]) for p in parts)
    assert total(folder, parts[0]) == expected
    assert parts[1] not in set(read.counts["area"])


def test_a_part_delivered_twice_is_told(united: tuple[Path, list[str]]) -> None:
    folder, parts = united
    path = folder / "lieferungen/einwohnerregister/einwohner_2024.csv"
    lines = path.read_text("utf-8").splitlines()
    again = next(line for line in lines if line.startswith(parts[1]))
    path.write_text("\n".join([*lines, again]) + "\n", "utf-8")

    assert errors_of(deliveries.read_all(municipality.read(folder)).findings)
