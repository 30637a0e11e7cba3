"""τ-ARGUS on a reference instance, in an own process and an own empty directory (python -m benchmarks.disclosure_peer S ORDNER)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

HIERARCHIES = {"block": ("district", "subdistrict", "quarter", "block"), "age": ("agegroup", "age")}
RULE, METHOD = "FREQ(3,30)", "MOD(1)"  # HiTaS: one table of the hierarchy after the other
ANSWER = "antwort.json"


@dataclass(frozen=True)
class Peer:
    """What τ-ARGUS hid in how many seconds; the keys are those of the instance."""

    version: str
    seconds: float
    hidden: frozenset[str]
    primary: int
    secondary: int


def measure(table: Path, time_limit: float = 900.0) -> Peer | None:
    """Run HiTaS on a table in a fresh directory: leftovers of an earlier job change its result. None where it is not installed."""
    with tempfile.TemporaryDirectory(prefix="tauargus-") as folder:
        command = [sys.executable, "-m", "benchmarks.disclosure_peer", str(table.resolve()), folder]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        try:
            subprocess.run(
                command, cwd=folder, env=environment, check=True, capture_output=True, timeout=time_limit
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
        told = json.loads((Path(folder) / ANSWER).read_text("utf-8"))
    return Peer(**{**told, "hidden": frozenset(told["hidden"])})


def _persons(table: Path) -> pd.DataFrame:
    """One line per counted person: τ-ARGUS builds its table from records."""
    counts = pd.read_csv(table)
    persons = counts.loc[counts.index.repeat(counts.n)].drop(columns="n").reset_index(drop=True)
    return persons.assign(one=1)


def _codes(counts: pd.DataFrame, levels: tuple[str, ...]) -> list[str]:
    """The lines of a hierarchy file: each code below its parent, indented by its depth."""
    lines: list[str] = []
    seen: set[str] = set()
    for row in counts[list(levels)].drop_duplicates().sort_values(list(levels)).itertuples(index=False):
        for depth, code in enumerate(row):
            if code not in seen:
                seen.add(code)
                lines.append("@" * depth + str(code))
    return lines


def _job(table: Path, folder: Path) -> None:
    import pytauargus

    persons = _persons(table)
    for name, levels in HIERARCHIES.items():
        (folder / f"{name}.hrc").write_text("\n".join(_codes(persons, levels)) + "\n", "utf-8")
    started = time.perf_counter()
    result = pytauargus.protect(
        persons[["block", "age", "sex", "one"]],
        tables=["block", "age", "sex"],
        response="one",
        safety_rules=RULE,
        suppress=METHOD,
        hrc={name: str(folder / f"{name}.hrc") for name in HIERARCHIES},
        hierleadstring="@",
        totcode="Total",
        workdir=str(folder / "arbeit"),
    )
    seconds = time.perf_counter() - started
    cells = pd.DataFrame(result.tables[0].rows)
    keys = cells["block"].astype(str) + "/" + cells["age"].astype(str) + "/" + cells["sex"].astype(str)
    state = cells["status"].astype(str)
    answer = {
        "version": pytauargus.__version__,
        "seconds": seconds,
        "hidden": keys[state.isin(["U", "M"])].tolist(),
        "primary": int((state == "U").sum()),
        "secondary": int((state == "M").sum()),
    }
    (folder / ANSWER).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    _job(Path(sys.argv[1]), Path(sys.argv[2]))
