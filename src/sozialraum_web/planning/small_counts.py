"""Numbers of people entered here pass the disclosure rule: below five nothing is shown, nothing can be worked out (Mindestfallzahl)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sozialraum.products import draw
from sozialraum.tables import Status

MINIMUM: Final = 5
HIDDEN_TEXT: Final = "weniger als 5"


def hidden(actual: Decimal | float | None, people: bool) -> bool:
    """Whether a number of people is too small to show; zero is shown, nobody is behind it."""
    return people and actual is not None and 0 < actual < MINIMUM


def shown(actual: Decimal | float | None, people: bool) -> float | None:
    """The number as it may be shown, None where it is missing or hidden."""
    return None if actual is None or hidden(actual, people) else float(actual)


def text(actual: Decimal | float | None, people: bool) -> str:
    """The number in words: German figure, sign for hidden, dash for missing."""
    if hidden(actual, people):
        return f"{draw.STATUS_SIGNS[Status.SUPPRESSED]} ({HIDDEN_TEXT})"
    if actual is None:
        return "–"
    number = float(actual)
    return draw.whole(number) if number.is_integer() else draw.number(number, 1)
