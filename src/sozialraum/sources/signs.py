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

_BLANKS = " \u202f"


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
    whole, mark, fraction = text.partition(decimal)
    grouping = f"[{re.escape(thousands + _BLANKS)}]"
    if re.search(grouping, whole):
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({grouping}\d{{3}})+", whole, re.ASCII):
            return None
        whole = re.sub(grouping, "", whole)
    plain = f"{whole}.{fraction}" if mark else whole
    return float(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?", plain, re.ASCII) else None
