"""Many reports at once: on all cores, each finished file kept, continued after an interruption (Stapel)."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sozialraum.errors import Finding, SozialraumError
from sozialraum.files import replace_file
from sozialraum.products.catalogue import Level
from sozialraum.products.draw import Atlas
from sozialraum.products.report import holding as holdings
from sozialraum.products.report.compose import Order, document
from sozialraum.products.report.design import Design
from sozialraum.products.report.holding import Holding
from sozialraum.products.report.templates import Template
from sozialraum.products.report.texts import Texts
from sozialraum.products.report.writers import WRITERS

RECORD = "berichte.json"
ALONE = 4  # so few documents are written faster in this process than others can start
CHUNK = 4
TASKS = 15  # chunks until a process is replaced: typesetting keeps what it has set, and memory would grow

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Job:
    """Everything that decides what the files of a batch contain."""

    release: Path
    template: Template
    level: Level
    version: str
    format: str = "pdf"
    texts: Texts = field(default_factory=Texts)
    design: Design = field(default_factory=Design)
    earlier: Path | None = None


@dataclass(frozen=True)
class Written:
    """What a batch did: files in order, how many were already there."""

    files: tuple[Path, ...]
    kept: int
    record: Path


def key_of(job: Job, order: Order, holding: Holding, design: str) -> str:
    """A checksum over everything a document depends on: the same key means the same bytes."""
    from sozialraum import __version__

    told = (
        __version__,
        _program(),
        holding.fingerprint,
        job.template.fingerprint,
        job.level.id,
        job.version,
        job.format,
        design,
        job.texts.fingerprint(order.area),
        str(job.earlier or ""),
        order.area,
        order.indicator,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _program() -> str:
    """A checksum over the parts that write, so that a newer program never keeps an older one's files."""
    folder = Path(__file__).parent
    files = sorted([*folder.rglob("*.py"), *folder.rglob("*.typ")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def write(
    job: Job,
    holding: Holding,
    orders: Sequence[Order],
    output: Path,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> Written:
    """Write every ordered document into a folder; what an earlier run finished with the same content is kept.

    Each file appears whole or not at all. Raises SozialraumError in German for a full disk; finished parts stay.
    """
    output.mkdir(parents=True, exist_ok=True)
    record = output / RECORD
    known = _read_record(record)
    design = job.design.fingerprint
    keys = {order.name: key_of(job, order, holding, design) for order in orders}
    files = {order.name: output / f"{order.name}.{job.format}" for order in orders}
    missing = [order for order in orders if not _is_there(known, files[order.name], keys[order.name])]
    done = len(orders) - len(missing)
    try:
        for name, content in _made(job, holding, missing, processes):
            # the record first: a full disk or an interruption then loses the document in the making and no other
            known[files[name].name] = {"key": keys[name], "sha256": hashlib.sha256(content).hexdigest()}
            _write_record(record, holding, known)
            _put(files[name], content)
            done += 1
            if progress:
                progress(name, done, len(orders))
    except OSError as error:
        raise SozialraumError(
            Finding(
                f"Der Bericht ließ sich nicht schreiben: {error.strerror or error}.",
                f"Schaffen Sie Platz oder wählen Sie einen anderen Ordner; {done} von {len(orders)} Dateien sind fertig und bleiben. "
                "Derselbe Aufruf setzt fort.",
                file=str(output),
            )
        ) from error
    return Written(tuple(files[order.name] for order in orders), len(orders) - len(missing), record)


def _is_there(known: Mapping[str, Any], file: Path, key: str) -> bool:
    entry = known.get(file.name)
    if not entry or entry.get("key") != key or not file.is_file():
        return False
    return bool(hashlib.sha256(file.read_bytes()).hexdigest() == entry.get("sha256"))


def _read_record(record: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(record.read_text("utf-8"))["dateien"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write_record(record: Path, holding: Holding, known: Mapping[str, Any]) -> None:
    content = {
        "freigabe": holding.catalogue.release,
        "kommune": holding.catalogue.town.id,
        "pruefsumme": holding.fingerprint,
        "dateien": dict(sorted(known.items())),
    }
    _put(record, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def _put(path: Path, content: bytes) -> None:
    """A file appears whole or not at all."""
    replace_file(path, lambda place: place.write_bytes(content))


def _made(job: Job, holding: Holding, orders: Sequence[Order], processes: int) -> Iterator[tuple[str, bytes]]:
    workers = min(processes, len(orders))
    if workers < 2 or len(orders) <= ALONE:
        earlier = holdings.hold(job.earlier) if job.earlier else None
        for order in orders:
            yield order.name, make(job, holding, order, earlier)
        return
    atlas = holding.atlas(job.version)
    with multiprocessing.get_context("spawn").Pool(
        workers, _begin, (job, atlas), maxtasksperchild=TASKS
    ) as pool:
        yield from pool.imap_unordered(_one, orders, chunksize=CHUNK)


def make(job: Job, holding: Holding, order: Order, earlier: Holding | None = None) -> bytes:
    """One document in the format of the job."""
    content = document(
        holding,
        job.template,
        order,
        level=job.level,
        version=job.version,
        texts=job.texts,
        design=job.design,
        earlier=earlier,
    )
    return WRITERS[job.format](content, job.design)


@dataclass
class _Worker:
    """What a process of the batch holds: the release, read once."""

    job: Job
    holding: Holding
    earlier: Holding | None


_worker: list[_Worker] = []


def _begin(job: Job, atlas: Atlas | None) -> None:
    holding = holdings.hold(
        job.release, atlases={job.version: atlas}, verified=True, only_version=job.version
    )
    _worker[:] = [_Worker(job, holding, holdings.hold(job.earlier) if job.earlier else None)]


def _one(order: Order) -> tuple[str, bytes]:
    here = _worker[0]
    return order.name, make(here.job, here.holding, order, here.earlier)
