"""What a view offers to keep as a finding: one of its areas with one of its indicators (Als Befund festhalten)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sozialraum.products.catalogue import Area, Indicator


@dataclass(frozen=True)
class Keep:
    """The choice of a small form: areas by key and name, indicators by id and label, one period or the newest of each."""

    areas: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str], ...]
    version: str
    period: str = ""


def keep(
    areas: Iterable[Area], indicators: Iterable[Indicator], version: str, period: str = ""
) -> Keep | None:
    """The areas a view shows, by name, with its indicators in their order; None where it shows no area or no indicator.

    Without `period` the finding takes the newest period of the chosen indicator.
    """
    places = sorted({(f"{area.level}:{area.code}", area.name) for area in areas}, key=lambda item: item[1])
    figures = list(dict.fromkeys((item.id, item.label) for item in indicators))
    return Keep(tuple(places), tuple(figures), version, period) if places and figures else None
