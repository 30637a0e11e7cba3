"""What the engine counts equals a plain count in Python, on small registers with all their faults."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.addresses import Address, Entry, directory
from sozialraum.counting import Addressed, Counted, EngineName, Keys, Plan, count
from sozialraum.registers import AddressColumns, Columns, Tally

REFERENCE = date(2024, 10, 3)
AREAS = {"011": "011", "11": "011", "012": "012", "999": "nz", "": "nz"}
BANDS = ("0-5", "6-17", "18-64", "65+")
TALLIES = (
    Tally(variable="einwohner", dimensions=("age", "sex", "nationality")),
    Tally(variable="altersjahre", sum="age"),
    Tally(variable="wohndauer_ab_5", age="5+", years_resident="5+"),
    Tally(variable="deutsche_frauen", sex="w", nationality="deutsch"),
    Tally(variable="nebenwohnungen", residence="neben"),
    Tally(variable="ledige", only={"stand": ("LD", "ledig")}),
    Tally(variable="haushalte", unit="haushalt"),
    Tally(variable="haushalte_einperson_65", unit="haushalt", persons="1", oldest="65+"),
    Tally(variable="kinder_alleinerziehend", unit="haushalt", adults="1", children="1+", sum="children"),
)
DAY = st.dates(date(1920, 1, 1), date(2026, 12, 31))
FORMS: tuple[Callable[[date], str], ...] = (
    lambda day: day.strftime("%d.%m.%Y"),
    lambda day: day.isoformat(),
    lambda day: day.strftime("%Y%m%d"),
    lambda day: f"00.00.{day.year}",
)
WRITTEN = st.builds(lambda day, form: form(day), DAY, st.sampled_from(FORMS)) | st.sampled_from(
    ["", "31.13.1990", "x"]
)
PERSON = st.fixed_dictionaries(
    {
        "gebiet": st.sampled_from([*AREAS, "077"]),
        "geboren": WRITTEN,
        "geschlecht": st.sampled_from(["M", "W", " W", "?"]),
        "staat1": st.sampled_from(["000", "163", ""]),
        "staat2": st.sampled_from(["000", "", "475"]),
        "wohnung": st.sampled_from(["H", "N", "Z"]),
        "einzug": WRITTEN,
        "haushalt": st.sampled_from(["", "a", "b", "c", "d"]),
        "stand": st.sampled_from(["LD", "VH", "ledig"]),
    }
)  # fmt: skip
Person = Mapping[str, str]


def plan(path: Path, engine: EngineName = "duckdb") -> Plan:
    return Plan(
        path=path,
        columns=Columns(
            birth_date="geboren", sex="geschlecht", nationality=("staat1", "staat2"), residence="wohnung",
            moved_in="einzug", household="haushalt",
        ),
        tallies=TALLIES,
        place=Keys("gebiet", AREAS),
        reference=REFERENCE,
        bands=BANDS,
        sexes={"M": "m", "W": "w"},
        german=("000",),
        main=("H",),
        secondary=("N",),
        separator=";",
        engine=engine,
    )  # fmt: skip


def write(folder: Path, people: list[Person]) -> Path:
    path = folder / "bestand.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["gebiet", "geboren", "geschlecht", "staat1", "staat2", "wohnung", "einzug", "haushalt", "stand"], delimiter=";", quoting=csv.QUOTE_ALL)  # fmt: skip
        writer.writeheader()
        writer.writerows(people)
    return path


# -- the plain count ------------------------------------------------------------------------------------------------------


def years(text: str) -> int | None:
    """Completed years from a written date to the date of the count; None where it is none."""
    if len(text) == 10 and text[2] == ".":
        day, month, year = (int(part) for part in text.split("."))
    elif text.replace("-", "").isdigit():
        plain = text.replace("-", "")
        year, month, day = int(plain[:4]), int(plain[4:6]), int(plain[6:])
    else:
        return None
    if month > 12:
        return None
    return REFERENCE.year - year - ((month, day) > (REFERENCE.month, REFERENCE.day))


def band(age: int) -> str:
    return next(b for b, last in zip(BANDS, (5, 17, 64, 999), strict=True) if age <= last)


def plainly(people: list[Person]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    households: dict[str, list[tuple[str | None, int]]] = {}
    for person in people:
        area, age = AREAS.get(person["gebiet"]), years(person["geboren"])
        if age is None or age < 0:
            continue
        if person["haushalt"] and person["wohnung"] == "H":
            households.setdefault(person["haushalt"], []).append((area, age))
        if area is None:
            continue
        residence = {"H": "haupt", "N": "neben"}.get(person["wohnung"])
        sex = {"M": "m", "W": "w"}.get(person["geschlecht"].strip())
        states = (person["staat1"], person["staat2"])
        nationality = "deutsch" if "000" in states else "nichtdeutsch" if any(states) else None
        resident = years(person["einzug"])
        if residence == "neben":
            found["nebenwohnungen", area] += 1
        if residence != "haupt":
            continue
        if sex and nationality:
            found["einwohner", area, band(age), sex, nationality] += 1
        found["altersjahre", area] += age
        found["wohndauer_ab_5", area] += age >= 5 and resident is not None and resident >= 5
        found["deutsche_frauen", area] += sex == "w" and nationality == "deutsch"
        found["ledige", area] += person["stand"] in ("LD", "ledig")
    for members in households.values():
        places = [place for place, _ in members if place]
        if not places:
            continue
        area = min(places, key=["011", "012", "nz"].index)
        ages = [age for _, age in members]
        children = sum(age < 18 for age in ages)
        found["haushalte", area] += 1
        found["haushalte_einperson_65", area] += len(ages) == 1 and max(ages) >= 65
        found["kinder_alleinerziehend", area] += children if len(ages) - children == 1 and children else 0
    return +found


def told(counted: Counted) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for number, tally in enumerate(TALLIES):
        table = counted.households if tally.of_households else counted.persons
        if not tally.of_households:
            table = table[table["residence"] == tally.residence]
        table = table.dropna(subset=["area", *tally.dimensions])
        for cell in table.to_dict("records"):
            found[(tally.variable, cell["area"], *(cell[d] for d in tally.dimensions))] += cell[str(number)]
    return +found


@settings(deadline=None, max_examples=30)
@given(st.lists(PERSON, max_size=40))
def test_the_engine_counts_as_python_does(people: list[Person]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counted = count(plan(write(Path(folder), people)))
    assert told(counted) == plainly(people)
    assert counted.records == len(people)


@settings(deadline=None, max_examples=15)
@given(st.lists(PERSON, max_size=30))
def test_faults_are_counted_and_placed(people: list[Person]) -> None:
    faults: dict[str, Callable[[Person], bool]] = {
        "area": lambda p: p["gebiet"] == "077",
        "area_blank": lambda p: p["gebiet"] == "",
        "birth_date": lambda p: years(p["geboren"]) is None,
        "unborn": lambda p: (years(p["geboren"]) or 0) < 0,
        "sex": lambda p: p["geschlecht"] == "?",
        "nationality": lambda p: not p["staat1"] and not p["staat2"],
        "residence": lambda p: p["wohnung"] == "Z",
        "moved_in": lambda p: p["einzug"] != "" and years(p["einzug"]) is None,
        "moved_in_blank": lambda p: p["einzug"] == "",
        "moved_in_later": lambda p: (years(p["einzug"]) or 0) < 0,
        "household_blank": lambda p: p["haushalt"] == "",
    }
    with tempfile.TemporaryDirectory() as folder:
        counted = count(plan(write(Path(folder), people)))
    for name, is_fault in faults.items():
        rows = [row for row, person in enumerate(people, start=2) if is_fault(person)]
        problem = counted.problems.get(name)
        assert (problem.records if problem else 0) == len(rows), name
        assert problem is None or problem.row == rows[0]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(DAY, st.sampled_from(["011", "012"])), min_size=1, max_size=30))
def test_dates_of_a_parquet_file_count_like_written_ones(people: list[tuple[date, str]]) -> None:
    tallies = (Tally(variable="einwohner", dimensions=("age",)), Tally(variable="altersjahre", sum="age"))
    common = {"columns": Columns(birth_date="geboren"), "tallies": tallies, "place": Keys("gebiet", AREAS)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = pa.table({"geboren": [day for day, _ in people], "gebiet": [area for _, area in people]})
        pq.write_table(table, folder / "p.parquet")
        lines = [f"{day.isoformat()};{area}\n" for day, area in people]
        (folder / "p.csv").write_text("geboren;gebiet\n" + "".join(lines), "utf-8")
        one, other = (
            count(Plan(path=folder / file, reference=REFERENCE, bands=BANDS, separator=";", **common))
            for file in ("p.parquet", "p.csv")
        )
    cells = ["area", "age"]
    sort = [frame.persons.sort_values(cells, ignore_index=True) for frame in (one, other)]
    assert sort[0].equals(sort[1])


# -- addresses ----------------------------------------------------------------------------------------------------------------

STREETS = st.sampled_from(
    ["Hauptstraße", "Hauptstr.", "HAUPTSTRASSE", "Haupt Strasse", "Straße am Üferplatz", "St.-Jürgen-Weg", "Sankt Jürgen Weg", "Allee"]
)  # fmt: skip
NUMBERS = st.sampled_from(
    ["1", "2", "3 a", "3A", "12 a-c", "12-14", "12/14", "007", "", "Nr. 5", "5 1/2", "14", "16"]
)
ADDRESS = st.builds(
    Address, STREETS, NUMBERS, st.sampled_from(["", "a", "B"]), st.sampled_from(["", "10115", "10117"])
)


def placed_by_engine(
    addresses: list[Address], entries: list[Entry], engine: EngineName = "duckdb"
) -> Counter[str]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "p.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writerows([("s", "n", "z", "p"), *addresses])
        place = Addressed(
            AddressColumns(street="s", number="n", addition="z", postcode="p"), directory(entries)
        )
        counted = count(
            Plan(
                path,
                Columns(),
                (Tally(variable="einwohner"),),
                place,
                REFERENCE,
                BANDS,
                separator=";",
                engine=engine,
            )
        )
    assert sum(counted.placed.values()) == len(addresses)
    return Counter({area: int(n) for area, n in counted.persons.groupby("area")["0"].sum().items()})


@settings(deadline=None, max_examples=15)
@given(
    st.lists(ADDRESS, min_size=1, max_size=12),
    st.lists(st.builds(Entry, ADDRESS, st.sampled_from(["011", "012"]), st.sampled_from(["", "21"])), min_size=1, max_size=12),
)  # fmt: skip
def test_the_engine_places_addresses_as_python_does(addresses: list[Address], entries: list[Entry]) -> None:
    known = directory(entries)
    assert placed_by_engine(addresses, entries) == Counter(known.place(address).area for address in addresses)


# -- Spark ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    pytest.importorskip("pyspark", reason="pyspark ist nicht installiert (Extra „spark“)")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    yield
    session.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_spark_counts_as_python_does() -> None:
    @settings(deadline=None, max_examples=4, database=None)
    @given(st.lists(PERSON, min_size=20, max_size=40))
    def same(people: list[Person]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            counted = count(plan(write(Path(folder), people), "spark"))
        assert told(counted) == plainly(people)

    same()


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_spark_places_addresses_as_python_does() -> None:
    addresses = [
        Address("Haupt Strasse", "12 a-c", "", "10115"),
        Address("Sankt Jürgen Weg", "007"),
        Address("Allee", "9"),
    ]
    entries = [Entry(Address("Hauptstr.", "12"), "011"), Entry(Address("St.-Jürgen-Weg", "7"), "012")]
    assert placed_by_engine(addresses, entries, "spark") == Counter({"011": 1, "012": 1, "nz": 1})
