"""One line of a budget table, and how it is printed or handed to machines."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Line:
    """A measured case: our figure, the peer's, the budget; times in seconds unless the case names another unit."""

    case: str
    ours_s: float
    budget: float
    unit: str = "s"
    peer: str = ""
    peer_s: float | None = None
    peer_measured: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return round(self.ours_s / self.peer_s, 3) if self.peer_s else None

    @property
    def within_budget(self) -> bool:
        """Whether the budget holds in this run."""
        return self.ours_s <= self.budget


def median_of(work: Callable[[], object], runs: int) -> float:
    """The median time of some runs, in seconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def tell(lines: Sequence[Line]) -> None:
    """Print the lines as a table, or as JSON when the command was called with --json."""
    if "--json" in sys.argv:
        content = [
            {**asdict(line), "ratio": line.ratio, "within_budget": line.within_budget} for line in lines
        ]
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    for line in lines:
        peer = f"{line.peer} {line.peer_s:g} {line.unit}" if line.peer_s else line.peer
        measured = "" if line.peer_measured or not line.peer else " (zitiert)"
        verdict = "ja" if line.within_budget else "NEIN"
        print(
            f"{line.case:66} {line.ours_s:10.3f} {line.unit:4} Budget {line.budget:g}: {verdict:5} {peer}{measured} {line.note}"
        )
