"""A town of 7 × 6 square areas with values as a run leaves them: small enough to see every figure."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SETTINGS = """[kommune]
id = "rasterstadt"
name = "Rasterstadt"
ags = "05999001"

[gebiete]
current = "2024"

[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke.geojson"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"

[[gebiete.versionen.ebenen]]
id = "kommune"
label = "Stadt"
"""
ACROSS, UP = 7, 6
CODES = [f"{r}{c}" for r in range(1, UP + 1) for c in range(1, ACROSS + 1)]
YEARS = ("2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31")


def feature(code: str, parent: str, x: float, y: float, wide: float, tall: float) -> dict[str, object]:
    ring = [[x, y], [x + wide, y], [x + wide, y + tall], [x, y + tall], [x, y]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"Feld {code}", "parent": parent},
        "geometry": {"type": "Polygon", "coordinates": [[[7 + p / 100, 51 + q / 100] for p, q in ring]]},
    }


def areas() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Squares that touch, and one strip per Stadtteil."""
    small = [feature(code, code[0], int(code[1]), int(code[0]), 1, 1) for code in CODES]
    return small, [feature(str(r), "05999001", 1, r, ACROSS, 1) for r in range(1, UP + 1)]


def values() -> pd.DataFrame:
    """Four indicators: a share with a hot corner that rises, two more shares, a rate; one area suppressed, one missing."""
    rng = np.random.default_rng(7)
    rows = []
    for k, code in enumerate(CODES):
        r, c = int(code[0]), int(code[1])
        hot = 0.22 if r <= 2 and c <= 3 else 0.06
        people = 300 + 40 * (k % 9)
        for t, year in enumerate(YEARS):
            x = rng.binomial(people, hot + (0.03 * t if hot > 0.1 else 0))
            young, alone = (
                rng.binomial(people, 0.15 + 0.3 * (c > 4)),
                rng.binomial(people, 0.3 + 0.2 * (r > 3)),
            )
            births = rng.poisson(0.01 * people)
            for name, count, per in (
                ("sgb2_quote", x, 100),
                ("anteil_u18", young, 100),
                ("anteil_einpersonenhaushalte", alone, 100),
                ("sterberate", births, 1000),
            ):
                p = count / people
                reach = 196 * np.sqrt(p * (1 - p) / people) * per / 100
                rows.append(
                    (
                        code,
                        "bezirk",
                        year,
                        name,
                        count,
                        people,
                        per * p,
                        per * p - reach,
                        per * p + reach,
                        "ok",
                    )
                )
            rows.append((code, "bezirk", year, "einwohnerzahl", people, np.nan, people, np.nan, np.nan, "ok"))
            if code == "17":
                rows.append(
                    (
                        code,
                        "bezirk",
                        year,
                        "wahlbeteiligung",
                        np.nan,
                        np.nan,
                        np.nan,
                        np.nan,
                        np.nan,
                        "suppressed",
                    )
                )
    names = [
        "area",
        "level",
        "period",
        "indicator",
        "numerator",
        "denominator",
        "value",
        "lower",
        "upper",
        "status",
    ]
    table = pd.DataFrame(rows, columns=names)
    hidden = (table["area"] == "44") & (table["indicator"] == "sgb2_quote")
    table.loc[hidden, ["numerator", "value", "lower", "upper"]] = np.nan
    table.loc[hidden, "status"] = "suppressed"
    return table.assign(version="2024", **{"class": "", "notes": ""})


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    """The folder of Rasterstadt, computed."""
    folder = tmp_path / "rasterstadt"
    for name in ("gebiete", "werte", "analysen", "befragung"):
        (folder / name).mkdir(parents=True)
    (folder / "kommune.toml").write_text(SETTINGS, "utf-8")
    for name, features in zip(("bezirke", "stadtteile"), areas(), strict=True):
        content = {"type": "FeatureCollection", "features": features}
        (folder / "gebiete" / f"{name}.geojson").write_text(json.dumps(content), "utf-8")
    values().to_parquet(folder / "werte" / "werte.parquet")
    return folder


@pytest.fixture
def survey(raster: Path) -> Path:
    """A survey in Rasterstadt: poor where the share is high, nobody asked in area 77, one income refused."""
    rng = np.random.default_rng(11)
    lines = ["Feld;Gewicht;Große;Kleine;Einkommen"]
    for code in CODES:
        if code == "67":
            continue
        poor = 0.35 if int(code[0]) <= 2 and int(code[1]) <= 3 else 0.12
        for n in range(40):
            money = rng.normal(900, 80) if rng.random() < poor else rng.lognormal(7.8, 0.3)
            said = "k. A." if (code, n) == ("11", 0) else f"{money:.2f}".replace(".", ",")
            lines.append(f"Feld {code};{3 + n % 4},5;{1 + n % 2};{n % 3};{said}")
    (raster / "befragung" / "befragung.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return raster
