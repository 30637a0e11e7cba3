"""Files to take away: the open files of a release, or one selection as CSV (Offene Daten)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sozialraum.products.catalogue import load_protocol
from sozialraum.products.values import Value
from sozialraum.spreadsheet import defused
from sozialraum.tables import VALUES_COLUMNS
from sozialraum.words import mark, say
from sozialraum_web.monitoring.access import Place

# files with figures leave only when every source in them may be passed on
FILES: Final[dict[str, tuple[str, str, bool]]] = {
    "werte.csv": (mark("Kennzahlen als CSV"), "text/csv; charset=utf-8", True),
    "werte.parquet": (mark("Kennzahlen als Parquet"), "application/vnd.apache.parquet", True),
    "grundzahlen.parquet": (mark("Grundzahlen als Parquet"), "application/vnd.apache.parquet", True),
    "vergleich.parquet": (
        mark("Kennzahlen der Vergleichsgebiete (Kreis, Land)"),
        "application/vnd.apache.parquet",
        True,
    ),
    "strassen.parquet": (
        mark("Straßen und die Gebiete, in denen sie liegen"),
        "application/vnd.apache.parquet",
        False,
    ),
    "gebiete.geojson": (mark("Gebiete als GeoJSON (WGS 84)"), "application/geo+json", False),
    "gebiete.gpkg": (mark("Gebiete als GeoPackage"), "application/geopackage+sqlite3", False),
    "hierarchie.csv": (mark("Zugehörigkeit der Gebiete"), "text/csv; charset=utf-8", False),
    "umstieg.csv": (mark("Umstiegsschlüssel zwischen Gebietsständen"), "text/csv; charset=utf-8", False),
    "katalog.json": (mark("Katalog: Kennzahlen, Quellen, Gebiete"), "application/json", False),
    "protokoll.json": (mark("Freigabeprotokoll mit Prüfsummen und Unterschrift"), "application/json", False),
    "datapackage.json": (mark("Beschreibung für Maschinen (Data Package)"), "application/json", False),
    "LIESMICH.md": (mark("Lies mich"), "text/markdown; charset=utf-8", False),
}


@dataclass(frozen=True)
class File:
    """One file of a release on offer."""

    name: str
    label: str
    size: int
    checksum: str
    allowed: bool

    @property
    def size_text(self) -> str:
        """Size as people read it."""
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1000))} KB"
        return f"{self.size / 1_000_000:.1f} MB".replace(".", ",")


def all_sources_open(place: Place) -> bool:
    """Whether every source of the release may be passed on; internal releases stay with their members anyway."""
    return all(
        place.catalogue.source_of(item).open for item in place.catalogue.indicators.values() if item.source
    )


def files(place: Place) -> list[File]:
    """The files of the release, each with its checksum and whether it may be taken."""
    checksums = load_protocol(place.release.folder).get("checksums") or {}
    return [
        File(name, say(label), path.stat().st_size, str(checksums.get(name, "")), may_take(place, name))
        for name, (label, _, _) in FILES.items()
        if (path := place.release.folder / name).is_file()
    ]


def may_take(place: Place, name: str) -> bool:
    """Whether a file may leave: files with figures need every source's permission."""
    return name in FILES and (not FILES[name][2] or all_sources_open(place))


def path_of(place: Place, name: str) -> Path | None:
    """The file on disk, only for names on the list."""
    path = place.release.folder / name
    return path if name in FILES and path.is_file() else None


def neutral(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is defused; numbers stay numbers."""
    return defused(cell) if isinstance(cell, str) else cell


def decimal_comma(number: float | None) -> str:
    """A number as German spreadsheets read it, exact; empty without one."""
    if number is None:
        return ""
    return repr(float(number)).replace(".", ",") if number % 1 else str(int(number))


HEAD: Final = ("gebiet", "name", *VALUES_COLUMNS[1:], "zeichen", "einheit")


def selection_csv(
    values: Iterable[Value],
    names: Mapping[tuple[str, str, str], str],
    signs: Mapping[str, str],
    units: Mapping[str, str],
    notes: Sequence[str],
) -> str:
    """Values as semicolon-separated text for German spreadsheets; citation and licence stand at the end."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    for value in values:
        writer.writerow([neutral(cell) for cell in _cells(value, names, signs, units)])
    writer.writerow([])
    for note in notes:
        writer.writerow([neutral(note)])
    return "\ufeff" + out.getvalue()


def _cells(
    value: Value,
    names: Mapping[tuple[str, str, str], str],
    signs: Mapping[str, str],
    units: Mapping[str, str],
) -> list[Any]:
    shown = value.shown
    figures = [value.value, value.lower, value.upper] if shown else [None, None, None]
    return [
        value.area,
        names.get((value.version, value.level, value.area), ""),
        value.level,
        value.version,
        value.period,
        value.indicator,
        _Number(value.numerator),
        _Number(value.denominator),
        *(_Number(figure) for figure in figures),
        value.status,
        value.class_,
        value.plain_notes,
        signs[value.status],
        units.get(value.indicator, ""),
    ]


class _Number:
    """A figure on its way into CSV: its minus sign is no formula."""

    def __init__(self, value: float | None) -> None:
        self.text = decimal_comma(value)

    def __str__(self) -> str:
        return self.text
