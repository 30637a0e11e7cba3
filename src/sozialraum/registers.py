"""What a recipe says about person records (Einzeldaten): their columns, what is counted of whom, and who may (Abschottung)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sozialraum.catalogue.model import Record
from sozialraum.errors import Finding

Dimension = Literal["age", "sex", "nationality"]
NATIONALITIES = ("deutsch", "nichtdeutsch")
AGE_BANDS = (
    "0-2", "3-5", "6-9", "10-14", "15-17", "18-20", "21-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54",
    "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85+",
)  # fmt: skip
_RANGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)?", re.ASCII)
_OPEN = 10**9


def span(text: str) -> tuple[int, int]:
    """First and last whole number of `0-17`, `18` or `65+`; raises ValueError with a German sentence."""
    match = _RANGE.fullmatch(text)
    if match is None or (match[2] and int(match[2]) < int(match[1])):
        raise ValueError(f"„{text}“ ist kein Bereich; erwartet wird z. B. 0-17, 18 oder 65+")
    return int(match[1]), _OPEN if text.endswith("+") else int(match[2] or match[1])


class Columns(Record):
    """[register.spalten]: where in a record the features stand."""

    birth_date: str = ""
    sex: str = ""
    nationality: str | tuple[str, ...] = ()
    residence: str = ""
    moved_in: str = ""
    household: str = ""
    person: str = ""

    @property
    def nationalities(self) -> tuple[str, ...]:
        """All columns with a nationality."""
        return (self.nationality,) if isinstance(self.nationality, str) else self.nationality


class AddressColumns(Record):
    """[register.anschrift]: where in a record the address stands."""

    street: str
    number: str
    addition: str = ""
    postcode: str = ""


PERSON_CONDITIONS = ("age", "years_resident")
HOUSEHOLD_CONDITIONS = ("persons", "adults", "children", "oldest")


class Tally(Record):
    """[[register.zaehlen]]: one variable, the cells it is broken down by, and whom it counts.

    `sum` adds up a feature instead of counting: `age` of persons, `persons` or `children` of households.
    """

    variable: str
    unit: Literal["person", "haushalt"] = "person"
    dimensions: tuple[Dimension, ...] = ()
    sum: Literal["", "age", "persons", "children"] = ""
    residence: Literal["haupt", "neben", "alle"] = "haupt"
    age: str = ""
    sex: str = ""
    nationality: Literal["", "deutsch", "nichtdeutsch"] = ""
    years_resident: str = ""
    persons: str = ""
    adults: str = ""
    children: str = ""
    oldest: str = ""
    only: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def of_households(self) -> bool:
        """Whether households are counted."""
        return self.unit == "haushalt"

    def spans(self) -> dict[str, tuple[int, int]]:
        """The numbers that each condition allows."""
        named = HOUSEHOLD_CONDITIONS if self.of_households else PERSON_CONDITIONS
        return {name: span(getattr(self, name)) for name in named if getattr(self, name)}

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Tally:
        self.spans()
        foreign = PERSON_CONDITIONS if self.of_households else HOUSEHOLD_CONDITIONS
        wrong = [name for name in foreign if getattr(self, name)]
        if self.of_households:
            wrong += [name for name in ("sex", "nationality", "dimensions", "only") if getattr(self, name)]
        if wrong:
            raise ValueError(
                f"„{wrong[0]}“ gibt es nicht, wo {'Haushalte' if self.of_households else 'Personen'} gezählt werden"
            )
        if self.sum and (self.sum == "age") == self.of_households:
            raise ValueError("„sum“ ist „age“ bei Personen, „persons“ oder „children“ bei Haushalten")
        if self.of_households and self.residence != "haupt":
            raise ValueError("Haushalte werden am Ort der Hauptwohnung gezählt")
        return self


class Seclusion(Record):
    """[abschottung] in kommune.toml: the walled-off office that may open person records, for what, and how long."""

    stelle: str = Field(min_length=1)
    rechtsgrundlage: str = Field(min_length=1)
    zweck: str = Field(min_length=1)
    loeschung: date

    @field_validator("stelle", "rechtsgrundlage", "zweck")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("[abschottung] darf keine leere Angabe enthalten")
        return text.strip()


_ANSWER = "Einzeldaten gehören in die abgeschottete Statistikstelle. "


def refusal(seclusion: Seclusion | None, file: str, today: date) -> Finding | None:
    """Why person records are not opened, in German; None where a walled-off office answers for them."""
    if seclusion is None:
        return Finding(
            "Die Datei enthält Einzeldaten; sie wurde nicht geöffnet, weil kommune.toml keine abgeschottete Statistikstelle nennt.",
            _ANSWER + "Gibt es bei Ihnen eine, tragen Sie sie unter [abschottung] mit Rechtsgrundlage, Zweck und Löschdatum ein; sonst löschen Sie die Datei und fordern Sie fertige Tabellen an.",
            file=file,
        )  # fmt: skip
    if seclusion.loeschung <= today:
        return Finding(
            f"Die Datei enthält Einzeldaten, die bis zum {seclusion.loeschung:%d.%m.%Y} zu löschen waren; sie wurde nicht geöffnet.",
            _ANSWER + "Löschen Sie die Datei. Ist die Frist verlängert, tragen Sie die neue mit ihrer Grundlage unter [abschottung] ein.",
            file=file,
        )  # fmt: skip
    return None


def check_bands(bands: tuple[str, ...]) -> None:
    """Raise ValueError unless the bands hold every age once, from 0 to an open end."""
    spans = [span(band) for band in bands]
    starts = [0, *(last + 1 for _, last in spans[:-1])]
    if not spans or [first for first, _ in spans] != starts or spans[-1][1] != _OPEN:
        raise ValueError("„age_bands“ muss lückenlos bei 0 beginnen und offen enden, z. B. 0-17, 18-64, 65+")
