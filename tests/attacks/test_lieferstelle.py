"""Was die Lieferstelle selbst gesperrt hat."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import angriffsziel as ziel

from sozialraum.errors import SozialraumError

ADULTS = """\
[erwachsene_sgb2]
label = "Personen ab 15 Jahren in Bedarfsgemeinschaften"
definition = "Personen ab 15 Jahren in Bedarfsgemeinschaften je 100 Personen."
kind = "share"
numerator = { variable = "sgb2_personen", age = "15+" }
denominator = { variable = "einwohner" }
per = 100
topic = "existenzsicherung"
source = "ba_sgb2"
"""


def _with_two_tables(folder: Path, total: ziel.Figures, level: str = "bezirk", young: object = ".") -> Path:
    ziel.found(folder, ["kinder_sgb2", "erwachsene_sgb2"])
    ziel.kleinstadt.put(folder, "kennzahlen/eigene.toml", ADULTS)
    children = {**ziel.by_area(0, 11, 12, 13, 14, 15, 12), "011": young}
    ziel.deliver(folder, "ba_sgb2", total, name="gesamt", level=level)
    ziel.deliver(folder, "ba_sgb2", {"sgb2_personen": children}, age="0-14")
    ziel.deliver(folder, "ba_sgb2", {"sgb2_personen": ziel.by_area(14, 20, 21, 22, 23, 24, 20)}, age="15+")
    return folder


def test_a_count_hidden_by_the_supplier_is_not_the_rest_of_a_total(tmp_path: Path) -> None:
    """Die Bundesagentur sperrt 0–14 in 011; gesamt 16 minus 14 ab 15 Jahren wären die gesperrten 2."""
    total = {"sgb2_personen": ziel.by_area(16, 31, 33, 35, 37, 39, 32)}
    seen = ziel.given(_with_two_tables(tmp_path, total))
    keys = ("sgb2_personen", "sgb2_personen[age=15+]")
    assert ziel.difference(*(seen.get((key, "011")) for key in keys)) is None


def test_a_total_of_quarters_beside_parts_of_districts_ends_in_words(tmp_path: Path) -> None:
    """Summe nach Stadtteilen, Altersgruppen nach Bezirken: eine Freigabe oder ein Befund, kein Programmfehler."""
    total = {"sgb2_personen": {"01": 80, "02": 111, "nz": 32}}
    folder = _with_two_tables(tmp_path, total, level="stadtteil", young=2)
    with suppress(SozialraumError):
        ziel.release(folder)
