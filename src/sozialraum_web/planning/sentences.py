"""Sentences about figures that planning keeps (Sätze)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sozialraum import periods
from sozialraum.products import draw
from sozialraum.tables import Status
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning.models import Finding


def figure(value: float | None, unit: str, decimals: int, status: str = Status.OK) -> str:
    """A figure with unit, or its state in words."""
    if value is None:
        return draw.STATUS_WORDS.get(status or Status.MISSING, "")
    return draw.number(value, decimals, unit=unit)


def interval(lower: float | None, upper: float | None, decimals: int) -> str:
    """The limits, empty without them."""
    return draw.interval_text(lower, upper, decimals)


def compared(value: float | None, lower: float | None, upper: float | None, benchmark: float | None) -> str:
    """Whether a value can be told from the municipality's."""
    if value is None or benchmark is None or lower is None or upper is None:
        return ""
    if lower > benchmark:
        return _("gesichert darüber")
    return _("gesichert darunter") if upper < benchmark else _("statistisch nicht zu unterscheiden")


def finding_title(place: Place, kept: Mapping[str, Any]) -> str:
    """A first wording of a finding from its figure, for people to edit."""
    area = kept["areas"][0].name
    value = figure(kept["value"], kept["unit"], kept["decimals"], kept["status"])
    town = figure(kept["benchmark"], kept["unit"], kept["decimals"]) if kept["benchmark"] is not None else ""
    beside = f" ({place.catalogue.town.name}: {town})" if town else ""
    return f"{area}: {kept['indicator_label']} {value}{beside}, {periods.label(kept['period'])}"


def evidence_line(finding: Finding) -> str:
    """The kept figure in one line, with interval, comparison and data state."""
    parts = [
        f"{finding.indicator_label} {figure(finding.value, finding.unit, finding.decimals, finding.status)}",
        f"95 %: {text}" if (text := interval(finding.lower, finding.upper, finding.decimals)) else "",
        _("Kommune insgesamt %s") % figure(finding.benchmark, finding.unit, finding.decimals)
        if finding.benchmark is not None
        else "",
        compared(finding.value, finding.lower, finding.upper, finding.benchmark),
        periods.label(finding.period) if finding.period else "",
    ]
    return " · ".join(part for part in parts if part)
