"""Background work: told, stopped, interrupted, and never two at once."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

import kleinstadt
from sozialraum.errors import SozialraumError
from sozialraum_inside import jobs
from sozialraum_inside.changes import PLACE


def ended(folder: Path, id: str) -> jobs.Job:
    for _ in range(300):
        job = jobs.read(folder, id)
        assert job is not None
        if not job.running:
            return job
        time.sleep(0.1)
    raise AssertionError("the job did not end within half a minute")


def test_a_job_tells_what_came_of_it(town: Path) -> None:
    job = ended(town, jobs.start(town, "rechnen", "Prüfen und rechnen").id)

    assert job.state == "fertig"
    assert job.result["indicators"] == 3
    assert (town / "werte/werte.parquet").exists()


def test_what_can_be_mended_is_told_with_its_place(town: Path) -> None:
    kleinstadt.put(
        town, "lieferungen/einwohnerregister/einwohner_2024.csv", "Bezirk;Alter;Anzahl\n999;0-14;5\n"
    )
    job = ended(town, jobs.start(town, "rechnen", "Prüfen und rechnen").id)

    assert job.state == "gescheitert"
    assert any("999" in str(f["message"]) + str(f["value"]) for f in job.findings)
    assert not (town / "werte").exists()


def test_one_job_at_a_time(town: Path) -> None:
    jobs.write(
        town,
        jobs.Job(
            "aa11", "rechnen", "Prüfen und rechnen", pid=os.getpid(), started="2026-01-01T00:00:00+00:00"
        ),
    )

    with pytest.raises(SozialraumError, match="läuft noch"):
        jobs.start(town, "freigabe", "Freigabe")


def test_a_job_whose_process_is_gone_counts_as_interrupted(town: Path) -> None:
    job = jobs.Job(
        "aa11", "rechnen", "Prüfen und rechnen", pid=2**22 - 1, started="2026-01-01T00:00:00+00:00"
    )
    jobs.write(town, job)
    path = town / PLACE / jobs.JOBS / "aa11.json"
    os.utime(path, (time.time() - 60, time.time() - 60))

    found = jobs.read(town, "aa11")
    assert found is not None
    assert found.state == "abgebrochen"
    assert replace(found, state="läuft", ended="") == job


def test_stopping_leaves_nothing_half_done(town: Path) -> None:
    job = jobs.start(town, "vorschau", "Vorschau")
    for _ in range(100):
        found = jobs.read(town, job.id)
        if found and found.pid:
            break
        time.sleep(0.05)
    jobs.stop(town, job.id)

    assert ended(town, job.id).state == "abgebrochen"
    assert not (town / PLACE / "vorschau.parquet").exists()


@pytest.mark.parametrize("id", ["../x", "a/b", ""])
def test_ids_name_no_other_place(town: Path, id: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        jobs.read(town, id)
