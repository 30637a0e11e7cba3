"""Exchange in SDMX, the language of statistical offices: values as SDMX-CSV 2.0, their structure as SDMX-ML 2.1 (Austausch).

SDMX-CSV 2.0: SDMX Technical Specification 3.0, field guide to SDMX-CSV. Structure: SDMX-ML 2.1, sections 3A and 3B. A hidden
value has an empty OBS_VALUE and the observation status of the standard code list CL_OBS_STATUS, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as Xml

from sozialraum import periods
from sozialraum.tables import Status

DIMENSIONS: Final = ("REF_AREA", "LEVEL", "VERSION", "INDICATOR")
ATTRIBUTES: Final = (
    "OBS_STATUS",
    "LOWER",
    "UPPER",
    "NUMERATOR",
    "DENOMINATOR",
    "UNIT_MEASURE",
    "COMMENT_OBS",
)
HEAD: Final = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES)
# CL_OBS_STATUS 2.2: A normal, Q missing, suppressed; M missing, data cannot exist; L missing, not collected; E estimated;
# P provisional; U low reliability
OBS_STATUS: Final[dict[str, str]] = {
    Status.OK: "A", Status.NONE: "A", Status.SUPPRESSED: "Q", Status.MISSING: "L", Status.NOT_MEANINGFUL: "M",
    Status.ESTIMATED: "E", Status.PROVISIONAL: "P", Status.UNRELIABLE: "U",
}  # fmt: skip
AGENCY: Final = "SOZIALRAUM"
_NAMES: Final = {
    "mes": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message",
    "str": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure",
    "com": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common",
}
_NOT_AN_ID = re.compile(r"[^A-Za-z0-9_@$-]")


def identifier(text: str) -> str:
    """A text as SDMX identifiers may be written: letters, digits, `_`, `-`, `@`, `$`."""
    return _NOT_AN_ID.sub("_", text)


def period(text: str) -> str:
    """A period as SDMX writes it: dates, years, quarters and months as they are, spans as start and duration."""
    parsed = periods.parse(text)
    if parsed.kind in (
        periods.PeriodKind.DATE,
        periods.PeriodKind.YEAR,
        periods.PeriodKind.QUARTER,
        periods.PeriodKind.MONTH,
    ):
        return text
    years = max(1, round((parsed.end - parsed.start).days / 365.25))
    return f"{parsed.start.isoformat()}/P{years}Y"


def structure_id(catalogue: Mapping[str, Any]) -> str:
    """The data structure of a municipality's releases."""
    return f"{AGENCY}:{identifier(str(catalogue['municipality']['id']).upper())}(1.0)"


def rows(catalogue: Mapping[str, Any], values: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Head and observations of SDMX-CSV 2.0."""
    units = {item["id"]: item["unit"] for item in catalogue["indicators"]}
    structure = structure_id(catalogue)
    yield list(HEAD)
    for row in values:
        shown = Status(row["status"]).has_value
        yield [
            "datastructure", structure, "I",
            identifier(row["area"]), identifier(row["level"]), identifier(row["version"]), identifier(row["indicator"]),
            period(row["period"]), _number(row["value"] if shown else None), OBS_STATUS[row["status"]],
            *(_number(row[name] if shown else None) for name in ("lower", "upper")),
            *(_number(row[name]) for name in ("numerator", "denominator")),
            units.get(row["indicator"], ""), "" if row["status"] == Status.SUPPRESSED else row["notes"] or "",
        ]  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def structure(catalogue: Mapping[str, Any]) -> str:
    """Code lists, concepts and data structure as one SDMX-ML 2.1 structure message."""
    for prefix, address in _NAMES.items():
        Xml.register_namespace(prefix, address)
    message = Xml.Element(_tag("mes", "Structure"))
    header = Xml.SubElement(message, _tag("mes", "Header"))
    Xml.SubElement(header, _tag("mes", "ID")).text = identifier(str(catalogue["release"]))
    Xml.SubElement(header, _tag("mes", "Test")).text = (
        "true" if catalogue["municipality"].get("synthetic") else "false"
    )
    Xml.SubElement(header, _tag("mes", "Prepared")).text = catalogue["created"]
    Xml.SubElement(header, _tag("mes", "Sender"), id=AGENCY)
    parts = Xml.SubElement(message, _tag("mes", "Structures"))
    _codelists(Xml.SubElement(parts, _tag("str", "Codelists")), catalogue)
    _concepts(Xml.SubElement(parts, _tag("str", "Concepts")))
    _definition(Xml.SubElement(parts, _tag("str", "DataStructures")), catalogue)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(message, encoding="unicode") + "\n"


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NAMES[prefix]}}}{name}"


def _named(parent: Xml.Element, name: str, id: str, words: str, **more: str) -> Xml.Element:
    element = Xml.SubElement(parent, _tag("str", name), {"id": id, **more})
    label = Xml.SubElement(element, _tag("com", "Name"))
    label.set("{http://www.w3.org/XML/1998/namespace}lang", "de")
    label.text = words
    return element


def _codelists(parent: Xml.Element, catalogue: Mapping[str, Any]) -> None:
    areas = {identifier(item["code"]): item["name"] for item in catalogue["areas"]}
    levels = {
        identifier(level["id"]): level["label"]
        for version in catalogue["versions"]
        for level in version["levels"]
    }
    versions = {identifier(item["id"]): item["label"] for item in catalogue["versions"]}
    indicators = {identifier(item["id"]): item["label"] for item in catalogue["indicators"]}
    lists = (
        ("CL_REF_AREA", "Gebiete", areas),
        ("CL_LEVEL", "Gebietsebenen", levels),
        ("CL_VERSION", "Gebietsstände", versions),
        ("CL_INDICATOR", "Kennzahlen", indicators),
    )
    for id, words, codes in lists:
        listed = _named(parent, "Codelist", id, words, agencyID=AGENCY, version="1.0")
        for code, label in sorted(codes.items()):
            _named(listed, "Code", code, label or code)  # fmt: skip


CONCEPTS: Final = {
    "REF_AREA": "Gebiet", "LEVEL": "Gebietsebene", "VERSION": "Gebietsstand", "INDICATOR": "Kennzahl", "TIME_PERIOD": "Zeitraum",
    "OBS_VALUE": "Wert", "OBS_STATUS": "Zustand", "LOWER": "untere Grenze, 95 %", "UPPER": "obere Grenze, 95 %", "NUMERATOR": "Zähler",
    "DENOMINATOR": "Nenner", "UNIT_MEASURE": "Einheit", "COMMENT_OBS": "Bemerkung",
}  # fmt: skip


def _concepts(parent: Xml.Element) -> None:
    scheme = _named(parent, "ConceptScheme", "CS_SOZIALRAUM", "Begriffe", agencyID=AGENCY, version="1.0")
    for id, words in CONCEPTS.items():
        _named(scheme, "Concept", id, words)


def _definition(parent: Xml.Element, catalogue: Mapping[str, Any]) -> None:
    id = identifier(str(catalogue["municipality"]["id"]).upper())
    name = f"Sozialraummonitoring {catalogue['municipality']['name']}"
    found = _named(parent, "DataStructure", id, name, agencyID=AGENCY, version="1.0")
    parts = Xml.SubElement(found, _tag("str", "DataStructureComponents"))
    keys = Xml.SubElement(parts, _tag("str", "DimensionList"), id="DimensionDescriptor")
    for position, dimension in enumerate(DIMENSIONS, 1):
        _component(keys, "Dimension", dimension, f"CL_{dimension}", position=str(position))
    _component(keys, "TimeDimension", "TIME_PERIOD", "", position=str(len(DIMENSIONS) + 1))
    attributes = Xml.SubElement(parts, _tag("str", "AttributeList"), id="AttributeDescriptor")
    for attribute in ATTRIBUTES:
        element = _component(attributes, "Attribute", attribute, "", assignmentStatus="Conditional")
        relation = Xml.SubElement(element, _tag("str", "AttributeRelationship"))
        _reference(relation, "PrimaryMeasure", id="OBS_VALUE")
    measures = Xml.SubElement(parts, _tag("str", "MeasureList"), id="MeasureDescriptor")
    _component(measures, "PrimaryMeasure", "OBS_VALUE", "")


def _component(parent: Xml.Element, kind: str, id: str, codelist: str, **more: str) -> Xml.Element:
    element = Xml.SubElement(parent, _tag("str", kind), {"id": id, **more})
    _reference(
        element,
        "ConceptIdentity",
        id=id,
        maintainableParentID="CS_SOZIALRAUM",
        maintainableParentVersion="1.0",
        agencyID=AGENCY,
    )
    representation = (
        Xml.SubElement(element, _tag("str", "LocalRepresentation"))
        if codelist or kind == "TimeDimension"
        else None
    )
    if codelist and representation is not None:
        _reference(representation, "Enumeration", id=codelist, version="1.0", agencyID=AGENCY)
    elif representation is not None:
        Xml.SubElement(representation, _tag("str", "TextFormat"), textType="ObservationalTimePeriod")
    return element


def _reference(parent: Xml.Element, name: str, **attributes: str) -> None:
    holder = Xml.SubElement(parent, _tag("str", name))
    Xml.SubElement(holder, "Ref", attributes)
