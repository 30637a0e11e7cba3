"""The one path from components to scores, classes and ranks; the same for a town and for published reference data (Rechenweg).

gaps → transformation → outliers → one scale → weights → sums up the hierarchy → scale of the score → classes, ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.catalogue.recipe import Component, IndexClass, Recipe
from sozialraum.errors import CatalogueError, Finding
from sozialraum.indices import normalise as scales
from sozialraum.indices.classify import class_places, in_words
from sozialraum.indices.normalise import Frame
from sozialraum.indices.treat import IMPUTE, TRANSFORM, treat
from sozialraum.indices.tree import Tree, climb, rescaled, tree_of
from sozialraum.indices.weight import WEIGHT, benefit_of_the_doubt

Floats = NDArray[np.float64]
LINEAR = frozenset({"z_score", "min_max", "distance_to_maximum", "distance_to_reference", "distance_to_target", "fraction_of_maximum"})  # fmt: skip

RANKS = {"rank": scales.rank, "borda": scales.borda, "percentile_rank": scales.percentile_rank}


@dataclass(frozen=True)
class Inputs:
    """What an index is computed from: areas × components in the order of the recipe, NaN where a value is missing.

    `centre` are the values of the whole municipality, `errors` standard errors of the values (0: exact), `groups` the
    larger area of each; `numerators` and `denominators` are only needed for the signed chi-squared.
    """

    values: pd.DataFrame
    centre: Floats | None = None
    errors: pd.DataFrame | None = None
    groups: pd.Series | None = None
    numerators: pd.DataFrame | None = None
    denominators: pd.DataFrame | None = None

    def only(self, rows: NDArray[np.bool_]) -> Inputs:
        """The same for some areas."""
        parts = (self.errors, self.groups, self.numerators, self.denominators)
        e, g, n, d = (None if part is None else part[rows] for part in parts)
        return Inputs(self.values[rows], self.centre, e, g, n, d)  # type: ignore[arg-type]


class Fitted(NamedTuple):
    """What the reference areas decide, and what a frozen frame keeps: scales, weights, spread of the score."""

    scales: Frame
    weights: Floats
    score: Frame | None


@dataclass(frozen=True)
class Outcome:
    """An index with every step: tables are areas × components, in the direction that adds to the score."""

    recipe: Recipe
    tree: Tree
    inputs: Inputs
    imputed: pd.DataFrame
    treated: pd.DataFrame
    normalised: pd.DataFrame
    nodes: pd.DataFrame
    raw: pd.Series
    score: pd.Series
    places: NDArray[np.intp]
    rank: pd.Series
    fitted: Fitted
    area_weights: dict[int, Floats] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def areas(self) -> pd.Index:
        """The rated areas."""
        return self.score.index

    @property
    def classes(self) -> list[str]:
        """The class of each rated area in words."""
        return in_words(self.places, self.score.to_numpy(float), self.recipe.classes.status)

    @property
    def weights(self) -> pd.Series:
        """Weight with which each component and dimension enters its parent."""
        return pd.Series(self.fitted.weights, index=[*self.recipe.names, *self.tree.columns[:-1]])


def problem(recipe: Recipe, message: str, remedy: str) -> CatalogueError:
    """An error of a recipe in the words of a planner."""
    return CatalogueError(Finding(f"Index [{recipe.id}]: {message}", remedy))


def label_of(recipe: Recipe, number: int) -> str:
    """How a component is called in messages."""
    component = recipe.components[number]
    return component.label or component.indicator


def rated(inputs: Inputs, recipe: Recipe) -> NDArray[np.bool_]:
    """Which areas have enough components: all, or as many as the recipe demands."""
    known = inputs.values.notna().to_numpy().sum(axis=1)
    every = recipe.gap_rule == "all" and recipe.impute == "none"
    return np.asarray(known >= (len(recipe.components) if every else max(recipe.minimum_available, 1)))


def calculate(inputs: Inputs, recipe: Recipe, *, frozen: Fitted | None = None, classes: Sequence[IndexClass] | None = None) -> Outcome:  # fmt: skip
    """Compute an index over the areas that have enough components.

    `frozen` takes scales, weights and spread from an earlier computation. Raises CatalogueError when a component is missing
    everywhere or does not vary, when too few areas are left, or when a method does not fit the values.
    """
    tree = tree_of(recipe)
    _refuse_empty(inputs, recipe)
    kept = rated(inputs, recipe)
    if recipe.reference == "rated":
        inputs, kept = inputs.only(kept), kept[kept]
    if kept.sum() < recipe.minimum_areas:
        raise problem(
            recipe,
            f"Nur {int(kept.sum())} Gebiete haben alle Bausteine; ein Index braucht mindestens {recipe.minimum_areas}.",
            "Wählen Sie eine größere Ebene oder andere Bausteine; „minimum_areas“ senkt die Grenze auf eigene Verantwortung.",
        )
    imputed = _imputed(inputs, recipe)
    treated, notes = _treated(imputed, recipe)
    scaled, frame = on_one_scale(treated, recipe, inputs=inputs, frozen=frozen.scales if frozen else None)
    # With reference = "all" an area that is not rated still counts in the scale of the components that it has.
    inputs, imputed, treated, scaled = inputs.only(kept), imputed[kept], treated[kept], scaled[kept]
    areas, names = inputs.values.index, recipe.names
    scaled = _filled(scaled, tree)
    weights, own = (frozen.weights, {}) if frozen else _fitted_weights(scaled, recipe, tree)
    nodes = _climbed(tree, scaled, weights, recipe, own)
    raw = nodes[:, -1]
    score, spread = _scored(raw, recipe, frozen.score if frozen else None)

    def table(x: Floats) -> pd.DataFrame:
        return pd.DataFrame(x, index=areas, columns=names)

    return Outcome(
        recipe, tree, inputs, table(imputed), table(treated),
        table(scaled), pd.DataFrame(nodes, index=areas, columns=tree.columns), pd.Series(raw, index=areas),
        pd.Series(score, index=areas), class_places(score, recipe.classes, classes or recipe.classes.status),
        pd.Series(competition_rank(score), index=areas), Fitted(frame, weights, spread), own, notes,
    )  # fmt: skip


def _refuse_empty(inputs: Inputs, recipe: Recipe) -> None:
    empty = [label_of(recipe, j) for j, gone in enumerate(inputs.values.isna().all(axis=0)) if gone]
    if empty:
        raise problem(
            recipe,
            f"Für {', '.join(f'„{name}“' for name in empty)} liegt in keinem Gebiet ein Wert vor.",
            "Prüfen Sie Lieferung, Zeitraum und Ebene, oder nehmen Sie den Baustein heraus.",
        )


def _imputed(inputs: Inputs, recipe: Recipe) -> Floats:
    values = inputs.values.to_numpy(float)
    if recipe.impute == "none":
        return values
    groups = None if inputs.groups is None else inputs.groups.to_numpy(str)
    return IMPUTE[recipe.impute](values, groups)


def _treated(values: Floats, recipe: Recipe) -> tuple[Floats, tuple[str, ...]]:
    """Transformed and freed of outliers, component by component, with a note on each treatment."""
    result, notes = values.copy(), []
    for j, component in enumerate(recipe.components):
        if component.transform:
            result[:, j] = _transformed(recipe, j, result[:, j])
        if recipe.outliers.method == "winsorise":
            rule = recipe.outliers
            found = treat(result[:, j], skewness=rule.skewness, kurtosis=rule.kurtosis, points=rule.points, then=rule.then)  # fmt: skip
            result[:, j] = found.values
            if found.applied:
                what = (
                    f"{found.points} Werte herangezogen" if found.applied == "winsorise" else "logarithmiert"
                )
                notes.append(f"{label_of(recipe, j)}: {what}")
    return result, tuple(notes)


def _transformed(recipe: Recipe, j: int, x: Floats) -> Floats:
    name = recipe.components[j].transform
    try:
        return TRANSFORM[name](x)
    except ValueError as error:
        raise problem(
            recipe,
            f"Der Baustein „{label_of(recipe, j)}“ hat Werte von null oder darunter; transform = „{name}“ ist damit nicht möglich.",
            "Wählen Sie log1p für Anteile mit Nullen, oder lassen Sie die Umformung weg.",
        ) from error


def on_one_scale(values: Floats, recipe: Recipe, *, inputs: Inputs | None = None, frozen: Frame | None = None,
                 method: str | None = None) -> tuple[Floats, Frame]:  # fmt: skip
    """Components (…, areas, J) on one scale, pointing the way that adds to the score; and the scale of the linear ones.

    `method` replaces the normalisation of every component (for variants).
    """
    result = np.empty_like(values)
    shape = (*values.shape[:-2], 1, values.shape[-1])
    shift, spread = np.full(shape, np.nan), np.full(shape, np.nan)
    groups: dict[str, list[int]] = {}
    for j, component in enumerate(recipe.components):
        groups.setdefault(method or component.normalise or recipe.normalise, []).append(j)
    for name, columns in groups.items():
        parts = [recipe.components[j] for j in columns]
        x = values[..., columns]
        if name in LINEAR:
            signs = np.array([c.direction for c in parts], dtype=float)
            given = None if frozen is None else Frame(frozen.shift[..., columns], frozen.spread[..., columns])
            frame = given or _frame(name, x * signs, parts, recipe, inputs, columns)
            found = frame.scaled(x * signs)
            shift[..., columns], spread[..., columns] = frame
            result[..., columns] = _in_range(name, found, recipe)
        else:
            result[..., columns] = _ranked(name, x, parts, recipe, inputs, columns)
    return _rounded(result, recipe), Frame(shift, spread)


def _rounded(x: Floats, recipe: Recipe) -> Floats:
    return x if recipe.decimals is None else np.round(x, recipe.decimals)


def _frame(name: str, x: Floats, parts: Sequence[Component], recipe: Recipe, inputs: Inputs | None, columns: list[int]) -> Frame:  # fmt: skip
    signs = np.array([c.direction for c in parts], dtype=float)
    try:
        if name == "z_score":
            centre = None
            if recipe.centre == "municipality" and inputs is not None and inputs.centre is not None:
                centre = inputs.centre[columns] * signs
            return scales.z_frame(x, centre=centre, ddof=recipe.ddof)
        if name == "fraction_of_maximum":
            return Frame(
                np.zeros_like(x[..., :1, :]), scales.span_frame(x, lower=np.zeros(len(parts))).spread
            )
        marks = [_marks(c) for c in parts]
        low, high = np.array([m[0] for m in marks]), np.array([m[1] for m in marks])
        target = np.array([np.nan if c.target is None else c.target * c.direction for c in parts])
        if name in ("distance_to_reference", "distance_to_target"):
            return scales.span_frame(x, lower=low, upper=target)
        return scales.span_frame(x, lower=low, upper=high)
    except ValueError as error:
        flat = [label_of(recipe, j) for place, j in enumerate(columns) if _is_flat(x[..., place])]
        names = ", ".join(f"„{n}“" for n in flat) or "Ein Baustein"
        raise problem(
            recipe, f"{names} ist in allen Gebieten gleich und unterscheidet nichts.", "Nehmen Sie den Baustein heraus, oder prüfen Sie die Lieferung."
        ) from error  # fmt: skip


def _is_flat(x: Floats) -> bool:
    known = x[np.isfinite(x)]
    return bool(len(known) < 2 or np.ptp(known) <= 1e-12 * max(float(np.abs(known).max()), 1e-300))


def _marks(c: Component) -> tuple[float, float]:
    """Fixed ends of the scale in the direction of the component; NaN where it has none."""
    low, high = (np.nan if m is None else m * c.direction for m in (c.lower, c.upper))
    return (low, high) if c.direction > 0 else (high, low)


def _in_range(name: str, x: Floats, recipe: Recipe) -> Floats:
    if name == "min_max":
        low, high = recipe.range
        return np.asarray(low + (high - low) * x)
    return np.minimum(x, 1.0) if name == "distance_to_target" else x


def _ranked(name: str, x: Floats, parts: Sequence[Component], recipe: Recipe, inputs: Inputs | None, columns: list[int]) -> Floats:  # fmt: skip
    signs = np.array([c.direction for c in parts], dtype=float)
    if name == "none":
        return np.asarray(x * signs)
    if name == "signed_chi_squared":
        if inputs is None or inputs.numerators is None or inputs.denominators is None:
            raise problem(recipe, "Das Vorzeichen-χ² braucht Zähler und Nenner jedes Bausteins.", "Nehmen Sie Kennzahlen, die aus Fallzahlen gerechnet sind.")  # fmt: skip
        parts_of = inputs.numerators.to_numpy(float)[:, columns], inputs.denominators.to_numpy(float)[:, columns]  # fmt: skip
        return np.asarray(scales.signed_chi_squared(*parts_of) * signs)
    if name == "exponential":
        ranked = np.array([c.ranked for c in parts])
        found = np.empty_like(x)
        if ranked.any():
            found[..., ranked] = scales.exponential(x[..., ranked], ranked=True)
        if not ranked.all():
            found[..., ~ranked] = scales.exponential((x * signs)[..., ~ranked], ties=recipe.ties)
        return found
    found = RANKS[name](x, ties=recipe.ties)
    number = np.isfinite(x).sum(axis=-2, keepdims=True)
    # The mirror of the scale and not a descending rank: tied values keep the rule of their ties.
    mirror = {"percentile_rank": 1.0 - found, "rank": number + 1.0 - found, "borda": number - 1.0 - found}[name]  # fmt: skip
    return np.where(signs > 0, found, mirror)


def _filled(scaled: Floats, tree: Tree) -> Floats:
    """A missing component counts like the weighted mean of the others of its dimension in the area, else of all."""
    known = np.isfinite(scaled)
    if known.all():
        return scaled
    leaf = tree.weights[: tree.leaves]
    everything = _mean_of(scaled, leaf)
    result = scaled.copy()
    for node in tree.nodes:
        members = [m for m in node.members if m < tree.leaves]
        if members:
            near = _mean_of(scaled[:, members], leaf[members])
            fill = np.where(np.isfinite(near), near, everything)
            result[:, members] = np.where(known[:, members], scaled[:, members], fill[:, None])
    return result


def _mean_of(values: Floats, weights: Floats) -> Floats:
    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((np.where(known, values, 0.0) @ weights) / (known @ weights))


def _fitted_weights(scaled: Floats, recipe: Recipe, tree: Tree) -> tuple[Floats, dict[int, Floats]]:
    """Weights of every column, found in the data where the recipe says so, from the leaves up."""
    weights, own = tree.weights.copy(), dict[int, Floats]()
    for number, node in enumerate(tree.nodes):
        if node.weighting == "given":
            continue
        if node.weighting == "equal":
            weights[list(node.members)] = 1.0
            continue
        nodes = _climbed(tree, scaled, weights, recipe, own)
        members = np.column_stack([scaled[:, m] if m < tree.leaves else nodes[:, m - tree.leaves] for m in node.members])  # fmt: skip
        try:
            if node.weighting == "benefit_of_the_doubt":
                own[number] = benefit_of_the_doubt(members, recipe.share_bounds)
                weights[list(node.members)] = own[number].mean(axis=0)
            elif len(node.members) > 1:
                weights[list(node.members)] = WEIGHT[node.weighting](members)
            else:
                weights[list(node.members)] = 1.0
        except ValueError as error:
            raise _weights_refused(recipe, node.weighting, node.id) from error
    return weights, own


def _weights_refused(recipe: Recipe, weighting: str, node: str) -> CatalogueError:
    place = f" der Dimension „{node}“" if node else ""
    if weighting == "pca":
        return problem(recipe, f"Die Bausteine{place} zeigen in widersprüchliche Richtungen: Mindestens einer lädt gegen die anderen auf die gemeinsame Hauptkomponente.", "Prüfen Sie „direction“, oder nehmen Sie den Baustein in eine eigene Dimension.")  # fmt: skip
    return problem(recipe, f"Die Gewichte{place} lassen sich mit „{weighting}“ nicht bestimmen.", 'Für „benefit_of_the_doubt“ müssen die Werte ab null beginnen (normalise = "min_max") und „share_bounds“ erfüllbar sein.')  # fmt: skip


def _climbed(tree: Tree, scaled: Floats, weights: Floats, recipe: Recipe, own: dict[int, Floats]) -> Floats:
    try:
        return climb(tree, scaled, weights, recipe, area_weights=own)
    except ValueError as error:
        raise problem(
            recipe, "Geometrisches und harmonisches Mittel brauchen Werte über null.", 'Wählen Sie zum Beispiel normalise = "min_max" mit range = [1, 100].'
        ) from error  # fmt: skip


def _scored(raw: Floats, recipe: Recipe, frozen: Frame | None) -> tuple[Floats, Frame | None]:
    """The score on its scale, and that scale where it is linear."""
    column = raw[:, None]
    if frozen is not None:
        return frozen.scaled(column)[:, 0], frozen
    if recipe.scale in ("sd", "z_score"):
        try:
            # The components are centred already, on the areas or on the municipality: "sd" keeps that zero.
            frame = scales.z_frame(column, centre=np.zeros((1, 1)) if recipe.scale == "sd" else None, ddof=recipe.ddof)  # fmt: skip
        except ValueError as error:
            raise problem(recipe, "Die Summe der Bausteine ist in allen Gebieten gleich.", "Prüfen Sie Richtungen und Gewichte: Bausteine heben sich auf.") from error  # fmt: skip
        return frame.scaled(column)[:, 0], frame
    if recipe.scale == "min_max":
        low, high = recipe.range
        span = scales.span_frame(column)
        spread = span.spread / (high - low)
        frame = Frame(span.shift - low * spread, spread)
        return frame.scaled(column)[:, 0], frame
    if recipe.scale == "none":
        return raw, Frame(np.zeros((1, 1)), np.ones((1, 1)))
    return rescaled(raw, recipe.scale, recipe), None


def competition_rank(scores: Floats) -> Floats:
    """Ranks from 1 for the highest score; equal scores share the better rank."""
    ordered = np.sort(scores)
    return np.asarray(len(scores) - np.searchsorted(ordered, scores, side="right") + 1.0)
