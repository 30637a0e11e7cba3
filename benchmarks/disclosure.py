"""Protecting and completely auditing the reference instances, beside τ-ARGUS (python -m benchmarks.disclosure [S] [M] [L] [--json]).

`--samen` adds ten seeds on M, `--klein` 5,000 small tables against enumeration, `--tafel` prints the table of the handbook.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

from benchmarks import disclosure_small as small
from benchmarks.disclosure_peer import measure
from benchmarks.lines import Line, tell
from sozialraum.disclosure.audit import Audit, audit
from sozialraum.disclosure.suppression import suppress
from sozialraum.disclosure.system import Bounds, Flags, System, Tree

REFERENCES = Path(
    os.environ.get("SOZIALRAUM_REFERENZEN") or Path(__file__).parents[2] / "shared" / "reference"
)
AREAS = ("district", "subdistrict", "quarter", "block")
AGES = ("agegroup", "age")
LEVEL_WEIGHTS = (4.0, 4.0, 3.0, 2.0, 1.0)  # municipality, district, subdistrict, quarter, block
ZERO_WEIGHT = 1.5
THRESHOLD = 3
SEED = 1
STARTS = {"S": 8, "M": 4, "L": 1}
PROCESSES = {"S": 1, "M": 2, "L": 2}
AUDIT_LIMIT = 300.0  # seconds; beyond it a cell counts as not proved

SECONDS = {"S": 3.0, "M": 30.0, "L": 90.0}
SECONDARY = {"S": 330, "M": 3200, "L": 11000}
QUICK_SECONDS, QUICK_SECONDARY = 8.0, 3500  # one start on M
SEEDS = range(1, 11)
SMALL = 5000
HITAS_LIMIT = 60.0  # seconds in which the pattern of τ-ARGUS is attacked
GAUSS = "GaussSuppression 1.2.3"
GAUSS_SECONDS = {"S": 2.35, "M": 285.0}  # methods.md H, measured on such a machine, one run
GAUSS_SECONDARY = {"S": 446, "M": 4127}
GAUSS_NARROW = {"S": 0, "M": 4}


@dataclass(frozen=True)
class Run:
    """One instance protected and audited."""

    name: str
    system: System
    hidden: Flags
    protecting: float
    audit: Audit
    rule_aware: Audit | None
    load: float

    @property
    def secondary(self) -> int:
        """Cells hidden beside the primary ones."""
        return int((self.hidden & ~self.system.primary).sum())


def instance(name: str) -> System:
    """A reference table as equations: areas x ages x sexes with all totals; 1 and 2 are primary."""
    path = REFERENCES / "sdc" / f"municipal_{name}.csv{'.gz' if name == 'L' else ''}"
    data = pd.read_csv(path)
    total = pd.Series("Total", data.index)
    areas, ages = [total, *(data[c] for c in AREAS)], [total, *(data[c] for c in AGES)]
    blocks = [
        _level(area, age, sex, rank)
        for (rank, area), age, sex in product(enumerate(areas), ages, [total, data.sex])
    ]
    cells = sp.vstack([block.members for block in blocks], format="csr")
    keys = tuple(key for block in blocks for key in block.keys)
    counts = data.n.to_numpy(dtype=np.float64)
    values = cells @ counts
    weight = np.concatenate([np.full(len(block.keys), LEVEL_WEIGHTS[block.rank]) for block in blocks])
    every, nothing = np.ones(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
    demand = np.full(len(keys), float(THRESHOLD))
    return System(
        counts,
        cells,
        keys,
        publishable=every,
        fixed=nothing,
        primary=(values > 0) & (values < THRESHOLD),
        width=demand,
        reach=demand,
        floor=np.full(len(keys), np.inf),
        weight=np.where(values == 0, ZERO_WEIGHT, 1.0) * weight,
        tree=_tree(areas, data, keys),
    )


@dataclass(frozen=True)
class _Block:
    rank: int
    keys: list[str]
    members: sp.csr_matrix


def _level(area: pd.Series, age: pd.Series, sex: pd.Series, rank: int) -> _Block:
    """All cells of one combination of levels."""
    number, keys = pd.factorize(area + "/" + age + "/" + sex)
    members = sp.csr_matrix((np.ones(len(number)), (number, np.arange(len(number)))))
    return _Block(rank, list(keys), members)


def _tree(areas: list[pd.Series], data: pd.DataFrame, keys: tuple[str, ...]) -> Tree:
    names = pd.concat(areas).unique().tolist()
    number = {name: i for i, name in enumerate(names)}
    parent = np.full(len(names), -1)
    for low, high in zip(areas[1:], areas[:-1], strict=True):
        parent[low.map(number)] = high.map(number)
    profile = pd.factorize(data.age + "/" + data.sex)[0]
    cell_node = np.array([number[key.split("/")[0]] for key in keys])
    return Tree(parent, data.block.map(number).to_numpy(), profile, cell_node)


def run(name: str, *, rule_aware: bool, seed: int = SEED, starts: int = 0) -> Run:
    """Protect and audit one instance; also against a reader who believes that no zero is ever hidden."""
    system, load = instance(name), os.getloadavg()[0]
    started = time.perf_counter()
    hidden = suppress(system, seed=seed, starts=starts or STARTS[name], processes=PROCESSES[name])
    protecting = time.perf_counter() - started
    judged = audit(system, hidden, time_limit=AUDIT_LIMIT)
    aware = _rule_aware(system, hidden) if rule_aware else None
    return Run(name, system, hidden, protecting, judged, aware, load)


def _rule_aware(system: System, hidden: Flags) -> Audit:
    """The audit against "every hidden cell is at least 1", on the hidden cells where that is true."""
    positive = hidden & (system.values >= 1)
    count = int(positive.sum())
    at_least = Bounds(system.cells[positive], np.ones(count), np.full(count, np.inf))
    return audit(replace(system, bounds=at_least), hidden, time_limit=30.0)


def lines(done: Run) -> list[Line]:
    """Time, cells hidden, and intervals too narrow: the three figures of the budget."""
    name, cells = done.name, len(done.system.keys)
    case = f"municipal_{name} ({cells} Felder, {int(done.system.primary.sum())} primär)"
    narrow = len(done.audit.failed) + len(done.audit.unproved)
    return [
        Line(
            f"{case}: schützen und prüfen",
            done.protecting + done.audit.seconds,
            SECONDS[name],
            peer=GAUSS if name in GAUSS_SECONDS else "",
            peer_s=GAUSS_SECONDS.get(name),
            note=f"davon Prüfung {done.audit.seconds:.1f} s mit {done.audit.lps} Programmen: {done.audit.verdict}; "
            f"{STARTS[name]} Starts, {PROCESSES[name]} Prozesse, Nullen dürfen gesperrt sein; Last {done.load:.1f} vor Beginn"
            + ("; Vergleich ohne Prüfung" if name in GAUSS_SECONDS else ""),
        ),
        Line(
            f"{case}: sekundär gesperrt",
            float(done.secondary),
            float(SECONDARY[name]),
            unit="Felder",
            peer=GAUSS if name in GAUSS_SECONDARY else "",
            peer_s=GAUSS_SECONDARY.get(name),
            note=f"davon Nullen: {int((done.hidden & (done.system.values == 0)).sum())}",
        ),
        Line(
            f"{case}: Intervalle schmaler als {THRESHOLD}",
            float(narrow),
            0.0,
            unit="Felder",
            peer=GAUSS if name in GAUSS_NARROW else "",
            peer_s=GAUSS_NARROW.get(name),
            note=_rule_aware_note(done),
        ),
    ]


def quick_lines() -> list[Line]:
    """The quick mode on M: one start."""
    done = run("M", rule_aware=False, starts=1)
    narrow = len(done.audit.failed) + len(done.audit.unproved)
    told = f"Prüfung {done.audit.verdict}, {narrow} zu schmal; Last {done.load:.1f}"
    return [
        Line("municipal_M, ein Start: schützen und prüfen", done.protecting + done.audit.seconds, QUICK_SECONDS, note=told),
        Line("municipal_M, ein Start: sekundär gesperrt", float(done.secondary), float(QUICK_SECONDARY), unit="Felder"),
    ]  # fmt: skip


def seed_lines() -> list[Line]:
    """Ten seeds on M: the worst count and time, and that every pattern passes."""
    runs = [run("M", rule_aware=False, seed=seed) for seed in SEEDS]
    counts = [done.secondary for done in runs]
    times = [done.protecting + done.audit.seconds for done in runs]
    narrow = sum(len(done.audit.failed) + len(done.audit.unproved) for done in runs)
    told = f"{min(counts)} bis {max(counts)}, Median {int(np.median(counts))}"
    return [
        Line("municipal_M, zehn Startwerte: größte Zahl sekundär gesperrter", float(max(counts)), float(SECONDARY["M"]), unit="Felder", note=told),
        Line("municipal_M, zehn Startwerte: längste Zeit", max(times), SECONDS["M"], note=f"Median {np.median(times):.1f} s"),
        Line("municipal_M, zehn Startwerte: Intervalle zu schmal", float(narrow), 0.0, unit="Felder"),
    ]  # fmt: skip


def peer_lines(name: str) -> list[Line]:
    """τ-ARGUS HiTaS in this run, and what the attacker makes of its pattern; nothing where it is not installed."""
    peer = measure(REFERENCES / "sdc" / f"municipal_{name}.csv")
    if peer is None:
        return []
    system = instance(name)
    hidden = _spread(system, np.array([key in peer.hidden for key in system.keys]))
    judged = audit(system, hidden | system.primary, time_limit=HITAS_LIMIT)
    narrow = len(judged.failed)
    return [
        Line(
            f"municipal_{name}: τ-ARGUS {peer.version} HiTaS, nur zum Vergleich", peer.seconds, np.inf, peer="τ-ARGUS HiTaS",
            peer_s=peer.seconds, peer_measured=True,
            note=f"{peer.secondary} sekundär; Angriff: {narrow} zu schmal, davon {len(judged.exact)} genau, {len(judged.unproved)} in {HITAS_LIMIT:g} s nicht bewiesen",
        )
    ]  # fmt: skip


def _spread(system: System, hidden: Flags) -> Flags:
    """τ-ARGUS names a group of a single age once: equal cells share its fate."""
    alike: dict[tuple[bytes, bytes], list[int]] = {}
    rows = system.cells
    for cell, (start, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
        alike.setdefault((rows.indices[start:end].tobytes(), b""), []).append(cell)
    result = hidden.copy()
    for cells in alike.values():
        result[cells] = hidden[cells].any()
    return result


def small_lines(count: int = SMALL) -> list[Line]:
    """Small random tables: the interval contains every whole-numbered table, and a second solver says the same."""
    found = small.compare(count)
    told = f"{found.protected} Muster der Sperrung bestanden; mit ganzen Zahlen enger: {found.narrower} von {found.cells} Zellen, darunter genau {found.exact}"
    return [
        Line(f"{found.tables} kleine Tabellen: Widersprüche zur Aufzählung", float(found.outside), 0.0, unit="Zellen", note=told),
        Line(f"{found.tables} kleine Tabellen: anderes Urteil als der zweite Löser", float(found.disagreeing), 0.0, unit="Tabellen"),
        Line(f"{found.tables} kleine Tabellen: Zeit", found.seconds, 1800.0),
    ]  # fmt: skip


def _rule_aware_note(done: Run) -> str:
    """What somebody would learn who wrongly knew that zeros are never hidden."""
    if done.rule_aware is None:
        return ""
    return (
        f"Wer zusätzlich wüsste, welche gesperrten Felder keine Nullen sind: {len(done.rule_aware.failed)} zu schmal, "
        f"{len(done.rule_aware.exact)} genau, {len(done.rule_aware.unproved)} nicht bewiesen."
    )


def table(told: Sequence[Line]) -> str:
    """The lines as the table of the handbook."""
    rows = [
        f"| {line.case} | {_german(line.ours_s)} {line.unit} | "
        + ("–" if not np.isfinite(line.budget) else f"{_german(line.budget)} {line.unit}")
        + f" | {_peer(line)} | {line.note or '–'} |"
        for line in told
    ]
    return "\n".join(
        ["| Fall | gemessen | verlangt höchstens | Vergleich | Bemerkung |", "|---|---|---|---|---|", *rows]
    )


def _german(number: float) -> str:
    text = f"{number:,.0f}" if number == round(number) else f"{number:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def _peer(line: Line) -> str:
    if not line.peer or line.peer_s is None:
        return "–"
    return f"{line.peer} {_german(line.peer_s)} {line.unit}" + ("" if line.peer_measured else " (zitiert)")


def main(arguments: Sequence[str]) -> list[Line]:
    """All lines that the arguments ask for."""
    named = [name for name in STARTS if name in arguments] or list(STARTS)
    told = [line for name in named for line in lines(run(name, rule_aware=name == "S"))]
    told += quick_lines() if "M" in named else []
    told += [line for name in named if name != "L" for line in peer_lines(name)]
    told += seed_lines() if "--samen" in arguments else []
    return told + (small_lines() if "--klein" in arguments else [])


if __name__ == "__main__":
    if not (REFERENCES / "sdc").is_dir():
        sys.exit(f"Referenzwerte fehlen: {REFERENCES} (SOZIALRAUM_REFERENZEN)")
    found = main(sys.argv[1:])
    if "--tafel" in sys.argv:
        print(table(found))
    else:
        tell(found)
