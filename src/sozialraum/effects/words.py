"""How results of this package are put into German: figures, changes, and the sentence that is a normal answer."""

from __future__ import annotations

INDISTINCT = "statistisch nicht von der allgemeinen Entwicklung zu unterscheiden"
NO_CAUSE = "Ob eine Maßnahme dazu beigetragen hat, lässt sich daraus allein nicht schließen."


def german(number: float) -> str:
    """A figure with a decimal comma: none from 100, one from 1, else two decimals."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 1 else 2
    # A minus before a rounded zero says nothing.
    text = f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.replace("-", "")


def moved(number: float, unit: str = "") -> str:
    """A change in words: `um 2,1 Prozentpunkte gesunken`."""
    behind = f" {unit}" if unit else ""
    if german(number).strip("0,") == "":
        return "gleich geblieben"
    return f"um {german(abs(number))}{behind} {'gestiegen' if number > 0 else 'gesunken'}"


def interval(lower: float, upper: float, level: float = 0.95) -> str:
    """An interval in words."""
    return f"{100 * level:.0f}-Prozent-Bereich {german(lower)} bis {german(upper)}"
