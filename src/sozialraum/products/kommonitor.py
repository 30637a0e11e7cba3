"""Exchange with KomMonitor: its metadata of an indicator, and its time series of an area level (Austausch mit KomMonitor).

The names of the fields are those of KomMonitor's data management (github.com/KomMonitor). A hidden value is given as null,
which KomMonitor shows as "no data"; it is never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sozialraum import periods
from sozialraum.tables import MUNICIPALITY_LEVEL, NOT_ASSIGNABLE, Status

Row = Mapping[str, Any]
TYPES = {"count": "STATUS_ABSOLUTE", "index": "STATUS_STANDARDIZED", "change": "DYNAMIC_RELATIVE"}
COLOURS = {"neutral": "Blues", "higher_worse": "Oranges", "higher_better": "Greens"}
DATE = "DATE_"


def metadata(catalogue: Mapping[str, Any], indicator: Mapping[str, Any], values: Sequence[Row]) -> dict[str, Any]:  # fmt: skip
    """What KomMonitor wants to know of an indicator before it takes its time series."""
    source = next(s for s in catalogue["sources"] if s["id"] == indicator["source"])
    topic = next((t["label"] for t in catalogue["topics"] if t["id"] == indicator["topic"]), "")
    return {
        "indicatorName": indicator["label"],
        "abbreviation": indicator["short"],
        "characteristicValue": "",
        "indicatorType": TYPES.get(indicator["kind"], "STATUS_RELATIVE"),
        "creationType": "INSERTION",
        "unit": indicator["unit"],
        "precision": indicator["decimals"],
        "processDescription": f"{indicator['definition']} {indicator['formula']}".strip(),
        "interpretation": indicator["caveat"],
        "isHeadlineIndicator": indicator["headline"],
        "lowestSpatialUnitForComputation": next((label for label, *_ in _levels(catalogue, indicator)), ""),
        "defaultClassificationMapping": _classification(indicator),
        "topicReference": topic,
        "referencedIndicators": [],
        "referencedGeoresources": [],
        "referenceDateNote": ", ".join(periods.label(p) for p in indicator["periods"][-1:]),
        "regionalReferenceValues": list(_regional(values)),
        "tags": [topic] if topic else [],
        "metadata": {
            "description": indicator["definition"],
            "datasource": source["provider"],
            "databasis": source["label"],
            "contact": catalogue["office"]["email"] or catalogue["office"]["name"],
            "updateInterval": "YEARLY" if source["rhythm"].startswith("jährlich") else "ARBITRARY",
            "lastUpdate": catalogue["created"][:10],
            "literature": source["citation"],
            "note": f"Freigabe {catalogue['release']}. Leere Werte sind gesperrt, unbekannt oder nicht sinnvoll, nie null.",
            "sridEPSG": 4326,
        },
    }


def _levels(catalogue: Mapping[str, Any], indicator: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Label, version and id of the levels an indicator is given on, the finest first."""
    for version in catalogue["versions"]:
        for level in version["levels"]:
            if level["id"] in indicator["levels"].get(version["id"], ()):
                yield level["label"], version["id"], level["id"]


def _classification(indicator: Mapping[str, Any]) -> dict[str, Any]:
    """The fixed class limits per level, as KomMonitor's own classification."""
    breaks = [
        {"spatialUnit": place.partition("/")[2], "breaks": limits}
        for place, limits in indicator["classes"].items()
    ]
    return {
        "colorBrewerSchemeName": COLOURS[indicator["polarity"]],
        "numClasses": max((len(item["breaks"]) + 1 for item in breaks), default=5),
        "classificationMethod": "REGIONAL_DEFAULT" if breaks else "QUANTILE",
        "items": breaks,
    }


def _regional(values: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The whole town, and the cases that cannot be placed in any area, per date."""
    for period in sorted({row["period"] for row in values}, key=periods.parse):
        rows = [row for row in values if row["period"] == period]
        town = next((row for row in rows if row["level"] == MUNICIPALITY_LEVEL), None)
        lost = next((row for row in rows if row["area"] == NOT_ASSIGNABLE), None)
        yield {
            "referenceDate": periods.parse(period).end.isoformat(),
            "regionalSum": town and town["numerator"],
            "regionalAverage": town and town["value"],
            "spatiallyUnassignable": lost and lost["numerator"],
        }


def series(values: Sequence[Row], names: Mapping[str, str]) -> list[list[Any]]:
    """The time series of one indicator on one level: `ID`, `NAME`, one column `DATE_…` per date; None where there is no figure."""
    dates = {row["period"]: periods.parse(row["period"]).end.isoformat() for row in values}
    ordered = sorted(dates, key=periods.parse)
    shown = {
        (row["area"], row["period"]): None if row["status"] in (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL) else row["value"]
        for row in values
    }  # fmt: skip
    areas = sorted({row["area"] for row in values} - {NOT_ASSIGNABLE})
    header = ["ID", "NAME", *(f"{DATE}{dates[period]}" for period in ordered)]
    return [
        header,
        *([area, names.get(area, ""), *(shown.get((area, p)) for p in ordered)] for area in areas),
    ]


def levels_of(catalogue: Mapping[str, Any], indicator: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Version and level of every time series of an indicator, the town as a whole left out."""
    return [
        (version, level) for _, version, level in _levels(catalogue, indicator) if level != MUNICIPALITY_LEVEL
    ]
