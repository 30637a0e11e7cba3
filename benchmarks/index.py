"""Indices: variants, one changed weight, the ASEM chain, published indices (python -m benchmarks.index [--json])."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks import published
from benchmarks.lines import Line, median_of, tell
from sozialraum.catalogue.loader import preset_recipe
from sozialraum.catalogue.recipe import Variation
from sozialraum.indices import sensitivity
from sozialraum.indices.chain import Inputs, Outcome, calculate

AREAS, INDICATORS, VARIANTS = 600, 20, 1_000
COINR = "COINr lässt sich hier nicht installieren"


def outcome() -> Outcome:
    """An index of 600 areas with 20 components and their standard errors."""
    rng = np.random.default_rng(1)
    names = [f"k{j}" for j in range(INDICATORS)]
    x = pd.DataFrame(rng.gamma(3.0, 4.0, size=(AREAS, INDICATORS)), columns=names)
    errors = pd.DataFrame(rng.uniform(0.1, 1.0, size=x.shape), columns=names)
    return calculate(
        Inputs(x, errors=errors), preset_recipe("zsumme", [{"indicator": name} for name in names])
    )


def variants(index: Outcome) -> Iterator[Line]:
    """Standardise, weigh, rank and classify every variant: as an edition does, and with every choice."""
    case = f"{VARIANTS} Varianten, {AREAS} Gebiete × {INDICATORS} Kennzahlen"
    for name, variation in (("Gewichte, Messfehler", index.recipe.stability), ("alle Wahlen", sensitivity.thorough(index.recipe))):  # fmt: skip
        seconds = median_of(lambda v=variation: sensitivity.stability(index, v), 3)  # type: ignore[misc]
        yield Line(f"{case}, {name}", seconds, 2.0, peer="COINr", note=COINR)


def one_weight(index: Outcome) -> Line:
    """The answer to a slider."""
    seconds = median_of(lambda: sensitivity.reweighted(index, {"k3": 2.0}), 20)
    return Line(f"ein geändertes Gewicht, {AREAS} Gebiete", seconds, 0.2)


def asem() -> Iterator[Line]:
    """The chain of COINr's sample: once, and in 10,000 variants."""
    data = published.data_folder()
    if not data.exists():
        return
    recipe = published.recipes("asem")["asem"]
    _, inputs = published.asem_inputs(data)
    inputs = Inputs(inputs.values[recipe.names], groups=inputs.groups)
    once = median_of(lambda: calculate(inputs, recipe), 5)
    yield Line(
        "ASEM 51 × 49, ganzer Rechenweg", once, 0.58, peer="COINr", peer_s=0.58, note="zitiert; " + COINR
    )
    index = calculate(inputs, recipe)
    many = Variation(weights=0.5, errors=False, leave_one_out=True, normalise=("z_score", "rank"), aggregate=("geometric",), variants=10_000)  # fmt: skip
    yield Line("ASEM 51 × 49, 10.000 Varianten", median_of(lambda: sensitivity.variants(index, many), 1), 5.0, peer="COINr", note=COINR)  # fmt: skip
    started = time.perf_counter()
    wrong = sum(not check.holds for check in published.checks(data))
    yield Line(f"alle veröffentlichten Indizes, {wrong} mit unerklärter Abweichung", time.perf_counter() - started, 60.0)  # fmt: skip


if __name__ == "__main__":
    index = outcome()
    tell([*variants(index), one_weight(index), *asem()])
