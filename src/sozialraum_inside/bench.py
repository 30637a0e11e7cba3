"""The index workbench: components and weights tried out live, with stability, saved as an edition (Indexwerkstatt)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import tomlkit
from pydantic import ValidationError

from sozialraum.catalogue import Indicator, Polarity
from sozialraum.catalogue.loader import in_german
from sozialraum.catalogue.model import Kind
from sozialraum.catalogue.recipe import Choice, Component, Index, IndexClass, IndexClasses
from sozialraum.errors import Finding, SozialraumError
from sozialraum.indices import sensitivity
from sozialraum.indices.compute import Edition, prepare
from sozialraum.municipality import Municipality
from sozialraum.products import draw
from sozialraum.products.draw import AreaMark, Markup
from sozialraum_inside import sight
from sozialraum_inside.names import identifier

MOST: Final = 12  # components; more explain nothing that fewer do not
FIRM: Final = 0.9  # share of variants from which a class counts as firm
CLASSES: Final = IndexClasses(
    status=(
        IndexClass(label="gering", upper=-1.0),
        IndexClass(label="mittel", upper=1.0),
        IndexClass(label="hoch", upper=1.5),
        IndexClass(label="sehr hoch"),
    )
)


@dataclass(frozen=True)
class Trial:
    """What a person has put together: indicators with weights, on one level in one period."""

    level: str
    period: str
    weights: Mapping[str, float]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The indicators that take part, in alphabetical order."""
        return tuple(sorted(name for name, weight in self.weights.items() if weight > 0))


def candidates(municipality: Municipality) -> list[Indicator]:
    """Indicators that say burden or relief, are computed, and do not depend on the size of an area."""
    there = sight.available(sight.values_file(municipality))
    fitting = (
        i
        for k, i in municipality.catalogue.indicators.items()
        if k in there and i.polarity is not Polarity.NEUTRAL and i.kind not in (Kind.COUNT, Kind.CHANGE)
    )
    return sorted(fitting, key=lambda i: i.label)


def levels(municipality: Municipality) -> list[tuple[str, str]]:
    """The levels an index may be computed on, finest first."""
    geography = municipality.geography(municipality.current_version)
    return [(x.id, x.plural or x.label) for x in geography.levels[:-1] if len(geography.codes(x.id)) >= 8]


def together(municipality: Municipality, level: str) -> dict[str, frozenset[str]]:
    """For each period the indicators that have values on a level; newest period first."""
    table = _values(*_state(municipality))
    # one line per pair before grouping: thousands of areas say the same
    shown = (table["level"] == level) & table["value"].notna()
    rows = table.loc[shown, ["period", "indicator"]].drop_duplicates()
    groups = {str(p): frozenset(part["indicator"]) for p, part in rows.groupby("period")}
    return dict(sorted(groups.items(), reverse=True))


def beginning(municipality: Municipality, level: str, offered: Sequence[Indicator]) -> tuple[str, ...]:
    """Up to four indicators to begin with: headlines first, all in the period that most of the offered ones share."""
    names = [i.id for i in sorted(offered, key=lambda i: (not i.headline, i.label))]
    there = together(municipality, level)
    period = max(there, key=lambda p: (len(there[p] & set(names)), p), default="")
    return tuple(n for n in names if n in there.get(period, frozenset()))[:4]


def periods_of(municipality: Municipality, level: str, chosen: Sequence[str]) -> list[str]:
    """The periods in which every chosen indicator has values on a level, newest last."""
    table = _values(*_state(municipality))
    rows = table[(table["level"] == level) & table["indicator"].isin(chosen) & table["value"].notna()]
    counted = rows.groupby("period")["indicator"].nunique()
    return sorted(str(p) for p in counted[counted == len(set(chosen))].index)


@dataclass(frozen=True)
class AreaRow:
    """One rated area: its rank as a range, its class, and how firm that is."""

    code: str
    name: str
    label: str
    place: int
    rank: str
    kept: int
    score: float


@dataclass(frozen=True)
class Answer:
    """What the index says with these weights."""

    rows: tuple[AreaRow, ...]
    classes: tuple[tuple[str, int], ...]
    map: Markup | None
    firm: int
    changed: int
    unrated: tuple[tuple[str, str], ...]


def answer(municipality: Municipality, trial: Trial) -> Answer:
    """Compute the index with these weights; raises SozialraumError when it cannot be computed."""
    index = recipe(trial, municipality)
    edition = prepare(_values(*_state(municipality)), index, _counts(*_state(municipality)), index.version)
    outcome = edition.status
    firmness = sensitivity.stability(outcome)
    equal = sensitivity.reweighted(outcome, dict.fromkeys(outcome.recipe.names, 1.0))
    geography = municipality.geography(edition.version)
    names = {a.code: a.name for a in geography.areas if a.level == trial.level}
    rows = [
        AreaRow(
            str(code), names.get(str(code), str(code)), CLASSES.status[place].label, int(place),
            draw.rank_text(int(firmness.lower[i]), int(firmness.upper[i])), round(100 * float(firmness.share[i])),
            float(outcome.score.iloc[i]),
        )
        for i, (code, place) in enumerate(zip(outcome.areas, outcome.places, strict=True))
    ]  # fmt: skip
    counted = np.bincount(outcome.places, minlength=len(CLASSES.status))
    return Answer(
        tuple(sorted(rows, key=lambda r: -r.score)),
        tuple((c.label, int(n)) for c, n in zip(CLASSES.status, counted, strict=True)),
        _map(municipality, edition, rows),
        sum(1 for r in rows if r.kept >= 100 * FIRM),
        equal.changed,
        tuple((names.get(code, code), reason) for code, reason in edition.reasons.items()),
    )


def _map(municipality: Municipality, edition: Edition, rows: Sequence[AreaRow]) -> Markup | None:
    colours = draw.class_names(len(CLASSES.status))
    marks = [
        AreaMark(r.code, colours[r.place], "ok" if r.kept >= 100 * FIRM else "unreliable", f"{r.name}: {r.label}, Klasse in {r.kept} % der Varianten")
        for r in rows
    ]  # fmt: skip
    marks += [AreaMark(code, "qn", "not_meaningful", "nicht bewertet") for code in edition.reasons]
    return sight.picture(
        municipality.geography(edition.version),
        edition.index.level,
        marks,
        "Aufmerksamkeitsbedarf nach dem Index",
    )


def recipe(trial: Trial, municipality: Municipality, *, label: str = "Entwurf", edition: str = "Entwurf", choices: Sequence[Choice] = ()) -> Index:  # fmt: skip
    """The recipe of a trial: z-values, weighted sum, classes in standard deviations. Raises SozialraumError."""
    if not 2 <= len(trial.chosen) <= MOST:
        raise SozialraumError(
            Finding(
                f"Ein Index braucht 2 bis {MOST} Kennzahlen; gewählt sind {len(trial.chosen)}.",
                "Geben Sie ihnen ein Gewicht über null.",
                column="bausteine",
            )
        )
    known = municipality.catalogue.indicators
    components = tuple(
        Component(
            indicator=n,
            weight=trial.weights[n],
            direction=1 if known[n].polarity is Polarity.HIGHER_WORSE else -1,
        )
        for n in trial.chosen
    )
    try:
        return Index(
            id=identifier(f"{label} {edition}"), label=label, edition=edition, components=components, classes=CLASSES, level=trial.level,
            period=trial.period, version=municipality.current_version, exclude_below=300, choices=tuple(choices),
            description=f"{label}: fasst {len(components)} Kennzahlen zu einem Status zusammen. Der Index gibt nur Hinweise; das Wissen der Menschen vor Ort muss hinzukommen.",
            method="Jede Kennzahl wird als Abweichung vom Mittel der bewerteten Gebiete in Standardabweichungen ausgedrückt, gewichtet addiert und die Summe ebenso standardisiert.",
        )  # fmt: skip
    except ValidationError as error:
        raise SozialraumError(
            [Finding(sentence, column="bausteine") for sentence in in_german(error)]
        ) from error


def _state(municipality: Municipality) -> tuple[Path, int]:
    path = sight.values_file(municipality)
    return path, path.stat().st_mtime_ns if path.exists() else 0


def figures(municipality: Municipality) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values of the last computation and the counts of people; not to be changed."""
    return _values(*_state(municipality)), _counts(*_state(municipality))


@lru_cache(maxsize=2)
def _values(place: Path, _changed: int) -> pd.DataFrame:
    table: pd.DataFrame = pq.read_table(place).to_pandas()
    return table


@lru_cache(maxsize=2)
def _counts(place: Path, _changed: int) -> pd.DataFrame:
    """Only what tells how many people live in an area."""
    there = [("variable", "=", "einwohner")]
    table: pd.DataFrame = pq.read_table(place.with_name("grundzahlen.parquet"), filters=there).to_pandas()
    return table


# -- saving -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Name:
    """How an edition is called, who decided it, and why."""

    label: str
    edition: str
    reason: str
    decided_by: str = ""


def saved(
    trial: Trial, name: Name, municipality: Municipality, settings: str, today: str
) -> tuple[Index, dict[str, bytes]]:
    """The edition and the files that hold it; raises SozialraumError with everything that is missing."""
    wrong = []
    if not name.label.strip():
        wrong.append(Finding("Es fehlt, wie der Index heißen soll.", column="label"))
    if not name.edition.strip():
        wrong.append(Finding("Es fehlt die Ausgabe.", "Zum Beispiel 2024.", column="edition"))
    if not name.reason.strip():
        wrong.append(
            Finding(
                "Es fehlt der Grund für diese Auswahl und diese Gewichte.",
                "Er steht später im Methodenblatt.",
                column="reason",
            )
        )
    if wrong:
        raise SozialraumError(wrong)
    choice = Choice(
        subject="Auswahl und Gewichte",
        decided_by=name.decided_by.strip() or municipality.name,
        reason=name.reason.strip(),
        date=today,
    )
    index = recipe(
        trial, municipality, label=name.label.strip(), edition=name.edition.strip(), choices=[choice]
    )
    if (
        index.id in municipality.catalogue.indices
        or (municipality.folder / "indizes" / f"{index.id}.toml").exists()
    ):
        raise SozialraumError(
            Finding(
                f"Die Ausgabe „{name.edition}“ dieses Index gibt es schon; eine Ausgabe wird nie geändert.",
                "Wählen Sie einen anderen Namen der Ausgabe.",
                column="edition",
            )
        )
    content = index.model_dump(mode="json", exclude_defaults=True, exclude={"id"}, exclude_none=True)
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            "Aus der Indexwerkstatt. Eine veröffentlichte Ausgabe wird nie geändert; eine neue Methode ist eine neue Ausgabe."
        )
    )
    document.add(tomlkit.nl())
    document[index.id] = tomlkit.item(content)
    town = tomlkit.parse(settings)
    block = town.setdefault("indizes", tomlkit.table())
    active = [str(x) for x in block.get("active", [])]
    if active:
        array = tomlkit.array()
        array.extend([*active, index.id])
        block["active"] = array
    return index, {
        f"indizes/{index.id}.toml": tomlkit.dumps(document).encode(),
        "kommune.toml": tomlkit.dumps(town).encode(),
    }
