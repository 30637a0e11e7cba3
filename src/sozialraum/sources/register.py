"""Registers (Register): person records, one row each, counted as a recipe says; nothing of a record is told but its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, ValidationError, field_validator, model_validator

from sozialraum import counting, periods
from sozialraum.addresses import STEPS, UNPLACED, Directory
from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Record
from sozialraum.errors import AreaError, DeliveryError, Finding, Severity
from sozialraum.registers import AGE_BANDS, NATIONALITIES, AddressColumns, Columns, Tally, check_bands
from sozialraum.sources.recipes import PeriodRule
from sozialraum.sources.rows import ROW_COLUMNS, rows_frame
from sozialraum.tables import COUNTS_KEY, DIMENSIONS, NOT_ASSIGNABLE, TOTAL, Status

BLOCK = "register"
GUIDE = "Siehe docs/anleitungen/register.md."
# A street is named only when so many records stand in it without an area: then it is a street and no remark about a person.
NAMED_FROM = 20
NAMED_MOST = 5


class YearOf(Record):
    """The period of a movement: the calendar year of its date."""

    year_of: str = Field(min_length=1)


class Register(Record):
    """[[register]]: how one kind of file with person records is counted."""

    files: str = Field(min_length=1)
    level: str
    period: str | PeriodRule | YearOf
    zaehlen: tuple[Tally, ...] = Field(min_length=1)
    spalten: Columns = Columns()
    version: str = ""
    area: str = ""
    anschrift: AddressColumns | None = None
    area_width: int = Field(0, ge=0)
    not_assignable: tuple[str, ...] = ()
    recode: Mapping[Literal["area", "sex"], Mapping[str, str]] = Field(default_factory=dict)
    german: tuple[str, ...] = ()
    blank: Mapping[Literal["sex", "nationality"], str] = Field(default_factory=dict)
    main_residence: tuple[str, ...] = ()
    secondary_residence: tuple[str, ...] = ()
    age_bands: tuple[str, ...] = AGE_BANDS
    encoding: str = "utf-8"
    separator: str = ""

    @field_validator("period", mode="before")
    @classmethod
    def _as_text(cls, period: object) -> object:
        """TOML has dates and numbers of its own: `2024-12-31` needs no quotes."""
        return str(period) if isinstance(period, (date, int)) else period

    @field_validator("files")
    @classmethod
    def _is_a_file_of_its_folder(cls, files: str) -> str:
        if Path(files).is_absolute() or ".." in Path(files).parts:
            raise ValueError(f"„files“ nennt Dateien im Ordner der Quelle, nicht „{files}“")
        return files

    @model_validator(mode="after")
    def _has_what_it_counts(self) -> Register:
        check_bands(self.age_bands)
        if bool(self.area) == bool(self.anschrift):
            raise ValueError("Das Register braucht entweder „area“ oder [register.anschrift]")
        missing = [name for name in sorted(self._needed()) if not getattr(self.spalten, name)]
        if missing:
            raise ValueError(f"Für das, was gezählt wird, fehlt „{missing[0]}“ unter „spalten“")
        explained = {
            "sex": self.recode.get("sex"),
            "nationality": self.german,
            "residence": self.main_residence,
        }
        for column, words in explained.items():
            if getattr(self.spalten, column) and not words:
                key = {"sex": "recode.sex", "nationality": "german", "residence": "main_residence"}[column]
                raise ValueError(f"„{key}“ muss sagen, was die Angaben in „{column}“ bedeuten")
        return self

    def _needed(self) -> set[str]:
        """The features without which the tallies cannot be counted."""
        needed: set[str] = set()
        for tally in self.zaehlen:
            needed |= {"birth_date" if d == "age" else d for d in tally.dimensions}
            needed |= {"birth_date"} if tally.age or tally.sum == "age" else set()
            needed |= {"moved_in"} if tally.years_resident else set()
            needed |= {name for name in ("sex", "nationality") if getattr(tally, name)}
            needed |= {"household", "birth_date"} if tally.of_households else set()
            needed |= {"residence"} if tally.residence != "haupt" else set()
        return needed


@dataclass(frozen=True)
class Office:
    """What the office that counts has at hand: the engine, and the directory of addresses of each version and level."""

    engine: counting.EngineName = "duckdb"
    directory: Callable[[Geography, str], Directory | None] = lambda _geography, _level: None


def read_registers(path: Path) -> list[Register]:
    """Read the registers of a source from `rezept.toml`; raises DeliveryError with all findings."""
    blocks = read_toml(path).get(BLOCK, [])
    registers: list[Register] = []
    wrong = [] if isinstance(blocks, list) else ["Schreiben Sie [[register]] mit doppelten Klammern."]
    for number, block in enumerate(blocks if isinstance(blocks, list) else [], start=1):
        try:
            registers.append(Register.model_validate(block))
        except ValidationError as error:
            wrong += [f"Register {number}: {sentence}" for sentence in in_german(error)]
    if wrong:
        raise DeliveryError([Finding(told, GUIDE, file=f"{path.parent.name}/{path.name}") for told in wrong])
    return registers


def read(
    path: Path, recipe: Register, geographies: Sequence[Geography], catalogue: Catalogue, office: Office
) -> tuple[pd.DataFrame, list[Finding]]:
    """Count one file of person records.

    Returns a frame as tables give it (COUNTS plus `indicator`, `file`, `sheet`, `row`) and all findings. Every area of the
    level and every group is there: what the register does not hold is counted and exactly zero.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        geography, periods_told = _geography(path, recipe, geographies, office)
        _check_variables(recipe, catalogue)
        plan = _plan(path, recipe, geography, office)
        counted = counting.count(plan)
        lost = counting.unplaced(plan) if counted.placed.get(UNPLACED) else []
    except counting.MissingColumnsError as error:
        return rows_frame([]), [_missing(column, name) for column in error.columns]
    except counting.UnreadableError as error:
        return rows_frame([]), [_unreadable(name, error.row)]
    except ModuleNotFoundError:
        told = 'kommune.toml verlangt engine = "spark", aber Spark ist hier nicht installiert.'
        return rows_frame([]), [Finding(told, "Installieren Sie das Extra „spark“ (Java 17) oder entfernen Sie die Angabe.", file=name)]  # fmt: skip
    except (DeliveryError, AreaError) as error:
        return rows_frame([]), [replace(finding, file=finding.file or name) for finding in error.findings]
    frames = [
        _rows(number, tally, counted, recipe, geography, periods_told)
        for number, tally in enumerate(recipe.zaehlen)
    ]
    frame = pd.concat(frames, ignore_index=True).assign(indicator="", file=name, sheet="", row=1, text="")
    return frame.reindex(columns=list(ROW_COLUMNS)), list(_findings(counted, recipe, name, lost))


def unplaced(
    path: Path, recipe: Register, geographies: Sequence[Geography], office: Office
) -> tuple[str, list[counting.Unplaced]]:
    """The version of the areas that holds for a file, and its addresses that lead to no area, most records first.

    Raises DeliveryError or AreaError where the file cannot be counted; nothing but addresses comes back.
    """
    geography, _ = _geography(path, recipe, geographies, office)
    try:
        return geography.version, counting.unplaced(_plan(path, recipe, geography, office))
    except (counting.MissingColumnsError, counting.UnreadableError) as error:
        raise DeliveryError(_unreadable(f"{path.parent.name}/{path.name}", None)) from error


# -- what is counted, where and when ---------------------------------------------------------------------------------------


def _fixed_period(path: Path, recipe: Register) -> str:
    """The period of the whole file; empty where each record has its own. Raises DeliveryError."""
    rule = recipe.period
    if isinstance(rule, YearOf) or (isinstance(rule, PeriodRule) and rule.column):
        return ""
    text = rule if isinstance(rule, str) else ""
    if isinstance(rule, PeriodRule):
        match = re.search(rule.file, f"{path.parent.name}/{path.name}")
        text = rule.form.format(*match.groups()) if match else ""
    try:
        periods.parse(text)
    except ValueError as error:
        raise DeliveryError(
            Finding(f"„{text}“ ist kein Berichtszeitraum.", "Prüfen Sie „period“ im Rezept.")
        ) from error
    return text


def _reference(recipe: Register, period: str) -> date | str:
    """The date at which ages count, or the column that holds it."""
    if period:
        return periods.parse(period).end
    rule = recipe.period
    return rule.year_of if isinstance(rule, YearOf) else rule.column if isinstance(rule, PeriodRule) else ""


def _geography(
    path: Path, recipe: Register, geographies: Sequence[Geography], office: Office
) -> tuple[Geography, str]:
    """The areas that hold for all records of a file, and its period; raises DeliveryError."""
    period = _fixed_period(path, recipe)
    days = [periods.parse(period).end.isoformat()] * 2 if period else _span(path, recipe, office)
    fitting = [
        geography
        for geography in geographies
        if recipe.level in {level.id for level in geography.levels}
        and (geography.version == recipe.version or (not recipe.version and all(map(geography.covers, days))))
    ]
    if not fitting:
        raise DeliveryError(
            Finding(f"Für {' bis '.join(dict.fromkeys(days))} gilt kein Gebietsstand mit der Ebene „{recipe.level}“ durchgehend.",
                    "Nennen Sie „version“ im Rezept, ergänzen Sie [[gebiete.versionen]] in kommune.toml oder lassen Sie die Datei nach Jahren geteilt liefern.")
        )  # fmt: skip
    return fitting[0], period


def _span(path: Path, recipe: Register, office: Office) -> list[str]:
    """First and last date of the records of a file."""
    column = str(_reference(recipe, ""))
    found = counting.reference_dates(path, column, recipe.encoding, recipe.separator, office.engine)
    if not found:
        raise DeliveryError(
            Finding(f"In der Spalte „{column}“ steht kein lesbares Datum.", "Erwartet wird TT.MM.JJJJ, JJJJ-MM-TT oder JJJJMMTT.")
        )  # fmt: skip
    return list(found)


def _check_variables(recipe: Register, catalogue: Catalogue) -> None:
    unknown = sorted({tally.variable for tally in recipe.zaehlen} - set(catalogue.variables))
    if unknown:
        raise DeliveryError(
            [Finding(f"Das Rezept nennt „{name}“, das der Katalog nicht kennt.", "Ergänzen Sie den Katalog oder berichtigen Sie das Rezept.") for name in unknown]
        )  # fmt: skip


def _plan(path: Path, recipe: Register, geography: Geography, office: Office) -> counting.Plan:
    period = _fixed_period(path, recipe)
    return counting.Plan(
        path=path,
        columns=recipe.spalten,
        tallies=recipe.zaehlen,
        place=_place(recipe, geography, office),
        reference=_reference(recipe, period),
        by_year=isinstance(recipe.period, YearOf),
        bands=recipe.age_bands,
        sexes=recipe.recode.get("sex", {}),
        german=recipe.german,
        blank={str(dimension): word for dimension, word in recipe.blank.items()},
        main=recipe.main_residence,
        secondary=recipe.secondary_residence,
        encoding=recipe.encoding,
        separator=recipe.separator,
        engine=office.engine,
    )


def _place(recipe: Register, geography: Geography, office: Office) -> counting.Keys | counting.Addressed:
    if recipe.anschrift is None:
        return counting.Keys(recipe.area, _keys(recipe, geography))
    directory = office.directory(geography, recipe.level)
    if directory is None:
        raise DeliveryError(
            Finding(f"Für den Gebietsstand {geography.label} gibt es kein Anschriftenverzeichnis.",
                    "Nennen Sie es in kommune.toml unter [[gebiete.adressen]], oder lassen Sie den Gebietsschlüssel mitliefern.")
        )  # fmt: skip
    return counting.Addressed(recipe.anschrift, directory)


def _keys(recipe: Register, geography: Geography) -> dict[str, str]:
    """The area of every text that may stand as key: codes, also without leading zeros where the recipe pads them."""
    codes = geography.codes(recipe.level)
    keys = {code: code for code in codes}
    if recipe.area_width:
        shortened = {code.lstrip("0"): code for code in codes}
        keys |= {
            short.zfill(width): code
            for short, code in shortened.items()
            for width in range(recipe.area_width)
        }
    keys |= {key: code for key, code in recipe.recode.get("area", {}).items() if code in codes}
    return keys | dict.fromkeys(["", *recipe.not_assignable], NOT_ASSIGNABLE)


# -- counts ------------------------------------------------------------------------------------------------------------------


def _rows(
    number: int, tally: Tally, counted: counting.Counted, recipe: Register, geography: Geography, period: str
) -> pd.DataFrame:
    """COUNTS of one tally on every area and in every group."""
    cells = counted.households if tally.of_households else counted.persons
    if not tally.of_households and tally.residence != "alle":
        cells = cells[cells["residence"] == tally.residence]
    cells = cells.assign(period=period) if period else cells
    keys = ["area", "period", *tally.dimensions]
    sums = cells.dropna(subset=keys).groupby(keys)[str(number)].sum()
    there = [period] if period else sorted(set(counted.persons["period"].dropna()))
    groups = {
        "age": recipe.age_bands,
        "sex": tuple(sorted({*recipe.recode.get("sex", {}).values(), *([recipe.blank["sex"]] if "sex" in recipe.blank else [])})),
        "nationality": NATIONALITIES,
    }  # fmt: skip
    areas = [*geography.codes(recipe.level), NOT_ASSIGNABLE]
    grid = pd.MultiIndex.from_product([areas, there, *(groups[d] for d in tally.dimensions)], names=keys)
    table = sums.reindex(grid, fill_value=0).rename("count").reset_index()
    table["status"] = [Status.OK if figure else Status.NONE for figure in table["count"]]
    table = table.assign(
        level=recipe.level, version=geography.version, variable=tally.variable, count=table["count"].astype(float),
        **{d: TOTAL for d in DIMENSIONS if d not in tally.dimensions},
    )  # fmt: skip
    return table[[*COUNTS_KEY, "count", "status"]]


# -- findings ------------------------------------------------------------------------------------------------------------------

_DATE = "Erwartet wird TT.MM.JJJJ, JJJJ-MM-TT oder JJJJMMTT; unbekannter Tag und Monat als 00."
_ASK = "Fragen Sie die liefernde Stelle."
# What is wrong, what to do, and whether it blocks.
_PROBLEMS: Mapping[str, tuple[str, str, bool]] = {
    "area": ("mit einem Gebietsschlüssel, den der Gebietsstand nicht kennt",
             "Übersetzen Sie ihn mit „recode.area“ im Rezept oder nehmen Sie ihn dort in „not_assignable“ auf.", True),
    "area_blank": ("ohne Gebietsschlüssel; sie zählen als räumlich nicht zuordenbar", _ASK, False),
    "reference": ("ohne lesbares Datum des Berichtszeitraums", _DATE, True),
    "birth_date": ("ohne lesbares Geburtsdatum oder mit einem Alter über 130", _DATE, True),
    "unborn": ("mit einem Geburtsdatum nach dem Stichtag; sie zählen nicht", "Der Auszug ist vermutlich jünger als sein Stichtag; fragen Sie die liefernde Stelle.", False),
    "moved_in": ("mit einem unlesbaren Einzugsdatum", _DATE, True),
    "moved_in_blank": ("ohne Einzugsdatum; ihre Wohndauer gilt als unbekannt und zählt in keiner Auswahl nach Wohndauer", _ASK, False),
    "moved_in_later": ("mit einem Einzug nach dem Stichtag", "Der Auszug ist vermutlich jünger als sein Stichtag; fragen Sie, wo diese Personen am Stichtag wohnten.", False),
    "sex": ("mit einer Angabe zum Geschlecht, die das Rezept nicht kennt", "Ergänzen Sie „recode.sex“ im Rezept, für leere Angaben „blank.sex“.", True),
    "nationality": ("ohne Staatsangehörigkeit", "Ergänzen Sie „blank.nationality“ im Rezept oder fragen Sie die liefernde Stelle.", True),
    "residence": ("mit einer Angabe zur Wohnung, die das Rezept nicht kennt", "Ergänzen Sie „main_residence“ oder „secondary_residence“ im Rezept.", True),
    "household_blank": ("ohne Haushalt; sie zählen in keinem Haushalt", "Das ist richtig für Personen in Einrichtungen.", False),
    "double": ("von Personen, die in dieser Datei mehrfach mit Hauptwohnung stehen", "Fragen Sie die liefernde Stelle, welche Wohnung gilt.", True),
}  # fmt: skip


def _findings(
    counted: counting.Counted, recipe: Register, name: str, lost: Sequence[counting.Unplaced]
) -> Iterator[Finding]:
    if not counted.records:
        yield Finding(
            "Die Datei enthält keinen Datensatz.", "Sie ist unvollständig; fordern Sie sie neu an.", file=name
        )
    for key, problem in counted.problems.items():
        what, remedy, blocks = _PROBLEMS[key]
        yield Finding(
            f"{problem.records} {'Datensatz' if problem.records == 1 else 'Datensätze'} {what} (der erste steht in der genannten Zeile).",
            remedy, file=name, row=problem.row, severity=Severity.ERROR if blocks else Severity.WARNING,
        )  # fmt: skip
    if len(counted.households) and (split := int(counted.households["_split"].sum())):
        yield Finding(f"{split} Haushalte stehen mit Personen in mehreren Gebieten; sie zählen im ersten.",
                      _ASK, file=name, severity=Severity.WARNING)  # fmt: skip
    if recipe.anschrift and any(how != STEPS[0].how for how in counted.placed):
        yield _placed(counted.placed, name, streets_of(lost))


def streets_of(lost: Sequence[counting.Unplaced]) -> dict[str, int]:
    """Records without an area by street as it is written, the streets of most records first."""
    streets: dict[str, int] = {}
    for address, records in lost:
        streets[address.street] = streets.get(address.street, 0) + records
    return dict(sorted(streets.items(), key=lambda item: (-item[1], item[0])))


def _placed(placed: Mapping[str, int], name: str, streets: Mapping[str, int]) -> Finding:
    """How the addresses were matched, and the streets that are missing, in one sentence each."""
    steps = [step.how for step in STEPS if step.how in placed]
    how = ", ".join(f"{placed[step]} {step}" for step in steps)
    named = [f"{street} ({n})" for street, n in streets.items() if n >= NAMED_FROM][:NAMED_MOST]
    rest = len(streets) - len(named)
    words = [
        *named,
        *([f"{rest} weitere Straßen" if rest > 1 else "eine weitere Straße"] if rest and named else []),
    ]
    told = f" Am häufigsten fehlen: {', '.join(words)}." if named else ""
    return Finding(
        f"Anschriften: {how or 'keine gefunden'}; {placed.get(UNPLACED, 0)} nicht gefunden und räumlich nicht zuordenbar.{told}",
        "Ergänzen Sie fehlende Anschriften: in der Datenwerkstatt unter „Gebiete“, oder im Verzeichnis unter [[gebiete.adressen]].", file=name, severity=Severity.WARNING,
    )  # fmt: skip


def _missing(column: str, name: str) -> Finding:
    # Names that are there are not shown: without a line of names they would be somebody's record.
    return Finding(f"Die Spalte „{column}“ fehlt oder steht mehrmals da.", "Passen Sie das Rezept an (auch „separator“), oder fordern Sie die Datei neu an.", file=name, column=column)  # fmt: skip


def _unreadable(name: str, row: int | None) -> Finding:
    return Finding(
        "Die Datei lässt sich nicht lesen; was in ihr steht, wird hier mit Absicht nicht gezeigt.",
        "Prüfen Sie „separator“ und „encoding“ im Rezept (utf-8, cp1252, iso-8859-15) und ob jede Zeile gleich viele Spalten hat.",
        file=name, row=row,
    )  # fmt: skip
