"""An own indicator from what is counted: computed while it is being built, checked, warned of known traps (Eigene Kennzahl)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow.parquet as pq
import tomlkit
from pydantic import ValidationError

from sozialraum.catalogue import Catalogue, Indicator, Kind, Polarity, Selection, Source, Variable
from sozialraum.catalogue.loader import check, in_german
from sozialraum.errors import Finding, Severity, SozialraumError, errors_of
from sozialraum.indicators.compute import RELIABLE_DENOMINATOR, compute_all
from sozialraum.municipality import Municipality
from sozialraum.sources.recipes import is_age
from sozialraum.tables import NOT_ASSIGNABLE, VALUES_COLUMNS, Status
from sozialraum_inside.names import identifier

OWN: Final = "kennzahlen/eigene.toml"
COUNTS: Final = "grundzahlen.parquet"  # what an own indicator is built from
VARIABLES: Final = "kennzahlen/variables.toml"
SOURCES: Final = "kennzahlen/sources.toml"
KINDS: Final[Mapping[str, tuple[str, float, str]]] = {
    "share": ("Anteil: Teil eines Ganzen, in Prozent", 100.0, "%"),
    "rate": ("Rate: Fälle je 1.000", 1000.0, "je 1.000"),
    "ratio": ("Verhältnis zweier Zahlen", 100.0, "je 100"),
    "mean": ("Mittelwert: Summe durch Anzahl", 1.0, ""),
    "count": ("Anzahl", 1.0, ""),
}
POLARITIES: Final = {
    "neutral": "weder noch",
    "higher_worse": "hoher Wert ist eine Belastung",
    "higher_better": "hoher Wert ist günstig",
}


@dataclass(frozen=True)
class Part:
    """Numerator or denominator as a form says it; ages as `0-14, 65+`."""

    variable: str = ""
    age: str = ""
    sex: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Sketch:
    """An indicator as a form says it."""

    label: str = ""
    definition: str = ""
    kind: str = "share"
    topic: str = ""
    polarity: str = "neutral"
    numerator: Part = field(default_factory=Part)
    denominator: Part = field(default_factory=Part)
    caveat: str = ""
    decimals: str = "1"


@dataclass(frozen=True)
class Built:
    """What a sketch amounts to: the indicator, its values, and what to think of before keeping it."""

    indicator: Indicator
    values: pd.DataFrame
    warnings: tuple[str, ...]


def build(sketch: Sketch, municipality: Municipality) -> Built:
    """Compute a sketch; raises SozialraumError with everything that does not fit."""
    indicator = _indicator(sketch, municipality.catalogue)
    catalogue = municipality.catalogue
    wrong = errors_of(check(replace(catalogue, indicators={indicator.id: indicator}, indices={})))
    if wrong:
        raise SozialraumError(wrong)
    values, findings = compute_all(
        _counts(*_state(municipality)), pd.DataFrame(columns=list(VALUES_COLUMNS)), {indicator.id: indicator}
    )
    if findings:
        raise SozialraumError([replace(f, severity=Severity.ERROR) for f in findings])
    if values.empty or not values["value"].notna().any():
        raise SozialraumError(Finding("Aus den vorliegenden Zahlen ergibt sich kein Wert.",
                                      "Zähler und Nenner brauchen dieselben Gebiete und Zeiträume.", column="zaehler"))  # fmt: skip
    return Built(indicator, values, tuple(traps(indicator, values, municipality)))


def _indicator(sketch: Sketch, catalogue: Catalogue) -> Indicator:
    wrong = []
    if sketch.kind not in KINDS:
        wrong.append(Finding("Es fehlt die Art.", column="kind"))
    if not sketch.numerator.variable:
        wrong.append(Finding("Es fehlt, was gezählt wird.", "Wählen Sie ein Merkmal.", column="zaehler"))
    if sketch.kind != "count" and not sketch.denominator.variable:
        wrong.append(Finding("Es fehlt, worauf es bezogen wird.", "Wählen Sie ein Merkmal.", column="nenner"))
    for name, part in (("zaehler", sketch.numerator), ("nenner", sketch.denominator)):
        bad = [age for age in _ages(part) if not is_age(age)]
        if bad:
            wrong.append(
                Finding(
                    f"„{', '.join(bad)}“ ist keine Altersgruppe.",
                    "Schreiben Sie zum Beispiel 0-14, 18 oder 65+.",
                    column=name,
                )
            )
    if wrong:
        raise SozialraumError(wrong)
    _, per, unit = KINDS[sketch.kind]
    label = sketch.label.strip() or "Entwurf"
    try:
        return Indicator(
            id=identifier(label)[:60], label=label, definition=sketch.definition.strip() or "–", kind=Kind(sketch.kind),
            topic=sketch.topic or next(iter(catalogue.topics)), source=_source(sketch, catalogue), numerator=_selection(sketch.numerator),
            denominator=None if sketch.kind == "count" else _selection(sketch.denominator), per=per, unit=unit,
            decimals=int(sketch.decimals) if sketch.decimals.isdigit() else 1, polarity=Polarity(sketch.polarity), caveat=sketch.caveat.strip(),
        )  # fmt: skip
    except ValidationError as error:
        raise SozialraumError([Finding(sentence) for sentence in in_german(error)]) from error


def _source(sketch: Sketch, catalogue: Catalogue) -> str:
    variable = catalogue.variables.get(sketch.numerator.variable)
    return variable.source if variable else ""


def _ages(part: Part) -> list[str]:
    return [age for age in re.split(r"[,;\s]+", part.age.strip()) if age]


def _selection(part: Part) -> Selection:
    chosen: dict[str, Any] = {"variable": part.variable, "sex": part.sex, "nationality": part.nationality}
    ages = _ages(part)
    if ages:
        chosen["age"] = ages[0] if len(ages) == 1 else tuple(ages)
    return Selection.model_validate(chosen)


def _state(municipality: Municipality) -> tuple[Path, int]:
    path = municipality.values / COUNTS
    if not path.exists():
        raise SozialraumError(
            Finding(
                "Es sind noch keine Zahlen gerechnet.", "Zuerst „Prüfen und rechnen“ bei den Lieferungen."
            )
        )
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=1)
def _counts(path: Path, _changed: int) -> pd.DataFrame:
    table: pd.DataFrame = pq.read_table(path).to_pandas()
    return table


def variables_there(municipality: Municipality) -> dict[str, list[tuple[str, str]]]:
    """The counted variables with their names, under the names of their sources."""
    counted = set(_counts(*_state(municipality))["variable"].unique())
    catalogue = municipality.catalogue
    groups: dict[str, list[tuple[str, str]]] = {}
    for variable in sorted(catalogue.variables.values(), key=lambda v: v.label):
        if variable.id in counted:
            groups.setdefault(catalogue.sources[variable.source].label, []).append(
                (variable.id, variable.label)
            )
    return dict(sorted(groups.items()))


# -- traps --------------------------------------------------------------------------------------------------------------


def traps(indicator: Indicator, values: pd.DataFrame, municipality: Municipality) -> list[str]:
    """What is known to mislead about an indicator like this one, in sentences."""
    found = [
        _of_parts(indicator, municipality),
        _of_judging(indicator, municipality),
        _of_twins(indicator, municipality),
    ]
    found += [_of_size(indicator, values), *_of_small_numbers(indicator, values, municipality)]
    if not indicator.caveat:
        found.append("Es fehlt, was die Kennzahl nicht sagt. Dieser Satz steht später bei jedem Wert.")
    return [sentence for sentence in found if sentence]


def _of_parts(indicator: Indicator, municipality: Municipality) -> str:
    """A share whose numerator is not known to be part of its denominator."""
    if indicator.kind is not Kind.SHARE or not indicator.numerator or not indicator.denominator:
        return ""
    part, whole = indicator.numerator.variable, indicator.denominator.variable
    variables, name = municipality.catalogue.variables, part
    while name != whole and name in variables and variables[name].subset_of:
        name = variables[name].subset_of
    if name == whole:
        return ""
    return f"Dass „{variables[part].label}“ ein Teil von „{variables[whole].label}“ ist, steht nirgends. Sonst ist es eine Rate oder ein Verhältnis, kein Anteil."


def _of_judging(indicator: Indicator, municipality: Municipality) -> str:
    parts = [p for p in (indicator.numerator,) if p]
    composition = any(p.nationality for p in parts) or (any(p.age for p in parts) and all(
        municipality.catalogue.variables[p.variable].id == "einwohner" for p in parts
    ))  # fmt: skip
    if indicator.polarity is not Polarity.NEUTRAL and composition:
        return "Zusammensetzung der Bevölkerung (Alter, Staatsangehörigkeit) wird nicht bewertet: „weder noch“ ist richtig."
    return ""


def _of_twins(indicator: Indicator, municipality: Municipality) -> str:
    if indicator.numerator is None:
        return ""
    same = [
        i.label
        for i in municipality.catalogue.indicators.values()
        if i.numerator and i.numerator.key == indicator.numerator.key and i.kind is indicator.kind
        and (i.denominator.key if i.denominator else "") == (indicator.denominator.key if indicator.denominator else "")
    ]  # fmt: skip
    return f"Das gibt es schon: „{same[0]}“." if same else ""


def _of_size(indicator: Indicator, values: pd.DataFrame) -> str:
    if indicator.kind is not Kind.SHARE:
        return ""
    over = values[values["value"] > indicator.per * (1 + 1e-9)]
    if over.empty:
        return ""
    return f"In {len(over)} Fällen ist der Zähler größer als der Nenner: Das kann kein Anteil sein."


def _of_small_numbers(indicator: Indicator, values: pd.DataFrame, municipality: Municipality) -> list[str]:
    geography = municipality.geography(municipality.current_version)
    finest = values[(values["level"] == geography.levels[0].id) & (values["area"] != NOT_ASSIGNABLE)]
    newest = finest[finest["period"] == finest["period"].max()]
    if newest.empty:
        return ["Auf der feinsten Ebene gibt es keine Werte."]
    rule = municipality.catalogue.rule_of(indicator.source)
    told = []
    few = newest[(newest["numerator"] > 0) & (newest["numerator"] < rule.minimum_count)]
    if len(few) and not rule.published:
        told.append(
            f"In {len(few)} von {len(newest)} Gebieten sind es weniger als {rule.minimum_count} Fälle: Diese Werte werden in einer Freigabe gesperrt."
        )
    shaky = newest[newest["status"] == Status.UNRELIABLE]
    if len(shaky):
        told.append(
            f"In {len(shaky)} von {len(newest)} Gebieten ist der Nenner kleiner als {RELIABLE_DENOMINATOR}: Dort schwankt der Wert durch Zufall."
        )
    return told


# -- keeping ------------------------------------------------------------------------------------------------------------


def kept(
    sketch: Sketch, municipality: Municipality, settings: str, own: str
) -> tuple[Indicator, dict[str, bytes]]:
    """The indicator and the files that hold it; raises SozialraumError with everything that is missing."""
    wrong = []
    if not sketch.label.strip():
        wrong.append(Finding("Es fehlt der Name.", column="label"))
    if not sketch.definition.strip():
        wrong.append(
            Finding("Es fehlt die Definition.", "Ein Satz: wer je wie viele von wem.", column="definition")
        )
    if sketch.topic not in municipality.catalogue.topics:
        wrong.append(Finding("Es fehlt das Themenfeld.", column="topic"))
    try:
        built = build(sketch, municipality)
    except SozialraumError as error:
        raise SozialraumError([*wrong, *error.findings]) from error
    indicator = built.indicator
    if indicator.id in municipality.catalogue.indicators:
        wrong.append(
            Finding(
                f"Eine Kennzahl mit dem Kurznamen „{indicator.id}“ gibt es schon.",
                "Wählen Sie einen anderen Namen.",
                column="label",
            )
        )
    if wrong:
        raise SozialraumError(wrong)
    files = {OWN: _with_block(own, indicator)}
    town = tomlkit.parse(settings)
    active = [str(x) for x in town.get("kennzahlen", {}).get("active", [])]
    if active:
        array = tomlkit.array()
        array.extend([*active, indicator.id])
        town["kennzahlen"]["active"] = array.multiline(True)
        files["kommune.toml"] = tomlkit.dumps(town).encode()
    return indicator, files


def _with_block(text: str, block: Indicator | Variable | Source) -> bytes:
    document = tomlkit.parse(text)
    content = block.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    for name, value in content.items():
        if isinstance(value, dict):
            content[name] = {k: v for k, v in value.items() if v not in ("", (), [], None)}
    document[block.id] = tomlkit.item(content)
    return tomlkit.dumps(document).encode()


@dataclass(frozen=True)
class NewVariable:
    """A variable that no catalogue knows, and the source that delivers it; `source` is empty for a new one."""

    label: str = ""
    concept: str = ""
    unit: str = "Personen"
    subset_of: str = ""
    source: str = ""
    source_label: str = ""
    provider: str = ""
    rhythm: str = ""
    profile: str = ""
    licence: str = ""
    citation: str = ""
    dimensions: tuple[str, ...] = ()


def with_variable(
    new: NewVariable, municipality: Municipality, variables: str, sources: str
) -> tuple[Variable, dict[str, bytes]]:
    """The variable and the files that hold it and, where it is new, its source; raises SozialraumError."""
    catalogue, wrong = municipality.catalogue, []
    id, files = identifier(new.label)[:60], dict[str, bytes]()
    if not new.label.strip():
        wrong.append(
            Finding("Es fehlt, was gezählt wird.", "Zum Beispiel „Haushalte mit Wohngeld“.", column="label")
        )
    elif id in catalogue.variables:
        wrong.append(Finding(f"Das Merkmal „{catalogue.variables[id].label}“ gibt es schon.", column="label"))
    source = new.source
    own: Source | None = None
    if not source:
        source = identifier(new.source_label)[:60]
        if not new.source_label.strip():
            wrong.append(
                Finding(
                    "Es fehlt, woher es kommt.",
                    "Wählen Sie eine Quelle oder benennen Sie eine neue.",
                    column="source",
                )
            )
        elif source in catalogue.sources:
            wrong.append(Finding("Diese Quelle gibt es schon.", "Wählen Sie sie oben aus.", column="source"))
        if new.profile not in catalogue.rules:
            wrong.append(
                Finding(
                    "Es fehlt, nach welcher Regel geschützt wird.",
                    "Im Zweifel das strengere.",
                    column="profile",
                )
            )
        elif catalogue.rules[new.profile].published and not (new.licence.strip() and new.citation.strip()):
            wrong.append(Finding("Schon Veröffentlichtes braucht Fundstelle und Lizenz.", column="citation"))
        own = Source(id=source or "neu", label=new.source_label.strip(), provider=new.provider.strip() or new.source_label.strip(),
                     profile=new.profile, rhythm=new.rhythm.strip(), licence=new.licence.strip(), citation=new.citation.strip())  # fmt: skip
    elif source not in catalogue.sources:
        wrong.append(Finding("Diese Quelle gibt es nicht.", column="source"))
    if wrong:
        raise SozialraumError(wrong)
    variable = Variable(id=id, label=new.label.strip(), source=source, concept=new.concept.strip(), unit=new.unit.strip() or "Personen",
                        subset_of=new.subset_of if new.subset_of in catalogue.variables else "", dimensions=new.dimensions)  # fmt: skip
    files[VARIABLES] = _with_block(variables, variable)
    if own:
        files[SOURCES] = _with_block(sources, own)
    return variable, files


# -- completeness -------------------------------------------------------------------------------------------------------


def completeness(indicator: Indicator, catalogue: Catalogue) -> list[tuple[str, bool]]:
    """What a metadata sheet should say, and whether it does."""
    source = catalogue.sources[indicator.source]
    return [
        ("Definition in einem Satz", len(indicator.definition) > 20),
        ("was die Kennzahl nicht sagt", bool(indicator.caveat)),
        ("Zähler und Nenner benannt", indicator.published or indicator.numerator is not None or bool(indicator.of or indicator.events)),
        ("kleinste sinnvolle Ebene", bool(indicator.smallest_level)),
        ("Fundstelle der Abgrenzung", bool(indicator.literature or source.citation)),
        ("Rechtsgrundlage der Quelle", bool(source.legal_basis)),
        ("Lizenz der Quelle", bool(source.licence)),
        ("Rhythmus der Lieferung", bool(source.rhythm)),
        ("wer genau gezählt wird", bool(source.population_concept)),
    ]  # fmt: skip
