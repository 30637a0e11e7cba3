"""German numbers and the signs that stand for them in delivered tables (Zahlen und Zeichen)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date

from sozialraum.spreadsheet import Cell, text_of
from sozialraum.tables import Status

DEFAULT_SIGNS: Mapping[str, Status] = {
    "": Status.MISSING,
    "-": Status.NONE,
    "–": Status.NONE,
    "—": Status.NONE,
    ".": Status.SUPPRESSED,
    "*": Status.SUPPRESSED,
    "...": Status.MISSING,
    "…": Status.MISSING,
    "/": Status.UNRELIABLE,
    "x": Status.NOT_MEANINGFUL,
    "X": Status.NOT_MEANINGFUL,
    "NA": Status.MISSING,
    "k.A.": Status.MISSING,
}

_GROUPED = re.compile(r"[+-]?\d{1,3}([. \u202f']\d{3})+")


def read_number(
    cell: Cell, signs: Mapping[str, Status], *, decimal: str = ",", thousands: str = "."
) -> tuple[float, Status] | None:
    """Read one cell as a number with its state; None when it is neither a number nor a known sign.

    Numbers that a workbook stores as numbers are taken as they are; a date is never a number.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        value = float(cell)
        return None if not math.isfinite(value) else (value, Status.NONE if value == 0 else Status.OK)
    if isinstance(cell, date):
        return None
    text = text_of(cell)
    if text in signs:
        status = signs[text]
        return (0.0 if status is Status.NONE else math.nan, status)
    value_of = _parse(text.replace("−", "-"), decimal, thousands)
    return None if value_of is None else (value_of, Status.NONE if value_of == 0 else Status.OK)


def _parse(text: str, decimal: str, thousands: str) -> float | None:
    whole, _, fraction = text.partition(decimal)
    if (thousands and thousands in whole) or " " in whole or "\u202f" in whole:
        if not _GROUPED.fullmatch(whole):
            return None
        whole = re.sub(r"[. \u202f',]", "", whole)
    plain = f"{whole}.{fraction}" if fraction else whole
    return float(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) else None
