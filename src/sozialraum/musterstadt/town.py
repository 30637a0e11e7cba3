"""Where Musterstadt is made up: its quarters with names, sizes, seeds on the map and character (erfundene Gebiete)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST_YEAR, LAST_YEAR = 2015, 2024
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
AGS = "05999000"


class Quarter(NamedTuple):
    """One statistischer Bezirk and what draws people to it.

    `east`, `north` are kilometres from the market place; `size` is a share of dwellings. `burden` says how cheap and
    how poor the quarter is (0 = as the town), `families`, `young`, `old` whom its dwellings suit, and `abroad` how many
    newcomers from other countries already live there; `drift` is the change of `burden` over the whole decade.
    """

    code: str
    name: str
    east: float
    north: float
    size: float
    burden: float
    families: float
    young: float
    old: float
    abroad: float
    drift: float = 0.0


STADTTEILE = {
    "01": "Altstadt",
    "02": "Neustadt",
    "03": "Hafen",
    "04": "Nordend",
    "05": "Weststadt",
    "06": "Südstadt",
    "07": "Lindenberg",
    "08": "Rosenhöhe",
    "09": "Auenpark",
    "10": "Ostfeld",
    "11": "Mühlenbach",
    "12": "Hohenfeld",
}

QUARTERS: tuple[Quarter, ...] = (
    Quarter("011", "Marktviertel", 0.02, 0.12, 0.80, 0.2, -0.9, 0.9, 0.1, 0.3),
    Quarter("012", "Kirchviertel", -0.55, 0.02, 0.95, 0.1, -0.6, 0.7, 0.3, 0.2),
    Quarter("013", "Am Wall", 0.15, 0.62, 1.10, 0.3, -0.6, 0.9, 0.0, 0.3),
    Quarter("014", "Färberviertel", 0.62, 0.22, 0.90, 0.6, -0.4, 0.8, -0.1, 0.5),
    Quarter("015", "Schlossviertel", -0.48, 0.55, 1.00, -0.4, -0.4, 0.5, 0.4, -0.1),
    Quarter("021", "Bahnhofsviertel", 0.28, 1.18, 1.25, 0.9, -0.4, 0.9, -0.3, 0.8),
    Quarter("022", "Theaterviertel", -0.48, 1.15, 1.15, -0.3, -0.3, 0.8, 0.1, 0.0),
    Quarter("023", "Gartenstraße", 1.00, 0.92, 1.05, 0.2, -0.1, 0.5, 0.2, 0.2),
    Quarter("024", "Am Stadtpark", -0.15, 1.80, 1.10, -0.5, 0.0, 0.3, 0.5, -0.2),
    Quarter("025", "Ringviertel", 0.85, 1.72, 1.35, 0.5, 0.0, 0.6, -0.1, 0.5),
    Quarter("031", "Alter Hafen", 1.38, 0.42, 0.75, 0.4, -0.3, 0.8, -0.4, 0.4, -0.3),
    Quarter("032", "Werftviertel", 2.15, 0.88, 0.95, 0.9, 0.1, 0.3, 0.0, 0.6),
    Quarter("033", "Hafenindustrie", 3.00, 1.35, 0.155, 0.7, -0.3, 0.5, -0.5, 0.5),
    Quarter("034", "Gewerbepark Ost", 3.85, 1.65, 0.115, 0.3, -0.2, 0.3, -0.4, 0.5),
    Quarter("041", "Zechensiedlung", 0.45, 2.70, 1.20, 0.5, 0.3, 0.0, 0.3, 0.4, 0.8),
    Quarter("042", "Nordmarkt", -0.42, 2.55, 1.55, 0.9, 0.2, 0.4, -0.2, 0.8, 0.9),
    Quarter("043", "Hüttenstraße", 1.45, 2.65, 1.25, 0.8, 0.3, 0.2, -0.1, 0.8, 0.8),
    Quarter("044", "Ziegeleiweg", 1.00, 3.70, 0.95, 0.3, 0.5, -0.2, 0.3, 0.3, 0.6),
    Quarter("045", "Nordpark", -0.60, 3.65, 1.00, 0.1, 0.4, -0.2, 0.5, 0.1, 0.5),
    Quarter("051", "Westtor", -1.32, 0.18, 1.20, 0.1, 0.0, 0.3, 0.2, 0.1),
    Quarter("052", "Gerberbach", -1.38, 0.95, 1.15, -0.2, 0.1, 0.2, 0.3, 0.0),
    Quarter("053", "Eisenbahnerviertel", -2.10, 0.25, 1.25, 0.3, 0.2, 0.0, 0.4, 0.2),
    Quarter("054", "Kastanienallee", -2.35, 1.05, 1.15, -0.4, 0.3, -0.2, 0.5, -0.1),
    Quarter("055", "Westfeld", -3.35, 0.45, 1.00, -0.3, 0.6, -0.4, 0.3, -0.1),
    Quarter("061", "Brückenkopf", -0.58, -1.15, 1.10, 0.1, -0.1, 0.5, 0.1, 0.1),
    Quarter("062", "Johannisviertel", 0.20, -1.10, 1.15, -0.5, 0.1, 0.4, 0.2, -0.1),
    Quarter("063", "Musikerviertel", 0.98, -0.95, 1.05, -0.6, 0.2, 0.2, 0.4, -0.2),
    Quarter("064", "Südpark", -0.30, -1.95, 1.10, -0.5, 0.3, 0.0, 0.5, -0.2),
    Quarter("065", "Lerchenfeld", 0.62, -1.90, 1.05, -0.3, 0.4, 0.0, 0.4, -0.1),
    Quarter("071", "Lindenberg-Süd", -1.55, 1.95, 1.00, -0.65, 0.4, -0.3, 0.6, -0.4),
    Quarter("072", "Lindenberg-West", -2.65, 2.05, 1.00, -0.8, 0.5, -0.5, 0.7, -0.5),
    Quarter("073", "Waldsiedlung", -1.85, 3.20, 0.95, -0.85, 0.6, -0.6, 0.8, -0.5),
    Quarter("074", "Forsthaus", -3.55, 3.05, 0.85, -0.75, 0.7, -0.6, 0.5, -0.5),
    Quarter("081", "Rosenhöhe-Nord", 1.95, -0.95, 1.35, 1.2, 0.5, 0.0, 0.1, 0.9),
    Quarter("082", "Rosenhöhe-Mitte", 1.85, -1.85, 1.50, 1.5, 0.6, 0.0, 0.0, 1.1),
    Quarter("083", "Rosenhöhe-Süd", 2.30, -2.80, 1.25, 1.1, 0.5, -0.1, 0.2, 0.8),
    Quarter("084", "Am Wasserturm", 3.15, -1.35, 1.05, 0.6, 0.4, -0.1, 0.4, 0.4),
    Quarter("091", "Auenpark-Ost", -1.70, -1.80, 0.60, -0.2, 0.9, 0.1, -0.6, 0.0),
    Quarter("092", "Auenpark-West", -3.20, -2.20, 0.40, -0.3, 1.0, 0.0, -0.7, -0.1),
    Quarter("101", "Ostfeld-Mitte", 2.45, 1.95, 1.30, 1.2, 0.2, 0.4, -0.1, 0.7, -1.3),
    Quarter("102", "Spinnereiviertel", 2.60, 2.95, 1.15, 1.0, 0.2, 0.4, -0.2, 0.6, -1.2),
    Quarter("103", "Ostfeld-Siedlung", 3.75, 2.75, 1.00, 0.6, 0.4, -0.1, 0.4, 0.3, -0.8),
    Quarter("104", "Bleiche", 2.30, 4.00, 0.90, 0.4, 0.4, -0.2, 0.4, 0.2, -0.6),
    Quarter("111", "Mühlenbach-Dorf", 0.25, -3.20, 1.05, -0.5, 0.6, -0.5, 0.5, -0.4),
    Quarter("112", "Mühlenbach-Feld", -1.30, -3.40, 0.95, -0.55, 0.8, -0.5, 0.3, -0.4),
    Quarter("113", "Kalkofen", 1.40, -4.10, 0.85, -0.3, 0.6, -0.5, 0.5, -0.3),
    Quarter("121", "Hohenfeld", -4.90, 1.55, 1.00, -0.4, 0.6, -0.6, 0.6, -0.4),
    Quarter("122", "Birkenhof", -4.75, -0.15, 0.85, -0.4, 0.7, -0.6, 0.4, -0.4),
)

NOWHERE = Quarter("nz", "räumlich nicht zuordenbar", 0.0, 0.0, 0.45, 1.2, -0.5, 0.4, -0.9, 0.7)
PLACES = (*QUARTERS, NOWHERE)
NEW_HOUSING = {"091": 3.0, "092": 3.6}
BUILDING_YEARS = (2017, 2023)

RIVER = "Aue"
RIVER_COURSE = (
    (-10.0, -1.4), (-6.2, -1.0), (-4.0, -1.15), (-2.4, -0.75), (-1.1, -0.62), (-0.2, -0.42), (0.8, -0.38),
    (1.7, -0.15), (2.9, 0.35), (4.2, 0.55), (5.6, 1.05), (10.0, 1.6),
)  # fmt: skip


def trait(name: str, places: Sequence[Quarter] = PLACES) -> Floats:
    """One trait of all places as a vector."""
    return np.array([getattr(place, name) for place in places], dtype=np.float64)


def burden(year: int) -> Floats:
    """The burden of all places in a year; quarters that improve or worsen move along a straight line."""
    progress = np.clip((year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR), 0.0, 1.0)
    moved: Floats = trait("burden") + trait("drift") * progress
    return moved


def dwellings(year: int, households: float) -> Floats:
    """Dwellings of all places in a year, when the town had `households` of them in the first year."""
    first, last = BUILDING_YEARS
    progress = np.clip((year - first) / (last - first), 0.0, 1.0)
    growth = np.array([1 + (NEW_HOUSING.get(place.code, 1.0) - 1) * progress for place in PLACES])
    sizes = trait("size")
    offered: Floats = households * sizes / sizes.sum() * growth
    return offered


def stadtteil_of(code: str) -> str:
    """The Stadtteil to which a Bezirk belongs; what cannot be placed stays so."""
    return code if code == NOWHERE.code else code[:2]
