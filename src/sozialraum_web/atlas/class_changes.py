"""Areas that changed their class since an earlier edition of the same method (Wechsel zwischen zwei Ausgaben)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.catalogue import Index
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, Row, Table
from sozialraum_web.atlas.editions import Edition, Rated, read
from sozialraum_web.atlas.frame import area_address


@dataclass(frozen=True)
class Changes:
    """Two editions of one method: how many areas both rate, and those whose class differs."""

    earlier: Index
    compared: int
    up: int
    down: int
    table: Table

    @property
    def changed(self) -> int:
        """Areas in another class."""
        return self.up + self.down


def earlier_edition(edition: Edition) -> Index | None:
    """The latest earlier edition with the same method, level and Gebietsstand; editions of other methods are never compared."""
    index = edition.index
    same = [
        other
        for other in edition.place.catalogue.indices.values()
        if other.method_id and other.method_id == index.method_id and other.id != index.id
        and (other.level, other.version) == (index.level, index.version) and other.period < index.period
    ]  # fmt: skip
    return max(same, key=lambda other: other.period, default=None)


def since_earlier(edition: Edition) -> Changes | None:
    """Who moved since the earlier edition; None where there is none to compare with."""
    earlier = earlier_edition(edition)
    if earlier is None:
        return None
    before = {item.area.code: item for item in read(edition.place, earlier).rated}
    both = [(before[item.area.code], item) for item in edition.rated if item.area.code in before]
    places = {label: number for number, label in enumerate(edition.rows)}
    moved = [
        (one, other) for one, other in both
        if one.status_class != other.status_class and one.status_class in places and other.status_class in places
    ]  # fmt: skip
    moved.sort(key=lambda pair: -abs(_value(pair[1]) - _value(pair[0])))
    rising = sum(places[other.status_class] > places[one.status_class] for one, other in moved)
    return Changes(earlier, len(both), rising, len(moved) - rising, _table(edition, earlier, moved, places))


def _value(item: Rated) -> float:
    return item.status.value or 0.0 if item.status is not None else 0.0


def _table(
    edition: Edition, earlier: Index, moved: Sequence[tuple[Rated, Rated]], places: dict[str, int]
) -> Table:
    level = edition.place.catalogue.level(edition.index.level, edition.index.version)
    columns = [
        Column(level.label if level else say("Gebiet"), sort="text"),
        Column(say("Status {period}", period=periods.label(earlier.period)), sort="number"),
        Column(say("Status {period}", period=periods.label(edition.index.period)), sort="number"),
        Column(say("Rang vorher"), numeric=True),
        Column(say("Rang heute"), numeric=True),
        Column("sicher", sort="text"),
    ]
    rows = [
        Row(
            [
                Cell(other.area.name, sort=other.area.name, href=area_address(edition.place, other.area)),
                Cell(one.status_class, sort=places[one.status_class]),
                Cell(other.status_class, sort=places[other.status_class]),
                Cell(_rank(one)),
                Cell(_rank(other)),
                Cell(say("nein, nah an der Grenze") if one.unstable or other.unstable else say("ja")),
            ],
            code=other.area.code,
        )
        for one, other in moved
    ]  # fmt: skip
    return Table(say("Gebiete in einer anderen Statusklasse als in der früheren Ausgabe"), columns, rows, id="wechsel-tabelle")  # fmt: skip


def _rank(item: Rated) -> str:
    value = item.rank
    return "" if value is None or not value.shown else draw.rank_text(value.lower, value.upper)
