"""Spatial statistics against PySAL itself, on data that nobody tuned anything for (PySAL lives in an environment of its own)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sozialraum.spatial import local
from sozialraum.spatial.autocorrelation import geary, getis_ord, join_counts, moran
from sozialraum.spatial.neighbours import Neighbours, from_pairs
from sozialraum.spatial.segregation import (
    dissimilarity,
    exposure,
    mutual_information,
    spatial_dissimilarity,
    theil,
)

PYSAL = """
import json, sys, warnings; warnings.simplefilter("ignore")
import numpy as np, pandas as pd, geopandas
from libpysal.weights import W
import esda
from segregation.multigroup import MultiInfoTheory
from segregation.singlegroup import Dissim, Interaction, Isolation, SpatialDissim
given = json.load(sys.stdin)
x, n = np.array(given["x"]), len(given["x"])
beside = {k: [] for k in range(n)}
for a, b in given["pairs"]: beside[a].append(b)
def w(style):
    made = W(beside, silence_warnings=True); made.transform = style; return made
i, b, c, g = esda.Moran(x, w("r"), permutations=0), esda.Moran(x, w("b"), permutations=0), esda.Geary(x, w("r"), permutations=0), esda.G(x, w("b"), permutations=0)
l = esda.Moran_Local(x, w("r"), permutations=9999, seed=3)
star = esda.G_Local(x, w("b"), transform="B", star=True, permutations=0)
plain = esda.G_Local(x, w("b"), transform="B", star=False, permutations=0)
j = esda.Join_Counts(np.array(given["classes"]), w("b"), permutations=0)
t = pd.DataFrame(given["counts"], columns=["a", "b", "c"]); t["two"] = t.a + t.b
t = geopandas.GeoDataFrame(t)
out = {"I": [i.I, i.EI, i.VI_rand, i.VI_norm], "IB": b.I, "C": [c.C, c.VC_rand, c.VC_norm], "G": [g.G, g.EG, g.VG],
  "Is": l.Is, "p": l.p_sim, "star": star.Zs, "plain": plain.Zs, "J": [j.bb, j.ww, j.bw],
  "D": Dissim(t, "a", "two").statistic, "iso": Isolation(t, "a", "two").statistic, "int": Interaction(t, "a", "two").statistic,
  "H": MultiInfoTheory(t, ["a", "b", "c"]).statistic, "SD": SpatialDissim(t, "a", "two", w=w("b")).statistic}
print(json.dumps(out, default=lambda a: np.asarray(a).tolist()))
"""


def given() -> tuple[dict[str, Any], Neighbours]:
    rng = np.random.default_rng(77)
    n = 90
    pairs = from_pairs(rng.integers(0, n, (260, 2)), n, both=True)
    ring = from_pairs(np.column_stack([np.arange(n), (np.arange(n) + 1) % n]), n, both=True)
    links = from_pairs(np.concatenate([pairs.pairs, ring.pairs]), n)
    return {
        "x": rng.gamma(1.3, 5, n).tolist(),
        "pairs": links.pairs.tolist(),
        "classes": rng.integers(0, 2, n).tolist(),
        "counts": rng.integers(1, 80, (n, 3)).tolist(),
    }, links


@pytest.fixture(scope="module")
def pysal() -> tuple[dict[str, Any], Neighbours, dict[str, Any]]:
    python = os.environ.get(
        "SOZIALRAUM_VERGLEICH", str(Path(__file__).parents[3] / "build" / "vergleich" / "bin" / "python")
    )
    if not shutil.which(python):
        pytest.skip("PySAL ist nicht eingerichtet (tools/peers.sh)")
    data, links = given()
    done = subprocess.run(
        [python, "-c", PYSAL], input=json.dumps(data), capture_output=True, text=True, check=False
    )
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        pytest.skip("PySAL ist nicht eingerichtet (tools/peers.sh)")
    assert done.returncode == 0, done.stderr
    return data, links, json.loads(done.stdout.splitlines()[-1])


Pysal = tuple[dict[str, Any], Neighbours, dict[str, Any]]


@pytest.mark.slow
def test_global_statistics_are_those_of_esda(pysal: Pysal) -> None:
    data, links, want = pysal
    i = moran(data["x"], links, permutations=0)
    normal = moran(data["x"], links, permutations=0, assumption="normality")
    assert [i.statistic, i.expected, i.variance, normal.variance] == pytest.approx(want["I"], rel=1e-9)
    assert moran(data["x"], links, style="B", permutations=0).statistic == pytest.approx(want["IB"], rel=1e-9)
    c = geary(data["x"], links, permutations=0)
    normal = geary(data["x"], links, permutations=0, assumption="normality")
    assert [c.statistic, c.variance, normal.variance] == pytest.approx(want["C"], rel=1e-9)
    g = getis_ord(data["x"], links, permutations=0)
    assert [g.statistic, g.expected, g.variance] == pytest.approx(want["G"], rel=1e-9)
    joins = {(one.one, one.other): one.joins for one in join_counts([str(k) for k in data["classes"]], links)}
    assert [joins["1", "1"], joins["0", "0"], joins["0", "1"]] == pytest.approx(want["J"])


@pytest.mark.slow
def test_local_statistics_are_those_of_esda(pysal: Pysal) -> None:
    data, links, want = pysal
    found = local.lisa(data["x"], links, convention="esda", alternative="folded", permutations=9999)
    assert np.allclose(found.value, want["Is"], rtol=1e-9)
    assert np.abs(found.p_permutation - want["p"]).max() < 0.025
    assert np.corrcoef(found.p_permutation, want["p"])[0, 1] > 0.998
    for star, name in ((True, "star"), (False, "plain")):
        assert np.allclose(
            local.getis_ord(data["x"], links, star=star, permutations=0).value, want[name], rtol=1e-9
        )


@pytest.mark.slow
def test_segregation_is_that_of_pysal(pysal: Pysal) -> None:
    data, links, want = pysal
    counts = np.array(data["counts"])
    two = counts[:, :2]
    assert dissimilarity(*two.T).value == pytest.approx(want["D"], rel=1e-9)
    contact = exposure(two)
    assert [contact[0, 0], contact[0, 1]] == pytest.approx([want["iso"], want["int"]], rel=1e-9)
    assert theil(counts).value == pytest.approx(want["H"], rel=1e-9)
    assert mutual_information(counts).value > 0
    assert spatial_dissimilarity(*two.T, links).value == pytest.approx(want["SD"], rel=1e-9)
