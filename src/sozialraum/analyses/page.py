"""The page of a stored analysis (Ergebnisseite): one HTML file without anything from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sozialraum.analyses.data import Data
from sozialraum.analyses.kinds import AnalysisKind
from sozialraum.analyses.outcome import Outcome
from sozialraum.periods import label as period_label
from sozialraum.products.draw.numbers import number
from sozialraum.products.draw.svg import escape

STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 4rem;font:1.0625rem/1.55 "Fira Sans","Segoe UI",system-ui,Arial,sans-serif;color:#131525;background:#fff}
h1{font-size:1.75rem;line-height:1.2;margin:.2rem 0 .6rem;hyphens:auto;overflow-wrap:anywhere}main>p:first-child{margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}
.seal{display:inline-block;padding:.2rem .7rem;border:2px solid #b45309;border-radius:.3rem;font-weight:600;color:#7a3a06}
.seal.open{border-color:#12697a;color:#0b4a56}
.lead{font-size:1.2rem;max-width:60rem}.not{border-left:4px solid #51577a;padding:.1rem 0 .1rem 1rem;max-width:60rem}
.map{width:100%;height:auto;max-height:80vh}figure{margin:1.5rem 0}.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem}
.legend svg{vertical-align:-.15em;margin-right:.45rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.3rem .7rem;border-bottom:1px solid #c9ccdb;text-align:left;vertical-align:top}td.n{text-align:right;white-space:nowrap}
thead th{vertical-align:bottom;border-bottom:2px solid #6e7597}dt{font-weight:600}dd{margin:0 0 .5rem}
@media print{.wide{overflow:visible}body{font-size:10pt}}
"""

INSIDE = "Nur für den inneren Gebrauch: aus ungeschützten Werten gerechnet. Nicht weitergeben."
OPEN = "Aus geschützten Werten einer Freigabe gerechnet."


def page(data: Data, kind: AnalysisKind, outcome: Outcome, created: str) -> str:
    """The whole page."""
    analysis = data.analysis
    seal = (
        f'<p class="seal{" open" if data.protected else ""}">{escape(OPEN if data.protected else INSIDE)}</p>'
    )
    parts = [
        f'<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><title>{escape(analysis.label)}</title>',
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>',
        f"<main><p>{escape(kind.label)} · {escape(data.municipality.name)}</p><h1>{escape(analysis.label)}</h1>{seal}",
        f"<p>{escape(analysis.question or kind.question)}</p>",
        f'<p class="lead">{escape(outcome.sentence)}</p>',
        f'<p class="not"><strong>Wann nicht verwenden:</strong> {escape(kind.not_for)}</p>',
        _figure(outcome),
        _facts("Weitere Angaben", outcome.facts),
        _table(outcome.rows, analysis.label),
        "".join(f"<p>{escape(note)}</p>" for note in outcome.notes),
        _facts("So ist gerechnet", _done(data, kind, outcome, created)),
        "</main></body></html>\n",
    ]
    return "".join(parts)


def _figure(outcome: Outcome) -> str:
    if not outcome.picture:
        return ""
    keys = "".join(
        f"<li>{key.swatch}{escape(key.label)} ({key.count})</li>" for key in outcome.keys if key.count
    )
    return f'<figure>{outcome.picture}<figcaption><ul class="legend">{keys}</ul></figcaption></figure>'


def _facts(heading: str, facts: Mapping[str, str]) -> str:
    if not facts:
        return ""
    entries = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    return f"<h2>{escape(heading)}</h2><dl>{entries}</dl>"


def _done(data: Data, kind: AnalysisKind, outcome: Outcome, created: str) -> dict[str, str]:
    version = data.geography.label or data.geography.version
    facts = {
        "Verfahren": f"{outcome.method} (Handbuch: docs/methoden/{kind.page})",
        "Zeitraum": ", ".join(_period(part) for part in outcome.period.split(", ")) if outcome.period else "",
        "Gebiete": f"{data.geography.level(data.level).plural}, {version}",
        "Datenstand": data.state,
        "Angaben": "; ".join(f"{name} = {_plain(value)}" for name, value in outcome.parameters.items()),
        "Startwert des Zufalls": str(data.analysis.seed),
        "gerechnet": created,
    }
    return {name: text for name, text in facts.items() if text}


def _period(text: str) -> str:
    try:
        return period_label(text)
    except ValueError:
        return text


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float | np.floating):
        return number(float(value), 6).rstrip("0").rstrip(",") if np.isfinite(value) else "–"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value) or "–"
    return str(value) if str(value) else "–"


def _table(rows: Sequence[Mapping[str, Any]], caption: str) -> str:
    if not rows:
        return "<p>Die Tabelle ist leer.</p>"
    columns = [name for name in rows[0] if any(_filled(row[name]) for row in rows)]
    places = {name: decimals_of([row[name] for row in rows]) for name in columns}
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>" + "".join(_cell(row[name], places[name]) for name in columns) + "</tr>" for row in rows
    )
    return (
        f'<h2>Tabelle</h2><div class="wide" tabindex="0" role="region" aria-label="Tabelle, seitlich rollbar"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _filled(value: Any) -> bool:
    return value is not None and value != "" and not (isinstance(value, float) and np.isnan(value))


def decimals_of(values: Sequence[Any]) -> int:
    """Decimals for a column: three significant figures of its middle value."""
    sizes = sorted(
        abs(float(v)) for v in values if isinstance(v, float | np.floating) and np.isfinite(v) and v != 0
    )
    if not sizes:
        return 0
    middle = sizes[len(sizes) // 2]
    return int(np.clip(2 - np.floor(np.log10(middle)), 0, 4))


def _cell(value: Any, decimals: int) -> str:
    if not _filled(value):
        return "<td></td>"
    if isinstance(value, bool | str):
        return f"<td>{escape(value)}</td>"
    if isinstance(value, int | np.integer):
        return f'<td class="n">{number(float(value), 0)}</td>'
    return f'<td class="n">{number(float(value), decimals)}</td>'
