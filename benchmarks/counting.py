"""Counting a population register: ours against hand-written SQL (python -m benchmarks.counting [--persons 20000000] [--json]).

A register of ten key dates, one Parquet file each as it is delivered, is generated into a temporary folder: by default 20
million records, two million persons at each date. Both sides run in a process of their own, so that each peak of memory
is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.lines import Line, tell
from sozialraum.counting import Keys, Plan, count
from sozialraum.registers import Columns, Tally

YEARS = range(2015, 2025)
AREAS = 500
BANDS = (
    "0-2", "3-5", "6-9", "10-14", "15-17", "18-20", "21-24", "25-29", "30-39", "40-49", "50-59", "60-64", "65-74",
    "75-79", "80-84", "85+",
)  # fmt: skip
STATES = ("tur", "syr", "ukr", "pol", "ita", "rou")
RUNS = 3
RATIO = 1.3
MEMORY = 1536.0


def generate(folder: Path, records: int) -> None:
    """One file per year, written in chunks; nobody in it is real."""
    import duckdb

    persons = records // len(YEARS)
    connection = duckdb.connect()
    for year in YEARS:
        connection.execute(f"""
            copy (select printf('%04d', hash(i // 2 % {persons // 2}) % {AREAS}) as area,
                i // 2 as household,
                (make_date({year}, 12, 31) - (hash(i * 13) % 35000)::int)::date as born,
                if(hash(i + 1) % 2 = 0, 'm', 'w') as sex,
                ['deu','deu','deu','deu','{"','".join(STATES)}'][(hash(i * 3) % 10)::int + 1] as nationality,
                if(hash(i * 5 + {year}) % 100 < 11, '1', '0') as sgb2,
                (make_date({year}, 12, 31) - (hash(i * 17) % 20000)::int)::date as moved_in
            from range({persons}) t(i))
            to '{folder}/bestand_{year}.parquet' (format parquet, compression zstd, row_group_size 100000)""")
    connection.close()


def tallies() -> tuple[Tally, ...]:
    """40 figures for each area and year: 16 age bands and 24 more."""
    yes = {"sgb2": ("1",)}
    person: tuple[tuple[str, dict[str, object]], ...] = (
        ("alter", {"dimensions": ("age",)}),
        ("einwohner", {}),
        ("frauen", {"sex": "w"}),
        ("auslaendisch", {"nationality": "nichtdeutsch"}),
        ("altersjahre", {"sum": "age"}),
        *((f"staat_{state}", {"only": {"nationality": (state,)}}) for state in STATES),
        ("sgb2", {"only": yes}),
        ("sgb2_u15", {"only": yes, "age": "0-14"}),
        ("sgb2_15_64", {"only": yes, "age": "15-64"}),
        ("sgb2_65", {"only": yes, "age": "65+"}),
        ("sgb2_auslaendisch", {"only": yes, "nationality": "nichtdeutsch"}),
        ("wohndauer_u5", {"years_resident": "0-4"}),
        ("wohndauer_ab_10", {"years_resident": "10+"}),
    )
    household: tuple[tuple[str, dict[str, object]], ...] = (
        ("haushalte", {}),
        ("einperson", {"persons": "1"}),
        ("mit_kindern", {"children": "1+"}),
        ("alleinerziehend", {"children": "1+", "adults": "1"}),
        ("kinderreich", {"children": "3+"}),
        ("allein_65", {"persons": "1", "oldest": "65+"}),
        ("personen_in_haushalten", {"sum": "persons"}),
    )
    return (
        *(Tally.model_validate({"variable": name, **more}) for name, more in person),
        *(Tally.model_validate({"variable": name, "unit": "haushalt", **more}) for name, more in household),
    )


def ours(folder: Path) -> dict[str, int]:
    """All ten files counted; the sum of each figure over areas and years."""
    codes = {f"{number:04d}": f"{number:04d}" for number in range(AREAS)}
    sums: dict[str, int] = {}
    for year in YEARS:
        plan = Plan(
            path=folder / f"bestand_{year}.parquet",
            columns=Columns(birth_date="born", sex="sex", nationality="nationality", moved_in="moved_in", household="household"),
            tallies=tallies(),
            place=Keys("area", codes),
            reference=date(year, 12, 31),
            bands=BANDS,
            sexes={"m": "m", "w": "w"},
            german=("deu",),
        )  # fmt: skip
        counted = count(plan)
        for number, tally in enumerate(plan.tallies):
            table = counted.households if tally.of_households else counted.persons
            groups = (
                table.groupby("age")[str(number)].sum().items()
                if tally.dimensions
                else [("", table[str(number)].sum())]
            )
            for band, figure in groups:
                name = f"{tally.variable} {band}".strip()
                sums[name] = sums.get(name, 0) + int(figure)
    return sums


def by_hand(folder: Path) -> dict[str, int]:
    """The same figures by SQL as a person would write it, all files in one query."""
    import duckdb

    connection = duckdb.connect()
    figures, households = _figures()
    sql = f"""
        with p as (select *, date_part('year', day) - date_part('year', born) as age,
                date_sub('year', moved_in, day) as years
            from (select *, make_date(regexp_extract(filename, '(\\d{{4}})[.]parquet', 1)::int, 12, 31) as day
                from read_parquet('{folder}/*.parquet', filename = true))),
        a as (select area, day, {", ".join(f'count(*) filter (where {test}) as "{n}"' for n, test in figures.items())},
                sum(age) as altersjahre from p group by area, day),
        h as (select area, day, household, count(*) as persons, count(*) filter (where age < 18) as children,
                max(age) as oldest from p group by area, day, household),
        b as (select area, day, {", ".join(f'count(*) filter (where {t}) as "{n}"' for n, t in households.items())},
                sum(persons) as personen_in_haushalten from h group by area, day)
        select * from a join b using (area, day)"""
    table = connection.sql(sql).to_arrow_table().to_pandas()
    return {name: int(table[name].sum()) for name in table.columns if name not in ("area", "day")}


def _figures() -> tuple[dict[str, str], dict[str, str]]:
    bounds = [band.rstrip("+").split("-") for band in BANDS]
    figures = {
        f"alter {band}": f"age >= {b[0]}" + (f" and age <= {b[1]}" if len(b) > 1 else "")
        for band, b in zip(BANDS, bounds, strict=True)
    }
    figures |= {"einwohner": "true", "frauen": "sex = 'w'", "auslaendisch": "nationality <> 'deu'"}
    figures |= {f"staat_{state}": f"nationality = '{state}'" for state in STATES}
    figures |= {
        "sgb2": "sgb2 = '1'", "sgb2_u15": "sgb2 = '1' and age < 15", "sgb2_15_64": "sgb2 = '1' and age between 15 and 64",
        "sgb2_65": "sgb2 = '1' and age >= 65", "sgb2_auslaendisch": "sgb2 = '1' and nationality <> 'deu'",
        "wohndauer_u5": "years < 5", "wohndauer_ab_10": "years >= 10",
    }  # fmt: skip
    households = {
        "haushalte": "true", "einperson": "persons = 1", "mit_kindern": "children > 0",
        "alleinerziehend": "children > 0 and persons - children = 1", "kinderreich": "children >= 3",
        "allein_65": "persons = 1 and oldest >= 65",
    }  # fmt: skip
    return figures, households


SIDES: dict[str, Callable[[Path], dict[str, int]]] = {"ours": ours, "by_hand": by_hand}


def _alone(side: str, folder: Path) -> tuple[float, float, dict[str, int]]:
    """Seconds (start of Python not counted), peak of memory in MB and the sums of one side, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.counting", "--side", side, "--folder", str(folder)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told["seconds"], told["megabytes"], told["sums"]


def _tell_side(side: str, folder: Path) -> None:
    started = time.perf_counter()
    sums = SIDES[side](folder)
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, "sums": sums}))


def measure(folder: Path, records: int) -> list[Line]:
    """Time and memory of both sides in turn; the best run of each counts."""
    generate(folder, records)
    runs: dict[str, list[tuple[float, float, dict[str, int]]]] = {side: [] for side in SIDES}
    for side in [*SIDES] * RUNS:
        runs[side].append(_alone(side, folder))
    if not all(run[2] == runs["ours"][0][2] for side in SIDES for run in runs[side]):
        raise SystemExit("the two sides do not count the same")
    seconds = {side: min(run[0] for run in runs[side]) for side in SIDES}
    megabytes = {side: max(run[1] for run in runs[side]) for side in SIDES}
    what = f"{records / 1e6:g} Mio. Personensätze (10 Stichtage), {AREAS} Gebiete, {len(runs['ours'][0][2])} Größen"
    return [
        Line(what, seconds["ours"], RATIO * seconds["by_hand"], peer="DuckDB, SQL von Hand", peer_s=seconds["by_hand"], peer_measured=True, note="gleiche Summen"),
        Line("dabei Speicher, Spitze", megabytes["ours"], MEMORY, unit="MB", peer="DuckDB, SQL von Hand", peer_s=megabytes["by_hand"], peer_measured=True),
    ]  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=float, default=20e6)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--side", choices=list(SIDES))
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.side:
        _tell_side(chosen.side, chosen.folder)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            tell(measure(Path(temporary), int(chosen.persons)))
