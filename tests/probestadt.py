"""A small signed release written by hand: every status, two Gebietsstände, hostile names, an index edition."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sozialraum import release as releases

STATUSES = ["ok", "none", "missing", "suppressed", "unreliable", "estimated", "provisional", "not_meaningful"]
EVIL = '<script>alert("Quartier")</script>'
FORMULA = '=HYPERLINK("http://example.org")'
NAMES = [
    "Altstadt", "Bahnhof", EVIL, FORMULA, "Eichenhain", "Fischerviertel",
    "Gartenstadt", "Hafen", "Industriepark", "Johannisberg", "Am Kanal", "Lerchenfeld",
]  # fmt: skip
STADTTEILE = ["Mitte", "Nord", "Süd & Ost"]
PERIODS = [f"{year}-12-31" for year in range(2019, 2025)]
OLD_PERIODS = [f"{year}-12-31" for year in range(2016, 2019)]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
COLUMNS = [
    "area", "level", "version", "period", "indicator", "numerator", "denominator",
    "value", "lower", "upper", "status", "class", "notes",
]  # fmt: skip


@dataclass
class Town:
    """What varies between the towns of the tests."""

    id: str = "probestadt"
    name: str = "Probestadt"
    ags: str = "05999001"
    audience: str = "öffentlich"
    release: str = "2025-01"
    offset: float = 0.0
    created: str = "2026-11-22T10:00:00+00:00"
    key: Ed25519PrivateKey = field(default=KEY)


def wilson(cases: float, people: float) -> tuple[float, float]:
    """95 % limits of a share, in per cent."""
    z, p = 1.959964, cases / people
    centre = (p + z * z / (2 * people)) / (1 + z * z / people)
    half = z * math.sqrt(p * (1 - p) / people + z * z / (4 * people * people)) / (1 + z * z / people)
    return 100 * (centre - half), 100 * (centre + half)


def bezirk_codes() -> list[str]:
    """Codes with leading zeros."""
    return [f"{number:04d}" for number in range(101, 113)]


def parent_of(code: str) -> str:
    """Four Bezirke in each Stadtteil."""
    return f"0{(int(code) - 101) // 4 + 1}"


def areas(town: Town) -> list[dict[str, str]]:
    """All areas of both versions."""
    rows = []
    names = [f"Altstadt von {town.name}", *NAMES[1:]]
    for version in ("2024", "2015"):
        for code, name in zip(bezirk_codes(), names, strict=True):
            rows.append(
                {"code": code, "name": name, "level": "bezirk", "version": version, "parent": parent_of(code)}
            )
        for number, name in enumerate(STADTTEILE, 1):
            rows.append(
                {
                    "code": f"0{number}",
                    "name": name,
                    "level": "stadtteil",
                    "version": version,
                    "parent": town.ags,
                }
            )
        rows.append(
            {"code": town.ags, "name": town.name, "level": "kommune", "version": version, "parent": ""}
        )
    rows.append(
        {
            "code": "nz",
            "name": "räumlich nicht zuordenbar",
            "level": "bezirk",
            "version": "2024",
            "parent": "",
        }
    )
    return rows


def people(code: str) -> int:
    """Residents of a Bezirk."""
    return 900 + (int(code) * 137) % 2600


def share(code: str, period: str, indicator: str, town: Town) -> float:
    """The true share of a Bezirk in per cent."""
    base = {"arbeitslosenanteil": 4.0, "sgb2_quote": 8.0, "anteil_65plus": 17.0, "wohndauer_5_jahre": 60.0}[
        indicator
    ]
    place = ((int(code) * 7) % 12) / 12
    slope = {"arbeitslosenanteil": -0.25, "sgb2_quote": 0.2, "anteil_65plus": 0.3, "wohndauer_5_jahre": 0.0}[
        indicator
    ]
    return base * (0.6 + 1.1 * place) + slope * (int(period[:4]) - 2024) + town.offset


def row(
    area: str,
    level: str,
    version: str,
    period: str,
    indicator: str,
    cases: float,
    base: float | None,
    status: str = "ok",
    notes: str = "",
) -> dict[str, Any]:
    """One row of VALUES in the form the gate writes it."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    filled = {
        "area": area,
        "level": level,
        "version": version,
        "period": period,
        "indicator": indicator,
        "status": status,
        "class": "",
        "notes": notes,
    }
    if status in ("suppressed", "missing", "not_meaningful"):
        return {**empty, **filled}
    if base is None:
        return {**empty, **filled, "numerator": cases, "value": cases}
    cases = 0.0 if status == "none" else cases
    low, high = wilson(cases, base)
    value = 100 * cases / base
    return {
        **empty,
        **filled,
        "numerator": cases,
        "denominator": base,
        "value": value,
        "lower": min(low, value),
        "upper": high,
    }


def status_of(code: str, indicator: str, period: str) -> str:
    """Every status occurs in the newest period of one indicator; two hidden cells each year."""
    position = bezirk_codes().index(code)
    if indicator == "arbeitslosenanteil" and period == PERIODS[-1] and position < len(STATUSES):
        return STATUSES[position]
    if indicator == "sgb2_quote" and position in (2, 5):
        return "suppressed"
    return "ok"


SHARES = ("arbeitslosenanteil", "sgb2_quote", "anteil_65plus", "wohndauer_5_jahre")


def values(town: Town) -> list[dict[str, Any]]:
    """VALUES: sums of the Bezirke at every level above."""
    rows: list[dict[str, Any]] = []
    plan = [("2024", PERIODS, True), ("2015", OLD_PERIODS, False)]
    for version, periods, with_bezirke in plan:
        for period in periods:
            rows += population(town, version, period, with_bezirke)
            for indicator in SHARES:
                rows += shares(town, version, period, indicator, with_bezirke)
    return rows + index_rows(town)


def population(town: Town, version: str, period: str, with_bezirke: bool) -> list[dict[str, Any]]:
    """Residents on all levels."""
    rows = []
    sums = {code: float(people(code)) for code in bezirk_codes()}
    if with_bezirke:
        rows += [
            row(code, "bezirk", version, period, "einwohnerzahl", count, None) for code, count in sums.items()
        ]
        rows.append(row("nz", "bezirk", version, period, "einwohnerzahl", 17.0, None))
    for number in range(1, 4):
        total = sum(count for code, count in sums.items() if parent_of(code) == f"0{number}")
        rows.append(row(f"0{number}", "stadtteil", version, period, "einwohnerzahl", total, None))
    rows.append(row(town.ags, "kommune", version, period, "einwohnerzahl", sum(sums.values()) + 17, None))
    return rows


def shares(town: Town, version: str, period: str, indicator: str, with_bezirke: bool) -> list[dict[str, Any]]:
    """One share on all levels."""
    cases = {
        code: round(people(code) * share(code, period, indicator, town) / 100) for code in bezirk_codes()
    }
    rows = []
    if with_bezirke:
        for code in bezirk_codes():
            status = status_of(code, indicator, period)
            note = "zweite Sperrung" if status == "suppressed" else ""
            rows.append(
                row(code, "bezirk", version, period, indicator, cases[code], people(code), status, note)
            )
        rows.append(row("nz", "bezirk", version, period, indicator, 3.0, 17.0))
    for number in range(1, 4):
        own = [code for code in bezirk_codes() if parent_of(code) == f"0{number}"]
        rows.append(
            row(
                f"0{number}",
                "stadtteil",
                version,
                period,
                indicator,
                sum(cases[code] for code in own),
                sum(people(code) for code in own),
            )
        )
    rows.append(
        row(
            town.ags,
            "kommune",
            version,
            period,
            indicator,
            sum(cases.values()) + 3,
            sum(people(code) for code in bezirk_codes()) + 17,
        )
    )
    return rows


STATUS_CLASSES = [("hoch", -1.0), ("mittel", 1.0), ("niedrig", 1.5), ("sehr niedrig", None)]
DYNAMIC_CLASSES = [("positiv", -1.0), ("stabil", 1.0), ("negativ", None)]


def class_word(z: float, classes: list[tuple[str, float | None]]) -> str:
    """The published word of a standardised index."""
    return next(label for label, upper in classes if upper is None or z < upper)


def index_rows(town: Town) -> list[dict[str, Any]]:
    """One edition; the last Bezirk is not rated."""
    rows = []
    codes = bezirk_codes()[:-1]
    for position, code in enumerate(codes):
        z, d = -1.6 + 0.34 * position, 1.4 - 0.3 * ((position * 5) % 11)
        stability = 0.6 if position in (2, 8) else 0.99
        parts = [
            ("status", z, class_word(z, STATUS_CLASSES)),
            ("dynamic", d, class_word(d, DYNAMIC_CLASSES)),
            ("status_stability", stability, ""),
        ]
        for kind, value, word in parts:
            rows.append(
                {
                    **dict.fromkeys(COLUMNS),
                    "area": code,
                    "level": "bezirk",
                    "version": "2024",
                    "period": PERIODS[-1],
                    "indicator": f"lage_2024_{kind}",
                    "value": value,
                    "status": "ok",
                    "class": word,
                    "notes": "",
                }
            )
        rank = float(len(codes) - position)
        rows.append(
            {
                **dict.fromkeys(COLUMNS),
                "area": code,
                "level": "bezirk",
                "version": "2024",
                "period": PERIODS[-1],
                "indicator": "lage_2024_status_rank",
                "value": rank,
                "lower": max(1.0, rank - 1),
                "upper": rank + 1,
                "status": "ok",
                "class": "",
                "notes": "",
            }
        )
    return rows


def comparison() -> list[dict[str, Any]]:
    """Published figures of the state for one indicator."""
    return [
        row("99", "vergleich", "2024", period, "arbeitslosenanteil", 60_000 + 500 * number, 1_000_000.0)
        for number, period in enumerate(PERIODS)
    ]


def streets(town: Town) -> list[dict[str, str]]:
    """A square in one Bezirk, a long street in two, numbered by side."""
    common = {"postcode": "", "version": "2024", "level": "bezirk"}
    return [
        {
            "street": f"Marktplatz von {town.name}",
            "number": "",
            "until": "",
            "side": "",
            "area": "0101",
            **common,
        },
        {
            "street": "Lange Straße",
            "number": "1",
            "until": "99",
            "side": "ungerade",
            "area": "0102",
            **common,
        },
        {"street": "Lange Straße", "number": "2", "until": "98", "side": "gerade", "area": "0105", **common},
    ]


BANDS = ["0-2", "3-5", "6-9", "10-14", "15-17", "18-24", "25-29", "30-44", "45-64", "65-74", "75-84", "85+"]


def counts(town: Town) -> list[dict[str, Any]]:
    """Protected COUNTS: totals everywhere, age by sex for Stadtteile and the town, one hidden cell."""
    rows = []
    for level, codes in (("stadtteil", ["01", "02", "03"]), ("kommune", [town.ags])):
        for code in codes:
            total = 0
            for position, age in enumerate(BANDS):
                for sex in ("m", "w"):
                    hidden = (code, age, sex) == ("03", "85+", "m")
                    count = 40 + (position * 37 + len(sex) * 11 + len(code) * 90) % 300
                    total += count
                    rows.append(
                        {
                            "age": age,
                            "sex": sex,
                            "count": None if hidden else count,
                            "status": "suppressed" if hidden else "ok",
                            "area": code,
                            "level": level,
                        }
                    )
            rows.append(
                {
                    "age": "insgesamt",
                    "sex": "insgesamt",
                    "count": total,
                    "status": "ok",
                    "area": code,
                    "level": level,
                }
            )
    common = {"version": "2024", "period": PERIODS[-1], "variable": "einwohner", "nationality": "insgesamt"}
    return [{**item, **common} for item in rows]


def square(column: int, line: int) -> dict[str, Any]:
    """A small field on the globe."""
    west, south, size = 7.0 + 0.01 * column, 51.5 + 0.007 * line, (0.01, 0.007)
    ring = [
        [west, south],
        [west + size[0], south],
        [west + size[0], south + size[1]],
        [west, south + size[1]],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def geometry(town: Town) -> dict[str, Any]:
    """GeoJSON: Bezirke as a grid, one without geometry; the old Gebietsstand has none at all."""
    features = []
    for item in areas(town):
        if item["code"] == "nz":
            continue
        shape: dict[str, Any] | None = None
        if item["version"] == "2024" and item["level"] == "bezirk" and item["code"] != "0112":
            position = int(item["code"]) - 101
            shape = square(position % 4, position // 4)
        elif item["version"] == "2024" and item["level"] == "stadtteil":
            line = int(item["code"]) - 1
            shape = {
                "type": "Polygon",
                "coordinates": [
                    [
                        [7.0, 51.5 + 0.007 * line],
                        [7.04, 51.5 + 0.007 * line],
                        [7.04, 51.507 + 0.007 * line],
                        [7.0, 51.507 + 0.007 * line],
                        [7.0, 51.5 + 0.007 * line],
                    ]
                ],
            }
        elif item["version"] == "2024" and item["level"] == "kommune":
            shape = {
                "type": "Polygon",
                "coordinates": [[[7.0, 51.5], [7.04, 51.5], [7.04, 51.521], [7.0, 51.521], [7.0, 51.5]]],
            }
        features.append(
            {
                "type": "Feature",
                "properties": {
                    **item,
                    "population": people(item["code"]) if item["level"] == "bezirk" else None,
                },
                "geometry": shape,
            }
        )
    return {"type": "FeatureCollection", "features": features}


def indicator(id: str, label: str, polarity: str, **changes: Any) -> dict[str, Any]:
    """One indicator of the catalogue."""
    entry = {
        "id": id, "label": label, "short": label, "definition": f"{label} je 100 Personen der Bevölkerung.", "kind": "share",
        "numerator": label, "denominator": "Bevölkerung", "formula": "100 · Zähler ÷ Nenner", "per": 100, "unit": "%", "decimals": 1,
        "polarity": polarity, "topic": "arbeit", "source": "register", "caveat": f"{label} sagt nichts über einzelne Menschen.",
        "headline": True, "interval": "wilson", "published": False, "periods": [*OLD_PERIODS, *PERIODS],
        "levels": {"2024": ["bezirk", "stadtteil", "kommune"], "2015": ["stadtteil", "kommune"]},
        "classes": {"2024/bezirk": [3.0, 5.0, 7.0, 9.0], "2024/stadtteil": [3.0, 5.0, 7.0, 9.0], "2015/stadtteil": [3.0, 5.0, 7.0, 9.0]}, "index": "",
    }  # fmt: skip
    return {**entry, **changes}


def index_indicator(kind: str) -> dict[str, Any]:
    """What an index edition writes."""
    return indicator(
        f"lage_2024_{kind}",
        f"Lageindex 2024: {kind}",
        "neutral",
        kind="mean",
        unit="",
        index="lage_2024",
        headline=False,
        classes={},
        levels={"2024": ["bezirk"]},
        periods=[PERIODS[-1]],
    )


def catalogue(town: Town) -> dict[str, Any]:
    """katalog.json."""
    levels = [
        {
            "id": "bezirk",
            "label": "Statistischer Bezirk",
            "plural": "Statistische Bezirke",
            "rank": 0,
            "areas": 12,
            "mapped": True,
        },
        {
            "id": "stadtteil",
            "label": "Stadtteil",
            "plural": "Stadtteile",
            "rank": 1,
            "areas": 3,
            "mapped": True,
        },
        {"id": "kommune", "label": "Kommune", "plural": "Kommune", "rank": 2, "areas": 1, "mapped": True},
    ]
    profile = {
        "id": "kommunal",
        "label": "Kommunale Quellen",
        "minimum_count": 3,
        "minimum_population": 300,
        "complement": True,
        "zero_is_disclosive": False,
        "minimum_denominator": 0,
        "published": False,
        "note": "",
        "citation": "",
    }
    source = {
        "id": "register",
        "label": "Einwohnerregister",
        "provider": "Bürgeramt",
        "legal_basis": "§ 34 BMG",
        "licence": "dl-de/by-2-0",
        "citation": "Einwohnerregister der Probestadt",
        "redistribution": "ja",
        "rhythm": "jährlich",
        "population_concept": "Personen mit Hauptwohnung",
        "profile": profile,
    }
    closed = {
        **source,
        "id": "ba",
        "label": "Arbeitsmarktstatistik",
        "citation": "Statistik der Bundesagentur für Arbeit",
        "redistribution": "nur Darstellung",
    }
    return {
        "format": "sozialraum-katalog/1", "release": town.release, "created": town.created, "software": "0.1.0", "audience": town.audience,
        "municipality": {"id": town.id, "name": town.name, "ags": town.ags, "kind": "Stadt", "land": "Nordrhein-Westfalen", "synthetic": True},
        "office": {"name": f"Statistikstelle {town.name}", "email": "statistik@probestadt.example"},
        "current_version": "2024",
        "versions": [
            {"id": "2024", "label": "Gebietsstand 2024", "valid_from": "2019-01-01", "valid_until": "", "levels": levels},
            {"id": "2015", "label": "Gebietsstand 2015", "valid_from": "2015-01-01", "valid_until": "2018-12-31", "levels": [{**level, "mapped": False} for level in levels]},
        ],
        "areas": areas(town),
        "comparators": [{"code": "99", "name": "Musterland", "kind": "Land"}],
        "topics": [{"id": "bevoelkerung", "label": "Bevölkerung", "order": 1}, {"id": "arbeit", "label": "Arbeit", "order": 2}],
        "sources": [source, closed],
        "variables": [{"id": "einwohner", "label": "Bevölkerung", "concept": "Hauptwohnung", "unit": "Personen", "source": "register", "dimensions": ["age", "sex"]}],
        "indicators": [
            indicator("einwohnerzahl", "Bevölkerung", "neutral", kind="count", unit="Personen", decimals=0, topic="bevoelkerung", interval="none", denominator="", classes={"2024/bezirk": [1000, 1500, 2000, 2500], "2024/stadtteil": [5000, 6000, 7000, 8000]}),
            indicator("arbeitslosenanteil", "Arbeitslosenanteil", "higher_worse"),
            indicator("sgb2_quote", "SGB-II-Quote", "higher_worse", source="ba", classes={"2024/bezirk": [5.0, 8.0, 11.0, 14.0]}),
            indicator("anteil_65plus", "Menschen ab 65 Jahren", "neutral", topic="bevoelkerung", headline=False, classes={}),
            indicator("wohndauer_5_jahre", "Wohndauer ab 5 Jahren", "higher_better", topic="bevoelkerung", headline=False, classes={}),
            *(index_indicator(kind) for kind in ("status", "dynamic", "status_rank", "status_stability")),
        ],
        "indices": [
            {
                "id": "lage_2024", "label": "Lageindex", "edition": "2024", "description": "Fasst zwei Kennzahlen zur Lage zusammen.", "version": "2024", "level": "bezirk", "period": PERIODS[-1],
                "dynamic_years": 2, "components": [{"indicator": "arbeitslosenanteil", "label": "Arbeitslosenanteil", "weight": 1}, {"indicator": "sgb2_quote", "label": "SGB-II-Quote", "weight": 1}],
                "centre": "mean", "spread": "sd", "ddof": 0, "exclude_below": 300,
                "classes": {"status": [{"label": label, "upper": upper} for label, upper in STATUS_CLASSES], "dynamic": [{"label": label, "upper": upper} for label, upper in DYNAMIC_CLASSES]},
                "exclusions": [{"area": "0112", "reason": "unter 300 Einwohnerinnen und Einwohnern"}], "method": "Summe der z-Werte, erneut standardisiert.", "gap_rule": "Fehlt ein Bestandteil, wird das Gebiet nicht bewertet.", "rated": 11,
            }
        ],
    }  # fmt: skip


def protocol(town: Town) -> dict[str, Any]:
    """protokoll.json before sealing."""
    return {
        "format": "sozialraum-protokoll/1", "release": town.release, "municipality": town.id, "created": town.created, "software": "0.1.0", "audience": town.audience, "office": f"Statistikstelle {town.name}",
        "rules": [], "zeros_may_be_hidden": True, "cells": 1200, "hidden": 14, "hidden_by_indicator": {}, "hidden_share_of_persons": "bis 1 %",
        "audit": {"verdict": "bestanden", "method": "vollständige Prüfung", "seconds": 1.0, "lps": 0, "smallest_width": 3, "largest_residual": 0.0, "assumptions": [], "earlier_releases": []}, "commitment": "",
    }  # fmt: skip


def fill(folder: Path, town: Town) -> None:
    """Write every file but the protocol."""
    rows = values(town)
    text = {"area", "level", "version", "period", "indicator", "status", "class", "notes"}
    schema = pa.schema([(name, pa.string() if name in text else pa.float64()) for name in COLUMNS])
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, folder / "werte.parquet")
    with (folder / "werte.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(counts(town)), folder / "grundzahlen.parquet")
    pq.write_table(pa.Table.from_pylist(comparison(), schema=schema), folder / "vergleich.parquet")
    pq.write_table(pa.Table.from_pylist(streets(town)), folder / "strassen.parquet")
    (folder / "gebiete.geojson").write_text(json.dumps(geometry(town)), encoding="utf-8")
    (folder / "hierarchie.csv").write_text(
        "area,version,hierarchy,parent\n"
        + "".join(f"{item['code']},{item['version']},standard,{item['parent']}\n" for item in areas(town)),
        encoding="utf-8",
    )
    (folder / "katalog.json").write_text(json.dumps(catalogue(town), ensure_ascii=False), encoding="utf-8")
    (folder / "datapackage.json").write_text("{}", encoding="utf-8")
    (folder / "LIESMICH.md").write_text(f"# Freigabe {town.release}\n", encoding="utf-8")


def write(folder: Path, town: Town | None = None) -> Path:
    """A complete, signed release folder; returns its path."""
    town = town or Town()
    return releases.write(
        folder, town.release, protocol(town), lambda target: fill(target, town), town.key
    ).path


def public_key(town: Town | None = None) -> str:
    """The key the release is signed with."""
    return releases.public_hex((town or Town()).key)
