"""The style page: every component with invented figures, for tests, documentation and the eye."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sozialraum.products import draw
from sozialraum_ui import example
from sozialraum_ui.parts import (
    Cell,
    Column,
    DataState,
    FooterLinks,
    KeyFigure,
    Link,
    Municipality,
    Pill,
    Row,
    SourceNote,
    Tab,
    Table,
    chain,
    navigation,
)
from sozialraum_ui.ranking import interval_head, rank_rows

UNIT = "%"


def style_page(request: HttpRequest) -> HttpResponse:
    """The page as a response."""
    pins = tuple(code for code in request.GET.get("pins", "002,008").split(",") if code)[:4]
    return render(request, "sozialraum_ui/stil.html", context(pins))


def context(pins: tuple[str, ...] = ("002", "008")) -> dict[str, Any]:
    """Everything the page shows."""
    return {**_frame(), **_map(pins), **_charts(), **_words()}


def _frame() -> dict[str, Any]:
    return {
        "municipality": Municipality(example.TOWN, "Stadt", "#", synthetic=True),
        "navigation": navigation("#", "atlas"),
        "login_url": "#anmelden",
        "data_state": DataState("2025-03", "31.12.2024", "Gebietsstand 2024", "32 Quartiere", "bestanden"),
        "chain": chain("gebiet", {"kennzahl": ("Kinderarmut", "#"), "gebiet": ("Bahnhofstraße", "#")}),
        "breadcrumb": [Link("Start", "#"), Link("Gestaltung", "#"), Link("Stilblatt")],
        "footer_sources": [
            SourceNote("Einwohnerregister, Statistikstelle Beispielstadt, 31.12.2024", "dl-de/by-2-0"),
            SourceNote("Arbeitslose nach Gebieten, erfunden"),
        ],
        "footer_links": FooterLinks("#b", "#m", "#d", "#i", "#me", "#o", "#l"),
    }


def _map(pins: tuple[str, ...]) -> dict[str, Any]:
    atlas = example.atlas()
    ranking = example.intervals(atlas, pins=pins)
    marks = example.marks(ranking)
    letters = {code: "ABCD"[index] for index, code in enumerate(pins)}
    names = {each.code: each.name for each in ranking}
    layer, districts = atlas.levels["quartier"], atlas.levels["stadtteil"]
    return {
        "map": draw.choropleth(
            layer,
            marks,
            width=atlas.width,
            height=atlas.height,
            outlines=districts,
            labels=districts,
            border=atlas.levels["kommune"],
            pins=letters,
            title="Karte der 32 Quartiere: Kinder in SGB-II-Haushalten",
            description=draw.choropleth_text(marks, names),
        ),
        "map_text": draw.choropleth_text(marks, names),
        "legend": draw.legend(example.LIMITS, marks, unit=UNIT),
        "locator": draw.locator(
            layer,
            "008",
            width=atlas.width,
            height=atlas.height,
            outlines=districts,
            title="Lage der Bahnhofstraße in Beispielstadt",
        ),
        "strip": draw.strip(
            ranking,
            example.BENCHMARK,
            benchmark_label=example.LABEL,
            unit=UNIT,
            title=draw.strip_text(ranking),
        ),
        "strip_narrow": draw.strip(
            ranking,
            example.BENCHMARK,
            benchmark_label=example.LABEL,
            unit=UNIT,
            title=draw.strip_text(ranking),
            width=360,
            height=120,
        ),
        "interval_head": interval_head(ranking, example.BENCHMARK, "Stadt"),
        "rank_rows": rank_rows(ranking, example.BENCHMARK),
        "ranking_table": _ranking_table(ranking),
        "tally": draw.tally(*_counts(ranking)),
        "tabs": [
            Tab("karte-tab", "Karte", current=True),
            Tab("tabelle-tab", "Tabelle (32)"),
            Tab("worte-tab", "In Worten"),
        ],
    }


def _counts(ranking: list[draw.Interval]) -> tuple[int, int, int]:
    found = [each.comparison for each in ranking]
    return found.count("worse"), found.count("same"), found.count("better")


def _ranking_table(ranking: list[draw.Interval]) -> Table:
    columns = (
        Column("Quartier", sort="text"),
        Column("Anteil in %", numeric=True, sort="number"),
        Column("95-%-Intervall", numeric=True),
        Column("Rang", numeric=True, sort="number"),
    )
    rows = [
        Row(
            (
                Cell(each.name, href=each.href),
                Cell(
                    draw.value_text(each.value, each.status),
                    "" if each.value is None else each.value,
                    status=each.status,
                ),
                Cell(draw.interval_text(each.lower, each.upper)),
                Cell(draw.rank_text(each.rank_lower, each.rank_upper), each.rank_lower or ""),
            ),
            code=each.code,
        )
        for each in ranking
    ]
    return Table("Kinder in SGB-II-Haushalten nach Quartieren, 31.12.2024", columns, rows, id="werte")


def _charts() -> dict[str, Any]:
    series = example.series()
    bands = example.bands()
    draw_line = partial(
        draw.line, series, breaks=example.BREAKS, missing=example.GAPS, unit=UNIT, title="Anteil seit 2015"
    )
    words = draw.line_text(series, unit=UNIT, breaks=example.BREAKS)
    return {
        "line": draw_line(description=words),
        "line_narrow": draw_line(width=360, height=250, description=words),
        "line_text": words,
        "line_note": "Anteil in Prozent, Balken: 95-%-Intervall; gepunktet: nicht vergleichbar oder nicht geliefert",
        "pyramid": draw.pyramid(
            bands, reference_label=example.LABEL, title="Altersaufbau, Linie: Beispielstadt"
        ),
        "pyramid_text": draw.pyramid_text(bands),
        "matrix": draw.matrix_table(example.fields(), example.ROWS, example.COLUMNS),
        "matrix_drawing": draw.matrix(
            example.fields(), example.ROWS, example.COLUMNS, title="Status und Dynamik"
        ),
        "spine_table": _spine_table(),
        "spine_key": draw.spine_key(),
        "sparkline": draw.sparkline([41.2, 40.1, 38.4, None, 36.0, 37.1, 35.2, 33.1]),
        "bars": [(label, draw.number(share * 100, 0, unit=UNIT), draw.bar(share)) for label, share in BARS],
    }


BARS = (("Kinderarmut zählt doppelt", 0.09), ("ohne Arbeitslosigkeit", 0.23), ("Ränge statt z-Werte", 0.18))


def _spine_table() -> Table:
    columns = (
        Column("Kennzahl"),
        Column("Fälle", numeric=True),
        Column("Wert", numeric=True),
        Column("Stadt", numeric=True),
        Column("ungünstiger – Stadt – günstiger", css="c-spine"),
        Column("Trend"),
    )
    rows: list[Row] = []
    topic = ""
    for label, group, spine, cases in example.SPINES:
        if group != topic:
            rows.append(Row((Cell(group),), group=True))
            topic = group
        rows.append(Row(_spine_cells(label, spine, cases)))
    return Table("Auf einen Blick", columns, rows)


def _spine_cells(label: str, spine: draw.SpineRow, cases: int | None) -> tuple[Cell, ...]:
    note = draw.interval_text(spine.lower, spine.upper) or draw.status_word(spine.status)
    direction = {"higher_worse": "down", "higher_better": "up", "neutral": ""}[spine.polarity]
    return (
        Cell(label, note="31.12.2024"),
        Cell("." if cases is None else draw.whole(cases), status=spine.status),
        Cell(draw.value_text(spine.value, spine.status), note=note, status=spine.status),
        Cell(draw.number(spine.benchmark)),
        Cell(draw.spine_text(spine), markup=draw.spine(spine)),
        Cell(
            draw.trend_word(direction, spine.polarity),
            markup=draw.trend(direction, spine.polarity),
            beside=True,
        ),
    )


STATUSES = ("ok", "none", "missing", "suppressed", "unreliable", "estimated", "provisional", "not_meaningful")


def _words() -> dict[str, Any]:
    return {
        "figures": [
            KeyFigure(
                "Einwohnerinnen und Einwohner", draw.whole(45674), note="Register, Hauptwohnsitz, 31.12.2024"
            ),
            KeyFigure("Kinder in SGB-II-Haushalten", "37,2", UNIT, "95-%-Intervall 35,9–38,5 · Stadt 24,6"),
            KeyFigure("Rang unter 32 Quartieren", draw.rank_text(3, 6), note="1 = höchster Anteil"),
            KeyFigure("Wohngeld", ".", note="gesperrt (Statistikgeheimnis)", status="suppressed"),
        ],
        "pills": [
            Pill("geplant"),
            Pill("läuft", "ok"),
            Pill("verzögert", "warn"),
            Pill("neu", "info"),
            Pill("Widerspruch", "err"),
        ],
        "statuses": [
            (status, draw.value_text(15.0, status) if status != "missing" else draw.value_text(None, status))
            for status in STATUSES
        ],
        "sequence": list(zip(draw.class_names(5), draw.class_labels(example.LIMITS, unit=UNIT), strict=True)),
        "trends": [
            ("up", "higher_worse", draw.trend_word("up", "higher_worse")),
            ("down", "higher_worse", draw.trend_word("down", "higher_worse")),
            ("flat", "neutral", draw.trend_word("flat", "neutral")),
            ("up", "neutral", draw.trend_word("up", "neutral")),
            ("", "neutral", "nicht berechenbar"),
        ],
        "links": [Link("Was heißt das?", "#"), Link("Zurücksetzen", "#")],
        "glossary": [
            ("Planungsraum", "Kleinste Ebene, für die Werte veröffentlicht werden."),
            (
                "95-%-Intervall",
                "Bereich, in dem der wahre Wert sehr wahrscheinlich liegt, wenn Zufall mitspielt.",
            ),
        ],
        "words": [
            ("Problemviertel, Brennpunkt", "Gebiet mit besonderem Aufmerksamkeitsbedarf"),
            ("Platz 27 von 135", "Rang 26–33 von 135"),
            ("0 (weil gesperrt)", "gesperrt (Statistikgeheimnis)"),
            ("Die Maßnahme hat gewirkt.", "Der Wert ist gesunken. Ob die Maßnahme dazu beitrug, ist offen."),
        ],
        "previous": Link("Am Wasserturm", "#"),
        "next": Link("Mühlenviertel", "#"),
        "suggestions": [Link("Altstadt", "#"), Link("Nordhafen", "#"), Link("Kirchberg", "#")],
    }
