"""The areas of a town as the tree of a system (Gebietsbaum)."""

from __future__ import annotations

from dataclasses import replace

import kleinstadt
from sozialraum.disclosure.area_tree import area_tree
from sozialraum.disclosure.history import AtomName, CellKey
from sozialraum.tables import TOTAL

WHOLE = (TOTAL, TOTAL, TOTAL)


def atom(area: str, level: str, variable: str = "einwohner") -> AtomName:
    return AtomName(area, level, variable, *WHOLE)


def cell(area: str, level: str) -> CellKey:
    return CellKey("2024", "2024-12-31", level, area, "einwohner")


def test_counts_hang_below_their_area_and_equal_counts_share_a_profile() -> None:
    tree = area_tree(
        kleinstadt.geography(),
        [atom("011", "bezirk"), atom("021", "bezirk"), atom("01", "stadtteil", "kita")],
        [cell("011", "bezirk"), cell("01", "stadtteil"), cell(kleinstadt.AGS, "kommune")],
    )
    assert tree is not None
    district, quarter, whole = tree.cell_node
    assert tree.atom_node[0] == district
    assert tree.parent[district] == quarter
    assert tree.parent[quarter] == whole
    assert tree.profile[0] == tree.profile[1] != tree.profile[2]
    # A count of the quarter itself lies beside its districts.
    assert tree.parent[tree.atom_node[2]] == quarter


def test_areas_without_one_top_are_no_tree() -> None:
    plain = kleinstadt.geography()
    tops = replace(
        plain, levels=plain.levels[:2], areas=tuple(a for a in plain.areas if a.level != "kommune")
    )
    assert area_tree(tops, [atom("011", "bezirk")], [cell("011", "bezirk")]) is None
