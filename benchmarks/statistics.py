"""All statistical methods against their budgets (python -m benchmarks.statistics [--json] [--write]).

Collects the modules statistics_*.py beside this one; `--write` also writes docs/methoden/geschwindigkeit.md.
"""

from __future__ import annotations

import importlib
import os
import platform
import resource
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy

from benchmarks.lines import Line, tell

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "methoden" / "geschwindigkeit.md"
MEMORY_BUDGET = 2.0  # GiB
HEAD = """# Geschwindigkeit der statistischen Verfahren

Diese Seite wird mit `python -m benchmarks.statistics --write` geschrieben; alle Zeiten stammen aus einem Lauf. Ein Vergleichswert ist
entweder im selben Lauf gemessen oder aus einem früheren Lauf übernommen („zitiert“), wo sich das andere Programm nicht installieren ließ.

Die Budgets gelten für einen ruhigen Rechner mit zwei Kernen. Die Last steht dabei, weil fremde Arbeit jede Zeit verlängert: Bei einer
Last von 10 auf zwei Kernen dauert alles ein Mehrfaches.
"""


def rooms() -> list[str]:
    """The names of the modules that measure, in order."""
    return sorted(path.stem for path in HERE.glob("statistics_*.py"))


def measure() -> dict[str, list[Line]]:
    """The lines of every room."""
    return {name: list(importlib.import_module(f"benchmarks.{name}").measure()) for name in rooms()}


def peak() -> float:
    """The largest memory of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def memory() -> Line:
    """What all passes together needed at most."""
    return Line("größter Speicherbedarf aller Läufe zusammen", round(peak(), 2), MEMORY_BUDGET, unit="GiB")


def hardware() -> str:
    """The machine in words."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    total = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return (
        f"{os.cpu_count()} Kerne ({model}), {total / 2**20:.0f} GiB Speicher, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, SciPy {scipy.__version__}"
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text("utf-8").splitlines() if file.exists() else []


def page(measured: Mapping[str, Sequence[Line]], machine: str, day: str, load: float) -> str:
    """The handbook page of one run."""
    rows = [_row(line) for lines in measured.values() for line in lines]
    table = "\n".join(
        [
            "| Fall | gemessen | Budget | gehalten | Vergleich | dort | woher | Anmerkung |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
    return (
        f"{HEAD}\nGemessen am {day}. Rechner: {machine}. Last am Ende {_german(load)}.\n\n{table}\n\n"
        "Welche Fälle gemessen werden, steht in den Dateien `benchmarks/statistics_*.py`; ein Vergleichsprogramm, das nicht in derselben\n"
        "Umgebung liegt, nennt `SOZIALRAUM_VERGLEICH` (Pfad eines Python).\n"
    )


def _row(line: Line) -> str:
    held = "ja" if line.within_budget else "**nein**"
    there = f"{_german(line.peer_s)} {line.unit}" if line.peer_s else ""
    source = ("gemessen" if line.peer_measured else "zitiert") if line.peer and line.peer_s else ""
    cells = (
        line.case,
        f"{_german(line.ours_s)} {line.unit}",
        f"{_german(line.budget)} {line.unit}",
        held,
        line.peer,
        there,
        source,
        line.note,
    )
    return "| " + " | ".join(cells) + " |"


def _german(number: float) -> str:
    """Three significant digits with a decimal comma."""
    return f"{float(f'{number:.3g}'):g}".replace(".", ",")


def main() -> None:
    """Measure, tell, and write the page where it is asked for."""
    measured = measure() | {"": [memory()]}
    tell([line for lines in measured.values() for line in lines])
    if "--write" in sys.argv:
        today = datetime.now(UTC)
        months = (
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        )
        day = f"{today.day}. {months[today.month - 1]} {today.year}"
        PAGE.write_text(page(measured, hardware(), day, os.getloadavg()[0]), "utf-8")


if __name__ == "__main__":
    main()
