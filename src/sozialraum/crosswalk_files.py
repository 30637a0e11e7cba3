"""Reading crosswalks between versions of the areas, with every finding at once (Umstiegsschlüssel lesen)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from sozialraum.area_layers import reproject
from sozialraum.areas import DRAWING_CRS, WGS84, Geography
from sozialraum.catalogue.model import Record
from sozialraum.errors import AreaError, Finding, SozialraumError, raise_if_errors
from sozialraum.recoding import Crosswalk, cleaned
from sozialraum.spreadsheet import read_sheet, text_of
from sozialraum.tables import NOT_ASSIGNABLE

# Published keys leave out slivers or round their shares; a larger gap means that a row is missing.
TOLERANCE = 0.05
SETTINGS = "kommune.toml"


class CrosswalkBlock(Record):
    """[[gebiete.umstiege]]: a table of shares between two versions of the areas.

    `residents` names the variable that says where people live: areal shares are corrected by it, and the way back needs it.
    """

    source: str = Field(alias="from", min_length=1)
    target: str = Field(alias="to", min_length=1)
    level: str
    file: str
    from_column: str = "from"
    to_column: str = "to"
    share_column: str = "share"
    basis: Literal["area", "population", "dwellings", "addresses"] = "area"
    residents: str = ""
    encoding: str = ""
    separator: str = ""


def read_crosswalks(
    folder: Path,
    blocks: Sequence[CrosswalkBlock],
    geographies: Sequence[Geography],
    variables: Collection[str],
    wanted: Sequence[str] = (),
) -> tuple[Crosswalk, ...]:
    """Read the tables that `[[gebiete.umstiege]]` names, and check that they lead to the wanted versions.

    Raises AreaError with all findings.
    """
    known = {geography.version: geography for geography in geographies}
    findings: list[Finding] = [*_unreachable(blocks, known, wanted)]
    found: list[Crosswalk] = []
    for block in blocks:
        told = list(_unknown(block, known, variables))
        findings += told
        if not told:
            try:
                found.append(_read(folder, block, known[block.source], known[block.target]))
            except SozialraumError as error:
                findings += error.findings
    raise_if_errors(findings, AreaError)
    return tuple(found)


def targets(setting: str | Sequence[str]) -> tuple[str, ...]:
    """The versions that counts shall also be given on: `umrechnen_auf` may be one or a list."""
    return ((setting,) if setting else ()) if isinstance(setting, str) else tuple(setting)


def _unreachable(
    blocks: Sequence[CrosswalkBlock], known: Collection[str], wanted: Sequence[str]
) -> Iterator[Finding]:
    reachable = {version for block in blocks for version in (block.source, block.target)}
    for name in wanted:
        if name not in known:
            yield _wrong(
                f"umrechnen_auf: Den Gebietsstand „{name}“ gibt es nicht.", f"Vorhanden: {', '.join(known)}."
            )
        elif name not in reachable:
            yield _wrong(
                f"umrechnen_auf: Zum Gebietsstand „{name}“ führt kein Umstiegsschlüssel.",
                "Ergänzen Sie [[gebiete.umstiege]].",
            )


def _unknown(
    block: CrosswalkBlock, known: Mapping[str, Geography], variables: Collection[str]
) -> Iterator[Finding]:
    where = f"[[gebiete.umstiege]] {block.source} → {block.target}"
    for version in (block.source, block.target):
        if version not in known:
            yield _wrong(
                f"{where}: Den Gebietsstand „{version}“ gibt es nicht.", f"Vorhanden: {', '.join(known)}."
            )
        elif block.level not in {level.id for level in known[version].levels[:-1]}:
            yield _wrong(
                f"{where}: Der Gebietsstand „{version}“ hat unterhalb der Kommune keine Ebene „{block.level}“.",
                "Prüfen Sie „level“.",
            )
    if block.source == block.target:
        yield _wrong(f"{where}: Das ist zweimal derselbe Gebietsstand.", "Nennen Sie zwei verschiedene.")
    if block.residents and block.residents not in variables:
        yield _wrong(
            f"{where}: Das Merkmal „{block.residents}“ gibt es im Katalog nicht.", "Prüfen Sie „residents“."
        )


def _wrong(message: str, remedy: str) -> Finding:
    return Finding(message, remedy, file=SETTINGS)


def _read(folder: Path, block: CrosswalkBlock, source: Geography, target: Geography) -> Crosswalk:
    path = folder / block.file
    if not path.exists():
        raise AreaError(Finding("Der Umstiegsschlüssel fehlt.", "Legen Sie die Datei im Ordner ab oder ändern Sie kommune.toml.", file=block.file))  # fmt: skip
    rows = rows_of(path, block)
    level, basis = block.level, block.basis
    raise_if_errors(contradictions(rows, path.name, source.codes(level), target.codes(level)), AreaError)
    return Crosswalk(
        source=source.version,
        target=target.version,
        level=level,
        basis=basis,
        shares=cleaned(rows, basis),
        residents=block.residents,
        extent=_extent(source, level) if basis == "area" else {},
    )


def rows_of(path: Path, block: CrosswalkBlock) -> pd.DataFrame:
    """from, to, share (NaN where it is no number), its text and the row in the file; raises SozialraumError."""
    sheet = read_sheet(path, encoding=block.encoding, separator=block.separator)
    header = [text_of(cell) for cell in sheet.rows[0]]
    names = {"from": block.from_column, "to": block.to_column, "share": block.share_column}
    missing = [column for column in names.values() if column not in header]
    if missing:
        raise AreaError(Finding(f"Die Spalte „{missing[0]}“ fehlt; vorhanden: {', '.join(header)}.",
                                "Nennen Sie from_column, to_column und share_column in kommune.toml.", file=path.name))  # fmt: skip
    table = pd.DataFrame(
        [
            {"row": number, **{name: text_of(row[header.index(column)]) for name, column in names.items()}}
            for number, row in enumerate(sheet.rows[1:], start=2)
            if any(text_of(cell) for cell in row)
        ],
        columns=["row", "from", "to", "share"],
    )
    return table.assign(
        text=table["share"], share=pd.to_numeric(table["share"].str.replace(",", "."), errors="coerce")
    )


def contradictions(
    rows: pd.DataFrame, file: str, sources: Sequence[str], target_codes: Sequence[str]
) -> Iterator[Finding]:
    """Everything that would lose or double cases."""
    wrong = rows[~rows["share"].between(0, 1)]
    for row, text in zip(wrong["row"], wrong["text"], strict=True):
        yield Finding(
            "Der Anteil ist keine Zahl von 0 bis 1.",
            "Berichtigen Sie ihn.",
            file=file,
            row=int(row),
            value=text,
        )
    for name, codes in (("from", sources), ("to", target_codes)):
        unknown = rows[~rows[name].isin([*codes, NOT_ASSIGNABLE])].drop_duplicates(name)
        for row, code in zip(unknown["row"], unknown[name], strict=True):
            yield Finding(
                "Das Gebiet gibt es in diesem Gebietsstand nicht.",
                "Prüfen Sie Schlüssel und führende Nullen.",
                file=file,
                row=int(row),
                column=name,
                value=code,
            )
    double = rows[rows.duplicated(["from", "to"])]
    for row, one, other in zip(double["row"], double["from"], double["to"], strict=True):
        yield Finding(
            f"Das Paar {one} → {other} kommt zweimal vor.",
            "Löschen Sie eine der Zeilen.",
            file=file,
            row=int(row),
        )
    absent = sorted(set(sources) - set(rows["from"]))
    if absent:
        yield Finding(
            f"{len(absent)} Gebiete fehlen: {', '.join(absent[:5])}.",
            "Ergänzen Sie ihre Zeilen; sonst gingen ihre Fälle verloren.",
            file=file,
        )
    total = rows.groupby("from")["share"].sum()
    for code, share in total[(total - 1).abs() > TOLERANCE].items():
        yield Finding(
            f"Die Anteile des Gebiets {code} ergeben zusammen {share:.3f} statt 1.".replace(".", ",", 1),
            "Ergänzen oder berichtigen Sie seine Zeilen.",
            file=file,
        )


def by_overlap(source: Geography, target: Geography, level: str) -> pd.DataFrame:
    """from, to, share of area of every piece that two versions of a level have in common, rounded to four places.

    The shares of each `from` sum to 1 up to rounding; what lies outside the target is shared out with the rest. Pieces below a thousandth
    come from digitising and are left out. Raises AreaError when an area has no boundary or lies outside altogether.
    """
    import numpy as np
    import shapely

    old, new = (
        [a for a in g.areas if a.level == level and a.code != NOT_ASSIGNABLE] for g in (source, target)
    )
    bare = [a.name for a in (*old, *new) if not a.geometry]
    if bare or not old or not new:
        raise AreaError(
            Finding(f"{len(bare)} Gebiete haben keine Grenze: {', '.join(bare[:5])}." if bare else "Auf dieser Ebene gibt es keine Gebiete.",
                    "Ohne Grenzen lässt sich nichts überschneiden; legen Sie den Umstiegsschlüssel als Tabelle in gebiete/ ab.")
        )  # fmt: skip
    shapes = [
        shapely.make_valid(reproject(shapely.from_wkb([a.geometry for a in side]), WGS84, DRAWING_CRS))
        for side in (old, new)
    ]
    left, right = shapely.STRtree(shapes[1]).query(shapes[0], predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[0][left], shapes[1][right]))
    found = pd.DataFrame(
        {
            "from": [old[i].code for i in left],
            "to": [new[i].code for i in right],
            "share": area / shapely.area(shapes[0])[left],
        }
    )
    found = found[found["share"] >= 0.001]
    outside = sorted({a.code for a in old} - set(found["from"]))
    if outside:
        raise AreaError(Finding(f"{len(outside)} Gebiete liegen außerhalb des anderen Gebietsstands: {', '.join(outside[:5])}.",
                                "Prüfen Sie die Grenzen beider Gebietsstände."))  # fmt: skip
    found["share"] = np.round(found["share"] / found.groupby("from")["share"].transform("sum"), 4)
    return found.sort_values(["from", "share"], ascending=[True, False]).reset_index(drop=True)


def _extent(geography: Geography, level: str) -> dict[str, float]:
    """Square metres of the areas of a level; empty when one has no boundary."""
    import shapely

    areas = [a for a in geography.areas if a.level == level and a.code != NOT_ASSIGNABLE]
    if not all(area.geometry for area in areas):
        return {}
    shapes = reproject(shapely.from_wkb([area.geometry for area in areas]), WGS84, DRAWING_CRS)
    return dict(zip((a.code for a in areas), map(float, shapely.area(shapes)), strict=True))
