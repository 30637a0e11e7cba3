"""Rückrechnung gerundeter und überlagerter Zahlen: Summen, Anteile, mehrere Freigaben."""

from __future__ import annotations

import json
from pathlib import Path

import angriffsziel as ziel
import pytest

from sozialraum import municipality, pipeline
from sozialraum.auditing import audit
from sozialraum.errors import SozialraumError

BIRTHS = ziel.by_area(2, 5, 7, 20, 21, 22, 30)
WAYS = {
    "kontrolliert_runden": "base = 5",
    "runden": "base = 10",
    "zellschluessel": "spread = 5",
}


def town(folder: Path, method: str, births: ziel.Figures | None = None) -> Path:
    ziel.found(folder, ["geburtenrate"])
    ziel.deliver(folder, "einwohnerregister", births or {"geburten": BIRTHS})
    choose(folder, method)
    return folder


def choose(folder: Path, method: str, more: str = "") -> None:
    text = (folder / "kommune.toml").read_text("utf-8").partition("\n[geheimhaltung")[0]
    block = f'\n[geheimhaltung.verfahren.geburten]\nmethod = "{method}"\n{more or WAYS[method]}\n'
    ziel.kleinstadt.put(folder, "kommune.toml", text + block)


@pytest.mark.parametrize("method", WAYS)
def test_every_count_is_shown_and_nothing_can_be_computed(tmp_path: Path, method: str) -> None:
    """Statt gesperrter Zahlen stehen veränderte da, überall dieselben; die Prüfung mit den inneren Werten besteht."""
    folder = town(tmp_path, method)
    release = ziel.release(folder)
    seen = ziel.printed(release)
    figures = {area: count for (key, area), count in seen.items() if key == "geburten"}
    assert len(figures) == 7 + 3 + 1 - 1  # Bezirke, Stadtteile, Stadt; „nz“ steht einmal je Ebene
    assert figures["011"] != 2 or method == "zellschluessel"
    pipeline.write_values(pipeline.run(municipality.read(folder)))
    assert audit(release.path, (), folder / "werte").findings == []
    [told] = release.protocol["methods"]
    assert (told["variable"], told["method"]) == ("geburten", method)
    assert release.catalogue["methods"] == release.protocol["methods"]


def test_controlled_rounding_adds_up(tmp_path: Path) -> None:
    seen = ziel.printed(ziel.release(town(tmp_path, "kontrolliert_runden")))
    of = lambda *areas: sum(seen["geburten", area] for area in areas)  # noqa: E731
    assert of("01") == of("011", "012", "013")
    assert all(count % 5 == 0 for (key, _), count in seen.items() if key == "geburten")


@pytest.mark.parametrize("method", WAYS)
def test_a_rate_times_its_denominator_gives_only_what_is_shown(tmp_path: Path, method: str) -> None:
    """Rate mal Nenner ist die gezeigte Zahl, nicht die wahre."""
    import pyarrow.parquet as pq

    release = ziel.release(town(tmp_path, method))
    shown = ziel.printed(release)
    rows = [r for r in pq.read_table(release.values).to_pylist() if r["indicator"] == "geburtenrate"]
    assert rows
    for row in rows:
        assert round(row["value"] * row["denominator"] / 1000, 6) == shown["geburten", row["area"]]
        assert row["notes"]


@pytest.mark.parametrize("method", WAYS)
def test_a_second_release_shows_the_same_figures(tmp_path: Path, method: str) -> None:
    """Wer viele Freigaben mittelt, lernt nichts: Derselbe Wert wird immer gleich verändert."""
    folder = town(tmp_path, method)
    first = ziel.printed(ziel.release(folder))
    ziel.activate(folder, ["geburtenrate", "einwohnerzahl"])
    choose(folder, method)
    second = ziel.printed(ziel.release(folder, "zwei"))
    assert {k: v for k, v in first.items() if k[0] == "geburten"} == {
        k: v for k, v in second.items() if k[0] == "geburten"
    }


def test_the_secret_stays_inside(tmp_path: Path) -> None:
    folder = town(tmp_path, "zellschluessel")
    release = ziel.release(folder)
    secret = (folder / "journal" / "zellschluessel.key").read_bytes()
    assert len(secret) == 32
    assert (folder / "journal" / "zellschluessel.key").stat().st_mode & 0o077 == 0
    everything = b"".join(path.read_bytes() for path in release.path.rglob("*") if path.is_file())
    assert secret not in everything
    assert secret.hex().encode() not in everything
    assert len(release.protocol["key_commitment"]) == 64


def test_a_rounding_too_fine_for_the_rule_is_refused(tmp_path: Path) -> None:
    """Auf 5 gerundet heißt 0 höchstens 2: Das verrät, dass die Zahl klein ist."""
    folder = town(tmp_path, "runden")
    choose(folder, "runden", "base = 5")
    with pytest.raises(SozialraumError, match="reicht für"):
        municipality.read(folder)


@pytest.mark.parametrize(
    ("name", "told"),
    [("gibtesnicht", "Weder ein Merkmal noch eine Quelle"), ("altersjahre", "Summe von Beträgen")],
)
def test_methods_for_what_cannot_be_rounded_are_refused(tmp_path: Path, name: str, told: str) -> None:
    folder = town(tmp_path, "runden")
    text = (folder / "kommune.toml").read_text("utf-8")
    ziel.kleinstadt.put(
        folder, "kommune.toml", text + f'\n[geheimhaltung.verfahren.{name}]\nmethod = "runden"\nbase = 10\n'
    )
    with pytest.raises(SozialraumError, match=told):
        municipality.read(folder)


def test_rounding_after_suppression_keeps_what_was_hidden_hidden(tmp_path: Path) -> None:
    """Erst gesperrt, dann gerundet: Beides zusammen gibt die 2 nicht her."""
    folder = town(tmp_path, "runden")
    choose(folder, "sperren", "base = 10")
    first = ziel.printed(ziel.release(folder))
    assert ("geburten", "011") not in first
    choose(folder, "runden")
    try:
        second = ziel.release(folder, "zwei")
    except SozialraumError:
        return  # zu verweigern ist auch sicher
    pipeline.write_values(pipeline.run(municipality.read(folder)))
    assert audit(second.path, [folder / "freigaben" / "eins"], folder / "werte").findings == []


def test_the_journal_remembers_roundings(tmp_path: Path) -> None:
    folder = town(tmp_path, "kontrolliert_runden")
    ziel.release(folder)
    kept = json.loads((folder / "journal" / "freigaben" / "eins.verfahren.json").read_text("utf-8"))
    assert len(kept["rounded"]) == 7
    assert all(low <= high for low, high in kept["blurred"].values())
