"""One edition of an index with the class and the stability of every area (Index-Ausgabe)."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.products import draw
from sozialraum.products.catalogue import Area, Index
from sozialraum.products.values import Value
from sozialraum.words import Words, mark
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import Place

STABLE_FROM = 0.95
NO_DYNAMIC = mark("ohne Dynamik")
WITHHELD = Words(
    {
        "suppressed": mark("gesperrt, weil ein Bestandteil der Geheimhaltung unterliegt"),
        "missing": mark("ein Bestandteil wurde nicht geliefert"),
        "not_meaningful": mark("ohne Grund in der Freigabe"),
    }
)


@dataclass(frozen=True)
class Rated:
    """One area in one edition."""

    area: Area
    status: Value | None
    dynamic: Value | None
    rank: Value | None
    stability: Value | None
    reason: str

    @property
    def status_class(self) -> str:
        """The published word, empty when the area is not rated."""
        return self.status.class_ if self.status else ""

    @property
    def dynamic_class(self) -> str:
        """The published word of the dynamics."""
        return self.dynamic.class_ if self.dynamic else ""

    @property
    def why(self) -> str:
        """Why it is not rated: the edition's own reason, else the state of its value."""
        if self.reason or self.status is None or self.status_class:
            return self.reason
        return str(WITHHELD.get(self.status.status, draw.STATUS_WORDS[self.status.status]))

    @property
    def share(self) -> float | None:
        """Share of the variants that keep the class, from 0 to 1."""
        return self.stability.value if self.stability is not None and self.stability.shown else None

    @property
    def unstable(self) -> bool:
        """Whether the class changes in more than one of twenty variants."""
        return bool(self.status_class) and self.share is not None and self.share < STABLE_FROM


@dataclass(frozen=True)
class Edition:
    """One edition with its areas."""

    place: Place
    index: Index
    areas: tuple[Rated, ...]

    @property
    def rows(self) -> list[str]:
        """Status classes in their order."""
        return [item.label for item in self.index.status_classes]

    @property
    def columns(self) -> list[str]:
        """Dynamic classes in their order."""
        return [item.label for item in self.index.dynamic_classes] or [NO_DYNAMIC]

    def field(self, rated: Rated) -> tuple[int, int] | None:
        """Row and column of an area in the matrix, counted from 0."""
        if rated.status_class not in self.rows:
            return None
        if self.columns == [NO_DYNAMIC]:
            return self.rows.index(rated.status_class), 0
        if rated.dynamic_class not in self.columns:
            return None
        return self.rows.index(rated.status_class), self.columns.index(rated.dynamic_class)

    @property
    def rated(self) -> list[Rated]:
        """Areas with a class."""
        return [item for item in self.areas if item.status_class]

    @property
    def unstable(self) -> list[Rated]:
        """Areas near a class limit, the least stable first."""
        near = [item for item in self.areas if item.unstable]
        return sorted(near, key=lambda item: (item.share or 0.0, item.area.name))

    @property
    def knows_stability(self) -> bool:
        """Whether the edition was computed in variants."""
        return any(item.share is not None for item in self.rated)

    @property
    def unrated(self) -> dict[str, list[Rated]]:
        """Areas without a class under their reason, the most frequent reason first."""
        groups: dict[str, list[Rated]] = {}
        for item in self.areas:
            if not item.status_class:
                groups.setdefault(item.why or "ohne Grund in der Freigabe", []).append(item)
        return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def read(place: Place, found: Index) -> Edition:
    """Values and classes of every area of an edition."""
    parts = {
        kind: queries.layer(
            place.release.folder, f"{found.id}_{kind}", found.version, found.level, found.period
        )
        for kind in ("status", "dynamic", "status_rank", "status_stability")
    }
    reasons = {item.area: item.reason for item in found.exclusions}
    areas = tuple(
        Rated(
            area,
            status=parts["status"].get(area.code),
            dynamic=parts["dynamic"].get(area.code),
            rank=parts["status_rank"].get(area.code),
            stability=parts["status_stability"].get(area.code),
            reason=reasons.get(area.code, ""),
        )
        for area in place.catalogue.members(found.level, found.version)
    )
    return Edition(place, found, areas)
