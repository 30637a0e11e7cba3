"""The index workbench of a municipality folder: list, compute, compare, test, save, and write the sheets (Indexwerkstatt)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sozialraum import periods, pipeline
from sozialraum import release as releases
from sozialraum.catalogue import loader
from sozialraum.catalogue.recipe import Index
from sozialraum.derivation import above
from sozialraum.errors import CatalogueError, Finding, ReleaseError, SozialraumError, errors_of
from sozialraum.files import replace_file
from sozialraum.indicators.recoded import is_bridged, is_recoded
from sozialraum.indices import compare, explain, sensitivity
from sozialraum.indices.compute import Edition, prepare
from sozialraum.municipality import Municipality
from sozialraum.products import index_sheets
from sozialraum.products.draw import AreaInput, Atlas, LevelInput, lay_out
from sozialraum.products.index_sheets import Reading
from sozialraum.products.report.design import Design
from sozialraum.products.report.writers import WRITERS

SHEETS = "indexblaetter"


@dataclass(frozen=True)
class Figures:
    """What an index is computed from here: figures of a release, or the unprotected ones of the office."""

    values: pd.DataFrame
    counts: pd.DataFrame
    label: str
    date: str
    protected: bool
    left_out: Mapping[str, Mapping[str, str]]


def recipes(municipality: Municipality) -> dict[str, Index]:
    """All editions of the folder, active or not, and the active ones of the catalogue. Raises CatalogueError with every finding."""
    own = loader.load(municipality.folder / "kennzahlen", index_folder=municipality.folder / "indizes").indices  # fmt: skip
    known = {**municipality.catalogue.indices, **own}
    wrong = errors_of(loader.check(replace(municipality.catalogue, indices=known)))
    if wrong:
        raise CatalogueError(wrong)
    return known


def edition(municipality: Municipality, name: str) -> Index:
    """One edition of the folder by its name; raises CatalogueError with those there are."""
    known = recipes(municipality)
    if name not in known:
        there = ", ".join(sorted(known)) or "keine"
        raise CatalogueError(Finding(f"Die Index-Ausgabe „{name}“ gibt es nicht.", f"Es gibt: {there}."))
    return known[name]


def figures(municipality: Municipality, release: str = "") -> Figures:
    """The figures of a release (the newest, or the one named), else those of the deliveries: these stay inside."""
    names = sorted((path.parent.name for path in municipality.releases.glob("*/katalog.json")), key=lambda n: _created(municipality.releases / n))  # fmt: skip
    if release and release not in names:
        raise ReleaseError(Finding(f"Die Freigabe „{release}“ gibt es nicht.", f"Es gibt: {', '.join(names) or 'keine'}."))  # fmt: skip
    if names:
        return _of_release(municipality.releases / (release or names[-1]))
    result = pipeline.run(municipality)
    values = pd.concat([result.values, result.derived(result.values, result.counts)], ignore_index=True)
    return unprotected(values, result.counts)


def unprotected(values: pd.DataFrame, counts: pd.DataFrame) -> Figures:
    """The figures of the office itself, dated by the last period they speak of."""
    last = max((periods.parse(str(p)) for p in values["period"].unique()), default=None)
    return Figures(values, counts, "ungeschützte Werte aus den Lieferungen", str(last.end) if last else "2000-01-01", False, {})  # fmt: skip


def _created(folder: Path) -> str:
    return str(json.loads((folder / "katalog.json").read_text("utf-8"))["created"])


def _of_release(folder: Path) -> Figures:
    found = releases.read(folder)
    katalog = found.catalogue
    left_out = {i["id"]: {e["area"]: e["reason"] for e in i["exclusions"]} for i in katalog["indices"]}
    created = str(katalog["created"])[:10]
    return Figures(
        pq.read_table(found.values).to_pandas(),
        pq.read_table(found.path / "grundzahlen.parquet").to_pandas(),
        f"Freigabe {found.name}",
        created,
        True,
        left_out,
    )


def computed(municipality: Municipality, recipe: Index, found: Figures) -> Edition:
    """An edition over the figures of a release or of the office, with every step."""
    version = recipe.version or municipality.current_version
    values = found.values
    if not recipe.recoded:
        values = values[~(is_recoded(values) | is_bridged(values))]
    # A release tells whom the edition leaves out; protected counts alone might not.
    told = found.left_out.get(recipe.id, {})
    named = {e.area for e in recipe.exclusions}
    extra = tuple({"area": area, "reason": reason} for area, reason in told.items() if area not in named)
    whole = Index.model_validate({**recipe.model_dump(), "exclusions": [*(e.model_dump() for e in recipe.exclusions), *extra]})  # fmt: skip
    made = prepare(values, whole, found.counts, version, above(municipality, recipe, version))
    return replace(made, index=recipe)


# -- what the commands tell ------------------------------------------------------------------------------------------


def listing(municipality: Municipality) -> list[dict[str, Any]]:
    """Every edition with its state: components, date, whether it is active and in which releases it was published."""
    published: dict[str, list[str]] = {}
    for path in sorted(municipality.releases.glob("*/katalog.json")):
        for item in json.loads(path.read_text("utf-8"))["indices"]:
            published.setdefault(item["id"], []).append(path.parent.name)
    return [
        {
            "id": name, "label": recipe.label, "edition": recipe.edition, "period": recipe.period, "level": recipe.level,
            "components": recipe.names, "active": name in municipality.active_indices, "releases": published.get(name, []),
            "method": recipe.method_id(),
        }
        for name, recipe in sorted(recipes(municipality).items())
    ]  # fmt: skip


def table_of(municipality: Municipality, made: Edition, weights: Mapping[str, float] | None = None) -> tuple[pd.DataFrame, int]:  # fmt: skip
    """Class, score, rank with range and stability of every rated area; and how many areas changed class by other weights.

    Raises CatalogueError for a weight of something that is no component.
    """
    outcome = made.status
    found = sensitivity.stability(outcome)
    table = pd.DataFrame(
        {
            "area": outcome.areas, "name": [_names(municipality, made).get(str(a), "") for a in outcome.areas], "class": outcome.classes,
            "score": outcome.score.to_numpy(), "rank": found.rank, "rank_lower": found.lower, "rank_upper": found.upper, "stability": found.share,
        }
    )  # fmt: skip
    changed = 0
    if weights:
        try:
            answer = sensitivity.reweighted(outcome, dict(weights))
        except ValueError as error:
            names = [*made.index.names, *(d.id for d in made.index.dimensions)]
            raise CatalogueError(Finding(f"Ein Gewicht gehört zu keinem Baustein: {', '.join(sorted(set(weights) - set(names)))}.", f"Bausteine sind: {', '.join(names)}.")) from error  # fmt: skip
        table = table.assign(new_class=answer.classes, new_rank=answer.rank.to_numpy())
        changed = answer.changed
    contributions = explain.contributions(outcome)
    for name in contributions.columns:
        table[f"contribution_{name}"] = contributions[name].to_numpy()
    return table.sort_values("rank", kind="stable").reset_index(drop=True), changed


def _names(municipality: Municipality, made: Edition) -> dict[str, str]:
    geography = next((g for g in municipality.geographies if g.version == made.version), None)
    return {a.code: a.name for a in geography.areas if a.level == made.index.level} if geography else {}


@dataclass(frozen=True)
class Compared:
    """Two editions beside each other: two recipes over the same date, or two dates of one method."""

    over_time: bool
    summary: str
    movers: pd.DataFrame
    content: dict[str, Any]


def compared(municipality: Municipality, first: Index, second: Index, found: Figures) -> Compared:
    """Compare two editions. Two dates only of the same method: raises CatalogueError with one sentence otherwise."""
    over_time = first.period != second.period
    if over_time:
        compare.refuse_other_method(first, second)
    elif (first.level, first.version) != (second.level, second.version):
        raise CatalogueError(Finding(f"„{first.id}“ und „{second.id}“ beziehen sich auf verschiedene Gebiete.", "Vergleichen Sie Ausgaben derselben Ebene."))  # fmt: skip
    made = [computed(municipality, recipe, found) for recipe in (first, second)]
    result = compare.recipes(made[0].status, made[1].status)
    names = _names(municipality, made[0])
    movers = result.movers.rename(columns={"class": "class_before", "other": "class_after", "rank": "rank_before", "other_rank": "rank_after"})  # fmt: skip
    movers.insert(0, "name", [names.get(str(a), str(a)) for a in movers.index])
    what = "haben zwischen beiden Ausgaben die Klasse gewechselt" if over_time else "haben in beiden Rezepten verschiedene Klassen"  # fmt: skip
    summary = f"{len(movers)} von {result.areas} Gebieten {what}. Rangkorrelation (Spearman) {result.spearman:.3f}".replace(".", ",").replace("Klassen,", "Klassen.").replace("gewechselt,", "gewechselt.")  # fmt: skip
    content = {
        "areas": result.areas, "spearman": result.spearman, "kendall": result.kendall, "over_time": over_time,
        "classes": result.classes.to_dict(), "movers": movers.reset_index(names="area").to_dict("records"),
    }  # fmt: skip
    return Compared(over_time, summary, movers, content)


def stability(made: Edition) -> dict[str, Any]:
    """How much is choice: areas by stability, changes by single components, shares of the choices."""
    outcome = made.status
    found = sensitivity.variants(outcome, sensitivity.thorough(outcome.recipe)).stability()
    order = found.share.argsort(kind="stable")
    areas = [
        {"area": str(outcome.areas[i]), "class": outcome.classes[i], "stability": float(found.share[i]), "rank": float(found.rank[i]),
         "rank_lower": float(found.lower[i]), "rank_upper": float(found.upper[i])}
        for i in order
    ]  # fmt: skip
    return {
        "unstable": int((found.share < index_sheets.STABLE_FROM).sum()),
        "rated": len(outcome.areas),
        "areas": areas,
        "single": sensitivity.single_changes(outcome).to_dict("index"),
        "choices": sensitivity.sobol(outcome).to_dict("index"),
    }


# -- sheets ----------------------------------------------------------------------------------------------------------


def reading(municipality: Municipality, made: Edition, found: Figures) -> Reading:
    """The computed edition with the words and the map around it."""
    catalogue = municipality.catalogue
    geography = next((g for g in municipality.geographies if g.version == made.version), None)
    label = geography.level(made.index.level).plural if geography else made.index.level
    known = {name: catalogue.indicators[name] for name in made.index.names if name in catalogue.indicators}
    return Reading(
        made, {name: i.label for name, i in known.items()},
        {name: catalogue.sources[i.source].label for name, i in known.items() if i.source in catalogue.sources},
        _names(municipality, made), label, municipality.office.get("name", "") or municipality.name, found.label, found.date, found.protected,
        _atlas(municipality, made),
    )  # fmt: skip


def _atlas(municipality: Municipality, made: Edition) -> Atlas | None:
    geography = next((g for g in municipality.geographies if g.version == made.version), None)
    if geography is None:
        return None
    areas = [AreaInput(a.code, a.name, a.parent, a.geometry) for a in geography.areas if a.level == made.index.level]  # fmt: skip
    return lay_out([LevelInput(made.index.level, areas)])


def write_sheets(municipality: Municipality, made: Edition, found: Figures, output: Path, formats: Sequence[str] = ("html", "pdf")) -> list[Path]:  # fmt: skip
    """Write method sheet and stability sheet in the formats of a report; returns the files."""
    read = reading(municipality, made, found)
    sheets = {"methodenblatt": index_sheets.method_sheet(read), "stabilitaetsblatt": index_sheets.stability_sheet(read)}  # fmt: skip
    finished = {
        f"{made.index.id}_{name}.{format}": WRITERS[format](sheet, Design())
        for name, sheet in sheets.items() for format in formats
    }  # fmt: skip
    output.mkdir(parents=True, exist_ok=True)
    return [_written(output / name, content) for name, content in finished.items()]


def _written(path: Path, content: bytes) -> Path:
    return replace_file(path, lambda place: place.write_bytes(content))


# -- saving ----------------------------------------------------------------------------------------------------------


def derived_edition(
    source: Index, name: str, label: str = "", weights: Mapping[str, float] | None = None
) -> Index:
    """A new edition from another with other weights; raises CatalogueError for a name that cannot be one."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise CatalogueError(Finding(f"„{name}“ taugt nicht als Name einer Ausgabe.", "Nehmen Sie Kleinbuchstaben ohne Umlaute, Ziffern und Unterstriche."))  # fmt: skip
    known = {*source.names, *(d.id for d in source.dimensions)}
    unknown = set(weights or {}) - known
    if unknown:
        raise CatalogueError(Finding(f"Ein Gewicht gehört zu keinem Baustein: {', '.join(sorted(unknown))}.", f"Bausteine sind: {', '.join(sorted(known))}."))  # fmt: skip
    content = source.model_dump(exclude_unset=True)
    for key, id_key in (("components", "indicator"), ("dimensions", "id")):
        if key in content:
            content[key] = [{**item, **({"weight": weights[item[id_key]]} if weights and item[id_key] in weights else {})} for item in content[key]]  # fmt: skip
    content |= {"id": name, **({"label": label} if label else {})}
    return Index.model_validate(content)


def save(municipality: Municipality, recipe: Index) -> Path:
    """Write an edition to `indizes/`; an edition that is there already is never overwritten."""
    path = municipality.folder / "indizes" / f"{recipe.id}.toml"
    if path.exists() or recipe.id in recipes(municipality):
        raise SozialraumError(Finding(f"Die Ausgabe „{recipe.id}“ gibt es schon; eine Ausgabe wird nie überschrieben.", "Wählen Sie einen neuen Namen.", file=path.name))  # fmt: skip
    path.parent.mkdir(exist_ok=True)
    return replace_file(path, lambda place: place.write_text(to_toml(recipe), "utf-8"))


def to_toml(recipe: Index) -> str:
    """An edition as the TOML block that reads back the same."""
    content = recipe.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    lines = [f"# {recipe.label}, Ausgabe {recipe.edition}. Eine veröffentlichte Ausgabe wird nie geändert; eine neue Methode ist eine neue Ausgabe.", "", f"[{recipe.id}]"]  # fmt: skip
    lines += [f"{key} = {_toml(value)}" for key, value in content.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items() if v is not None) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if value and isinstance(value[0], Mapping):
            return "[\n" + "".join(f"  {_toml(item)},\n" for item in value) + "]"
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # A JSON string is a TOML string; numbers are written alike.
    return json.dumps(value, ensure_ascii=False)
