"""Reading areas from GeoPackage, GeoJSON or tables, with every finding at once (Gebietsdateien)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from sozialraum.area_layers import read_layer
from sozialraum.areas import Area, Geography, Level
from sozialraum.errors import AreaError, Finding, Severity, raise_if_errors
from sozialraum.spreadsheet import read_sheet, text_of
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, NOT_ASSIGNABLE_LABEL

_CODE = re.compile(r"\w[\w. /-]*")


def read_geography(folder: Path, block: Mapping[str, Any], municipality: tuple[str, str]) -> Geography:
    """Read one version of the areas as `kommune.toml` describes it.

    `municipality` is (code, name) of the whole. Raises AreaError with all findings.
    """
    findings: list[Finding] = []
    blocks = [dict(level) for level in block.get("ebenen", [])]
    if not blocks or blocks[-1]["id"] != MUNICIPALITY_LEVEL:
        blocks.append({"id": MUNICIPALITY_LEVEL, "label": "Kommune", "plural": "Kommune"})
    levels = tuple(
        Level(
            str(level["id"]),
            str(level.get("label") or level["id"]),
            str(level.get("plural") or level.get("label") or level["id"]),
            rank,
        )
        for rank, level in enumerate(blocks)
    )
    areas: list[Area] = []
    for position, level in enumerate(blocks):
        if level["id"] == MUNICIPALITY_LEVEL:
            areas.append(Area(municipality[0], municipality[1], MUNICIPALITY_LEVEL, ""))
        else:
            top = blocks[position + 1]["id"] == MUNICIPALITY_LEVEL
            areas += _read_level(folder, level, municipality[0] if top else "", findings)
    _check_hierarchy(levels, areas, findings)
    raise_if_errors(findings, AreaError)
    complete = _with_unions(levels, areas)
    findings += _unmapped(levels, complete, str(block.get("label") or block["id"]))
    return Geography(
        version=str(block["id"]),
        label=block.get("label", str(block["id"])),
        levels=levels,
        areas=(*complete, *_not_assignable(levels, municipality[0])),
        valid_from=block.get("valid_from", ""),
        valid_until=block.get("valid_until", ""),
        findings=tuple(findings),
    )


def _unmapped(levels: Sequence[Level], areas: Sequence[Area], version: str) -> Iterator[Finding]:
    """One warning for each level with areas that have no boundary, neither their own nor that of their parts."""
    for level in levels:
        there = [area for area in areas if area.level == level.id]
        bare = [area.code for area in there if area.geometry is None]
        if bare:
            some = (
                "" if len(bare) == len(there) else f" ({', '.join(bare[:5])}{' …' if len(bare) > 5 else ''})"
            )
            yield Finding(
                f"{version}: {len(bare)} von {len(there)} Gebieten der Ebene {level.label} haben keine Grenze{some}; sie erscheinen in Tabellen und Profilen, nicht auf der Karte.",
                "Ergänzen Sie eine Gebietsdatei mit Grenzen, wenn es eine gibt.", severity=Severity.WARNING,
            )  # fmt: skip


def _not_assignable(levels: Sequence[Level], municipality: str) -> Iterator[Area]:
    for level in levels[:-1]:
        top = level.rank == len(levels) - 2
        yield Area(NOT_ASSIGNABLE, NOT_ASSIGNABLE_LABEL, level.id, municipality if top else NOT_ASSIGNABLE)


def _read_level(folder: Path, level: Mapping[str, Any], parent: str, findings: list[Finding]) -> list[Area]:
    path = folder / level["file"]
    if not path.exists():
        findings.append(
            Finding(
                "Die Gebietsdatei fehlt.",
                "Legen Sie sie im Ordner ab oder ändern Sie kommune.toml.",
                file=level["file"],
            )
        )
        return []
    try:
        records = _records(path, level)
    except AreaError as error:
        findings.extend(error.findings)
        return []
    areas: dict[str, Area] = {}
    for row, (properties, geometry) in enumerate(records, start=1):
        area = _area(path.name, row, level, parent, properties, geometry, findings)
        if area is None:
            continue
        known = areas.get(area.code)
        if known and (known.geometry or known.name != area.name):
            findings.append(
                Finding(f"Der Gebietsschlüssel {area.code} kommt zweimal vor („{known.name}“ und „{area.name}“).",
                        "Berichtigen Sie den Schlüssel oder ergänzen Sie „corrections“ der Ebene in kommune.toml.",
                        file=path.name, row=row, value=area.code)
            )  # fmt: skip
        areas.setdefault(area.code, area)
    return _merged(list(areas.values()), level, path.name, findings)


def _merged(areas: list[Area], level: Mapping[str, Any], file: str, findings: list[Finding]) -> list[Area]:
    """The areas with those united that statistics publish together; a part that is missing is told."""
    import shapely

    known = {area.code: area for area in areas}
    for block in level.get("merged", ()):
        missing = [code for code in block["parts"] if code not in known]
        if missing:
            findings.append(
                Finding(f"„{block['name']}“ soll aus Gebieten bestehen, die es nicht gibt: {', '.join(missing)}.",
                        "Berichtigen Sie „merged“ der Ebene in kommune.toml.", file=file)
            )  # fmt: skip
            continue
        parts = [known.pop(code) for code in block["parts"]]
        shapes = [part.geometry for part in parts if part.geometry]
        union = bytes(shapely.to_wkb(shapely.unary_union(shapely.from_wkb(shapes)))) if shapes else None
        known[block["code"]] = Area(
            block["code"], block["name"], level["id"], parts[0].parent, union, tuple(block["parts"])
        )
    return list(known.values())


def _area(file: str, row: int, level: Mapping[str, Any], parent: str, properties: Mapping[str, Any],
          geometry: bytes | None, findings: list[Finding]) -> Area | None:  # fmt: skip
    code_field, name_field = level.get("code", "code"), level.get("name", "name")
    missing = [name for name in (code_field, name_field) if name not in properties]
    if missing:
        if row == 1:
            there = ", ".join(sorted(properties))
            findings.append(
                Finding(
                    f"Die Spalte „{missing[0]}“ fehlt; vorhanden: {there}.",
                    "Ändern Sie „code“ oder „name“ in kommune.toml.",
                    file=file,
                )
            )
        return None
    code = _corrected(level, properties, text_of(properties[code_field])).zfill(level.get("width", 0))
    if not _CODE.fullmatch(code) or code == NOT_ASSIGNABLE:
        told = (
            f"Der Gebietsschlüssel „{code}“ ist nicht möglich."
            if code
            else "Ein Gebiet hat keinen Schlüssel."
        )
        findings.append(
            Finding(told, "Erlaubt sind Buchstaben, Ziffern, Punkt, Leerzeichen, Binde- und Schrägstrich; „nz“ ist vergeben.", file=file, row=row, value=code)
        )  # fmt: skip
        return None
    if "parent_prefix" in level:
        above = code[: level["parent_prefix"]]
    else:
        above = parent or text_of(properties.get(level.get("parent", "parent")))
    return Area(
        code, text_of(properties[name_field]), level["id"], above, _sound(file, row, code, geometry, findings)
    )


def _corrected(level: Mapping[str, Any], properties: Mapping[str, Any], code: str) -> str:
    for correction in level.get("corrections", []):
        if code == correction["code"] and text_of(properties.get(correction["property"])) == str(
            correction["equals"]
        ):
            return str(correction["becomes"])
    return code


def _sound(file: str, row: int, code: str, geometry: bytes | None, findings: list[Finding]) -> bytes | None:
    """A valid geometry; a broken polygon is repaired with a warning, or refused when nothing is left."""
    import shapely

    if geometry is None:
        return None
    try:
        shape = shapely.from_wkb(geometry)
    except shapely.errors.ShapelyError:
        shape = shapely.Polygon()
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        shape = _polygons(shapely.make_valid(shape))
        findings.append(
            Finding(f"Die Grenze des Gebiets {code} überschneidet sich selbst ({reason}); sie wurde repariert.",
                    "Prüfen Sie die Fläche im Geoinformationssystem.", file=file, row=row, severity=Severity.WARNING)
        )  # fmt: skip
    west, south, east, north = shape.bounds if not shape.is_empty else (0, 0, 0, 0)
    if west < -180 or south < -90 or east > 180 or north > 90:
        findings.append(
            Finding(f"Die Koordinaten des Gebiets {code} sind keine Grade (WGS 84).",
                    "Exportieren Sie das GeoJSON in EPSG:4326 oder als GeoPackage mit seinem Koordinatensystem.", file=file, row=row)
        )  # fmt: skip
        return None
    if shape.is_empty or shape.area == 0:
        findings.append(
            Finding(
                f"Die Grenze des Gebiets {code} ist keine Fläche.",
                "Zeichnen Sie sie im Geoinformationssystem neu.",
                file=file,
                row=row,
            )
        )
        return None
    return bytes(shapely.to_wkb(shapely.force_2d(_polygons(shape))))


def _polygons(shape: Any) -> Any:
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _records(path: Path, level: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], bytes | None]]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".csv" in suffixes or ".xlsx" in suffixes:
        return _table_records(path, level)
    return read_layer(
        path, layer=level.get("layer") or "", crs=level.get("crs", ""), axes=level.get("axes", "")
    )


def _table_records(path: Path, level: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], bytes | None]]:
    sheet = read_sheet(path, encoding=level.get("encoding", ""), separator=level.get("separator", ""))
    header = [text_of(cell) for cell in sheet.rows[0]]
    return [
        (dict(zip(header, row, strict=False)), None)
        for row in sheet.rows[1:]
        if any(text_of(cell) for cell in row)
    ]


def _check_hierarchy(levels: Sequence[Level], areas: Sequence[Area], findings: list[Finding]) -> None:
    codes = {level.id: {area.code for area in areas if area.level == level.id} for level in levels}
    above = {below.id: up for below, up in pairwise(levels)}
    for area in areas:
        up = above.get(area.level)
        if up and area.parent not in codes[up.id]:
            findings.append(
                Finding(f"Das Gebiet {area.code} „{area.name}“ soll zu „{area.parent}“ gehören; auf der Ebene {up.label} gibt es das nicht.",
                        "Ergänzen Sie das übergeordnete Gebiet oder berichtigen Sie „parent“.", value=area.parent)
            )  # fmt: skip
    for level in levels:
        if not codes[level.id]:
            findings.append(
                Finding(f"Die Ebene {level.label} hat kein Gebiet.", "Prüfen Sie die Gebietsdatei.")
            )


def _with_unions(levels: Sequence[Level], areas: list[Area]) -> list[Area]:
    """Fill missing geometry of upper levels from the areas they consist of."""
    import shapely

    done = {(area.level, area.code): area for area in areas}
    for below, up in pairwise(levels):
        for area in [area for area in areas if area.level == up.id and area.geometry is None]:
            parts = [
                part.geometry for part in done.values()
                if part.level == below.id and part.parent == area.code and part.geometry
            ]  # fmt: skip
            if parts and area.code != NOT_ASSIGNABLE:
                union = shapely.unary_union(shapely.from_wkb(parts))
                done[(area.level, area.code)] = Area(
                    area.code, area.name, area.level, area.parent, bytes(shapely.to_wkb(union))
                )
    return list(done.values())
