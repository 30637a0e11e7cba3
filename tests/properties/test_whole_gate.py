"""The whole gate on random small towns: compose, protect, write, and attack what was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kleinstadt
from sozialraum import municipality, pipeline, publication
from sozialraum import release as releases
from sozialraum.auditing import audit
from sozialraum.disclosure import Protected
from sozialraum.disclosure.reader import attack_release
from sozialraum.tables import Status

ACTIVE = 'active = ["einwohnerzahl", "anteil_65plus", "anteil_80plus", "arbeitslosenanteil", "altenquotient"]'
BANDS = ("0-17", "18-64", "65-79", "80+")
LIKE_THE_SHIPPED = """
[arbeitslosenanteil]
label = "Arbeitslosenanteil"
definition = "Arbeitslose je 100 Personen von 18 bis unter 65 Jahren."
kind = "share"
numerator = { variable = "arbeitslose" }
denominator = { variable = "einwohner", age = "18-64" }
per = 100
topic = "arbeit"
source = "ba_arbeitsmarkt"
"""


@st.composite
def towns(draw: st.DrawFn) -> dict[str, tuple[int, ...]]:
    """Persons in four age bands and the unemployed of each district; many small counts, zeros and wholes."""
    small = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 9, 12])
    result = {}
    for area in [*kleinstadt.BEZIRKE, "nz"]:
        middle = draw(st.sampled_from([3, 40, 250, 700]))
        people = (
            draw(st.sampled_from([0, 2, 80, 200])),
            middle,
            draw(small) + draw(st.sampled_from([0, 100])),
            draw(small),
        )
        result[area] = (*people, min(middle, draw(small) + draw(st.sampled_from([0, 0, 20]))))
    return result


def folder_of(town: dict[str, tuple[int, ...]], folder: Path) -> Path:
    kleinstadt.write(folder)
    settings_text = kleinstadt.KOMMUNE[: kleinstadt.KOMMUNE.index("active = ")] + ACTIVE + "\n"
    kleinstadt.put(folder, "kommune.toml", settings_text)
    kleinstadt.put(folder, "kennzahlen/eigene.toml", LIKE_THE_SHIPPED)
    people = ["Bezirk;Alter;Anzahl"]
    unemployed = ["Bezirk;Arbeitslose"]
    for area, figures in town.items():
        key = "ohne" if area == "nz" else area
        people += [f"{key};{band};{n}" for band, n in zip(BANDS, figures, strict=False)]
        unemployed.append(f"{key};{figures[4]}")
    for path in (folder / "lieferungen").rglob("*.csv"):
        path.unlink()
    kleinstadt.put(folder, "lieferungen/einwohnerregister/einwohner_2024.csv", "\n".join(people) + "\n")
    kleinstadt.put(folder, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", "\n".join(unemployed) + "\n")
    return folder


def pattern(protected: Protected) -> list[tuple[object, ...]]:
    rows = protected.values[protected.values["status"] == Status.SUPPRESSED]
    return sorted(rows[["indicator", "level", "area", "period"]].itertuples(index=False, name=None))


def written(folder: Path, result: pipeline.Result, protected: Protected) -> releases.Release:
    katalog = publication.catalogue(
        result.municipality, protected, name="r", created="2025-01-01T00:00:00+00:00", software="0"
    )
    protocol = {"format": "sozialraum-protokoll/1", "release": "r"}
    return releases.write(folder, "r", protocol, publication.filler(result.municipality, protected, katalog, result.comparison), Ed25519PrivateKey.generate())  # fmt: skip


def attacked(town: dict[str, tuple[int, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = folder_of(town, Path(place) / "stadt")
        result = pipeline.run(municipality.read(folder))
        protected = pipeline.protected_values(result)
        again = pipeline.protected_values(result)
        assert pattern(protected) == pattern(again)

        pipeline.write_values(result)
        release = written(folder / "freigaben", result, protected)
        assert attack_release(release).exact == ()
        checked = audit(release.path, (), folder / "werte")
        assert checked.findings == []
        _nothing_small_is_printed(release)


def _nothing_small_is_printed(release: releases.Release) -> None:
    """Neither a count below its minimum nor the remainder to its whole."""
    values = pq.read_table(release.values).to_pandas()
    counts = pq.read_table(release.counts).to_pandas()
    low = {"einwohner": 3, "arbeitslose": 10}
    for variable, minimum in low.items():
        shown = counts.loc[(counts["variable"] == variable) & (counts["level"] != "x"), "count"].dropna()
        assert not ((shown > 0) & (shown < minimum)).any()
    for indicator, minimum in (("arbeitslosenanteil", 10), ("anteil_65plus", 3), ("anteil_80plus", 3)):
        rows = values[values["indicator"] == indicator]
        rest = (rows["denominator"] - rows["numerator"]).dropna()
        assert not ((rows["numerator"] > 0) & (rows["numerator"] < minimum)).any()
        assert not ((rest > 0) & (rest < 3)).any()
    hidden = values["status"] == Status.SUPPRESSED
    assert values.loc[hidden, ["numerator", "value", "lower", "upper"]].isna().all(axis=None)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(towns())
def test_the_attacker_learns_nothing_from_a_written_release(town: dict[str, tuple[int, ...]]) -> None:
    """Protect twice gives the same pattern, and the written folder gives away nothing that is hidden."""
    attacked(town)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(towns())
def test_the_attacker_learns_nothing_from_many_written_releases(town: dict[str, tuple[int, ...]]) -> None:
    attacked(town)
