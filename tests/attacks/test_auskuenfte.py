"""Eigene Gebiete und Auszüge: Was sie zusammen mit allem Früheren verraten würden."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel
import pytest

from sozialraum import journal, municipality, pipeline
from sozialraum.disclosure import ledger
from sozialraum.disclosure.history import Earlier
from sozialraum.disclosure.ledger import Answer, Request
from sozialraum.disclosure.period_counts import Plan

BIRTHS = ziel.by_area(2, 15, 17, 20, 21, 22, 30)


class Town:
    """A town with one release, and its plan."""

    def __init__(self, folder: Path, births: ziel.Figures | None = None) -> None:
        ziel.found(folder, ["geburtenrate"])
        ziel.deliver(folder, "einwohnerregister", births or {"geburten": BIRTHS})
        self.seen = ziel.printed(ziel.release(folder))
        self.town = municipality.read(folder)
        self.counts = pipeline.run(self.town).delivered.counts
        self.plan = Plan.of(self.town.catalogue, ["geburtenrate"], self.town.geographies)
        self.earlier: list[Earlier] = list(journal.recall_all(self.town).values())

    def ask(self, *areas: str, key: str = "geburten", level: str = "bezirk") -> Answer:
        return ledger.request(
            [Request("2024", "2024-12-31", level, areas, key)], self.counts, self.plan, self.earlier
        )


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_hidden_count_is_refused_with_its_rule(town: Town) -> None:
    """Die 2 in 011 selbst: geschützt nach dem Profil; das nächste Erlaubte ist genannt."""
    answer = town.ask("011")
    assert not answer.allowed
    assert answer.values == ()
    assert answer.rule is not None
    assert answer.rule.id == "kommunal"
    assert "kleinste gezeigte Fallzahl 3" in answer.reason
    assert answer.alternative


def test_the_nearest_alternative_is_allowed_when_it_is_asked_for(town: Town) -> None:
    answer = town.ask("011")
    again = ledger.request(answer.alternative, town.counts, town.plan, town.earlier)
    assert again.allowed
    assert answer.alternative[0].areas != ("011",)


def test_a_custom_area_is_not_the_difference_to_a_printed_one(town: Town) -> None:
    """011 zusammen mit einem Bezirk, dessen Zahl schon dasteht, ergäbe 011 durch Abziehen."""
    printed = [area for area in ("012", "013") if ("geburten", area) in town.seen]
    for area in printed:
        answer = town.ask("011", area)
        assert not answer.allowed
        assert "geburten in bezirk 011" in answer.reason


def test_a_custom_area_across_quarters_is_answered(town: Town) -> None:
    answer = town.ask("021", "022")
    assert answer.allowed
    assert answer.values == (41.0,)


def test_what_was_answered_counts_from_then_on(town: Town) -> None:
    """Erst 011 + 012 + 021, dann 012 + 021: Die zweite Auskunft ergäbe mit der ersten die 2 in 011."""
    both = [("011", "012", "013", "021"), ("012", "013", "021")]
    first = town.ask(*both[0])
    assert (
        first.allowed
        == ledger.request(
            [Request("2024", "2024-12-31", "bezirk", both[0], "geburten")],
            town.counts,
            town.plan,
            town.earlier,
        ).allowed
    )
    if not first.allowed:
        # Der Stadtteil 01 und 021 stehen schon da: Das ist keine neue Zahl und immer erlaubt.
        pytest.fail(first.reason)
    assert first.granted is not None
    town.earlier.append(first.granted)
    second = town.ask(*both[1])
    assert not second.allowed


def test_a_later_release_knows_what_was_answered(tmp_path: Path) -> None:
    """Eine Auskunft 012 + 013 vor der ersten Freigabe: Danach wird 011 nicht mehr als Rest des Stadtteils errechenbar."""
    folder = tmp_path / "stadt"
    ziel.found(folder, ["geburtenrate"])
    ziel.deliver(folder, "einwohnerregister", {"geburten": BIRTHS})
    town = municipality.read(folder)
    result = pipeline.run(town)
    plan = Plan.of(town.catalogue, ["geburtenrate"], town.geographies)
    answer = ledger.request(
        [Request("2024", "2024-12-31", "bezirk", ("012", "013"), "geburten")], result.delivered.counts, plan
    )
    assert answer.allowed
    assert answer.granted is not None
    journal.remember_answer(town, answer.granted)
    seen = ziel.given(folder)
    assert ("geburten", "01") not in seen
    assert ("geburten", "011") not in seen


def test_a_filtered_export_is_decided_as_a_whole(town: Town) -> None:
    """Alle Bezirke auf einmal: Die 2 ist dabei, also nicht."""
    areas = ("011", "012", "013", "021", "022", "023")
    wanted = [Request("2024", "2024-12-31", "bezirk", (a,), "geburten") for a in areas]
    assert not ledger.request(wanted, town.counts, town.plan, town.earlier).allowed
    safe = [Request("2024", "2024-12-31", "bezirk", (a,), "geburten") for a in areas[3:]]
    answer = ledger.request(safe, town.counts, town.plan, town.earlier)
    assert answer.allowed
    assert answer.values == (20.0, 21.0, 22.0)


def test_a_sum_with_a_part_that_was_not_delivered_is_refused(tmp_path: Path) -> None:
    """Die Lieferstelle hat 012 gesperrt: 012 + 013 wäre zu klein und verriete es."""
    births = {"geburten": {**ziel.by_area(12, 0, 17, 20, 21, 22, 30), "012": "."}}
    answer = Town(tmp_path, births).ask("012", "013")
    assert not answer.allowed
    assert "unvollständig" in answer.reason


def test_without_time_nothing_is_told(town: Town) -> None:
    wanted = [Request("2024", "2024-12-31", "bezirk", ("011", "012"), "geburten")]
    answer = ledger.request(wanted, town.counts, town.plan, town.earlier, time_limit=0.0)
    assert not answer.allowed


def test_a_request_speaks_of_one_period(town: Town) -> None:
    mixed = [Request("2024", p, "bezirk", ("011",), "geburten") for p in ("2024-12-31", "2023-12-31")]
    with pytest.raises(ValueError, match="one version and period"):
        ledger.request(mixed, town.counts, town.plan)
