"""What `sozialraum index` prints: German tables for people, plain data for machines (Ausgabe der Indexwerkstatt)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sozialraum import index_workbench, municipality
from sozialraum.errors import CatalogueError, Finding, Severity, SozialraumError
from sozialraum.index_workbench import Figures
from sozialraum.indices.compute import Edition
from sozialraum.indices.wording import CHOICES
from sozialraum.municipality import Municipality
from sozialraum.products.draw import number

Told = tuple[str, dict[str, Any], list[Finding]]
SHOWN = 12


def run(folder: Path, action: str, edition: str = "", other: str = "", *, release: str = "", weights: Sequence[str] = (),
        label: str = "", output: Path | None = None, formats: Sequence[str] = ("html", "pdf")) -> Told:  # fmt: skip
    """One action of the workbench: text for people, content for machines, warnings. Raises SozialraumError."""
    town = municipality.read(folder)
    if action == "list":
        return _list(town)
    if not edition:
        raise SozialraumError(Finding("Es fehlt, welche Ausgabe gemeint ist.", f"Zum Beispiel: sozialraum index {folder} {action} NAME. „sozialraum index {folder}“ zeigt alle."))  # fmt: skip
    recipe = index_workbench.edition(town, edition)
    chosen = _weights(weights)
    if action == "save":
        path = index_workbench.save(town, index_workbench.derived_edition(recipe, _second(other, action), label, chosen))  # fmt: skip
        return f"Gespeichert: {path}\nPrüfen Sie Beschreibung und Begründung (choices), bevor Sie sie einschalten.", {"file": str(path)}, []  # fmt: skip
    found = index_workbench.figures(town, release)
    told = [] if found.protected else [Finding("Gerechnet mit ungeschützten Werten: Das Ergebnis bleibt innen.", "Nach „sozialraum release“ rechnet die Werkstatt mit der Freigabe.", severity=Severity.WARNING)]  # fmt: skip
    if action == "compare":
        second = index_workbench.edition(town, _second(other, action))
        result = index_workbench.compared(town, recipe, second, found)
        return _compared(result), result.content, told
    made = index_workbench.computed(town, recipe, found)
    if action == "compute":
        return *_table(town, made, found, chosen, output), told
    if action == "stability":
        return *_stability(town, made, found), told
    written = index_workbench.write_sheets(
        town, made, found, output or folder / index_workbench.SHEETS, formats
    )
    return "\n".join(str(path) for path in written), {"files": [str(path) for path in written]}, told


def _second(other: str, action: str) -> str:
    if not other:
        what = "der Name der neuen Ausgabe" if action == "save" else "die zweite Ausgabe"
        raise SozialraumError(Finding(f"Es fehlt {what}.", "Nennen Sie sie hinter der ersten."))
    return other


def _weights(given: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in given:
        name, _, figure = text.partition("=")
        try:
            value = float(figure.replace(",", "."))
        except ValueError:
            value = -1.0
        if value < 0:
            raise CatalogueError(Finding("Ein Gewicht ist nicht lesbar.", "Schreiben Sie zum Beispiel --weight kinder_sgb2=2.", value=text))  # fmt: skip
        found[name] = value
    return found


def _list(town: Municipality) -> Told:
    rows = index_workbench.listing(town)
    if not rows:
        return "Es gibt noch keine Index-Ausgabe. Legen Sie eine Datei in indizes/ an (Anleitung: docs/anleitungen/index.md).", {"editions": []}, []  # fmt: skip
    lines = [f"{'Ausgabe':26}{'Stichtag':12}{'Ebene':14}{'Bausteine':>9}  Stand"]
    for row in rows:
        state = "veröffentlicht in " + ", ".join(row["releases"]) if row["releases"] else "Entwurf"
        state += "" if row["active"] else ", nicht eingeschaltet"
        lines.append(f"{row['id']:26}{row['period']:12}{row['level']:14}{len(row['components']):9}  {state}")
    return "\n".join(lines), {"editions": rows}, []


def _table(town: Municipality, made: Edition, found: Figures, weights: dict[str, float], output: Path | None) -> tuple[str, dict[str, Any]]:  # fmt: skip
    table, changed = index_workbench.table_of(town, made, weights)
    lines = [f"{made.index.label}, Ausgabe {made.index.edition} ({found.label}): {len(table)} von {len(made.candidates)} Gebieten bewertet", ""]  # fmt: skip
    head = f"{'Gebiet':34}{'Klasse':16}{'Wert':>8}{'Rang':>6}{'Spanne':>10}{'stabil':>8}"
    lines.append(head + (f"  {'mit anderen Gewichten':22}" if weights else ""))
    for row in table.to_dict("records"):
        name = f"{row['area']} {row['name']}"[:33]
        span = f"{row['rank_lower']:.0f}–{row['rank_upper']:.0f}"
        line = f"{name:34}{row['class']:16}{number(row['score'], 2):>8}{row['rank']:6.0f}{span:>10}{100 * row['stability']:7.0f} %"  # fmt: skip
        if weights:
            line += f"  {row['new_class']}{'' if row['new_class'] == row['class'] else '  ← anders'}"
        lines.append(line)
    if weights:
        what = ", ".join(f"{name} = {number(value, 2)}" for name, value in weights.items())
        lines += ["", f"Mit {what} wechseln {changed} Gebiete die Klasse."]
    content: dict[str, Any] = {"rated": len(table), "areas": len(made.candidates), "changed": changed, "rows": table.to_dict("records")}  # fmt: skip
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        path = output / f"{made.index.id}.csv"
        table.to_csv(path, sep=";", decimal=",", index=False)
        content["file"] = str(path)
        lines += ["", str(path)]
    return "\n".join(lines), content


def _compared(result: index_workbench.Compared) -> str:
    lines = [result.summary, ""]
    for row in result.movers.head(30).to_dict("records"):
        lines.append(f"  {row['name'][:33]:34}{row['class_before']} → {row['class_after']} (Rang {row['rank_before']:.0f} → {row['rank_after']:.0f})")  # fmt: skip
    if len(result.movers) > 30:
        lines.append(f"  … und {len(result.movers) - 30} weitere; „--json“ zeigt alle.")
    return "\n".join(lines)


def _stability(town: Municipality, made: Edition, found: Figures) -> tuple[str, dict[str, Any]]:
    result = index_workbench.stability(made)
    read = {row["area"]: row["name"] for row in index_workbench.table_of(town, made)[0][["area", "name"]].to_dict("records")}  # fmt: skip
    lines = [f"{made.index.label}, Ausgabe {made.index.edition} ({found.label})", f"{result['unstable']} von {result['rated']} Gebieten wechseln in mehr als 5 Prozent der Rechenvarianten die Klasse.", ""]  # fmt: skip
    for row in result["areas"][:SHOWN]:
        if row["stability"] < 0.95:
            lines.append(f"  {read.get(row['area'], row['area'])[:33]:34}{row['class']:16} behält die Klasse in {100 * row['stability']:.0f} %, Rang {row['rank_lower']:.0f} bis {row['rank_upper']:.0f}")  # fmt: skip
    lines += ["", "Klassenwechsel, wenn ein Baustein …"]
    for name, row in result["single"].items():
        lines.append(f"  {name:34} doppelt zählt: {row['double']:3}   weggelassen wird: {row['without']:3}")
    lines += ["", "Was die Ränge verschiebt (Anteil allein, mit Wechselwirkung):"]
    for name, row in sorted(result["choices"].items(), key=lambda item: -item[1]["total"]):
        lines.append(f"  {CHOICES[name]:34} {100 * row['first']:3.0f} %   {100 * row['total']:3.0f} %")
    return "\n".join(lines), result
