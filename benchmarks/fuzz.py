"""Every importer with damaged files: no crash, no hang, no flood of memory (python -m benchmarks.fuzz [--minutes 10] [NAME ...]).

A file that a town could receive is damaged at random and read again. What an importer may do is read it or refuse it in
German; every other exception, and every file that takes longer than the limit, is a failure and is kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType

from sozialraum import addresses as _addresses  # noqa: F401  (loaded before the clock starts)
from sozialraum import area_layers, deliveries, inspecting, municipality, musterstadt
from sozialraum.errors import Finding, Severity, SozialraumError
from sozialraum.sources import gebref, gitter, register, tabelle
from sozialraum.sources.recipes import Recipe, read_recipes
from sozialraum.spreadsheet import read_sheets

SECONDS = 150.0  # the bounded process stops a file after 120
MEMORY = 3 * 1024**3
GRID_CORNER = (346_000, 5_996_000)  # in Musterstadt, UTM zone 32
Read = Callable[[Path], object]


@dataclass
class Outcome:
    """What happened to one importer: how many files it read and refused, and which ones it failed on."""

    name: str
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """All files tried."""
        return self.read + self.refused + len(self.failures)


# -- damage -------------------------------------------------------------------------------------------------------------

POISON = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b";;;;", b"\r", b"=1+1", b"-", b"1e309", b"nan", b"9" * 40, "…".encode(), b"\x1a",
    b"]]", b"'", b"\xe4", b"(0|", b"31.02.2024", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"[" * 200, b"\n" * 50,
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with one to six random faults: flipped, lost, doubled, moved or poisoned bytes, a cut."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(data) + 1), chance.choice((1, 2, 8, 64, 512))
        fault = chance.randrange(7)
        if fault == 0 and data:
            data[place % len(data)] ^= 1 << chance.randrange(8)
        elif fault == 1:
            del data[place : place + length]
        elif fault == 2:
            data[place:place] = data[place : place + length]
        elif fault == 3:
            data[place:place] = chance.choice(POISON)
        elif fault == 4:
            data[place : place + length] = chance.randbytes(min(length, len(data) - place))
        elif fault == 5:
            other = chance.randrange(len(data) + 1)
            data[place:place] = data[other : other + length]
        elif chance.random() < 0.3:
            del data[place:]
    return bytes(data)


def damaged_archive(content: bytes, chance: random.Random, folder: Path) -> bytes:
    """An archive (workbook, zipped shapefile) whose members are damaged and packed again, or which is damaged as a whole."""
    if chance.random() < 0.3:
        return damaged(content, chance)
    first, second = folder / "a.zip", folder / "b.zip"
    first.write_bytes(content)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = set(chance.sample(names, k=min(len(names), chance.randint(1, 2))))
        for name in names:
            inner = source.read(name)
            target.writestr(name, damaged(inner, chance) if name in chosen else inner)
    return second.read_bytes()


# -- importers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Importer:
    """A name, whole files to start from, and how one is read."""

    name: str
    seeds: tuple[Path, ...]
    read: Read


def importers(folder: Path) -> Iterator[Importer]:
    """All importers, with files of Musterstadt that lie in `folder`."""
    town = musterstadt.write(folder / "musterstadt", population=6000)
    known = municipality.read(town)
    found = deliveries.read_all(known).files
    recipes = {d.path: d.recipe for d in found if isinstance(d.recipe, Recipe)}
    by_name = {path.name: recipe for path, recipe in recipes.items()}

    def table(path: Path) -> object:
        return tabelle.read(path, by_name[path.name], known.geographies, known.catalogue)

    texts = tuple(p for p in recipes if p.suffix != ".xlsx")
    books = tuple(p for p in recipes if p.suffix == ".xlsx")
    yield Importer("tabelle", texts, table)
    yield Importer("arbeitsmappe", books, table)
    sheets = (*books[:3], *texts[:3], _json(folder), _packed(folder, texts[0]))
    yield Importer("blaetter", sheets, read_sheets)
    yield Importer("ueberblick", (*sheets, *_long(folder)), lambda path: read_sheets(path, at_a_glance=True))
    yield Importer("inspect", (*texts[:6], *books[:3]), lambda path: inspecting.look(path, folder=town))
    yield Importer("gebietsebene", tuple(_layers(folder, town)), area_layers.read_layer)
    yield Importer("gebref", tuple(_buildings(folder)), gebref.read)
    yield Importer("rezept", tuple(sorted((town / "lieferungen").rglob("rezept.toml"))), _recipe)
    yield Importer(
        "kommune", tuple(town / n for n in ("kommune.toml", "korrekturen.toml")), _settings(folder, town)
    )
    yield Importer("register", tuple(_records(folder)), _register(known))
    yield Importer("gitter", tuple(_squares(folder)), _grid(known))


def _recipe(path: Path) -> object:
    return read_recipes(path), register.read_registers(path)


def _settings(folder: Path, town: Path) -> Read:
    own = Path(shutil.copytree(town, folder / "eigene"))
    for source in (own / "lieferungen").iterdir():
        if source.name != "sozialamt_sgb12":  # the one that a correction is about
            shutil.rmtree(source)

    def read(path: Path) -> object:
        (own / path.name).write_bytes(path.read_bytes())
        try:
            return deliveries.read_all(municipality.read(own))
        finally:
            shutil.copy(town / path.name, own / path.name)

    return read


def _json(folder: Path) -> Path:
    path = folder / "tabelle.json"
    rows = [{"Gebiet": f"{n:03}", "Zahl": n, "tief": {"x": [1, None]}} for n in range(40)]
    path.write_text(json.dumps({"daten": rows}), "utf-8")
    return path


def _long(folder: Path) -> Iterator[Path]:
    """Tables of which a glance leaves the middle out."""
    import xlsxwriter

    book = folder / "lang.xlsx"
    with xlsxwriter.Workbook(str(book), {"constant_memory": True}) as made:
        sheet = made.add_worksheet("Bestand")
        for row in range(45_000):
            sheet.write_row(row, 0, [row % 600, 2024, row])
    yield book
    text = folder / "lang.csv"
    text.write_text(
        "Gebiet;Jahr;Zahl\n" + "".join(f"{n % 600:03};2024;{n}\n" for n in range(30_000)), "utf-8"
    )
    yield text


def _packed(folder: Path, table: Path) -> Path:
    path = folder / f"{table.name}.gz"
    path.write_bytes(gzip.compress(table.read_bytes()))
    return path


def _layers(folder: Path, town: Path) -> Iterator[Path]:
    import numpy as np
    import pyogrio.raw
    import shapely

    source = town / "gebiete" / "bezirke.geojson"
    yield source
    features = json.loads(source.read_text("utf-8"))["features"]
    shapes = shapely.to_wkb(shapely.from_geojson([json.dumps(f["geometry"]) for f in features]))
    codes = np.array([f["properties"]["id"] for f in features], dtype=object)
    (folder / "shp").mkdir()
    for name, driver in (("a.gpkg", "GPKG"), ("a.gml", "GML"), ("shp/a.shp", "ESRI Shapefile")):
        pyogrio.raw.write(
            folder / name, shapes, [codes], ["id"], geometry_type="Polygon", crs="EPSG:4326", driver=driver
        )
    yield from (folder / "a.gpkg", folder / "a.gml")
    yield Path(shutil.make_archive(str(folder / "a"), "zip", folder / "shp"))


def _buildings(folder: Path) -> Iterator[Path]:
    line = "{i};DENW{i};A;05;NRW;9;Bezirk;99;Kreis;000;Musterstadt;;;{s:05};Lange Straße;{h};a;32;3{x},5;56{x},1;2024-01-01"
    lines = [line.format(i=i, s=i % 7, h=i, x=50000 + i) for i in range(60)]
    path = folder / "gebref.txt"
    path.write_text("\n".join(lines), "utf-8-sig")
    yield path
    packed = folder / "gebref.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "gebref.txt")
    yield packed


RECORDS = """[[register]]
files = "*"
level = "bezirk"
period = "2024-12-31"
area = "Bezirk"
not_assignable = ["999"]
german = ["000"]
recode.sex = { M = "m", W = "w" }
spalten = { birth_date = "Geburt", sex = "Geschlecht", nationality = ["Staat"], moved_in = "Einzug", household = "Haushalt" }
zaehlen = [
  { variable = "einwohner", dimensions = ["age", "sex", "nationality"] },
  { variable = "haushalte", unit = "haushalt" },
]
"""


def _records(folder: Path) -> Iterator[Path]:
    import pandas as pd

    chance = random.Random(4)
    rows = [
        {
            "Bezirk": chance.choice(("011", "012", "021", "999")),
            "Geburt": date(chance.randint(1930, 2024), 1 + n % 12, 1 + n % 28).isoformat(),
            "Geschlecht": chance.choice("MW"),
            "Staat": chance.choice(("000", "163")),
            "Einzug": "2012-05-01",
            "Haushalt": str(n // 3),
        }
        for n in range(120)
    ]
    frame = pd.DataFrame(rows)
    frame.to_csv(folder / "personen.csv", sep=";", index=False)
    frame.to_parquet(folder / "personen.parquet")
    (folder / "register.toml").write_text(RECORDS, "utf-8")
    yield folder / "personen.csv"
    yield folder / "personen.parquet"


def _register(known: municipality.Municipality) -> Read:
    office = register.Office(known.engine, lambda _geography, _level: None)

    def read(path: Path) -> object:
        (recipe,) = register.read_registers(path.parents[1] / "register.toml")
        return register.read(path, recipe, known.geographies, known.catalogue, office)

    return read


def _squares(folder: Path) -> Iterator[Path]:
    from pyproj import Transformer

    to_grid = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True)
    lines = ["x;y;Einwohner;Zeichen"]
    for n in range(150):
        x, y = to_grid.transform(GRID_CORNER[0] + 400 * (n % 15), GRID_CORNER[1] + 400 * (n // 15))
        lines.append(f"{x:.2f};{y:.2f};{n % 9 or '–'};{'KLAMMERN' if n % 7 == 0 else ''}".replace(".", ","))
    path = folder / "quadrate.csv"
    path.write_text("\n".join(lines), "utf-8")
    yield path
    with zipfile.ZipFile(folder / "quadrate.zip", "w") as archive:
        archive.write(path, "quadrate.csv")
    yield folder / "quadrate.zip"


def _grid(known: municipality.Municipality) -> Read:
    recipe = gitter.Grid.model_validate(
        {
            "files": "*", "level": "bezirk", "period": "2022", "x": "x", "y": "y", "sign_column": "Zeichen",
            "spalten": [{"column": "Einwohner", "variable": "zensus_einwohner"}],
        }
    )  # fmt: skip
    return lambda path: gitter.read(path, recipe, known.geographies, known.catalogue)


# -- running ------------------------------------------------------------------------------------------------------------


class HangError(BaseException):
    """A file took longer than the limit."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise HangError when the block takes longer."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def torture(importer: Importer, seconds: float, seed: int, folder: Path, kept: Path | None = None) -> Outcome:
    """Damage and read files for so many seconds; failures are kept in a folder when one is named."""
    outcome = Outcome(importer.name)
    started, number = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        chance = random.Random(f"{importer.name}/{seed}/{number}")
        number += 1
        whole = chance.choice(importer.seeds)
        place = folder / "pruefling" / whole.name
        place.parent.mkdir(exist_ok=True)
        content = whole.read_bytes()
        is_archive = zipfile.is_zipfile(whole)
        place.write_bytes(
            damaged_archive(content, chance, folder) if is_archive else damaged(content, chance)
        )
        began = time.monotonic()
        try:
            with limited(SECONDS):
                answer = importer.read(place)
            if _told_wrong(answer):
                outcome.refused += 1
            else:
                outcome.read += 1
        except SozialraumError:
            outcome.refused += 1
        except (Exception, HangError) as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            outcome.failures.append(
                f"{whole.name} #{number - 1}: {type(error).__name__}: {str(error)[:200]} ({Path(last.filename).name}:{last.lineno})"
            )
            if kept is not None:
                kept.mkdir(parents=True, exist_ok=True)
                shutil.copy(place, kept / f"{importer.name}-{number - 1}-{whole.name}")
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)
    return outcome


def _told_wrong(answer: object) -> bool:
    """Whether an importer that tells its findings beside what it read found an error."""
    findings = [part for part in answer if isinstance(part, list)] if isinstance(answer, tuple) else []
    return any(isinstance(f, Finding) and f.severity is Severity.ERROR for part in findings for f in part)


def peak_memory() -> int:
    """The most memory, in bytes, that this process or one of its children has used."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Torture the chosen importers and tell what happened; 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="benchmarks.fuzz")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--minutes", type=float, default=10.0, help="je Importeur")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args(arguments)
    failed = False
    with tempfile.TemporaryDirectory() as name:
        for importer in importers(Path(name)):
            if chosen.names and importer.name not in chosen.names:
                continue
            outcome = torture(importer, chosen.minutes * 60, chosen.seed, Path(name), chosen.keep)
            failed |= bool(outcome.failures)
            print(
                f"{outcome.name}: {outcome.files} Dateien, {outcome.read} gelesen, {outcome.refused} abgelehnt, "
                f"{len(outcome.failures)} Fehlschläge, langsamste {outcome.slowest:.1f} s, Speicher höchstens {peak_memory() / 1024**2:.0f} MB",
                flush=True,
            )
            for failure in dict.fromkeys(outcome.failures):
                print(f"  {failure}", flush=True)
    over = peak_memory() > MEMORY + 1024**3
    return int(failed or over)


if __name__ == "__main__":
    sys.exit(main())
