"""Stored analyses: forms made from what each kind takes, and results as they were written (Analysen).

Nothing here knows a kind by name but in its words: a new kind of the library gets its form by itself.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import pyarrow.parquet as pq
import tomlkit
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sozialraum import periods
from sozialraum.analyses.definition import FOLDER, Analysis, Survey
from sozialraum.analyses.kinds import KINDS, AnalysisKind, parameters_of
from sozialraum.analyses.page import decimals_of
from sozialraum.analyses.store import RECORD
from sozialraum.catalogue.loader import in_german
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.products import draw
from sozialraum.tables import NOT_ASSIGNABLE
from sozialraum_inside import sight
from sozialraum_inside.names import identifier
from sozialraum_ui.parts import Cell, Column, Row, Table

# Several indicators at once; the others take one.
OF_SEVERAL: Final = frozenset({"typology", "similar_areas"})
_LABELS: Final[Mapping[str, str]] = {
    "contact": "Als Nachbarn zählen", "rates": "Raten nach Bevölkerung angleichen", "permutations": "Vertauschungen",
    "statistic": "Maß", "correction": "Ausgleich für viele Vergleiche", "level": "Schwelle", "compare": "Vergleich mit",
    "replicates": "Wiederholungen", "types": "Zahl der Typen", "method": "Verfahren", "resamples": "Neuziehungen für die Stabilität",
    "years": "Zeiträume zusammenfassen", "relevant": "Kleinste Veränderung, die zählt (0,1 = ein Zehntel)",
    "breaks": "Zeiträume, ab denen anders gezählt wird", "by": "Maß der Belastung", "groups": "Zahl der Gruppen",
    "areas": "Gebiete mit der Maßnahme", "start": "Beginn der Maßnahme", "controls": "Vergleichsgebiete (leer: alle übrigen)",
    "area": "Gebiet", "target": "Wert, an dem gemessen wird (0: alle zusammen)", "number": "Wie viele zeigen",
    "scale": "Abstand gemessen in", "tolerances": "Erlaubte Abweichung", "allowed": "So viele dürfen außerhalb liegen",
}  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "queen": "gemeinsamer Punkt genügt", "rook": "nur gemeinsame Grenze", "lisa": "LISA (örtliche Ähnlichkeit)",
    "getis_ord": "Getis-Ord (hohe und niedrige Werte)", "fdr": "nach Benjamini und Hochberg", "bonferroni": "streng (Bonferroni)",
    "none": "keiner", "kmeans": "K-Means", "ward": "Ward", "mixture": "Mischverteilung", "global": "zum Mittel aller Gebiete",
    "local": "zum Mittel der Nachbarn", "pooled": "mehrere Zeiträume zusammen", "distance": "kleinster Abstand",
    "tolerances": "innerhalb von Grenzen", "sd": "Standardabweichungen", "mad": "Abweichungen vom Median", "range": "Anteilen der Spannweite",
}  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One input of a form: what it is called, how it is asked, what may be chosen, and what stands in it."""

    name: str
    label: str
    kind: Literal["select", "several", "number", "check", "text"]
    value: Any
    options: tuple[tuple[str, str], ...] = ()
    least: float | None = None
    most: float | None = None


def offered() -> dict[str, AnalysisKind]:
    """The kinds that a form can ask for; those about a survey need a file and stay a block of TOML."""
    return {name: kind for name, kind in KINDS.items() if not issubclass(kind.parameters, Survey)}


def inputs(name: str, municipality: Municipality, level: str, values: Mapping[str, Any]) -> list[Input]:
    """The inputs of a kind on a level, with what is known of them filled in."""
    found = []
    for field, info in KINDS[name].parameters.model_fields.items():
        default = "" if info.is_required() else info.default
        found.append(_input(field, info, values.get(field, default), municipality, level))
    return found


def _input(name: str, info: FieldInfo, value: Any, municipality: Municipality, level: str) -> Input:
    label = _LABELS.get(name, name)
    annotation: Any = info.annotation
    if annotation is bool:
        return Input(name, label, "check", bool(value))
    if annotation in (int, float):
        return Input(name, label, "number", value, (), _limit(info, "ge", "gt"), _limit(info, "le", "lt"))
    if name in ("areas", "controls"):
        return Input(name, label, "several", tuple(value or ()), _areas(municipality, level))
    options = _options(name, info, municipality, level)
    if options:
        return Input(name, label, "select", value, options)
    return Input(name, label, "text", ", ".join(str(v) for v in value or ()))


def _options(
    name: str, info: FieldInfo, municipality: Municipality, level: str
) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a parameter; nothing where it is written freely."""
    if get_origin(info.annotation) is Literal:
        return tuple((v, _WORDS.get(v, v)) for v in get_args(info.annotation))
    if name == "area":
        return _areas(municipality, level)
    if name in ("start", "compare"):
        none = () if info.is_required() else (("", "nichts"),)
        return (*none, *periods_there(municipality))
    return indicators(municipality) if name == "by" else ()


def _limit(info: FieldInfo, *names: str) -> float | None:
    found = (getattr(rule, name, None) for rule in info.metadata for name in names)
    return next((float(value) for value in found if value is not None), None)


def _areas(municipality: Municipality, level: str) -> tuple[tuple[str, str], ...]:
    geography = municipality.geography(municipality.current_version)
    level = level or geography.levels[0].id
    areas = [a for a in geography.areas if a.level == level and a.code != NOT_ASSIGNABLE]
    return tuple((a.code, a.name) for a in sorted(areas, key=lambda a: a.name))


def periods_there(municipality: Municipality) -> tuple[tuple[str, str], ...]:
    """The periods with any value, newest first."""
    table = pq.read_table(sight.values_file(municipality), columns=["period"])
    found = sorted(set(table.column("period").to_pylist()), key=lambda p: periods.parse(p).end, reverse=True)
    return tuple((p, periods.label(p)) for p in found)


def indicators(municipality: Municipality) -> tuple[tuple[str, str], ...]:
    """The computed indicators with their names, in alphabetical order."""
    there = sight.available(sight.values_file(municipality))
    known = municipality.catalogue.indicators
    return tuple(sorted(((k, known[k].label) for k in there if k in known), key=lambda item: item[1]))


def levels(municipality: Municipality) -> tuple[tuple[str, str], ...]:
    """The levels an analysis may be about, finest first."""
    geography = municipality.geography(municipality.current_version)
    return tuple((x.id, x.plural or x.label) for x in geography.levels[:-1])


# -- storing ------------------------------------------------------------------------------------------------------------


def wanted(
    kind: str, answers: Mapping[str, Sequence[str]], taken: Sequence[str], known: str = ""
) -> Analysis:
    """The analysis that a form asks for; raises SozialraumError with everything that does not fit."""
    one = {name: (values[-1] if values else "") for name, values in answers.items()}
    label = one.get("label", "").strip()
    wrong = []
    if not label:
        wrong.append(Finding("Es fehlt eine Überschrift.", "Am besten die Frage selbst.", column="label"))
    named = [name for name in answers.get("kennzahlen" if kind in OF_SEVERAL else "kennzahl", ()) if name]
    if not named or (kind in OF_SEVERAL and len(named) < 2):
        few = "Wählen Sie mindestens zwei Kennzahlen." if kind in OF_SEVERAL else "Wählen Sie eine Kennzahl."
        wrong.append(Finding(few, column="kennzahl"))
    if wrong:
        raise SozialraumError(wrong)
    parameters = {
        name: value
        for name, info in KINDS[kind].parameters.model_fields.items()
        if (value := _said(info, answers.get(f"p-{name}", ()))) is not None
    }
    several = kind in OF_SEVERAL
    try:
        analysis = Analysis.model_validate({
            "id": known or _free(identifier(label)[:60], taken), "label": label, "kind": kind, "indicator": "" if several else named[0],
            "indicators": tuple(named) if several else (), "level": one.get("ebene", ""), "period": one.get("zeit", ""),
            "question": one.get("question", "").strip(), "parameters": parameters,
        })  # fmt: skip
    except ValidationError as error:
        raise SozialraumError([Finding(sentence) for sentence in in_german(error)]) from error
    parameters_of(analysis)
    return analysis


def _said(info: FieldInfo, values: Sequence[str]) -> Any:
    """A form's words for one parameter; None where nothing was said and the preset holds."""
    annotation: Any = info.annotation
    if annotation is bool:
        return bool(values)
    text = values[-1].strip() if values else ""
    if get_origin(annotation) is tuple:
        parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
        number = get_args(annotation)[0] is float
        return [_number(part) if number else part for part in parts] or None
    if not text:
        return None
    return _number(text) if annotation in (int, float) else text


def _number(text: str) -> int | float | str:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text  # the check says what is wrong with it
    return int(value) if value.is_integer() else value


def _free(id: str, taken: Sequence[str]) -> str:
    name, number = id, 2
    while name in taken:
        name, number = f"{id}_{number}", number + 1
    return name


def to_toml(analysis: Analysis) -> bytes:
    """The block of an analysis, what is preset left out."""
    content = analysis.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    document = tomlkit.document()
    document.add(tomlkit.comment("Aus der Datenwerkstatt. Anleitung: docs/anleitungen/analysen.md."))
    document.add(tomlkit.nl())
    document[analysis.id] = tomlkit.item(content)
    return tomlkit.dumps(document).encode()


def place_of(id: str, folder: Path) -> str:
    """The file of an analysis, relative to the municipality; empty where it shares a file with others or is not there."""
    name = f"{FOLDER}/{id}.toml"
    path = folder / name
    if not path.exists():
        return ""
    return name if list(tomlkit.parse(path.read_text("utf-8"))) == [id] else ""


# -- results ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """One line of the legend of a map."""

    css: str
    status: str
    label: str
    count: int


@dataclass(frozen=True)
class Result:
    """What was written of an analysis: its record, map, legend, and table."""

    record: Mapping[str, Any]
    picture: draw.Markup | None
    keys: tuple[Key, ...]
    table: Table


def result(municipality: Municipality, id: str) -> Result | None:
    """The last result of an analysis; None where it was never computed."""
    place = municipality.values / FOLDER / id
    try:
        record = json.loads((place / RECORD).read_text("utf-8"))
        content = pq.read_table(place / "ergebnis.parquet")
    except (OSError, ValueError):
        return None
    picture = place / "karte.svg"
    keys = tuple(Key(**key) for key in record.get("keys", ()) if key["count"])
    # The picture is drawn and escaped by the library; nobody else writes into this folder.
    drawn = draw.Markup(picture.read_text("utf-8")) if picture.exists() else None
    return Result(record, drawn, keys, _table(str(record["analysis"]["label"]), content.to_pylist()))


def _table(caption: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    if not rows:
        return Table(caption, [], [], id="ergebnis")
    names = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    numeric = {n for n in names if all(isinstance(r[n], int | float | types.NoneType) for r in rows)}
    places = {n: decimals_of([r[n] for r in rows]) for n in names}
    columns = [Column(n, numeric=n in numeric, sort="number" if n in numeric else "text") for n in names]
    return Table(
        caption, columns, [Row([_cell(row[n], places[n]) for n in names]) for row in rows], id="ergebnis"
    )


def _cell(value: Any, decimals: int) -> Cell:
    if value is None:
        return Cell("", sort="")
    if isinstance(value, bool):
        return Cell("ja" if value else "nein", sort=int(value))
    if isinstance(value, int):
        return Cell(draw.whole(value), sort=value)
    return (
        Cell(draw.number(value, decimals), sort=value)
        if isinstance(value, float)
        else Cell(str(value), sort=str(value))
    )
