"""What a municipality remembers inside: inputs, what was read, everything that was ever published (Journal)."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import sozialraum
from sozialraum import deliveries, publication
from sozialraum import release as releases
from sozialraum.deliveries import Deliveries
from sozialraum.disclosure import Protected
from sozialraum.disclosure.history import Earlier
from sozialraum.errors import Finding, ReleaseError, raise_if_errors
from sozialraum.files import replace_file
from sozialraum.municipality import Municipality
from sozialraum.tables import COUNTS_COLUMNS

DELIVERED = "geliefert.parquet"


def input_digest(municipality: Municipality) -> str:
    """One checksum over everything a release is made from, and over the version of the software."""
    digest = hashlib.sha256(sozialraum.__version__.encode())
    places = (
        "kommune.toml",
        "geheimhaltung.toml",
        "korrekturen.toml",
        "gebiete",
        "lieferungen",
        "kennzahlen",
        "indizes",
    )
    paths = [p for place in places for p in sorted((municipality.folder / place).rglob("*")) if p.is_file()]
    paths += [municipality.folder / p for p in places if (municipality.folder / p).is_file()]
    for path in paths:
        digest.update(path.relative_to(municipality.folder).as_posix().encode())
        digest.update(bytes.fromhex(deliveries.checksum(path)))
    return digest.hexdigest()


def keep(municipality: Municipality, delivered: Deliveries, differences: pd.DataFrame) -> None:
    """Remember what was read: checksums, the counts for the next comparison, the differences for a closer look."""
    deliveries.register(municipality, delivered.files)
    kept = publication.arrow(delivered.counts, COUNTS_COLUMNS)
    replace_file(municipality.journal / DELIVERED, partial(pq.write_table, kept, compression="zstd"))
    replace_file(
        municipality.journal / "unterschiede.csv",
        lambda path: differences.to_csv(path, sep=";", decimal=",", index=False),
    )


def secret(path: Path) -> bytes:
    """The secret that noise and rounding hang on, made on first use; without it earlier noise could be averaged away."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


# -- what was published ------------------------------------------------------------------------------------------------


def inputs_of(municipality: Municipality, name: str) -> str:
    """The checksum that the journal holds for a release; empty when it knows none."""
    record = municipality.journal / "freigaben" / f"{name}.json"
    return str(json.loads(record.read_text("utf-8"))["inputs"]) if record.exists() else ""


def released_names(municipality: Municipality) -> list[str]:
    return [
        path.stem
        for path in sorted((municipality.journal / "freigaben").glob("*.json"))
        if not path.stem.endswith(".verfahren")
    ]


def earlier_releases(municipality: Municipality) -> list[Earlier]:
    """Every release so far, as the journal remembers it; raises ReleaseError when the journal lacks one."""
    names = released_names(municipality)
    there = {
        path.name
        for path in municipality.releases.glob("*")
        if path.is_dir() and not path.name.startswith(".")
    }
    forgotten = sorted(there - set(names))
    if forgotten:
        raise ReleaseError(
            [
                Finding(
                    f"Zur Freigabe „{name}“ fehlt der Eintrag im Journal; ohne ihn ist nicht bekannt, was schon veröffentlicht wurde.",
                    "Stellen Sie den Ordner journal/ aus der Sicherung wieder her.",
                    file=f"journal/freigaben/{name}.json",
                )
                for name in forgotten
            ]
        )
    tampered = [
        replace(finding, remedy=f"Stellen Sie den Ordner aus der Sicherung wieder her. {finding.remedy}")
        for name in sorted(there & set(names))
        for finding in releases.verify(municipality.releases / name, None)
    ]
    raise_if_errors(tampered, ReleaseError)
    return [*recall_all(municipality).values(), *recall_answers(municipality)]


def recall_all(municipality: Municipality) -> dict[str, Earlier]:
    """What the journal remembers of each release, by name."""
    return {name: _recall(municipality.journal / "freigaben", name) for name in released_names(municipality)}


def recall_answers(municipality: Municipality) -> list[Earlier]:
    """What the journal remembers of answers to requests for custom areas and exports."""
    folder = municipality.journal / "auskuenfte"
    return [_recall(folder, path.stem) for path in sorted(folder.glob("*.json"))]


def remember_answer(municipality: Municipality, granted: Earlier) -> Path:
    """Enter what a request was answered in the journal, before it is told; returns the record."""
    folder = municipality.journal / "auskuenfte"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{len(list(folder.glob('*.json'))) + 1:06}-{secrets.token_hex(4)}"
    files = _write_ledger(folder, name, granted)
    now = datetime.now(UTC).replace(microsecond=0)
    record = {"answer": name, "created": now.isoformat(), "ledger": files}
    replace_file(
        folder / f"{name}.json", lambda place: place.write_text(json.dumps(record, indent=1), "utf-8")
    )
    return folder / f"{name}.json"


def _recall(folder: Path, name: str) -> Earlier:
    record = json.loads((folder / f"{name}.json").read_text("utf-8"))
    changed = [
        file
        for file, digest in record.get("ledger", {}).items()
        if not (folder / file).is_file() or deliveries.checksum(folder / file) != digest
    ]
    raise_if_errors(
        [
            Finding(
                "Der Eintrag im Journal wurde verändert oder fehlt; was früher veröffentlicht wurde, ist nicht mehr sicher bekannt.",
                "Stellen Sie den Ordner journal/ aus der Sicherung wieder her.",
                file=f"journal/{folder.name}/{file}",
            )
            for file in changed
        ],
        ReleaseError,
    )
    cells = pq.read_table(folder / f"{name}.parquet").to_pydict()
    states = list(zip(cells["key"], cells["hidden"], strict=True))
    counts = pq.read_table(folder / f"{name}.grundzahlen.parquet").to_pandas()
    place = folder / f"{name}.verfahren.json"
    blurred = json.loads(place.read_text("utf-8")) if place.exists() else {"blurred": {}, "rounded": {}}
    return Earlier(
        counts,
        frozenset(k for k, h in states if not h),
        frozenset(k for k, h in states if h),
        {key: (low, high) for key, (low, high) in blurred["blurred"].items()},
        blurred["rounded"],
    )


def remember(municipality: Municipality, name: str, created: str, protected: Protected, inputs: str) -> Path:
    """Enter a release in the journal: inputs, secrets of the commitment, counts, what it prints and hides; returns the record."""
    folder = municipality.journal / "freigaben"
    folder.mkdir(parents=True, exist_ok=True)
    files = _write_ledger(folder, name, protected.ledger)
    record = {"release": name, "inputs": inputs, "created": created, **protected.inside, "ledger": files}
    replace_file(
        folder / f"{name}.json", lambda place: place.write_text(json.dumps(record, indent=1), "utf-8")
    )
    return folder / f"{name}.json"


def _write_ledger(folder: Path, name: str, ledger: Earlier) -> dict[str, str]:
    """The tables beside a record of the journal: counts, printed and hidden cells, limits of what was rounded; their checksums."""
    printed, hidden = sorted(ledger.printed), sorted(ledger.hidden)
    states = pa.array([False] * len(printed) + [True] * len(hidden), pa.bool_())
    cells = pa.table({"key": pa.array([*printed, *hidden], pa.string()), "hidden": states})
    counts = publication.arrow(ledger.counts, COUNTS_COLUMNS)
    replace_file(folder / f"{name}.parquet", lambda place: pq.write_table(cells, place, compression="zstd"))
    replace_file(
        folder / f"{name}.grundzahlen.parquet",
        lambda place: pq.write_table(counts, place, compression="zstd"),
    )
    if ledger.blurred:
        methods = json.dumps({"blurred": dict(ledger.blurred), "rounded": dict(ledger.rounded)})
        replace_file(folder / f"{name}.verfahren.json", lambda place: place.write_text(methods, "utf-8"))
    written = [folder / f"{name}{end}" for end in (".parquet", ".grundzahlen.parquet", ".verfahren.json")]
    return {path.name: deliveries.checksum(path) for path in written if path.exists()}
