"""What the gate would take away, in figures a person can weigh (Informationsverlust)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sozialraum.catalogue import Rule
from sozialraum.errors import Finding
from sozialraum.municipality import Municipality
from sozialraum.tables import NOT_ASSIGNABLE, Status
from sozialraum_inside import withdrawals
from sozialraum_inside.withdrawals import Withdrawal


@dataclass(frozen=True)
class Loss:
    """How many figures of a level or an indicator are hidden."""

    label: str
    hidden: int
    all: int

    @property
    def percent(self) -> float:
        """The share of hidden figures in percent."""
        return 100 * self.hidden / self.all if self.all else 0.0


@dataclass(frozen=True)
class Losses:
    """Hidden figures by level and by indicator, the strongest first."""

    hidden: int
    all: int
    levels: tuple[Loss, ...]
    indicators: tuple[Loss, ...]


def losses(path: Path, municipality: Municipality) -> Losses:
    """Count the hidden figures of a protected table of values."""
    table = pq.read_table(path, columns=["level", "version", "area", "indicator", "status"]).to_pandas()
    table = table[table["area"] != NOT_ASSIGNABLE]
    table["hidden"] = table["status"] == Status.SUPPRESSED
    labels = {x.id: x.plural or x.label for g in municipality.geographies for x in g.levels}
    order = {x.id: x.rank for g in municipality.geographies for x in g.levels}
    by_level = [
        Loss(labels.get(str(level), str(level)), int(part["hidden"].sum()), len(part))
        for level, part in sorted(table.groupby("level"), key=lambda item: -order.get(str(item[0]), 0))
    ]
    indicators = municipality.catalogue.indicators
    by_indicator = [
        Loss(
            indicators[str(name)].label if str(name) in indicators else str(name),
            int(part["hidden"].sum()),
            len(part),
        )
        for name, part in table.groupby("indicator")
    ]
    by_indicator = sorted((loss for loss in by_indicator if loss.hidden), key=lambda loss: -loss.percent)
    return Losses(int(table["hidden"].sum()), len(table), tuple(by_level), tuple(by_indicator))


@dataclass(frozen=True)
class Released:
    """One release with what its protocol says."""

    name: str
    created: str
    audience: str
    hidden: str
    protocol: Mapping[str, Any]
    withdrawn: Withdrawal | None = None


def released(municipality: Municipality) -> list[Released]:
    """All releases of the folder, the newest first."""
    found = []
    gone = withdrawals.withdrawn(municipality.folder)
    for path in municipality.releases.glob("*/protokoll.json"):
        try:
            protocol = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        found.append(
            Released(path.parent.name, str(protocol.get("created", "")), str(protocol.get("audience", "")),
                     str(protocol.get("hidden", "")), protocol, gone.get(path.parent.name))
        )  # fmt: skip
    return sorted(found, key=lambda r: r.created, reverse=True)


def rules(municipality: Municipality) -> list[tuple[Rule, list[str]]]:
    """The rules in force with the sources they hold for."""
    used = sorted(
        {p.name for p in municipality.deliveries.glob("*") if p.is_dir()}
        & set(municipality.catalogue.sources)
    )
    groups: dict[str, tuple[Rule, list[str]]] = {}
    for name in used:
        rule = municipality.catalogue.rule_of(name)
        groups.setdefault(rule.id, (rule, []))[1].append(municipality.catalogue.sources[name].label)
    return list(groups.values())


def free_name(municipality: Municipality, day: str) -> str:
    """A name for the next release: the day, with a number where it is taken."""
    name, number = day, 2
    while (municipality.releases / name).exists() or (
        municipality.journal / "freigaben" / f"{name}.json"
    ).exists():
        name = f"{day}-{number}"
        number += 1
    return name


def wrong_with_name(name: str) -> list[Finding]:
    """What hinders a name of a release."""
    if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,59}", name):
        return []
    return [
        Finding(
            "Der Name der Freigabe darf nur Buchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich enthalten.",
            "Zum Beispiel 2025-03.",
            column="name",
            value=name,
        )
    ]
