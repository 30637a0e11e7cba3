"""Musterstadt with a walled-off statistics office: person records with addresses, and an area reform (abgeschottete Stelle).

The same people as in the plain Musterstadt, but as extracts of a register, one row per person, instead of finished tables.
Until 2019 two pairs of Bezirke were cut differently.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.musterstadt import geometry
from sozialraum.musterstadt.counts import DEATH_BANDS
from sozialraum.musterstadt.folder import feature_collection, write_text
from sozialraum.musterstadt.life import NOWHERE_PLACE, Movements, Town
from sozialraum.musterstadt.people import FOREIGN, WOMAN, Ints
from sozialraum.musterstadt.town import AGS, PLACES, QUARTERS

REFORM: Final = 2020  # the first year on the new Bezirke
MERGED: Final = ("090", "Auenpark", ("091", "092"))
GIVER, TAKER = "042", "041"  # until the reform the western strip of 042 belonged to 041
ADDRESSES_PER_QUARTER: Final = 120
STREETS: Final = ("Lange Straße", "Kirchweg", "Am Anger", "Schulstraße", "Gartenweg", "Mühlenallee", "Bergstraße", "Feldweg")  # fmt: skip
# The register writes street names as they were typed over the years; the directory knows one form.
SPELLINGS: Final = 3
UNKNOWN: Final = 251  # one address in so many lies in a new street that the directory does not hold yet
FOREIGN_STATES: Final = ("163", "137", "152", "125", "166", "475", "438", "423")


class Directory(NamedTuple):
    """All addresses of the town: street, house number, addition, place, and where they lie (EPSG:25832)."""

    street: np.ndarray
    number: Ints
    addition: np.ndarray
    place: Ints
    x: np.ndarray
    y: np.ndarray


def make_directory(rng: np.random.Generator) -> Directory:
    """Draw the addresses of every Bezirk inside its outline."""
    shapes = geometry.quarters()
    parts = []
    for place, quarter in enumerate(QUARTERS):
        x, y = _points_in(rng, shapes[quarter.code], ADDRESSES_PER_QUARTER)
        order = np.arange(ADDRESSES_PER_QUARTER)
        streets = np.array([f"{quarter.name}: {name}" for name in STREETS], dtype=object)
        addition = np.where(order % 11 == 10, "a", "")
        parts.append(
            (
                streets[order % len(STREETS)],
                1 + order // len(STREETS),
                addition,
                np.full(len(order), place),
                x,
                y,
            )
        )
    return Directory(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _points_in(rng: np.random.Generator, shape: shapely.Polygon, count: int) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = shape.bounds
    found: list[tuple[float, float]] = []
    while len(found) < count:
        x, y = rng.uniform(west, east, 4 * count), rng.uniform(south, north, 4 * count)
        inside = shapely.contains_xy(shape, x, y)
        found += list(zip(np.round(x[inside], 2), np.round(y[inside], 2), strict=True))
    points = np.array(found[:count])
    return points[:, 0], points[:, 1]


def write_directory(folder: Path, directory: Directory) -> None:
    """The directory of addresses with coordinates, as the surveying office gives it."""
    table = pd.DataFrame(
        {
            "Straße": directory.street,
            "Hausnummer": directory.number,
            "Zusatz": directory.addition,
            "Rechtswert": [f"{x:.2f}".replace(".", ",") for x in directory.x],
            "Hochwert": [f"{y:.2f}".replace(".", ",") for y in directory.y],
        }
    )
    table.to_csv(folder / "gebiete" / "anschriften.csv", sep=";", index=False, lineterminator="\r\n")


# -- records ------------------------------------------------------------------------------------------------------------


def write_year(
    folder: Path, rng: np.random.Generator, town: Town, movements: Movements, directory: Directory
) -> Ints:
    """Write the extract of one year and its movements; returns the address of every household (-1: none)."""
    source = folder / "lieferungen" / "einwohnerregister"
    source.mkdir(parents=True, exist_ok=True)
    address = _addresses_of(rng, town)
    _packed(source / f"bestand_{town.year}.csv.gz", _stock(rng, town, address, directory))
    _packed(source / f"bewegungen_{town.year}.csv.gz", _events(rng, town.year, movements, directory))
    return address


def _addresses_of(rng: np.random.Generator, town: Town) -> Ints:
    place = town.homes.place
    chosen = place * ADDRESSES_PER_QUARTER + rng.integers(0, ADDRESSES_PER_QUARTER, len(place))
    nowhere = (place < 0) | (place == NOWHERE_PLACE)
    found: Ints = np.where(nowhere, -1, chosen)
    return found


def _stock(
    rng: np.random.Generator, town: Town, address: Ints, directory: Directory
) -> Mapping[str, np.ndarray]:
    people, count = town.people, len(town.people)
    states = np.where(people.nationality == FOREIGN, rng.choice(FOREIGN_STATES, count), "000")
    second = np.where((people.nationality != FOREIGN) & (rng.random(count) < 0.03), "163", "")
    return {
        **_written(rng, address[people.home], directory),
        "Geburtsdatum": _dates(rng, people.born),
        "Geschlecht": np.where(people.sex == WOMAN, "W", "M"),
        "Staat1": states,
        "Staat2": second,
        "Wohnung": np.full(count, "H"),
        "Einzug": _dates(rng, people.since),
        "Haushalt": people.home,
    }


def _dates(rng: np.random.Generator, years: Ints) -> np.ndarray:
    return _written_days(_days(rng, len(years)), years)


def _days(rng: np.random.Generator, count: int) -> Ints:
    """Days of a year as month and day in one number."""
    days: Ints = rng.integers(1, 29, count) + 100 * rng.integers(1, 13, count)
    return days


def _written_days(days: Ints, years: Ints) -> np.ndarray:
    return np.array(
        [f"{d % 100:02}.{d // 100:02}.{y}" for d, y in zip(days, years, strict=True)], dtype=object
    )


def _written(rng: np.random.Generator, address: Ints, directory: Directory) -> Mapping[str, np.ndarray]:
    """Addresses as clerks typed them: three spellings, a few streets nobody knows yet, none at all."""
    known = address >= 0
    style = rng.integers(0, SPELLINGS, len(address))
    street = directory.street[np.maximum(address, 0)].astype(str)
    spelt = np.select(
        [style == 1, style == 2],
        [np.char.replace(street, "straße", "str."), np.char.replace(street, "straße", "strasse")],
        street,
    )
    new = address % UNKNOWN == UNKNOWN - 1
    return {
        "Straße": np.where(~known, "", np.where(new, "Planstraße Neu", spelt)),
        "Hausnummer": np.where(known, directory.number[np.maximum(address, 0)].astype(str), ""),
        "Zusatz": np.where(known, directory.addition[np.maximum(address, 0)], ""),
    }


def _events(
    rng: np.random.Generator, year: int, movements: Movements, directory: Directory
) -> Mapping[str, np.ndarray]:
    kinds = {"Geburt": movements.births, "Sterbefall": movements.deaths, "Zuzug": movements.arrivals, "Fortzug": movements.departures}  # fmt: skip
    art = np.repeat(list(kinds), [int(counts.sum()) for counts in kinds.values()])
    place = np.concatenate([np.repeat(np.arange(len(PLACES)), counts) for counts in kinds.values()])
    address = place * ADDRESSES_PER_QUARTER + rng.integers(0, ADDRESSES_PER_QUARTER, len(place))
    address = np.where(place == NOWHERE_PLACE, -1, address)
    happened, ages = _days(rng, len(art)), _ages(rng, art, movements.ages)
    return {
        **_written(rng, address, directory),
        "Art": art,
        "Ereignisdatum": _written_days(happened, np.full(len(art), year)),
        "Gemeinde": np.full(len(art), AGS),
        # Nobody has a birthday to come: ages at the event are those at the end of the year, as the tables count them.
        "Geburtsdatum": _written_days(np.minimum(happened, _days(rng, len(art))), year - ages),
    }


def _ages(rng: np.random.Generator, kind: np.ndarray, at_death: Ints) -> Ints:
    """Age at the end of the year of each event: as counted for deaths, none for births, those of movers for moves."""
    ages: Ints = np.where(kind == "Geburt", 0, rng.integers(18, 45, len(kind)))
    ages[kind == "Sterbefall"] = at_death
    return ages


def _packed(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """A table as the register procedure exports it: cp1252, semicolons; packed without a date so that bytes repeat."""
    text = io.StringIO(newline="")
    pd.DataFrame(columns).to_csv(text, sep=";", index=False, lineterminator="\r\n")
    with path.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        packed.write(text.getvalue().encode("cp1252"))


# -- areas before the reform --------------------------------------------------------------------------------------------


def old_shapes() -> Mapping[str, BaseGeometry]:
    """The Bezirke until 2019 by code (EPSG:25832)."""
    shapes: dict[str, BaseGeometry] = dict(geometry.quarters())
    code, _, parts = MERGED
    shapes[code] = shapely.union_all([shapes.pop(part) for part in parts])
    giver = shapes[GIVER]
    west, south, _, north = giver.bounds
    strip = shapely.intersection(giver, shapely.box(west, south, giver.centroid.x, north))
    touching = [part for part in shapely.get_parts(strip) if part.intersects(shapes[TAKER])] or [strip]
    strip = shapely.union_all(touching)
    shapes[GIVER], shapes[TAKER] = giver.difference(strip), shapely.union_all([shapes[TAKER], strip])
    return dict(sorted(shapes.items()))


def write_old_areas(folder: Path) -> None:
    """The outlines of the Bezirke before the reform."""
    names = {q.code: q.name for q in QUARTERS} | {MERGED[0]: MERGED[1]}
    features = [({"id": c, "name": names[c], "parent": c[:2]}, shape) for c, shape in old_shapes().items()]
    write_text(folder / "gebiete" / "bezirke_2019.geojson", feature_collection(features))


def crosswalk(address: Ints, directory: Directory) -> list[tuple[str, str, float]]:
    """Old Bezirk, new Bezirk, share of the households of the old one: in the last year before the reform, by address."""
    shapes = old_shapes()
    codes = np.array(list(shapes))
    old = np.full(len(directory.x), "", dtype=object)
    for code, shape in shapes.items():
        inside = shapely.contains_xy(shape, directory.x, directory.y) & (old == "")
        old[inside] = code
    lived = np.bincount(address[address >= 0], minlength=len(directory.x))
    new = np.array([QUARTERS[p].code for p in directory.place], dtype=object)
    found = pd.DataFrame({"alt": old, "neu": new, "n": lived})
    found = found[found["alt"] != ""].groupby(["alt", "neu"], as_index=False).agg({"n": "sum"})
    found = found[found["n"] > 0]
    share = found["n"] / found.groupby("alt")["n"].transform("sum")
    assert set(found["alt"]) == set(codes)
    return [
        (str(a), str(b), float(s)) for a, b, s in zip(found["alt"], found["neu"], share.round(2), strict=True)
    ]


def write_crosswalk(folder: Path, rows: list[tuple[str, str, float]]) -> None:
    """The table of shares, whole per cents."""
    lines = ["alt;neu;anteil", *(f"{a};{b};{s:.2f}".replace(".", ",") for a, b, s in rows)]
    write_text(folder / "gebiete" / "umstieg_2019_2024.csv", "\n".join(lines) + "\n")


# -- settings -----------------------------------------------------------------------------------------------------------


def settings(plain: str) -> str:
    """kommune.toml with the office, both versions of the areas, the directory and the crosswalk."""
    return "".join(_changed_lines(plain)) + SECLUSION


def _changed_lines(plain: str) -> Iterator[str]:
    for line in plain.splitlines(keepends=True):
        if line.startswith("current ="):
            yield line
            yield 'umrechnen_auf = "2024"\n' + OLD_VERSION
        elif line.startswith("valid_from"):
            yield f'valid_from = "{REFORM}-01-01"\n'
        else:
            yield line


OLD_VERSION: Final = f"""
[[gebiete.versionen]]
id = "2019"
label = "Gebietsstand bis 2019"
valid_from = "2015-01-01"
valid_until = "{REFORM - 1}-12-31"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Statistischer Bezirk"
plural = "Statistische Bezirke"
file = "gebiete/bezirke_2019.geojson"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "kommune"
label = "Stadt"
plural = "Stadt"
"""

SECLUSION: Final = """
# Wer Personensätze öffnen darf, wofür und bis wann.
[abschottung]
stelle = "Statistikstelle Musterstadt"
rechtsgrundlage = "§ 12 LStatG NRW; Statistiksatzung der Stadt Musterstadt (erfunden)"
zweck = "Bevölkerungsstatistik und Sozialberichterstattung"
loeschung = "2030-12-31"

[[gebiete.adressen]]
file = "gebiete/anschriften.csv"
separator = ";"
street = "Straße"
number = "Hausnummer"
addition = "Zusatz"
x = "Rechtswert"
y = "Hochwert"

[[gebiete.umstiege]]
from = "2019"
to = "2024"
level = "bezirk"
file = "gebiete/umstieg_2019_2024.csv"
from_column = "alt"
to_column = "neu"
share_column = "anteil"
basis = "addresses"
"""

RECIPE: Final = r"""# Auszüge des Melderegisters, eine Zeile je Person, mit Anschrift statt Gebietsschlüssel.
[[register]]
files = "bestand_*.csv.gz"
level = "bezirk"
period = { file = 'bestand_(\d{4})', as = "{0}-12-31" }
encoding = "cp1252"
separator = ";"
anschrift = { street = "Straße", number = "Hausnummer", addition = "Zusatz" }
german = ["000"]
main_residence = ["H"]
secondary_residence = ["N"]
recode.sex = { M = "m", W = "w" }

[register.spalten]
birth_date = "Geburtsdatum"
sex = "Geschlecht"
nationality = ["Staat1", "Staat2"]
residence = "Wohnung"
moved_in = "Einzug"
household = "Haushalt"

[[register.zaehlen]]
variable = "einwohner"
dimensions = ["age", "sex", "nationality"]

[[register.zaehlen]]
variable = "altersjahre"
sum = "age"

[[register.zaehlen]]
variable = "einwohner_ab_5"
age = "5+"

[[register.zaehlen]]
variable = "wohndauer_ab_5"
age = "5+"
years_resident = "5+"

[[register.zaehlen]]
variable = "haushalte"
unit = "haushalt"

[[register.zaehlen]]
variable = "haushalte_einperson"
unit = "haushalt"
persons = "1"

[[register.zaehlen]]
variable = "haushalte_mit_kindern"
unit = "haushalt"
children = "1+"

[[register.zaehlen]]
variable = "haushalte_alleinerziehend"
unit = "haushalt"
adults = "1"
children = "1+"

# Bewegungen: eine Zeile je Ereignis.
[[register]]
files = "bewegungen_*.csv.gz"
level = "bezirk"
period = { year_of = "Ereignisdatum" }
encoding = "cp1252"
separator = ";"
anschrift = { street = "Straße", number = "Hausnummer", addition = "Zusatz" }
zaehlen = [
  { variable = "geburten", only = { Art = ["Geburt"] } },
  { variable = "sterbefaelle", only = { Art = ["Sterbefall"] } },
  { variable = "zuzuege", only = { Art = ["Zuzug"] } },
  { variable = "fortzuege", only = { Art = ["Fortzug"] } },
]

# Dieselben Ereignisse noch einmal: Gestorbene nach Alter, für die ganze Stadt, zum Stichtag der Bevölkerung.
[[register]]
files = "bewegungen_*.csv.gz"
level = "kommune"
area = "Gemeinde"
period = { file = 'bewegungen_(\d{4})', as = "{0}-12-31" }
encoding = "cp1252"
separator = ";"
age_bands = AGE_BANDS_OF_DEATHS
spalten = { birth_date = "Geburtsdatum" }
zaehlen = [{ variable = "sterbefaelle", dimensions = ["age"], only = { Art = ["Sterbefall"] } }]
""".replace("AGE_BANDS_OF_DEATHS", json.dumps(DEATH_BANDS))

WORD: Final = f"""# Musterstadt mit abgeschotteter Statistikstelle

Dieselbe erfundene Stadt wie das Beispiel „musterstadt“ (Schlüssel {AGS}), aber mit einer Statistikstelle, die Personensätze öffnen
darf: Die Bevölkerung kommt als Auszug des Melderegisters, eine Zeile je Person mit Anschrift. Keine dieser Personen gibt es.

- **Anschriften** werden über `gebiete/anschriften.csv` den Bezirken zugeordnet; neue Straßen („Planstraße Neu“) kennt das Verzeichnis
  noch nicht, und wer keinen festen Wohnsitz hat, hat keine Anschrift.
- **Gebietsreform {REFORM}**: Bis {REFORM - 1} war der Auenpark ein Bezirk (090), seither sind es zwei (091, 092); und der Westen des
  Nordmarkts (042) gehörte zur Zechensiedlung (041). `gebiete/umstieg_2019_2024.csv` rechnet um.
- **Andere Ämter** liefern ihre Tabellen bereits auf den heutigen Bezirken.
"""
