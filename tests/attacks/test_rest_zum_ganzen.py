"""Der Rest zum Ganzen ist eine Fallzahl wie jede andere."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel

QUOTE = """\
[quote_ganztag]
label = "Kinder im Ganztag"
definition = "Kinder im Ganztag je 100 Kinder unter 15 Jahren."
kind = "share"
numerator = { variable = "ganztag" }
denominator = { variable = "einwohner", age = "0-14" }
per = 100
topic = "haushalte"
source = "haushaltegenerierung"
"""


def test_the_rest_to_the_declared_whole_is_protected(tmp_path: Path) -> None:
    """Personen in Bedarfsgemeinschaften ohne Leistungsanspruch (KOL und AUS): 40 minus 39 ist 1, die Grenze ist 10."""
    ziel.found(tmp_path, ["sgb2_quote", "kinder_sgb2"])
    ziel.deliver(tmp_path, "ba_sgb2", {"sgb2_leistungsberechtigte": ziel.by_area(39, 55, 60, 70, 80, 90, 30)})
    ziel.deliver(tmp_path, "ba_sgb2", {"sgb2_personen": ziel.by_area(20, 20, 20, 20, 20, 20, 20)}, age="0-14")
    ziel.deliver(tmp_path, "ba_sgb2", {"sgb2_personen": ziel.by_area(20, 50, 60, 70, 80, 90, 30)}, age="15+")
    seen = ziel.given(tmp_path)
    rest = ziel.difference(
        *(seen.get((key, "011")) for key in ("sgb2_personen", "sgb2_leistungsberechtigte"))
    )
    assert rest is None


def test_a_share_needs_no_further_word_to_protect_its_rest(tmp_path: Path) -> None:
    """Ein eigener Anteil ohne subset_of: 149 von 150 Kindern im Ganztag heißt, ein Kind ist es nicht."""
    ziel.found(tmp_path, ["quote_ganztag"])
    ziel.kleinstadt.put(tmp_path, "kennzahlen/variables.toml", '[ganztag]\nlabel = "Kinder im Ganztag"\nconcept = "Kinder unter 15 im Ganztag"\nsource = "haushaltegenerierung"\n')  # fmt: skip
    ziel.kleinstadt.put(tmp_path, "kennzahlen/eigene.toml", QUOTE)
    ziel.deliver(tmp_path, "haushaltegenerierung", {"ganztag": ziel.by_area(149, 20, 30, 40, 50, 60, 70)})
    seen = ziel.given(tmp_path)
    assert ziel.difference(seen.get(("einwohner[age=0-14]", "011")), seen.get(("ganztag", "011"))) is None


def test_a_part_is_no_larger_than_its_whole_on_every_finest_level(tmp_path: Path) -> None:
    """Auffällige von Untersuchten nach Stadtteilen: 25 − x und 21 − y ergeben zusammen 1, also steht x nur 24 oder 25 offen."""
    examined = {"01": 25, "02": 21, "nz": 100}
    noticed = {"01": 24, "02": 21, "nz": 80}
    ziel.found(tmp_path, ["seu_sprache"])
    ziel.deliver(
        tmp_path, "gesundheitsamt_seu", {"seu_untersuchte": examined, "seu_sprache_auffaellig": noticed},
        level="stadtteil", period="2022-2024",
    )  # fmt: skip
    seen = ziel.given(tmp_path, period="2022-2024")
    if not seen:
        return
    everywhere = ziel.kleinstadt.AGS
    shown = [area for area in examined if ("seu_sprache_auffaellig", area) in seen]
    rest = seen["seu_untersuchte", everywhere] - seen["seu_sprache_auffaellig", everywhere]
    rest -= sum(
        examined[area] - noticed[area] for area in shown
    )  # what the hidden areas are short of their whole
    assert "01" not in shown
    assert rest >= 3
