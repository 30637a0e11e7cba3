"""The tartan rug of all areas and indicators, as page and as workbook (Teppich)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from sozialraum.products.catalogue import Area, Indicator
from sozialraum.tables import MUNICIPALITY_LEVEL
from sozialraum.words import in_german, say
from sozialraum_ui.parts import Link
from sozialraum_web.atlas import panel as panels
from sozialraum_web.atlas import state as states
from sozialraum_web.atlas.frame import address, area_address, frame, indicator_address, used_sources
from sozialraum_web.atlas.keeping import keep
from sozialraum_web.atlas.page import answer
from sozialraum_web.atlas.panel import Panel
from sozialraum_web.atlas.rug import BY_NAME, WIDEST, Rug, weave
from sozialraum_web.monitoring.access import Place, enter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOURS = {"worse": "#F0BD86", "better": "#9DC3E6", "same": "#E4E6ED", "above": "#C9B6EA", "below": "#93CDD0"}


def rug(request: HttpRequest, kommune: str) -> HttpResponse:
    """All areas of a level beside all indicators."""
    place = enter(request, kommune)
    query = request.GET.dict()
    panel, areas, indicators, sort, notice = chosen(place, query)
    return answer(
        request, place, "atlas/rug.html", partial(context, panel, areas, indicators, sort, notice, query)
    )


def chosen(place: Place, query: dict[str, str]) -> tuple[Panel, list[Area], list[Indicator], str, str]:
    """What an address asks for; a level too wide for a rug is narrowed to one larger area, and that is said."""
    panel = panels.read(place, query)
    there = [item for item in panels.on_level(panel) if item.compares]
    indicators = (
        there if query.get("umfang") == "alle" else [item for item in there if item.headline] or there
    )
    sort = query.get("sortiert", "") or BY_NAME
    if sort != BY_NAME:
        panels.indicator_of(panel, sort)
    upper = panels.within(panel, query.get("gebiet", ""))
    areas, notice = list(panel.areas), ""
    if upper is None and len(areas) > WIDEST:
        upper = next(
            (
                area
                for area in states.upper_areas(place.catalogue, panel.version)
                if area.level != MUNICIPALITY_LEVEL
            ),
            None,
        )
        notice = (
            say(
                "{areas} Gebiete sind zu viele für einen Teppich. Gezeigt wird {upper}; wählen Sie einen anderen Ausschnitt.",
                areas=len(areas),
                upper=upper.name,
            )
            if upper
            else ""
        )
    if upper is not None:
        areas = [area for area in areas if lies_in(panel, area, upper)]
    return panel, areas[: 4 * WIDEST], indicators, sort, notice


def lies_in(panel: Panel, area: Area, upper: Area) -> bool:
    """Whether an area belongs to a larger one."""
    from sozialraum.products.layers import lies_in as inside

    return inside(panel.catalogue, area, upper)


def context(
    panel: Panel,
    areas: Sequence[Area],
    indicators: Sequence[Indicator],
    sort: str,
    notice: str,
    query: dict[str, str],
) -> dict[str, Any]:
    """Template context of the rug."""
    place, woven = panel.place, weave(panel, areas, indicators, sort)
    upper = [
        area
        for area in states.upper_areas(place.catalogue, panel.version)
        if area.level not in (MUNICIPALITY_LEVEL, panel.level.id)
    ]
    kept = {key: query.get(key, "") for key in ("ebene", "stand", "gebiet", "umfang", "sortiert")}
    return {
        **frame(place, "atlas", trail=[(say("Atlas"), address(place, "atlas")), (say("Teppich"), "")], sources=used_sources(place.catalogue, indicators)),
        "panel": panel,
        "levels": panels.levels(panel),
        "upper": [(f"{area.level}:{area.code}", area.name, query.get("gebiet") == f"{area.level}:{area.code}") for area in upper],
        "everything": query.get("umfang") == "alle",
        "notice": notice,
        "areas": [Link(area.name, area_address(place, area), note=area.code) for area in woven.areas],
        "groups": [
            (topic, [(row, indicator_address(place, row.indicator), address(place, "atlas", "teppich", **{**kept, "sortiert": row.indicator.id}), row.indicator.id == sort) for row in rows])
            for topic, rows in woven.groups
        ],
        "keep": keep(woven.areas, (row.indicator for _, rows in woven.groups for row in rows), panel.version),
        "by_name": Link(say("nach Name"), address(place, "atlas", "teppich", **{**kept, "sortiert": ""}), current=sort == BY_NAME),
        "width": len(woven.areas) + 2,
        "workbook_url": address(place, "atlas", "teppich.xlsx", **kept).replace("xlsx/", "xlsx"),
        "sorted_by": place.catalogue.indicators[sort].name if sort != BY_NAME else "",
    }  # fmt: skip


def workbook(request: HttpRequest, kommune: str) -> HttpResponse:
    """The rug as a workbook with the same colours; indicators of sources that may only be shown are left out."""
    place = enter(request, kommune)
    panel, areas, indicators, sort, _ = chosen(place, request.GET.dict())
    allowed = [item for item in indicators if place.catalogue.source_of(item).open]
    content = in_german(written)(
        place, in_german(weave)(panel, areas, allowed, sort), len(indicators) - len(allowed)
    )
    response = HttpResponse(content, content_type=XLSX)
    name = slugify(f"{place.municipality.slug} teppich {panel.level.id}")
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-cache" if place.release.is_public else "private, no-store"
    return response


def written(place: Place, woven: Rug, withheld: int) -> bytes:
    """The workbook's bytes; texts never run as formulas."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(say("Teppich"))
        bold, turned = book.add_format({"bold": True}), book.add_format({"bold": True, "rotation": 60})
        fills = {
            name: book.add_format({"bg_color": colour, "align": "right"}) for name, colour in COLOURS.items()
        }
        plain = book.add_format({"align": "right"})
        hidden = book.add_format(
            {"align": "right", "pattern": 14, "fg_color": "#8B91B0", "bg_color": "#FFFFFF"}
        )
        heads = (
            say("Kennzahl"),
            say("Stand"),
            place.catalogue.town.name,
            *(area.name for area in woven.areas),
        )
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, turned if column > 1 else bold)
        line = 1
        for topic, rows in woven.groups:
            sheet.write_string(line, 0, topic, bold)
            line += 1
            for row in rows:
                sheet.write_string(line, 0, f"{row.indicator.label} {row.indicator.column_unit}".strip())
                sheet.write_string(line, 1, row.when)
                sheet.write_string(line, 2, row.town)
                for column, cell in enumerate(row.cells, start=3):
                    style = hidden if cell.status in ("suppressed", "missing") else fills.get(cell.css, plain)
                    sheet.write_string(line, column, cell.text, style)
                line += 1
        notes = [
            _key(),
            say(
                "Freigabe {release}, {office}", release=place.release.name, office=place.catalogue.office.name
            ),
        ]
        if withheld:
            notes.append(
                say(
                    "{withheld} Kennzahlen fehlen, weil ihre Quelle nur die Anzeige erlaubt.",
                    withheld=withheld,
                )
            )
        for offset, note in enumerate(notes, start=1):
            sheet.write_string(line + offset, 0, note)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 42)
        sheet.set_column(2, len(heads), 7)
    return out.getvalue()


def _key() -> str:
    return say(
        "Orange: gesichert ungünstiger, blau: gesichert günstiger, grau: nicht zu unterscheiden; violett und türkis: gesichert höher "
        "und niedriger ohne Bewertung. Schraffiert: gesperrt (.) oder nicht geliefert (...), nie null."
    )
