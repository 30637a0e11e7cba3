"""How an index is made: its recipe with every choice, and the edition that applies it to an area level and a date (Index)."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from sozialraum.catalogue.model import Block, Record

Transform = Literal["", "log", "log1p", "sqrt", "box_cox"]
Normalisation = Literal[
    "z_score",
    "min_max",
    "rank",
    "borda",
    "percentile_rank",
    "exponential",
    "distance_to_maximum",
    "distance_to_reference",
    "distance_to_target",
    "fraction_of_maximum",
    "signed_chi_squared",
    "none",
]
Weighting = Literal["given", "equal", "pca", "factor", "optimised", "benefit_of_the_doubt"]
Aggregation = Literal["sum", "arithmetic", "geometric", "harmonic", "median", "mazziotta_pareto", "copeland"]
Scale = Literal["sd", "z_score", "min_max", "percentile_rank", "none"]
RANKED = frozenset({"rank", "borda", "percentile_rank", "exponential", "signed_chi_squared"})


class Component(Record):
    """One indicator inside an index, with its weight and the direction that adds to the burden (Baustein).

    `ranked` says that the values are published ranks already (1 = most burdened); `lower`, `upper` and `target` are fixed
    marks of the scale; `transform` is applied before outliers are treated.
    """

    indicator: str
    label: str = ""
    weight: float = Field(default=1.0, ge=0)
    direction: Literal[1, -1] = 1
    dynamic: str = ""
    dimension: str = ""
    transform: Transform = ""
    normalise: Normalisation | None = None
    ranked: bool = False
    lower: float | None = None
    upper: float | None = None
    target: float | None = None


class Dimension(Record):
    """A group of components that is summed up first, then enters its parent with its weight (Dimension)."""

    id: str
    label: str = ""
    parent: str = ""
    weight: float = Field(default=1.0, ge=0)
    weights: Weighting | None = None
    aggregate: Aggregation | None = None
    normalise: Normalisation | None = None


class Outliers(Record):
    """What is done with values far out: a component is treated while its skewness and kurtosis both exceed their limits.

    `winsorise` pulls the outermost values, at most `points`, to the next one; when that is not enough `then` is applied.
    """

    method: Literal["none", "winsorise"] = "none"
    skewness: float = 2.0
    kurtosis: float = 3.5
    points: int = Field(default=5, ge=0)
    then: Literal["", "log"] = "log"


class Choice(Record):
    """Who chose what, and why: printed in the method sheet (Begründung)."""

    subject: str
    decided_by: str
    reason: str
    date: str = ""


class Exclusion(Record):
    """An area that an index leaves out, and why."""

    area: str
    reason: str


class IndexClass(Record):
    """A class of an index: up to and including `upper`, or up to the `share` of the areas; neither means open to the top."""

    label: str
    upper: float | None = None
    share: float | None = Field(default=None, gt=0, lt=1)


class IndexClasses(Record):
    """The words for status and dynamics of an index, and how the limits are found.

    `limits`: fixed, on the scale of the score. `quantiles`: at the shares of the classes (equal ones without), of the
    type 1 to 9 of Hyndman and Fan (1996). `ranks`: the same shares counted off in the order of rank. `natural_breaks`:
    least squares within the classes (Fisher 1958, Jenks).
    """

    status: tuple[IndexClass, ...]
    dynamic: tuple[IndexClass, ...] = ()
    by: Literal["limits", "quantiles", "ranks", "natural_breaks"] = "limits"
    quantile_type: int = Field(default=7, ge=1, le=9)

    @model_validator(mode="after")
    def _fits(self) -> IndexClasses:
        if self.by == "limits":
            for classes in (self.status, self.dynamic):
                limits = [c.upper for c in classes[:-1]]
                rising = all(a is not None and b is not None and a < b for a, b in pairwise(limits))  # fmt: skip
                if classes and (None in limits or classes[-1].upper is not None or not rising):
                    raise ValueError(
                        "Jede Klasse außer der letzten braucht „upper“, und die Grenzen müssen steigen"
                    )
        elif any(c.upper is not None for c in (*self.status, *self.dynamic)):
            raise ValueError(f'by = "{self.by}" findet die Grenzen selbst; „upper“ passt dazu nicht')
        return self


class Variation(Record):
    """What the stability of an index is tried against: 1.0 in `weights` would vary each weight between nothing and double."""

    weights: float = Field(default=0.5, ge=0, le=1)
    errors: bool = True
    normalise: tuple[Normalisation, ...] = ()
    aggregate: tuple[Aggregation, ...] = ()
    leave_one_out: bool = False
    variants: int = Field(default=1_000, ge=50, le=100_000)


class Recipe(Block):
    """How components become one score and a class per area; every choice by name (Rezept eines Index)."""

    label: str
    preset: str = ""
    components: tuple[Component, ...] = Field(min_length=1)
    classes: IndexClasses
    dimensions: tuple[Dimension, ...] = ()
    orientation: Literal["burden", "advantage"] = "burden"
    outliers: Outliers = Outliers()
    impute: Literal["none", "mean", "median", "group_mean"] = "none"
    gap_rule: Literal["all", "available"] = "all"
    minimum_available: int = 0
    minimum_areas: int = Field(default=8, ge=3)
    reference: Literal["rated", "all"] = "rated"
    normalise: Normalisation = "z_score"
    centre: Literal["area_mean", "municipality"] = "area_mean"
    spread: Literal["population_sd", "sample_sd"] = "population_sd"
    ties: Literal["average", "min", "max"] = "average"
    range: tuple[float, float] = (0.0, 100.0)
    decimals: int | None = Field(default=None, ge=0, le=12)
    weights: Weighting = "given"
    weights_total: float | None = None
    share_bounds: tuple[float, float] = (0.0, 1.0)
    aggregate: Aggregation = "sum"
    scale: Scale = "sd"
    exclusions: tuple[Exclusion, ...] = ()
    stability: Variation = Variation()
    choices: tuple[Choice, ...] = ()
    description: str = ""
    method: str = ""
    literature: str = ""

    @model_validator(mode="after")
    def _holds_together(self) -> Recipe:
        problems = [*_tree_problems(self), *_weight_problems(self), *_scale_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def ddof(self) -> int:
        """Degrees of freedom taken off in the spread: 0 for the population, 1 for a sample."""
        return 0 if self.spread == "population_sd" else 1

    @property
    def names(self) -> list[str]:
        """Indicators of the components in their order."""
        return [c.indicator for c in self.components]

    @property
    def is_linear(self) -> bool:
        """Whether the score is a weighted sum of the normalised components, so that a component has one contribution."""
        plain = {self.aggregate, *(d.aggregate or self.aggregate for d in self.dimensions)}
        own = any(d.normalise in RANKED for d in self.dimensions)
        weighting = {self.weights, *(d.weights or self.weights for d in self.dimensions)}
        return plain <= {"sum", "arithmetic"} and not own and "benefit_of_the_doubt" not in weighting

    def choices_only(self) -> dict[str, object]:
        """What decides over the figures: the recipe without names, dates, texts and single exclusions; defaults are left out."""
        words = {"id", "label", "description", "method", "literature", "choices", "edition", "period", "exclusions", "stability", "preset"}  # fmt: skip
        return self.model_dump(mode="json", exclude=words, exclude_defaults=True)

    def method_id(self) -> str:
        """A key of the method: equal for two editions that differ in date and exclusions alone."""
        return _digest(self.choices_only())

    def digest(self) -> str:
        """A key of the whole edition: changes with everything but its explanations."""
        words = {"description", "method", "literature", "choices"}
        return _digest(self.model_dump(mode="json", exclude=words, exclude_defaults=True))


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _tree_problems(recipe: Recipe) -> list[str]:
    """Dimensions that are missing, doubled, empty or in a circle."""
    ids = [d.id for d in recipe.dimensions]
    known, problems = set(ids), []
    problems += [
        f"Die Dimension „{i}“ steht zweimal da" for i in sorted({i for i in ids if ids.count(i) > 1})
    ]
    named = {c.dimension for c in recipe.components if c.dimension} | {d.parent for d in recipe.dimensions if d.parent}  # fmt: skip
    problems += [f"Die Dimension „{i}“ ist nicht beschrieben" for i in sorted(named - known)]
    problems += [f"Die Dimension „{i}“ hat keinen Baustein" for i in sorted(known - named)]
    parents = {d.id: d.parent for d in recipe.dimensions}
    for start in known:
        place, seen = start, set[str]()
        while place and place not in seen:
            seen.add(place)
            place = parents.get(place, "")
        if place:
            problems.append(f"Die Dimension „{start}“ liegt in sich selbst")
    return problems


def _weight_problems(recipe: Recipe) -> list[str]:
    """Weights that do not add up, and one component in two directions."""
    problems = []
    directions: dict[str, set[int]] = {}
    for c in recipe.components:
        directions.setdefault(c.indicator, set()).add(c.direction)
    problems += [f"Der Baustein „{name}“ steht in beiden Richtungen da" for name, found in directions.items() if len(found) > 1]  # fmt: skip
    problems += [f"Der Baustein „{name}“ steht zweimal da" for name, found in directions.items() if len(found) == 1 and recipe.names.count(name) > 1]  # fmt: skip
    for node, weights in _groups(recipe).items():
        place = f"der Dimension „{node}“" if node else "der obersten Ebene"
        total = sum(weights)
        if total <= 0:
            problems.append(f"Die Gewichte {place} ergeben zusammen 0")
        elif recipe.weights_total is not None and abs(total - recipe.weights_total) > 1e-9:
            problems.append(
                f"Die Gewichte {place} ergeben {total:g} statt {recipe.weights_total:g} (weights_total)".replace(
                    ".", ","
                )
            )
    return problems


def _groups(recipe: Recipe) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = {}
    for c in recipe.components:
        groups.setdefault(c.dimension, []).append(c.weight)
    for d in recipe.dimensions:
        groups.setdefault(d.parent, []).append(d.weight)
    return groups


def _scale_problems(recipe: Recipe) -> list[str]:
    """Marks of the scale that a method needs, and choices that do not go together."""
    problems = []
    for c in recipe.components:
        method = c.normalise or recipe.normalise
        if method in ("distance_to_target", "distance_to_reference") and c.target is None:
            problems.append(f"Der Baustein „{c.indicator}“ braucht für {method} einen „target“")
        if method == "fraction_of_maximum" and c.direction < 0:
            problems.append(f"Der Baustein „{c.indicator}“ hat direction = -1; fraction_of_maximum kennt keine Umkehr")  # fmt: skip
        if c.lower is not None and c.upper is not None and c.lower >= c.upper:
            problems.append(f"Der Baustein „{c.indicator}“ hat lower ≥ upper")
    positive = {recipe.aggregate, *(d.aggregate for d in recipe.dimensions)} & {"geometric", "harmonic"}
    centred = {recipe.normalise, *(c.normalise for c in recipe.components)} & {"z_score", "signed_chi_squared"}  # fmt: skip
    if positive and centred:
        problems.append(f'aggregate = "{sorted(str(p) for p in positive)[0]}" braucht Werte über null; z-Werte sind auch negativ. Wählen Sie zum Beispiel normalise = "min_max" mit range = [1, 100]')  # fmt: skip
    methods = {recipe.normalise, *(c.normalise for c in recipe.components)} - {None}
    uncentred = methods - {"z_score", "signed_chi_squared"} or {d.normalise for d in recipe.dimensions} - {None, "z_score"}  # fmt: skip
    if recipe.scale == "sd" and (uncentred or recipe.aggregate == "mazziotta_pareto"):
        problems.append('scale = "sd" teilt nur durch die Streuung und passt zu z-Werten. Wählen Sie scale = "z_score", "min_max" oder "none"')  # fmt: skip
    if recipe.range[0] >= recipe.range[1]:
        problems.append("range muss von klein nach groß gehen")
    return problems


class Lift(Record):
    """Larger areas to which the scores are lifted as means weighted with an indicator of size (population)."""

    to: tuple[str, ...]
    weight: str


class Index(Recipe):
    """One edition of a composite index (Index-Ausgabe); a published edition is never edited.

    `frame` freezes centre, spread and weights at an earlier period, so that scores of later periods may be compared.
    """

    edition: str
    level: str
    period: str
    version: str = ""
    population: str = "einwohner"
    dynamic_years: int = 0
    exclude_below: int = 0
    recoded: bool = False
    frame: str = ""
    group_level: str = ""
    lift: Lift | None = None

    @model_validator(mode="after")
    def _may_be_frozen(self) -> Index:
        used = {self.normalise, *(c.normalise for c in self.components)} & RANKED
        if self.frame and used:
            raise ValueError(f"„frame“ friert Mitte und Streuung ein; {sorted(m for m in used if m)[0]} hat keine")  # fmt: skip
        if self.impute == "group_mean" and not self.group_level:
            raise ValueError('impute = "group_mean" braucht group_level = "<größere Ebene>"')
        return self
