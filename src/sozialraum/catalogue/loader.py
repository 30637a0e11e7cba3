"""Reading catalogue blocks from TOML, shipped and municipal, with every finding at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from sozialraum.catalogue.model import Block, Indicator, Polarity, Rule, Source, Topic, Variable
from sozialraum.catalogue.recipe import Index, Recipe
from sozialraum.errors import CatalogueError, Finding, raise_if_errors

R = TypeVar("R", bound=Block)


@dataclass(frozen=True)
class Catalogue:
    """Everything that is known about figures, by id."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    indices: Mapping[str, Index] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)

    def joined(self, other: Catalogue) -> Catalogue:
        """This catalogue with the blocks of another on top: a municipality's own blocks win."""
        return Catalogue(
            **{name: {**getattr(self, name), **getattr(other, name)} for name in self.__dataclass_fields__}
        )

    def only(self, indicators: set[str]) -> Catalogue:
        """This catalogue with the named indicators alone."""
        return replace(self, indicators={k: v for k, v in self.indicators.items() if k in indicators})

    def rule_of(self, source: str) -> Rule:
        """The disclosure rule of a source: of several profiles the strictest demand."""
        return reduce(Rule.joined, [self.rules[name] for name in self.sources[source].profiles])


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises CatalogueError with the place when it is not valid."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CatalogueError(
            Finding(
                "Die Datei ist nicht in UTF-8 gespeichert.", "Speichern Sie sie als UTF-8.", file=path.name
            )
        ) from error
    except tomllib.TOMLDecodeError as error:
        # The position is only told in English words: "(at line 3, column 9)".
        place = re.search(r"line (\d+), column (\d+)", str(error))
        raise CatalogueError(
            Finding(
                "Die Datei ist kein gültiges TOML" + (f" (Zeichen {place[2]} der Zeile)." if place else "."),
                "Prüfen Sie Anführungszeichen, Klammern und Gleichheitszeichen an der genannten Stelle oder davor.",
                file=path.name,
                row=int(place[1]) if place else None,
            )
        ) from error


def _blocks(path: Path, kind: type[R], findings: list[Finding]) -> Iterator[R]:
    for name, block in read_toml(path).items():
        if not isinstance(block, dict):
            findings.append(
                Finding(f"„{name}“ ist kein Block.", f"Schreiben Sie [{name}] darüber.", file=path.name)
            )
            continue
        try:
            yield kind.model_validate(
                {"id": name, **(with_preset(block) if issubclass(kind, Recipe) else block)}
            )
        except ValidationError as error:
            findings.extend(_explain(path.name, name, error))
        except CatalogueError as error:
            findings.extend(
                replace(f, message=f"[{name}] {f.message}", file=path.name) for f in error.findings
            )


def _explain(file: str, block: str, error: ValidationError) -> Iterator[Finding]:
    for sentence in in_german(error):
        yield Finding(f"[{block}] {sentence}", "Siehe docs/katalog.", file=file)


_SENTENCES = {
    "missing": "Die Angabe „{field}“ fehlt.",
    "extra_forbidden": "Die Angabe „{field}“ ist unbekannt (Schreibfehler?).",
    "string_type": "„{field}“ muss ein Text in Anführungszeichen sein.",
    "string_pattern_mismatch": "„{field}“ darf nur Kleinbuchstaben ohne Umlaute, Ziffern und Bindestriche enthalten.",
    "string_too_short": "„{field}“ darf nicht leer sein.",
    "bool_type": "„{field}“ muss true oder false sein.",
    "bool_parsing": "„{field}“ muss true oder false sein.",
    "literal_error": "„{field}“ muss eines hiervon sein: {expected}.",
    "enum": "„{field}“ muss eines hiervon sein: {expected}.",
    "greater_than": "„{field}“ muss größer als {gt} sein.",
    "greater_than_equal": "„{field}“ muss mindestens {ge} sein.",
    "less_than_equal": "„{field}“ darf höchstens {le} sein.",
    "finite_number": "„{field}“ muss eine endliche Zahl sein.",
    "model_type": "„{field}“ muss ein Block mit eigenen Angaben sein.",
    "dict_type": "„{field}“ muss ein Block mit eigenen Angaben sein.",
    "tuple_type": "„{field}“ muss eine Liste in eckigen Klammern sein.",
    "list_type": "„{field}“ muss eine Liste in eckigen Klammern sein.",
    "value_error": "{error}.",
}


def in_german(error: ValidationError) -> list[str]:
    """Each problem of a block as a German sentence, in its order and without repetition."""
    return list(dict.fromkeys(_sentence(problem) for problem in error.errors()))


def _sentence(problem: Mapping[str, Any]) -> str:
    # The names of types in a union ("str", "PeriodRule") say nothing to a person who writes TOML.
    parts = [
        str(part)
        for part in problem["loc"]
        if not (str(part)[:1].isupper() or part in ("str", "tuple[str, ...]"))
    ]
    words = {**problem.get("ctx", {}), "field": ".".join(parts) or "Block"}
    words["expected"] = str(words.get("expected", "")).replace(" or ", " oder ")
    number = "„{field}“ muss eine Zahl ohne Anführungszeichen sein."
    other = (
        number if problem["type"].startswith(("int_", "float_")) else "„{field}“ hat eine unpassende Form."
    )
    return _SENTENCES.get(problem["type"], other).format(**words)


def load(folder: Path, *, index_folder: Path | None = None) -> Catalogue:
    """Read all blocks below a folder.

    `sources.toml`, `variables.toml`, `profiles.toml` and `topics.toml` hold those kinds; every other file, also in
    `indicators/`, holds indicators; `indices/` (or `index_folder`) holds index editions.
    """
    findings: list[Finding] = []
    special = {"sources", "variables", "profiles", "topics", "presets"}
    plain = [path for path in sorted(folder.glob("*.toml")) if path.stem not in special]
    catalogue = Catalogue(
        sources=_read([folder / "sources.toml"], Source, findings),
        variables=_read([folder / "variables.toml"], Variable, findings),
        rules=_read([folder / "profiles.toml"], Rule, findings),
        topics=_read([folder / "topics.toml"], Topic, findings),
        indicators=_read([*plain, *sorted((folder / "indicators").glob("*.toml"))], Indicator, findings),
        indices=_read(sorted((index_folder or folder / "indices").glob("*.toml")), Index, findings),
    )
    raise_if_errors(findings, CatalogueError)
    return catalogue


def _read(paths: Sequence[Path], kind: type[R], findings: list[Finding]) -> dict[str, R]:
    """All blocks of one kind, by id."""
    found: dict[str, R] = {}
    for path in paths:
        for block in _blocks(path, kind, findings) if path.exists() else ():
            if block.id in found:
                findings.append(
                    Finding(
                        f"[{block.id}] steht zweimal im Katalog.",
                        "Benennen Sie einen Block um.",
                        file=path.name,
                    )
                )
            found[block.id] = block
    return found


def read_recipes(path: Path) -> dict[str, Recipe]:
    """Recipes of indices without a level and a date, by id; raises CatalogueError with every finding."""
    findings: list[Finding] = []
    found = _read([path], Recipe, findings)
    raise_if_errors(findings, CatalogueError)
    return found


@lru_cache(maxsize=1)
def presets() -> dict[str, dict[str, Any]]:
    """How published indices are made, by name: recipes without level and date, some without components (Vorlagen)."""
    with as_file(files("sozialraum.catalogue") / "presets.toml") as path:
        return read_toml(path)


def with_preset(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block of an index with every choice of its preset that it does not make itself; the texts stay its own.

    Raises CatalogueError when there is no such preset.
    """
    name = block.get("preset", "")
    if not name:
        return dict(block)
    if name not in presets():
        raise CatalogueError(
            Finding(f"Die Vorlage „{name}“ gibt es nicht.", f"Wählen Sie eine von: {', '.join(presets())}.")
        )
    words = {"label", "description"}
    return {**{k: v for k, v in presets()[name].items() if k not in words}, **block}


def preset_recipe(name: str, components: Sequence[Mapping[str, Any]] = (), **own: Any) -> Recipe:
    """A preset as a recipe of its own, with the given components and choices."""
    content = {k: v for k, v in presets()[name].items() if k in Recipe.model_fields}
    if components:
        content["components"] = list(components)
    return Recipe.model_validate({"id": name, **content, **own})


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that comes with the software."""
    with as_file(files("sozialraum.catalogue")) as folder:
        return load(folder)


def check(catalogue: Catalogue) -> list[Finding]:
    """Find references in a catalogue that lead nowhere."""
    return [*_check_indicators(catalogue), *_check_sources(catalogue), *_check_indices(catalogue)]


def _check_indicators(catalogue: Catalogue) -> Iterator[Finding]:
    for indicator in catalogue.indicators.values():
        place = f"Kennzahl [{indicator.id}]"
        if indicator.source not in catalogue.sources:
            yield Finding(
                f"{place}: Die Quelle „{indicator.source}“ gibt es nicht.", "Ergänzen Sie sources.toml."
            )
        if indicator.topic not in catalogue.topics:
            yield Finding(
                f"{place}: Das Themenfeld „{indicator.topic}“ gibt es nicht.", "Ergänzen Sie topics.toml."
            )
        named = [s.variable for s in (indicator.numerator, indicator.denominator) if s]
        for variable in (*named, *filter(None, (indicator.events, indicator.persons))):
            if variable not in catalogue.variables:
                yield Finding(
                    f"{place}: Das Merkmal „{variable}“ gibt es nicht.",
                    "Ergänzen Sie variables.toml.",
                )
        if _rests_on_noise(indicator, catalogue):
            yield Finding(
                f"{place}: Der Nenner ist von seiner Stelle zufällig verändert worden, der Zähler nicht.",
                "Nehmen Sie die Bevölkerung des Melderegisters als Nenner.",
            )
        if indicator.of and indicator.of not in catalogue.indicators:
            yield Finding(f"{place}: Die Kennzahl „{indicator.of}“ gibt es nicht.", "Prüfen Sie „of“.")


def _rests_on_noise(indicator: Indicator, catalogue: Catalogue) -> bool:
    pair = [s and catalogue.variables.get(s.variable) for s in (indicator.numerator, indicator.denominator)]
    return bool(pair[0] and pair[1] and pair[1].noisy and not pair[0].noisy)


def _check_sources(catalogue: Catalogue) -> Iterator[Finding]:
    for variable in catalogue.variables.values():
        if variable.source not in catalogue.sources:
            yield Finding(
                f"Merkmal [{variable.id}]: Die Quelle „{variable.source}“ gibt es nicht.",
                "Ergänzen Sie sources.toml.",
            )
    for source in catalogue.sources.values():
        unknown = [name for name in source.profiles if name not in catalogue.rules]
        if unknown or not source.profiles:
            names = ", ".join(f"„{name}“" for name in unknown)
            yield Finding(
                f"Quelle [{source.id}]: "
                + (
                    f"Das Geheimhaltungsprofil {names} gibt es nicht."
                    if unknown
                    else "Sie hat kein Geheimhaltungsprofil."
                ),
                "Ohne Profil wird nichts freigegeben. Ergänzen Sie profiles.toml oder geheimhaltung.toml.",
            )
        elif (rule := catalogue.rule_of(source.id)).published and not (source.citation and source.licence):
            yield Finding(
                f"Quelle [{source.id}]: Das Profil „{rule.id}“ verlangt citation und licence.",
                "Tragen Sie Fundstelle und Lizenz der Veröffentlichung ein.",
            )
    yield from _check_magnitudes(catalogue)


def _check_magnitudes(catalogue: Catalogue) -> Iterator[Finding]:
    """A rule on contributions can only be applied where they are known, and they are never shown."""
    shown = {s.variable for i in catalogue.indicators.values() for s in (i.numerator, i.denominator) if s}
    for variable in catalogue.variables.values():
        place = f"Merkmal [{variable.id}]"
        source = catalogue.sources.get(variable.source)
        known = source is not None and all(name in catalogue.rules for name in source.profiles)
        if (
            variable.magnitude
            and known
            and len(variable.largest) < catalogue.rule_of(variable.source).contributions
        ):
            yield Finding(
                f"{place}: Das Profil verlangt die größten {catalogue.rule_of(variable.source).contributions} Beiträge, „largest“ nennt {len(variable.largest)}.",
                "Lassen Sie die größten Einzelbeiträge mitliefern und nennen Sie ihre Merkmale unter largest, den größten zuerst.",
            )
        for name in variable.largest:
            held = catalogue.variables.get(name)
            if held is None or held.published or name in shown:
                why = "gibt es nicht" if held is None else "darf in keiner Tabelle und keiner Kennzahl stehen"
                yield Finding(
                    f"{place}: Das Merkmal „{name}“ unter largest {why}.",
                    f"Beschreiben Sie [{name}] in variables.toml mit published = [].",
                )


def _check_indices(catalogue: Catalogue) -> Iterator[Finding]:
    for index in catalogue.indices.values():
        for component in index.components:
            for name in (component.indicator, component.dynamic):
                if name and name not in catalogue.indicators:
                    yield Finding(
                        f"Index [{index.id}]: Die Kennzahl „{name}“ gibt es nicht.", "Prüfen Sie components."
                    )
        yield from _check_directions(index, catalogue)
        if index.lift and index.lift.weight not in catalogue.indicators:
            yield Finding(
                f"Index [{index.id}]: Die Kennzahl „{index.lift.weight}“ gibt es nicht.", "Prüfen Sie „lift“."
            )


def _check_directions(index: Index, catalogue: Catalogue) -> Iterator[Finding]:
    """All components must add to the same side: a rate of burden upwards, a rate of advantage downwards, or the reverse."""
    signs = {Polarity.HIGHER_WORSE: 1, Polarity.HIGHER_BETTER: -1, Polarity.NEUTRAL: 0}
    sides = {
        c.indicator: c.direction * signs[catalogue.indicators[c.indicator].polarity]
        for c in index.components
        if c.indicator in catalogue.indicators
    }
    wanted = 1 if index.orientation == "burden" else -1
    against = [name for name, side in sides.items() if side == -wanted]
    if against:
        what = "Belastung" if index.orientation == "burden" else "günstige Lage"
        yield Finding(
            f"Index [{index.id}]: Die Richtungen widersprechen sich. Ein hoher Wert soll {what} bedeuten, aber "
            f"{', '.join(f'„{name}“' for name in against)} zieht in die Gegenrichtung.",
            "Drehen Sie „direction“ dieser Bausteine um, oder prüfen Sie „polarity“ der Kennzahl.",
        )
