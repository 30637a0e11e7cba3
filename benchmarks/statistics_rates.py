"""Life expectancy, slope index, standardised rates and trends (python -m benchmarks.statistics_rates [--json]).

R PHEindicatormethods 2.1.0 is no Debian package; its times are cited from an earlier run on two shared cores.
"""

from __future__ import annotations

import numpy as np

from benchmarks.lines import Line, median_of, tell
from sozialraum.indicators.inequality import slope
from sozialraum.indicators.life_expectancy import life_expectancy
from sozialraum.indicators.standardise import ESP2013, direct
from sozialraum.indicators.trend import Point, assess

AGES = [0, 1, *range(5, 95, 5)]
PHE = "R PHEindicatormethods"


def deaths(areas: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Deaths and population of areas of about 8,000 persons by 20 age bands."""
    rng = np.random.default_rng(seed)
    population = rng.integers(150, 700, (areas, len(AGES))).astype(float)
    hazard = 4e-5 * np.exp(0.095 * (np.array(AGES) + 2))
    return rng.poisson(population * np.minimum(hazard, 0.3)).astype(float) + (hazard > 0.1), population


def life_tables() -> list[Line]:
    """Life expectancy with limits in the size of the budget and in a size that the peer was run with."""
    lines = []
    for areas, budget, peer, seconds in ((100_000, 1.0, "", None), (2_000, 0.1, PHE, 13.4)):
        data = deaths(areas)
        found = life_expectancy(*data, AGES)
        assert np.isfinite(found.value).mean() > 0.9
        taken = median_of(lambda data=data: life_expectancy(*data, AGES), 5)  # type: ignore[misc]
        lines.append(
            Line(
                f"Lebenserwartung mit Grenzen, {areas} Gebiete × 20 Altersgruppen",
                taken,
                budget,
                peer=peer,
                peer_s=seconds,
            )
        )
    return lines


def slopes() -> list[Line]:
    """Slope and relative index with limits over ten groups, on the three scales."""
    rng = np.random.default_rng(2)
    lines = []
    for areas, scale, budget, peer, seconds in (
        (10_000, "identity", 2.0, "", None),
        (10_000, "log", 2.0, "", None),
        (10_000, "logit", 2.0, "", None),
        (200, "identity", 0.1, f"{PHE}, 100.000 Ziehungen", 89.0),
    ):
        value, people = rng.uniform(0.1, 0.3, (areas, 10)), rng.integers(1000, 9000, (areas, 10))
        error = np.full((areas, 10), 0.01)
        taken = median_of(lambda v=value, e=error, p=people, s=scale: slope(v, e, p, scale=s), 5)  # type: ignore[misc]
        lines.append(
            Line(
                f"Steigungsindex mit Grenzen ({scale}), {areas} Gebiete × 10 Gruppen",
                taken,
                budget,
                peer=peer,
                peer_s=seconds,
            )
        )
    return lines


def standardised() -> Line:
    """Directly standardised rates with limits."""
    rng = np.random.default_rng(3)
    x, n = rng.poisson(6, (5_000, 19)), rng.integers(200, 900, (5_000, 19))
    weights = list(ESP2013.values())
    return Line(
        "Standardisierte Raten mit Grenzen, 5000 Gebiete × 19 Altersgruppen",
        median_of(lambda: direct(x, n, weights), 9), 0.1, peer=PHE, peer_s=2.9,
    )  # fmt: skip


def trends() -> Line:
    """The trend of every series of a page: 600 areas, ten years."""
    rng = np.random.default_rng(4)
    series = [
        [
            Point(f"{2015 + k}-12-31", x / 12, None, None, float(x), 1200.0)
            for k, x in enumerate(rng.binomial(1200, 0.2, 10))
        ]
        for _ in range(600)
    ]
    taken = median_of(lambda: [assess(one, "share", per=100) for one in series], 5)
    return Line("Entwicklung von 600 Reihen zu zehn Jahren", taken, 0.5)


def measure() -> list[Line]:
    """All lines of this room."""
    return [*life_tables(), *slopes(), standardised(), trends()]


if __name__ == "__main__":
    tell(measure())
