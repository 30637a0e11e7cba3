"""What a background process does: `python -m sozialraum_inside.work FOLDER JOB` (Hintergrundarbeit)."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sozialraum.errors import Finding, NoFigureError, Severity, SozialraumError, errors_of
from sozialraum_inside import changes, jobs, tray
from sozialraum_inside.jobs import Job

if TYPE_CHECKING:
    from sozialraum.deliveries import Deliveries

MOST_FINDINGS: Final = 500  # more than anybody reads; their number is told


class Desk:
    """A job at work: tells how far it is, at least once a second."""

    def __init__(self, folder: Path, job: Job) -> None:
        self.folder = folder
        self._job = replace(job, pid=os.getpid())
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Desk:
        self._tell()
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._beat.join()

    def progress(self, step: str, done: int, total: int) -> None:
        """How far the work is; shown on the page."""
        with self._lock:
            self._job = replace(self._job, step=step, done=done, total=total)

    def end(self, state: jobs.State, findings: list[Finding], result: Mapping[str, Any]) -> None:
        """What came of it; the last thing a job says."""
        self._over.set()
        self._beat.join()
        self._job = replace(
            self._job, state=state, ended=datetime.now(UTC).isoformat(timespec="milliseconds"),
            findings=tuple(f.as_dict() for f in findings[:MOST_FINDINGS]), result={**result, "findings": len(findings)},
        )  # fmt: skip
        jobs.write(self.folder, self._job)

    def _live(self) -> None:
        while not self._over.wait(jobs.HEARTBEAT):
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            jobs.write(self.folder, self._job)


def main(folder: Path, id: str) -> int:
    """Run one job to its end; what a planner can mend is told as findings."""
    job = jobs.read(folder, id)
    if job is None or job.kind not in KINDS:
        raise ValueError(f"there is no job {id!r}")
    changes.ACTING.set(job.who)
    with Desk(folder, job) as desk:
        try:
            findings, result = KINDS[job.kind](folder, job.arguments, desk.progress)
        except SozialraumError as error:
            desk.end("gescheitert", list(error.findings), {})
            return 1
        except OSError as error:
            desk.end("gescheitert", [Finding(f"Ein Dateizugriff ist gescheitert: {error.strerror or error}.",
                                             "Prüfen Sie Zugriffsrechte und freien Platz.", file=str(error.filename or ""))], {})  # fmt: skip
            return 1
        except Exception:
            desk.end("gescheitert", [Finding("Die Arbeit ist an einem Fehler der Software gescheitert; es ist nichts verändert.",
                                             f"Geben Sie die Datei {changes.PLACE}/{jobs.JOBS}/{id}.log an die Stelle, die die Software betreut.")], {})  # fmt: skip
            raise
        desk.end("gescheitert" if errors_of(findings) else "fertig", findings, result)
    return 0


Progress = Callable[[str, int, int], None]
Outcome = tuple[list[Finding], Mapping[str, Any]]


def practise(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Fill the folder with Musterstadt; the deliveries of the last year wait in the tray, to be taken over by hand."""
    import shutil
    import tempfile

    from sozialraum import musterstadt

    progress("Musterstadt wird erfunden: 60.000 Menschen, zehn Jahre", 0, 2)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        town = musterstadt.write(
            Path(place) / "musterstadt", population=int(arguments.get("population", "60000"))
        )
        progress("Dateien werden abgelegt", 1, 2)
        waiting = sorted((town / "lieferungen").glob("*/*2024.*"))
        for path in waiting:
            tray.receive(folder, path.name, [path.read_bytes()])
            path.unlink()
        for path in sorted(p for p in town.iterdir() if p.name != "journal"):
            shutil.move(path, folder / path.name)
    changes.record(
        folder,
        "kommune",
        f"Musterstadt zum Üben angelegt; {len(waiting)} Lieferungen des letzten Jahres warten im Eingangskorb",
    )
    return [], {"waiting": len(waiting)}


def take_over(folder: Path, _: Mapping[str, str], progress: Progress) -> Outcome:
    """Try out every file of the tray and take over those that a recipe knows and that hold no error."""
    from sozialraum import municipality
    from sozialraum_inside import taking

    town = municipality.read(folder)
    files = sorted(tray.waiting(folder), key=lambda f: f.name)
    taken, told = 0, list[Finding]()
    for number, file in enumerate(files):
        progress(f"{file.name} wird gelesen", number, len(files))
        reason = taking.settle(folder, file, town)
        if reason:
            told.append(
                Finding(
                    reason, "Öffnen Sie die Datei im Eingangskorb.", file=file.name, severity=Severity.WARNING
                )
            )
        else:
            taken += 1
    return told, {"taken": taken, "left": len(files) - taken}


def compute(folder: Path, _: Mapping[str, str], progress: Progress) -> Outcome:
    """Read all deliveries, tell every finding, compute values."""
    from sozialraum import municipality, pipeline
    from sozialraum_inside import lacking, sight

    progress("Lieferungen werden gelesen", 0, 3)
    town = municipality.read(folder)
    delivered, findings = pipeline.check(town)
    told = {"files": len({d.path for d in delivered.files}), "counts": len(delivered.counts)}
    _keep_origin(folder, delivered)
    if errors_of(findings):
        return findings, {**told, "refused": len(delivered.refused)}
    progress("Kennzahlen werden gerechnet", 1, 3)
    try:
        result = pipeline.run(town, (delivered, findings))
    except NoFigureError:
        lacking.keep_counts(town, delivered.counts)
        near = lacking.nearest(town, frozenset(delivered.counts["variable"]))
        return findings, {**told, "none": True, "lacking": near}
    progress("Werte werden geschrieben", 2, 3)
    more = pipeline.write_values(result)[1]
    # Counted as the overview counts them: with changes and indices.
    written = sight.available(sight.values_file(town))
    told |= {"indicators": len(written), "values": sum(written.values())}
    changes.record(
        folder, "rechnen", f"{told['indicators']} Kennzahlen aus {told['files']} Dateien gerechnet"
    )
    return [*findings, *(f for f in more if f.severity is Severity.WARNING)], told


def _keep_origin(folder: Path, delivered: Deliveries) -> None:
    """Remember where each delivered figure stands, also of those that cannot stand, so that they can be followed and mended."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    refused = delivered.refused
    why = refused["misplaced"].where(refused["misplaced"].notna(), refused["problem"])
    there = [
        delivered.origin.assign(refused="", misplaced=""),
        refused.assign(refused=[f.message for f in why], misplaced=["ja" if m is not None else "" for m in refused["misplaced"]]),
    ]  # fmt: skip
    table = pd.concat(there, ignore_index=True).drop(columns=["problem", "whole"], errors="ignore")
    place = folder / changes.PLACE / "herkunft.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False), place.with_suffix(".partial"), compression="zstd"
    )
    place.with_suffix(".partial").replace(place)


def preview(folder: Path, _: Mapping[str, str], progress: Progress) -> Outcome:
    """Protect and prove without releasing anything: what would be hidden."""
    import pyarrow.parquet as pq

    from sozialraum import municipality, pipeline, publication
    from sozialraum.tables import VALUES_COLUMNS

    town = municipality.read(folder)
    result = pipeline.run(town)
    protected = pipeline.protected_values(result, progress=progress, processes=os.cpu_count() or 1)
    place = folder / changes.PLACE / "vorschau.parquet"
    pq.write_table(
        publication.arrow(protected.values, VALUES_COLUMNS), place.with_suffix(".partial"), compression="zstd"
    )
    place.with_suffix(".partial").replace(place)
    changes.record(folder, "vorschau", "Vorschau der Freigabe: geschützt und geprüft, nichts freigegeben")
    return result.findings, {"protocol": dict(protected.record)}


def release(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Protect, prove, sign and write a release."""
    from sozialraum import municipality, pipeline

    done = pipeline.release(
        municipality.read(folder), arguments["name"], progress=progress, processes=os.cpu_count() or 1
    )
    if not done.unchanged:
        changes.record(
            folder,
            "freigabe",
            f"Freigabe {done.release.name} geprüft und unterschrieben",
            reason=arguments.get("note", ""),
        )
    return list(done.findings), {
        "name": done.release.name, "unchanged": done.unchanged, "protocol": dict(done.release.protocol),
    }  # fmt: skip


def analyse(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Run one stored analysis."""
    from sozialraum import municipality
    from sozialraum.analyses import store

    progress("Die Analyse wird gerechnet", 0, 1)
    done = store.run(municipality.read(folder), arguments["name"])
    changes.record(folder, "analyse", f"Analyse „{done.analysis.label}“ gerechnet")
    return [], {"name": done.analysis.id, "sentence": done.outcome.sentence}


def search_addresses(folder: Path, _: Mapping[str, str], progress: Progress) -> Outcome:
    """Look through all registers for addresses that lead to no area."""
    from sozialraum import municipality
    from sozialraum_inside import addresses

    progress("Die Anschriften der Register werden gesucht", 0, 1)
    found = addresses.find(municipality.read(folder))
    changes.record(folder, "anschriften", f"{found} Anschriften der Register führen in kein Gebiet")
    return [], {"found": found}


def send(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Carry one release to the site."""
    from sozialraum_inside import sending

    site = sending.remembered(Path(arguments["door"]))
    if site is None:
        raise SozialraumError(Finding("Es ist keine Site eingetragen.", "Tragen Sie Adresse und Zugang ein."))
    name = arguments["name"]
    progress("Die Freigabe wird geprüft und gepackt", 0, 2)
    content = sending.archive(folder, folder / "freigaben" / name)
    progress(f"Die Freigabe wird übertragen ({len(content) // 1024} KB)", 1, 2)
    told = sending.send(site, name, content)
    changes.record(folder, "uebertragen", f"Freigabe {name} an {site.address} übertragen", reason=told)
    return [], {"message": told}


def inquire(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Whether a figure for a custom area may be told; nothing goes out."""
    return _inquiry(folder, arguments, progress, enter=False)


def answer(folder: Path, arguments: Mapping[str, str], progress: Progress) -> Outcome:
    """Decide on an inquiry once more, enter the answer in the journal, and tell it."""
    return _inquiry(folder, arguments, progress, enter=True)


def _inquiry(folder: Path, arguments: Mapping[str, str], progress: Progress, *, enter: bool) -> Outcome:
    from sozialraum import inquiries as deciding
    from sozialraum import municipality, pipeline
    from sozialraum_inside import inquiries

    progress("Lieferungen werden gelesen", 0, 2)
    town = municipality.read(folder)
    result = pipeline.run(town)
    progress("Gegen alles Frühere wird geprüft", 1, 2)
    inquiry = inquiries.inquiry_of(arguments)
    decision = (deciding.grant if enter else deciding.decide)(result, inquiry)
    told = inquiries.told(town, inquiry, decision)
    if enter and told.allowed:
        changes.record(folder, inquiries.GRANTED, told.sentence, reason=arguments.get("grund", ""))
    return [], asdict(told)


KINDS: Final[Mapping[str, Callable[[Path, Mapping[str, str], Progress], Outcome]]] = {
    "ueben": practise,
    "uebernehmen": take_over,
    "rechnen": compute,
    "vorschau": preview,
    "freigabe": release,
    "analyse": analyse,
    "anschriften": search_addresses,
    "uebertragen": send,
    "auskunft": inquire,
    "auskunft-erteilen": answer,
}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
