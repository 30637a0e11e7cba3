"""Areas that planning names: taken from the shown release, and moved along the Umstiegsschlüssel after a reform (Gebiete)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from sozialraum.products import catalogue as catalogues
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring.access import Place
from sozialraum_web.records.models import Area

# a successor that takes less than this share of the old area is not named
SMALLEST_SHARE = 0.1


@dataclass(frozen=True)
class Successor:
    """Where a part of an old area went: code, share, and the basis of the share in words."""

    code: str
    share: float
    basis: str


def planned_area(municipality: Municipality, area: catalogues.Area) -> Area:
    """The row of an area of the catalogue, made when planning names it for the first time."""
    row, _ = Area.objects.get_or_create(
        municipality=municipality,
        version=area.version,
        level=area.level,
        code=area.code,
        defaults={"name": area.name[:200]},
    )
    return row


def area_of_key(place: Place, key: str) -> Area | None:
    """The row of `level:code`, None for what the current Gebietsstand does not know."""
    level, _, code = key.partition(":")
    found = place.catalogue.area(level, code)
    return planned_area(place.municipality, found) if found else None


def areas_of_keys(place: Place, keys: Iterable[str]) -> list[Area]:
    """Rows of several keys, unknown ones left out."""
    return [row for key in keys if (row := area_of_key(place, key)) is not None]


def outdated(place: Place) -> list[Area]:
    """Named areas that the current Gebietsstand does not have any more."""
    catalogue = place.catalogue
    rows = Area.objects.filter(municipality=place.municipality).exclude(version=catalogue.current_version)
    return [row for row in rows if catalogue.area(row.level, row.code) is None or _moved(place, row)]


def _moved(place: Place, row: Area) -> bool:
    """Whether an area with the same code is another area now."""
    found = successors(place, row)
    return bool(found) and (len(found) > 1 or found[0].code != row.code)


def successors(place: Place, row: Area) -> list[Successor]:
    """The areas of the current Gebietsstand an old one lies in, largest share first; from `umstieg.csv`."""
    file = place.release.folder / "umstieg.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as handle:
        found = [
            Successor(line["to"], float(line["share"]), line.get("basis", ""))
            for line in csv.DictReader(handle)
            if line.get("from") == row.code
            and line.get("from_version", row.version) == row.version
            and line.get("to_version", place.catalogue.current_version) == place.catalogue.current_version
        ]
    kept = [item for item in found if item.share >= SMALLEST_SHARE]
    return sorted(kept, key=lambda item: -item.share)
