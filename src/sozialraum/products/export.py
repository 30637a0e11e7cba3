"""Open data from a release: CSV, Parquet, workbook, GeoPackage, GeoJSON, map as SVG, DCAT (Ausgabe)."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.errors import Finding, ReleaseError, Severity
from sozialraum.products import kommonitor, sdmx
from sozialraum.products.draw.classes import class_of
from sozialraum.products.draw.geometry import AreaInput, LevelInput, lay_out
from sozialraum.products.draw.legend import legend, legend_text
from sozialraum.products.draw.map import AreaMark, choropleth
from sozialraum.products.draw.numbers import date_text, value_text
from sozialraum.products.draw.poster import poster
from sozialraum.release import Release
from sozialraum.spreadsheet import defused
from sozialraum.tables import MUNICIPALITY_LEVEL, SIGNS, Status


@dataclass(frozen=True)
class Open:
    """The part of a release that may be passed on."""

    release: Release
    values: pa.Table
    counts: pa.Table
    withheld: tuple[str, ...]

    @property
    def stem(self) -> str:
        """Beginning of all file names."""
        return f"{self.release.municipality}_{self.release.name}"

    @property
    def is_whole(self) -> bool:
        """Whether nothing had to be left out."""
        return not self.withheld


def write(release: Release, format: str, folder: Path) -> tuple[list[Path], list[Finding]]:
    """Write one format into a folder; returns the files and what had to be left out, and why.

    Sources that may only be shown, or not at all, are left out. Raises ReleaseError when nothing may be passed on.
    """
    chosen = open_part(release)
    if not chosen.values.num_rows:
        raise ReleaseError(
            Finding(
                "Keine Quelle dieser Freigabe darf weitergegeben werden.",
                "Sprechen Sie mit den Stellen, die liefern.",
                file=release.name,
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    return list(FORMATS[format](chosen, folder)), list(_notes(chosen))


def open_part(release: Release) -> Open:
    """The rows of a release whose sources allow redistribution."""
    closed = {s["id"]: s["label"] for s in release.catalogue["sources"] if s["redistribution"] != "ja"}
    sources = {i["id"]: i["source"] for i in release.catalogue["indicators"]}
    variables = {v["id"]: v["source"] for v in release.catalogue["variables"]}
    values = _without(
        pq.read_table(release.values), "indicator", {i for i, s in sources.items() if s in closed}
    )
    counts = _without(
        pq.read_table(release.counts), "variable", {v for v, s in variables.items() if s in closed}
    )
    return Open(release, values, counts, tuple(sorted(closed.values())))


def _without(table: pa.Table, column: str, closed: set[str]) -> pa.Table:
    return (
        table.filter(pc.invert(pc.is_in(table[column], value_set=pa.array(sorted(closed), pa.string()))))
        if closed
        else table
    )


def _notes(chosen: Open) -> Iterator[Finding]:
    if chosen.withheld:
        yield Finding(
            f"Nicht enthalten, weil nur zur Darstellung überlassen: {', '.join(chosen.withheld)}.",
            severity=Severity.WARNING,
        )
    if chosen.release.catalogue["audience"] != "öffentlich":
        yield Finding(
            "Die Freigabe ist intern.", "Geben Sie die Dateien nicht nach außen.", severity=Severity.WARNING
        )


def _csv(chosen: Open, folder: Path) -> Iterator[Path]:
    for name, table in (("werte", chosen.values), ("grundzahlen", chosen.counts)):
        path = folder / f"{chosen.stem}_{name}.csv"
        safe = [
            pa.array([defused(t) for t in table[c].to_pylist()])
            if pa.types.is_string(table[c].type)
            else table[c]
            for c in table.column_names
        ]
        pacsv.write_csv(pa.table(safe, names=table.column_names), path)
        yield path


def _parquet(chosen: Open, folder: Path) -> Iterator[Path]:
    for name, table in (("werte", chosen.values), ("grundzahlen", chosen.counts)):
        path = folder / f"{chosen.stem}_{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        yield path


def _xlsx(chosen: Open, folder: Path) -> Iterator[Path]:
    """A workbook for Excel: texts are stored as texts and never run as formulas; keys keep their zeros."""
    import xlsxwriter

    path = folder / f"{chosen.stem}.xlsx"
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        about = book.add_worksheet("Lies mich")
        about.set_column(0, 0, 110)
        for row, line in enumerate((chosen.release.path / "LIESMICH.md").read_text("utf-8").splitlines()):
            about.write_string(row, 0, line)
        _sheet(book.add_worksheet("Kennzahlen"), _signed(chosen.values), bold)
        _sheet(book.add_worksheet("Grundzahlen"), _signed(chosen.counts), bold)
        _sheet(book.add_worksheet("Katalog"), _catalogue_table(chosen.release.catalogue), bold)
    yield path


def _signed(table: pa.Table) -> pa.Table:
    """The table with the printed sign of each state, so that an empty cell explains itself."""
    signs = pa.array([SIGNS[Status(s)] for s in table["status"].to_pylist()], pa.string())
    return table.append_column("zeichen", signs)


def _catalogue_table(catalogue: Mapping[str, Any]) -> pa.Table:
    fields = ("id", "label", "definition", "numerator", "denominator", "unit", "topic", "source", "caveat")
    return pa.table({f: [str(i[f]) for i in catalogue["indicators"]] for f in fields})


def _sheet(sheet: Any, table: pa.Table, bold: Any) -> None:
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, bold)
        put = sheet.write_number if pa.types.is_floating(table[name].type) else sheet.write_string
        for row, cell in enumerate(table[name].to_pylist(), start=1):
            if cell is not None:
                put(row, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
    sheet.set_column(0, table.num_columns - 1, 16)


def _copied(name: str) -> Callable[[Open, Path], Iterator[Path]]:
    """Geometry carries no figures: the file of the release itself."""

    def copy(chosen: Open, folder: Path) -> Iterator[Path]:
        source = chosen.release.path / name
        if source.exists():
            yield Path(shutil.copyfile(source, folder / f"{chosen.stem}_{name}"))

    return copy


def _svg(chosen: Open, folder: Path) -> Iterator[Path]:
    """One map per headline indicator: finest mapped level, latest period, with title, legend and source line."""
    for id, drawn in _posters(chosen):
        path = folder / f"{chosen.stem}_{id}.svg"
        path.write_text(drawn, "utf-8")
        yield path


def _png(chosen: Open, folder: Path) -> Iterator[Path]:
    """The same maps as pixels, for slides and posts."""
    from sozialraum.products import picture

    for id, drawn in _posters(chosen):
        path = folder / f"{chosen.stem}_{id}.png"
        path.write_bytes(picture.png(drawn))
        yield path


def _posters(chosen: Open) -> Iterator[tuple[str, str]]:
    """Headline indicators with a map, each with its finished picture."""
    catalogue = chosen.release.catalogue
    known = set(chosen.values["indicator"].unique().to_pylist())
    for indicator in catalogue["indicators"]:
        there = indicator["headline"] and indicator["id"] in known
        place = _mapped(catalogue, indicator) if there else None
        if place:
            yield indicator["id"], _map(chosen, indicator, *place)


def _mapped(catalogue: Mapping[str, Any], indicator: Mapping[str, Any]) -> tuple[str, str] | None:
    for version in reversed(catalogue["versions"]):
        for level in version["levels"]:
            if (
                level["mapped"]
                and level["areas"] > 1
                and level["id"] in indicator["levels"].get(version["id"], ())
            ):
                return str(version["id"]), str(level["id"])
    return None


def _map(chosen: Open, indicator: Mapping[str, Any], version: str, level: str) -> str:
    rows = [
        r
        for r in chosen.values.filter(pc.field("indicator") == indicator["id"]).to_pylist()
        if r["version"] == version and r["level"] == level
    ]
    period = max((r["period"] for r in rows), key=periods.parse)
    atlas = lay_out(_levels(chosen.release, version))
    limits = indicator["classes"][f"{version}/{level}"]
    marks = [_mark(r, limits, indicator) for r in rows if r["period"] == period]
    source = next(s for s in chosen.release.catalogue["sources"] if s["id"] == indicator["source"])
    key = legend(limits, marks, unit=indicator["unit"], decimals=indicator["decimals"])
    drawn = choropleth(
        atlas.levels[level], marks, width=atlas.width, height=atlas.height, interactive=False,
        border=atlas.levels[MUNICIPALITY_LEVEL], title=indicator["label"], description=legend_text(key),
    )  # fmt: skip
    catalogue = chosen.release.catalogue
    licence = f" Lizenz: {source['licence']}." if source["licence"] else ""
    return str(
        poster(
            str(drawn),
            title=f"{indicator['label']}, {catalogue['municipality']['name']}, {periods.label(period)}",
            caption=indicator["definition"],
            notes=[
                f"Quelle: {source['citation'] or source['label']}.{licence}",
                f"{catalogue['office']['name']}, Freigabe {catalogue['release']} vom {date_text(catalogue['created'][:10])}.",
                "Ein Wert beschreibt ein Gebiet, nicht die Menschen darin. Gesperrt heißt nie null.",
            ],
            legend=key,
        )
    )


def _levels(release: Release, version: str) -> list[LevelInput]:
    content = json.loads((release.path / "gebiete.geojson").read_text("utf-8"))
    names = next(
        [level["id"] for level in v["levels"]] for v in release.catalogue["versions"] if v["id"] == version
    )
    found: dict[str, list[AreaInput]] = {name: [] for name in names}
    for feature in content["features"]:
        known = feature["properties"]
        if known["version"] == version:
            area = AreaInput(
                known["code"], known["name"], parent=known["parent"], geometry=feature["geometry"]
            )
            found[known["level"]].append(area)
    return [LevelInput(name, areas) for name, areas in found.items()]


def _mark(row: Mapping[str, Any], limits: list[float], indicator: Mapping[str, Any]) -> AreaMark:
    css = class_of(row["value"], limits)
    label = value_text(row["value"], row["status"], decimals=indicator["decimals"], unit=indicator["unit"])
    return AreaMark(row["area"], css=css, status=row["status"], label=label)


def _dcat(chosen: Open, folder: Path) -> Iterator[Path]:
    """A description for open-data portals as JSON-LD (DCAT-AP.de 3.0, without addresses, which only the portal knows)."""
    catalogue = chosen.release.catalogue
    spatial = {"@type": "dct:Location", "dct:identifier": catalogue["municipality"]["ags"]}
    content = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@type": "dcat:Dataset",
        "dct:title": f"Sozialraumdaten {catalogue['municipality']['name']}",
        "dct:description": f"Kleinräumige Kennzahlen, Freigabe {catalogue['release']}. Gesperrte Werte sind leer und nie null.",
        "dct:issued": catalogue["created"][:10],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": catalogue["office"]["name"]},
        "dct:spatial": spatial,
        "dct:language": "de",
        "dcat:keyword": sorted({t["label"] for t in catalogue["topics"]}),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": name,
                "dct:format": kind,
                "dct:license": _licence(catalogue),
            }
            for name, kind in (
                ("werte.csv", "CSV"),
                ("werte.parquet", "Parquet"),
                ("gebiete.geojson", "GeoJSON"),
            )
        ],
    }
    path = folder / f"{chosen.stem}_dcat.jsonld"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    yield path


def _kommonitor(chosen: Open, folder: Path) -> Iterator[Path]:
    """What KomMonitor takes: metadata of all indicators, a time series per indicator and level, the areas."""
    catalogue = chosen.release.catalogue
    rows = chosen.values.to_pylist()
    names = {(a["version"], a["level"], a["code"]): a["name"] for a in catalogue["areas"]}
    described = []
    for indicator in catalogue["indicators"]:
        own = [row for row in rows if row["indicator"] == indicator["id"]]
        if not own:
            continue
        described.append(kommonitor.metadata(catalogue, indicator, own))
        for version, level in kommonitor.levels_of(catalogue, indicator):
            there = [row for row in own if (row["version"], row["level"]) == (version, level)]
            titles = {code: n for (v, lv, code), n in names.items() if (v, lv) == (version, level)}
            path = folder / f"{chosen.stem}_kommonitor_{indicator['id']}_{version}_{level}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file, delimiter=";")
                for line in kommonitor.series(there, titles):
                    table.writerow([defused(cell) if isinstance(cell, str) else cell for cell in line])
            yield path
    path = folder / f"{chosen.stem}_kommonitor_indikatoren.json"
    path.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
    yield path
    yield from _copied("gebiete.geojson")(chosen, folder)


def _sdmx(chosen: Open, folder: Path) -> Iterator[Path]:
    """Values as SDMX-CSV 2.0 and their structure as SDMX-ML 2.1."""
    catalogue = chosen.release.catalogue
    path = folder / f"{chosen.stem}_sdmx.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        for line in sdmx.rows(catalogue, chosen.values.to_pylist()):
            table.writerow([defused(cell) if cell[:1] in "=@" else cell for cell in line])
    yield path
    path = folder / f"{chosen.stem}_sdmx_struktur.xml"
    path.write_text(sdmx.structure(catalogue), "utf-8")
    yield path


def _licence(catalogue: Mapping[str, Any]) -> str:
    return "; ".join(
        sorted({s["licence"] for s in catalogue["sources"] if s["licence"] and s["redistribution"] == "ja"})
    )


FORMATS: dict[str, Callable[[Open, Path], Iterator[Path]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "gpkg": _copied("gebiete.gpkg"),
    "geojson": _copied("gebiete.geojson"),
    "svg": _svg,
    "png": _png,
    "sdmx": _sdmx,
    "dcat": _dcat,
    "kommonitor": _kommonitor,
}
