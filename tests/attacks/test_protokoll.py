"""Was das Protokoll über gesperrte Werte verrät."""

from __future__ import annotations

from pathlib import Path

import angriffsziel as ziel
import pyarrow as pa
import pyarrow.parquet as pq

from sozialraum import auditing, municipality, pipeline
from sozialraum.disclosure import gate

HIDDEN = ("011", "012", "013")


def test_the_protocol_does_not_say_how_many_counts_are_small(tmp_path: Path) -> None:
    """Erstsperrungen stehen nicht getrennt im Protokoll: Drei gesperrte Geburten mit Summe 3, alle erstgesperrt, sind je 1."""
    ziel.found(tmp_path, ["geburtenrate"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": ziel.by_area(1, 1, 1, 20, 21, 22, 6)})
    done = ziel.release(tmp_path)
    seen = ziel.printed(done)
    assert seen["geburten", "01"] == 3
    assert not any(("geburten", area) in seen for area in HIDDEN)
    # Every hidden count is small, so each is at least 1; three of them make 3.
    assert done.protocol.get("secondary") != 0
    assert done.protocol["audit"].get("checked") != len(HIDDEN)


def test_the_share_of_hidden_cases_gives_no_count_away(tmp_path: Path) -> None:
    """Der Anteil gesperrter Fälle ist so grob, dass er keine Zahl verrät: eine Geburt in der ganzen Stadt."""
    ziel.found(tmp_path, ["geburtenrate"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": ziel.by_area(1, 0, 0, 0, 0, 0, 0)})
    done = ziel.release(tmp_path)
    seen = ziel.printed(done)
    hidden = [place for place in ("011", "01", ziel.kleinstadt.AGS) if ("geburten", place) not in seen]
    shown = sum(seen.values())
    # The same births stand in every hidden cell, on three levels; one to nine of them are told in the same words.
    words = {gate.coarse(len(hidden) * n / (shown + len(hidden) * n)) for n in range(1, 10)}
    assert hidden
    assert words == {done.protocol["hidden_share_of_persons"]}


def test_the_summary_of_an_audit_claims_no_proof_beside_findings(tmp_path: Path) -> None:
    """Andere innere Werte als die der Freigabe: Neben dem Befund steht nicht „alle nachgewiesen“."""
    ziel.found(tmp_path, ["geburtenrate"])
    ziel.deliver(tmp_path, "einwohnerregister", {"geburten": ziel.by_area(12, 15, 17, 20, 21, 22, 30)})
    released = ziel.release(tmp_path)
    pipeline.write_values(pipeline.run(municipality.read(tmp_path)))
    path = tmp_path / "werte" / "grundzahlen.parquet"
    inside = pq.read_table(path).to_pandas()
    inside.loc[inside["variable"] == "geburten", "count"] += 5
    pq.write_table(pa.Table.from_pandas(inside, preserve_index=False), path)
    audited = auditing.audit(released.path, (), tmp_path / "werte")
    assert audited.findings
    assert "alle nachgewiesen" not in audited.summary
