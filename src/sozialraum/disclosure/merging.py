"""Joining areas with their neighbours until a figure may be shown (Zusammenlegen von Gebieten)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sozialraum.areas import Geography
from sozialraum.catalogue.model import Rule
from sozialraum.tables import NOT_ASSIGNABLE

LARGEST_UNION = 4  # areas; beyond that an area is joined to the union beside it

Union = tuple[str, ...]


def fits(cases: float, people: float | None, rule: Rule) -> bool:
    """Whether a rule lets an area with so many cases and residents show its figure."""
    few = 0 < cases < rule.minimum_count or (cases == 0 and rule.zero_is_disclosive)
    return not few and (people is None or people >= rule.minimum_population)


def smallest_unions(
    cases: Mapping[str, float],
    neighbours: Mapping[str, Collection[str]],
    rule: Rule,
    people: Mapping[str, float] | None = None,
) -> list[Union]:
    """A partition of the areas in which every part satisfies the rule, as fine as a step-by-step search finds it.

    Areas that may not stand alone are joined with the fewest neighbours, of these with the fewest residents (without
    `people`: cases). Returns the unions in order of their first area; areas that no neighbour can help end in one union
    with the last one beside them, so a part may still break the rule when the whole does.
    """
    size = people or cases

    def good(union: Iterable[str]) -> bool:
        found = list(union)
        return fits(sum(cases[a] for a in found), sum(people[a] for a in found) if people else None, rule)

    of: dict[str, Union] = {area: (area,) for area in sorted(cases)}
    for area in sorted(cases, key=lambda a: (size[a], a)):
        while not good(of[area]):
            best = _grown(of[area], of, neighbours, size, good)
            if best is None:
                break
            of |= dict.fromkeys(best, best)
    return sorted(set(of.values()))


def _grown(
    union: Union, of: Mapping[str, Union], neighbours: Mapping[str, Collection[str]], size: Mapping[str, float], good: Callable[[Union], bool]
) -> Union | None:  # fmt: skip
    """The union with whole neighbouring unions, as few and small as make it good; else with the smallest neighbour."""
    frontier: list[Union] = [union]
    seen = {union}
    first: list[Union] = []
    for _ in range(LARGEST_UNION - 1):
        wider = []
        for known in frontier:
            beside = {of[n] for a in known for n in neighbours.get(a, ()) if n in of} - {of[a] for a in known}
            for other in beside:
                joined = tuple(sorted({*known, *other}))
                if joined not in seen and not set(other) <= set(known):
                    seen.add(joined)
                    wider.append(joined)
        wider.sort(key=lambda u: (sum(size[a] for a in u), u))
        first = first or wider
        for candidate in wider:
            if good(candidate):
                return candidate
        frontier = wider
    return first[0] if first else None


def neighbours(geography: Geography, level: str) -> dict[str, list[str]]:
    """The areas that share a border with each area of a level, corners aside; empty where no outlines are known."""
    import shapely

    areas = [
        a for a in geography.areas if a.level == level and a.geometry is not None and a.code != NOT_ASSIGNABLE
    ]
    shapes = shapely.from_wkb([a.geometry for a in areas])
    found: dict[str, list[str]] = {a.code: [] for a in areas}
    if not areas:
        return found
    near = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for one, other in zip(*near, strict=True):
        shared = shapely.intersection(shapes[one], shapes[other])
        if one != other and (shapely.length(shared) > 0 or shapely.area(shared) > 0):
            found[areas[one].code].append(areas[other].code)
    return {code: sorted(set(codes)) for code, codes in found.items()}


def as_merged(unions: Sequence[Union], names: Mapping[str, str]) -> str:
    """The unions of several areas as `merged` of a level in kommune.toml, ready to be pasted."""
    blocks = [
        f'  {{ code = "{union[0]}", name = "{" / ".join(names.get(a, a) for a in union)}", parts = [{", ".join(chr(34) + a + chr(34) for a in union)}] }},'
        for union in unions
        if len(union) > 1
    ]
    return "\n".join(["merged = [", *blocks, "]"]) + "\n" if blocks else ""
