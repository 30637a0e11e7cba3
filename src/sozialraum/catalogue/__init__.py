"""The catalogue (Katalog): what indicators, indices, variables, sources and rules are, and how their TOML is read."""

from sozialraum.catalogue.loader import Catalogue, load, shipped
from sozialraum.catalogue.model import (
    Component,
    DatedName,
    Exclusion,
    Index,
    IndexClass,
    Indicator,
    Kind,
    Polarity,
    Rule,
    Selection,
    Source,
    Topic,
    Variable,
)

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
    "Rule",
    "Selection",
    "Source",
    "Topic",
    "Variable",
    "load",
    "shipped",
]
