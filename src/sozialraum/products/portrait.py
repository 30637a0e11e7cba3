"""An area in a few sentences, from rules and tests: who lives here, what surely differs, what moves, what stays open (Porträt)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum import periods
from sozialraum.indicators.trend import Direction, Trend
from sozialraum.products import draw, layers, timeline
from sozialraum.products.catalogue import Indicator
from sozialraum.products.sentences import CERTAIN, COUNTED, OPEN, Sentence, is_population
from sozialraum.products.values import Value
from sozialraum.tables import Status
from sozialraum.words import in_german

DIFFERENCES, MOVES = 4, 2
SPAN = 5  # years back for the change of the population
EQUAL = 0.01  # a population that changed by less is told as equal
YOUNG, OLD = "anteil_u18", "anteil_65plus"


@dataclass(frozen=True)
class Told:
    """What is known of one indicator of the area: newest value, comparator's value of the same period, series, trend."""

    indicator: Indicator
    value: Value
    benchmark: Value | None
    series: Sequence[Value]
    trend: Trend

    @property
    def side(self) -> str:
        """`ueber`, `unter`, `gleich` or empty, as the interval says."""
        known = self.benchmark is not None and self.benchmark.shown and self.indicator.compares
        return layers.side_of(self.value, self.benchmark.value if known and self.benchmark else None)


@in_german
def portrait(
    name: str, comparator: str, told: Sequence[Told], *, hidden: int = 0, total: int = 0
) -> list[Sentence]:
    """The sentences of an area in order of weight; every one carries figures or names of this area alone.

    `told`: headline indicators in the town's order; `hidden` of `total` indicators are hidden here.
    """
    people = [
        sentence for item in told if is_population(item.indicator) and (sentence := population(name, item))
    ]
    age = [sentence for sentence in [ages(comparator, told)] if sentence]
    judged = [item for item in told if item.indicator.compares and item.indicator.polarity != "neutral"]
    apart = [item for item in judged if item.side in ("ueber", "unter")][:DIFFERENCES]
    moving = [item for item in judged if item not in apart and item.trend.clear and item.trend.relevant][
        :MOVES
    ]
    return [
        *people[:1],
        *age,
        *(difference(comparator, item) for item in apart),
        *(move(item) for item in moving),
        *undecided(comparator, [item for item in judged if item.side == "gleich" and item not in moving]),
        *withheld(name, hidden, total),
    ]


def population(name: str, item: Told) -> Sentence | None:
    """How many people live in an area, and whether it was more or fewer some years ago."""
    value = item.value
    if not value.shown:
        return None
    count = draw.whole(value.value or 0)
    text = f"In {name} leben {count} Menschen ({periods.label(value.period)}){_since(item)}."
    return Sentence(text, COUNTED, item.indicator.definition)


def _since(item: Told) -> str:
    last, end = item.value, timeline.position(item.value.period)
    earlier = [
        row for row in item.series
        if row.shown and row.value and row.version == last.version and 0 < end - timeline.position(row.period) <= SPAN
    ]  # fmt: skip
    if not earlier or last.value is None:
        return ""
    first = min(earlier, key=lambda row: timeline.position(row.period))
    change = last.value / (first.value or 1.0) - 1
    year = timeline.tick_label(first.period)
    if abs(change) < EQUAL:
        return f", etwa so viele wie {year}"
    return f", {draw.number(100 * abs(change), 1, unit='%')} {'mehr' if change > 0 else 'weniger'} als {year}"


def ages(comparator: str, told: Sequence[Told]) -> Sentence | None:
    """Younger or older than the comparator, where both ends of life say so surely."""
    found = {item.indicator.id: item for item in told}
    young, old = found.get(YOUNG), found.get(OLD)
    if young is None or old is None:
        return None
    sides = young.side, old.side
    word = {("ueber", "unter"): "jünger", ("unter", "ueber"): "älter"}.get(sides)
    if word is None:
        return None
    shares = f"{_spoken(young)} sind unter 18 Jahre alt ({comparator} {_beside(young)}), {_spoken(old)} 65 und älter ({_beside(old)})"
    return Sentence(f"Die Bevölkerung ist gesichert {word} als in {comparator}: {shares}.", CERTAIN)


def difference(comparator: str, item: Told) -> Sentence:
    """An indicator that surely lies above or below the comparator, with what it does over time."""
    word = "höher" if item.side == "ueber" else "niedriger"
    text = f"{item.indicator.name}: {_spoken(item)}, gesichert {word} als in {comparator} ({_beside(item)}){_course(item)}."
    return Sentence(text, CERTAIN, item.trend.sentence(item.indicator.unit))


def _course(item: Told) -> str:
    trend = item.trend
    if not trend.clear or not trend.relevant:
        return ""
    return f"; seit {timeline.tick_label(trend.first)} gesichert {trend.direction.label}"


def move(item: Told) -> Sentence:
    """An indicator that surely rose or fell."""
    known = {row.period: row for row in item.series}
    first, last = known[item.trend.first], known[item.trend.last]
    ends = f"von {layers.value_text(first, item.indicator)} auf {layers.value_text(last, item.indicator)}"
    text = f"{item.indicator.name}: seit {timeline.tick_label(first.period)} gesichert {item.trend.direction.label}, {ends}."
    return Sentence(text, CERTAIN, item.trend.sentence(item.indicator.unit))


def undecided(comparator: str, items: Sequence[Told]) -> list[Sentence]:
    """What cannot be told apart, by name and figure: not knowing is a finding too."""
    if not items:
        return []
    named = ", ".join(f"{item.indicator.name} ({_spoken(item)})" for item in items)
    return [Sentence(f"Nicht von {comparator} zu unterscheiden: {named}.", OPEN)]


def withheld(name: str, hidden: int, total: int) -> list[Sentence]:
    """How much the area does not tell."""
    if not hidden:
        return []
    verb = "ist" if hidden == 1 else "sind"
    text = f"Für {name} {verb} {hidden} von {total} Kennzahlen gesperrt, damit niemand erkennbar wird."
    return [Sentence(text, COUNTED)]


def _spoken(item: Told) -> str:
    return layers.spoken(item.value, item.indicator)


def _beside(item: Told) -> str:
    return layers.value_text(item.benchmark, item.indicator)


@in_german
def plainly(name: str, comparator: str, told: Sequence[Told]) -> list[str]:
    """The headline facts in plain language (Einfache Sprache): short sentences, whole numbers, no technical terms."""
    found: list[str] = []
    for item in told:
        if is_population(item.indicator):
            found += _people_plainly(name, item)
        elif (
            item.indicator.kind == "share"
            and item.indicator.unit == "%"
            and item.indicator.polarity != "neutral"
        ):
            found.append(_share_plainly(comparator, item))
    return found


def _people_plainly(name: str, item: Told) -> list[str]:
    if not item.value.shown:
        return [f"Wie viele Menschen in {name} wohnen, zeigen wir nicht."]
    return [f"In {name} wohnen {draw.whole(item.value.value or 0)} Menschen."]


def _share_plainly(comparator: str, item: Told) -> str:
    who = f"{item.indicator.name}:"
    if not item.value.shown:
        reason = (
            "Wir schützen damit einzelne Menschen."
            if item.value.status == Status.SUPPRESSED
            else "Sie fehlt."
        )
        return f"{who} Diese Zahl zeigen wir nicht. {reason}"
    text = f"{who} Das sind {_of_hundred(item.value.value or 0.0)}."
    if item.benchmark is not None and item.benchmark.shown:
        text += f" In {comparator} sind es {_of_hundred(item.benchmark.value or 0.0)}."
        text += {
            "ueber": " Hier sind es sicher mehr.",
            "unter": " Hier sind es sicher weniger.",
            "gleich": " Der Unterschied kann Zufall sein.",
        }.get(item.side, "")
    if item.trend.clear and item.trend.relevant:
        text += (
            " Über die Jahre sind es mehr geworden."
            if item.trend.direction is Direction.RISING
            else " Über die Jahre sind es weniger geworden."
        )
    return text


def _of_hundred(value: float) -> str:
    rounded = draw.number(value, 0)
    if 0 < value < 0.5:
        return "weniger als 1 von 100"
    return f"{rounded} von 100"
