"""Files read as plain tables of cells: CSV in any encoding, XLSX, XLS, ODS; knows nothing of areas (Tabellenblatt)."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sozialraum.errors import DeliveryError, Finding

Cell = str | float | int | date | None
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}


@dataclass(frozen=True)
class Sheet:
    """One table of cells as the file shows it; row 1 is `rows[0]`."""

    file: str
    name: str
    rows: list[list[Cell]]
    encoding: str = ""
    separator: str = ""


def read_sheet(path: Path, *, encoding: str = "", separator: str = "", sheet: str = "") -> Sheet:
    """Read one sheet of a file.

    Raises DeliveryError, with place and remedy, when the file cannot be read as a table.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(
            Finding(
                "Die Datei lässt sich nicht öffnen.",
                "Prüfen Sie Zugriffsrechte und Netzlaufwerk.",
                file=path.name,
            )
        ) from error
    if not content.strip():
        raise DeliveryError(Finding("Die Datei ist leer.", "Fordern Sie sie neu an.", file=path.name))
    if path.suffix.lower() in WORKBOOKS:
        return _read_workbook(path, content, sheet)
    return _read_csv(path, content, encoding, separator)


def _read_csv(path: Path, content: bytes, encoding: str, separator: str) -> Sheet:
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise DeliveryError(
                Finding(
                    "Die gepackte Datei ist abgeschnitten oder beschädigt.",
                    "Fordern Sie sie neu an.",
                    file=path.name,
                )
            ) from error
    text, used = _decode(path, content, encoding)
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows: list[list[Cell]] = [list(row) for row in reader]
    except csv.Error as error:
        raise DeliveryError(
            Finding(f"Die Datei lässt sich ab Zeile {reader.line_num} nicht lesen ({error}).",
                    "Öffnen Sie sie in einem Texteditor und prüfen Sie die Anführungszeichen.", file=path.name,
                    row=reader.line_num)
        ) from error  # fmt: skip
    return Sheet(path.name, "", rows, used, separator)


def _decode(path: Path, content: bytes, encoding: str) -> tuple[str, str]:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in content[:4096] and not marked:
        raise DeliveryError(
            Finding("Die Datei ist keine Texttabelle (sie enthält Binärdaten).",
                    "Speichern Sie die Tabelle als CSV oder XLSX.", file=path.name)
        )  # fmt: skip
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise DeliveryError(
            Finding(f"Die Kodierung „{encoding}“ gibt es nicht.",
                    "Entfernen Sie „encoding“ aus dem Rezept oder nennen Sie die richtige (utf-8, cp1252).", file=path.name)
        ) from error  # fmt: skip
    candidates = ["utf-16"] if marked else [encoding] if encoding else ["utf-8-sig", "cp1252"]
    for candidate in candidates:
        try:
            return content.decode(
                "utf-8-sig" if candidate.lower() in ("utf-8", "utf8") else candidate
            ), candidate
        except UnicodeDecodeError as error:
            problem = error
    row = content[: getattr(problem, "start", 0)].count(b"\n") + 1
    raise DeliveryError(
        Finding(f"Die Datei ist nicht in {candidates[-1]} gespeichert; Umlaute würden falsch gelesen.",
                "Entfernen Sie „encoding“ aus dem Rezept oder nennen Sie die richtige Kodierung (utf-8, cp1252).",
                file=path.name, row=row)
    ) from problem  # fmt: skip


def _separator(text: str) -> str:
    """The separator that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    scores = {mark: _evenness([line.count(mark) for line in lines]) for mark in (";", ",", "\t", "|")}
    return max(scores, key=lambda mark: scores[mark])


def _evenness(counts: list[int]) -> tuple[int, int]:
    number, lines = Counter(count for count in counts if count).most_common(1)[0] if any(counts) else (0, 0)
    return lines, number


def _read_workbook(path: Path, content: bytes, sheet: str) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = sheet or workbook.sheet_names[0]
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise DeliveryError(
            Finding(
                "Die Arbeitsmappe ist mit einem Kennwort geschützt.",
                "Entfernen Sie den Schutz in Excel.",
                file=path.name,
            )
        ) from error
    except WorksheetNotFound as error:
        there = ", ".join(f"„{known}“" for known in workbook.sheet_names)
        raise DeliveryError(
            Finding(
                f"Das Blatt „{sheet}“ gibt es nicht; vorhanden: {there}.",
                "Passen Sie „sheet“ im Rezept an.",
                file=path.name,
            )
        ) from error
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise DeliveryError(
            Finding(
                "Die Arbeitsmappe ist abgeschnitten oder beschädigt.",
                "Fordern Sie sie neu an.",
                file=path.name,
            )
        ) from error
    return Sheet(path.name, name, [[_plain(cell) for cell in row] for row in rows])


def _plain(cell: object) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, (str, int, float, date)) or cell is None:
        return cell
    return str(cell)


def text_of(cell: Cell) -> str:
    """A cell as text without surrounding blanks: whole numbers without decimals, dates as `2024-12-31`."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: a leading apostrophe where it would; a lone sign stays."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and len(text) > 1 else text
