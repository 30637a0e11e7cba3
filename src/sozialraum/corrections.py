"""Corrections on record: a known error, what is expected there, what holds instead, and why (Korrekturen)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field, ValidationError, field_validator, model_validator

from sozialraum.areas import Geography
from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import Finding
from sozialraum.sources.signs import read_number
from sozialraum.tables import DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status

CORRECTIONS = "korrekturen.toml"


class Correction(Record):
    """One known error in a delivery (Korrektur): its cell, what is expected there, what holds instead, and why."""

    area: str
    period: str
    reason: str = Field(min_length=1)
    source: str = ""
    variable: str = ""
    indicator: str = ""
    age: str = TOTAL
    sex: str = TOTAL
    nationality: str = TOTAL
    row: int | None = None
    action: Literal["replace", "remove", "reassign"] = "replace"
    value: float | None = Field(None, allow_inf_nan=False)
    new_area: str = ""
    expect: float | str | None = None
    author: str = ""
    date: str = ""
    reported: str = ""
    status: str = ""

    @field_validator("period", "date", "reported", mode="before")
    @classmethod
    def _as_text(cls, day: object) -> object:
        """TOML has dates and numbers of its own: they need no quotes."""
        return str(day) if isinstance(day, (date, int)) else day

    @model_validator(mode="after")
    def _is_complete(self) -> Correction:
        if self.action == "reassign":
            if not self.new_area or not self.source:
                raise ValueError("„reassign“ braucht „source“ und „new_area“")
            if self.value is not None or self.expect is not None:
                raise ValueError("„reassign“ ändert nur das Gebiet; „value“ und „expect“ gehören nicht dazu")
        elif self.new_area:
            raise ValueError('„new_area“ gehört zu action = "reassign"')
        elif bool(self.variable) == bool(self.indicator):
            raise ValueError("Sie braucht entweder „variable“ oder „indicator“")
        if self.action == "replace" and self.value is None:
            raise ValueError("Die Angabe „value“ fehlt")
        if self.variable and self.value is not None and self.value < 0:
            raise ValueError("Eine Zahl von Fällen kann nicht negativ sein")
        return self


def correct(
    rows: pd.DataFrame, folder: Path, geographies: Sequence[Geography]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Apply a municipality's korrekturen.toml to delivered rows.

    An entry that is unclear, does not fit exactly one cell, or expects something else than was delivered is refused with
    a finding; the others still apply.
    """
    path = folder / CORRECTIONS
    content = read_toml(path) if path.exists() else {}
    findings = [
        _refused(f"„{name}“ ist unbekannt; erwartet wird [[korrektur]].")
        for name in content
        if name != "korrektur"
    ]
    blocks = content.get("korrektur", [])
    if not isinstance(blocks, list):
        return rows, [*findings, _refused("Schreiben Sie [[korrektur]] mit doppelten Klammern.")]
    known = {geography.version: geography for geography in geographies}
    for number, block in enumerate(blocks, start=1):
        try:
            rows = _apply(rows, Correction.model_validate(block), known)
        except ValidationError as error:
            findings += [_refused(f"Korrektur {number}: {sentence}") for sentence in in_german(error)]
        except LookupError as error:
            findings.append(_refused(f"Korrektur {number}: {error.args[0]}"))
    return rows, findings


def _refused(message: str) -> Finding:
    return Finding(message, "Prüfen Sie den Eintrag.", file=CORRECTIONS)


def _apply(rows: pd.DataFrame, correction: Correction, geographies: Mapping[str, Geography]) -> pd.DataFrame:
    """The rows with one correction; raises LookupError with a German sentence when it does not fit."""
    if correction.action == "reassign":
        return _reassigned(rows, correction, geographies)
    place = _cell(rows, correction)
    if correction.expect is not None and not _is_expected(rows.loc[place], correction.expect):
        raise LookupError(
            f"Erwartet wurde {_said(correction.expect)}, geliefert ist {_delivered(rows.loc[place])}."
        )
    if correction.action == "remove":
        kept: pd.DataFrame = rows.drop(index=place)
        return kept
    rows = rows.copy()
    rows.loc[place, "count"] = correction.value
    rows.loc[place, "status"] = Status.NONE if correction.value == 0 else Status.OK
    rows.loc[place, "problem"] = None
    return rows


def _is_expected(row: pd.Series, expect: float | str) -> bool:
    """Whether a delivered cell is what a correction expects: its number, or its text as it stands in the file.

    The number of a cell that was refused, a negative one for instance, is read from its text.
    """
    if isinstance(expect, str):
        return bool(row["text"] == expect)
    return expect in (row["count"], *_numbers(str(row["text"]) if pd.isna(row["count"]) else ""))


def _numbers(text: str) -> list[float]:
    """A text as a German and as an English number, as far as it is one."""
    found = [read_number(text, {}, decimal=d, thousands=t) for d, t in ((",", "."), (".", ","))]
    return [number[0] for number in found if number is not None]


def _said(expect: float | str) -> str:
    return f"„{expect}“" if isinstance(expect, str) else f"{expect:g}"


def _delivered(row: pd.Series) -> str:
    return f"„{row['text']}“" if pd.isna(row["count"]) else f"{row['count']:g}"


def _chosen(rows: pd.DataFrame, correction: Correction) -> pd.Series:
    """Which rows have the source, area, period and row of a correction."""
    chosen: pd.Series = (
        rows["file"].str.startswith(f"{correction.source}/") if correction.source else rows["file"].notna()
    )
    chosen &= (rows["area"] == correction.area) & (rows["period"] == correction.period)
    return chosen if correction.row is None else chosen & (rows["row"] == correction.row)


def _cell(rows: pd.DataFrame, correction: Correction) -> Any:
    """The index of the one row that a correction means; `row` or `expect` tell doubled rows apart."""
    chosen = _chosen(rows, correction)
    for name in ("variable", "indicator", *DIMENSIONS):
        chosen &= rows[name] == getattr(correction, name)
    if chosen.sum() > 1 and correction.expect is not None:
        expected = [_is_expected(row, correction.expect) for _, row in rows[chosen].iterrows()]
        chosen[chosen] = expected
    if chosen.sum() != 1:
        raise LookupError(f"Sie trifft {int(chosen.sum())} Zellen statt einer.")
    return rows.index[chosen][0]


def _reassigned(
    rows: pd.DataFrame, correction: Correction, geographies: Mapping[str, Geography]
) -> pd.DataFrame:
    """The rows with all figures of one row of a file under the key of another area.

    What the figures say stays as it came; a figure that cannot stand still waits for a correction of its own.
    """
    chosen = _chosen(rows, correction) & rows["row"].notna()
    if correction.variable:
        chosen &= rows["variable"] == correction.variable
    places = rows.loc[chosen, ["file", "sheet", "row"]].drop_duplicates()
    if len(places) != 1:
        raise LookupError(
            f"Sie trifft {len(places)} Zeilen statt einer; nennen Sie „row“." if len(places) else "Sie trifft keine Zeile."
        )  # fmt: skip
    first = rows[chosen].iloc[0]
    known = geographies.get(str(first["version"]))
    place = (str(first["level"]), correction.new_area)
    if correction.new_area != NOT_ASSIGNABLE and (known is None or place not in known.by_code):
        raise LookupError(f"Das Gebiet {correction.new_area} gibt es auf dieser Ebene nicht.")
    rows = rows.copy()
    rows.loc[chosen, "area"] = correction.new_area
    rows.loc[chosen, "misplaced"] = None
    return rows
