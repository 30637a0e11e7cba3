"""Run a stored analysis and keep its result in `werte/analysen/NAME/` (inside only)."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import sozialraum
from sozialraum import publication
from sozialraum.analyses.data import Data, open_data
from sozialraum.analyses.definition import Analysis, read_all
from sozialraum.analyses.kinds import AnalysisKind, kind_of, parameters_of
from sozialraum.analyses.outcome import Outcome
from sozialraum.analyses.page import page
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality

TABLE, PAGE, PICTURE, RECORD = "ergebnis.csv", "ergebnis.html", "karte.svg", "analyse.json"


@dataclass(frozen=True)
class Done:
    """A finished analysis: what it found, what it is not for, and where the result lies."""

    analysis: Analysis
    kind: AnalysisKind
    outcome: Outcome
    folder: Path
    protected: bool


def stored(municipality: Municipality) -> dict[str, Analysis]:
    """All analyses of a municipality, checked; raises SozialraumError with every finding."""
    found = read_all(municipality.folder)
    findings: list[Finding] = []
    for analysis in found.values():
        try:
            parameters_of(analysis)
        except SozialraumError as error:
            findings += error.findings
    if findings:
        raise SozialraumError(findings)
    return found


def run(municipality: Municipality, name: str) -> Done:
    """Run one analysis by its name and write its result; raises SozialraumError, and then nothing is written."""
    found = stored(municipality)
    if name not in found:
        there = f"Vorhanden: {', '.join(found)}." if found else "Im Ordner analysen/ liegt noch keine."
        raise SozialraumError(Finding(f"Die Analyse „{name}“ gibt es nicht.", there, file="analysen/"))
    analysis = found[name]
    kind, data = kind_of(analysis), open_data(municipality, analysis)
    outcome = kind.run(data, parameters_of(analysis))
    return Done(analysis, kind, outcome, _written(data, kind, outcome), data.protected)


def _written(data: Data, kind: AnalysisKind, outcome: Outcome) -> Path:
    """Write beside its place first, then exchange: an interruption leaves the old result whole."""
    folder = data.municipality.values / "analysen" / data.analysis.id
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        table = _arrow(outcome)
        publication.write_csv(table, partial / TABLE)
        pq.write_table(table, partial / "ergebnis.parquet", compression="zstd")
        if outcome.picture:
            (partial / PICTURE).write_text(outcome.picture, "utf-8")
        (partial / PAGE).write_text(page(data, kind, outcome, created), "utf-8")
        record = {
            "analysis": data.analysis.model_dump(), "sentence": outcome.sentence, "not_for": kind.not_for, "method": outcome.method,
            "parameters": outcome.parameters, "period": outcome.period, "notes": list(outcome.notes), "facts": dict(outcome.facts),
            "keys": [{"css": k.css, "status": k.status, "label": k.label, "count": k.count} for k in outcome.keys],
            "level": data.level, "version": data.geography.version, "data": data.state, "protected": data.protected, "created": created,
            "software": f"sozialraum {sozialraum.__version__}",
        }  # fmt: skip
        (partial / RECORD).write_text(
            json.dumps(_plain(record), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder


def _arrow(outcome: Outcome) -> pa.Table:
    """The table with one type per column; NaN becomes an empty cell."""
    columns = {}
    for name in outcome.rows[0] if outcome.rows else ():
        values = [_plain(row[name]) for row in outcome.rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds <= {int}:
            columns[name] = pa.array(values, pa.int64())
        elif kinds <= {int, float}:
            columns[name] = pa.array([None if v is None else float(v) for v in values], pa.float64())
        else:
            columns[name] = pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.table(columns)


def _plain(value: Any) -> Any:
    """Values as JSON and Parquet know them; what is no number is empty."""
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return str(value) if isinstance(value, str) else value
