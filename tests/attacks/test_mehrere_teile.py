"""Was von einem Ganzen bleibt, wenn mehrere seiner Teile einander ausschließen und alle gedruckt sind."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel
import numpy as np
import pytest

from sozialraum import municipality, pipeline
from sozialraum.disclosure.compose import compose_all

LIMIT = 10  # kleinste gezeigte Fallzahl im Profil der Bundesagentur


def test_what_remains_beside_two_parts_is_protected(tmp_path: Path) -> None:
    """35 Arbeitslose, davon 15 unter 25 und 15 ab 55: 35 − 15 − 15 sind 5 Arbeitslose von 25 bis 54."""
    ziel.found(tmp_path, ["arbeitslosenanteil", "arbeitslosenanteil_15_24", "arbeitslosenanteil_55plus"],
               {"0-14": dict.fromkeys(ziel.AREAS, 150), "15-24": dict.fromkeys(ziel.AREAS, 120),
                "25-54": dict.fromkeys(ziel.AREAS, 450), "55-64": dict.fromkeys(ziel.AREAS, 130),
                "65+": dict.fromkeys(ziel.AREAS, 200)})  # fmt: skip
    figures = {
        "arbeitslose": ziel.by_area(35, 90, 95, 100, 105, 110, 60),
        "arbeitslose_15_24": ziel.by_area(15, 20, 22, 24, 26, 28, 14),
        "arbeitslose_55plus": ziel.by_area(15, 25, 26, 27, 28, 29, 16),
    }
    ziel.deliver(tmp_path, "ba_arbeitsmarkt", figures)
    seen = ziel.printed(ziel.release(tmp_path))
    rest = ziel.difference(*(seen.get((key, "011")) for key in figures))
    assert rest is None or rest >= LIMIT


@pytest.mark.parametrize(("last", "equations"), [(30, True), (29, False)])
def test_parts_that_leave_nothing_anywhere_are_known_to_be_the_whole(
    tmp_path: Path, last: int, equations: bool
) -> None:
    """Ist Arbeitslose = unter 25 + ab 55 überall, hält es jede Person für eine Regel; fehlt irgendwo ein Fall, dann nicht."""
    ziel.found(tmp_path, ["arbeitslosenanteil", "arbeitslosenanteil_15_24", "arbeitslosenanteil_55plus"],
               {"0-14": dict.fromkeys(ziel.AREAS, 150), "15-24": dict.fromkeys(ziel.AREAS, 120),
                "25-54": dict.fromkeys(ziel.AREAS, 450), "55-64": dict.fromkeys(ziel.AREAS, 130),
                "65+": dict.fromkeys(ziel.AREAS, 200)})  # fmt: skip
    figures = {
        "arbeitslose": ziel.by_area(40, 50, 52, 54, 56, 58, 60),
        "arbeitslose_15_24": ziel.by_area(15, 20, 22, 24, 26, 28, 30),
        "arbeitslose_55plus": ziel.by_area(25, 30, 30, 30, 30, 30, last),
    }
    ziel.deliver(tmp_path, "ba_arbeitsmarkt", figures)
    result = pipeline.run(municipality.read(tmp_path))
    [composed] = compose_all(result.delivered.counts, result.plan)
    system = composed.system
    assert system.bounds is not None
    tight = system.bounds.rows[np.flatnonzero(system.bounds.upper == 0)]
    together = {frozenset(composed.atoms[a].variable for a in row.indices) for row in tight if row.nnz}
    assert (frozenset(figures) in together) is equations
