"""The release's own description, katalog.json, as typed objects (Katalog der Freigabe)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from sozialraum import periods
from sozialraum.tables import COMPARISON_LEVEL, MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, NOT_ASSIGNABLE_LABEL


class _Read:
    """Frozen records read from JSON; keys this version does not know are left out."""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        names = {item.name for item in fields(cls)}  # type: ignore[arg-type]
        return cls(**{key: value for key, value in data.items() if key in names and value is not None})


@dataclass(frozen=True)
class Office(_Read):
    """Freigebende Stelle: the office, never a person."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Town(_Read):
    """The municipality the release speaks of."""

    id: str
    name: str
    ags: str = ""
    kind: str = ""
    land: str = ""
    synthetic: bool = False


@dataclass(frozen=True)
class Level(_Read):
    """Gebietsebene in one Gebietsstand; rank 0 is the finest."""

    id: str
    label: str
    plural: str = ""
    rank: int = 0
    areas: int = 0
    mapped: bool = True


@dataclass(frozen=True)
class Version:
    """Gebietsstand with its levels, finest first."""

    id: str
    label: str
    valid_from: str
    valid_until: str
    levels: tuple[Level, ...]

    def level(self, id: str) -> Level | None:
        """The level with this id in this Gebietsstand."""
        return next((level for level in self.levels if level.id == id), None)


@dataclass(frozen=True)
class Area(_Read):
    """Gebiet."""

    code: str
    name: str
    level: str
    version: str
    parent: str = ""


@dataclass(frozen=True)
class Comparator(_Read):
    """Vergleichsgebiet: a larger area the municipality compares itself with, such as its district or state."""

    code: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Profile(_Read):
    """Disclosure profile of a source (Geheimhaltungsprofil)."""

    id: str = ""
    label: str = ""
    minimum_count: int = 0
    minimum_population: int = 0
    minimum_denominator: int = 0
    complement: bool = False
    zero_is_disclosive: bool = False
    published: bool = False
    note: str = ""
    citation: str = ""


@dataclass(frozen=True)
class Source:
    """Datenquelle."""

    id: str
    label: str = ""
    provider: str = ""
    legal_basis: str = ""
    licence: str = ""
    citation: str = ""
    redistribution: str = "nein"
    rhythm: str = ""
    population_concept: str = ""
    profile: Profile = Profile()

    @property
    def counted(self) -> str:
        """Whom the figures count, to stand inside a sentence."""
        return self.population_concept.rstrip(".")

    @property
    def open(self) -> bool:
        """Whether values of this source may leave the pages as files."""
        return self.redistribution == "ja"


@dataclass(frozen=True)
class Topic(_Read):
    """Thema."""

    id: str
    label: str
    order: int = 0


@dataclass(frozen=True, eq=False)
class Indicator(_Read):
    """Kennzahl as the reader sees it."""

    id: str
    label: str
    short: str = ""
    definition: str = ""
    kind: str = ""
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    per: float = 1
    unit: str = ""
    decimals: int = 1
    polarity: str = "neutral"
    topic: str = ""
    source: str = ""
    caveat: str = ""
    headline: bool = False
    interval: str = "none"
    published: bool = False
    periods: Sequence[str] = ()
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    classes: Mapping[str, Sequence[float]] = field(default_factory=dict)
    literature: str = ""
    of: str = ""
    years: int = 0
    counts: Mapping[str, str] = field(default_factory=dict)
    index: str = ""

    @property
    def name(self) -> str:
        """The short label where there is one."""
        return self.short or self.label

    @property
    def compares(self) -> bool:
        """Whether an area may stand beside the municipality: a count of a part and of the whole may not."""
        return self.kind != "count"

    @property
    def counts_cases(self) -> bool:
        """Whether the numerator is a number of cases; behind a mean stands a sum such as years of age."""
        return self.kind != "mean"

    @property
    def column_unit(self) -> str:
        """`in %` for the head of a column."""
        return f"in {self.unit}" if self.unit else ""

    def limits(self, version: str, level: str) -> tuple[float, ...]:
        """Inner class limits, fixed over all periods of a level."""
        return tuple(self.classes.get(f"{version}/{level}", ()))

    def ordered_periods(self) -> list[str]:
        """Periods from the oldest to the newest."""
        return sorted(self.periods, key=periods.parse)


@dataclass(frozen=True)
class Component(_Read):
    """One indicator in an index."""

    indicator: str
    label: str = ""
    weight: float = 1.0
    direction: int = 1
    effect: float | None = None


@dataclass(frozen=True)
class IndexClass(_Read):
    """A class of an index with its upper limit; None has no upper limit."""

    label: str
    upper: float | None = None


@dataclass(frozen=True)
class Exclusion(_Read):
    """An area the index does not rate, with the reason."""

    area: str
    reason: str = ""


@dataclass(frozen=True)
class Index:
    """One edition of an index (Ausgabe), never edited once published."""

    id: str
    label: str
    edition: str
    description: str
    version: str
    level: str
    period: str
    dynamic_years: int | None
    components: tuple[Component, ...]
    status_classes: tuple[IndexClass, ...]
    dynamic_classes: tuple[IndexClass, ...]
    exclusions: tuple[Exclusion, ...]
    method: str
    gap_rule: str
    rated: int
    orientation: str = "burden"
    method_id: str = ""

    @property
    def title(self) -> str:
        """Name and edition, the edition only once."""
        return self.label if self.edition in self.label else f"{self.label}, Ausgabe {self.edition}"


@dataclass(frozen=True)
class Catalogue:
    """Everything katalog.json says."""

    release: str
    created: str
    software: str
    audience: str
    town: Town
    office: Office
    current_version: str
    versions: tuple[Version, ...]
    areas: tuple[Area, ...]
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, Index]
    comparators: tuple[Comparator, ...] = ()

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str], Area]:
        return {(area.version, area.level, area.code): area for area in self.areas}

    @cached_property
    def _members(self) -> dict[tuple[str, str], tuple[Area, ...]]:
        members: dict[tuple[str, str], list[Area]] = {}
        for area in self.areas:
            if area.code != NOT_ASSIGNABLE:
                members.setdefault((area.version, area.level), []).append(area)
        return {key: tuple(sorted(rows, key=lambda area: area.name)) for key, rows in members.items()}

    def version(self, id: str = "") -> Version:
        """A Gebietsstand, the current one without id; KeyError when the release does not know it."""
        wanted = id or self.current_version
        for version in self.versions:
            if version.id == wanted:
                return version
        raise KeyError(wanted)

    def level(self, id: str, version: str = "") -> Level | None:
        """A level of a Gebietsstand."""
        return self.version(version).level(id)

    def area(self, level: str, code: str, version: str = "") -> Area | None:
        """An area by level and code; comparators are areas of a level of their own."""
        if level == COMPARISON_LEVEL:
            return self._comparator(code, version)
        found = self._by_key.get((version or self.current_version, level, code))
        if found is None and code == NOT_ASSIGNABLE:
            return Area(NOT_ASSIGNABLE, NOT_ASSIGNABLE_LABEL, level, version or self.current_version)
        return found

    def _comparator(self, code: str, version: str) -> Area | None:
        found = next((item for item in self.comparators if item.code == code), None)
        if found is None:
            return None
        return Area(found.code, found.name, COMPARISON_LEVEL, version or self.current_version)

    def beyond(self, version: str = "") -> tuple[Area, ...]:
        """The comparators as areas, the largest last as the release lists them."""
        return tuple(
            Area(item.code, item.name, COMPARISON_LEVEL, version or self.current_version)
            for item in self.comparators
        )

    def members(self, level: str, version: str = "") -> tuple[Area, ...]:
        """All areas of a level by name, without the row for what cannot be placed."""
        return self._members.get((version or self.current_version, level), ())

    def parent(self, area: Area) -> Area | None:
        """The area one level up."""
        above = self._levels_above(area)
        return next(
            (found for level in above if (found := self.area(level.id, area.parent, area.version))), None
        )

    def children(self, area: Area) -> list[Area]:
        """The areas one or more levels below that name this one as parent."""
        if area.level == MUNICIPALITY_LEVEL:
            levels = self.version(area.version).levels
            below = [level for level in levels if level.id != MUNICIPALITY_LEVEL]
            return list(self.members(below[-1].id, area.version)) if below else []
        return [
            other
            for (version, _), rows in self._members.items()
            if version == area.version
            for other in rows
            if other.parent == area.code and other.level != area.level and self._directly_above(other, area)
        ]

    def _levels_above(self, area: Area) -> list[Level]:
        levels = self.version(area.version).levels
        own = next((level.rank for level in levels if level.id == area.level), 0)
        return sorted((level for level in levels if level.rank > own), key=lambda level: level.rank)

    def _directly_above(self, child: Area, area: Area) -> bool:
        parent = self.parent(child)
        return parent is not None and parent.level == area.level

    @cached_property
    def whole(self) -> Area:
        """The municipality as an area."""
        rows = self.members(MUNICIPALITY_LEVEL)
        return (
            rows[0] if rows else Area(self.town.ags, self.town.name, MUNICIPALITY_LEVEL, self.current_version)
        )

    @cached_property
    def plain_indicators(self) -> tuple[Indicator, ...]:
        """Indicators proper, by topic order and label; without the parts an index writes."""
        order = {topic.id: topic.order for topic in self.topics}
        rows = [item for item in self.indicators.values() if not item.index]
        return tuple(sorted(rows, key=lambda item: (order.get(item.topic, 999), item.topic, item.label)))

    @cached_property
    def headlines(self) -> tuple[Indicator, ...]:
        """The indicators the town puts first: who lives here, then what is judged, then the rest."""
        rows = [item for item in self.plain_indicators if item.headline]
        return tuple(sorted(rows, key=lambda item: (item.compares, item.polarity == "neutral")))

    @cached_property
    def opening(self) -> Indicator | None:
        """The indicator a reader meets first: among the headlines a judged rate that has a map today."""
        choices = self.headlines or self.plain_indicators
        return min(choices, key=self._opening_order, default=None)

    def _opening_order(self, item: Indicator) -> tuple[bool, bool]:
        drawn = any(
            (level := self.level(id)) is not None and level.mapped and id != MUNICIPALITY_LEVEL
            for id in item.levels.get(self.current_version, ())
        )
        return not drawn, item.polarity == "neutral" or not item.compares

    def by_topic(self, indicators: Iterable[Indicator]) -> list[tuple[str, list[Indicator]]]:
        """Indicators grouped under the label of their topic, in topic order."""
        labels = {topic.id: topic.label for topic in self.topics}
        groups: dict[str, list[Indicator]] = {}
        for indicator in indicators:
            groups.setdefault(labels.get(indicator.topic, "Weitere Themen"), []).append(indicator)
        return list(groups.items())

    def source_of(self, indicator: Indicator) -> Source:
        """The source of an indicator; an unknown one may never leave as a file."""
        return self.sources.get(indicator.source, Source(indicator.source, indicator.source))

    @cached_property
    def latest_period(self) -> str:
        """The newest period of any indicator."""
        every = {period for item in self.plain_indicators for period in item.periods}
        return max(every, key=periods.parse, default="")


def _version(data: Mapping[str, Any]) -> Version:
    levels = sorted((Level.read(level) for level in data.get("levels", ())), key=lambda level: level.rank)
    return Version(
        data["id"],
        data.get("label") or data["id"],
        data.get("valid_from") or "",
        data.get("valid_until") or "",
        tuple(levels),
    )


def _source(data: Mapping[str, Any]) -> Source:
    profile = data.get("profile") or {}
    plain = {
        item.name: data[item.name]
        for item in fields(Source)
        if item.name != "profile" and data.get(item.name) is not None
    }
    return Source(**plain, profile=Profile.read(profile) if isinstance(profile, Mapping) else Profile())


def _index(data: Mapping[str, Any]) -> Index:
    classes = data.get("classes") or {}
    return Index(
        id=data["id"],
        label=data.get("label") or data["id"],
        edition=str(data.get("edition") or ""),
        description=data.get("description") or "",
        version=data.get("version") or "",
        level=data.get("level") or "",
        period=data.get("period") or "",
        dynamic_years=data.get("dynamic_years"),
        components=tuple(Component.read(item) for item in data.get("components") or ()),
        status_classes=tuple(IndexClass.read(item) for item in classes.get("status") or ()),
        dynamic_classes=tuple(IndexClass.read(item) for item in classes.get("dynamic") or ()),
        exclusions=tuple(Exclusion.read(item) for item in data.get("exclusions") or ()),
        method=data.get("method") or "",
        gap_rule=data.get("gap_rule") or "",
        rated=int(data.get("rated") or 0),
        orientation=data.get("orientation") or "burden",
        method_id=data.get("method_id") or "",
    )


def parse(data: Mapping[str, Any]) -> Catalogue:
    """Typed view of katalog.json."""
    return Catalogue(
        release=data["release"],
        created=data.get("created", ""),
        software=data.get("software", ""),
        audience=data["audience"],
        town=Town.read(data["municipality"]),
        office=Office.read(data.get("office") or {}),
        current_version=data["current_version"],
        versions=tuple(_version(item) for item in data["versions"]),
        areas=tuple(Area.read(item) for item in data["areas"]),
        topics=tuple(Topic.read(item) for item in data.get("topics") or ()),
        sources={item["id"]: _source(item) for item in data.get("sources") or ()},
        indicators={item["id"]: Indicator.read(item) for item in data.get("indicators") or ()},
        indices={item["id"]: _index(item) for item in data.get("indices") or ()},
        comparators=tuple(Comparator.read(item) for item in data.get("comparators") or ()),
    )


@lru_cache(maxsize=32)
def load(folder: Path) -> Catalogue:
    """The catalogue of an imported release folder; folders never change, so it is read once."""
    return parse(json.loads((folder / "katalog.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=32)
def load_protocol(folder: Path) -> dict[str, Any]:
    """The record of disclosure control (Freigabeprotokoll) of an imported release folder."""
    content: dict[str, Any] = json.loads((folder / "protokoll.json").read_text(encoding="utf-8"))
    return content
