"""Golden geometry of spine, interval and line: positions computed by hand."""

import re
from itertools import pairwise

import pytest

from sozialraum.products import draw
from sozialraum.products.draw.line import plot_for, segments, spread
from sozialraum.products.draw.scales import Scale, round_scale
from sozialraum.products.draw.spine import SpineRow, spine_geometry


def test_spine_positions_where_high_is_worse():
    row = SpineRow(30, 26, 35, benchmark=20, minimum=10, q25=15, q75=30, maximum=50, polarity="higher_worse")
    place = spine_geometry(row)
    # half = max(|10 − 20|, |50 − 20|) = 30; mirrored, so that worse is left.
    assert place.value == pytest.approx(0.5 - 0.5 * 10 / 30)
    assert place.interval == pytest.approx((0.25, 0.4))
    assert place.span == pytest.approx((0.0, 0.5 + 0.5 * 10 / 30))
    assert place.middle == pytest.approx((0.5 - 0.5 * 10 / 30, 0.5 + 0.5 * 5 / 30))
    assert row.comparison == "worse"


def test_spine_is_not_mirrored_where_high_is_better_or_neutral():
    for polarity, comparison in (("higher_better", "better"), ("neutral", "neutral")):
        row = SpineRow(30, 26, 35, 20, 10, 15, 30, 50, polarity)
        assert spine_geometry(row).value == pytest.approx(0.5 + 0.5 * 10 / 30)
        assert row.comparison == comparison


def test_spine_of_equal_areas_stands_in_the_middle():
    place = spine_geometry(SpineRow(5, 5, 5, 5, 5, 5, 5, 5))
    assert (place.value, place.span, place.middle) == (0.5, (0.5, 0.5), (0.5, 0.5))


def test_few_areas_are_dots_instead_of_quartiles():
    row = SpineRow(3, 2, 4, 3, 1, 2, 4, 5, "higher_better", others=(1, 3, 5))
    assert spine_geometry(row).dots == pytest.approx((0.0, 0.5, 1.0))
    assert 'class="band"' not in draw.spine(row)
    many = SpineRow(3, 2, 4, 3, 1, 2, 4, 5, "higher_better", others=tuple(range(1, 9)))
    assert spine_geometry(many).dots == ()


def test_spine_without_value_has_no_marker_but_its_text_says_why():
    row = SpineRow(None, None, None, 12, 2, 8, 15, 22, status="suppressed")
    assert "circle" not in draw.spine(row)
    assert "polygon" not in draw.spine(row)
    assert draw.spine_text(row).startswith("Kein Wert.")


def test_interval_row_positions():
    interval = draw.Interval("a", "A", 50, 40, 60, "worse")
    drawing = draw.interval_row(interval, Scale(0, 100), 25, width=200, height=22)
    # 1 + v/100 · 198: benchmark 50.5, interval 80.2 to 119.8, value 100 drawn as a tick 1.6 wide.
    assert 'x1="50.5"' in drawing
    assert 'x="80.2" y="6" width="39.6" height="10"' in drawing
    assert 'x="99.2" y="3" width="1.6" height="16"' in drawing


def test_very_narrow_intervals_stay_visible_around_their_middle():
    drawing = draw.interval_row(draw.Interval("a", "A", 50, 49.95, 50.05), Scale(0, 100), width=200)
    assert 'x="98.8" y="6" width="2.4"' in drawing


def test_only_a_real_difference_is_linked_to_the_benchmark():
    same = draw.interval_row(draw.Interval("a", "A", 50, 40, 60, "same"), Scale(0, 100), 45)
    worse = draw.interval_row(draw.Interval("a", "A", 50, 46, 54, "worse"), Scale(0, 100), 45)
    assert "s-worse" in worse
    assert "opacity" not in same


def test_strip_positions():
    areas = [draw.Interval("a", "A", 55, 50, 60), draw.Interval("b", "B", 20, 10, 30)]
    place = draw.strip_geometry(areas, 40, width=560, height=110)
    # 518 units for two areas; 0 at 90, 60 at 14.
    assert place.places == [
        pytest.approx((163.5, 14.0, 90 - 76 * 50 / 60)),
        pytest.approx((422.5, 52.0, 90 - 76 * 10 / 60)),
    ]
    assert place.benchmark == pytest.approx(90 - 76 * 40 / 60)
    assert [tick for tick, _ in place.ticks] == [0, 20, 40, 60]


def test_line_positions_and_missing_years():
    series = [draw.Series("a", "", [draw.Point(2012, "2012", 30), draw.Point(2020, "2020", 40)])]
    plot = plot_for(series, width=640, height=260, missing=[(2018, "2018 fehlt")])
    assert plot.y(0) == 232
    assert plot.y(30) == pytest.approx(232 - 0.75 * 214)
    assert plot.x(2012) == 46
    assert plot.x(2018) == pytest.approx(46 + 0.75 * (plot.right - 46))
    drawing = draw.line(series, missing=[(2018, "2018 fehlt")], width=640, height=260)
    assert ">2018<" in drawing
    assert "2018 fehlt" in drawing


def test_labels_of_time_are_thinned_and_the_newest_stays():
    series = [draw.Series("a", "", [draw.Point(year, str(year), 1.0) for year in range(2010, 2025)])]
    ticks = [(float(year), str(year)) for year in range(2010, 2025)]
    for drawing in (draw.line(series, width=360), draw.line(series, ticks=ticks, width=360)):
        shown = [year for year in range(2010, 2025) if f">{year}<" in drawing]
        assert shown == [2012, 2015, 2018, 2021, 2024]  # two years are 39.4 units, a label needs 39.6


def test_lines_are_dotted_across_breaks_and_end_at_hidden_figures():
    points = [
        draw.Point(x, str(x), value)
        for x, value in ((2012, 1.0), (2014, 2.0), (2016, None), (2018, 3.0), (2020, 4.0))
    ]
    kinds = [(one.x, two.x, solid) for one, two, solid in segments(points, gaps=[2013, 2019])]
    assert kinds == [(2012, 2014, False), (2018, 2020, False)]
    assert segments(points, gaps=[2011])[0][2] is True


def test_end_labels_move_apart_and_keep_their_order():
    assert spread([10, 50], gap=17) == [10, 50]
    assert spread([50, 52], gap=17) == pytest.approx([42.5, 59.5])
    moved = spread([50, 51, 49, 120], gap=17)
    assert sorted(range(4), key=lambda index: moved[index]) == [2, 0, 1, 3]
    ordered = sorted(moved)
    assert all(two - one >= 17 - 1e-9 for one, two in pairwise(ordered))


def test_long_names_move_above_a_narrow_chart():
    series = [
        draw.Series(
            "a", "Märkisches Viertel Nord", [draw.Point(2012, "2012", 30), draw.Point(2020, "2020", 40)]
        )
    ]
    assert plot_for(series, width=360).names_on_top
    assert not plot_for(series, width=900).names_on_top


@pytest.mark.parametrize(
    ("values", "zero", "ends", "ticks"),
    [
        ([3.1, 61.0], True, (0, 80), [0, 20, 40, 60, 80]),
        ([0.2, 0.9], True, (0, 1), [0, 0.25, 0.5, 0.75, 1]),
        ([-4, 9], True, (-5, 10), [-5, 0, 5, 10]),
        ([41, 44], False, (41, 44), [41, 42, 43, 44]),
        ([], True, (0, 1), [0, 0.25, 0.5, 0.75, 1]),
        ([0, 0], True, (0, 1), [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_round_scales(values, zero, ends, ticks):
    scale, found = round_scale(values, zero=zero)
    assert (scale.low, scale.high) == ends
    assert found == ticks


def test_pyramid_lengths_are_shares_per_year_of_age():
    from sozialraum.products.draw.pyramid import Band, pyramid_geometry

    bands = [Band(0, 4, 5.0, 2.5), Band(5, 14, 5.0, 5.0)]
    place = pyramid_geometry(bands, width=380, height=320)
    assert place.per_share == pytest.approx(
        164.0
    )  # (380 − 48)/2 − 2 for a largest density of 1 percent per year
    assert place.y(0) == 296
    drawing = draw.pyramid(bands, width=380, height=320)
    # The young: 164 units left of the inner edge at 166, five years at 18 units high less the gap.
    assert 'x="2" y="206.5" width="164" height="89"' in drawing
    assert 'width="82" height="179"' in drawing  # half as dense, twice as wide a band: same persons


def test_matrix_keeps_empty_fields():
    table = draw.matrix_table(
        [draw.Field("hoch", "stabil", 5, 1)], ["hoch", "niedrig"], ["positiv", "stabil"]
    )
    assert [[cell.count for cell in row.cells] for row in table.rows] == [["0", "5"], ["0", "0"]]
    assert [[cell.css for cell in row.cells] for row in table.rows] == [["b11", "b12"], ["b21", "b22"]]
    assert table.rows[0].cells[1].note == "1 wechselhaft"


def test_interval_mark_says_what_interval_row_draws():
    mark = draw.interval_mark(draw.Interval("a", "A", 50, 40, 60, "worse"), Scale(0, 100), 25)
    assert mark.count("<path") == 2
    assert 'class="worse"' in mark
    assert 'aria-label="40,0–60,0"' in mark
    hidden = draw.interval_mark(draw.Interval("a", "A", None, status="suppressed"), Scale(0, 100))
    assert "<path" not in hidden
    assert "aria-hidden" in hidden


def test_a_strip_of_many_areas_is_one_path_per_colour():
    def areas(count):
        return [
            draw.Interval(str(n), "A", 50.0, 40.0, 60.0, "worse" if n % 2 else "same") for n in range(count)
        ]

    few, many = draw.strip(areas(10), 30), draw.strip(areas(400), 30)
    assert few.count("data-code=") == 10
    assert "data-code=" not in many
    assert many.count("<path") == 2


def test_a_figure_between_limits_stays_inside_and_in_its_field():
    drawing = draw.between_limits(1.2, [-1.0, 1.0, 1.5], Scale(-2, 4), width=240)
    fields = [float(x) for x in re.findall(r'<rect[^>]*? x="([\d.]+)"', drawing)]
    dot = float(re.findall(r'cx="([\d.]+)"', drawing)[0])
    assert fields == [0.0, 40.0, 120.0, 140.0]
    assert fields[2] < dot < fields[3]
