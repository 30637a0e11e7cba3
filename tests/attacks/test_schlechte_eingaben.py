"""Eingaben, mit denen nichts freigegeben werden darf: ein deutscher Befund, kein Ordner, kein Programmfehler."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel
import pytest

from sozialraum import municipality, pipeline
from sozialraum.disclosure.gate import Effort
from sozialraum.errors import DisclosureError, SozialraumError

BIRTHS = ziel.by_area(2, 5, 7, 20, 21, 22, 30)


def town(folder: Path) -> Path:
    ziel.found(folder, ["geburtenrate"])
    ziel.deliver(folder, "einwohnerregister", {"geburten": BIRTHS})
    return folder


def refused(folder: Path, match: str, name: str = "neu") -> None:
    with pytest.raises(SozialraumError, match=match) as error:
        ziel.release(folder, name)
    assert all(finding.message and finding.remedy for finding in error.value.findings)
    assert not (folder / "freigaben" / name).exists()


def test_parts_that_exceed_their_total(tmp_path: Path) -> None:
    """Mehr Leistungsbeziehende unter 15 als insgesamt: Beides zusammen kann nicht stimmen."""
    ziel.found(tmp_path, ["kinder_sgb2"])
    ziel.deliver(
        tmp_path, "ba_sgb2", {"sgb2_personen": ziel.by_area(16, 31, 33, 35, 37, 39, 32)}, name="gesamt"
    )
    ziel.deliver(tmp_path, "ba_sgb2", {"sgb2_personen": ziel.by_area(20, 11, 12, 13, 14, 15, 12)}, age="0-14")
    ziel.deliver(tmp_path, "ba_sgb2", {"sgb2_personen": ziel.by_area(14, 20, 21, 22, 23, 24, 20)}, age="15+")
    with pytest.raises(SozialraumError):
        ziel.release(tmp_path, "neu")
    assert not (tmp_path / "freigaben" / "neu").exists()


def test_an_area_without_a_parent(tmp_path: Path) -> None:
    folder = town(tmp_path)
    features = [{**f, "properties": {**f["properties"], "parent": "99"}} for f in ziel.kleinstadt.bezirke()]  # type: ignore[dict-item]
    ziel.kleinstadt.put(folder, "gebiete/bezirke.geojson", ziel.kleinstadt.collection(features))
    refused(folder, "99|übergeordnet|Ebene")


def test_a_rule_that_nothing_can_satisfy(tmp_path: Path) -> None:
    """Eine Mindestfallzahl über allem, was es gibt: Nichts ließe sich zeigen, oder es wird verweigert; nie steht etwas Kleines da."""
    folder = town(tmp_path)
    ziel.kleinstadt.put(folder, "geheimhaltung.toml", "[kommunal]\nminimum_count = 100000\n")
    seen = ziel.given(folder, "neu")
    assert not [
        value
        for (key, _), value in seen.items()
        if key.startswith(("geburten", "einwohner")) and 0 < value < 100000
    ]


def test_a_source_without_a_profile(tmp_path: Path) -> None:
    folder = town(tmp_path)
    ziel.kleinstadt.put(folder, "geheimhaltung.toml", '[quellen]\neinwohnerregister = ["fehlt"]\n')
    refused(folder, "Profil")


def test_an_earlier_release_that_was_tampered_with(tmp_path: Path) -> None:
    folder = town(tmp_path)
    ziel.release(folder)
    values = folder / "freigaben" / "eins" / "werte.csv"
    values.write_text(values.read_text("utf-8").replace("20", "21"), "utf-8")
    ziel.activate(folder, ["geburtenrate", "einwohnerzahl"])
    refused(folder, "verändert")


def test_a_journal_that_was_tampered_with(tmp_path: Path) -> None:
    """Wer im Journal Gesperrtes zu Gedrucktem macht, könnte es beim nächsten Mal freigeben lassen."""
    folder = town(tmp_path)
    ziel.release(folder)
    ledger = folder / "journal" / "freigaben" / "eins.parquet"
    ledger.write_bytes(ledger.read_bytes()[:-1] + b"0")
    ziel.activate(folder, ["geburtenrate", "einwohnerzahl"])
    refused(folder, "Journal")


def test_a_proof_that_takes_too_long_is_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An der Zeitgrenze heißt das Urteil „nicht bewiesen“, mit der Zahl der offenen Werte, und nichts geht hinaus."""
    folder = town(tmp_path)
    result = pipeline.run(municipality.read(folder))
    monkeypatch.setattr(pipeline, "Effort", lambda **_: Effort(time_limit=0.0))
    with pytest.raises(DisclosureError, match=r"nicht bewiesen.*\d+ gesperrte Werte"):
        pipeline.protected_values(result)
    refused(folder, "nicht bewiesen")
