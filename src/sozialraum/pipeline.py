"""The whole path on one page: deliveries → counts → indicators → indices → protected release (Gesamtablauf)."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

import sozialraum
from sozialraum import deliveries, differences, publication
from sozialraum import release as releases
from sozialraum.catalogue.model import Indicator, Kind
from sozialraum.catalogue.recipe import Index
from sozialraum.counts import roll_up
from sozialraum.deliveries import Deliveries
from sozialraum.disclosure import Protected, gate, protect, reader
from sozialraum.disclosure.compose import Plan
from sozialraum.disclosure.gate import Effort, Progress, in_words
from sozialraum.disclosure.history import Earlier
from sozialraum.disclosure.methods import Blurring
from sozialraum.disclosure.versions import refuse_second_version
from sozialraum.errors import (
    CatalogueError,
    DeliveryError,
    DisclosureError,
    Finding,
    ReleaseError,
    Severity,
    errors_of,
    raise_if_errors,
)
from sozialraum.indicators import checks, compute
from sozialraum.indicators.by_age import compute_by_age
from sozialraum.indicators.recoded import bridging, is_bridged, is_recoded, recode_values, visible_counts
from sozialraum.indices import compute as indices
from sozialraum.municipality import Municipality
from sozialraum.tables import COMPARISON_LEVEL, COUNTS_COLUMNS, VALUES_COLUMNS

DELIVERED = "geliefert.parquet"
TOO_MUCH_HIDDEN = Finding(
    "Das Verfahren ist für diese Tabellen nicht geeignet: In gesperrten Zellen stehen mehr als 20 Prozent aller Fälle.",
    "Fassen Sie Gebiete oder Gruppen zusammen, veröffentlichen Sie weniger Tabellen oder wählen Sie Runden ([geheimhaltung.verfahren]).",
    severity=Severity.WARNING,
)


@dataclass(frozen=True)
class Result:
    """What a municipality's deliveries amount to, unprotected: inside only."""

    municipality: Municipality
    delivered: Deliveries
    counts: pd.DataFrame
    values: pd.DataFrame
    findings: list[Finding]
    comparison: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(VALUES_COLUMNS)))

    def derived(self, values: pd.DataFrame, tables: pd.DataFrame) -> pd.DataFrame:
        """Converted values, changes, index editions from the given values alone; life expectancy and the like from `tables`."""
        return _derived(self.municipality, values, self.counts, tables)[0]


def check(municipality: Municipality) -> tuple[Deliveries, list[Finding]]:
    """Read all deliveries and collect every finding, what blocks first; also what differs from the delivery before."""
    delivered, findings = _read(municipality)
    findings = [*findings, *_differences(municipality, delivered)[0]]
    return delivered, [*errors_of(findings), *(f for f in findings if f.severity is Severity.WARNING)]


def _read(municipality: Municipality) -> tuple[Deliveries, list[Finding]]:
    """All deliveries and what is wrong with them, also figures that contradict each other."""
    delivered = deliveries.read_all(municipality)
    findings = [f for g in municipality.geographies for f in g.findings] + delivered.findings
    findings += checks.parts_and_wholes(delivered.counts, delivered.origin, municipality.catalogue)
    findings += checks.groups_and_totals(delivered.origin, municipality.catalogue)
    findings += edited_editions(municipality)
    return delivered, findings


def edited_editions(municipality: Municipality) -> list[Finding]:
    """Index editions that an earlier release has published and that have been changed since."""
    findings = []
    for path in sorted(municipality.releases.glob("*/katalog.json")):
        published = {i["id"]: i.get("digest", "") for i in json.loads(path.read_text("utf-8"))["indices"]}
        for name, index in municipality.catalogue.indices.items():
            if published.get(name) and published[name] != index.digest():
                findings.append(
                    Finding(
                        f"Die Index-Ausgabe [{name}] ist in der Freigabe „{path.parent.name}“ veröffentlicht und seither geändert worden.",
                        "Stellen Sie sie wieder her, und legen Sie die Änderung als neue Ausgabe daneben.",
                        file=f"indizes/{name}.toml",
                    )
                )
    return findings


def _differences(municipality: Municipality, delivered: Deliveries) -> tuple[list[Finding], pd.DataFrame]:
    """What differs from the period before and from the last run: told, and as a table for a closer look."""
    findings, table = differences.between_periods(delivered.origin, municipality.catalogue)
    findings += differences.odd_years(delivered.origin)
    last = municipality.journal / DELIVERED
    if last.exists():
        told, changed = differences.since_last_run(delivered.counts, pq.read_table(last).to_pandas())
        findings, table = [*told, *findings], _stacked(changed, table)
    return findings, table


def run(municipality: Municipality, checked: tuple[Deliveries, list[Finding]] | None = None) -> Result:
    """Counts to values, without protection. Raises DeliveryError with all findings that block.

    `checked` is what `check` answered just before, so that deliveries are read once.
    """
    delivered, findings = checked or _read(municipality)
    raise_if_errors(findings, DeliveryError)
    _keep(municipality, delivered)
    counts = roll_up(delivered.counts, {g.version: g for g in municipality.geographies})
    active = {
        k: i for k, i in municipality.catalogue.indicators.items() if k in municipality.active_indicators
    }
    beyond = delivered.rates["level"] == COMPARISON_LEVEL
    values, told = compute.compute_all(counts, delivered.rates[~beyond], active)
    if values.empty:
        raise DeliveryError(
            Finding(
                "Aus den Lieferungen lässt sich keine Kennzahl berechnen.",
                "Prüfen Sie Rezepte und [kennzahlen] active.",
            )
        )
    comparison = _compared(delivered.comparison, delivered.rates[beyond], active)
    return Result(municipality, delivered, counts, values, [*findings, *told], comparison)


def _compared(counts: pd.DataFrame, rates: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """The same indicators for the areas beyond the municipality, from what their owners have published.

    Sums of other populations are no yardstick: only shares, rates, ratios and means are compared.
    """
    comparable = {k: i for k, i in indicators.items() if i.kind is not Kind.COUNT}
    values = compute.compute_all(counts, rates, comparable)[0]
    return _stacked(values, compute.changes(values, indicators))


def _keep(municipality: Municipality, delivered: Deliveries) -> None:
    """Remember what was read: checksums, the counts for the next comparison, the differences for a closer look."""
    table = _differences(municipality, delivered)[1]
    deliveries.register(municipality, delivered.files)
    kept = publication.arrow(delivered.counts, COUNTS_COLUMNS)
    _replace(municipality.journal / DELIVERED, partial(pq.write_table, kept, compression="zstd"))
    _replace(
        municipality.journal / "unterschiede.csv",
        lambda path: table.to_csv(path, sep=";", decimal=",", index=False),
    )


def _derived(
    municipality: Municipality, values: pd.DataFrame, counts: pd.DataFrame, tables: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """What follows from a table of values: the same on other areas, changes, indices; and what hinders some of it.

    `tables` are the COUNTS that indicators by age are computed from: those of a release where values are those of one.
    """
    indicators = municipality.catalogue.indicators
    active = [i for k, i in indicators.items() if k in municipality.active_indicators]
    aged, hindered = compute_by_age(tables, active)
    recoded = recode_values(
        values, indicators, {g.version: g for g in municipality.geographies}, municipality.crosswalks, municipality.recode_to
    )  # fmt: skip
    changes = compute.changes(_stacked(values, recoded.values, aged), indicators)
    changes = bridging(changes, recoded.values, indicators)
    editions, told = _indices(municipality, _stacked(values, recoded.values, aged, changes), counts)
    return _stacked(recoded.values, aged, changes, editions), [*recoded.findings, *hindered, *told]


def _stacked(*tables: pd.DataFrame) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _indices(
    municipality: Municipality, values: pd.DataFrame, counts: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """All editions that can be computed; what hinders the others is told, not raised."""
    tables, findings = [pd.DataFrame(columns=list(VALUES_COLUMNS))], []
    converted = is_recoded(values) | is_bridged(values)
    counted = values[~converted]
    residents = visible_counts(values[converted], municipality.catalogue.indicators)
    for index in municipality.catalogue.indices.values():
        if index.id in municipality.active_indices:
            try:
                shown, people = (values, _stacked(counts, residents)) if index.recoded else (counted, counts)
                version = index.version or municipality.current_version
                tables.append(
                    indices.compute(shown, index, people, version, above(municipality, index, version))
                )
            except CatalogueError as error:
                findings += [Finding(f.message, f.remedy, severity=Severity.WARNING) for f in error.findings]
    filled = [table for table in tables if len(table)]
    return (pd.concat(filled, ignore_index=True) if filled else tables[0]), findings


def above(municipality: Municipality, index: Index, version: str) -> dict[str, dict[str, str]]:
    """In which larger areas the areas of an edition lie: code → code, for each level above; empty for an unknown level."""
    geography = next((g for g in municipality.geographies if g.version == version), None)
    if geography is None or index.level not in {level.id for level in geography.levels}:
        return {}
    return dict(geography.ancestors(index.level))


def write_values(result: Result) -> tuple[Path, list[Finding]]:
    """Write `werte/` (inside only): VALUES with changes and indices, and the unprotected COUNTS."""
    folder = result.municipality.values
    derived, findings = _derived(result.municipality, result.values, result.counts, result.counts)
    values = _stacked(result.values, derived)
    folder.mkdir(exist_ok=True)
    tables = {
        "werte": publication.arrow(values, VALUES_COLUMNS),
        "grundzahlen": publication.arrow(result.counts, COUNTS_COLUMNS),
    }
    for name, table in tables.items():
        _replace(folder / f"{name}.parquet", partial(pq.write_table, table, compression="zstd"))
    _replace(folder / "werte.csv", partial(publication.write_csv, tables["werte"]))
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
    _refuse_second_use(municipality, name, inputs)
    result = run(municipality)
    protected = protected_values(result, progress=progress, processes=processes)
    katalog = publication.catalogue(
        municipality, protected, name=name, created=created.isoformat(), software=sozialraum.__version__
    )
    _refuse_computable(protected, katalog)
    key = releases.signing_key(municipality.id)
    protocol = _protocol(municipality, protected, katalog)
    fill = publication.filler(municipality, protected, katalog, result.comparison)
    told = _indices(municipality, protected.values, result.counts)[1]
    # The journal comes first: what may be public must never be forgotten, whenever the power fails.
    record = _remember(municipality, name, katalog["created"], protected, inputs)
    try:
        done = releases.write(municipality.releases, name, protocol, fill, key)
    except BaseException:
        record.unlink()
        raise
    told += [TOO_MUCH_HIDDEN] if protected.inside["hidden_share_of_persons"] > gate.TOO_MUCH else []
    return Released(done, unchanged=False, findings=[*result.findings, *told])


def _refuse_computable(protected: Protected, katalog: Mapping[str, Any]) -> None:
    """The last look before signing: read the tables as a stranger would, also what suppliers hid, and compute."""
    cells = reader.seen_in(protected.values, protected.counts, katalog)
    found = reader.attack(cells, katalog).exact
    if found:
        raise DisclosureError(
            [
                Finding(
                    f"Ein gesperrter Wert ließe sich errechnen: {in_words(key)} ({key.period}).",
                    "Es wird nichts freigegeben. Veröffentlichen Sie weniger Tabellen oder fordern Sie die Zahl bei der liefernden Stelle an.",
                )
                for key in found
            ]
        )


def protected_values(result: Result, *, progress: Progress | None = None, processes: int = 1) -> Protected:
    """The result behind the gate."""
    municipality = result.municipality
    computed = set(result.values["indicator"])
    earlier = earlier_releases(municipality)
    refuse_second_version(
        result.delivered.counts, municipality.catalogue, [key for e in earlier for key in e.printed]
    )
    plan = Plan(
        catalogue=municipality.catalogue,
        indicators={k: i for k, i in municipality.catalogue.indicators.items() if k in computed},
        geographies={g.version: g for g in municipality.geographies},
    )
    return protect(
        result.delivered.counts, result.counts, result.values, plan, result.derived,
        earlier=earlier, effort=Effort(processes=processes), progress=progress,
        blurring=_blurring(municipality, earlier), quotient=compute.quotient,
    )  # fmt: skip


def _blurring(municipality: Municipality, earlier: Sequence[Earlier]) -> Blurring | None:
    """The chosen methods with the secret of this municipality; nothing when everything is suppressed where needed."""
    chosen = {name: m for name, m in municipality.methods.items() if m.method != "sperren"}
    if not chosen:
        return None
    kept: dict[str, float] = {}
    for release in earlier:
        kept |= release.rounded
    return Blurring(chosen, _secret(municipality.journal / "zellschluessel.key"), kept)


def _secret(path: Path) -> bytes:
    """The secret that noise and rounding hang on, made on first use; without it earlier noise could be averaged away."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


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
    if _inputs_of(municipality, name) != inputs:
        raise _taken(name, "gibt es schon, aus anderen Eingaben")
    return Released(releases.read(path), unchanged=True, findings=[])


def _inputs_of(municipality: Municipality, name: str) -> str:
    """The checksum that the journal holds for a release; empty when it knows none."""
    record = municipality.journal / "freigaben" / f"{name}.json"
    return str(json.loads(record.read_text("utf-8"))["inputs"]) if record.exists() else ""


def _refuse_second_use(municipality: Municipality, name: str, inputs: str) -> None:
    """A name whose release was given away and is gone from the folder is used again for the same inputs only."""
    if _inputs_of(municipality, name) not in ("", inputs):
        raise _taken(name, "wurde schon gegeben, aus anderen Eingaben; ihr Ordner fehlt")


def _taken(name: str, why: str) -> ReleaseError:
    remedy = "Eine Freigabe wird nie geändert: Wählen Sie einen neuen Namen."
    return ReleaseError(Finding(f"Die Freigabe „{name}“ {why}.", remedy, file=f"freigaben/{name}"))


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


def _protocol(municipality: Municipality, protected: Protected, katalog: Mapping[str, Any]) -> dict[str, Any]:
    rules = {s["profile"]["id"]: s["profile"] for s in katalog["sources"]}
    record = protected.record
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
        "audit": {
            **record["audit"],
            "earlier_releases": sorted(set(_earlier(municipality)) - {katalog["release"]}),
        },
    }


# -- the inside memory of what was published ---------------------------------------------------------------------------


def _earlier(municipality: Municipality) -> list[str]:
    return [
        path.stem
        for path in sorted((municipality.journal / "freigaben").glob("*.json"))
        if not path.stem.endswith(".verfahren")
    ]


def earlier_releases(municipality: Municipality) -> list[Earlier]:
    """Every release so far, as the journal remembers it; raises ReleaseError when the journal lacks one."""
    names = _earlier(municipality)
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
    return {name: _recall(municipality.journal / "freigaben", name) for name in _earlier(municipality)}


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
    _replace(folder / f"{name}.json", lambda place: place.write_text(json.dumps(record, indent=1), "utf-8"))
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


def _remember(municipality: Municipality, name: str, created: str, protected: Protected, inputs: str) -> Path:
    """Enter a release in the journal: inputs, secrets of the commitment, counts, what it prints and hides; returns the record."""
    folder = municipality.journal / "freigaben"
    folder.mkdir(parents=True, exist_ok=True)
    files = _write_ledger(folder, name, protected.ledger)
    record = {"release": name, "inputs": inputs, "created": created, **protected.inside, "ledger": files}
    _replace(folder / f"{name}.json", lambda place: place.write_text(json.dumps(record, indent=1), "utf-8"))
    return folder / f"{name}.json"


def _write_ledger(folder: Path, name: str, ledger: Earlier) -> dict[str, str]:
    """The tables beside a record of the journal: counts, printed and hidden cells, limits of what was rounded; their checksums."""
    import pyarrow as pa

    printed, hidden = sorted(ledger.printed), sorted(ledger.hidden)
    states = pa.array([False] * len(printed) + [True] * len(hidden), pa.bool_())
    cells = pa.table({"key": pa.array([*printed, *hidden], pa.string()), "hidden": states})
    counts = publication.arrow(ledger.counts, COUNTS_COLUMNS)
    _replace(folder / f"{name}.parquet", lambda place: pq.write_table(cells, place, compression="zstd"))
    _replace(
        folder / f"{name}.grundzahlen.parquet",
        lambda place: pq.write_table(counts, place, compression="zstd"),
    )
    if ledger.blurred:
        methods = json.dumps({"blurred": dict(ledger.blurred), "rounded": dict(ledger.rounded)})
        _replace(folder / f"{name}.verfahren.json", lambda place: place.write_text(methods, "utf-8"))
    written = [folder / f"{name}{end}" for end in (".parquet", ".grundzahlen.parquet", ".verfahren.json")]
    return {path.name: deliveries.checksum(path) for path in written if path.exists()}


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place first, so that an interruption leaves the old one whole."""
    place = path.with_name(f".{path.name}.partial")
    write(place)
    place.replace(path)
