"""Making ordered reports, in a process of its own: `python -m sozialraum_web.reports.worker` (Herstellung).

The site starts this process when a report is ordered; it works off what waits and ends. One lock lets only one run, so
there is no service to install, watch or restart. What an interrupted run finished is kept and not made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from sozialraum_web.reports.models import Report, design_file, reports_folder

LOCK = "herstellung.lock"
LOG = "herstellung.log"
FIXED = (1980, 1, 1, 0, 0, 0)


def start() -> None:
    """Start the process that makes what waits; a second one ends at once because the lock is taken."""
    folder = reports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOG).open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "sozialraum_web.reports.worker"],
            env={**os.environ, "SOZIALRAUM_DATA": str(folder.parent)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Whether this process holds the lock; it is freed when the process ends, however it ends."""
    folder = reports_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def is_running() -> bool:
    """Whether some process is making reports now."""
    with alone() as free:
        return not free


def work_off() -> int:
    """Make every waiting report, the oldest first; returns how many were made."""
    made = 0
    with alone() as free:
        if not free:
            return 0
        # what a process that is gone left behind
        Report.objects.filter(state=Report.State.RUNNING).update(state=Report.State.WAITING)
        while report := Report.objects.filter(state=Report.State.WAITING).order_by("ordered", "pk").first():
            make(report)
            made += 1
    return made


def make(report: Report, *, processes: int = 0) -> None:
    """Make one report and record what came of it; an error is kept in the words of the finding."""
    from sozialraum.errors import SozialraumError

    Report.objects.filter(pk=report.pk).update(state=Report.State.RUNNING, error="", done=0)
    try:
        file = _write(report, processes or os.cpu_count() or 1)
    except SozialraumError as error:
        _fail(report, str(error))
    except OSError as error:
        _fail(
            report,
            f"Der Bericht ließ sich nicht schreiben: {error.strerror or error}. Schaffen Sie Platz und setzen Sie fort.",
        )
    except Exception as error:
        print(f"report {report.pk}: {type(error).__name__}", file=sys.stderr)
        _fail(
            report,
            "Der Bericht konnte nicht erstellt werden. Die Ursache steht im Protokoll der Herstellung.",
        )
        raise
    else:
        content = file.read_bytes()
        Report.objects.filter(pk=report.pk).update(
            state=Report.State.DONE,
            file=file.name,
            size=len(content),
            checksum=hashlib.sha256(content).hexdigest(),
            fingerprint=_fingerprint(report),
            done=F("total"),
            finished=timezone.now(),
        )


def _fail(report: Report, words: str) -> None:
    Report.objects.filter(pk=report.pk).update(state=Report.State.FAILED, error=words[:4000])


def _fingerprint(report: Report) -> str:
    from sozialraum.products.report import holding

    return holding.hold(report.release.folder, verified=True).fingerprint


def _write(report: Report, processes: int) -> Path:
    """The files of a report; several are put into one archive."""
    from sozialraum.products.report import batch, compose, design, holding
    from sozialraum_web.reports import orders

    held = holding.hold(report.release.folder)
    template = orders.template_of(report.template, report.chapters)
    level, version = compose.place_of(held, template, report.level, report.version)
    wanted = compose.orders(held, template, level, version, report.areas)
    Report.objects.filter(pk=report.pk).update(total=len(wanted))
    look = design.read(design_file(report.municipality.slug))
    texts = orders.texts_of(report.municipality, report.template)
    job = batch.Job(report.release.folder, template, level, version, report.format, texts, look)

    def progress(_name: str, done: int, total: int) -> None:
        Report.objects.filter(pk=report.pk).update(done=done, total=total)

    written = batch.write(job, held, wanted, report.folder / "teile", processes=processes, progress=progress)
    stem = f"{report.municipality.slug}_{report.template}_{report.release.name}"
    if len(written.files) == 1:
        target = report.folder / f"{stem}.{report.format}"
        return _put(target, written.files[0].read_bytes())
    return _put(report.folder / f"{stem}.zip", _archive([*written.files, written.record]))


def _put(target: Path, content: bytes) -> Path:
    partial = target.with_name(f".{target.name}.teil")
    partial.write_bytes(content)
    partial.replace(target)
    return target


def _archive(files: list[Path]) -> bytes:
    """Files in one archive without times: the same content gives the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path.name, FIXED)
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())
    return target.getvalue()
