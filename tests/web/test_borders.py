"""Maps name the level a reader knows."""

from __future__ import annotations

import pytest

from sozialraum.products.catalogue import Level
from sozialraum_web.atlas.borders import familiar


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ((138, 60, 12, 1), 12),
        ((12, 1), 12),
        ((60, 30, 1), 30),
        ((3, 1), 3),
        ((25, 4, 1), 4),
        ((1,), None),
        ((), None),
    ],
)
def test_about_five_to_twenty_areas(counts: tuple[int, ...], chosen: int | None) -> None:
    levels = [Level("kommune" if count == 1 else f"l{count}", "", areas=count) for count in counts]
    found = familiar(levels)
    assert (found.areas if found else None) == chosen
