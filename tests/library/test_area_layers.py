"""Area files in the forms that surveying offices send: shapefiles, own false eastings, WFS answers, swapped axes."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from sozialraum.area_layers import read_layer, reproject
from sozialraum.errors import AreaError

SQUARES = [shapely.box(7.46 + i / 100, 51.51, 7.47 + i / 100, 51.52) for i in range(3)]


def write(
    path: Path,
    crs: str,
    *,
    shapes: list[shapely.Polygon] | None = None,
    driver: str = "ESRI Shapefile",
    swap: bool = False,
) -> Path:
    """Three squares in Dortmund as a file in some coordinate system."""
    there = reproject(np.array(shapes or SQUARES), "EPSG:4326", crs)
    if swap:
        there = shapely.transform(there, lambda xy: xy[:, ::-1])
    codes = np.array([f"0{i}" for i in range(len(there))], dtype=object)
    pyogrio.raw.write(
        path, shapely.to_wkb(there), [codes], ["code"], geometry_type="Polygon", crs=crs, driver=driver
    )
    return path


def test_a_coordinate_system_of_another_planet_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "mars.shp", "EPSG:4326")
    (tmp_path / "mars.prj").write_text(
        'GEOGCS["Mars 2000",DATUM["D_Mars_2000",SPHEROID["Mars_2000_IAU_IAG",3396190.0,169.89444722361179]],'
        'PRIMEM["Reference_Meridian",0.0],UNIT["Degree",0.0174532925199433]]',
        "utf-8",
    )

    with pytest.raises(AreaError, match="Koordinatensystem"):
        read_layer(path)


def zipped(path: Path) -> Path:
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part != target:
                archive.write(part, part.name)
    return target


def assert_in_place(path: Path, **options: str) -> None:
    records = sorted(read_layer(path, **options), key=lambda record: record[0]["code"])
    assert [properties["code"] for properties, _ in records] == ["00", "01", "02"]
    for (_, wkb), square in zip(records, SQUARES, strict=True):
        shape = shapely.from_wkb(wkb)
        assert shape.centroid.distance(square.centroid) < 2e-5, "more than two metres off"


@pytest.mark.parametrize(
    "crs", ["EPSG:25832", "EPSG:31466", "EPSG:31467", "EPSG:4647", "EPSG:3857", "EPSG:4326"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_shapefiles_in_every_german_system(tmp_path: Path, crs: str, packed: bool) -> None:
    path = write(tmp_path / "gebiete.shp", crs)
    assert_in_place(zipped(path) if packed else path)


@pytest.mark.parametrize(("driver", "name"), [("GPKG", "g.gpkg"), ("GML", "g.gml"), ("FlatGeobuf", "g.fgb")])
def test_other_forms(tmp_path: Path, driver: str, name: str) -> None:
    path = write(tmp_path / name, "EPSG:25832", driver=driver)
    before = set(tmp_path.iterdir())
    assert_in_place(path)
    assert set(tmp_path.iterdir()) == before, "reading leaves nothing beside the delivery"


@pytest.mark.parametrize(
    ("crs", "named"), [("EPSG:31466", "EPSG:31466"), ("EPSG:25832", "EPSG:25832"), ("EPSG:4647", "EPSG:4647")]
)
def test_a_missing_projection_is_suggested_not_guessed(tmp_path: Path, crs: str, named: str) -> None:
    path = write(tmp_path / "gebiete.shp", crs)
    path.with_suffix(".prj").unlink()
    with pytest.raises(AreaError, match="nennt kein Koordinatensystem") as caught:
        read_layer(path)
    assert named in str(caught.value)
    assert_in_place(path, crs=crs)


def test_swapped_axes(tmp_path: Path) -> None:
    path = write(tmp_path / "gebiete.shp", "EPSG:4326", swap=True)
    with pytest.raises(AreaError, match="vertauscht"):
        read_layer(path)
    assert_in_place(path, axes="yx")


def test_two_systems_in_one_file(tmp_path: Path) -> None:
    metres = reproject(SQUARES[1], "EPSG:4326", "EPSG:25832")
    shapes = [SQUARES[0], metres, SQUARES[2]]
    features = [
        {"type": "Feature", "properties": {"code": str(i)}, "geometry": json.loads(shapely.to_geojson(s))}
        for i, s in enumerate(shapes)
    ]
    path = tmp_path / "gemischt.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(AreaError, match="mischt vermutlich zwei Koordinatensysteme") as caught:
        read_layer(path)
    assert caught.value.findings[0].row == 2


def _without(suffix: str) -> Callable[[Path], Path]:
    def change(path: Path) -> Path:
        path.with_suffix(suffix).unlink()
        return zipped(path)

    return change


def _two(path: Path) -> Path:
    for part in list(path.parent.glob("gebiete.*")):
        shutil.copy(part, part.with_name(f"bezirke{part.suffix}"))
    target = path.parent / "alles.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for part in path.parent.glob("*.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    return target


def _cut(path: Path) -> Path:
    target = zipped(path)
    target.write_bytes(target.read_bytes()[:200])
    return target


@pytest.mark.parametrize(
    ("change", "words"),
    [(_without(".dbf"), "fehlt .dbf"), (_without(".shx"), "fehlt .shx"), (_two, "mehrere Layer: bezirke, gebiete"), (_cut, "abgeschnitten")],
    ids=["no dbf", "no shx", "two layers", "cut"],
)  # fmt: skip
def test_incomplete_archives(tmp_path: Path, change: Callable[[Path], Path], words: str) -> None:
    path = change(write(tmp_path / "gebiete.shp", "EPSG:25832"))
    with pytest.raises(AreaError) as caught:
        read_layer(path)
    assert words in str(caught.value) or words in str(caught.value).replace(
        "gebiete, bezirke", "bezirke, gebiete"
    )


def test_one_of_two_layers(tmp_path: Path) -> None:
    assert_in_place(_two(write(tmp_path / "gebiete.shp", "EPSG:25832")), layer="gebiete")


def test_the_error_page_of_a_service(tmp_path: Path) -> None:
    path = tmp_path / "antwort.gml"
    path.write_text(
        '<ows:ExceptionReport xmlns:ows="x"><ows:Exception><ows:ExceptionText>Layer unbekannt</ows:ExceptionText></ows:Exception></ows:ExceptionReport>'
    )
    with pytest.raises(AreaError, match="Fehlermeldung: „Layer unbekannt“"):
        read_layer(path)


def test_cologne_with_its_own_false_easting(test_data: Path) -> None:
    """Cologne counts its eastings from 2,500,000 and gives a height axis; its cathedral must lie in Altstadt-Nord."""
    records = read_layer(test_data / "koeln" / "stadtteil" / "Stadtteil.shp")
    assert len(records) == 86
    cathedral = shapely.Point(6.9583, 50.9413)
    (there,) = [p["STT_NAME"] for p, wkb in records if shapely.from_wkb(wkb).contains(cathedral)]
    assert there == "Altstadt/Nord"


@pytest.mark.parametrize(
    ("name", "areas"), [("flensburg_stadtteile.zip", 13), ("flensburg_stadtbezirke.zip", 41)]
)
def test_flensburg_zipped(test_data: Path, name: str, areas: int) -> None:
    assert len(read_layer(test_data / "flensburg-sozialatlas" / name)) == areas
