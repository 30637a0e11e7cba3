"""Was zwei Freigaben zusammen verraten."""

from __future__ import annotations

import shutil
from pathlib import Path

import angriffsziel as ziel
import pytest

from sozialraum.disclosure.reader import attack_release
from sozialraum.errors import SozialraumError

BIRTHS = ziel.by_area(2, 5, 7, 20, 21, 22, 30)
CORRECTION = """\
[[korrektur]]
source = "einwohnerregister"
variable = "geburten"
area = "013"
period = "2024-12-31"
action = "replace"
value = 4
expect = 7
reason = "Nachmeldung"
author = "Statistikstelle"
date = "2025-02-01"
"""


def test_other_indicators_of_the_same_state_disclose_nothing(tmp_path: Path) -> None:
    """Zwei Freigaben mit verschiedenen Kennzahlen: Bevölkerung minus 0–17 minus 18–64 ist nicht die gesperrte Zahl ab 65."""
    people = {
        "0-17": ziel.by_area(150, 150, 150, 150, 150, 150, 10),
        "18-64": ziel.by_area(700, 700, 700, 700, 700, 700, 40),
        "65+": ziel.by_area(2, 40, 60, 80, 90, 100, 9),
    }
    ziel.found(tmp_path, ["anteil_65plus"], people)
    assert ("einwohner[age=65+]", "011") not in ziel.given(tmp_path)
    ziel.activate(tmp_path, ["jugendquotient"])
    seen = ziel.given(tmp_path, "zwei")
    keys = ("einwohner", "einwohner[age=0-17]", "einwohner[age=18-64]")
    assert ziel.difference(*(seen.get((key, "011")) for key in keys)) is None


def test_a_part_of_the_same_state_discloses_nothing(tmp_path: Path) -> None:
    """Erst 0–2 und 3–5 Jahre, dann 0–5 Jahre: Die gesperrten unter Dreijährigen sind nicht die Differenz."""
    people = {
        "0-2": ziel.by_area(2, 30, 40, 30, 30, 30, 10),
        "3-5": ziel.by_area(8, 30, 30, 30, 30, 30, 10),
        "6+": ziel.by_area(900, 900, 900, 900, 900, 900, 90),
    }
    own = '[anteil_unter6]\nlabel = "Unter 6"\ndefinition = "Unter 6."\nkind = "share"\nnumerator = { variable = "einwohner", age = "0-5" }\ndenominator = { variable = "einwohner" }\nper = 100\ntopic = "bevoelkerung"\nsource = "einwohnerregister"\n'
    ziel.found(tmp_path, ["anteil_u3", "anteil_3_5"], people)
    ziel.kleinstadt.put(tmp_path, "kennzahlen/eigene.toml", own)
    first = ziel.given(tmp_path)
    assert ("einwohner[age=0-2]", "011") not in first
    ziel.activate(tmp_path, ["anteil_unter6"])
    second = ziel.given(tmp_path, "zwei")
    deduced = ziel.difference(
        second.get(("einwohner[age=0-5]", "011")), first.get(("einwohner[age=3-5]", "011"))
    )
    assert deduced is None


def test_a_correction_does_not_print_what_was_hidden_before(tmp_path: Path) -> None:
    """Nach einer Korrektur in 013 bleibt 012 gesperrt: Sonst verraten beide Freigaben die 2 Geburten in 011."""
    ziel.found(tmp_path, ["geburtenrate"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": BIRTHS})
    first = ziel.given(tmp_path)
    ziel.kleinstadt.put(tmp_path, "korrekturen.toml", CORRECTION)
    second = ziel.given(tmp_path, "zwei")
    deduced = ziel.difference(
        *(seen.get(("geburten", area)) for seen, area in ((first, "01"), (first, "013"), (second, "012")))
    )
    assert deduced is None


def test_a_lost_journal_is_noticed(tmp_path: Path) -> None:
    """Fehlt das Journal zu einer vorhandenen Freigabe, wird nicht weiter freigegeben: Das Verfahren wüsste nicht, was bekannt ist."""
    ziel.found(tmp_path, ["geburtenrate"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": BIRTHS})
    ziel.release(tmp_path)
    shutil.rmtree(tmp_path / "journal" / "freigaben")
    ziel.activate(tmp_path, ["geburtenrate", "einwohnerzahl"])
    with pytest.raises(SozialraumError):
        ziel.release(tmp_path, "zwei")


def test_a_second_release_with_nothing_left_to_hide_works(tmp_path: Path) -> None:
    """Eine zweite Freigabe mit weniger Kennzahlen endet nicht mit einem Programmfehler."""
    ziel.found(tmp_path, ["geburtenrate", "seu_sprache"])
    ziel.deliver(
        tmp_path, "gesundheitsamt_seu",
        {"seu_untersuchte": {"01": 40, "02": 50, "nz": 20}, "seu_sprache_auffaellig": {"01": 12, "02": 13, "nz": 14}},
        level="stadtteil", period="2022-2024",
    )  # fmt: skip
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": ziel.by_area(12, 15, 17, 20, 21, 22, 30)})
    ziel.release(tmp_path)
    ziel.activate(tmp_path, ["geburtenrate"])
    assert ziel.release(tmp_path, "zwei").name == "zwei"


def test_a_later_release_without_a_variable_is_attacked_with_the_earlier_one(tmp_path: Path) -> None:
    """Die zweite Freigabe zeigt keine Geburten mehr; die in der ersten gesperrten gehören trotzdem zum Ganzen des Stadtteils."""
    ziel.found(tmp_path, ["geburtenrate", "einwohnerzahl"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": BIRTHS})
    first = ziel.release(tmp_path)
    shutil.rmtree(tmp_path / "lieferungen" / "einwohnerregister")
    ziel.found(
        tmp_path / "neu", ["anteil_65plus"], {**ziel.PEOPLE, "65+": ziel.by_area(2, 40, 60, 80, 90, 100, 9)}
    )
    second = ziel.release(tmp_path / "neu", "zwei")
    assert attack_release(second).hidden > 0
    assert attack_release(second, [first]).exact == ()
