"""The whole path on one page: deliveries → counts → indicators → indices → protected release (Gesamtablauf)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

import sozialraum
from sozialraum import deliveries, publication
from sozialraum import release as releases
from sozialraum.counts import roll_up
from sozialraum.deliveries import Deliveries
from sozialraum.disclosure import Protected, protect
from sozialraum.disclosure.compose import Plan
from sozialraum.disclosure.gate import Effort, Progress
from sozialraum.errors import CatalogueError, DeliveryError, Finding, ReleaseError, Severity, raise_if_errors
from sozialraum.indicators import checks, compute
from sozialraum.indices import compute as indices
from sozialraum.municipality import Municipality
from sozialraum.tables import COUNTS_COLUMNS, VALUES_COLUMNS


@dataclass(frozen=True)
class Result:
    """What a municipality's deliveries amount to, unprotected: inside only."""

    municipality: Municipality
    delivered: Deliveries
    counts: pd.DataFrame
    values: pd.DataFrame
    findings: list[Finding]

    def derived(self, values: pd.DataFrame) -> pd.DataFrame:
        """Changes and index editions, computed from the given values alone."""
        changes = compute.changes(values, self.municipality.catalogue.indicators)
        table = pd.concat([values, changes], ignore_index=True) if len(changes) else values
        return pd.concat([changes, _indices(self.municipality, table, self.counts)[0]], ignore_index=True)


def check(municipality: Municipality) -> tuple[Deliveries, list[Finding]]:
    """Read all deliveries and collect every finding, also about figures that contradict each other."""
    delivered = deliveries.read_all(municipality)
    findings = [f for g in municipality.geographies for f in g.findings] + delivered.findings
    findings += checks.parts_and_wholes(delivered.counts, delivered.origin, municipality.catalogue)
    return delivered, findings


def run(municipality: Municipality) -> Result:
    """Counts to values, without protection. Raises DeliveryError with all findings that block."""
    delivered, findings = check(municipality)
    raise_if_errors(findings, DeliveryError)
    deliveries.register(municipality, delivered.files)
    counts = roll_up(delivered.counts, {g.version: g for g in municipality.geographies})
    active = {
        k: i for k, i in municipality.catalogue.indicators.items() if k in municipality.active_indicators
    }
    values, told = compute.compute_all(counts, delivered.rates, active)
    if values.empty:
        raise DeliveryError(
            Finding(
                "Aus den Lieferungen lässt sich keine Kennzahl berechnen.",
                "Prüfen Sie Rezepte und [kennzahlen] active.",
            )
        )
    return Result(municipality, delivered, counts, values, [*findings, *told])


def _indices(
    municipality: Municipality, values: pd.DataFrame, counts: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """All editions that can be computed; what hinders the others is told, not raised."""
    tables, findings = [pd.DataFrame(columns=list(VALUES_COLUMNS))], []
    for index in municipality.catalogue.indices.values():
        if index.id in municipality.active_indices:
            try:
                tables.append(
                    indices.compute(values, index, counts, index.version or municipality.current_version)
                )
            except CatalogueError as error:
                findings += [Finding(f.message, f.remedy, severity=Severity.WARNING) for f in error.findings]
    filled = [table for table in tables if len(table)]
    return (pd.concat(filled, ignore_index=True) if filled else tables[0]), findings


def write_values(result: Result) -> tuple[Path, list[Finding]]:
    """Write `werte/` (inside only): VALUES with changes and indices, and the unprotected COUNTS."""
    folder = result.municipality.values
    changes = compute.changes(result.values, result.municipality.catalogue.indicators)
    base = pd.concat([t for t in (result.values, changes) if len(t)], ignore_index=True)
    index_rows, findings = _indices(result.municipality, base, result.counts)
    values = pd.concat([t for t in (base, index_rows) if len(t)], ignore_index=True)
    folder.mkdir(exist_ok=True)
    for name, table, columns in (
        ("werte", values, VALUES_COLUMNS),
        ("grundzahlen", result.counts, COUNTS_COLUMNS),
    ):
        content = publication.arrow(table, columns)
        partial = folder / f".{name}.partial"
        pq.write_table(content, partial, compression="zstd")
        partial.replace(folder / f"{name}.parquet")
    publication.write_csv(publication.arrow(values, VALUES_COLUMNS), folder / "werte.csv")
    return folder, findings


@dataclass(frozen=True)
class Released:
    """A release, and whether it is new or was there already with the same inputs."""

    release: releases.Release
    unchanged: bool
    findings: list[Finding]


def release(
    municipality: Municipality, name: str = "", *, progress: Progress | None = None, processes: int = 1
) -> Released:
    """Protect, prove, write and sign. Identical inputs under a name that exists change nothing; others are refused."""
    created = datetime.now(UTC).replace(microsecond=0)
    name = name or created.strftime("%Y-%m-%d")
    _check_name(name)
    inputs = input_digest(municipality)
    if (municipality.releases / name).exists():
        return _existing(municipality, name, inputs)
    result = run(municipality)
    protected = protected_values(result, progress=progress, processes=processes)
    katalog = publication.catalogue(
        municipality, protected, name=name, created=created.isoformat(), software=sozialraum.__version__
    )
    key = releases.signing_key(municipality.id)
    protocol = _protocol(municipality, protected, katalog)
    fill = publication.filler(municipality, protected, katalog)
    done = releases.write(municipality.releases, name, protocol, fill, key)
    _remember(municipality, done, protected, inputs)
    return Released(done, unchanged=False, findings=result.findings)


def protected_values(result: Result, *, progress: Progress | None = None, processes: int = 1) -> Protected:
    """The result behind the gate."""
    municipality = result.municipality
    computed = set(result.values["indicator"])
    plan = Plan(
        catalogue=municipality.catalogue,
        indicators={k: i for k, i in municipality.catalogue.indicators.items() if k in computed},
        geographies={g.version: g for g in municipality.geographies},
    )
    return protect(
        result.delivered.counts, result.counts, result.values, plan, result.derived,
        known=published_before(municipality), effort=Effort(processes=processes), progress=progress,
    )  # fmt: skip


def _check_name(name: str) -> None:
    if (
        not name
        or name.startswith(".")
        or any(c not in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_." for c in name)
    ):
        raise ReleaseError(
            Finding(
                "Der Name der Freigabe darf nur Buchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich enthalten.",
                "Wählen Sie zum Beispiel 2025-03.",
                value=name,
            )
        )


def _existing(municipality: Municipality, name: str, inputs: str) -> Released:
    """The release of that name, when it was made from the same inputs and still verifies."""
    path = municipality.releases / name
    raise_if_errors(releases.verify(path, None), ReleaseError)
    record = municipality.journal / "freigaben" / f"{name}.json"
    known = json.loads(record.read_text("utf-8"))["inputs"] if record.exists() else ""
    if known != inputs:
        raise ReleaseError(
            Finding(
                f"Die Freigabe „{name}“ gibt es schon, aus anderen Eingaben.",
                "Eine Freigabe wird nie geändert: Wählen Sie einen neuen Namen.",
                file=f"freigaben/{name}",
            )
        )
    return Released(releases.read(path), unchanged=True, findings=[])


def input_digest(municipality: Municipality) -> str:
    """One checksum over everything a release is made from, and over the version of the software."""
    digest = hashlib.sha256(sozialraum.__version__.encode())
    places = ("kommune.toml", "korrekturen.toml", "gebiete", "lieferungen", "kennzahlen", "indizes")
    paths = [p for place in places for p in sorted((municipality.folder / place).rglob("*")) if p.is_file()]
    paths += [municipality.folder / p for p in places if (municipality.folder / p).is_file()]
    for path in paths:
        digest.update(path.relative_to(municipality.folder).as_posix().encode())
        digest.update(bytes.fromhex(deliveries.checksum(path)))
    return digest.hexdigest()


def _protocol(municipality: Municipality, protected: Protected, katalog: Mapping[str, Any]) -> dict[str, Any]:
    rules = {s["profile"]["id"]: s["profile"] for s in katalog["sources"]}
    record = {key: value for key, value in protected.record.items() if key != "inside"}
    return {
        "format": "sozialraum-protokoll/1",
        "release": katalog["release"],
        "municipality": {"id": municipality.id, "name": municipality.name, "ags": municipality.ags},
        "created": katalog["created"],
        "software": f"sozialraum {sozialraum.__version__}",
        "audience": municipality.audience,
        "office": katalog["office"],
        "rules": [rules[name] for name in sorted(rules)],
        **record,
        "audit": {**record["audit"], "earlier_releases": sorted(_earlier(municipality))},
    }


# -- the inside memory of what was published ---------------------------------------------------------------------------


def _earlier(municipality: Municipality) -> list[str]:
    return [path.stem for path in sorted((municipality.journal / "freigaben").glob("*.json"))]


def published_before(municipality: Municipality) -> dict[str, float]:
    """Every count that an earlier release printed, by its key."""
    known: dict[str, float] = {}
    for name in _earlier(municipality):
        table = pq.read_table(municipality.journal / "freigaben" / f"{name}.parquet")
        known |= dict(zip(table["key"].to_pylist(), table["count"].to_pylist(), strict=True))
    return known


def _remember(municipality: Municipality, done: releases.Release, protected: Protected, inputs: str) -> None:
    """Enter a release in the journal: inputs, secrets of the commitment, and what was printed."""
    import pyarrow as pa

    folder = municipality.journal / "freigaben"
    folder.mkdir(parents=True, exist_ok=True)
    cells = protected.published
    table = pa.table(
        {"key": pa.array(list(cells), pa.string()), "count": pa.array(list(cells.values()), pa.float64())}
    )
    pq.write_table(table, folder / f"{done.name}.parquet", compression="zstd")
    record = {
        "release": done.name,
        "inputs": inputs,
        "created": done.protocol["created"],
        **protected.record["inside"],
    }
    (folder / f"{done.name}.json").write_text(json.dumps(record, indent=1), "utf-8")
