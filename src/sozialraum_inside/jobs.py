"""Long work in the background: started, watched, stopped, and still there when the browser was closed (Hintergrundarbeit).

A job is a process of its own. It tells its state in one small file, so that no service is needed and a power cut leaves a
job that says it was interrupted.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside.changes import ACTING, PLACE

JOBS: Final = "arbeiten"
HEARTBEAT: Final = 1.0  # seconds between two signs of life
SILENT: Final = 20.0  # seconds of silence after which a job whose process is gone counts as interrupted
DUMB: Final = 180.0  # the same where nobody can be asked whether the process lives
State = Literal["läuft", "fertig", "gescheitert", "abgebrochen"]


@dataclass(frozen=True)
class Job:
    """What a job does, how far it is, and what came of it."""

    id: str
    kind: str
    title: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    state: State = "läuft"
    step: str = ""
    done: int = 0
    total: int = 0
    started: str = ""
    ended: str = ""
    pid: int = 0
    findings: tuple[Mapping[str, Any], ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    who: str = ""

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.state == "läuft"

    @property
    def seconds(self) -> int:
        """How long it has been at work, in whole seconds."""
        if not self.started:
            return 0
        end = datetime.fromisoformat(self.ended) if self.ended else datetime.now(UTC)
        return max(0, round((end - datetime.fromisoformat(self.started)).total_seconds()))


def start(folder: Path, kind: str, title: str, arguments: Mapping[str, str] | None = None) -> Job:
    """Start a job in a process of its own; raises SozialraumError while another one is at work."""
    at_work = next((job for job in jobs(folder) if job.running), None)
    if at_work:
        raise SozialraumError(
            Finding(
                f"„{at_work.title}“ läuft noch.", "Warten Sie, bis es fertig ist, oder brechen Sie es ab."
            )
        )
    job = Job(secrets.token_hex(6), kind, title, dict(arguments or {}), started=_now(), who=ACTING.get())
    write(folder, job)
    command = [sys.executable, "-m", "sozialraum_inside.work", str(folder), job.id]
    log = _path(folder, job.id).with_suffix(".log").open("wb")
    # On Windows 0x200 is CREATE_NEW_PROCESS_GROUP, a name that exists there only.
    apart: dict[str, Any] = {"creationflags": 0x00000200} if os.name == "nt" else {"start_new_session": True}
    with log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **apart)  # noqa: S603 the command is our own
    # The job writes its own state from here on; the process is awaited so that no dead child stays behind.
    _CHILDREN.append(process)
    return job


_CHILDREN: list[subprocess.Popen[bytes]] = []


def read(folder: Path, id: str) -> Job | None:
    """A job by its id, as it stands; None where there is none."""
    path = _path(folder, id)
    try:
        content = json.loads(path.read_text("utf-8"))
        silence = time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        return None
    job = Job(**{**content, "findings": tuple(content.get("findings", ()))})
    for child in list(_CHILDREN):
        if child.poll() is not None:
            _CHILDREN.remove(child)
    if job.running and silence > SILENT and not _alive(job, silence):
        return write(folder, replace(job, state="abgebrochen", ended=_now()))
    return job


def _alive(job: Job, silence: float) -> bool:
    if os.name == "nt" or not job.pid:
        return silence < DUMB
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def jobs(folder: Path) -> list[Job]:
    """All jobs, the newest first."""
    found = [read(folder, path.stem) for path in (folder / PLACE / JOBS).glob("*.json")]
    return sorted((job for job in found if job is not None), key=lambda job: job.started, reverse=True)


def last(folder: Path, kind: str) -> Job | None:
    """The newest job of a kind."""
    return next((job for job in jobs(folder) if job.kind == kind), None)


def stop(folder: Path, id: str) -> None:
    """Stop a job with everything it started; what it had written stays as it was before."""
    job = read(folder, id)
    if job is None or not job.running:
        return
    if job.pid:
        try:
            if os.name == "nt":
                os.kill(job.pid, signal.SIGTERM)
            else:
                os.killpg(job.pid, signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            pass
    write(folder, replace(job, state="abgebrochen", ended=_now()))


def write(folder: Path, job: Job) -> Job:
    """Write the state of a job in one step; returns it."""
    path = _path(folder, job.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(3)}.partial")
    partial.write_text(json.dumps(asdict(job), ensure_ascii=False), "utf-8")
    partial.replace(path)
    return job


def _path(folder: Path, id: str) -> Path:
    if not id.isalnum():
        raise ValueError(f"{id!r} is not the id of a job")
    return folder / PLACE / JOBS / f"{id}.json"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
