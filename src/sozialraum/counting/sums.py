"""Counts of records and households by area, period and cell (Grundzahlen), and of records with a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from sozialraum.addresses import STEPS, UNPLACED, Address
from sozialraum.counting.engines import ENGINES, ROW, Engine, discreetly
from sozialraum.counting.features import check_columns, codes, date_of, features, text_of, written_address
from sozialraum.counting.plan import Addressed, Counted, EngineName, Keys, Plan, Problem, Unplaced
from sozialraum.registers import Tally, span

OLDEST = 130
_c = nw.col


def count(plan: Plan) -> Counted:
    """Count one file. Raises MissingColumnsError, or UnreadableError when the engine cannot read it."""
    engine = ENGINES[plan.engine]()
    return discreetly(engine, lambda: _count(engine, plan))


def reference_dates(
    path: Path, column: str, encoding: str, separator: str, engine: EngineName
) -> tuple[str, str] | None:
    """Earliest and latest date `YYYY-MM-DD` in a column of a file; None when none can be read."""
    running = ENGINES[engine]()

    def work() -> tuple[str, str] | None:
        frame = nw.from_native(running.records(path, encoding, separator, numbered=False))
        check_columns(frame, [column])
        day = date_of(frame, column)
        dated = frame.select((day.year * 10000 + day.month_day).alias("day"))
        found = _collected(dated.select(_c("day").min().alias("first"), _c("day").max().alias("last")))
        first, last = (_period(found[name][0]) for name in ("first", "last"))
        return (first, last) if first and last else None

    return discreetly(running, work)


def unplaced(plan: Plan) -> list[Unplaced]:
    """The addresses of a file that lead to no area, those of most records first; records without a street are left out.

    Empty for a plan with keys. Raises as `count` does.
    """
    if not isinstance(plan.place, Addressed):
        return []
    columns = written_address(plan.place)
    engine = ENGINES[plan.engine]()

    def work() -> pd.DataFrame:
        frame = features(engine, plan, numbered=False)
        lost = frame.filter((_c("_how") == len(STEPS)) & (_c(columns["street"]) != ""))
        return _collected(lost.group_by(*columns.values()).agg(_n=nw.len()))

    found = discreetly(engine, work).sort_values(
        ["_n", *columns.values()], ascending=[False, *[True] * len(columns)]
    )
    texts = [found[columns[part]] if part in columns else [""] * len(found) for part in Address._fields]
    return [
        Unplaced(Address(*map(str, address)), int(n)) for *address, n in zip(*texts, found["_n"], strict=True)
    ]


def _count(engine: Engine, plan: Plan) -> Counted:
    frame = features(engine, plan, numbered=False)
    faults = _faults(plan)
    persons = _collected(_by_cell(frame, plan, faults))
    problems = _problems(engine, plan, faults) if persons["_faulty"].sum() else {}
    problems |= _doubles(engine, plan) if plan.columns.person else {}
    placed = persons.groupby("_how")["_n"].sum() if "_how" in persons else pd.Series(dtype=int)
    return Counted(
        _named(persons[persons["_born"]] if "_born" in persons else persons, plan),
        _named(_collected(_by_household(frame, plan)), plan) if _households(plan) else pd.DataFrame(),
        int(persons["_n"].sum()),
        problems,
        {([*(s.how for s in STEPS), UNPLACED])[int(str(how))]: int(n) for how, n in placed.items()},
    )


def _collected(frame: Any) -> pd.DataFrame:
    result: pd.DataFrame = frame.collect("pyarrow").to_native().to_pandas()
    return result


def _faults(plan: Plan) -> dict[str, nw.Expr]:
    """What may be wrong with a record, as conditions."""
    columns, faults = plan.columns, {"area": _c("_area").is_null()}
    if isinstance(plan.place, Keys):
        faults["area_blank"] = _c("_key") == ""
    if isinstance(plan.reference, str):
        faults["reference"] = _c("_period").is_null()
    if columns.birth_date:
        faults["birth_date"] = _c("_age").is_null() | (_c("_age") > OLDEST)
        faults["unborn"] = _c("_age") < 0
    if columns.moved_in:
        faults["moved_in"] = _c("_years").is_null() & ~_c("_moved_in_blank")
        faults["moved_in_blank"] = _c("_moved_in_blank")
        faults["moved_in_later"] = _c("_years") < 0
    for name in ("sex", "nationality", "residence"):
        if getattr(columns, name):
            faults[name] = _c(f"_{name}").is_null()
    if columns.household:
        faults["household_blank"] = _c("_household").is_null()
    return faults


def _problems(engine: Engine, plan: Plan, faults: Mapping[str, nw.Expr]) -> dict[str, Problem]:
    """The faults that occur, with the row in the file of the first record; a text file has the names in its first row."""
    numbers = {f"{name} n": _number_of(fault) for name, fault in faults.items()}
    first = {f"{name} row": nw.when(fault).then(_c(ROW)).min() for name, fault in faults.items()}
    found = _collected(features(engine, plan, numbered=True).select(**numbers, **first))
    above = 0 if plan.path.suffix == ".parquet" else 1
    there = [name for name in faults if found[f"{name} n"][0]]
    return {name: Problem(int(found[f"{name} n"][0]), int(found[f"{name} row"][0]) + above) for name in there}


def _doubles(engine: Engine, plan: Plan) -> dict[str, Problem]:
    """Records of persons who stand more than once with their main residence at one date."""
    frame = features(engine, plan, numbered=True)
    living = ~_c("_person").is_null()
    if plan.columns.residence:
        living = living & (_c("_residence") == "haupt")
    keys = ["_person", *(["_period"] if isinstance(plan.reference, str) else [])]
    persons = frame.filter(living).group_by(*keys).agg(_n=nw.len(), _first=_c(ROW).min())
    found = _collected(persons.filter(_c("_n") > 1).select(_c("_n").sum(), _c("_first").min()))
    above = 0 if plan.path.suffix == ".parquet" else 1
    number = 0 if found["_n"].isna()[0] else int(found["_n"][0])
    return {"double": Problem(number, int(found["_first"][0]) + above)} if number else {}


def _households(plan: Plan) -> bool:
    return any(tally.of_households for tally in plan.tallies)


def _dimensions(plan: Plan) -> list[str]:
    return [d for d in ("age", "sex", "nationality") if any(d in tally.dimensions for tally in plan.tallies)]


def _number_of(condition: nw.Expr | None, value: nw.Expr | None = None) -> nw.Expr:
    """How many records meet a condition, or the sum of a feature over them."""
    if value is None:
        return nw.len() if condition is None else nw.when(condition).then(nw.lit(1)).count()
    return (value if condition is None else nw.when(condition).then(value)).sum()


def _all(conditions: Sequence[nw.Expr]) -> nw.Expr | None:
    return reduce(lambda one, other: one & other, conditions) if conditions else None


def _within(feature: nw.Expr, low: int, high: int) -> nw.Expr:
    if low == high:
        return feature == low
    return feature >= low if high > OLDEST * 1000 else (feature >= low) & (feature <= high)


def _by_cell(frame: Any, plan: Plan, faults: Mapping[str, nw.Expr]) -> Any:
    """One row per area, period, residence and cell of all dimensions in use; a column per tally of persons."""
    keys = ["_area", *(["_period"] if isinstance(plan.reference, str) else [])]
    keys += ["_residence"] if plan.columns.residence else []
    keys += ["_how"] if isinstance(plan.place, Addressed) else []
    dimensions = _dimensions(plan)
    if "age" in dimensions:
        frame = frame.with_columns(_band=_band(plan.bands))
    keys += [{"age": "_band"}.get(d, f"_{d}") for d in dimensions]
    if plan.columns.birth_date:
        # Who was born after the date of the count, or has no readable date, is told of and counts nowhere.
        frame = frame.with_columns(_born=(_c("_age") >= 0).fill_null(value=False))
        keys.append("_born")
    sums = {str(i): _tally(tally) for i, tally in enumerate(plan.tallies) if not tally.of_households}
    conditions = [fault.fill_null(value=False) for fault in faults.values()]
    faulty = reduce(lambda one, other: one | other, conditions)
    return frame.group_by(*keys).agg(_n=nw.len(), _faulty=_number_of(faulty), **sums)


def _band(bands: Sequence[str]) -> nw.Expr:
    """The position of the band of an age."""
    band = nw.lit(len(bands) - 1)
    for position, text in reversed(list(enumerate(bands[:-1]))):
        band = nw.when(_c("_age") <= span(text)[1]).then(nw.lit(position)).otherwise(band)
    return band


def _tally(tally: Tally) -> nw.Expr:
    features = {"age": "_age", "years_resident": "_years"}
    conditions = [_within(_c(features[name]), *limits) for name, limits in tally.spans().items()]
    conditions += [_c("_sex") == tally.sex] if tally.sex else []
    conditions += [_c("_nationality") == tally.nationality] if tally.nationality else []
    conditions += [text_of(column).is_in(texts) for column, texts in tally.only.items()]
    return _number_of(_all(conditions), _c("_age") if tally.sum else None)


def _by_household(frame: Any, plan: Plan) -> Any:
    """One row per area and period; a column per tally of households, and those that stand in two areas."""
    period = ["_period"] if isinstance(plan.reference, str) else []
    living = ~_c("_household").is_null()
    if plan.columns.residence:
        living = living & (_c("_residence") == "haupt")
    people = frame.filter(living & (_c("_age") >= 0))
    households = people.group_by(*period, "_household").agg(
        _area=_c("_area").min(), _last=_c("_area").max(), persons=nw.len(),
        children=_number_of(_c("_age") < 18), oldest=_c("_age").max(),
    )  # fmt: skip
    households = households.with_columns(adults=_c("persons") - _c("children"))
    sums = {str(i): _household_tally(tally) for i, tally in enumerate(plan.tallies) if tally.of_households}
    return households.group_by("_area", *period).agg(_split=_number_of(_c("_area") != _c("_last")), **sums)


def _household_tally(tally: Tally) -> nw.Expr:
    conditions = [_within(_c(name), *limits) for name, limits in tally.spans().items()]
    return _number_of(_all(conditions), _c(tally.sum) if tally.sum else None)


def _named(cells: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Cells with codes, periods and bands as texts, and whole numbers; cells of faulty records keep no place."""
    named: dict[str, Any] = {
        "area": _words(cells["_area"], dict(enumerate(codes(plan)))),
        "period": cells["_period"].map(_period) if "_period" in cells else "",
        "residence": cells.get("_residence", "haupt"),
    }
    if "_band" in cells:
        named["age"] = _words(cells["_band"], dict(enumerate(plan.bands)))
    named |= {d: cells[f"_{d}"] for d in ("sex", "nationality") if f"_{d}" in cells}
    figures: dict[str, Any] = {
        name: cells[name].fillna(0).astype("int64")
        for name in map(str, cells)
        if name.isdigit() or name == "_split"
    }
    return pd.DataFrame({**named, **figures})


def _words(positions: pd.Series, words: Mapping[int, str]) -> pd.Series:
    return positions.map(words, na_action="ignore")


def _period(number: float) -> str | None:
    if pd.isna(number):
        return None
    text = str(int(number))
    return text if len(text) == 4 else f"{text[:4]}-{text[4:6]}-{text[6:]}"
