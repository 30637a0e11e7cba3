"""The hierarchy of an index as numbered columns: components, dimensions above them, the index last (Hierarchie).

Components are columns 0 … J-1 in the order of the recipe; dimensions follow from the leaves up; the last is the index
itself. Every column but the last has one weight: the one with which it enters its parent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.catalogue.recipe import Aggregation, Dimension, Normalisation, Recipe, Weighting
from sozialraum.indices.aggregate import AGGREGATE, mazziotta_pareto
from sozialraum.indices.normalise import exponential, percentile_rank, rank, span_frame, z_frame

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Node:
    """A dimension, or the index (id ""): which columns it sums up, and how."""

    id: str
    members: tuple[int, ...]
    weighting: Weighting
    aggregate: Aggregation
    normalise: Normalisation | None


@dataclass(frozen=True)
class Tree:
    """All nodes from the leaves up, and the weights of the recipe for every column but the last."""

    leaves: int
    nodes: tuple[Node, ...]
    weights: Floats

    @property
    def columns(self) -> list[str]:
        """Names of the dimensions and of the index, after the components."""
        return [node.id for node in self.nodes]


def tree_of(recipe: Recipe) -> Tree:
    """Number the columns of a recipe."""
    order = _bottom_up(recipe)
    leaves = len(recipe.components)
    place = {d.id: leaves + number for number, d in enumerate(order)}
    children: dict[str, list[int]] = {node: [] for node in ["", *place]}
    for number, component in enumerate(recipe.components):
        children[component.dimension].append(number)
    for d in order:
        children[d.parent].append(place[d.id])
    nodes = [
        Node(
            d.id,
            tuple(children[d.id]),
            d.weights or recipe.weights,
            d.aggregate or recipe.aggregate,
            d.normalise,
        )
        for d in order
    ]
    # With dimensions, data-driven weights are a matter of the components; the dimensions keep the ones they were given.
    top: Weighting = "given" if recipe.dimensions and not _top_components(recipe) else recipe.weights
    nodes.append(Node("", tuple(children[""]), top, recipe.aggregate, None))
    weights = [c.weight for c in recipe.components] + [d.weight for d in order]
    return Tree(leaves, tuple(nodes), np.array(weights, dtype=float))


def _top_components(recipe: Recipe) -> bool:
    return any(not c.dimension for c in recipe.components)


def _bottom_up(recipe: Recipe) -> list[Dimension]:
    """Dimensions, each after those below it."""
    parents = {d.id: d.parent for d in recipe.dimensions}

    def depth(name: str) -> int:
        return 0 if not name else 1 + depth(parents[name])

    return sorted(recipe.dimensions, key=lambda d: -depth(d.id))


def climb(tree: Tree, leaves: Floats, weights: Floats, recipe: Recipe, *, area_weights: dict[int, Floats] | None = None,
          aggregate: Aggregation | None = None) -> Floats:  # fmt: skip
    """Scores of every node, (…, areas, nodes): components on one scale, summed up from the leaves to the index.

    `leaves` is (…, areas, components), `weights` (…, columns but the last). `area_weights` are weights of their own for
    each area at some nodes; `aggregate` replaces the way of summing up at every node.
    """
    shape = np.broadcast_shapes(leaves.shape[:-2], weights.shape[:-1])
    found: list[Floats] = []
    for number, node in enumerate(tree.nodes):
        members = _members(tree, node, leaves, found)
        own = weights[..., list(node.members)]
        if area_weights and number in area_weights:
            score = (members * area_weights[number]).sum(axis=-1)
        else:
            score = _summed(aggregate or node.aggregate, members, own, recipe)
        score = score if recipe.decimals is None else np.round(score, recipe.decimals)
        found.append(rescaled(np.broadcast_to(score, (*shape, leaves.shape[-2])), node.normalise, recipe))
    return np.stack(found, axis=-1)


def _members(tree: Tree, node: Node, leaves: Floats, found: list[Floats]) -> Floats:
    if all(m < tree.leaves for m in node.members):
        places = list(node.members)
        return leaves if places == list(range(tree.leaves)) else leaves[..., places]
    parts = [leaves[..., m] if m < tree.leaves else found[m - tree.leaves] for m in node.members]
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    return np.stack([np.broadcast_to(part, shape) for part in parts], axis=-1)


def _summed(method: Aggregation, members: Floats, weights: Floats, recipe: Recipe) -> Floats:
    if method == "mazziotta_pareto":
        # Standard scores are brought to 100 ± 10, the scale for which the penalty is made.
        scaled = 100.0 + 10.0 * members if recipe.normalise == "z_score" else members
        return mazziotta_pareto(scaled, weights, burden=recipe.orientation == "burden")
    return AGGREGATE[method](members, weights)


def rescaled(scores: Floats, method: Normalisation | str | None, recipe: Recipe) -> Floats:
    """Scores (…, areas) of a dimension or of the index, on a scale of their own once more."""
    found = _rescaled(scores, method, recipe)
    return found if recipe.decimals is None else np.round(found, recipe.decimals)


def _rescaled(scores: Floats, method: Normalisation | str | None, recipe: Recipe) -> Floats:
    column = scores[..., None]
    if method in (None, "none"):
        return scores
    if method == "z_score":
        return z_frame(column, ddof=recipe.ddof).scaled(column)[..., 0]
    if method == "min_max":
        low, high = recipe.range
        return (low + (high - low) * span_frame(column).scaled(column))[..., 0]
    if method == "percentile_rank":
        return percentile_rank(column, ties=recipe.ties)[..., 0]
    if method == "rank":
        return rank(column, ties=recipe.ties)[..., 0]
    if method == "exponential":
        return exponential(column, ties=recipe.ties)[..., 0]
    raise ValueError(f"a dimension cannot be normalised by {method}")
