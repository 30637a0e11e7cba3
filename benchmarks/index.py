"""An index with 1,000 sensitivity variants, 600 areas × 20 indicators (python -m benchmarks.index)."""

from __future__ import annotations

import numpy as np

from benchmarks.lines import Line, median_of, tell
from sozialraum.indices.normalise import z_score
from sozialraum.indices.sensitivity import stability

AREAS, INDICATORS, VARIANTS = 600, 20, 1_000


def variants() -> Line:
    """Standardise, weigh, rank and classify every variant."""
    rng = np.random.default_rng(1)
    x = rng.gamma(3.0, 4.0, size=(AREAS, INDICATORS))
    errors = rng.uniform(0.01, 0.1, size=x.shape)

    def work() -> None:
        z = z_score(x)
        stability(z, np.ones(INDICATORS), np.array([-1.0, 1.0, 1.5]), errors=errors, variants=VARIANTS)

    seconds = median_of(work, 5)
    return Line(
        f"Index, {VARIANTS} Varianten, {AREAS} Gebiete × {INDICATORS} Kennzahlen",
        seconds,
        2.0,
        peer="COINr",
        note="COINr lässt sich hier nicht installieren",
    )


if __name__ == "__main__":
    tell([variants()])
