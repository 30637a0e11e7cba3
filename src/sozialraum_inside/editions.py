"""Saved editions of an index: two compared, and the method sheet to take along (Ausgaben eines Index)."""

from __future__ import annotations

from sozialraum import index_workbench
from sozialraum.errors import Finding, SozialraumError
from sozialraum.index_workbench import Compared, Figures
from sozialraum.municipality import Municipality
from sozialraum.products import index_sheets
from sozialraum.products.report.design import Design
from sozialraum.products.report.writers import WRITERS
from sozialraum_inside import bench, sight


def figures(municipality: Municipality) -> Figures:
    """The unprotected figures of the last computation; raises SozialraumError where nothing was computed."""
    path = sight.values_file(municipality)
    if not path.exists():
        raise SozialraumError(
            Finding("Es ist noch nichts gerechnet.", "Rechnen Sie zuerst unter „Lieferungen“.")
        )
    return index_workbench.unprotected(*bench.figures(municipality))


def compared(municipality: Municipality, first: str, second: str) -> Compared:
    """Two saved editions beside each other; raises SozialraumError with one sentence where they cannot be compared."""
    one, other = (index_workbench.edition(municipality, name) for name in (first, second))
    return index_workbench.compared(municipality, one, other, figures(municipality))


def method_sheet(municipality: Municipality, name: str, format: str = "html") -> bytes:
    """The method sheet of a saved edition as a file; raises SozialraumError for an edition that is not there."""
    recipe, found = index_workbench.edition(municipality, name), figures(municipality)
    made = index_workbench.computed(municipality, recipe, found)
    sheet = index_sheets.method_sheet(index_workbench.reading(municipality, made, found))
    return WRITERS[format](sheet, Design())
