"""From a file in the tray to what taking it over would bring: recognise, decide, read on trial, compare (Auf Probe lesen).

Nothing here knows the web: views show what these functions answer.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.parquet as pq

from sozialraum import periods
from sozialraum.counts import table_of
from sozialraum.deliveries import RECIPE
from sozialraum.errors import Finding, SozialraumError, errors_of
from sozialraum.journal import DELIVERED
from sozialraum.municipality import Municipality
from sozialraum.sources import tabelle
from sozialraum.sources.drafting import recipe_text
from sozialraum.sources.guessing import Guess
from sozialraum.sources.inspection import Draft, matches, understand
from sozialraum.sources.recipes import Recipe, is_age, read_recipes
from sozialraum.spreadsheet import Sheet, read_sheets
from sozialraum.tables import COUNTS_KEY, DIMENSIONS, TOTAL, Status
from sozialraum_inside import hints
from sozialraum_inside.tray import Received

MOST_SHEETS: Final = 12  # sheets of one workbook that are looked at
LARGE: Final = 20 * 1024**2  # bytes from which a text table is first looked at by its beginning alone
HEAD: Final = 2 * 1024**2  # bytes of that beginning
_TEXTS: Final = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Known:
    """Stored recipes of one pattern of names that read a sheet: next year's delivery of a known kind."""

    source: str
    number: int
    recipes: tuple[Recipe, ...]

    @property
    def files(self) -> str:
        """The pattern of names under which the deliveries of this kind lie."""
        return self.recipes[0].files


@dataclass(frozen=True)
class Seen:
    """One sheet with the recipe that knows it, or a draft; neither where it holds no figures.

    `rivals` are several recipes that read it with different meanings while the name of the file decides for none.
    """

    sheet: Sheet
    known: Known | None
    draft: Draft | None
    rivals: tuple[Known, ...] = ()


def look(file: Received, municipality: Municipality) -> tuple[list[Seen], int]:
    """The sheets of a file as they were understood, and how many were left out; raises DeliveryError when it cannot be read."""
    with _beginning(file) as path:
        sheets = read_sheets(path, every=True, at_a_glance=True)
    stored = list(_stored(municipality))
    seen = []
    for sheet in sheets[:MOST_SHEETS]:
        known, rivals = _recognised(file.name, sheet, stored)
        said = hints.of(file, sheet.name)
        draft = understand(
            sheet, municipality.geographies, municipality.catalogue, file=file.name, hints=said.rows
        )
        seen.append(Seen(sheet, known, hints.applied(draft, said) if draft else None, rivals))
    return seen, max(0, len(sheets) - MOST_SHEETS)


def only_begun(file: Received) -> bool:
    """Whether only the beginning of a file is looked at before somebody decides."""
    return file.size > LARGE and file.path.suffix.lower() in _TEXTS


@contextmanager
def _beginning(file: Received) -> Iterator[Path]:
    """The file, or its first whole lines where it is large: what a table is shows there, and the page answers at once."""
    if not only_begun(file):
        yield file.path
        return
    place = file.path.parent / "anfang"
    place.mkdir(exist_ok=True)
    path = place / file.name
    try:
        with file.path.open("rb") as source:
            content = source.read(HEAD)
        path.write_bytes(content[: content.rfind(b"\n") + 1] or content)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _recognised(name: str, sheet: Sheet, stored: Sequence[Known]) -> tuple[Known | None, tuple[Known, ...]]:
    """The stored recipes that read a sheet; where tables of different meaning look alike, the name of the file decides."""
    reading = []
    for known in stored:
        recipes = tuple(r for r in known.recipes if matches(sheet, r) and _fits(sheet, r))
        if recipes:
            reading.append(replace(known, recipes=recipes))
    by_name = [known for known in reading if fnmatch(name, known.files)]
    chosen = by_name or reading
    return (chosen[0], ()) if len(chosen) == 1 else (None, tuple(chosen))


def _stored(municipality: Municipality) -> list[Known]:
    """All stored recipes, those of one source and one pattern of names together."""
    found: dict[tuple[str, str], list[Recipe]] = {}
    for path in sorted(municipality.deliveries.glob(f"*/{RECIPE}")):
        if path.parent.name not in municipality.catalogue.sources:
            continue
        try:
            recipes = read_recipes(path)
        except SozialraumError:
            continue
        for recipe in recipes:
            found.setdefault((path.parent.name, recipe.files), []).append(recipe)
    return [
        Known(source, number, tuple(recipes))
        for number, ((source, _), recipes) in enumerate(found.items(), start=1)
    ]


def _fits(sheet: Sheet, recipe: Recipe) -> bool:
    """Whether a recipe means this sheet of the workbook."""
    if recipe.sheet:
        return recipe.sheet == sheet.name
    return not recipe.sheets or re.search(recipe.sheets, sheet.name) is not None


# -- deciding -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ColumnChoice:
    """What a person says of one column of figures: its variable (empty: leave it out) and its cells."""

    variable: str = ""
    age: str = ""
    sex: str = ""
    nationality: str = ""


@dataclass(frozen=True)
class Decision:
    """What a person says of a sheet where the draft was unsure or wrong."""

    source: str
    level: str
    area: str
    period: str
    columns: tuple[ColumnChoice, ...]


def wrong_with(decision: Decision, draft: Draft, municipality: Municipality) -> list[Finding]:
    """Everything that is missing or does not fit in a decision, at once."""
    found = []
    if decision.source not in municipality.catalogue.sources:
        found.append(
            Finding("Es fehlt, woher die Tabelle kommt.", "Wählen Sie eine Quelle.", column="quelle")
        )
    if not decision.level:
        found.append(
            Finding("Es fehlt, welche Gebiete die Tabelle nennt.", "Wählen Sie eine Ebene.", column="ebene")
        )
    chosen = [
        (guess, choice)
        for guess, choice in zip(draft.columns, decision.columns, strict=True)
        if choice.variable
    ]
    if not chosen:
        found.append(
            Finding(
                "Es ist keine Spalte gewählt.",
                "Sagen Sie bei mindestens einer Spalte, was sie zählt.",
                column="spalten",
            )
        )
    for _, choice in chosen:
        variable = municipality.catalogue.variables.get(choice.variable)
        if variable is None:
            found.append(
                Finding(
                    f"Das Merkmal „{choice.variable}“ gibt es nicht.",
                    "Wählen Sie eines aus der Liste.",
                    column="spalten",
                )
            )
        elif variable.source != decision.source and decision.source in municipality.catalogue.sources:
            label = municipality.catalogue.sources[variable.source].label
            found.append(Finding(f"„{variable.label}“ gehört zur Quelle „{label}“.",
                                 "Wählen Sie diese Quelle oder ein anderes Merkmal.", column="quelle"))  # fmt: skip
        if choice.age and not is_age(choice.age):
            found.append(
                Finding(
                    f"„{choice.age}“ ist keine Altersgruppe.",
                    "Schreiben Sie zum Beispiel 0-2, 18 oder 85+.",
                    column="spalten",
                )
            )
    undated = [guess.column for guess, _ in chosen if not guess.period]
    if undated and not draft.period.strip('"') and not _period(decision.period):
        told = (
            f"„{decision.period}“ ist kein Zeitraum."
            if decision.period
            else "Es fehlt, für welchen Zeitraum die Zahlen gelten."
        )
        found.append(
            Finding(
                told, "Schreiben Sie zum Beispiel 31.12.2024, 2024 oder 4. Quartal 2024.", column="zeitraum"
            )
        )
    return found


def _period(text: str) -> str:
    """A period as the house writes it, empty when the text is none."""
    german = periods.from_german(text.strip())
    try:
        periods.parse(german)
    except ValueError:
        return ""
    return german


def decided(draft: Draft, decision: Decision, municipality: Municipality) -> Draft:
    """The draft with a person's words in place of guesses; columns without variable are left out."""
    columns = tuple(
        _chosen(guess, choice)
        for guess, choice in zip(draft.columns, decision.columns, strict=True)
        if choice.variable
    )
    period = f'"{own}"' if (own := _period(decision.period)) else draft.period
    version = draft.version or municipality.current_version
    return replace(
        draft,
        level=decision.level,
        version=version,
        area=decision.area or draft.area,
        period=period,
        columns=columns,
    )


def _chosen(guess: Guess, choice: ColumnChoice) -> Guess:
    dims = {name: value for name in DIMENSIONS if (value := getattr(choice, name))}
    return replace(guess, variable=choice.variable, dims=dims, similar=())


def recipe_of(draft: Draft, file: Received, sheet: Sheet) -> tuple[str, Recipe]:
    """The recipe of a decided draft as TOML and as read back; raises SozialraumError with German sentences."""
    text = recipe_text(draft, file.name, separator=sheet.separator, encoding=sheet.encoding)
    place = file.path.with_name(f"entwurf-{RECIPE}")
    place.write_text(text, "utf-8")
    try:
        return text, read_recipes(place)[0]
    finally:
        place.unlink()


# -- reading on trial ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One cell that differs from what was there before."""

    area: str
    variable: str
    cell: str
    period: str
    before: str
    after: str
    size: float


@dataclass(frozen=True)
class Total:
    """What a file says of one variable in one period, added up."""

    variable: str
    period: str
    cells: int
    total: float
    without_figure: int

    @property
    def empty(self) -> bool:
        """Whether the file has not a single figure here, as for a year that is still to come."""
        return self.cells == self.without_figure


@dataclass(frozen=True)
class Trial:
    """What taking a file over would bring: findings, sums, and what is new, changed, the same or gone."""

    findings: tuple[Finding, ...]
    totals: tuple[Total, ...]
    new: int
    changed: tuple[Difference, ...]
    same: int
    problems: int
    gone: tuple[Difference, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether something must be mended first."""
        return bool(errors_of(self.findings)) or not self.totals


def try_out(file: Received, recipes: Sequence[Recipe], municipality: Municipality) -> Trial:
    """Read the file with its recipes as the path would, and compare with the counts of the last run; nothing is written."""
    with _named(file, target_name(file, recipes[0].files)) as path:
        read = [tabelle.read(path, r, municipality.geographies, municipality.catalogue) for r in recipes]
    rows = pd.concat([table for table, _ in read], ignore_index=True)
    findings = [finding for _, told in read for finding in told]
    findings = [
        replace(f, file=file.name) for f in [*findings, *(p for p in rows["problem"] if p is not None)]
    ]
    counted = rows[rows["problem"].isna()]
    figures = counted[counted["variable"] != ""]
    before = _last_counts(municipality)
    new, changed, same = _compared(figures, before, municipality)
    return Trial(
        tuple(findings),
        tuple(_totals(figures, municipality)),
        new,
        tuple(changed),
        same,
        int(rows["problem"].notna().sum()),
        tuple(_gone(figures, before, municipality)),
    )


@contextmanager
def _named(file: Received, name: str) -> Iterator[Path]:
    """The file under the name it would have as a delivery: a recipe may read the period from it."""
    if name == file.name:
        yield file.path
        return
    place = file.path.parent / "probe"
    place.mkdir(exist_ok=True)
    path = place / name
    try:
        path.unlink(missing_ok=True)
        try:
            os.link(file.path, path)
        except OSError:
            shutil.copyfile(file.path, path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _totals(figures: pd.DataFrame, municipality: Municipality) -> list[Total]:
    found = []
    for (variable, period), group in figures.groupby(["variable", "period"], sort=True):
        shown = group["count"].notna()
        label = municipality.catalogue.variables[str(variable)].label
        found.append(
            Total(label, str(period), len(group), float(group.loc[shown, "count"].sum()), int((~shown).sum()))
        )
    return found


def _last_counts(municipality: Municipality) -> pd.DataFrame | None:
    path = municipality.journal / DELIVERED
    return pq.read_table(path).to_pandas() if path.exists() else None


def _compared(
    figures: pd.DataFrame, before: pd.DataFrame | None, municipality: Municipality
) -> tuple[int, list[Difference], int]:
    if before is None or figures.empty:
        return len(figures), [], 0
    key = list(COUNTS_KEY)
    both = figures[[*key, "count", "status"]].merge(
        before[[*key, "count", "status"]], on=key, how="left", suffixes=("", "_before"), indicator=True
    )
    there = both[both["_merge"] == "both"]
    differs = (there["count"] != there["count_before"]) & ~(
        there["count"].isna() & there["count_before"].isna()
    )
    differs |= there["status"] != there["status_before"]
    changed = there[differs]
    found = [
        Difference(
            area=_area_name(municipality, row), variable=municipality.catalogue.variables[row["variable"]].label,
            cell=", ".join(row[d] for d in DIMENSIONS if row[d] != TOTAL), period=row["period"],
            before=_said(row["count_before"], row["status_before"]), after=_said(row["count"], row["status"]),
            size=abs((row["count"] or 0) - (row["count_before"] or 0)) if pd.notna(row["count"]) and pd.notna(row["count_before"]) else float("inf"),
        )
        for _, row in changed.iterrows()
    ]  # fmt: skip
    found.sort(key=lambda d: -d.size)
    return int((both["_merge"] == "left_only").sum()), found, len(there) - len(changed)


def _gone(figures: pd.DataFrame, before: pd.DataFrame | None, municipality: Municipality) -> list[Difference]:
    """The figures of the last run in a table this file repeats that it does not hold, such as an age group left out.

    The same table: same variable, version, period, level and breakdown. An area that is left out stands among the changes.
    """
    if before is None or figures.empty or before.empty:
        return []
    table, key = ["variable", "version", "period", "level", "table"], list(COUNTS_KEY)
    known = figures.merge(before[key].drop_duplicates(), on=key)
    if known.empty:
        return []
    mine = known.assign(table=table_of(known))[table].drop_duplicates()
    there = before[before["count"].notna()]
    there = there.assign(table=table_of(there)).merge(mine, on=table)
    both = there.merge(figures[key].drop_duplicates(), on=key, how="left", indicator=True)
    return [
        Difference(
            _area_name(municipality, row), municipality.catalogue.variables[row["variable"]].label,
            ", ".join(row[d] for d in DIMENSIONS if row[d] != TOTAL), row["period"], _said(row["count"], row["status"]), "",
            float(row["count"]),
        )
        for _, row in both[both["_merge"] == "left_only"].sort_values("count", ascending=False).iterrows()
    ]  # fmt: skip


def _area_name(municipality: Municipality, row: pd.Series) -> str:
    area = municipality.geography(row["version"]).by_code.get((row["level"], row["area"]))
    return area.name if area else str(row["area"])


def _said(count: float, status: str) -> str:
    from sozialraum.products.draw import STATUS_SHORT, whole

    return STATUS_SHORT[status] if pd.isna(count) or not Status(status).has_value else whole(float(count))


# -- what the page asks --------------------------------------------------------------------------------------------------


def target_name(file: Received, pattern: str) -> str:
    """The name under which a file fits a recipe's pattern: its own, or the pattern with the year of its name filled in."""
    if fnmatch(file.name, pattern):
        return file.name
    year = re.search(r"(?<!\d)(?:19|20)\d{2}(?:[-_]?\d{2}){0,2}(?!\d)", file.name)
    middle = year[0] if year else Path(file.name).stem
    name = pattern.replace("*", middle, 1).replace("*", "").replace("?", "_")
    return name if fnmatch(name, pattern) else file.name


def suggested_source(draft: Draft, municipality: Municipality) -> str:
    """The source most guessed variables belong to; empty when nothing was guessed."""
    sources: list[str] = [
        municipality.catalogue.variables[g.variable].source
        for g in draft.columns
        if g.variable in municipality.catalogue.variables
    ]
    return max(sorted(set(sources)), key=sources.count) if sources else ""


def levels_of(municipality: Municipality) -> Sequence[tuple[str, str]]:
    """The levels a table may be about, finest first, with their words."""
    geography = municipality.geography(municipality.current_version)
    return [(level.id, level.plural or level.label) for level in geography.levels[:-1]]


def variables_by_source(municipality: Municipality) -> Mapping[str, list[tuple[str, str]]]:
    """Variables with their words under the words of their source, in alphabetical order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    catalogue = municipality.catalogue
    for variable in sorted(catalogue.variables.values(), key=lambda v: v.label):
        groups.setdefault(catalogue.sources[variable.source].label, []).append((variable.id, variable.label))
    return dict(sorted(groups.items()))


def counted_variables(municipality: Municipality) -> frozenset[str]:
    """The variables that the deliveries of the last run hold."""
    before = _last_counts(municipality)
    return frozenset() if before is None else frozenset(before["variable"].unique())
