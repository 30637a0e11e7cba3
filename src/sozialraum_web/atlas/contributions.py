"""What lifts an area above the mean or lowers it: the contribution of each component to its status (Beiträge)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sozialraum.products import draw
from sozialraum.products.values import Value
from sozialraum.words import say
from sozialraum_ui.parts import Cell, Column, Row, Table
from sozialraum_web.atlas.editions import Edition, Rated
from sozialraum_web.atlas.frame import area_address
from sozialraum_web.monitoring import queries

SHOWN = 15


@dataclass(frozen=True)
class Contributions:
    """Contribution of every component by area, in units of the index; empty where the edition is not a sum."""

    labels: tuple[str, ...]
    by_area: Mapping[str, tuple[float, ...]]

    @property
    def reach(self) -> float:
        """The longest contribution of all."""
        return max((abs(x) for row in self.by_area.values() for x in row), default=0.0)


def read(edition: Edition) -> Contributions:
    """Effect of each component times its distance from the mean of the rated areas; only printed values are used."""
    index = edition.index
    effects = [item.effect for item in index.components]
    known = [effect for effect in effects if effect is not None]
    if len(known) != len(effects) or not effects:
        return Contributions((), {})
    layers = [
        queries.layer(
            edition.place.release.folder, f"{index.id}_status_z_{item.indicator}", index.version, index.level, index.period
        )
        for item in index.components
    ]  # fmt: skip
    rows = {item.area.code: [_value(layer, item.area.code) for layer in layers] for item in edition.rated}
    whole = {code: [x for x in row if x is not None] for code, row in rows.items()}
    whole = {code: row for code, row in whole.items() if len(row) == len(layers)}
    if not whole:
        return Contributions((), {})
    means = [sum(column) / len(whole) for column in zip(*whole.values(), strict=True)]
    catalogue = edition.place.catalogue.indicators
    labels = tuple(
        item.label or (catalogue[item.indicator].label if item.indicator in catalogue else item.indicator)
        for item in index.components
    )
    by_area = {
        code: tuple(effect * (x - mean) for effect, x, mean in zip(known, row, means, strict=True))
        for code, row in whole.items()
    }
    return Contributions(labels, by_area)


def _value(layer: Mapping[str, Value], code: str) -> float | None:
    value = layer.get(code)
    return value.value if value is not None and value.shown else None


def table(edition: Edition, found: Contributions, inside: Sequence[Rated] | None) -> Table | None:
    """Contributions of the chosen areas, else of those with the highest status value; None where there are none."""
    known = [
        item for item in (edition.rated if inside is None else inside) if item.area.code in found.by_area
    ]
    if not known:
        return None
    known = sorted(known, key=lambda item: -_score(item))
    if inside is None:
        known = known[:SHOWN]
    columns = [
        Column(_level(edition), sort="text"),
        Column(say("Statusindex"), numeric=True, sort="number"),
        *(Column(label, sort="number") for label in found.labels),
    ]
    judged = edition.index.orientation == "burden"
    rows = [
        Row(
            [
                Cell(item.area.name, sort=item.area.name, href=area_address(edition.place, item.area)),
                Cell(draw.number(_score(item), 2), sort=_score(item)),
                *(
                    Cell(draw.deviation_text(x), sort=x, markup=draw.deviation(x, found.reach, judged=judged), beside=True)
                    for x in found.by_area[item.area.code]
                ),
            ],
            code=item.area.code,
        )
        for item in known
    ]  # fmt: skip
    caption = say("Beitrag jedes Bausteins zum Statusindex")
    return Table(caption, columns, rows, id="beitraege-tabelle")


def _score(item: Rated) -> float:
    return item.status.value or 0.0 if item.status is not None else 0.0


def _level(edition: Edition) -> str:
    level = edition.place.catalogue.level(edition.index.level, edition.index.version)
    return level.label if level else say("Gebiet")
