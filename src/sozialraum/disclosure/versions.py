"""One period on two versions of the areas: tables that overlap and must not both be published (Gebietsstände in der Freigabe)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.disclosure.compose import variable_of
from sozialraum.errors import DisclosureError, Finding, raise_if_errors
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE


def refuse_second_version(delivered: pd.DataFrame, catalogue: Catalogue, known: Iterable[str] = ()) -> None:
    """Refuse counts of one period on two versions: areas that overlap could be subtracted from one another.

    `delivered` are COUNTS as received, `known` the keys of counts that earlier releases printed. Sources that were published
    by their owner are not concerned. Raises DisclosureError.
    """
    now = delivered.loc[delivered["level"] != MUNICIPALITY_LEVEL, ["variable", "period", "version"]]
    before = pd.DataFrame(_printed(known), columns=now.columns)
    there = pd.concat([now, before]).drop_duplicates()
    concerned = there.merge(now[["variable", "period"]].drop_duplicates())
    findings = [
        Finding(
            f"„{catalogue.variables[str(variable)].label}“ {period} liegt auf mehreren Gebietsständen vor: {', '.join(sorted(group['version']))}. Wo sich Gebiete überschneiden, ließen sich gesperrte Werte als Unterschied errechnen.",
            "Geben Sie jeden Zeitraum auf einem Gebietsstand frei; den anderen rechnet „umrechnen_auf“ aus geschützten Werten.",
        )
        for (variable, period), group in concerned.groupby(["variable", "period"], sort=True)
        if len(group) > 1 and not _is_public(str(variable), catalogue)
    ]
    raise_if_errors(findings, DisclosureError)


def refuse_changed_areas(geographies: Mapping[str, Geography], known: Iterable[str]) -> None:
    """Refuse areas that were united or dropped within a Gebietsstand whose figures are public already.

    What a united area prints less what one of its parts has printed is the other part. `known` are the keys of cells that
    earlier releases printed or hid. Raises DisclosureError; a new Gebietsstand keeps the two apart.
    """
    gone: dict[str, set[str]] = {}
    for key in known:
        version, _, level, area, _ = key.split("|", 4)
        geography = geographies.get(version)
        if geography is not None and area != NOT_ASSIGNABLE and (level, area) not in geography.by_code:
            gone.setdefault(version, set()).add(area)
    raise_if_errors(
        [
            Finding(
                f"Im Gebietsstand „{version}“ gibt es Gebiete nicht mehr, zu denen schon Zahlen freigegeben sind: {', '.join(sorted(areas)[:12])}. Aus zusammengelegten und einzelnen Zahlen ließen sich gesperrte errechnen.",
                "Legen Sie die Zusammenlegung als neuen Gebietsstand an, oder nehmen Sie sie zurück.",
                file="kommune.toml",
            )
            for version, areas in sorted(gone.items())
        ],
        DisclosureError,
    )


def _printed(keys: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(variable, period, version) of printed counts below the municipality."""
    for key in keys:
        version, period, level, _, cell = key.split("|", 4)
        if level != MUNICIPALITY_LEVEL:
            yield variable_of(cell), period, version


def _is_public(variable: str, catalogue: Catalogue) -> bool:
    return catalogue.rule_of(catalogue.variables[variable].source).published
