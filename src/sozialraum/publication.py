"""What a release says besides its figures: catalogue, areas, tables for other programs, and a page to read first (Freigabeordner)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.address_files import published_streets
from sozialraum.area_layers import reproject
from sozialraum.areas import DRAWING_CRS, WGS84, Area, Geography
from sozialraum.catalogue.model import BY_AGE, Indicator, Kind, Selection
from sozialraum.catalogue.recipe import Index
from sozialraum.disclosure import Protected
from sozialraum.indicators.classes import limits
from sozialraum.indicators.editions import Agreement, agreements, breaks
from sozialraum.indicators.recoded import is_recoded, rows_of, weights
from sozialraum.municipality import Municipality
from sozialraum.spreadsheet import defused
from sozialraum.street_list import FILE as STREETS
from sozialraum.street_list import Stretch
from sozialraum.tables import COUNTS_COLUMNS, LABELS, NOT_ASSIGNABLE, SIGNS, VALUES_COLUMNS, Status

HIERARCHY = "gebietsgliederung"
NUMBERS = {"numerator", "denominator", "value", "lower", "upper", "count"}


def catalogue(
    municipality: Municipality, protected: Protected, *, name: str, created: str, software: str
) -> dict[str, Any]:
    """The catalogue of a release (katalog.json) as plain data; the format is described in docs/katalog/freigabe.md."""
    values = protected.values
    used = {str(i) for i in values["indicator"].unique()}
    indicators = [i for i in municipality.catalogue.indicators.values() if i.id in used]
    indices = [i for i in municipality.catalogue.indices.values() if f"{i.id}_status" in used]
    sources = {i.source for i in indicators} | {
        municipality.catalogue.variables[str(v)].source for v in protected.counts["variable"].unique()
    }
    topics = {i.topic for i in indicators}
    editions = agreements(values, {i.id: i for i in indicators})
    return {
        "format": "sozialraum-katalog/1",
        "release": name,
        "created": created,
        "software": software,
        "audience": municipality.audience,
        "municipality": {
            "id": municipality.id, "name": municipality.name, "ags": municipality.ags, "kind": municipality.kind,
            "land": municipality.land, "synthetic": municipality.synthetic,
        },
        "office": {"name": municipality.office.get("name", ""), "email": municipality.office.get("email", "")},
        "current_version": municipality.current_version,
        "versions": [_version(geography) for geography in municipality.geographies],
        "areas": [
            {"code": a.code, "name": a.name, "level": a.level, "version": g.version, "parent": a.parent}
            for g in municipality.geographies for a in g.areas
        ],
        "comparators": [c.model_dump() for c in municipality.comparators],
        "topics": [{"id": t.id, "label": t.label, "order": t.order} for t in municipality.catalogue.topics.values() if t.id in topics],
        "sources": [_source(municipality, name) for name in sorted(sources)],
        "variables": [
            {"id": v.id, "label": v.label, "concept": v.concept, "unit": v.unit, "source": v.source, "dimensions": list(v.dimensions),
             "within": [s.key for s in v.within], "contains": [s.key for s in v.contains]}
            for v in municipality.catalogue.variables.values() if v.id in set(protected.counts["variable"])
        ],
        "indicators": [*(_indicator(municipality, i, values, editions) for i in indicators), *(_index_indicator(row, values) for i in indices for row in _index_rows(municipality, i))],
        "indices": [_index(municipality, index, values) for index in indices],
        "methods": protected.record.get("methods", []),
        "states": [{"status": s.value, "sign": SIGNS[s], "label": LABELS[s]} for s in Status],
    }  # fmt: skip


def _version(geography: Geography) -> dict[str, Any]:
    areas = [a for a in geography.areas if a.code != NOT_ASSIGNABLE]
    return {
        "id": geography.version, "label": geography.label,
        "valid_from": geography.valid_from, "valid_until": geography.valid_until,
        "levels": [
            {
                "id": level.id, "label": level.label, "plural": level.plural, "rank": level.rank,
                "areas": sum(a.level == level.id for a in areas),
                "mapped": all(a.geometry is not None for a in areas if a.level == level.id),
            }
            for level in geography.levels
        ],
    }  # fmt: skip


def _source(municipality: Municipality, name: str) -> dict[str, Any]:
    source = municipality.catalogue.sources[name]
    rule = municipality.catalogue.rule_of(name)
    return {**source.model_dump(exclude={"profile"}), "profile": rule.model_dump()}


def _indicator(
    municipality: Municipality, indicator: Indicator, values: pd.DataFrame, editions: Sequence[Agreement]
) -> dict[str, Any]:
    rows = values[values["indicator"] == indicator.id]
    known = [*(b.model_dump() for b in indicator.breaks), *breaks(editions, indicator)]
    return {
        **indicator.model_dump(include={"id", "label", "english", "smallest_level", "definition", "per", "unit", "decimals", "topic", "source", "caveat", "headline", "published", "literature", "of", "years"}),
        "short": indicator.short or indicator.label,
        "kind": indicator.kind.value,
        "polarity": indicator.polarity.value,
        "interval": indicator.method,
        "numerator": selection_in_words(municipality, indicator.numerator),
        "denominator": selection_in_words(municipality, indicator.denominator),
        "formula": _formula(indicator),
        "index": "",
        "counts": {} if indicator.published else {n: c.key for n, c in (("numerator", indicator.numerator), ("denominator", indicator.denominator)) if c},
        **_extent(rows, indicator.classes),
        **_continuity(municipality, rows, known),
    }  # fmt: skip


def _extent(rows: pd.DataFrame, own: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Periods, levels and class limits of an indicator."""
    there = rows[rows["status"] != Status.MISSING]
    levels: dict[str, list[str]] = {}
    classes: dict[str, list[float]] = {}
    for (version, level), part in there[there["area"] != NOT_ASSIGNABLE].groupby(
        ["version", "level"], sort=False
    ):
        levels.setdefault(str(version), []).append(str(level))
        classes[f"{version}/{level}"] = list(own.get(str(level), limits(part["value"].to_numpy(float))))
    return {
        "periods": sorted(map(str, there["period"].unique()), key=periods.parse),
        "levels": levels,
        "classes": classes,
    }


def _continuity(
    municipality: Municipality, rows: pd.DataFrame, known: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Where the series changes its areas or its definition, and which values were converted: periods by version."""
    labels = {g.version: g.label for g in municipality.geographies}
    converted = is_recoded(rows)
    counted = rows[~converted & (rows["status"] != Status.MISSING)].drop_duplicates(["period", "version"])
    versions = counted.groupby("period")["version"].agg(frozenset).to_dict()
    ordered = sorted(versions, key=lambda period: periods.parse(str(period)))
    borders = [
        {"period": now, "reason": f"neue Grenzen: {_named(versions[now], labels)} statt {_named(versions[before], labels)}"}
        for before, now in pairwise(ordered) if versions[before] != versions[now]
    ]  # fmt: skip
    inside = [
        b for b in known if ordered and periods.parse(ordered[0]) < periods.parse(b["period"]) <= periods.parse(ordered[-1])
    ]  # fmt: skip
    return {
        "breaks": sorted([*borders, *inside], key=lambda b: periods.parse(b["period"])),
        "recoded": {
            str(version): sorted(map(str, part["period"].unique()), key=periods.parse)
            for version, part in rows[converted].groupby("version", sort=False)
        },
    }  # fmt: skip


def _named(versions: Iterable[str], labels: Mapping[str, str]) -> str:
    return " und ".join(sorted(labels[version] for version in versions))


def _formula(indicator: Indicator) -> str:
    if indicator.published:
        return "fertiger Wert der Quelle"
    if indicator.kind is Kind.COUNT:
        return "Anzahl"
    if indicator.kind is Kind.CHANGE:
        return f"Veränderung in {indicator.years} Jahren"
    if indicator.kind in BY_AGE:
        return _BY_AGE[indicator.kind]
    return "Zähler / Nenner" + (f" × {indicator.per:g}".replace(".", ",") if indicator.per != 1 else "")


_BY_AGE = {
    Kind.LIFE_EXPECTANCY: "Sterbetafel aus den gezeigten Sterbefällen und der gezeigten Bevölkerung nach Alter",
    Kind.STANDARDISED_RATE: "Raten der Altersgruppen, gewichtet mit der Europäischen Standardbevölkerung 2013, aus den gezeigten Tabellen",
}
_WORDS = {
    "m": "männlich",
    "w": "weiblich",
    "deutsch": "deutsche Staatsangehörigkeit",
    "nichtdeutsch": "ohne deutsche Staatsangehörigkeit",
}


def selection_in_words(municipality: Municipality, selection: Selection | None) -> str:
    """What is counted, with ages, sex and nationality in German; nothing for none."""
    if selection is None:
        return ""
    variable = municipality.catalogue.variables[selection.variable]
    parts = [_ages(a) for a in selection.dimension("age")] + [
        _WORDS.get(v, v) for d in ("sex", "nationality") for v in selection.dimension(d)
    ]
    return variable.label + (f" ({', '.join(parts)})" if parts else "")


def _ages(band: str) -> str:
    if band.endswith("+"):
        return f"ab {band[:-1]} Jahren"
    first, _, last = band.partition("-")
    return (
        f"unter {int(last or first) + 1} Jahren"
        if first == "0"
        else f"{first} bis unter {int(last or first) + 1} Jahre"
    )


def _index_rows(municipality: Municipality, index: Index) -> Iterator[dict[str, Any]]:
    """The indicators that an edition writes, described like any other."""
    topic = municipality.catalogue.indicators[index.components[0].indicator]
    burden = index.orientation == "burden"
    side = "higher_worse" if burden else "higher_better"
    first = "höchste Belastung" if burden else "günstigste Lage"
    summed = (
        "Standardisierte Summe der Bausteine"
        if index.aggregate == "sum" and index.normalise == "z_score"
        else "Zusammengefasster Wert der Bausteine"
    )
    words = {
        "status": (f"{index.label}: Status", f"{summed}; ein hoher Wert steht für eine {'hohe Belastung' if burden else 'günstige Lage'}.", side, 2),
        "dynamic": (f"{index.label}: Dynamik", f"Standardisierte Summe der Veränderungen; ein hoher Wert steht für eine {'ungünstige' if burden else 'günstige'} Entwicklung.", side, 2),
        "status_rank": (f"{index.label}: Rang", f"Rang des Statuswerts (1 = {first}) mit der Spanne aus 95 % der Rechenvarianten.", "neutral", 0),
        "status_stability": (f"{index.label}: Stabilität", "Anteil der Rechenvarianten, in denen das Gebiet seine Klasse behält.", "neutral", 2),
    }  # fmt: skip
    for half, word in (("status", "Status"), ("dynamic", "Dynamik")):
        for c in index.components:
            label = municipality.catalogue.indicators[c.indicator].label
            words[f"{half}_z_{c.indicator}"] = (
                f"{index.label}: {word}, z-Wert {label}",
                f"Standardisierter Baustein „{label}“.",
                "neutral",
                2,
            )
    for d in index.dimensions:
        for half, word in (("status", "Status"), ("dynamic", "Dynamik")):
            words[f"{half}_dim_{d.id}"] = (
                f"{index.label}: {word}, {d.label or d.id}",
                f"Wert der Dimension „{d.label or d.id}“.",
                "neutral",
                2,
            )
    for suffix, (label, definition, polarity, decimals) in words.items():
        yield {
            "id": f"{index.id}_{suffix}", "label": label, "short": label, "definition": definition, "kind": "index", "numerator": "",
            "denominator": "", "formula": index.method, "per": 1.0, "unit": "", "decimals": decimals, "polarity": polarity,
            "topic": topic.topic, "source": topic.source, "caveat": "Ein Index gibt Hinweise; ob gehandelt werden muss, zeigt erst die Ortskenntnis.",
            "headline": False, "interval": "none", "published": False, "literature": index.literature, "of": "", "years": 0, "index": index.id,
        }  # fmt: skip


def _index_indicator(block: dict[str, Any], values: pd.DataFrame) -> dict[str, Any]:
    return {**block, **_extent(values[values["indicator"] == block["id"]], {}), "breaks": [], "recoded": {}}


def _index(municipality: Municipality, index: Index, values: pd.DataFrame) -> dict[str, Any]:
    rows = values[values["indicator"] == f"{index.id}_status"]
    left_out = rows[rows["status"] == Status.NOT_MEANINGFUL]
    return {
        **index.model_dump(include={"id", "label", "edition", "description", "level", "period", "dynamic_years", "centre", "spread", "exclude_below", "method", "gap_rule", "literature", "orientation", "normalise", "weights", "aggregate", "scale"}),
        "version": rows["version"].iloc[0],
        "ddof": index.ddof,
        "method_id": index.method_id(),
        "digest": index.digest(),
        "components": [
            {"indicator": c.indicator, "label": c.label or municipality.catalogue.indicators[c.indicator].label, "weight": c.weight,
             "direction": c.direction, "dimension": c.dimension, "effect": effect}
            for c, effect in zip(index.components, _effects(index, values), strict=True)
        ],
        "dimensions": [{"id": d.id, "label": d.label or d.id, "parent": d.parent, "weight": d.weight} for d in index.dimensions],
        "classes": {
            "status": [c.model_dump() for c in index.classes.status],
            "dynamic": [c.model_dump() for c in index.classes.dynamic],
        },
        "exclusions": [{"area": a, "reason": r} for a, r in zip(left_out["area"], left_out["notes"], strict=True)],
        "rated": int((rows["status"] == Status.OK).sum()),
    }  # fmt: skip


def _effects(index: Index, values: pd.DataFrame) -> list[float | None]:
    """By how much the status rises with each printed component, so that a reader can add up contributions; None where the
    index is not a sum of its components."""
    none: list[float | None] = [None] * len(index.components)
    if not index.is_linear:
        return none
    names = [f"{index.id}_status", *(f"{index.id}_status_z_{c.indicator}" for c in index.components)]
    rows = values[(values["level"] == index.level) & values["indicator"].isin(names)]
    table = rows.pivot(index="area", columns="indicator", values="value").reindex(columns=names).dropna()
    design = np.column_stack([table[names[1:]].to_numpy(float), np.ones(len(table))])
    if len(table) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return none
    score = table[names[0]].to_numpy(float)
    slopes = np.linalg.lstsq(design, score, rcond=None)[0]
    exact = np.abs(design @ slopes - score).max() < 1e-6
    return [round(float(x), 9) for x in slopes[:-1]] if exact else none


# -- files -----------------------------------------------------------------------------------------------------------


def filler(
    municipality: Municipality, protected: Protected, katalog: Mapping[str, Any], comparison: pd.DataFrame
) -> Callable[[Path], None]:
    """What writes all files of a release but its protocol into an empty folder.

    `comparison` are VALUES of areas beyond the municipality; only indicators that the release shows are written.
    """
    shown = comparison[comparison["indicator"].isin(set(protected.values["indicator"]))]
    # Read before anything is remembered or written: a directory may turn out to be broken.
    streets = published_streets(
        municipality.folder, municipality.addresses, municipality.geographies, municipality.ags
    )

    def fill(folder: Path) -> None:
        values, counts = arrow(protected.values, VALUES_COLUMNS), arrow(protected.counts, COUNTS_COLUMNS)
        pq.write_table(values, folder / "werte.parquet", compression="zstd")
        write_csv(values, folder / "werte.csv")
        pq.write_table(counts, folder / "grundzahlen.parquet", compression="zstd")
        pq.write_table(arrow(shown, VALUES_COLUMNS), folder / "vergleich.parquet", compression="zstd")
        _write_json(folder / "katalog.json", katalog)
        _write_json(folder / "gebiete.geojson", _geojson(municipality), indent=None)
        _write_geopackage(folder / "gebiete.gpkg", municipality)
        (folder / "hierarchie.csv").write_text(_hierarchy(municipality), "utf-8")
        (folder / "umstieg.csv").write_text(_crosswalks(municipality, protected.values), "utf-8")
        if streets:
            pq.write_table(_street_table(streets), folder / STREETS, compression="zstd")
        (folder / "LIESMICH.md").write_text(_readme(municipality, katalog, streets=bool(streets)), "utf-8")
        _write_json(folder / "datapackage.json", _datapackage(katalog, values, counts))

    return fill


def _street_table(streets: Sequence[Stretch]) -> pa.Table:
    columns = zip(*streets, strict=True)
    return pa.table(
        {name: pa.array(texts, pa.string()) for name, texts in zip(Stretch._fields, columns, strict=True)}
    )


def arrow(frame: pd.DataFrame, columns: Sequence[str]) -> pa.Table:
    """A table with the given columns: figures as doubles with nulls, everything else as text."""
    return pa.table(
        {
            c: pa.array(frame[c].astype(float), pa.float64(), from_pandas=True)
            if c in NUMBERS
            else pa.array([str(v) for v in frame[c].fillna("")], pa.string())
            for c in columns
        }
    )


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV for Excel, R and people: UTF-8, comma; texts that a spreadsheet would run as a formula are defused."""
    safe = [_defused(table[c]) if pa.types.is_string(table[c].type) else table[c] for c in table.column_names]
    pacsv.write_csv(pa.table(safe, names=table.column_names), path)


def _defused(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([defused(text) for text in column.to_pylist()], pa.string())


def _write_json(path: Path, content: Any, indent: int | None = 1) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent) + "\n", "utf-8")


def _geojson(municipality: Municipality) -> dict[str, Any]:
    import shapely

    features = [
        {
            "type": "Feature",
            "properties": {"code": a.code, "name": a.name, "level": a.level, "version": g.version, "parent": a.parent},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shapely.from_wkb(a.geometry), 1e-6, mode="pointwise")))
            if a.geometry else None,
        }
        for g in municipality.geographies for a in g.areas if a.code != NOT_ASSIGNABLE
    ]  # fmt: skip
    return {"type": "FeatureCollection", "name": municipality.id, "features": features}


def _write_geopackage(path: Path, municipality: Municipality) -> None:
    """One layer per level and version, in the CRS of German surveying (ETRS89 / UTM 32N)."""
    import pyogrio.raw
    import shapely

    for geography in municipality.geographies:
        for level in geography.levels:
            areas = [a for a in geography.areas if a.level == level.id and a.code != NOT_ASSIGNABLE]
            shapes = shapely.from_wkb([a.geometry for a in areas])
            mapped = [s is not None for s in shapes]
            if any(mapped):
                _write_layer(
                    pyogrio.raw,
                    path,
                    f"{level.id}_{geography.version}",
                    areas,
                    reproject(shapes, WGS84, DRAWING_CRS),
                )


def _write_layer(raw: Any, path: Path, layer: str, areas: Sequence[Area], shapes: Any) -> None:
    import shapely

    fields = ["code", "name", "parent"]
    data = [np.array([getattr(a, f) for a in areas], dtype=object) for f in fields]
    multi = np.array(
        [None if s is None else shapely.multipolygons(shapely.get_parts(s)) for s in shapes], dtype=object
    )
    raw.write(
        path,
        shapely.to_wkb(multi),
        data,
        fields,
        layer=layer,
        driver="GPKG",
        crs=DRAWING_CRS,
        geometry_type="MultiPolygon",
        append=path.exists(),
    )


def _hierarchy(municipality: Municipality) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["area", "version", "hierarchy", "parent"])
    for geography in municipality.geographies:
        writer.writerows(
            [defused(text) for text in (a.code, geography.version, HIERARCHY, a.parent)]
            for a in geography.areas
            if a.parent
        )
    return text.getvalue()


def _crosswalks(municipality: Municipality, values: pd.DataFrame) -> str:
    """The weights with which values were converted: they follow from published values, too."""
    used = weights(values, municipality.catalogue.indicators, municipality.crosswalks, municipality.recode_to)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["from", "to", "from_version", "to_version", "share", "basis"])
    for one, other, source, target, share, basis in rows_of(used):
        writer.writerow([*map(defused, (one, other, source, target)), f"{share:.12g}", basis])
    return text.getvalue()


def _readme(municipality: Municipality, katalog: Mapping[str, Any], *, streets: bool) -> str:
    indicators = "\n".join(
        f"| {i['id']} | {i['label']} | {i['unit'] or '–'} |" for i in katalog["indicators"] if not i["index"]
    )
    signs = "\n".join(f"| {s.value} | {SIGNS[s] or ' '} | {LABELS[s]} |" for s in Status)
    sources = "\n".join(
        f"- {s['citation'] or s['label']} ({s['provider']}), {s['licence'] or 'Lizenz nicht angegeben'}"
        for s in katalog["sources"]
    )
    synthetic = (
        "\n**Die Daten sind erfunden.** Sie dienen zum Kennenlernen.\n" if municipality.synthetic else ""
    )
    listed = (
        f"| {STREETS} | welche Straße, oder welcher Abschnitt, in welchem Gebiet liegt |\n" if streets else ""
    )
    return f"""# Freigabe {katalog["release"]}: {municipality.name}
{synthetic}
Freigegeben von {municipality.office.get("name", "")} am {katalog["created"][:10]}. Reichweite: {katalog["audience"]}.

| Datei | Inhalt |
|---|---|
| werte.csv, werte.parquet | Kennzahlen: ein Wert je Gebiet, Zeitraum und Kennzahl |
| grundzahlen.parquet | geschützte Grundzahlen |
| gebiete.gpkg, gebiete.geojson | Gebiete mit Grenzen (ETRS89/UTM 32N und WGS 84) |
| hierarchie.csv | welches Gebiet zu welchem gehört |
| umstieg.csv | mit welchen Anteilen zwischen Gebietsständen umgerechnet wurde |
{listed}| katalog.json | was jede Kennzahl bedeutet, mit Quelle, Lizenz und Regeln |
| protokoll.json | wie geschützt und geprüft wurde, Prüfsummen, Unterschrift |

Gesperrte Werte sind leer und tragen den Status `suppressed`; sie sind nie null. Gebietsschlüssel sind Text: In Excel als Text einlesen,
sonst gehen führende Nullen verloren.

| Status | Zeichen | Bedeutung |
|---|---|---|
{signs}

| Kennzahl | Name | Einheit |
|---|---|---|
{indicators}

## Quellen

{sources}
"""


def _datapackage(katalog: Mapping[str, Any], values: pa.Table, counts: pa.Table) -> dict[str, Any]:
    """The description of the tables as Data Package 2.0 (datapackage.org)."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{katalog['municipality']['id']}-{katalog['release']}".lower(),
        "title": f"Sozialraumdaten {katalog['municipality']['name']}, Freigabe {katalog['release']}",
        "created": katalog["created"],
        "licenses": [
            {"name": licence, "title": licence}
            for licence in sorted({s["licence"] for s in katalog["sources"] if s["licence"]})
        ],
        "sources": [{"title": s["citation"] or s["label"]} for s in katalog["sources"]],
        "resources": [
            _resource("werte", "werte.csv", "csv", values),
            _resource("werte-parquet", "werte.parquet", "parquet", values),
            _resource("grundzahlen", "grundzahlen.parquet", "parquet", counts),
            {"name": "hierarchie", "path": "hierarchie.csv", "format": "csv", "encoding": "utf-8"},
            {
                "name": "gebiete",
                "path": "gebiete.geojson",
                "format": "geojson",
                "mediatype": "application/geo+json",
            },
        ],
    }


def _resource(name: str, path: str, kind: str, table: pa.Table) -> dict[str, Any]:
    fields = [
        {"name": f.name, "type": "number" if pa.types.is_floating(f.type) else "string"} for f in table.schema
    ]
    return {
        "name": name,
        "path": path,
        "format": kind,
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }
