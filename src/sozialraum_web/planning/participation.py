"""What people said in a participation elsewhere, with place and topic, read from a table or GeoJSON (Beteiligung übernehmen)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from sozialraum import errors, spreadsheet
from sozialraum.errors import SozialraumError
from sozialraum.spreadsheet import text_of
from sozialraum_web.monitoring.access import Place
from sozialraum_web.planning import listing
from sozialraum_web.planning.services.imports import known_areas

LARGEST: Final = 5 * 1024**2
MOST: Final = 2000
LONGEST: Final = 2000
WORDS: Final = {
    "titel": ("titel", "thema", "überschrift", "betreff", "kategorie", "topic", "title"),
    "text": ("text", "beitrag", "kommentar", "beschreibung", "aussage", "idee", "comment"),
    "ort": ("gebiet", "ort", "stadtteil", "quartier", "bezirk", "place", "wo"),
    "lon": ("lon", "lng", "länge", "longitude", "x"),
    "lat": ("lat", "breite", "latitude", "y"),
}


@dataclass(frozen=True)
class Said:
    """One contribution: where it stands in the file, its words, the areas it is about, what could not be understood."""

    row: int
    title: str
    text: str
    areas: tuple[str, ...]
    problem: str = ""


def read(place: Place, name: str, content: bytes) -> list[Said]:
    """All contributions of a file; raises SozialraumError for a file that holds none."""
    if len(content) > LARGEST:
        raise _refused(name, _("Die Datei ist größer als 5 MB."))
    rows = list(_features(name, content)) if content.lstrip()[:1] == b"{" else list(_table(name, content))
    if not rows:
        raise _refused(name, _("In der Datei steht kein Beitrag."), _("Gebraucht wird eine Spalte oder Eigenschaft „Thema“ oder „Text“."))  # fmt: skip
    if len(rows) > MOST:
        raise _refused(name, _("Die Datei hat %(rows)s Beiträge; übernommen werden bis zu %(most)s auf einmal.") % {"rows": len(rows), "most": MOST})  # fmt: skip
    level = place.catalogue.version().levels[0].id
    names = known_areas(place)
    return [_said(place, level, names, number, values) for number, values in rows]


def _table(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"beteiligung{Path(name).suffix.lower()[:6]}"
        path.write_bytes(content)
        sheets = spreadsheet.read_sheets(path)
    rows = sheets[0].rows if sheets else []
    for head, row in enumerate(rows[:20]):
        columns = {key: place for place, cell in enumerate(row) if (key := _meaning(text_of(cell)))}
        if "titel" in columns or "text" in columns:
            for number, cells in enumerate(rows[head + 1 :], head + 2):
                values = {key: text_of(cells[at]) for key, at in columns.items() if at < len(cells)}
                if any(values.values()):
                    yield number, values
            return


def _features(name: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _refused(name, _("Das ist keine lesbare GeoJSON-Datei.")) from None
    features = data.get("features") if isinstance(data, dict) else None
    for number, item in enumerate(features if isinstance(features, list) else [], 1):
        given = item.get("properties") if isinstance(item, dict) else None
        values = {key: str(value) for word, value in (given or {}).items() if isinstance(value, str | int | float) and (key := _meaning(str(word)))} if isinstance(given, dict) else {}  # fmt: skip
        shape = item.get("geometry") if isinstance(item, dict) else None
        at = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "Point" else None
        if isinstance(at, list) and len(at) >= 2:
            values |= {"lon": str(at[0]), "lat": str(at[1])}
        if values:
            yield number, values


def _meaning(word: str) -> str:
    plain = word.strip().casefold()
    return next((key for key, words in WORDS.items() if plain in words), "")


def _said(place: Place, level: str, names: Mapping[str, Sequence[tuple[str, str]]], row: int, values: Mapping[str, str]) -> Said:  # fmt: skip
    text = values.get("text", "").strip()[:LONGEST]
    title = (values.get("titel", "").strip() or text.split("\n")[0])[:300]
    areas, problem = _where(place, level, names, values)
    if not title:
        problem = _("Thema und Text fehlen.")
    return Said(row, title, text, areas, problem)


def _where(place: Place, level: str, names: Mapping[str, Sequence[tuple[str, str]]], values: Mapping[str, str]) -> tuple[tuple[str, ...], str]:  # fmt: skip
    if values.get("lon") and values.get("lat"):
        try:
            x, y = (float(values[name].replace(",", ".")) for name in ("lon", "lat"))
        except ValueError:
            return (), _("Die Koordinaten sind keine Zahlen.")
        code = _area_at(place, level, x, y)
        return ((f"{level}:{code}",), "") if code else ((), _("Der Punkt liegt außerhalb der Kommune."))
    known, unknown = listing.places(values.get("ort", ""), names)
    return tuple(known), _("Unbekannter Ort: %s") % ", ".join(unknown) if unknown else ""


def _area_at(place: Place, level: str, x: float, y: float) -> str:
    """The area a point in degrees lies in; the point itself is forgotten."""
    from shapely import Point

    from sozialraum_web.atlas import outline

    if not (-180 <= x <= 180 and -90 <= y <= 90):
        return ""
    point = Point(x, y)
    areas = outline.on_the_globe(place.release.folder, place.catalogue.current_version, level)
    return next((code for code, geometry in areas if geometry.covers(point)), "")


def _refused(file: str, message: str, remedy: str = "") -> SozialraumError:
    return SozialraumError(errors.Finding(message, remedy=remedy, file=file))
