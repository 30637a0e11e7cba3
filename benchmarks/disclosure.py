"""Protecting and completely auditing the reference instances (python -m benchmarks.disclosure [--json])."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

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
SECONDARY = {"S": 340, "M": 3200, "L": 11000}
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


def run(name: str, *, rule_aware: bool) -> Run:
    """Protect and audit one instance; also against a reader who believes that no zero is ever hidden."""
    system, load = instance(name), os.getloadavg()[0]
    started = time.perf_counter()
    hidden = suppress(system, seed=SEED, starts=STARTS[name], processes=PROCESSES[name])
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
            note=_rule_aware_note(done) + (HITAS if name == "M" else ""),
        ),
    ]


HITAS = " τ-ARGUS HiTaS (zitiert): 8 s, 2.030 Felder, aber 8 von 476 Stichproben genau berechenbar, 30 % zu schmal."


def _rule_aware_note(done: Run) -> str:
    """What somebody would learn who wrongly knew that zeros are never hidden."""
    if done.rule_aware is None:
        return ""
    return (
        f"Wer zusätzlich wüsste, welche gesperrten Felder keine Nullen sind: {len(done.rule_aware.failed)} zu schmal, "
        f"{len(done.rule_aware.exact)} genau, {len(done.rule_aware.unproved)} nicht bewiesen."
    )


if __name__ == "__main__":
    if not (REFERENCES / "sdc").is_dir():
        sys.exit(f"Referenzwerte fehlen: {REFERENCES} (SOZIALRAUM_REFERENZEN)")
    named = [name for name in STARTS if name in sys.argv[1:]] or list(STARTS)
    tell([line for name in named for line in lines(run(name, rule_aware=name == "S"))])
