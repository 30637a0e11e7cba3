"""What the workbench shows, read from the address (Zustand des Atlas in der Adresse)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sozialraum import periods
from sozialraum.products.catalogue import Area, Catalogue, Indicator, Level
from sozialraum.products.change import is_possible
from sozialraum.products.shading import METHODS
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum.words import Words, mark, say
from sozialraum_web.monitoring.access import NotFound

PIN_LIMIT = 4
SIDES = Words(
    {
        "ueber": mark("gesichert über dem Vergleichswert"),
        "unter": mark("gesichert unter dem Vergleichswert"),
        "gleich": mark("nicht vom Vergleichswert zu unterscheiden"),
    }
)
VIEWS = ("karte", "tabelle", "worte")
ADDRESS_PINS = 40  # more codes than this in an address are nobody's choice
PeriodsOf = Callable[[str, str, str], tuple[str, ...]]


@dataclass(frozen=True)
class State:
    """Indicator, level, period, comparator, filters and pinned areas; `notices` say what was replaced.

    With `since` the view shows the change from that period on; `shading` names how classes are made, `drawer` the area
    whose short profile stands open.
    """

    indicator: Indicator
    version: str
    level: Level
    period: str
    comparator: Area
    within: Area | None = None
    side: str = ""
    pins: tuple[str, ...] = ()
    view: str = "karte"
    notices: tuple[str, ...] = ()
    since: str = ""
    shading: str = ""
    drawer: str = ""

    def query(self, **changes: str) -> str:
        """The address query of this state with some parts changed; an empty text removes a part."""
        comparator = "" if self.comparator.level == MUNICIPALITY_LEVEL else _area_key(self.comparator)
        entries = {
            "kennzahl": self.indicator.id,
            "ebene": self.level.id,
            "jahr": self.period,
            "vergleich": comparator,
            "gebiet": _area_key(self.within) if self.within else "",
            "nur": self.side,
            "stand": self.version,
            "pins": ",".join(self.pins),
            "ansicht": "" if self.view == VIEWS[0] else self.view,
            "von": self.since,
            "klassen": self.shading,
            "profil": self.drawer,
        }
        return "?" + urlencode({key: value for key, value in (entries | changes).items() if value})

    def toggled(self, code: str) -> str:
        """The query with an area pinned or unpinned; a fifth pin replaces the oldest."""
        pins = [pin for pin in self.pins if pin != code]
        if len(pins) == len(self.pins):
            pins = [*pins, code][-PIN_LIMIT:]
        return self.query(pins=",".join(pins))

    @property
    def filtered(self) -> bool:
        """Whether anything is left out of the view."""
        return self.within is not None or bool(self.side)


def _area_key(area: Area) -> str:
    return f"{area.level}:{area.code}"


def read(query: Mapping[str, str], catalogue: Catalogue, periods_of: PeriodsOf) -> State:
    """The state an address asks for; NotFound for values the release does not know.

    Known values that do not fit together (an indicator without this level or year) are replaced
    by the nearest that do, and `notices` says so.
    """
    indicator = _indicator(query.get("kennzahl", ""), catalogue)
    version = _version(query.get("stand", ""), catalogue, indicator)
    level, level_notice = _level(query.get("ebene", ""), catalogue, indicator, version)
    period, period_notice = _period(
        query.get("jahr", ""), catalogue, indicator, periods_of(indicator.id, version, level.id)
    )
    comparator = _area(query.get("vergleich", ""), catalogue, version, "vergleich") or catalogue.whole
    within = _area(query.get("gebiet", ""), catalogue, version, "gebiet")
    offered = periods_of(indicator.id, version, level.id)
    since, since_notice = _since(query.get("von", ""), catalogue, indicator, period, offered)
    drawer = _pins(query.get("profil", ""), catalogue, version, level.id)
    return State(
        indicator,
        version,
        level,
        period,
        comparator if comparator.version == version else replace(comparator, version=version),
        within,
        _side(query.get("nur", "")),
        _pins(query.get("pins", ""), catalogue, version, level.id),
        _view(query.get("ansicht", "")),
        tuple(notice for notice in (level_notice, period_notice, since_notice) if notice),
        since,
        _shading(query.get("klassen", "")),
        drawer[0] if drawer else "",
    )


def _unknown(what: str, value: str, remedy: str) -> NotFound:
    return NotFound(
        say("{what} „{value}“ gibt es in dieser Freigabe nicht.", what=what, value=value[:60]),
        remedy,
        ((say("Zum Atlas"), "../atlas/"),),
    )


def _indicator(id: str, catalogue: Catalogue) -> Indicator:
    if not id:
        if catalogue.opening is None:
            raise NotFound(
                say("Diese Freigabe enthält keine Kennzahlen."), say("Fragen Sie die freigebende Stelle.")
            )
        return catalogue.opening
    found = catalogue.indicators.get(id)
    if found is None or found.index:
        raise _unknown(say("Eine Kennzahl"), id, say("Wählen Sie eine Kennzahl aus der Liste im Atlas."))
    return found


def _version(id: str, catalogue: Catalogue, indicator: Indicator) -> str:
    known = [version.id for version in catalogue.versions]
    if id and id not in known:
        raise _unknown(say("Einen Gebietsstand"), id, say("Öffnen Sie den Atlas ohne diese Angabe."))
    offered = [version for version in known if indicator.levels.get(version)]
    for wanted in (id, catalogue.current_version, *offered):
        if wanted in offered:
            return wanted
    return id or catalogue.current_version


def levels_of(catalogue: Catalogue, indicator: Indicator, version: str) -> list[Level]:
    """Levels below the municipality on which an indicator exists, finest first."""
    offered = indicator.levels.get(version, ())
    return [
        level
        for level in catalogue.version(version).levels
        if level.id in offered and level.id != MUNICIPALITY_LEVEL
    ]


def _level(id: str, catalogue: Catalogue, indicator: Indicator, version: str) -> tuple[Level, str]:
    offered = levels_of(catalogue, indicator, version)
    wanted = catalogue.level(id, version) if id else None
    if id and wanted is None and all(stand.level(id) is None for stand in catalogue.versions):
        raise _unknown(say("Eine Gebietsebene"), id, say("Wählen Sie eine Ebene aus der Liste im Atlas."))
    if wanted is not None and wanted in offered:
        return wanted, ""
    if not offered:
        whole = catalogue.level(MUNICIPALITY_LEVEL, version) or catalogue.version(version).levels[-1]
        notice = say(
            "„{name}“ gibt es nur für {town} insgesamt.", name=indicator.name, town=catalogue.town.name
        )
        return whole, notice if id != whole.id else ""
    # the finest level hides most; a map opens on it only where it is the only one
    chosen = next((level for level in offered if level.mapped), offered[0])
    if not id:
        return chosen, ""
    label = wanted.label if wanted else id
    return chosen, say(
        "„{name}“ gibt es nicht auf der Ebene {label}. Gezeigt wird: {chosen}.",
        name=indicator.name,
        label=label,
        chosen=chosen.label,
    )


def _period(
    text: str, catalogue: Catalogue, indicator: Indicator, offered: tuple[str, ...]
) -> tuple[str, str]:
    latest = offered[-1] if offered else ""
    if not text or text in offered:
        return text or latest, ""
    year = [period for period in offered if re.fullmatch(r"\d{4}", text) and period.startswith(text)]
    if len(year) == 1:
        return year[0], ""
    if not _known_period(text, catalogue):
        raise _unknown(say("Einen Zeitpunkt"), text, say("Wählen Sie ein Jahr aus der Leiste im Atlas."))
    shown = periods.label(latest) if latest else say("kein Wert")
    return latest, say(
        "Für {text_} gibt es „{name}“ hier nicht. Gezeigt wird: {shown}.",
        text_=_period_label(text),
        name=indicator.name,
        shown=shown,
    )


def _since(
    text: str, catalogue: Catalogue, indicator: Indicator, period: str, offered: tuple[str, ...]
) -> tuple[str, str]:
    """The earlier period of a change; one that does not lie before the shown period drops out with a notice."""
    if not text:
        return "", ""
    first, _ = _period(text, catalogue, indicator, offered)
    if not is_possible(indicator):
        return "", say("„{name}“ ist schon eine Veränderung.", name=indicator.name)
    if text in offered and periods.parse(first) < periods.parse(period):
        return first, ""
    why = say("liegt nicht vor dem gezeigten Zeitpunkt") if text in offered else say("gibt es hier nicht")
    return "", say(
        "{text_} {why}. Gezeigt wird der Stand, nicht die Veränderung.", text_=_period_label(text), why=why
    )


def _known_period(text: str, catalogue: Catalogue) -> bool:
    every = {period for item in catalogue.plain_indicators for period in item.periods}
    return text in every or any(re.fullmatch(r"\d{4}", text) and period.startswith(text) for period in every)


def _period_label(text: str) -> str:
    try:
        return periods.label(text)
    except ValueError:
        return text


def _area(key: str, catalogue: Catalogue, version: str, field: str) -> Area | None:
    if not key or key == MUNICIPALITY_LEVEL:
        return None
    level, _, code = key.partition(":")
    found = catalogue.area(level, code, version)
    allowed = upper_areas(catalogue, version)
    if field == "vergleich":
        allowed = [*allowed, *catalogue.beyond(version)]
    if found is None or (level, code) not in {(area.level, area.code) for area in allowed}:
        what = say("Einen Vergleichswert") if field == "vergleich" else say("Ein Gebiet")
        raise _unknown(what, key, say("Wählen Sie ein Gebiet aus der Liste im Atlas."))
    return found


def upper_areas(catalogue: Catalogue, version: str) -> list[Area]:
    """Areas that hold others: possible comparators and filters."""
    levels = catalogue.version(version).levels[1:]
    return [area for level in reversed(levels) for area in catalogue.members(level.id, version)]


def _view(text: str) -> str:
    if text and text not in VIEWS:
        raise _unknown(say("Eine Ansicht"), text, say("Wählen Sie Karte, Tabelle oder Worte."))
    return text or VIEWS[0]


def _shading(text: str) -> str:
    if text and text not in METHODS:
        raise _unknown(
            say("Eine Einteilung"), text, say("Wählen Sie eine Einteilung aus der Liste im Atlas.")
        )
    return text


def _side(text: str) -> str:
    if text and text not in SIDES:
        raise _unknown(say("Einen Filter"), text, say("Öffnen Sie den Atlas ohne Filter."))
    return text


def _pins(text: str, catalogue: Catalogue, version: str, level: str) -> tuple[str, ...]:
    """Pins of another level drop out silently: they belong to the view before the level was switched."""
    codes = list(dict.fromkeys(code for code in text.split(",") if code))
    if len(codes) > ADDRESS_PINS:
        raise NotFound(
            say(
                "Die Adresse nennt {codes} Gebiete; angeheftet werden höchstens {pin_limit}.",
                codes=len(codes),
                pin_limit=PIN_LIMIT,
            ),
            say(
                "Öffnen Sie den Atlas ohne diese Gebiete und heften Sie bis zu vier an. "
                "Für mehr Gebiete nebeneinander ist der Teppich da."
            ),
            ((say("Zum Atlas"), "../atlas/"),),
            status=400,
        )
    known = [code for code in codes if catalogue.area(level, code, version) is not None]
    everywhere = {area.code for area in catalogue.areas}
    for code in codes:
        if code not in everywhere:
            raise _unknown(
                say("Ein Gebiet"), code, say("Entfernen Sie das angeheftete Gebiet aus der Adresse.")
            )
    return tuple(known[:PIN_LIMIT])
