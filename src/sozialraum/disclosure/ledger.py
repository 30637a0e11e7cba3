"""Custom areas and exports from inner counts, tested against everything that ever went out (Auskünfte, Freigabebuch)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from sozialraum.areas import Geography, Level
from sozialraum.catalogue.model import Rule, Selection
from sozialraum.disclosure.audit import audit
from sozialraum.disclosure.compose import UNION, Composed, compose_one, variable_of
from sozialraum.disclosure.history import CellKey, Earlier
from sozialraum.disclosure.period_counts import Plan
from sozialraum.disclosure.system import Flags
from sozialraum.tables import MUNICIPALITY_LEVEL

Naming = Callable[[CellKey], str]

PASSED = "bestanden"
MORE_AREAS = 3  # how many neighbours an alternative may take in


@dataclass(frozen=True)
class Request:
    """A wanted count: what is counted (key of a Selection) in one area or several of a level together."""

    version: str
    period: str
    level: str
    areas: tuple[str, ...]
    key: str

    @property
    def cell(self) -> CellKey:
        """The cell it asks for; several areas make a custom area."""
        return CellKey(self.version, self.period, self.level, UNION.join(sorted(self.areas)), self.key)


@dataclass(frozen=True)
class Answer:
    """What may be told of a request: all counts, or why not, by which rule, and the nearest request that is allowed.

    `values` are the counts in the order of the request, none when it is refused. `granted` is what the journal must
    remember: without it the next answer would be given in ignorance of this one.
    """

    allowed: bool
    values: tuple[float, ...] = field(default=(), repr=False)
    reason: str = ""
    rule: Rule | None = None
    alternative: tuple[Request, ...] = ()
    granted: Earlier | None = field(default=None, repr=False)


def by_keys(key: CellKey) -> str:
    """A cell by its keys, for machines and for whoever knows no names."""
    areas = key.area.split(UNION)
    place = f"{key.level} {areas[0]}" if len(areas) == 1 else f"{len(areas)} Gebieten ({', '.join(areas)})"
    return f"{key.key} in {place}, {key.period}"


def request(
    wanted: Sequence[Request],
    delivered: pd.DataFrame,
    plan: Plan,
    earlier: Sequence[Earlier] = (),
    *,
    neighbours: Mapping[str, Collection[str]] | None = None,
    time_limit: float = 30.0,
    naming: Naming | None = None,
) -> Answer:
    """Decide on counts of one version and period that shall go out together.

    `delivered` are COUNTS as received, `earlier` all releases and answers so far, `neighbours` the areas beside each area
    (without them those of the same parent). Refused when a count is protected by a rule, when any protected count could be
    computed or narrowed from this answer and earlier ones, or when the proof is missing at the time limit (seconds).
    `naming` says how a refusal calls a cell (without it by its keys). Raises ValueError when the request mixes periods or nothing was counted.
    """
    if len({(r.version, r.period) for r in wanted}) != 1:
        raise ValueError("a request speaks of one version and period")
    geography = plan.geographies[wanted[0].version]
    others = list(_alternatives(wanted, geography, neighbours or _siblings(geography, wanted[0].level)))
    cells = [r.cell for r in wanted] + [r.cell for other in others for r in other]
    composed = compose_one(
        delivered, plan, (wanted[0].version, wanted[0].period),
        [cell for cell in cells if UNION in cell.area or not _stands_for_itself(cell, plan)], earlier,
    )  # fmt: skip
    gaps, naming = _Gaps.of(delivered, geography, wanted[0]), naming or by_keys
    reason, rule = gaps.told(wanted, naming) or _judge(composed, wanted, plan, time_limit, naming)
    if not reason:
        return _granted(composed, wanted, delivered)
    found = next(
        (
            o
            for o in others
            if not gaps.told(o, naming) and not _judge(composed, o, plan, time_limit, naming)[0]
        ),
        (),
    )
    return Answer(False, reason=reason, rule=rule, alternative=tuple(found))


def _stands_for_itself(cell: CellKey, plan: Plan) -> bool:
    """Whether the plan already has this count in every area."""
    used = {s.key for i in plan.indicators.values() for s in (i.numerator, i.denominator) if s}
    return cell.key in used


def _granted(composed: Composed, wanted: Sequence[Request], delivered: pd.DataFrame) -> Answer:
    number = {key: i for i, key in enumerate(composed.keys)}
    values = tuple(float(composed.system.values[number[r.cell]]) for r in wanted)
    remembered = Earlier(delivered, frozenset(r.cell.text for r in wanted), frozenset())
    return Answer(True, values, granted=remembered)


def _judge(
    composed: Composed, wanted: Sequence[Request], plan: Plan, time_limit: float, naming: Naming
) -> tuple[str, Rule | None]:
    """Why a request is refused, and by which rule; an empty reason means that it is safe."""
    system = composed.system
    number = {key: i for i, key in reversed(list(enumerate(composed.keys)))}
    asked = [number.get(r.cell, -1) for r in wanted]
    if -1 in asked:
        missing = wanted[asked.index(-1)]
        return f"{naming(missing.cell)} wurde nicht gezählt.", None
    for cell in asked:
        if system.primary[cell]:
            rule = _rule(composed.keys[cell], plan)
            return (
                f"{naming(composed.keys[cell])} ist nach dem Profil „{rule.label}“ geschützt: {_demand(rule)}.",
                rule,
            )
    # Custom areas that are only looked at as alternatives ask for no protection of their own.
    own = np.array([UNION not in key.area for key in composed.keys])
    own[asked] = True
    system = replace(system, primary=system.primary & own)
    result = audit(system, _all_but(composed, asked), time_limit=time_limit)
    if result.verdict == PASSED:
        return "", None
    keys = dict(zip(system.keys, composed.keys, strict=True))
    first = keys[(*result.failed, *result.unproved)[0]]
    rule = _rule(first, plan)
    how = "ließe sich errechnen" if result.exact else "ließe sich zu eng eingrenzen"
    if not result.failed:
        how = "ist nicht nachweislich geschützt (Zeitgrenze)"
    return (
        f"Zusammen mit früheren Veröffentlichungen {how}: {naming(first)}. Es gilt das Profil „{rule.label}“: {_demand(rule)}.",
        rule,
    )


def _all_but(composed: Composed, asked: Sequence[int]) -> Flags:
    """Everything is withheld but what is asked for; what went out before is known anyway."""
    hidden: Flags = composed.system.publishable.copy()
    hidden[list(asked)] = False
    return hidden


def _rule(key: CellKey, plan: Plan) -> Rule:
    return plan.catalogue.rule_of(plan.catalogue.variables[variable_of(key.key)].source)


def _demand(rule: Rule) -> str:
    words = [f"kleinste gezeigte Fallzahl {rule.minimum_count}"]
    if rule.minimum_population:
        words.append(f"mindestens {rule.minimum_population} Personen im Gebiet")
    if rule.minimum_denominator:
        words.append(f"Nenner mindestens {rule.minimum_denominator}")
    return ", ".join(words)


@dataclass(frozen=True)
class _Gaps:
    """Areas and variables in which a delivered figure is missing: their sum would be too small."""

    places: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, delivered: pd.DataFrame, geography: Geography, wanted: Request) -> _Gaps:
        """The gaps of one version and period on every level: (variable, level, area)."""
        rows = delivered[
            (delivered["version"] == wanted.version)
            & (delivered["period"] == wanted.period)
            & delivered["count"].isna()
        ]
        found: set[tuple[str, str, str]] = set()
        for level, part in rows.groupby("level"):
            lifts = [(str(level), {a: a for a in part["area"]}), *geography.ancestors(str(level))]
            for name, codes in lifts:
                found |= {
                    (v, name, codes[a])
                    for v, a in zip(part["variable"], part["area"], strict=True)
                    if a in codes
                }
        return cls(frozenset(found))

    def told(self, wanted: Sequence[Request], naming: Naming) -> tuple[str, None] | None:
        """Why a request cannot be answered in full; None when it can."""
        for r in wanted:
            variable = variable_of(r.key)
            if any((variable, r.level, area) in self.places for area in r.areas):
                return (
                    f"{naming(r.cell)} ist unvollständig: Die Lieferstelle hat einen Teil nicht geliefert oder selbst gesperrt.",
                    None,
                )
        return None


# -- the nearest request that might be allowed -----------------------------------------------------------------------------


def _alternatives(
    wanted: Sequence[Request], geography: Geography, neighbours: Mapping[str, Collection[str]]
) -> Iterator[tuple[Request, ...]]:
    """Coarser requests, the nearest first: one or more neighbours beside, without a breakdown, the next level up."""
    if len({r.areas for r in wanted}) == 1:
        areas = list(wanted[0].areas)
        for _ in range(MORE_AREAS):
            beside = sorted({n for a in areas for n in neighbours.get(a, ())} - set(areas))
            for one in beside:
                yield tuple(_with(r, areas=tuple(sorted([*areas, one]))) for r in wanted)
            if not beside:
                break
            areas.append(beside[0])
    whole = tuple(_with(r, key=Selection.from_key(r.key).variable) for r in wanted)
    if whole != tuple(wanted):
        yield tuple(dict.fromkeys(whole))
    parents = {(a.level, a.code): a.parent for a in geography.areas}
    above = next((b.id for a, b in _pairs(geography) if a.id == wanted[0].level), None)
    if above is not None and above != MUNICIPALITY_LEVEL:
        lifted = [
            _with(r, level=above, areas=tuple(sorted({parents[r.level, a] for a in r.areas}))) for r in wanted
        ]
        yield tuple(dict.fromkeys(lifted))


def _pairs(geography: Geography) -> list[tuple[Level, Level]]:
    levels = sorted(geography.levels, key=lambda level: level.rank)
    return list(pairwise(levels))


def _with(one: Request, *, level: str = "", areas: tuple[str, ...] = (), key: str = "") -> Request:
    return Request(one.version, one.period, level or one.level, areas or one.areas, key or one.key)


def _siblings(geography: Geography, level: str) -> dict[str, list[str]]:
    """The areas of the same parent."""
    mine = [a for a in geography.areas if a.level == level]
    return {a.code: [b.code for b in mine if b.parent == a.parent and b.code != a.code] for a in mine}
