"""Deliveries (Lieferungen): files as received with checksums, corrections on record, all read into one table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.catalogue.loader import read_toml
from sozialraum.errors import Finding, Severity, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.sources import tabelle
from sozialraum.tables import COUNTS_COLUMNS, COUNTS_KEY, DIMENSIONS, TOTAL, VALUES_KEY, Status

RECIPE = "rezept.toml"
REGISTER = "lieferungen.json"


@dataclass(frozen=True)
class Delivery:
    """One received file, never edited."""

    source: str
    path: Path
    sha256: str
    recipe: tabelle.Recipe


@dataclass(frozen=True)
class Deliveries:
    """What all deliveries say: COUNTS, published rates (VALUES key plus value, status), findings, and the files.

    `origin` are the rows of COUNTS with the file and row they came from.
    """

    counts: pd.DataFrame
    origin: pd.DataFrame
    rates: pd.DataFrame
    findings: list[Finding]
    files: list[Delivery]


def read_all(municipality: Municipality) -> Deliveries:
    """Read every delivery of a municipality; findings are collected, not raised."""
    findings: list[Finding] = []
    found = list(_find(municipality, findings))
    findings += _changed(municipality, found)
    frames = []
    for delivery in found:
        frame, told = tabelle.read(
            delivery.path, delivery.recipe, municipality.geographies, municipality.catalogue
        )
        frames.append(frame)
        findings += told
    rows = (
        pd.concat([f for f in frames if len(f)], ignore_index=True)
        if any(len(f) for f in frames)
        else tabelle._frame([])
    )
    rows, told = _correct(rows, municipality)
    findings += told
    findings += list(_duplicates(rows))
    counts = (
        rows.loc[rows["variable"] != "", list(COUNTS_COLUMNS)]
        .drop_duplicates(list(COUNTS_KEY))
        .reset_index(drop=True)
    )
    counts["count"] = counts["count"].astype(float)
    rates = rows.loc[rows["indicator"] != ""].rename(columns={"count": "value"})
    rates = rates[[*VALUES_KEY, "value", "status"]].drop_duplicates(list(VALUES_KEY)).reset_index(drop=True)
    if not found:
        findings.append(
            Finding(
                "Es liegt keine Lieferung vor.",
                "Legen Sie Dateien mit einem rezept.toml unter lieferungen/<quelle>/ ab.",
                file="lieferungen",
            )
        )
    return Deliveries(counts, rows[rows["variable"] != ""], rates, findings, found)


def _find(municipality: Municipality, findings: list[Finding]) -> Iterator[Delivery]:
    for folder in sorted(path for path in municipality.deliveries.glob("*") if path.is_dir()):
        recipe_path = folder / RECIPE
        if folder.name not in municipality.catalogue.sources:
            findings.append(
                Finding(
                    f"Die Quelle „{folder.name}“ steht nicht im Katalog.",
                    "Ergänzen Sie kennzahlen/sources.toml oder benennen Sie den Ordner um.",
                    file=f"lieferungen/{folder.name}",
                )
            )
            continue
        if not recipe_path.exists():
            findings.append(
                Finding(
                    "Das Rezept rezept.toml fehlt.",
                    "„sozialraum inspect DATEI“ entwirft eines.",
                    file=f"lieferungen/{folder.name}",
                )
            )
            continue
        try:
            recipes = tabelle.read_recipes(recipe_path)
        except SozialraumError as error:
            findings += error.findings
            continue
        yield from _match(folder, recipes, findings)


def _match(folder: Path, recipes: list[tabelle.Recipe], findings: list[Finding]) -> Iterator[Delivery]:
    unread = {
        path
        for path in folder.iterdir()
        if path.is_file() and path.name != RECIPE and not path.name.startswith(".")
    }
    for recipe in recipes:
        paths = sorted(folder.glob(recipe.files))
        if not paths:
            findings.append(
                Finding(
                    f"Zu „{recipe.files}“ liegt keine Datei vor.",
                    "Prüfen Sie Dateinamen und Rezept.",
                    file=f"{folder.name}/{RECIPE}",
                    severity=Severity.WARNING,
                )
            )
        for path in paths:
            unread.discard(path)
            yield Delivery(folder.name, path, checksum(path), recipe)
    for path in sorted(unread):
        findings.append(
            Finding(
                "Zu dieser Datei passt kein Rezept; sie wurde nicht gelesen.",
                "Ergänzen Sie eine [[tabelle]] im Rezept.",
                file=f"{folder.name}/{path.name}",
                severity=Severity.WARNING,
            )
        )


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _changed(municipality: Municipality, found: list[Delivery]) -> Iterator[Finding]:
    """A delivery is immutable: a file that changed since it was first read is refused."""
    path = municipality.journal / REGISTER
    known: Mapping[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for delivery in found:
        name = f"{delivery.source}/{delivery.path.name}"
        if known.get(name, delivery.sha256) != delivery.sha256:
            yield Finding(
                "Die Lieferung wurde nach dem Eingang verändert.",
                "Stellen Sie die Originaldatei wieder her; Fehler gehören in korrekturen.toml, eine neue Fassung unter neuem Namen in den Ordner.",
                file=name,
            )


def register(municipality: Municipality, found: list[Delivery]) -> None:
    """Record the checksums of deliveries that were read without an error."""
    path = municipality.journal / REGISTER
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    known |= {f"{delivery.source}/{delivery.path.name}": delivery.sha256 for delivery in found}
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")
    partial.replace(path)


def _duplicates(rows: pd.DataFrame) -> Iterator[Finding]:
    key = [*COUNTS_KEY, "indicator"]
    double = rows[rows.duplicated(key, keep=False)]
    for _, group in double.groupby(key, sort=False):
        first, second = group.iloc[0], group.iloc[1]
        what = second["variable"] or second["indicator"]
        dims = ", ".join(second[d] for d in DIMENSIONS if second[d] != TOTAL)
        yield Finding(
            f"Das Gebiet {second['area']} kommt für „{what}“ {dims} {second['period']} zweimal vor (zuerst in {first['file']}, Zeile {_row(first)}).",
            "Löschen Sie keine Zeile in der Lieferung: fragen Sie nach oder entfernen Sie eine mit korrekturen.toml.",
            file=second["file"], row=_row(second), value=second["area"],
        )  # fmt: skip


def _row(row: pd.Series) -> int | None:
    return None if pd.isna(row["row"]) else int(row["row"])


_MATCHED = ("variable", "indicator", "area", "period", *DIMENSIONS)


def _correct(rows: pd.DataFrame, municipality: Municipality) -> tuple[pd.DataFrame, list[Finding]]:
    """Apply korrekturen.toml: each entry names its cell, what it expects there, what holds instead, and why."""
    path = municipality.folder / "korrekturen.toml"
    findings: list[Finding] = []
    for number, block in enumerate(read_toml(path).get("korrektur", []) if path.exists() else [], start=1):
        rows, told = _apply(rows, number, block)
        findings += told
    return rows, findings


def _apply(rows: pd.DataFrame, number: int, block: Mapping[str, Any]) -> tuple[pd.DataFrame, list[Finding]]:
    def refuse(message: str) -> list[Finding]:
        return [Finding(f"Korrektur {number}: {message}", "Prüfen Sie den Eintrag.", file="korrekturen.toml")]

    if not block.get("reason"):
        return rows, refuse("Die Begründung „reason“ fehlt.")
    chosen = pd.Series(True, index=rows.index)
    for name in _MATCHED:
        if name in block:
            chosen &= rows[name] == str(block[name])
        elif name in DIMENSIONS:
            chosen &= rows[name] == TOTAL
    if "source" in block:
        chosen &= rows["file"].str.startswith(f"{block['source']}/")
    if chosen.sum() != 1:
        return rows, refuse(f"Sie trifft {int(chosen.sum())} Zellen statt einer.")
    place = rows.index[chosen][0]
    if "expect" in block and float(rows.loc[place, "count"]) != float(block["expect"]):
        return rows, refuse(f"Erwartet wurde {block['expect']}, geliefert ist {rows.loc[place, 'count']:g}.")
    if block.get("action", "replace") == "remove":
        return rows.drop(index=place), []
    rows = rows.copy()
    rows.loc[place, "count"] = float(block["value"])
    rows.loc[place, "status"] = Status.NONE if float(block["value"]) == 0 else Status.OK
    return rows, []
