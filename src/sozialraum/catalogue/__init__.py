"""The catalogue (Katalog): what indicators, indices, variables, sources and rules are, and how their TOML is read."""

from sozialraum.catalogue.loader import Catalogue, load, shipped
from sozialraum.catalogue.model import (
    DatedName,
    Indicator,
    Kind,
    Polarity,
    Rule,
    Selection,
    Source,
    Topic,
    Variable,
)
from sozialraum.catalogue.recipe import Component, Exclusion, Index, IndexClass, Recipe

__all__ = [
    "Catalogue",
    "Component",
    "DatedName",
    "Exclusion",
    "Index",
    "IndexClass",
    "Indicator",
    "Kind",
    "Polarity",
    "Recipe",
    "Rule",
    "Selection",
    "Source",
    "Topic",
    "Variable",
    "load",
    "shipped",
]
