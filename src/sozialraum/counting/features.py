"""Records with what is counted of them: area, age, years of residence, sex, nationality (Merkmale der Einzeldaten)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw

from sozialraum.addresses import PARTS, SEPARATOR, STEPS, Address
from sozialraum.counting.engines import Engine
from sozialraum.counting.plan import Addressed, Keys, MissingColumnsError, Plan
from sozialraum.registers import NATIONALITIES, AddressColumns
from sozialraum.tables import NOT_ASSIGNABLE

_c = nw.col
_GERMAN = r"^(0[0-9]|[12][0-9]|3[01])\.(0[0-9]|1[0-2])\.[12][0-9]{3}$"
_ISO = r"^[12][0-9]{3}-(0[0-9]|1[0-2])-(0[0-9]|[12][0-9]|3[01])([ T].*)?$"
_PLAIN = r"^[12][0-9]{3}(0[0-9]|1[0-2])(0[0-9]|[12][0-9]|3[01])$"
_YEAR_END = 1231


def check_columns(frame: Any, wanted: Iterable[str]) -> None:
    there = set(frame.collect_schema().names())
    missing = [name for name in dict.fromkeys(wanted) if name not in there]
    if missing:
        raise MissingColumnsError(missing)


def _wanted(plan: Plan) -> list[str]:
    columns = plan.columns
    place = [plan.place.column] if isinstance(plan.place, Keys) else _address_columns(plan.place.columns)
    reference = [plan.reference] if isinstance(plan.reference, str) else []
    features = [columns.birth_date, columns.sex, *columns.nationalities, columns.residence, columns.moved_in,
                columns.household, columns.person]  # fmt: skip
    conditions = [name for tally in plan.tallies for name in tally.only]
    return [name for name in [*place, *reference, *features, *conditions] if name]


def _address_columns(columns: AddressColumns) -> list[str]:
    return [columns.street, columns.number, columns.addition, columns.postcode]


def features(engine: Engine, plan: Plan, *, numbered: bool) -> Any:
    """The records with what is counted: `_area` (a position), `_period`, `_age`, `_sex` and so on."""
    frame: Any = nw.from_native(engine.records(plan.path, plan.encoding, plan.separator, numbered=numbered))
    check_columns(frame, _wanted(plan))
    columns, day = plan.columns, _reference(frame, plan)
    features: dict[str, nw.Expr] = {}
    if isinstance(plan.reference, str):
        features["_period"] = day.year if plan.by_year else day.year * 10000 + day.month_day
    if columns.birth_date:
        features["_age"] = _years(date_of(frame, columns.birth_date), day)
    if columns.moved_in:
        features["_years"] = _years(date_of(frame, columns.moved_in), day)
        features["_moved_in_blank"] = _is_blank(frame, columns.moved_in)
    if columns.sex:
        features["_sex"] = _translated(columns.sex, {"": plan.blank.get("sex"), **plan.sexes})
    if columns.nationalities:
        features["_nationality"] = _nationality(plan)
    if columns.residence:
        words = {**dict.fromkeys(plan.main, "haupt"), **dict.fromkeys(plan.secondary, "neben")}
        features["_residence"] = _translated(columns.residence, words)
    if columns.person:
        features["_person"] = _identity(frame, columns.person)
    if columns.household:
        features["_household"] = _identity(frame, columns.household)
    return _placed(engine, frame.with_columns(**features) if features else frame, plan)


def text_of(column: str) -> nw.Expr:
    return _c(column).cast(nw.String).fill_null("").str.strip_chars()


def _is_text(frame: Any, column: str) -> bool:
    return bool(frame.collect_schema()[column] == nw.String)


def _is_blank(frame: Any, column: str) -> nw.Expr:
    return text_of(column) == "" if _is_text(frame, column) else _c(column).is_null()


def _identity(frame: Any, column: str) -> nw.Expr:
    """Something that tells records apart: numbers as they are, texts without blanks around them; null when blank."""
    if not _is_text(frame, column):
        return _c(column)
    text = text_of(column)
    return nw.when(text != "").then(text)


def _translated(column: str, words: Mapping[str, str | None]) -> nw.Expr:
    """The word for each text; null for a text that has none."""
    text, result = text_of(column), nw.lit(None, dtype=nw.String)
    for key, word in words.items():
        if word is not None:
            result = nw.when(text == key).then(nw.lit(word)).otherwise(result)
    return result


def _nationality(plan: Plan) -> nw.Expr:
    """German as soon as one of the nationalities is; null or the word for blank ones when the record names none."""
    texts = [text_of(name) for name in plan.columns.nationalities]
    german = reduce(lambda one, other: one | other, (text.is_in(plan.german) for text in texts))
    named = reduce(lambda one, other: one | other, (text != "" for text in texts))
    blank = nw.lit(plan.blank.get("nationality"), dtype=nw.String)
    foreign = nw.when(named).then(nw.lit(NATIONALITIES[1])).otherwise(blank)
    return nw.when(german).then(nw.lit(NATIONALITIES[0])).otherwise(foreign)


@dataclass(frozen=True)
class _Date:
    """A date as two numbers: the year, and month times 100 plus day; unknown day and month are 0."""

    year: nw.Expr
    month_day: nw.Expr
    constant: int = 0


def _reference(frame: Any, plan: Plan) -> _Date:
    if isinstance(plan.reference, str):
        return date_of(frame, plan.reference)
    month_day = plan.reference.month * 100 + plan.reference.day
    return _Date(nw.lit(plan.reference.year), nw.lit(month_day), month_day)


def date_of(frame: Any, column: str) -> _Date:
    if frame.collect_schema()[column].is_temporal():
        day = _c(column).dt
        return _Date(day.year(), day.month() * 100 + day.day())
    text = text_of(column)
    german, iso, plain = (text.str.contains(form) for form in (_GERMAN, _ISO, _PLAIN))

    def part(*places: tuple[int, int]) -> nw.Expr:
        one, two, three = (text.str.slice(*place) for place in places)
        chosen = nw.when(plain).then(three).otherwise(nw.lit(None, dtype=nw.String))
        chosen = nw.when(iso).then(two).otherwise(chosen)
        return nw.when(german).then(one).otherwise(chosen).cast(nw.Int32)

    month, day_of_month = part((3, 2), (5, 2), (4, 2)), part((0, 2), (8, 2), (6, 2))
    return _Date(part((6, 4), (0, 4), (0, 4)), month * 100 + day_of_month)


def _years(start: _Date, end: _Date) -> nw.Expr:
    """Completed years between two dates."""
    years = end.year - start.year
    if end.constant == _YEAR_END:
        return years
    return years - nw.when(start.month_day > end.month_day).then(nw.lit(1)).otherwise(nw.lit(0))


def codes(plan: Plan) -> list[str]:
    """The codes of all areas that records may come to; `_area` is a position in this list."""
    place = plan.place
    known = place.areas if isinstance(place, Keys) else place.directory.areas
    return [*sorted(set(known.values()) - {NOT_ASSIGNABLE}), NOT_ASSIGNABLE]


def _placed(engine: Engine, frame: Any, plan: Plan) -> Any:
    positions = {code: position for position, code in enumerate(codes(plan))}
    if isinstance(plan.place, Keys):
        known = plan.place.areas
        lookup: dict[str, list[Any]] = {
            "_key": list(known),
            "_area": [positions[area] for area in known.values()],
        }
        keyed = frame.with_columns(_key=text_of(plan.place.column))
        return keyed.join(nw.from_native(engine.table(lookup)), on="_key", how="left")
    return _placed_by_address(engine, frame, plan.place, positions)


def written_address(place: Addressed) -> dict[str, str]:
    """The columns that hold the address as it is written, by the part of the address that stands in them."""
    parts = zip(Address._fields, _address_columns(place.columns), strict=True)
    return {part: f"_address_{i}" for i, (part, name) in enumerate(parts) if name}


def _placed_by_address(engine: Engine, frame: Any, place: Addressed, positions: Mapping[str, int]) -> Any:
    """The records with the area of their address and the step that found it.

    Each address is made alike and looked up once, inside the engine.
    """
    alike = {name: f"_address_{i}" for i, name in enumerate(_address_columns(place.columns)) if name}
    frame = frame.with_columns(**{short: text_of(name) for name, short in alike.items()})
    written = [_c(alike[name]) if name else nw.lit("") for name in _address_columns(place.columns)]
    number = nw.concat_str(written[1], written[2], separator=" ")
    texts = {
        "street": written[0],
        "number": number,
        "addition": number,
        "last": number,
        "postcode": written[3],
    }
    found = frame.select(*alike.values()).unique()
    found = found.with_columns(**{f"_{part}": _normalised(texts[part], part) for part in PARTS})
    for step in range(len(STEPS)):
        entries = _entries(place.directory.areas, step, positions)
        found = found.with_columns(**{f"_key_{step}": _key(step)})
        found = found.join(nw.from_native(engine.table(entries)), on=f"_key_{step}", how="left")
    area, how = nw.lit(positions[NOT_ASSIGNABLE]), nw.lit(len(STEPS))
    for step in reversed(range(len(STEPS))):
        there = ~_c(f"_area_{step}").is_null()
        area = nw.when(there).then(_c(f"_area_{step}")).otherwise(area)
        how = nw.when(there).then(nw.lit(step)).otherwise(how)
    placed = found.select(*alike.values(), area.alias("_area"), how.alias("_how"))
    return frame.join(placed, on=list(alike.values()), how="left")


def _entries(areas: Mapping[str, str], step: int, positions: Mapping[str, int]) -> dict[str, list[Any]]:
    """The keys of one step with their areas; a key that nothing meets where there are none."""
    keys = [key for key in areas if key.startswith(f"{step}{SEPARATOR}")]
    found = [positions[areas[key]] for key in keys]
    return {f"_key_{step}": keys or [""], f"_area_{step}": found or [0]}


def _key(step: int) -> nw.Expr:
    """The key of an address for one step; null where a part that it needs is blank."""
    parts = STEPS[step].parts
    key = nw.concat_str(nw.lit(str(step)), *(_c(f"_{part}") for part in parts), separator=SEPARATOR)
    needed = (_c(f"_{part}") != "" for part in parts if part != "addition")
    return nw.when(reduce(lambda one, other: one & other, needed)).then(key)


def _normalised(text: nw.Expr, part: str) -> nw.Expr:
    """What `addresses.normalised` does, by the same rules."""
    text = text.str.to_lowercase()
    for pattern, instead in PARTS[part]:
        text = text.str.replace_all(pattern, instead, literal=False)
    return text
