"""Deliveries (Lieferungen): files as received with checksums, corrections on record, all read into one table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from sozialraum.address_files import directory_for
from sozialraum.addresses import Address, Directory
from sozialraum.areas import Geography
from sozialraum.corrections import correct
from sozialraum.counts import age_range, table_of
from sozialraum.differences import twice
from sozialraum.errors import Finding, Severity, SozialraumError
from sozialraum.files import replace_file
from sozialraum.municipality import Municipality
from sozialraum.registers import refusal
from sozialraum.sources import gitter, tabelle
from sozialraum.sources import register as registers
from sozialraum.sources.recipes import Recipe as TableRecipe
from sozialraum.sources.recipes import read_recipes
from sozialraum.sources.rows import rows_frame, settled
from sozialraum.tables import (
    COMPARISON_LEVEL,
    COUNTS_COLUMNS,
    COUNTS_KEY,
    DIMENSIONS,
    TOTAL,
    VALUES_KEY,
)

RECIPE = "rezept.toml"
REGISTER = "lieferungen.json"


Recipe = TableRecipe | registers.Register | gitter.Grid


@dataclass(frozen=True)
class Delivery:
    """One received file, never edited."""

    source: str
    path: Path
    sha256: str
    recipe: Recipe


@dataclass(frozen=True)
class Deliveries:
    """What all deliveries say: COUNTS, published rates (VALUES key plus value, status), findings, and the files.

    `origin` are the rows of COUNTS with the file and row they came from, `refused` those that cannot stand. `comparison` are COUNTS of areas beyond the
    municipality: figures that their owner has published.
    """

    counts: pd.DataFrame
    origin: pd.DataFrame
    rates: pd.DataFrame
    findings: list[Finding]
    files: list[Delivery]
    comparison: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COUNTS_COLUMNS)))
    refused: pd.DataFrame = field(default_factory=lambda: rows_frame([]))


def read_all(municipality: Municipality) -> Deliveries:
    """Read every delivery of a municipality; findings are collected, not raised."""
    findings: list[Finding] = []
    found = list(_find(municipality, findings))
    findings += _changed(municipality, found)
    names = {f"{delivery.source}/{delivery.path.name}": delivery.sha256 for delivery in found}
    findings += twice(names.items())
    frames = []
    office = _office(municipality)
    for delivery in found:
        frame, told = _read(delivery, municipality, office)
        frames.append(frame)
        findings += told
    rows = (
        pd.concat([f for f in frames if len(f)], ignore_index=True)
        if any(len(f) for f in frames)
        else rows_frame([])
    )
    rows, told = correct(_without_superfluous(rows), municipality.folder, municipality.geographies)
    rows = _without_superfluous(rows)
    refused = rows[rows["problem"].notna() | rows["misplaced"].notna()]
    rows, unsettled = settled(rows)
    findings += [*told, *unsettled]
    beyond = rows["level"] == COMPARISON_LEVEL
    beyond &= rows["variable"] != ""
    comparison, rows = rows[beyond], rows[~beyond].reset_index(drop=True)
    findings += [*_duplicates(rows), *_two_levels(rows), *_overlapping(rows)]
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
    comparison = comparison[list(COUNTS_COLUMNS)].drop_duplicates(list(COUNTS_KEY)).reset_index(drop=True)
    return Deliveries(counts, rows[rows["variable"] != ""], rates, findings, found, comparison, refused)


def _read(
    delivery: Delivery, municipality: Municipality, office: registers.Office
) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows of one file and its findings; person records are opened in a walled-off office only."""
    if isinstance(delivery.recipe, TableRecipe):
        geographies: Sequence[Geography] = municipality.geographies
        if delivery.recipe.level == COMPARISON_LEVEL:
            if not municipality.catalogue.rule_of(delivery.source).published:
                return rows_frame([]), [_not_published(delivery)]
            geographies = (municipality.comparison,)
        return tabelle.read(delivery.path, delivery.recipe, geographies, municipality.catalogue)
    if isinstance(delivery.recipe, gitter.Grid):
        return gitter.read(delivery.path, delivery.recipe, municipality.geographies, municipality.catalogue)
    name = f"{delivery.source}/{delivery.path.name}"
    refused = refusal(municipality.seclusion, name, datetime.now(UTC).date())
    if refused:
        return rows_frame([]), [refused]
    return registers.read(
        delivery.path, delivery.recipe, municipality.geographies, municipality.catalogue, office
    )


def unplaced_addresses(municipality: Municipality) -> pd.DataFrame:
    """The addresses in all registers that lead to no area: version, level, street, number, addition, postcode, records.

    `records` are summed over all files. Empty, and no file is opened, where no walled-off office answers for person
    records. Files that cannot be counted are left out: `read_all` tells why.
    """
    found: list[dict[str, str | int]] = []
    office = _office(municipality)
    today = datetime.now(UTC).date()
    for delivery in _find(municipality, []):
        recipe = delivery.recipe
        if (
            not isinstance(recipe, registers.Register)
            or recipe.anschrift is None
            or refusal(municipality.seclusion, "", today)
        ):
            continue
        try:
            version, lost = registers.unplaced(delivery.path, recipe, municipality.geographies, office)
        except SozialraumError:
            continue
        found += [{"version": version, "level": recipe.level, **a._asdict(), "records": n} for a, n in lost]
    keys = ["version", "level", *Address._fields]
    table = pd.DataFrame(found, columns=[*keys, "records"])
    summed: pd.DataFrame = table.groupby(keys, sort=False)["records"].sum().reset_index()
    return summed


def _not_published(delivery: Delivery) -> Finding:
    return Finding(
        f"Zahlen von Vergleichsgebieten dürfen nur aus einer veröffentlichten Quelle kommen; „{delivery.source}“ ist keine.",
        "Legen Sie die Datei in den Ordner einer Quelle mit dem Profil „veroeffentlicht“, zum Beispiel lieferungen/landesstatistik.",
        file=f"{delivery.source}/{delivery.path.name}",
    )


def _office(municipality: Municipality) -> registers.Office:
    """The engine and the address directories of a municipality; a directory is read once, when it is asked for."""

    @cache
    def directory(version: str, level: str) -> Directory | None:
        geography = municipality.geography(version)
        return directory_for(municipality.folder, municipality.addresses, geography, level, municipality.ags)

    return registers.Office(municipality.engine, lambda geography, level: directory(geography.version, level))


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
            recipes: list[Recipe] = [
                *read_recipes(recipe_path),
                *registers.read_registers(recipe_path),
                *gitter.read_grids(recipe_path),
            ]
        except SozialraumError as error:
            findings += [replace(finding, file=f"{folder.name}/{RECIPE}") for finding in error.findings]
            continue
        yield from _match(folder, recipes, findings)


def _match(folder: Path, recipes: Sequence[Recipe], findings: list[Finding]) -> Iterator[Delivery]:
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
                "Ergänzen Sie eine [[tabelle]], ein [[gitter]] oder ein [[register]] im Rezept.",
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
    there = {f"{delivery.source}/{delivery.path.name}" for delivery in found}
    for name in sorted(set(known) - there):
        yield Finding("Eine früher gelesene Lieferung fehlt; ihre Zahlen fehlen in allen Kennzahlen.",
                      "Legen Sie die Datei wieder ab, oder bestätigen Sie im Haus, dass sie ersetzt ist.", file=name, severity=Severity.WARNING)  # fmt: skip
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
    content = json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False)
    replace_file(path, lambda place: place.write_text(content, "utf-8"))


def _without_superfluous(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without "not mentioned here" where another file mentions the cell."""
    absent = rows["row"].isna()
    rows = pd.concat([rows[~absent], rows[absent]], ignore_index=True)
    again = rows["row"].isna() & rows.duplicated([*COUNTS_KEY, "indicator"])
    return rows[~again].reset_index(drop=True)


def _two_levels(rows: pd.DataFrame) -> Iterator[Finding]:
    """A table that is delivered on two levels: upper levels are computed, so it would be counted twice."""
    figures = rows[rows["variable"] != ""]
    table = [*("variable", "version", "period"), table_of(figures).rename("table")]
    for (variable, _, period, _), group in figures.groupby(table, sort=False):
        levels = list(group["level"].unique())
        if len(levels) > 1:
            second = group[group["level"] == levels[1]].iloc[0]
            yield Finding(
                f"„{variable}“ ({period}) wird auf den Ebenen {' und '.join(levels)} geliefert (zuerst in {group.iloc[0]['file']}); obere Ebenen werden berechnet, die Fälle zählten doppelt.",
                "Nehmen Sie nur die Tabelle der feineren Ebene ins Rezept.", file=second["file"], sheet=second["sheet"], row=_row(second),
            )  # fmt: skip


def _overlapping(rows: pd.DataFrame) -> Iterator[Finding]:
    """Age bands of one table that overlap: whoever stands in two of them would be counted twice."""
    figures = rows[(rows["variable"] != "") & (rows["age"] != TOTAL)]
    table = [*("variable", "version", "period"), table_of(figures).rename("table")]
    for (variable, _, period, _), group in figures.groupby(table, sort=False):
        bands = sorted(group["age"].unique(), key=age_range)
        for one, other in pairwise(bands):
            if age_range(other)[0] <= age_range(one)[1]:
                first = group[group["age"] == other].iloc[0]
                yield Finding(
                    f"Die Altersgruppen {one} und {other} von „{variable}“ ({period}) überschneiden sich; Personen zählten doppelt.",
                    "Nehmen Sie nur Gruppen ins Rezept, die sich nicht überschneiden.",
                    file=first["file"], sheet=first["sheet"], row=_row(first), value=other,
                )  # fmt: skip


def _duplicates(rows: pd.DataFrame) -> Iterator[Finding]:
    key = [*COUNTS_KEY, "indicator"]
    double = rows[rows.duplicated(key, keep=False)]
    for _, group in double.groupby(key, sort=False):
        first, second = group.iloc[0], group.iloc[1]
        what = second["variable"] or second["indicator"]
        dims = ", ".join(second[d] for d in DIMENSIONS if second[d] != TOTAL)
        yield Finding(
            f"Das Gebiet {second['area']} kommt für „{what}“ {dims} {second['period']} zweimal vor (zuerst in {first['file']}, Zeile {_row(first)}).",
            "Löschen Sie keine Zeile in der Lieferung: Fragen Sie nach und entfernen Sie eine mit korrekturen.toml (action = \"remove\", mit „row“ oder „expect“).",
            file=second["file"], sheet=second["sheet"], row=_row(second), value=second["area"],
        )  # fmt: skip


def _row(row: pd.Series) -> int | None:
    return None if pd.isna(row["row"]) else int(row["row"])
