"""The whole path on one page: deliveries → counts → indicators → indices → protected release (Gesamtablauf)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

import sozialraum
from sozialraum import deliveries, differences, journal, publication, releasing
from sozialraum import release as releases
from sozialraum.counts import roll_up
from sozialraum.deliveries import Deliveries
from sozialraum.derivation import compared, derive, index_editions, stacked
from sozialraum.disclosure import Protected, gate, protect
from sozialraum.disclosure.gate import Effort, Progress
from sozialraum.disclosure.period_counts import Plan
from sozialraum.disclosure.versions import refuse_changed_areas, refuse_second_version
from sozialraum.errors import DeliveryError, Finding, NoFigureError, Severity, errors_of, raise_if_errors
from sozialraum.files import replace_file
from sozialraum.indicators import checks, compute
from sozialraum.municipality import Municipality
from sozialraum.tables import COMPARISON_LEVEL, COUNTS_COLUMNS, VALUES_COLUMNS


@dataclass(frozen=True)
class Result:
    """What a municipality's deliveries amount to, unprotected: inside only."""

    municipality: Municipality
    delivered: Deliveries
    counts: pd.DataFrame
    values: pd.DataFrame
    findings: list[Finding]
    comparison: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(VALUES_COLUMNS)))

    @property
    def plan(self) -> Plan:
        """What would be published if nothing had to be hidden."""
        town = self.municipality
        return Plan.of(town.catalogue, self.values["indicator"].unique(), town.geographies)

    def derived(self, values: pd.DataFrame, tables: pd.DataFrame) -> pd.DataFrame:
        """Converted values, changes, index editions from the given values alone; life expectancy and the like from `tables`."""
        return derive(self.municipality, values, self.counts, tables)[0]


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
    findings += releasing.edited_editions(municipality)
    return delivered, findings


def _differences(municipality: Municipality, delivered: Deliveries) -> tuple[list[Finding], pd.DataFrame]:
    """What differs from the period before and from the last run: told, and as a table for a closer look."""
    findings, table = differences.between_periods(delivered.origin, municipality.catalogue)
    findings += differences.odd_years(delivered.origin)
    last = municipality.journal / journal.DELIVERED
    if last.exists():
        told, changed = differences.since_last_run(delivered.counts, pq.read_table(last).to_pandas())
        findings, table = [*told, *findings], stacked(changed, table)
    return findings, table


def run(municipality: Municipality, checked: tuple[Deliveries, list[Finding]] | None = None) -> Result:
    """Counts to values, without protection. Raises DeliveryError with all findings that block.

    `checked` is what `check` answered just before, so that deliveries are read once.
    """
    delivered, findings = checked or _read(municipality)
    raise_if_errors(findings, DeliveryError)
    journal.keep(municipality, delivered, _differences(municipality, delivered)[1])
    return computed(municipality, delivered, findings)


def computed(municipality: Municipality, delivered: Deliveries, findings: list[Finding]) -> Result:
    """Delivered counts on every level and the values they amount to. Raises NoFigureError where there is none."""
    counts = roll_up(delivered.counts, {g.version: g for g in municipality.geographies})
    active = {
        k: i for k, i in municipality.catalogue.indicators.items() if k in municipality.active_indicators
    }
    beyond = delivered.rates["level"] == COMPARISON_LEVEL
    values, told = compute.compute_all(counts, delivered.rates[~beyond], active)
    if values.empty:
        raise NoFigureError(
            Finding(
                "Aus den Lieferungen lässt sich keine Kennzahl berechnen.",
                "Prüfen Sie Rezepte und [kennzahlen] active.",
            )
        )
    comparison = compared(delivered.comparison, delivered.rates[beyond], active)
    return Result(municipality, delivered, counts, values, [*findings, *told], comparison)


def write_values(result: Result) -> tuple[Path, list[Finding]]:
    """Write `werte/` (inside only): VALUES with changes and indices, and the unprotected COUNTS."""
    folder = result.municipality.values
    derived, findings = derive(result.municipality, result.values, result.counts, result.counts)
    values = stacked(result.values, derived)
    folder.mkdir(exist_ok=True)
    tables = {
        "werte": publication.arrow(values, VALUES_COLUMNS),
        "grundzahlen": publication.arrow(result.counts, COUNTS_COLUMNS),
    }
    for name, table in tables.items():
        replace_file(folder / f"{name}.parquet", partial(pq.write_table, table, compression="zstd"))
    replace_file(folder / "werte.csv", partial(publication.write_csv, tables["werte"]))
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
    releasing.check_name(name)
    inputs = journal.input_digest(municipality)
    if (municipality.releases / name).exists():
        return Released(releasing.existing(municipality, name, inputs), unchanged=True, findings=[])
    releasing.refuse_second_use(municipality, name, inputs)
    result = run(municipality)
    protected = protected_values(result, progress=progress, processes=processes)
    katalog = publication.catalogue(
        municipality, protected, name=name, created=created.isoformat(), software=sozialraum.__version__
    )
    releasing.refuse_computable(protected, katalog)
    key = releases.signing_key(municipality.id)
    protocol = releasing.protocol(municipality, protected, katalog)
    fill = publication.filler(municipality, protected, katalog, result.comparison)
    told = index_editions(municipality, protected.values, result.counts)[1]
    # The journal comes first: what may be public must never be forgotten, whenever the power fails.
    record = journal.remember(municipality, name, katalog["created"], protected, inputs)
    try:
        done = releases.write(municipality.releases, name, protocol, fill, key)
    except BaseException:
        record.unlink()
        raise
    told += [releasing.TOO_MUCH_HIDDEN] if protected.inside["hidden_share_of_persons"] > gate.TOO_MUCH else []
    return Released(done, unchanged=False, findings=[*result.findings, *told])


def protected_values(result: Result, *, progress: Progress | None = None, processes: int = 1) -> Protected:
    """The result behind the gate."""
    municipality = result.municipality
    earlier = journal.earlier_releases(municipality)
    refuse_second_version(
        result.delivered.counts, municipality.catalogue, [key for e in earlier for key in e.printed]
    )
    refuse_changed_areas(
        {g.version: g for g in municipality.geographies},
        [key for e in earlier for key in (*e.printed, *e.hidden)],
    )
    return protect(
        result.delivered.counts, result.counts, result.values, result.plan, result.derived,
        earlier=earlier, effort=Effort(processes=processes), progress=progress,
        blurring=releasing.blurring(municipality, earlier), quotient=compute.quotient,
    )  # fmt: skip
