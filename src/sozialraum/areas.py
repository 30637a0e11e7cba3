"""Areas, levels and their hierarchy in one or more versions (kleinräumige Gliederung, Gebietsstand)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sozialraum.errors import Finding
from sozialraum.tables import NOT_ASSIGNABLE

WGS84 = "EPSG:4326"
DRAWING_CRS = "EPSG:25832"


@dataclass(frozen=True)
class Level:
    """A rank in the hierarchy (Gebietsebene); rank 0 is the finest."""

    id: str
    label: str
    plural: str
    rank: int


@dataclass(frozen=True)
class Area:
    """One area: its code is text, never a number; geometry is WKB in WGS 84 or None.

    `parts` are the codes of the areas it was united from, where deliveries may still name those.
    """

    code: str
    name: str
    level: str
    parent: str
    geometry: bytes | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Geography:
    """All areas of a municipality in one version (Gebietsstand), finest level first."""

    version: str
    label: str
    levels: tuple[Level, ...]
    areas: tuple[Area, ...]
    valid_from: str = ""
    valid_until: str = ""
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @cached_property
    def by_code(self) -> Mapping[tuple[str, str], Area]:
        """Areas by (level, code)."""
        return {(area.level, area.code): area for area in self.areas}

    @cached_property
    def united(self) -> Mapping[tuple[str, str], str]:
        """The code of the area that an area was united into, by (level, code of the part)."""
        return {(area.level, part): area.code for area in self.areas for part in area.parts}

    def codes(self, level: str) -> list[str]:
        """The codes of a level, without the row for what cannot be placed."""
        return [area.code for area in self.areas if area.level == level and area.code != NOT_ASSIGNABLE]

    def level(self, name: str) -> Level:
        """The level of that id; raises KeyError."""
        return next(level for level in self.levels if level.id == name)

    def covers(self, period_end: str) -> bool:
        """Whether this version was in force at a date `YYYY-MM-DD`."""
        return self.valid_from <= period_end and (not self.valid_until or period_end <= self.valid_until)

    def ancestors(self, level: str) -> Iterator[tuple[str, dict[str, str]]]:
        """For each level above `level`: its id and the map from codes of `level` to codes there."""
        index = [known.id for known in self.levels].index(level)
        mapping = {area.code: area.code for area in self.areas if area.level == level}
        for below, above in zip(self.levels[index:], self.levels[index + 1 :], strict=False):
            parents = {area.code: area.parent for area in self.areas if area.level == below.id}
            mapping = {code: parents[there] for code, there in mapping.items()}
            yield above.id, mapping

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for area in self.areas:
            if area.code != NOT_ASSIGNABLE:
                found.setdefault((area.level, normal_name(area.name)), []).append(area.code)
        return found

    def codes_named(self, level: str, name: str) -> list[str]:
        """The codes of all areas of a level that bear a name, spelling aside; two areas may share one."""
        return list(self._by_name.get((level, normal_name(name)), []))

    def similar(self, level: str, code: str) -> list[str]:
        """Codes that look like a misspelt one."""
        return difflib.get_close_matches(code, self.codes(level), n=2, cutoff=0.6)

    def similar_names(self, level: str, name: str) -> list[str]:
        """Names of a level that look like a misspelt one."""
        names = sorted(
            {area.name for area in self.areas if area.level == level and area.code != NOT_ASSIGNABLE}
        )
        return difflib.get_close_matches(name, names, n=2, cutoff=0.6)


_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def normal_name(name: str) -> str:
    """A name without what spellings differ in: case, umlauts, hyphens, blanks, points, footnote marks.

    Used for names of areas only where a table gives no key, and only when the result is unique.
    """
    plain = re.sub(r"[⁰¹²³⁴-⁹*]+[)⁾]?\s*$|\s\d\)$", "", name.casefold().strip()).translate(_SPELLINGS)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
