"""Auditing a finished release, from outside or with the inside values (Prüfung einer Freigabe)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sozialraum import journal, releasing
from sozialraum import municipality as municipalities
from sozialraum import release as releases
from sozialraum.conversions import unfounded
from sozialraum.disclosure.audit import audit as attack_system
from sozialraum.disclosure.compose import Composed, compose_all
from sozialraum.disclosure.gate import PASSED, in_words
from sozialraum.disclosure.history import CellKey, Earlier
from sozialraum.disclosure.methods import as_read
from sozialraum.disclosure.period_counts import Plan
from sozialraum.disclosure.reader import PLACE, attack_release, seen
from sozialraum.errors import Finding, Severity
from sozialraum.products import protocol_page
from sozialraum.tables import DIMENSIONS, TOTAL


@dataclass(frozen=True)
class Audited:
    """What an audit found; no findings means that it holds."""

    findings: list[Finding]
    summary: str
    hidden: int


def audit(path: Path, earlier: Sequence[Path] = (), values: Path | None = None) -> Audited:
    """Check a release folder, attack it from outside, and with `values` check the whole promise.

    `values` is the folder `werte/` of the municipality that made it.
    """
    findings = [finding for folder in (path, *earlier) for finding in releases.verify(folder, None)]
    if findings:
        return Audited(findings, "", 0)
    release, before = releases.read(path), [releases.read(folder) for folder in earlier]
    attacked = attack_release(release, before)
    findings = [
        Finding(
            f"Ein gesperrter Wert lässt sich errechnen: {in_words(key)} ({key.period}).",
            "Ziehen Sie die Freigabe zurück.",
            file=path.name,
        )
        for key in attacked.exact
    ]
    findings += unfounded(release)
    told = (
        [replace(releasing.TOO_MUCH_HIDDEN, file=path.name)] if protocol_page.failed(release.protocol) else []
    )
    told += [_printed_before(attacked.printed_before, path.name)] if attacked.printed_before else []
    summary = f"Prüfsummen und Unterschrift stimmen; {attacked.checked} gesperrte Werte von außen angegriffen, {len(attacked.exact)} errechnet"
    if values is not None and not findings:
        findings, proved = _with_values(release, before, values)
        told_of = "mit Befunden" if findings else "alle nachgewiesen"
        summary += f"; mit den inneren Werten: {proved} schutzbedürftige Werte, {told_of}"
    return Audited([*findings, *told], summary, attacked.hidden)


def write_page(path: Path, page: Path, values: Path | None = None) -> None:
    """Write the protocol of a release as a printable page; with `values` also what only the journal tells."""
    release = releases.read(path)
    record = values.parent / "journal" / "freigaben" / f"{release.name}.json" if values is not None else None
    inside = json.loads(record.read_text("utf-8")) if record is not None and record.exists() else None
    page.write_text(protocol_page.page(release, inside), "utf-8")


def _printed_before(keys: Sequence[CellKey], file: str) -> Finding:
    return Finding(
        f"{len(keys)} gesperrte Werte standen in einer früheren Freigabe, zum Beispiel {in_words(keys[0])} ({keys[0].period}).",
        "Wurden sie seither berichtigt, ist alles gut; sonst sind sie bekannt.",
        file=file,
        severity=Severity.WARNING,
    )


def _with_values(
    release: releases.Release, before: Sequence[releases.Release], values: Path
) -> tuple[list[Finding], int]:
    """Every cell that the rules protect, attacked with everything the release and its forerunners print."""
    municipality = municipalities.read(values.parent)
    counts = pq.read_table(values / "grundzahlen.parquet").to_pandas()
    delivered = _finest(counts, municipality)
    printed = [i["id"] for i in release.catalogue["indicators"]]
    plan = Plan.of(municipality.catalogue, printed, municipality.geographies)
    visible = _visible(release)
    findings: list[Finding] = []
    proved = 0
    for composed in compose_all(delivered, plan, _remembered(municipality, before, delivered)):
        read = as_read(composed, visible, release.catalogue.get("methods", ()))
        findings += _judge(read, visible, release.path.name)
        proved += int(composed.system.primary.sum())
    return findings, proved


def _remembered(
    municipality: municipalities.Municipality, before: Sequence[releases.Release], delivered: pd.DataFrame
) -> list[Earlier]:
    """Earlier releases with the counts they were made from: from the journal, else those of now."""
    known = journal.recall_all(municipality)
    return [
        known.get(old.name) or Earlier(delivered, frozenset(_visible(old)), frozenset()) for old in before
    ]


def _finest(counts: pd.DataFrame, municipality: municipalities.Municipality) -> pd.DataFrame:
    """The rows of each variable on the finest level it was delivered on."""
    ranks = {(g.version, level.id): level.rank for g in municipality.geographies for level in g.levels}
    rank = pd.Series(
        [ranks[v, level] for v, level in zip(counts["version"], counts["level"], strict=True)],
        index=counts.index,
    )
    lowest = rank.groupby(
        [counts["variable"], counts["version"], counts["period"], *(counts[d] != TOTAL for d in DIMENSIONS)]
    ).transform("min")
    return counts[rank == lowest].reset_index(drop=True)


def _visible(release: releases.Release) -> dict[str, float]:
    """Every printed count of a release, by the text of its key."""
    cells = seen(release).dropna(subset=["count"])
    keys = ["|".join(row) for row in cells[[*PLACE, "key"]].itertuples(index=False, name=None)]
    return dict(zip(keys, cells["count"], strict=True))


def _judge(composed: Composed, visible: dict[str, float], file: str) -> list[Finding]:
    system = composed.system
    wrong = [
        Finding(f"{in_words(key)} ({key.period}) steht anders in der Freigabe als in den inneren Werten.", "Geben Sie aus demselben Datenstand frei, den Sie prüfen.", file=file)
        for key, text, value, printed in zip(composed.keys, system.keys, system.values, system.publishable, strict=True)
        if printed and text in visible and abs(visible[text] - value) > 0.5
    ]  # fmt: skip
    if wrong:
        return wrong
    hidden = np.array([text not in visible for text in system.keys], dtype=bool)
    result = attack_system(system, hidden)
    if result.verdict == PASSED:
        return []
    keys = dict(zip(system.keys, composed.keys, strict=True))
    return [
        Finding(
            f"{in_words(keys[text])} ({composed.period}) ist nicht nachweislich geschützt.",
            "Ziehen Sie die Freigabe zurück.",
            file=file,
        )
        for text in (*result.failed, *result.unproved)
    ]
