"""Every drawing is well-formed, escaped, free of not-a-number and of anything a strict content policy forbids."""

import math
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.products import draw
from sozialraum.products.draw import svg
from sozialraum_ui import example

HOSTILE = "<script>alert('x')</script>\"&\x00\x0b–ä"
ATLAS = example.atlas()
RANKING = example.intervals(ATLAS)
MARKS = example.marks(RANKING)
SIZE = {"width": ATLAS.width, "height": ATLAS.height}


def drawings():
    layer, districts = ATLAS.levels["quartier"], ATLAS.levels["stadtteil"]
    legend = draw.legend(example.LIMITS, MARKS)
    yield draw.choropleth(
        layer, MARKS, **SIZE, title="Karte", outlines=districts, labels=districts, pins={"002": "A"}
    )
    yield draw.choropleth(
        layer, MARKS, **SIZE, title="Karte", interactive=False, border=ATLAS.levels["kommune"]
    )
    yield draw.locator(layer, "008", **SIZE, title="Lage")
    yield from (row.swatch for row in (*legend.rows, *legend.states))
    yield from (row.bar for row in legend.rows)
    yield draw.strip(RANKING, example.BENCHMARK, benchmark_label="Stadt", unit="%", title="Alle")
    yield from (draw.interval_row(each, draw.scale_for(RANKING), example.BENCHMARK) for each in RANKING)
    yield draw.line(example.series(), breaks=example.BREAKS, missing=example.GAPS, unit="%", title="Zeit")
    yield draw.pyramid(example.bands(), reference_label="Stadt", title="Alter")
    yield draw.matrix(example.fields(), example.ROWS, example.COLUMNS, title="Matrix")
    yield from (draw.spine(row, title=name) for name, _, row, _ in example.SPINES)
    yield draw.spine_key()
    yield draw.sparkline([1.0, None, 2.0])
    yield draw.tally(3, 2, 1)
    yield from (draw.marker(kind) for kind in ("worse", "better", "same", "neutral"))
    yield from (draw.trend(direction) for direction in ("up", "down", "flat", ""))
    yield from (draw.pin(letter) for letter in "ABCD")


@pytest.mark.parametrize("drawing", list(drawings()))
def test_drawings_are_sound(drawing):
    root = ElementTree.fromstring(drawing)
    assert root.tag == f"{{{svg.NAMESPACE}}}svg"
    lower = drawing.lower()
    assert "nan" not in re.findall(r'="([^"]*)"', lower)
    assert not re.search(r"\bstyle=|\bon\w+=|javascript:|<script", lower)
    assert not re.search(r'="[^"]*\b(?:nan|inf|none)\b[^"]*"', re.sub(r'(?:fill|stroke)="none"', "", lower))
    assert not re.findall(r'(?:href|src)="(?!#)', lower) or "<a " in lower
    ids = re.findall(r'\bid="([^"]+)"', drawing)
    assert len(ids) == len(set(ids))
    for reference in re.findall(r"url\(#([^)]+)\)", drawing):
        assert reference in ids


def test_every_drawing_is_an_image_with_a_name_or_decoration():
    for drawing in drawings():
        root = ElementTree.fromstring(drawing)
        named = root.find(f"{{{svg.NAMESPACE}}}title") is not None
        assert (root.get("role") in ("img", "group") and named) != (root.get("aria-hidden") == "true")


def test_hostile_text_stays_text():
    layer = ATLAS.levels["quartier"]
    shape = layer.shapes[0]
    evil = draw.Layer("q", [draw.Shape(HOSTILE, HOSTILE, shape.path, 1, 1, 1, shape.box, "")])
    mark = draw.AreaMark(HOSTILE, "q3", label=HOSTILE, href=f"/x?{HOSTILE}")
    for drawing in (
        draw.choropleth(
            evil, [mark], **SIZE, title=HOSTILE, description=HOSTILE, labels=evil, pins={HOSTILE: "A"}
        ),
        draw.line(
            [draw.Series(HOSTILE, HOSTILE, [draw.Point(1, HOSTILE, 1.0)])],
            missing=[(2, HOSTILE)],
            title=HOSTILE,
        ),
        draw.strip([draw.Interval(HOSTILE, HOSTILE, 1.0)], 2.0, benchmark_label=HOSTILE, title=HOSTILE),
        draw.pyramid([draw.Band(0, 4, 1, 1)], left_label=HOSTILE, title=HOSTILE),
        draw.matrix([], [HOSTILE], [HOSTILE], title=HOSTILE),
    ):
        root = ElementTree.fromstring(drawing)
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        assert "<script" not in drawing


def test_markup_is_printed_as_it_is_and_only_markup():
    from django.utils.html import conditional_escape

    drawing = draw.marker("worse")
    assert conditional_escape(drawing) == str(drawing)
    assert conditional_escape("<svg>") == "&lt;svg&gt;"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_not_a_number_is_refused(value):
    with pytest.raises(ValueError, match="not finite"):
        svg.line(0, 0, value, 1, css="reference")


finite = st.floats(-1e6, 1e6, allow_nan=False)
triples = st.tuples(finite, finite, finite).map(sorted)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=20), triples, st.sampled_from(["", "worse", "same", "better"])),
        max_size=12,
    ),
    st.none() | finite,
)
def test_rankings_of_any_figures_can_be_drawn(rows, benchmark):
    intervals = [
        draw.Interval(str(index), name, mid, low, high, kind)
        for index, (name, (low, mid, high), kind) in enumerate(rows)
    ]
    ElementTree.fromstring(draw.strip(intervals, benchmark, title="x"))
    scale = draw.scale_for(intervals, benchmark)
    for each in intervals:
        ElementTree.fromstring(draw.interval_row(each, scale, benchmark))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1990, 2040), st.none() | finite),
        min_size=1,
        max_size=15,
        unique_by=lambda pair: pair[0],
    )
)
def test_series_of_any_figures_can_be_drawn(points):
    series = [draw.Series("a", "A", [draw.Point(x, str(x), value) for x, value in points])]
    ElementTree.fromstring(draw.line(series, title="x"))
    assert draw.line_text(series)


@settings(max_examples=60, deadline=None)
@given(
    triples,
    st.lists(finite, min_size=5, max_size=5).map(sorted),
    st.sampled_from(["higher_worse", "higher_better", "neutral"]),
)
def test_spines_stay_inside_their_frame(own, spread, polarity):
    low, value, high = own
    minimum, q25, benchmark, q75, maximum = spread
    row = draw.SpineRow(value, low, high, benchmark, minimum, q25, q75, maximum, polarity)
    place = draw.spine_geometry(row)
    positions = [place.value, *place.interval, *place.span, *place.middle]
    assert all(0 <= position <= 1 for position in positions)
    assert place.span[0] <= place.middle[0] <= place.middle[1] <= place.span[1]
    ElementTree.fromstring(draw.spine(row))


def test_states_have_patterns_and_hidden_areas_show_no_class():
    layer = ATLAS.levels["quartier"]
    code = layer.shapes[0].code
    for status, fill in (
        ("suppressed", "url(#karte-suppressed)"),
        ("missing", "url(#karte-missing)"),
        ("estimated", "url(#karte-q4-estimated)"),
        ("unreliable", "url(#karte-q4-unreliable)"),
    ):
        drawing = draw.choropleth(layer, [draw.AreaMark(code, "q4", status)], **SIZE, title="Karte")
        assert f'fill="{fill}"' in drawing
        area = re.search(rf'<g role="img" data-code="{code}".*?</g>', drawing)
        assert 'class="q4' not in area.group()


def test_areas_are_links_only_where_there_is_an_address():
    layer = ATLAS.levels["quartier"]
    marks = [draw.AreaMark(layer.shapes[0].code, "q1", href="/a/"), draw.AreaMark(layer.shapes[1].code, "q2")]
    drawing = draw.choropleth(layer, marks, **SIZE, title="Karte")
    assert drawing.count("<a ") == 1
    assert drawing.count('role="img"') == len(layer.shapes) - 1
    assert "<a " not in draw.choropleth(layer, marks, **SIZE, title="Karte", interactive=False)


def test_the_legend_counts_every_area_once_by_class_or_hidden_state():
    legend = draw.legend(example.LIMITS, MARKS)
    hidden = sum(
        row.count for row in legend.states if row.status in ("suppressed", "missing", "not_meaningful")
    )
    assert sum(row.count for row in legend.rows) + hidden == legend.total == len(MARKS)
    assert {row.status: row.count for row in legend.states} == {
        "estimated": 2, "unreliable": 1, "provisional": 1, "suppressed": 2, "missing": 1,
    }  # fmt: skip


def test_labels_do_not_touch_each_other():
    from sozialraum.products.draw.map import _label_box, _overlaps, place_labels

    for size in (23, 40, 70):
        boxes = [_label_box(shape, size) for shape in place_labels(ATLAS.levels["quartier"].shapes, size)]
        assert not [1 for index, one in enumerate(boxes) for two in boxes[index + 1 :] if _overlaps(one, two)]


def test_drawing_starts_without_heavy_libraries():
    code = "import sys, sozialraum.products.draw; print([m for m in ('pandas','numpy','shapely','django') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_an_update_says_the_same_without_borders():
    layer, districts = ATLAS.levels["quartier"], ATLAS.levels["stadtteil"]
    whole = draw.choropleth(layer, MARKS, **SIZE, title="Karte", outlines=districts, key="2024/quartier")
    update = draw.map_update(layer, MARKS, title="Karte", key="2024/quartier")
    seen = [
        [
            (each.get("data-code"), each[0].text, each[1].get("class"), each[1].get("fill"))
            for each in root.iter()
            if each.get("data-code")
        ]
        for root in (ElementTree.fromstring(whole), ElementTree.fromstring(update))
    ]
    assert seen[0] == seen[1]
    bare = ElementTree.fromstring(update)
    assert all(each[1].get("d") is None for each in bare.iter() if each.get("data-code"))
    assert len(update) < len(whole)
    assert 'data-key="2024/quartier"' in update


def test_inline_drawings_keep_classes_and_geometry():
    row = draw.interval_row(draw.Interval("a", "A", 50, 40, 60, "worse"), draw.Scale(0, 100), 25)
    short = draw.inline(row)
    assert "#b45309" in row
    assert "#" not in short
    assert 'class="worse"' in short
    assert 'x="80.2"' in short
