"""Was Beteiligte über einander errechnen: Dominanz, einzige Beteiligte, eine Gruppe für alle."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel

from sozialraum.disclosure.audit import audit
from sozialraum.disclosure.gate import Effort, guard_all

SPENDING = """\
[ausgaben_hilfen]
label = "Ausgaben für Hilfen"
source = "jugendamt_hilfen"
unit = "Euro"
magnitude = true
contributors = "faelle_hilfen"
largest = ["groesste_hilfe", "zweite_hilfe"]
published = [[]]

[faelle_hilfen]
label = "Fälle"
source = "jugendamt_hilfen"
published = [[]]

[groesste_hilfe]
label = "Größte Einzelausgabe"
source = "jugendamt_hilfen"
published = []

[zweite_hilfe]
label = "Zweitgrößte Einzelausgabe"
source = "jugendamt_hilfen"
published = []
"""
PER_CASE = """\
[ausgaben_je_fall]
label = "Ausgaben je Fall"
definition = "Ausgaben je Fall."
kind = "mean"
numerator = { variable = "ausgaben_hilfen" }
denominator = { variable = "faelle_hilfen" }
topic = "jugendhilfe"
source = "jugendamt_hilfen"
"""


def with_spending(folder: Path, amounts: ziel.Figures, profile: str = "betraege") -> Path:
    ziel.found(folder, ["ausgaben_je_fall"])
    ziel.kleinstadt.put(folder, "kennzahlen/variables.toml", SPENDING)
    ziel.kleinstadt.put(folder, "kennzahlen/eigene.toml", PER_CASE)
    ziel.kleinstadt.put(folder, "geheimhaltung.toml", f'[quellen]\njugendamt_hilfen = "{profile}"\n')
    ziel.deliver(folder, "jugendamt_hilfen", amounts)
    return folder


def amounts(largest_in_011: int = 300) -> ziel.Figures:
    return {
        "ausgaben_hilfen": ziel.by_area(1000, 1200, 1300, 1400, 1500, 1600, 900),
        "faelle_hilfen": ziel.by_area(10, 12, 13, 14, 15, 16, 9),
        "groesste_hilfe": ziel.by_area(largest_in_011, 250, 260, 270, 280, 290, 200),
        "zweite_hilfe": ziel.by_area(60, 200, 200, 200, 200, 200, 150),
    }


def test_a_sum_that_one_contributor_makes_up_is_hidden(tmp_path: Path) -> None:
    """900 von 1.000 Euro in 011 sind ein einziger Fall: Weder die Summe noch ihr Rest zum Stadtteil steht da."""
    seen = ziel.printed(ziel.release(with_spending(tmp_path, amounts(900))))
    assert ("ausgaben_hilfen", "011") not in seen
    rest = ziel.difference(*(seen.get(("ausgaben_hilfen", area)) for area in ("01", "012", "013")))
    assert rest is None
    assert not any(key.startswith(("groesste", "zweite")) for key, _ in seen)


def test_a_sum_of_many_stays(tmp_path: Path) -> None:
    seen = ziel.printed(ziel.release(with_spending(tmp_path, amounts())))
    assert seen["ausgaben_hilfen", "011"] == 1000


def test_a_single_contributor_does_not_compute_another(tmp_path: Path) -> None:
    """In 011 ist eine Person allein und kennt ihren Betrag; die Summe von 012 darf daraus nicht folgen."""
    from dataclasses import replace

    from sozialraum import municipality, pipeline
    from sozialraum.disclosure.compose import compose_all
    from sozialraum.disclosure.period_counts import Plan
    from sozialraum.disclosure.singletons import exposed

    figures = {
        "ausgaben_hilfen": ziel.by_area(500, 700, 1300, 1400, 1500, 1600, 900),
        "faelle_hilfen": ziel.by_area(1, 2, 13, 14, 15, 16, 9),
        "groesste_hilfe": ziel.by_area(500, 350, 260, 270, 280, 290, 200),
        "zweite_hilfe": ziel.by_area(0, 350, 200, 200, 200, 200, 150),
    }
    town = municipality.read(with_spending(tmp_path, figures))
    result = pipeline.run(town)
    plan = Plan.of(town.catalogue, ["ausgaben_je_fall"], town.geographies)
    composed = next(iter(compose_all(result.delivered.counts, plan)))
    assert composed.singletons
    [guarded] = guard_all([composed], Effort())
    assert audit(guarded.system, guarded.hidden).verdict == "bestanden"
    assert exposed(guarded.composed, guarded.hidden, 60.0) == []
    # Ohne diesen Blick bliebe eine Lücke: Das Muster allein gegen die Öffentlichkeit reicht nicht.
    [careless] = guard_all([replace(composed, singletons=())], Effort())
    assert exposed(replace(careless.composed, singletons=composed.singletons), careless.hidden, 60.0) != []


GROUP = """\
[kommunal]
group_disclosure = true
"""


def test_a_group_that_holds_everybody_is_hidden(tmp_path: Path) -> None:
    """Alle 900 in 011 sind über 65: Mit group_disclosure sagt die Tabelle das nicht."""
    people = {
        "0-14": ziel.by_area(0, 150, 150, 150, 150, 150, 150),
        "15-64": ziel.by_area(0, 700, 700, 700, 700, 700, 700),
        "65+": ziel.by_area(900, 200, 200, 200, 200, 200, 200),
    }
    ziel.found(tmp_path, ["anteil_65plus"], people)
    open_release = ziel.printed(ziel.release(tmp_path))
    assert open_release["einwohner[age=65+]", "011"] == 900
    other = tmp_path / "streng"
    ziel.found(other, ["anteil_65plus"], people)
    ziel.kleinstadt.put(other, "geheimhaltung.toml", GROUP)
    seen = ziel.printed(ziel.release(other))
    old = ziel.difference(seen.get(("einwohner", "011")), seen.get(("einwohner[age=65+]", "011")))
    assert old is None
