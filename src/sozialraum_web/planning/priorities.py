"""The order of needs by open criteria and weights, and how sure that order is (Prioritäten)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sozialraum_web.planning.models import Criterion, Need

HIGHEST_POINTS: Final = 4
# how far weights move when the range of a total is told
MOVED: Final = 0.2


@dataclass(frozen=True)
class Total:
    """Weighted share of the possible points in per cent, its range when any weight moves by a fifth, criteria scored."""

    value: float
    lower: float
    upper: float
    scored: int
    criteria: int


@dataclass(frozen=True)
class Ranked:
    """A need with its total (None without points) and the first and last place it may take."""

    need: Need
    total: Total | None
    first: int = 0
    last: int = 0


def weighted(points: Sequence[tuple[float, float]]) -> float:
    """Weighted mean of points (weight, points 0–4) as a share of the highest, in per cent; 0 without weight."""
    weight = sum(share for share, _points in points)
    return 100 * sum(share * value for share, value in points) / (weight * HIGHEST_POINTS) if weight else 0.0


def total(need: Need, criteria: Sequence[Criterion]) -> Total | None:
    """The total of a need over the criteria it was scored for; None without any."""
    scores = {score.criterion_id: score.points for score in need.scores.all()}
    points = [(float(item.weight), float(scores[item.pk])) for item in criteria if item.pk in scores]
    if not points:
        return None
    moved = [
        weighted([(weight * (1 + step) if index == number else weight, value) for index, (weight, value) in enumerate(points)])
        for number in range(len(points))
        for step in (-MOVED, MOVED)
    ]  # fmt: skip
    value = weighted(points)
    return Total(value, min([value, *moved]), max([value, *moved]), len(points), len(criteria))


def ranked(needs: Iterable[Need], criteria: Sequence[Criterion]) -> list[Ranked]:
    """Needs from the highest to the lowest total, those without points last; places as ranges."""
    found = [(need, total(need, criteria)) for need in needs]
    rows = []
    for need, own in found:
        if own is None:
            rows.append(Ranked(need, None))
            continue
        others = [other for row, other in found if row is not need and other is not None]
        surely_above = sum(1 for other in others if other.lower > own.upper)
        surely_below = sum(1 for other in others if other.upper < own.lower)
        rows.append(Ranked(need, own, surely_above + 1, len(others) + 1 - surely_below))
    return sorted(
        rows, key=lambda row: (row.total is None, -(row.total.value if row.total else 0.0), row.need.number)
    )
