"""Vector files of areas read in the bounded process: Shapefile, GeoPackage, GeoJSON, WFS answers, KML (Gebietslayer)."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sozialraum import bounded
from sozialraum.areas import WGS84
from sozialraum.errors import AreaError, Finding

LARGEST: Final = 1024**3
# Where areas of a German municipality can lie, in degrees: west, south, east, north.
GERMANY: Final = (5.5, 47.0, 15.5, 55.2)
# What coordinates tell when a file names no system: easting from, to, system, its name.
_BY_EASTING: Final = (
    (2_400_000, 2_700_000, "EPSG:31466", "Gauß-Krüger, 2. Streifen"),
    (3_200_000, 3_800_000, "EPSG:31467", "Gauß-Krüger, 3. Streifen"),
    (4_300_000, 4_700_000, "EPSG:31468", "Gauß-Krüger, 4. Streifen"),
    (5_300_000, 5_600_000, "EPSG:31469", "Gauß-Krüger, 5. Streifen"),
    (32_200_000, 32_950_000, "EPSG:4647", "UTM 32 mit vorangestellter Zone"),
    (33_200_000, 33_650_000, "EPSG:5650", "UTM 33 mit vorangestellter Zone"),
    (200_000, 950_000, "EPSG:25832", "ETRS89/UTM 32"),
)

Record = tuple[Mapping[str, Any], bytes | None]


@dataclass(frozen=True)
class Layer:
    """One layer of a vector file: records of properties and WKB in `crs` (empty when the file names none)."""

    records: Sequence[Record]
    crs: str


def read_layer(path: Path, *, layer: str = "", crs: str = "", axes: str = "") -> list[Record]:
    """The records of a layer in WGS 84.

    `crs` is for files that name no coordinate system, `axes = "yx"` for those that give north before east. Raises
    AreaError with place and remedy; a system is never guessed, only suggested.
    """
    try:
        stat = path.stat()
        if stat.st_size > LARGEST:
            raise _refused(
                path,
                "Die Gebietsdatei ist größer als 1 GB.",
                "Exportieren Sie nur die Ebene, die gebraucht wird.",
            )
        found, problem = bounded.call("layers", {"path": str(path.absolute()), "layer": layer})
    except OSError as error:
        raise _refused(
            path, "Die Gebietsdatei lässt sich nicht öffnen.", "Prüfen Sie Zugriffsrechte und Netzlaufwerk."
        ) from error
    except bounded.ReadingStoppedError as stopped:
        raise _refused(
            path,
            "Die Gebietsdatei lässt sich nicht lesen (beschädigt oder zu groß).",
            "Exportieren Sie sie neu als GeoPackage.",
        ) from stopped
    if problem:
        raise _refused(path, *problem)
    return _in_degrees(path, Layer([(p, g) for p, g in found["records"]], found["crs"]), crs, axes)


def _refused(path: Path, message: str, remedy: str) -> AreaError:
    return AreaError(Finding(message, remedy, file=path.name))


def _in_degrees(path: Path, layer: Layer, crs: str, axes: str) -> list[Record]:
    import numpy as np
    import shapely

    placed = [i for i, (_, geometry) in enumerate(layer.records) if geometry is not None]
    if not placed:
        return list(layer.records)
    shapes = shapely.from_wkb([layer.records[i][1] for i in placed], on_invalid="ignore")
    if axes == "yx":
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    source = layer.crs or crs
    if not source:
        source = _degrees_or_refuse(path, shapes)
    if source != WGS84:
        shapes = _reprojected_or_refuse(path, shapes, source)
    _refuse_elsewhere(path, shapes, axes)
    geometry = shapely.to_wkb(shapes)
    records = list(layer.records)
    for i, wkb in zip(placed, np.asarray(geometry), strict=True):
        records[i] = (records[i][0], None if wkb is None else bytes(wkb))
    return records


def _reprojected_or_refuse(path: Path, shapes: Any, source: str) -> Any:
    from pyproj.exceptions import ProjError

    try:
        return reproject(shapes, source, WGS84)
    except ProjError as error:
        raise _refused(path, "Das Koordinatensystem der Datei lässt sich nicht umrechnen.", 'Fragen Sie nach und setzen Sie crs = "EPSG:25832" bei der Ebene in kommune.toml, oder exportieren Sie die Gebiete neu.') from error  # fmt: skip


def _degrees_or_refuse(path: Path, shapes: Any) -> str:
    import shapely

    west, south, east, north = shapely.total_bounds(shapes)
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return WGS84
    likely = next(
        ((code, name) for low, high, code, name in _BY_EASTING if low <= west and east <= high), None
    )
    hint = f" Die Werte sehen nach {likely[1]} aus." if likely else ""
    remedy = f'Fragen Sie nach und setzen Sie crs = "{likely[0] if likely else "EPSG:25832"}" bei der Ebene in kommune.toml.'
    raise _refused(
        path, f"Die Datei nennt kein Koordinatensystem (bei Shapefiles fehlt die .prj-Datei).{hint}", remedy
    )


def _refuse_elsewhere(path: Path, shapes: Any, axes: str) -> None:
    """Areas outside Germany, all or some of them, show a wrong or a mixed coordinate system."""
    import numpy as np
    import shapely

    bounds = shapely.bounds(shapes)  # nan for an empty shape
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    known = np.isfinite(x) & np.isfinite(y)
    west, south, east, north = GERMANY
    inside = (x > west) & (x < east) & (y > south) & (y < north)
    wrong = int((known & ~inside).sum())
    if not wrong:
        return
    swapped = (y > west) & (y < east) & (x > south) & (x < north)
    if (swapped | ~known).all() and axes != "yx":
        raise _refused(path, "Die Gebiete liegen nicht in Deutschland; Rechts- und Hochwert sind vermutlich vertauscht.", 'Setzen Sie axes = "yx" bei der Ebene in kommune.toml.')  # fmt: skip
    if wrong < known.sum():
        row = int(np.flatnonzero(known & ~inside)[0]) + 1
        raise AreaError(
            Finding(
                f"{wrong} von {int(known.sum())} Gebieten liegen weit außerhalb der anderen: Die Datei mischt vermutlich zwei Koordinatensysteme.",
                "Exportieren Sie alle Gebiete in demselben Koordinatensystem.", file=path.name, row=row,
            )
        )  # fmt: skip
    raise _refused(path, "Die Gebiete liegen nicht in Deutschland; das Koordinatensystem der Datei stimmt vermutlich nicht.", "Exportieren Sie sie neu, am besten als GeoPackage in EPSG:25832.")  # fmt: skip


def reproject(shapes: Any, source: str, target: str) -> Any:
    """Shapely geometries (one or an array) from one coordinate system to another, x before y.

    `source` may be any definition PROJ knows, also one with a false easting of its own.
    """
    import numpy as np
    import shapely
    from pyproj import CRS, Transformer

    transformer = Transformer.from_crs(CRS.from_user_input(source).to_2d(), target, always_xy=True)
    return shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


# -- inside the process -------------------------------------------------------------------------------------------------


def parse_layers(path: str, layer: str) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """Parse a vector file into plain records, or say what is wrong with it; runs in the reading process."""
    place = Path(path)
    try:
        suffixes = [suffix.lower() for suffix in place.suffixes]
        found = _geojson(place) if ".geojson" in suffixes or ".json" in suffixes else _vector(place, layer)
    except AreaError as error:
        finding = error.findings[0]
        return {}, (finding.message, finding.remedy)
    return {"records": list(found.records), "crs": found.crs}, None


def _geojson(path: Path) -> Layer:
    import shapely

    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            with gzip.open(path) as packed:
                content = packed.read(LARGEST)
        document = json.loads(content)
        features = [dict(feature) for feature in document["features"]]
        crs = _named_crs(document)
        records = []
        for feature in features:
            geometry = feature.get("geometry")
            wkb = None
            if geometry:
                try:
                    wkb = bytes(shapely.to_wkb(shapely.from_geojson(json.dumps(geometry))))
                except (shapely.errors.ShapelyError, ValueError):
                    wkb = bytes(shapely.to_wkb(shapely.Polygon()))
            records.append((_plain(feature.get("properties") or {}), wkb))
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
        raise _refused(
            path,
            "Die Datei ist kein lesbares GeoJSON (abgeschnitten oder beschädigt).",
            "Exportieren Sie sie neu.",
        ) from error
    return Layer(records, crs)


def _named_crs(document: Mapping[str, Any]) -> str:
    """The coordinate system that a GeoJSON names, WGS 84 where it names none; raises ValueError when it does not exist."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    named = str((document.get("crs") or {}).get("properties", {}).get("name", WGS84))
    name = named.replace("urn:ogc:def:crs:", "").replace("::", ":")
    try:
        return WGS84 if name == "OGC:1.3:CRS84" else str(CRS.from_user_input(name).to_string())
    except CRSError as error:
        raise ValueError(name) from error


def _vector(path: Path, layer: str) -> Layer:
    import pyogrio
    import pyogrio.raw

    source = _in_archive(path) if path.suffix.lower() == ".zip" else str(path)
    if path.suffix.lower() in (".gml", ".xml"):
        _refuse_exception_report(path)
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(source)]
    except Exception as error:  # pyogrio raises many kinds; all mean that GDAL cannot read the file
        raise _refused(
            path,
            "Die Gebietsdatei lässt sich nicht lesen.",
            "Erwartet wird GeoPackage, GeoJSON, Shapefile (auch gepackt) oder eine WFS-Antwort.",
        ) from error
    if layer and layer not in layers:
        raise _refused(
            path,
            f"Den Layer „{layer}“ gibt es nicht; vorhanden: {', '.join(layers)}.",
            "Passen Sie „layer“ in kommune.toml an.",
        )
    if not layer and len(layers) > 1:
        raise _refused(
            path,
            f"Die Datei enthält mehrere Layer: {', '.join(layers)}.",
            'Nennen Sie bei der Ebene in kommune.toml, welcher gilt: layer = "…".',
        )
    options = {"WRITE_GFS": "NO"} if path.suffix.lower() in (".gml", ".xml") else {}
    try:
        meta, _, geometry, fields = pyogrio.raw.read(source, layer=layer or None, force_2d=True, **options)
    except Exception as error:
        raise _refused(
            path, "Die Gebietsdatei lässt sich nicht lesen.", "Exportieren Sie sie neu als GeoPackage."
        ) from error
    records: list[Record] = []
    for number in range(len(fields[0]) if fields else len(geometry)):
        row = {str(name): column[number] for name, column in zip(meta["fields"], fields, strict=True)}
        records.append(
            (_plain(row), None if geometry is None or geometry[number] is None else bytes(geometry[number]))
        )
    return Layer(records, str(meta["crs"] or ""))


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as text, numbers or None: what may leave the process."""
    found: dict[str, Any] = {}
    for name, value in properties.items():
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, float) and plain.is_integer():
            plain = int(plain)
        found[str(name)] = plain if isinstance(plain, (str, int, float)) or plain is None else str(plain)
    return found


def _in_archive(path: Path) -> str:
    """The one shapefile in an archive, as GDAL names it; refuses an archive that bursts or holds several."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise _refused(
            path, "Das Archiv ist abgeschnitten oder beschädigt.", "Fordern Sie es neu an."
        ) from error
    if sum(member.file_size for member in members) > LARGEST:
        raise _refused(
            path,
            "Das Archiv entfaltet sich auf mehr als 1 GB.",
            "Es wird nicht geöffnet. Fragen Sie nach, ob es von der liefernden Stelle kommt.",
        )
    names = [member.filename for member in members if not member.filename.startswith("__MACOSX")]
    known = [name for name in names if re.search(r"\.(shp|gpkg|geojson|gml)$", name, re.IGNORECASE)]
    folders = {name.rpartition("/")[0] for name in known}
    if not known:
        raise _refused(
            path,
            "Das Archiv enthält keine Gebietsdatei.",
            "Erwartet wird ein Shapefile (.shp, .shx, .dbf, .prj) oder ein GeoPackage.",
        )
    stems = {name.rpartition(".")[0].casefold() for name in known}
    complete = {suffix: any(n.lower().endswith(suffix) for n in names) for suffix in (".shx", ".dbf")}
    if known[0].lower().endswith(".shp") and not all(complete.values()):
        lacking = ", ".join(suffix for suffix, there in complete.items() if not there)
        raise _refused(
            path, f"Zum Shapefile fehlt {lacking}.", "Fordern Sie alle Teile an: .shp, .shx, .dbf und .prj."
        )
    if len(stems) == 1:
        return f"/vsizip/{path}/{known[0]}"
    return f"/vsizip/{path}/{next(iter(folders))}".rstrip("/") if len(folders) == 1 else f"/vsizip/{path}"


def _refuse_exception_report(path: Path) -> None:
    """A WFS answers a wrong question with an XML page that looks like a file of areas."""
    head = path.read_bytes()[:4096].decode("utf-8", "replace")
    if "ExceptionReport" in head or "ServiceException" in head:
        text = re.search(
            r"<(?:\w+:)?(?:ExceptionText|ServiceException)[^>]*>([^<]+)<", path.read_text("utf-8", "replace")
        )
        told = f": „{text[1].strip()[:120]}“" if text else ""
        raise _refused(
            path,
            f"Der Dienst hat keine Gebiete geliefert, sondern eine Fehlermeldung{told}.",
            "Rufen Sie die Gebiete neu ab (GetFeature).",
        )
