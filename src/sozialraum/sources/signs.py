"""German numbers and the signs that stand for them in delivered tables (Zahlen und Zeichen)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Final

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
    "( )": Status.UNRELIABLE,
    "x": Status.NOT_MEANINGFUL,
    "X": Status.NOT_MEANINGFUL,
    "NA": Status.MISSING,
    "k.A.": Status.MISSING,
}
# Letters that stand behind (or before) a figure in official tables: provisional, estimated, corrected.
DEFAULT_MARKS: Mapping[str, Status] = {"p": Status.PROVISIONAL, "s": Status.ESTIMATED, "r": Status.OK}

# Signs that stand in a column of their own beside the figure: GENESIS says `e` for final, the census `KLAMMERN` for weak.
DEFAULT_BESIDE: Mapping[str, Status] = {
    **DEFAULT_MARKS,
    "": Status.OK,
    "e": Status.OK,
    "KLAMMERN": Status.UNRELIABLE,
    "()": Status.UNRELIABLE,
}

_BLANKS: Final = " \u202f\u2009"
_SUPERSCRIPTS: Final = re.compile(r"[⁰¹²³⁴-⁹]+[)⁾]?$")
# "< 3", "<3", "unter 3", "weniger als 3", "1-2": the supplier hides the figure and says how small it is.
_BELOW: Final = re.compile(r"(?:<|≤|unter|weniger als|bis)\s*\d+", re.IGNORECASE | re.ASCII)
_BRACKETED: Final = re.compile(r"[(\[]\s*(.+?)\s*[)\]]")

Figure = tuple[float, Status]


def read_number(
    cell: Cell,
    signs: Mapping[str, Status],
    *,
    decimal: str = ",",
    thousands: str = ".",
    marks: Mapping[str, Status] | None = None,
) -> tuple[float, Status] | None:
    """Read one cell as a number with its state; None when it is neither a number nor a known sign.

    Numbers that a workbook stores as numbers are taken as they are; a date is never a number. `(12)` is unreliable,
    `< 3` was hidden by the supplier, `12 p` carries a mark. Nothing is guessed: `12 %` or `rund 30` are no numbers.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        value = float(cell)
        return None if not math.isfinite(value) else _counted(value)
    if isinstance(cell, date):
        return None
    text = _SUPERSCRIPTS.sub("", text_of(cell)).strip()
    text = "( )" if text == "()" else text
    if text in signs:
        status = signs[text]
        return (0.0 if status is Status.NONE else math.nan, status)
    if _BELOW.fullmatch(text):
        return math.nan, Status.SUPPRESSED
    return _marked(text.replace("−", "-"), decimal, thousands, DEFAULT_MARKS if marks is None else marks)


def _marked(text: str, decimal: str, thousands: str, marks: Mapping[str, Status]) -> Figure | None:
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        value = _parse(bracketed[1], decimal, thousands)
        return None if value is None else (value, Status.UNRELIABLE)
    for mark, status in marks.items():
        bare = text.removesuffix(mark).strip()
        if bare != text and (value := _parse(bare, decimal, thousands)) is not None:
            return _counted(value) if status is Status.OK else (value, status)
    value = _parse(text, decimal, thousands)
    return None if value is None else _counted(value)


def _counted(value: float) -> Figure:
    return value, Status.NONE if value == 0 else Status.OK


def _parse(text: str, decimal: str, thousands: str) -> float | None:
    # Exports write a minus and fill up with blanks: "-  23".
    text = re.sub(rf"^([+-])[{_BLANKS}]+(?=\d)", r"\1", text)
    whole, mark, fraction = text.partition(decimal)
    grouping = f"[{re.escape(thousands + _BLANKS)}]"
    if re.search(grouping, whole):
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({grouping}\d{{3}})+", whole, re.ASCII):
            return None
        whole = re.sub(grouping, "", whole)
    plain = f"{whole}.{fraction}" if mark else whole
    # Statistical programs drop the zero before a decimal point (".707"); before a comma nobody does.
    form = r"[+-]?\d+(\.\d+)?" if decimal == "," else r"[+-]?(\d+(\.\d+)?|\.\d+)"
    return float(plain) if re.fullmatch(form, plain, re.ASCII) else None


def why_no_number(cell: Cell) -> tuple[str, str]:
    """What is wrong with a cell that is no number, and what to do about it, in German."""
    if isinstance(cell, date):
        return (
            "Dort steht ein Datum; vermutlich hat Excel eine Zahl wie „3.4“ umgewandelt.",
            "Lassen Sie sich die Tabelle mit Zahlen geben oder tragen Sie die richtige Zahl in korrekturen.toml ein.",
        )
    text = text_of(cell)
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", text, re.IGNORECASE | re.ASCII):
        return (
            "Die Zahl steht in gekürzter Schreibweise (E); dabei gehen Stellen verloren.",
            "Lassen Sie die Spalte als Zahl ohne Nachkommastellen ausgeben.",
        )
    if re.fullmatch(r"#[A-ZÄÖÜ/0]+[!?]?", text):
        return (
            "Dort steht eine Fehlermeldung der Tabellenkalkulation.",
            "Lassen Sie die Formel von der liefernden Stelle berichtigen.",
        )
    return (
        "Das ist weder eine Zahl noch ein bekanntes Zeichen.",
        "Erklären Sie das Zeichen unter „signs“ im Rezept oder fragen Sie die liefernde Stelle.",
    )
