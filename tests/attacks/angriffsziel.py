"""A town to attack: Kleinstadt with chosen figures, released through the public pipeline, and what its release prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

import kleinstadt
from sozialraum import municipality, pipeline
from sozialraum.errors import SozialraumError
from sozialraum.release import Release

Figures = Mapping[str, Mapping[str, int | str]]  # column (variable or age band) → area → count as delivered
AREAS = (*kleinstadt.BEZIRKE, "nz")
PEOPLE: Figures = {
    "0-14": dict.fromkeys(AREAS, 150),
    "15-64": dict.fromkeys(AREAS, 700),
    "65+": dict.fromkeys(AREAS, 200),
}


def found(folder: Path, active: Sequence[str], people: Figures = PEOPLE, period: str = "2024-12-31") -> Path:
    """A town whose only delivery so far are residents by age."""
    kleinstadt.write(folder)
    for path in (folder / "lieferungen").rglob("*"):
        if path.is_file():
            path.unlink()
    for path in (folder / "lieferungen").iterdir():
        path.rmdir()
    activate(folder, active)
    recipe = f'[[tabelle]]\nfiles = "einwohner.csv"\nlevel = "bezirk"\narea = "Gebiet"\nnot_assignable = ["nz"]\nperiod = "{period}"\ndimensions = {{ age = "Alter" }}\nspalten = [{{ column = "Anzahl", variable = "einwohner" }}]\n'
    lines = [f"{area};{band};{count}" for band, column in people.items() for area, count in column.items()]
    kleinstadt.put(folder, "lieferungen/einwohnerregister/rezept.toml", recipe)
    kleinstadt.put(
        folder,
        "lieferungen/einwohnerregister/einwohner.csv",
        "\n".join(["Gebiet;Alter;Anzahl", *lines]) + "\n",
    )
    return folder


def activate(folder: Path, active: Sequence[str]) -> None:
    """Choose the indicators of the next release."""
    names = ", ".join(f'"{name}"' for name in active)
    head = kleinstadt.KOMMUNE.partition("[kennzahlen]")[0]
    kleinstadt.put(folder, "kommune.toml", f"{head}[kennzahlen]\nactive = [{names}]\n")


def deliver(folder: Path, source: str, figures: Figures, *, period: str = "2024-12-31", level: str = "bezirk",
            age: str = "", name: str = "", version: str = "") -> None:  # fmt: skip
    """Add one table: a column per variable, a row per area."""
    name = (
        name or "_".join([*figures, period.replace("/", "-"), level, age.replace("+", "p"), version]).lower()
    )
    columns = ", ".join(
        f'{{ column = "{v}", variable = "{v}"{f", age = {age!r}" if age else ""} }}'.replace("'", '"')
        for v in figures
    )
    recipe = f'[[tabelle]]\nfiles = "{name}.csv"\nlevel = "{level}"\narea = "Gebiet"\nnot_assignable = ["nz"]\nperiod = "{period}"\nversion = "{version}"\nspalten = [{columns}]\n\n'
    areas = list(next(iter(figures.values())))
    lines = [";".join([area, *(str(column[area]) for column in figures.values())]) for area in areas]
    path = folder / "lieferungen" / source / "rezept.toml"
    before = path.read_text("utf-8") if path.exists() else ""
    kleinstadt.put(folder, f"lieferungen/{source}/rezept.toml", before + recipe)
    kleinstadt.put(
        folder, f"lieferungen/{source}/{name}.csv", "\n".join([";".join(["Gebiet", *figures]), *lines]) + "\n"
    )


def release(folder: Path, name: str = "eins") -> Release:
    """The release of the town as it is now."""
    return pipeline.release(municipality.read(folder), name).release


def printed(
    release: Release, period: str = "2024-12-31", version: str = "2024"
) -> dict[tuple[str, str], float]:
    """Every count that stands in a release, by key (such as `einwohner[age=65+]`) and area."""
    seen: dict[tuple[str, str], float] = {}
    values = pq.read_table(release.values).to_pylist()
    for indicator in release.catalogue["indicators"]:
        for column, key in indicator.get("counts", {}).items():
            for row in values:
                if (
                    row["indicator"] == indicator["id"]
                    and row["period"] == period
                    and row["version"] == version
                ):
                    seen |= {(key, row["area"]): row[column]} if row[column] is not None else {}
    for row in pq.read_table(release.counts).to_pylist():
        whole = {row["age"], row["sex"], row["nationality"]} == {"insgesamt"}
        if whole and row["period"] == period and row["version"] == version and row["count"] is not None:
            seen[row["variable"], row["area"]] = row["count"]
    return seen


def by_area(*counts: int | str) -> dict[str, int | str]:
    """One figure for each district and for what cannot be placed, in order: 011, 012, 013, 021, 022, 023, nz."""
    return dict(zip(AREAS, counts, strict=True))


def given(
    folder: Path, name: str = "eins", period: str = "2024-12-31", version: str = "2024"
) -> dict[tuple[str, str], float]:
    """What a new release prints; nothing when it is refused, which is safe, too."""
    try:
        return printed(release(folder, name), period, version)
    except SozialraumError:
        return {}


def difference(*terms: float | None) -> float | None:
    """The first count minus all others, if a reader has them all."""
    known = [term for term in terms if term is not None]
    return known[0] - sum(known[1:]) if len(known) == len(terms) else None
