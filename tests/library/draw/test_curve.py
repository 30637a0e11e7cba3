"""The curve of a goal: every part is drawn, words say the same, labels stay inside the drawing."""

from __future__ import annotations

import re

from sozialraum.products.draw import Aim, BandPoint, Point, goal_curve, goal_curve_text

ACTUAL = [
    Point(2018 + n, str(2018 + n), value, value - 2, value + 2)
    for n, value in enumerate((30.0, 29.0, 27.0, 28.0))
]
BAND = [BandPoint(2021 + n, 28.0 - n, 27.0 - n, 29.0 - n, 25.0 - n, 31.0 - n) for n in (1, 2, 3)]
AIM = Aim(2020, 27.0, 2024, 20.0)


def test_all_parts_are_drawn() -> None:
    drawn = str(goal_curve(ACTUAL, BAND, AIM, decided=2020.5, unit="%", title="Kurve"))
    assert drawn.count("<polygon") == 3
    assert "Fortschreibung 25,0" in drawn
    assert "Ziel 20,0" in drawn
    assert "Beschluss" in drawn


def test_narrow_labels_are_figures_alone_and_stay_inside() -> None:
    drawn = str(goal_curve(ACTUAL, BAND, AIM, width=380, height=300))
    assert "Fortschreibung" not in drawn
    places = [float(x) for x in re.findall(r'<text class="[^"]*line-label"[^>]* x="([\d.]+)"', drawn)]
    assert len(places) == 2
    assert all(x + 4 * 7.4 <= 380 for x in places)


def test_words() -> None:
    text = goal_curve_text(ACTUAL, BAND, AIM, unit="%")
    assert "Ist 2021: 28,0" in text
    assert "Fortschreibung ohne neue Maßnahmen 2024: 25,0" in text
    assert "Ziel 2024: 20,0" in text


def test_nothing_to_continue() -> None:
    assert "<polygon" not in str(goal_curve(ACTUAL, [], None))
