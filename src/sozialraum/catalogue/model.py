"""What is said about data: Source, Variable, Indicator, Rule as frozen records (Quelle, Merkmal, Kennzahl, Regel)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ABOVE = "oberhalb"


class Record(BaseModel):
    """A block of the catalogue: frozen, and closed to misspelt keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Block(Record):
    """A record with a name of its own: the head of its TOML block."""

    id: str


class Kind(StrEnum):
    """How an indicator is made from counts."""

    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    RATIO = "ratio"
    MEAN = "mean"
    CHANGE = "change"
    STANDARDISED_RATE = "standardised_rate"
    LIFE_EXPECTANCY = "life_expectancy"


# Kinds that are computed from whole tables by age, in a release from those that it prints.
BY_AGE = (Kind.STANDARDISED_RATE, Kind.LIFE_EXPECTANCY)


class Polarity(StrEnum):
    """Whether a high value is a burden; composition of a population is never judged."""

    HIGHER_WORSE = "higher_worse"
    HIGHER_BETTER = "higher_better"
    NEUTRAL = "neutral"


class Topic(Block):
    """A field of action under which indicators are listed (Themenfeld)."""

    label: str
    order: int = 99


class Rule(Block):
    """A disclosure profile (Geheimhaltungsregel): what the owner of a source demands before a figure may be published.

    Counts from 1 to `minimum_count` - 1 are hidden, also as the remainder that is missing to the whole
    (`complement`); areas below `minimum_population` show no indicators. A magnitude is hidden where its `dominance_n` largest
    contributions exceed `dominance_k` per cent of it, or where the second contributor could estimate the first to within
    `p_percent`. `group_disclosure` hides a category that holds everybody of its area, `singletons` protects against the
    only contributor of a cell. `published` passes figures through that their owner has already published.
    """

    label: str
    minimum_count: int = Field(3, ge=1)
    minimum_denominator: int = Field(0, ge=0)
    minimum_population: int = Field(0, ge=0)
    complement: bool = True
    zero_is_disclosive: bool = False
    whole_is_disclosive: bool = False
    group_disclosure: bool = False
    magnitude_percent: float = Field(10.0, gt=0)
    dominance_n: int = Field(0, ge=0)
    dominance_k: float = Field(0.0, ge=0, le=100)
    p_percent: float = Field(0.0, ge=0)
    singletons: bool = False
    published: bool = False
    note: str = ""
    citation: str = ""

    @model_validator(mode="after")
    def _dominance_is_whole(self) -> Rule:
        if bool(self.dominance_n) != bool(self.dominance_k):
            raise ValueError("dominance_n und dominance_k gehören zusammen")
        if self.published and any(self.demands):
            raise ValueError("Ein Profil mit published = true kann nichts verlangen")
        return self

    @property
    def demands(self) -> tuple[bool, ...]:
        """What makes it strict beside the minimum count."""
        return (
            self.minimum_denominator > 0, self.minimum_population > 0, self.zero_is_disclosive, self.whole_is_disclosive,
            self.group_disclosure, self.dominance_n > 0, self.p_percent > 0, self.singletons,
        )  # fmt: skip

    @property
    def contributions(self) -> int:
        """How many of the largest contributions to a magnitude must be known to apply it."""
        return max(self.dominance_n, 2 if self.p_percent else 0)

    def joined(self, other: Rule) -> Rule:
        """The rule that satisfies both: the strictest of each demand; what one owner has published is judged by the other."""
        if self.published or other.published:
            return other if self.published else self
        same = self.id == other.id
        dominance = [r for r in (self, other) if r.dominance_n]
        return self.model_copy(
            update={
                **{name: max(getattr(self, name), getattr(other, name)) for name in _LARGER_IS_STRICTER},
                "id": self.id if same else f"{self.id}+{other.id}",
                "label": self.label if same else f"{self.label}; {other.label}",
                # More contributors and a smaller share are stricter each for itself, hence together.
                "dominance_n": max((r.dominance_n for r in dominance), default=0),
                "dominance_k": min((r.dominance_k for r in dominance), default=0.0),
            }
        )

    def loosened(self, before: Rule) -> tuple[str, ...]:
        """The demands in which this rule asks less than another."""
        less = [name for name in _LARGER_IS_STRICTER if getattr(self, name) < getattr(before, name)]
        if self.dominance_n < before.dominance_n:
            less.append("dominance_n")
        if before.dominance_n and self.dominance_k > before.dominance_k:
            less.append("dominance_k")
        return (*less, "published") if self.published and not before.published else tuple(less)


_LARGER_IS_STRICTER = (
    "minimum_count", "minimum_denominator", "minimum_population", "complement", "zero_is_disclosive", "whole_is_disclosive",
    "group_disclosure", "magnitude_percent", "p_percent", "singletons",
)  # fmt: skip


class Source(Block):
    """A data source or register (Datenquelle): who delivers, on which legal basis, under which rule."""

    label: str
    provider: str
    profile: str | tuple[str, ...]
    legal_basis: str = ""
    licence: str = ""
    citation: str = ""
    redistribution: Literal["ja", "nur Darstellung", "nein"] = "ja"
    rhythm: str = ""
    population_concept: str = ""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The names of its profiles; of several the strictest demand counts."""
        return (self.profile,) if isinstance(self.profile, str) else self.profile


class DatedName(Record):
    """What a benefit is called in everyday words between two dates; its legal code stays the same."""

    label: str
    valid_from: str
    valid_until: str = ""


class Selection(Record):
    """A choice of cells of one variable: numerator or denominator (Zähler, Nenner)."""

    variable: str
    age: str | tuple[str, ...] = ""
    sex: str | tuple[str, ...] = ""
    nationality: str | tuple[str, ...] = ""

    def dimension(self, name: str) -> tuple[str, ...]:
        """The chosen values of a dimension; empty means all."""
        chosen: str | tuple[str, ...] = getattr(self, name)
        if isinstance(chosen, str):
            return (chosen,) if chosen else ()
        return chosen

    @property
    def key(self) -> str:
        """A stable text that names the selected count, such as `einwohner[age=0-14]`."""
        parts = [
            f"{d}={','.join(self.dimension(d))}" for d in ("age", "sex", "nationality") if self.dimension(d)
        ]
        return self.variable + (f"[{';'.join(parts)}]" if parts else "")

    @classmethod
    def from_key(cls, key: str) -> Selection:
        """The selection that a key names; the inverse of `key`."""
        variable, _, rest = key.partition("[")
        parts = [part.partition("=") for part in rest.removesuffix("]").split(";") if part]
        return cls.model_validate(
            {"variable": variable, **{name: tuple(chosen.split(",")) for name, _, chosen in parts}}
        )


class Variable(Block):
    """What is counted, and of whom (Merkmal); `published` lists the tables that a release shows of it.

    `within` and `contains` name counts that this one never exceeds or falls short of, by definition: a reader knows that,
    too. `apart_from` names other parts of the same whole (`subset_of`) that share no case with this one. `flows` are the movements that lead from one year's stock to the next. `noisy` counts were changed at random by
    their owner (cell key): they do not add up, and no rate of other counts may rest on them. A magnitude names who
    contributes (`contributors`) and the variables that hold its largest contributions, the greatest first (`largest`); those
    are delivered for judging only and never published.
    """

    label: str
    source: str
    concept: str = ""
    unit: str = "Personen"
    dimensions: tuple[str, ...] = ()
    subset_of: str = ""
    within: tuple[Selection, ...] = ()
    contains: tuple[Selection, ...] = ()
    apart_from: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    magnitude: bool = False
    contributors: str = ""
    largest: tuple[str, ...] = ()
    noisy: bool = False
    published: tuple[tuple[str, ...], ...] = ((),)
    published_levels: dict[str, tuple[str, ...]] = {}

    def levels_of(self, table: Sequence[str], levels: Sequence[str]) -> tuple[str, ...]:
        """The levels, of those given from the finest up, on which a table is published; `oberhalb` means above the finest."""
        chosen = self.published_levels.get(",".join(table), tuple(levels))
        return tuple(levels[1:]) if ABOVE in chosen else tuple(level for level in levels if level in chosen)

    legal_code: str = ""
    names: tuple[DatedName, ...] = ()


class Break(Record):
    """With `period` a new way of counting begins: earlier figures are not comparable (Bruch der Reihe)."""

    period: str
    reason: str = Field(min_length=1)


class Indicator(Block):
    """A statistic as readers see it (Kennzahl); one TOML block.

    `smallest_level` says in words on which areas it can usually be had; `breaks` are known changes of definition.
    """

    label: str
    definition: str
    kind: Kind
    topic: str
    source: str
    english: str = ""
    smallest_level: str = ""
    short: str = ""
    numerator: Selection | None = None
    denominator: Selection | None = None
    of: str = ""
    years: int = 0
    events: str = ""
    persons: str = ""
    ages: tuple[str, ...] = ()
    sex: str = ""
    per: float = 1.0
    unit: str = ""
    decimals: int = 1
    polarity: Polarity = Polarity.NEUTRAL
    caveat: str = ""
    headline: bool = False
    interval: Literal["", "wilson", "byar", "exact", "none"] = ""
    published: bool = False
    classes: dict[str, tuple[float, ...]] = {}
    breaks: tuple[Break, ...] = ()
    literature: str = ""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Indicator:
        needs_denominator = self.kind in (Kind.SHARE, Kind.RATE, Kind.RATIO, Kind.MEAN)
        if self.published:
            return self
        if self.kind is Kind.CHANGE:
            if not self.of or self.years < 1:
                raise ValueError('kind = "change" braucht of = "<Kennzahl>" und years ≥ 1')
        elif self.kind in BY_AGE:
            self._has_its_table()
        elif self.numerator is None:
            raise ValueError("numerator fehlt")
        elif needs_denominator and self.denominator is None:
            raise ValueError(f'kind = "{self.kind}" braucht einen denominator')
        return self

    def _has_its_table(self) -> None:
        if not (self.events and self.persons and self.ages):
            raise ValueError(
                f'kind = "{self.kind}" braucht events, persons (Merkmale) und ages (Altersgruppen)'
            )
        if len(self.ages) < 2 or not _without_gaps(self.ages):
            raise ValueError(
                'ages braucht lückenlose Altersgruppen ab 0, zum Beispiel ["0-39", "40-64", "65+"]'
            )

    @property
    def method(self) -> str:
        """The name of its interval method: given, or the usual one of its kind."""
        if self.interval:
            return self.interval
        return _USUAL.get(self.kind, "none")


_USUAL = {
    Kind.SHARE: "wilson",
    Kind.RATE: "byar",
    Kind.STANDARDISED_RATE: "dobson",
    Kind.LIFE_EXPECTANCY: "silcocks",
}


def _without_gaps(ages: Sequence[str]) -> bool:
    """Whether age bands follow each other from 0 to an open end."""
    next_age = 0
    for band in ages:
        first, _, last = band.removesuffix("+").partition("-")
        if not (first.isdecimal() and int(first) == next_age and (last or first).isdecimal()):
            return False
        next_age = int(last or first) + 1
        if band.endswith("+"):
            return band is ages[-1]
    return False
