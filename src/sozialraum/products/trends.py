"""What a series does, as arrow and word: the library's test, told for readers (Trendzeichen)."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.indicators.trend import Direction, Trend, assess
from sozialraum.products import draw
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value

ARROWS: dict[Direction, str] = {
    Direction.RISING: "up",
    Direction.FALLING: "down",
    Direction.STEADY: "flat",
    Direction.UNEVEN: "uneven",
    Direction.UNTESTABLE: "unknown",
}
ALREADY = "Die Kennzahl ist selbst schon eine Veränderung."


def of(indicator: Indicator, series: Sequence[Value]) -> Trend:
    """The trend of one area's series; a change is one already."""
    if indicator.kind == "change":
        return Trend(Direction.UNTESTABLE, reason=ALREADY)
    return assess(series, indicator.kind, per=indicator.per, polarity=indicator.polarity)


def arrow(trend: Trend) -> str:
    """The name of the arrow."""
    return ARROWS[trend.direction]


def word(trend: Trend, polarity: str) -> str:
    """`sinkt, günstig`; a sure but small change is told as such."""
    told = draw.trend_word(arrow(trend), polarity)
    return told.replace("steigt", "steigt wenig").replace("sinkt", "sinkt wenig") if _slight(trend) else told


def _slight(trend: Trend) -> bool:
    return trend.clear and not trend.relevant
