"""Instead of hiding: areas joined with their neighbours, with what that wins and costs (Alternativen zur Sperrung)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import tomlkit

from sozialraum import journal
from sozialraum.areas import Geography
from sozialraum.catalogue import Rule
from sozialraum.disclosure.merging import Union, fits, neighbours, smallest_unions
from sozialraum.errors import Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.tables import NOT_ASSIGNABLE
from sozialraum_inside import sight


@dataclass(frozen=True)
class Joined:
    """Areas that become one: their codes, names, and together the cases of the indicator asked for."""

    parts: Union
    names: tuple[str, ...]
    cases: tuple[float, ...]

    @property
    def code(self) -> str:
        """The key of the joint area; never that of a part, which means something else."""
        return "+".join(self.parts)

    @property
    def name(self) -> str:
        """The name of the joint area."""
        return " / ".join(self.names)


@dataclass(frozen=True)
class Effect:
    """How many areas of an indicator fall under the minimum before and after; complementary cells are not counted."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Proposal:
    """What joining would mean on a level: unions, areas before and after, and every indicator that it changes."""

    indicator: str
    level: str
    period: str
    joined: tuple[Joined, ...]
    areas_before: int
    areas_after: int
    effects: tuple[Effect, ...]
    hindrance: str


def proposal(municipality: Municipality, indicator: str, level: str) -> Proposal | None:
    """The finest partition in which an indicator may be shown everywhere; None without values or outlines on the level."""
    geography = municipality.geography(municipality.current_version)
    if (
        level not in {x.id for x in geography.levels[:-1]}
        or indicator not in municipality.catalogue.indicators
    ):
        return None
    rows = _newest(municipality, level)
    own = rows[rows["indicator"] == indicator]
    cases = {str(a): float(c) for a, c in zip(own["area"], own["numerator"], strict=True) if pd.notna(c)}
    beside = _within_parents(geography, level)
    if not cases or not any(beside.values()):
        return None
    rule = municipality.catalogue.rule_of(municipality.catalogue.indicators[indicator].source)
    people = _people(municipality, level, set(cases)) if rule.minimum_population else None
    unions = smallest_unions(cases, beside, rule, people)
    names = {a.code: a.name for a in geography.areas if a.level == level}
    joined = tuple(
        Joined(u, tuple(names[a] for a in u), tuple(cases[a] for a in u)) for u in unions if len(u) > 1
    )
    return Proposal(
        indicator, level, str(own["period"].iloc[0]), joined, len(cases), len(unions),
        tuple(_effects(rows, unions, municipality)), _hindrance(municipality),
    )  # fmt: skip


def _newest(municipality: Municipality, level: str) -> pd.DataFrame:
    """The newest values of each indicator on a level, with their counts."""
    wanted = ["area", "level", "version", "period", "indicator", "numerator", "denominator"]
    table = pq.read_table(
        sight.values_file(municipality), columns=wanted, filters=[("level", "=", level)]
    ).to_pandas()
    table = table[(table["version"] == municipality.current_version) & (table["area"] != NOT_ASSIGNABLE)]
    newest: pd.DataFrame = table[table["period"] == table.groupby("indicator")["period"].transform("max")]
    return newest


def _within_parents(geography: Geography, level: str) -> dict[str, list[str]]:
    """Neighbours that belong to the same larger area: only they can become one without breaking the hierarchy."""
    parent = {a.code: a.parent for a in geography.areas if a.level == level}
    return {
        a: [b for b in near if parent[b] == parent[a]] for a, near in neighbours(geography, level).items()
    }


def _people(municipality: Municipality, level: str, areas: set[str]) -> Mapping[str, float] | None:
    filters = [("variable", "=", "einwohner"), ("level", "=", level)]
    table = pq.read_table(municipality.values / "grundzahlen.parquet", filters=filters).to_pandas()
    table = table[table["period"] == table["period"].max()] if len(table) else table
    people = table.groupby("area")["count"].max()
    known = {str(a): float(n) for a, n in people.items() if str(a) in areas and pd.notna(n)}
    return known if set(known) == areas else None


def _effects(rows: pd.DataFrame, unions: Sequence[Union], municipality: Municipality) -> list[Effect]:
    of = {area: union for union in unions for area in union}
    found = []
    for name, part in rows.groupby("indicator"):
        indicator = municipality.catalogue.indicators.get(str(name))
        if indicator is None or indicator.published or part["numerator"].isna().all():
            continue
        rule = municipality.catalogue.rule_of(indicator.source)
        single = part.set_index("area")["numerator"].dropna()
        together = single.groupby(lambda area: of.get(area, (area,))).sum()
        effect = Effect(indicator.label, _under(single, rule), _under(together, rule))
        if effect.before or effect.after:
            found.append(effect)
    return sorted(found, key=lambda e: (e.after - e.before, e.label))


def _under(cases: pd.Series, rule: Rule) -> int:
    return sum(1 for number in cases if not fits(float(number), None, rule))


def _hindrance(municipality: Municipality) -> str:
    """Why areas cannot be joined any more; empty when they can."""
    if journal.released_names(municipality):
        return (
            "Auf dieser Gliederung wurde schon freigegeben. Die Summe eines zusammengelegten Gebiets verriete, was dort einzeln gesperrt ist; "
            "legen Sie dafür einen neuen Gebietsstand an."
        )
    return ""


def with_joined(settings: str, found: Proposal, municipality: Municipality) -> bytes:
    """kommune.toml with the unions of a proposal as `merged` of its level; raises SozialraumError when it may not be."""
    if found.hindrance or not found.joined:
        raise SozialraumError(Finding(found.hindrance or "Es gibt nichts zusammenzulegen."))
    document = tomlkit.parse(settings)
    for version in document["gebiete"]["versionen"]:
        if str(version["id"]) != municipality.current_version:
            continue
        for level in version["ebenen"]:
            if str(level["id"]) == found.level:
                level["merged"] = _blocks(level.get("merged", []), found.joined)
    return tomlkit.dumps(document).encode()


def _blocks(known: Sequence[Mapping[str, object]], joined: Sequence[Joined]) -> tomlkit.items.Array:
    """The unions as TOML; one that already was a union is resolved into its parts."""
    earlier = {str(block["code"]): tuple(str(p) for p in block["parts"]) for block in known}  # type: ignore[attr-defined]
    used = {part for union in joined for part in union.parts}
    array = tomlkit.array()
    for block in known:
        if str(block["code"]) not in used:
            array.append(
                tomlkit.inline_table()
                .append("code", block["code"])
                .append("name", block["name"])
                .append("parts", block["parts"])
            )
    for union in joined:
        parts = [p for part in union.parts for p in earlier.get(part, (part,))]
        array.append(
            tomlkit.inline_table()
            .append("code", union.code)
            .append("name", union.name)
            .append("parts", parts)
        )
    return array.multiline(True)


# -- two releases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One figure that two releases print differently."""

    kind: str
    label: str
    area: str
    period: str
    before: str
    after: str
    size: float


@dataclass(frozen=True)
class Comparison:
    """How two releases differ: figures alike, and the differing ones, the strongest first."""

    same: int
    counts: Mapping[str, int]
    rows: tuple[Change, ...]


def compare(municipality: Municipality, old: Path, new: Path) -> Comparison:
    """Row by row what two releases print differently; both are folders of releases."""
    key = ["area", "level", "version", "period", "indicator"]
    tables = [
        pq.read_table(p / "werte.parquet", columns=[*key, "value", "status"]).to_pandas() for p in (old, new)
    ]
    both = tables[0].merge(tables[1], on=key, how="outer", suffixes=("_old", "_new"), indicator=True)
    equal = (both["value_old"] == both["value_new"]) | (both["value_old"].isna() & both["value_new"].isna())
    equal &= (both["status_old"] == both["status_new"]) & (both["_merge"] == "both")
    differing = both[~equal]
    rows = [_change(row, municipality) for row in differing.to_dict("records")]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    return Comparison(int(equal.sum()), counts, tuple(sorted(rows, key=lambda r: (-r.size, r.label, r.area))))


_KIND = {"left_only": "entfallen", "right_only": "neu"}


def _change(row: Mapping[str, object], municipality: Municipality) -> Change:
    indicator = municipality.catalogue.indicators.get(str(row["indicator"]))
    geography = next((g for g in municipality.geographies if g.version == row["version"]), None)
    area = geography.by_code.get((str(row["level"]), str(row["area"]))) if geography else None

    def said(side: str) -> str:
        status = row[f"status_{side}"]
        if not isinstance(status, str):
            return ""
        value = {"value": row[f"value_{side}"] if pd.notna(row[f"value_{side}"]) else None, "status": status}  # type: ignore[call-overload]
        return sight.figure(value, indicator) if indicator else str(row[f"value_{side}"])

    kind = _KIND.get(str(row["_merge"]), "")
    if not kind:
        hidden = [row[f"status_{side}"] == "suppressed" for side in ("old", "new")]
        kind = (
            "jetzt gesperrt"
            if hidden == [False, True]
            else "jetzt gezeigt"
            if hidden == [True, False]
            else "geändert"
        )
    old, new = row["value_old"], row["value_new"]
    size = abs(float(new) - float(old)) / (abs(float(old)) or 1.0) if pd.notna(old) and pd.notna(new) else 0.0  # type: ignore[arg-type,call-overload]
    return Change(
        kind, indicator.label if indicator else str(row["indicator"]), area.name if area else str(row["area"]), str(row["period"]),
        said("old"), said("new"), size,
    )  # fmt: skip
