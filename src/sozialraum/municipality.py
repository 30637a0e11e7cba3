"""One municipality's folder as one object (Kommune): name, areas, catalogue, where its deliveries and releases lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum import catalogue as catalogues
from sozialraum.area_files import read_geography
from sozialraum.areas import Geography
from sozialraum.catalogue import Catalogue
from sozialraum.catalogue.loader import check, read_toml
from sozialraum.errors import CatalogueError, Finding, SozialraumError, errors_of


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
    settings = read_toml(path)
    block = settings.get("kommune", {})
    missing = [name for name in ("id", "name", "ags") if not block.get(name)]
    if missing:
        raise SozialraumError(
            [
                Finding(f"[kommune] braucht „{name}“.", "Ergänzen Sie die Angabe.", file="kommune.toml")
                for name in missing
            ]
        )
    catalogue = _catalogue(folder, settings)
    geographies = _geographies(folder, settings.get("gebiete", {}), (str(block["ags"]), block["name"]))
    return Municipality(
        folder=folder,
        id=block["id"],
        name=block["name"],
        ags=str(block["ags"]),
        kind=block.get("kind", "Stadt"),
        land=block.get("land", ""),
        synthetic=bool(block.get("synthetic", False)),
        office=settings.get("stelle", {}),
        audience=settings.get("freigabe", {}).get("audience", "öffentlich"),
        current_version=settings.get("gebiete", {}).get("current", geographies[-1].version),
        geographies=geographies,
        catalogue=catalogue,
        active_indicators=frozenset(settings.get("kennzahlen", {}).get("active", ()))
        or frozenset(catalogue.indicators),
        active_indices=frozenset(settings.get("indizes", {}).get("active", ()))
        or frozenset(catalogue.indices),
    )


def _catalogue(folder: Path, settings: Mapping[str, Any]) -> Catalogue:
    joined = catalogues.shipped().joined(
        catalogues.load(folder / "kennzahlen", index_folder=folder / "indizes")
    )
    sources = {
        name: joined.sources[name].model_copy(update=dict(override))
        for name, override in settings.get("quellen", {}).items()
        if name in joined.sources
    }
    joined = replace(joined, sources={**joined.sources, **sources})
    own = set(settings.get("indizes", {}).get("active", ())) or {
        path.stem for path in (folder / "indizes").glob("*.toml")
    }
    joined = replace(joined, indices={name: index for name, index in joined.indices.items() if name in own})
    wrong = errors_of(check(joined))
    unknown = set(settings.get("kennzahlen", {}).get("active", ())) - set(joined.indicators)
    wrong += [
        Finding(
            f"Die Kennzahl „{name}“ gibt es im Katalog nicht.",
            "Prüfen Sie [kennzahlen] active.",
            file="kommune.toml",
        )
        for name in sorted(unknown)
    ]
    if wrong:
        raise CatalogueError(wrong)
    return joined


def _geographies(
    folder: Path, block: Mapping[str, Any], municipality: tuple[str, str]
) -> tuple[Geography, ...]:
    versions = block.get("versionen", [])
    if not versions:
        raise SozialraumError(
            Finding(
                "Es ist kein Gebietsstand beschrieben.",
                "Ergänzen Sie [[gebiete.versionen]].",
                file="kommune.toml",
            )
        )
    findings: list[Finding] = []
    geographies = []
    for version in versions:
        try:
            geographies.append(read_geography(folder, version, municipality))
        except SozialraumError as error:
            findings.extend(error.findings)
    if findings:
        raise SozialraumError(findings)
    return tuple(geographies)
