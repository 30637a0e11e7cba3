"""What a stored analysis says about itself (Analyseblock), and what parameters each kind takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from sozialraum.catalogue.loader import in_german, read_toml
from sozialraum.catalogue.model import Block, Record
from sozialraum.errors import Finding, SozialraumError

FOLDER = "analysen"


class Analysis(Block):
    """One block of `analysen/*.toml`. `indicator` and `indicators` name indicators of the catalogue; empty `level`,
    `period` and `version` mean the finest level, the newest period, the current version of the areas."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    label: str = Field(min_length=1)
    kind: str
    question: str = ""
    indicator: str = ""
    indicators: tuple[str, ...] = ()
    level: str = ""
    period: str = ""
    version: str = ""
    release: str = ""
    seed: int = Field(20_240_101, ge=0)
    parameters: Mapping[str, Any] = Field(default_factory=dict)


class Contact(Record):
    """Parameters of kinds that need neighbours."""

    contact: Literal["queen", "rook"] = "queen"


class Pattern(Contact):
    """moran."""

    rates: bool = False
    permutations: int = Field(999, ge=0, le=99_999)


class HotSpots(Contact):
    """hot_spots."""

    statistic: Literal["lisa", "getis_ord"] = "lisa"
    permutations: int = Field(9_999, ge=0, le=99_999)
    correction: Literal["fdr", "bonferroni", "none"] = "fdr"
    level: float = Field(0.05, gt=0, lt=1)


class Segregated(Contact):
    """segregation."""

    compare: str = ""
    replicates: int = Field(1000, ge=2, le=20_000)


class Types(Record):
    """typology."""

    types: int = Field(4, ge=2, le=8)
    method: Literal["kmeans", "ward", "mixture"] = "kmeans"
    resamples: int = Field(100, ge=0, le=2_000)


class Smooth(Contact):
    """smoothing."""

    method: Literal["global", "local", "pooled"] = "global"
    years: int = Field(3, ge=2, le=10)


class Series(Record):
    """trend."""

    relevant: float = Field(0.1, ge=0)
    breaks: tuple[str, ...] = ()


class Slope(Record):
    """inequality."""

    by: str = Field(min_length=1)
    groups: int = Field(5, ge=2, le=20)


class Start(Record):
    """development: areas of a measure, areas to compare with (preset: all others), and the period in which it began."""

    areas: tuple[str, ...] = Field(min_length=1)
    start: str = Field(min_length=1)
    controls: tuple[str, ...] = ()


class Control(Record):
    """synthetic_control."""

    area: str = Field(min_length=1)
    start: str = Field(min_length=1)


class Funnel(Record):
    """funnel: `target` in the unit of the indicator; 0 means the value of all areas together."""

    target: float = Field(0.0, ge=0)


class Likeness(Record):
    """similar_areas."""

    area: str = Field(min_length=1)
    number: int = Field(5, ge=1, le=50)
    method: Literal["distance", "tolerances"] = "distance"
    scale: Literal["sd", "mad", "range"] = "sd"
    tolerances: tuple[float, ...] = ()
    allowed: int = Field(0, ge=0)


class Survey(Record):
    """poverty: a survey of households in a file of the municipality's folder, one household per row."""

    file: str = Field(min_length=1)
    area: str = Field(min_length=1)
    weight: str = Field(min_length=1)
    adults: str = Field(min_length=1)
    children: str = Field(min_length=1)
    income: str = Field(min_length=1)
    stratum: str = ""
    separator: str = ";"
    decimal: str = ","
    encoding: str = "utf-8-sig"
    share: float = Field(0.6, gt=0, lt=1)
    line: float = Field(0.0, ge=0)
    per: Literal["month", "year"] = "month"


class SmallAreas(Survey):
    """small_areas: the survey, and how its results are joined with registers."""

    population: str = "einwohnerzahl"
    published: float = Field(0.0, ge=0, le=100)
    benchmark: Literal["ratio", "difference", "mse", "none"] = "ratio"
    method: Literal["reml", "ml"] = "reml"


def read_all(folder: Path) -> dict[str, Analysis]:
    """All analyses of a municipality, by name; raises SozialraumError with every finding."""
    found: dict[str, Analysis] = {}
    findings: list[Finding] = []
    for path in sorted((folder / FOLDER).glob("*.toml")):
        try:
            content = read_toml(path)
        except SozialraumError as error:
            findings += error.findings
            continue
        for name, block in content.items():
            place = f"{FOLDER}/{path.name}"
            if not isinstance(block, dict):
                findings.append(
                    Finding(f"„{name}“ ist kein Block.", f"Schreiben Sie [{name}] darüber.", file=place)
                )
                continue
            if name in found:
                findings.append(
                    Finding(f"Die Analyse „{name}“ gibt es zweimal.", "Benennen Sie eine um.", file=place)
                )
            try:
                found[name] = Analysis.model_validate({"id": name, **block})
            except ValidationError as error:
                findings += [
                    Finding(f"[{name}] {sentence}", "Siehe docs/anleitungen/analysen.md.", file=place)
                    for sentence in in_german(error)
                ]
    if findings:
        raise SozialraumError(findings)
    return found
