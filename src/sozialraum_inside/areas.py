"""From a file with areas to levels of the municipality: which column is the key, which the name (Gebiete einrichten)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit

from sozialraum.area_files import read_geography
from sozialraum.area_layers import read_layer
from sozialraum.areas import Geography
from sozialraum.errors import AreaError, Finding, SozialraumError
from sozialraum.spreadsheet import read_sheet, text_of
from sozialraum_inside.names import identifier
from sozialraum_inside.tray import Received

TABLES: Final = (".csv", ".xlsx")
_KEY: Final = re.compile(
    r"schl(ü|ue)?ss|^(id|nr|nummer|code|ags|key)$|_id$|_nr$|^(plr|bzr|stt|sb|bez)", re.IGNORECASE
)
_NAME: Final = re.compile(r"name|bezeich|titel|label", re.IGNORECASE)


@dataclass(frozen=True)
class AreaTable:
    """What a file with areas holds: its columns, some rows, how many areas, and how many of them have a boundary."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    areas: int
    mapped: int
    code: str
    name: str
    unique: frozenset[str]


def look(file: Received) -> AreaTable:
    """Read a file with areas; raises SozialraumError when it holds none."""
    records = _records(file.path)
    if not records:
        raise AreaError(
            Finding(
                "In der Datei stehen keine Gebiete.",
                "Wählen Sie eine Datei mit Flächen oder eine Tabelle mit Schlüssel und Name.",
                file=file.name,
            )
        )
    columns = tuple(dict.fromkeys(str(name) for properties, _ in records for name in properties))
    texts = {name: [text_of(properties.get(name)) for properties, _ in records] for name in columns}
    unique = frozenset(
        n for n, t in texts.items() if all(t) and len(set(t)) == len(t) and max(map(len, t)) <= 60
    )
    code = max(columns, key=lambda n: _likeness(n, texts[n], unique, key=True))
    name = max(
        (n for n in columns if n != code),
        key=lambda n: _likeness(n, texts[n], unique, key=False),
        default=code,
    )
    rows = tuple(tuple(texts[n][i][:60] for n in columns) for i in range(min(5, len(records))))
    return AreaTable(
        columns, rows, len(records), sum(1 for _, geometry in records if geometry), code, name, unique
    )


def _records(path: Path) -> Sequence[tuple[Mapping[str, Any], bytes | None]]:
    if path.suffix.lower() in TABLES:
        sheet = read_sheet(path)
        header = [text_of(cell) for cell in sheet.rows[0]] if sheet.rows else []
        return [
            (dict(zip(header, row, strict=False)), None)
            for row in sheet.rows[1:]
            if any(text_of(c) for c in row)
        ]
    return read_layer(path)


def _likeness(name: str, texts: Sequence[str], unique: frozenset[str], *, key: bool) -> float:
    digits = sum(text.replace(".", "").isdigit() for text in texts) / max(len(texts), 1)
    letters = sum(bool(re.search(r"[A-Za-zÄÖÜäöüß]{3}", text)) for text in texts) / max(len(texts), 1)
    if key:
        return 3.0 * (name in unique) + 2.0 * bool(_KEY.search(name)) + digits
    return 2.0 * bool(_NAME.search(name)) + 2.0 * letters + 0.5 * (name in unique)


@dataclass(frozen=True)
class AreaChoice:
    """What a person says of a file with areas; the upper level, if any, stands in two columns of the same file."""

    label: str
    plural: str
    code: str
    name: str
    upper_label: str = ""
    upper_plural: str = ""
    upper_code: str = ""
    upper_name: str = ""
    version: str = ""
    valid_from: str = ""


@dataclass(frozen=True)
class Prepared:
    """What taking the areas over would write, and the areas as they would be read."""

    settings: str
    files: Mapping[str, bytes | Path | None]
    geography: Geography


def prepare(
    folder: Path, settings: str, file: Received, choice: AreaChoice, municipality: tuple[str, str]
) -> Prepared:
    """The settings and files with the new level; raises SozialraumError with every finding before anything is written."""
    _refuse_gaps(choice)
    name = f"gebiete/{file.name}"
    finest: dict[str, Any] = {"id": identifier(choice.label), "label": choice.label, "plural": choice.plural or choice.label,
                              "file": name, "code": choice.code, "name": choice.name}  # fmt: skip
    levels, files = [finest], dict[str, bytes | Path | None]({name: file.path})
    reading: list[dict[str, Any]] = [{**finest, "file": str(file.path.absolute())}]
    if choice.upper_code:
        upper_file = f"gebiete/{identifier(choice.upper_label)}.csv"
        upper: dict[str, Any] = {"id": identifier(choice.upper_label), "label": choice.upper_label,
                                 "plural": choice.upper_plural or choice.upper_label, "file": upper_file, "code": "code", "name": "name"}  # fmt: skip
        content = _upper_table(file, choice)
        finest["parent"] = reading[0]["parent"] = choice.upper_code
        levels.append(upper)
        files[upper_file] = content
        beside = file.path.with_name("obere_ebene.csv")
        beside.write_bytes(content)
        reading.append({**upper, "file": str(beside.absolute())})
    version = {
        "id": choice.version,
        "label": f"Gebietsstand {choice.version}",
        "valid_from": choice.valid_from,
    }
    geography = read_geography(folder, {**version, "ebenen": reading}, municipality)
    text = _with_version(settings, version, levels)
    return Prepared(text, {**files, "kommune.toml": text.encode()}, geography)


def _refuse_gaps(choice: AreaChoice) -> None:
    wrong = []
    if not choice.label.strip():
        wrong.append(
            Finding("Es fehlt, wie diese Gebiete heißen.", "Zum Beispiel „Stadtteil“.", column="label")
        )
    if not choice.version.strip():
        wrong.append(Finding("Es fehlt das Jahr des Gebietsstands.", "Zum Beispiel 2024.", column="version"))
    if choice.upper_code and not choice.upper_label.strip():
        wrong.append(
            Finding(
                "Es fehlt, wie die übergeordneten Gebiete heißen.",
                "Zum Beispiel „Stadtbezirk“.",
                column="upper_label",
            )
        )
    if choice.upper_label.strip() and choice.upper_label.strip() == choice.label.strip():
        wrong.append(
            Finding(
                "Beide Ebenen heißen gleich.",
                "Geben Sie der oberen einen anderen Namen.",
                column="upper_label",
            )
        )
    if wrong:
        raise SozialraumError(wrong)


def _upper_table(file: Received, choice: AreaChoice) -> bytes:
    """The areas of the upper level as a table; their boundaries follow from the finer ones."""
    names: dict[str, str] = {}
    for properties, _ in _records(file.path):
        code = text_of(properties.get(choice.upper_code))
        names.setdefault(code, text_of(properties.get(choice.upper_name or choice.upper_code)) or code)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["code", "name"])
    writer.writerows(sorted(names.items()))
    return text.getvalue().encode()


def _with_version(settings: str, version: Mapping[str, str], levels: Sequence[Mapping[str, Any]]) -> str:
    """kommune.toml with this version of the areas, the remarks of the file kept; one of the same name is replaced."""
    document = tomlkit.parse(settings)
    areas = document.setdefault("gebiete", tomlkit.table())
    blocks = tomlkit.aot()
    kept = [block for block in areas.get("versionen", []) if str(block.get("id")) != version["id"]]
    for block in kept:
        blocks.append(block)
    new = tomlkit.table()
    for key, value in version.items():
        if value:
            new.add(key, value)
    inner = tomlkit.aot()
    for level in levels:
        inner.append(tomlkit.item(dict(level)))
    new.add("ebenen", inner)
    blocks.append(new)
    areas["versionen"] = blocks
    areas["current"] = version["id"]
    return tomlkit.dumps(document)
