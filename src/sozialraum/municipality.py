"""One municipality's folder as one object (Kommune): name, areas, catalogue, where its deliveries and releases lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from sozialraum import catalogue as catalogues
from sozialraum.address_files import AddressBlock
from sozialraum.area_files import read_geography
from sozialraum.areas import Area, Geography, Level
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import check, in_german, read_toml
from sozialraum.catalogue.model import Record, Source
from sozialraum.catalogue.own_rules import with_own_rules
from sozialraum.crosswalk_files import CrosswalkBlock, read_crosswalks, targets
from sozialraum.disclosure.methods import Method, refused
from sozialraum.errors import CatalogueError, Finding, SozialraumError, errors_of
from sozialraum.recoding import Crosswalk
from sozialraum.registers import Seclusion
from sozialraum.tables import COMPARISON_LEVEL, MUNICIPALITY_LEVEL

SETTINGS = "kommune.toml"


class Identity(Record):
    """[kommune]: who it is."""

    id: str = Field(min_length=1, pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=1)
    ags: str = Field(min_length=1)
    kind: str = "Stadt"
    land: str = ""
    synthetic: bool = False


class AreaCorrection(Record):
    """A known wrong key in a file of areas: where `property` equals a value, the code becomes another."""

    code: str
    property: str
    equals: str | float
    becomes: str


class MergedAreas(Record):
    """merged of a level: areas that statistics publish together, as one area (zusammengelegte Gebiete)."""

    code: str
    name: str
    parts: tuple[str, ...] = Field(min_length=2)


class LevelBlock(Record):
    """[[gebiete.versionen.ebenen]]: one level and the file its areas stand in."""

    id: str
    label: str = ""
    plural: str = ""
    file: str = ""
    layer: str = ""
    encoding: str = ""
    separator: str = ""
    code: str = "code"
    name: str = "name"
    parent: str = "parent"
    parent_prefix: int = Field(0, ge=1)
    width: int = Field(0, ge=0)
    crs: str = Field("", pattern=r"^(EPSG:\d{4,6})?$")
    axes: Literal["", "yx"] = ""
    corrections: tuple[AreaCorrection, ...] = ()
    merged: tuple[MergedAreas, ...] = ()

    @model_validator(mode="after")
    def _names_its_file(self) -> LevelBlock:
        if not self.file and self.id != MUNICIPALITY_LEVEL:
            raise ValueError(f"Die Ebene „{self.id}“ nennt keine Datei („file“)")
        return self


class VersionBlock(Record):
    """[[gebiete.versionen]]: one version of the areas (Gebietsstand) and when it was in force."""

    id: str
    label: str = ""
    valid_from: str = ""
    valid_until: str = ""
    ebenen: tuple[LevelBlock, ...] = ()

    @field_validator("id", "valid_from", "valid_until", mode="before")
    @classmethod
    def _as_text(cls, day: object) -> object:
        """TOML has dates and numbers of its own: they need no quotes."""
        return str(day) if isinstance(day, (date, int)) else day


class ComparatorBlock(Record):
    """[[gebiete.vergleich]]: a larger area that the municipality compares itself with."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kind: str = ""


class AreasBlock(Record):
    """[gebiete]: all versions, and which one is current."""

    current: str = ""
    umrechnen_auf: str | tuple[str, ...] = ()
    versionen: tuple[VersionBlock, ...] = ()
    umstiege: tuple[CrosswalkBlock, ...] = ()
    adressen: tuple[AddressBlock, ...] = ()
    vergleich: tuple[ComparatorBlock, ...] = ()


class Choice(Record):
    """[kennzahlen] or [indizes]: what is computed; empty means everything there is."""

    active: tuple[str, ...] = ()


class ReleaseBlock(Record):
    """[freigabe]: whom a release is for."""

    audience: Literal["intern", "öffentlich"] = "öffentlich"


class ProtectionBlock(Record):
    """[geheimhaltung]: methods other than suppression, by the name of a variable or source."""

    verfahren: Mapping[str, Method] = Field(default_factory=dict)


class Settings(Record):
    """Everything that kommune.toml may say."""

    kommune: Identity
    stelle: Mapping[str, str] = Field(default_factory=dict)
    gebiete: AreasBlock = AreasBlock()
    kennzahlen: Choice = Choice()
    indizes: Choice = Choice()
    quellen: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    freigabe: ReleaseBlock = ReleaseBlock()
    geheimhaltung: ProtectionBlock = ProtectionBlock()
    abschottung: Seclusion | None = None
    engine: Literal["duckdb", "spark"] = "duckdb"


@dataclass(frozen=True)
class Municipality:
    """A town, city or district with everything that its folder says about it."""

    folder: Path
    id: str
    name: str
    ags: str
    kind: str
    land: str
    synthetic: bool
    office: Mapping[str, str]
    audience: str
    current_version: str
    geographies: tuple[Geography, ...]
    catalogue: Catalogue
    active_indicators: frozenset[str]
    active_indices: frozenset[str]
    crosswalks: tuple[Crosswalk, ...] = ()
    recode_to: tuple[str, ...] = ()
    addresses: tuple[AddressBlock, ...] = ()
    comparators: tuple[ComparatorBlock, ...] = ()
    seclusion: Seclusion | None = None
    engine: Literal["duckdb", "spark"] = "duckdb"
    methods: Mapping[str, Method] = field(default_factory=dict)

    @property
    def deliveries(self) -> Path:
        """Where deliveries lie as received (Lieferungen)."""
        return self.folder / "lieferungen"

    @property
    def values(self) -> Path:
        """Where unprotected values are written, inside only (Werte)."""
        return self.folder / "werte"

    @property
    def releases(self) -> Path:
        """Where releases are written (Freigaben)."""
        return self.folder / "freigaben"

    @property
    def journal(self) -> Path:
        """The inside record of what was done (Journal)."""
        return self.folder / "journal"

    @property
    def comparison(self) -> Geography:
        """The areas beyond the municipality, as a version of their own that always holds."""
        level = Level(COMPARISON_LEVEL, "Vergleichsgebiet", "Vergleichsgebiete", 0)
        areas = tuple(Area(c.code, c.name, COMPARISON_LEVEL, "") for c in self.comparators)
        return Geography(self.current_version, "Vergleichsgebiete", (level,), areas)

    def geography(self, version: str) -> Geography:
        """The areas of one version; raises KeyError."""
        return next(g for g in self.geographies if g.version == version)


def read(folder: Path) -> Municipality:
    """Read a municipality folder; raises SozialraumError with all findings."""
    path = folder / "kommune.toml"
    if not path.exists():
        raise SozialraumError(
            Finding(
                f"Im Ordner „{folder.name}“ fehlt kommune.toml.",
                "Legen Sie ihn mit „sozialraum new ORDNER“ an.",
                file="kommune.toml",
            )
        )
    settings = _settings(path)
    findings: list[Finding] = []
    catalogue = _collected(findings, partial(_catalogue, folder, settings))
    geographies = _geographies(folder, settings, findings)
    crosswalks = _crosswalks(folder, settings, geographies, catalogue, findings)
    methods = _methods(settings.geheimhaltung, catalogue, findings) if catalogue is not None else {}
    if findings or catalogue is None:
        raise SozialraumError(findings)
    identity, active = settings.kommune, settings.kennzahlen.active
    return Municipality(
        folder=folder,
        id=identity.id,
        name=identity.name,
        ags=identity.ags,
        kind=identity.kind,
        land=identity.land,
        synthetic=identity.synthetic,
        office=settings.stelle,
        audience=settings.freigabe.audience,
        current_version=settings.gebiete.current or geographies[-1].version,
        geographies=geographies,
        catalogue=catalogue,
        active_indicators=frozenset(active or catalogue.indicators),
        active_indices=frozenset(settings.indizes.active or catalogue.indices),
        crosswalks=crosswalks,
        recode_to=targets(settings.gebiete.umrechnen_auf),
        addresses=settings.gebiete.adressen,
        comparators=settings.gebiete.vergleich,
        seclusion=settings.abschottung,
        engine=settings.engine,
        methods=methods,
    )


def _settings(path: Path) -> Settings:
    try:
        return Settings.model_validate(read_toml(path))
    except ValidationError as error:
        raise SozialraumError([_wrong(sentence) for sentence in in_german(error)]) from error


def _wrong(
    message: str, remedy: str = "Berichtigen Sie die Angabe; „sozialraum new ORDNER“ schreibt ein Muster."
) -> Finding:
    return Finding(message, remedy, file=SETTINGS)


T = TypeVar("T")


def _collected(findings: list[Finding], read: Callable[[], T]) -> T | None:
    """What `read` returns; what it raises is added to the findings."""
    try:
        return read()
    except SozialraumError as error:
        findings.extend(error.findings)
        return None


def _catalogue(folder: Path, settings: Settings) -> Catalogue:
    municipal = catalogues.load(folder / "kennzahlen", index_folder=folder / "indizes")
    joined = with_own_rules(catalogues.shipped().joined(municipal), folder)
    wrong: list[Finding] = []
    sources = {name: _overridden(joined, name, block, wrong) for name, block in settings.quellen.items()}
    joined = replace(joined, sources={**joined.sources, **{k: s for k, s in sources.items() if s}})
    own = set(settings.indizes.active) or set(municipal.indices)
    for what, names, there in (
        ("Die Kennzahl", settings.kennzahlen.active, joined.indicators),
        ("Den Index", settings.indizes.active, joined.indices),
    ):
        wrong += [
            _wrong(f"{what} „{name}“ gibt es im Katalog nicht.", "Prüfen Sie „active“.")
            for name in sorted(set(names) - set(there))
        ]
    joined = replace(joined, indices={name: index for name, index in joined.indices.items() if name in own})
    wrong += errors_of(check(joined))
    if wrong:
        raise CatalogueError(wrong)
    return joined


def _methods(block: ProtectionBlock, catalogue: Catalogue, findings: list[Finding]) -> dict[str, Method]:
    """The method of each variable; a source stands for its variables, a variable of its own wins."""
    by_source: dict[str, Method] = {}
    by_name: dict[str, Method] = {}
    for name, method in block.verfahren.items():
        if name in catalogue.variables:
            by_name[name] = method
        elif name in catalogue.sources:
            by_source |= {
                v.id: method for v in catalogue.variables.values() if v.source == name and not v.magnitude
            }
        else:
            findings.append(
                _wrong(
                    f"[geheimhaltung.verfahren.{name}]: Weder ein Merkmal noch eine Quelle heißt so.",
                    "Prüfen Sie die Schreibweise.",
                )
            )
    methods = by_source | by_name
    findings += [
        _wrong(f"[geheimhaltung.verfahren] {why}", remedy) for why, remedy in refused(methods, catalogue)
    ]
    return methods


def _overridden(
    catalogue: Catalogue, name: str, block: Mapping[str, Any], wrong: list[Finding]
) -> Source | None:
    """A source with what the municipality says otherwise; None, with a finding, when that does not fit."""
    if name not in catalogue.sources:
        wrong.append(
            _wrong(f"[quellen.{name}]: Die Quelle gibt es im Katalog nicht.", "Prüfen Sie die Schreibweise.")
        )
        return None
    try:
        return Source.model_validate({**catalogue.sources[name].model_dump(), **block})
    except ValidationError as error:
        wrong += [_wrong(f"[quellen.{name}] {sentence}") for sentence in in_german(error)]
        return None


def _geographies(folder: Path, settings: Settings, findings: list[Finding]) -> tuple[Geography, ...]:
    block, municipality = settings.gebiete, (settings.kommune.ags, settings.kommune.name)
    if not block.versionen:
        findings.append(
            _wrong("Es ist kein Gebietsstand beschrieben.", "Ergänzen Sie [[gebiete.versionen]].")
        )
    if block.current and block.current not in {version.id for version in block.versionen}:
        findings.append(
            _wrong(
                f"Den Gebietsstand „{block.current}“ gibt es nicht.", "Prüfen Sie „current“ unter [gebiete]."
            )
        )
    read = [
        _collected(
            findings, partial(read_geography, folder, version.model_dump(exclude_unset=True), municipality)
        )
        for version in block.versionen
    ]
    return tuple(geography for geography in read if geography)


def _crosswalks(
    folder: Path,
    settings: Settings,
    geographies: tuple[Geography, ...],
    catalogue: Catalogue | None,
    findings: list[Finding],
) -> tuple[Crosswalk, ...]:
    if findings or catalogue is None:
        return ()
    wanted = targets(settings.gebiete.umrechnen_auf)
    read = partial(
        read_crosswalks, folder, settings.gebiete.umstiege, geographies, catalogue.variables, wanted
    )
    return _collected(findings, read) or ()
