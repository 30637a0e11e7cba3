"""One level of areas and several indicators, chosen by the address: what the comparing pages share (Auswahl)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sozialraum.products.catalogue import Area, Catalogue, Indicator, Level
from sozialraum.products.values import Value
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum.words import say
from sozialraum_web.atlas import state as states
from sozialraum_web.atlas.frame import address
from sozialraum_web.monitoring import queries
from sozialraum_web.monitoring.access import NotFound, Place


@dataclass(frozen=True)
class Panel:
    """The level a page speaks of, in one Gebietsstand."""

    place: Place
    version: str
    level: Level

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the release."""
        return self.place.catalogue

    @property
    def areas(self) -> tuple[Area, ...]:
        """All areas of the level by name."""
        return self.catalogue.members(self.level.id, self.version)

    @property
    def stand(self) -> str:
        """The Gebietsstand as an address names it: nothing for the current one."""
        return "" if self.version == self.catalogue.current_version else self.version

    def periods(self, indicator: Indicator) -> tuple[str, ...]:
        """Periods of an indicator on this level, oldest first."""
        return queries.available_periods(self.place.release.folder, indicator.id, self.version, self.level.id)

    def latest(self, indicators: Iterable[Indicator]) -> dict[str, str]:
        """The newest period of each indicator that this level has."""
        return {item.id: offered[-1] for item in indicators if (offered := self.periods(item))}


def read(place: Place, query: Mapping[str, str], *, indicator: str = "") -> Panel:
    """The level and Gebietsstand of an address, by default those the atlas opens with."""
    wanted = {key: query[key] for key in ("ebene", "stand") if query.get(key)}
    if indicator:
        wanted["kennzahl"] = indicator
    version, level = wanted.get("stand", ""), wanted.get("ebene", "")
    if version and version not in {item.id for item in place.catalogue.versions}:
        raise NotFound(say("Einen Gebietsstand „{version}“ gibt es in dieser Freigabe nicht.", version=version[:60]), say("Öffnen Sie die Seite ohne diese Angabe."), _ways(place))  # fmt: skip
    if level:
        found = place.catalogue.level(level, version)
        if found is None or found.id == MUNICIPALITY_LEVEL:
            raise NotFound(say("Eine Gebietsebene „{level}“ gibt es in dieser Freigabe nicht.", level=level[:60]), say("Wählen Sie eine Ebene aus der Liste."), _ways(place))  # fmt: skip
        return Panel(place, version or place.catalogue.current_version, found)
    state = states.read(wanted, place.catalogue, partial(queries.available_periods, place.release.folder))
    return Panel(place, state.version, state.level)


def _ways(place: Place) -> tuple[tuple[str, str], ...]:
    return ((say("Zum Atlas"), address(place, "atlas")), (say("Alle Gebiete"), address(place, "gebiete")))


def levels(panel: Panel) -> list[tuple[str, str, bool]]:
    """Levels to choose from: id, words, chosen."""
    found = panel.catalogue.version(panel.version).levels
    return [
        (item.id, f"{item.label} ({item.areas})", item == panel.level)
        for item in found
        if item.id != MUNICIPALITY_LEVEL
    ]


def indicator_of(panel: Panel, id: str) -> Indicator:
    """One indicator by its id; NotFound for unknown ones and parts of an index."""
    found = panel.catalogue.indicators.get(id)
    if found is None or found.index:
        raise NotFound(
            say(
                "Eine Kennzahl „{id}“ gibt es in dieser Freigabe nicht. Vielleicht wurde sie zurückgezogen oder umbenannt.",
                id=id[:60],
            ),
            say("Alle Kennzahlen stehen in der Übersicht."),
            ((say("Alle Kennzahlen"), address(panel.place, "kennzahlen")),),
        )
    return found


def chosen(panel: Panel, text: str, most: int) -> list[Area]:
    """Areas of the level listed in an address; NotFound for unknown codes and for more than `most`."""
    codes = list(dict.fromkeys(code for code in text.split(",") if code))
    if len(codes) > most:
        raise NotFound(
            say(
                "Die Adresse nennt {codes} Gebiete; hier sind höchstens {most} möglich.",
                codes=len(codes),
                most=most,
            ),
            say("Wählen Sie weniger Gebiete, oder sehen Sie sich alle im Teppich an."),
            (
                (
                    say("Alle Gebiete im Teppich"),
                    address(panel.place, "atlas", "teppich", ebene=panel.level.id),
                ),
            ),
            status=400,
        )
    found = []
    for code in codes:
        area = panel.catalogue.area(panel.level.id, code, panel.version)
        if area is None:
            raise NotFound(
                say("Ein Gebiet „{code}“ gibt es auf dieser Ebene nicht.", code=code[:40]),
                say(
                    "Vielleicht wurde es bei einer Gebietsreform geändert. Suchen Sie es in der Liste der Gebiete."
                ),
                _ways(panel.place),
            )
        found.append(area)
    return found


def options(
    panel: Panel, current: str, indicators: Sequence[Indicator]
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Indicators to choose from, by topic: id, words, chosen."""
    return [
        (topic, [(item.id, item.label, item.id == current) for item in items])
        for topic, items in panel.catalogue.by_topic(indicators)
    ]


def on_level(panel: Panel) -> list[Indicator]:
    """The indicators this level has values for."""
    return [
        item
        for item in panel.catalogue.plain_indicators
        if panel.level.id in item.levels.get(panel.version, ())
    ]


def values(panel: Panel, moments: Mapping[str, str]) -> dict[tuple[str, str], Value]:
    """Values of all areas by area and indicator, each indicator in its own period."""
    rows = queries.sheet(panel.place.release.folder, panel.version, panel.level.id, list(moments.items()))
    return {(row.area, row.indicator): row for row in rows}


def whole(panel: Panel, moments: Mapping[str, str]) -> dict[str, Value]:
    """The municipality's values in the same periods."""
    rows = queries.sheet(panel.place.release.folder, panel.version, MUNICIPALITY_LEVEL, list(moments.items()))
    return {row.indicator: row for row in rows}


def within(panel: Panel, key: str) -> Area | None:
    """The larger area a page is narrowed to."""
    if not key:
        return None
    level, _, code = key.partition(":")
    allowed = states.upper_areas(panel.catalogue, panel.version)
    found = next((area for area in allowed if (area.level, area.code) == (level, code)), None)
    if found is None:
        raise NotFound(say("Ein Gebiet „{key}“ gibt es hier nicht.", key=key[:60]), say("Wählen Sie einen Ausschnitt aus der Liste."), _ways(panel.place))  # fmt: skip
    return found
