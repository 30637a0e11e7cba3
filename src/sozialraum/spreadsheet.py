"""Files read as plain tables of cells: CSV in any encoding, XLSX, XLS, ODS; knows nothing of areas (Tabellenblatt)."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sozialraum import bounded, glance
from sozialraum.errors import DeliveryError, Finding

# What reading a cut, damaged, encrypted or foreign archive raises.
DAMAGED_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)  # fmt: skip
Cell = str | float | int | date | None
TEXTS = {".csv", ".txt", ".tsv"}
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"}


LARGEST: Final = 512 * 1024**2
LARGEST_UNPACKED: Final = 1024**3
_UMLAUTS_OF_DOS: Final = re.compile("[A-Za-z][\u201e\u201d\x81\u2122\u0161\u017d][a-z]")


@dataclass(frozen=True)
class Sheet:
    """One table of cells as the file shows it; row 1 is `rows[0]`; `remarks` tell what a reader should know of the file.

    `left_out`: so many rows of the middle are empty because only a glance was wanted; the numbers of rows stay right.
    """

    file: str
    name: str
    rows: list[list[Cell]]
    encoding: str = ""
    separator: str = ""
    remarks: tuple[str, ...] = ()
    left_out: int = 0


def read_sheet(path: Path, *, encoding: str = "", separator: str = "", sheet: str = "") -> Sheet:
    """Read one sheet of a file, the first when none is named.

    Raises DeliveryError, with place and remedy, when the file cannot be read as a table.
    """
    return read_sheets(path, encoding=encoding, separator=separator, sheet=sheet)[0]


def read_sheets(
    path: Path,
    *,
    encoding: str = "",
    separator: str = "",
    sheet: str = "",
    matching: str = "",
    every: bool = False,
    at_a_glance: bool = False,
) -> list[Sheet]:
    """Read the sheets of a file whose name matches a pattern, or the one of a name, or `every` one, or the first.

    `at_a_glance`: a long table comes with its front and its end alone; what a table is shows there, and fast.

    The file is parsed in a process of its own with limits on memory and time (`sozialraum.bounded`). Raises
    DeliveryError, with place and remedy, when it cannot be read as a table.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise _refused(
            path, "Die Datei lässt sich nicht öffnen.", "Prüfen Sie Zugriffsrechte und Netzlaufwerk."
        ) from error
    if stat.st_size > LARGEST:
        raise _refused(
            path,
            f"Die Datei ist {stat.st_size / 1024**2:.0f} MB groß; Tabellen werden bis {LARGEST // 1024**2} MB gelesen.",
            "Lassen Sie sich die Zahlen zusammengefasst liefern; Personensätze gehören in ein [[register]].",
        )
    return list(
        _parsed(
            str(path.absolute()),
            stat.st_mtime_ns,
            stat.st_size,
            encoding,
            separator,
            sheet,
            matching,
            every,
            at_a_glance,
        )
    )


@lru_cache(maxsize=6)
def _parsed(
    path: str,
    _changed: int,
    _size: int,
    encoding: str,
    separator: str,
    sheet: str,
    matching: str,
    every: bool,
    at_a_glance: bool,
) -> tuple[Sheet, ...]:
    """Several recipes often read one file: it is parsed once."""
    options = {
        "encoding": encoding,
        "separator": separator,
        "sheet": sheet,
        "matching": matching,
        "every": every,
        "at_a_glance": at_a_glance,
    }
    try:
        sheets, problem = bounded.call("sheets", {"path": path, **options})
    except bounded.ReadingStoppedError as stopped:
        raise _refused(Path(path), *_STOPPED[stopped.reason]) from stopped
    if problem:
        raise DeliveryError(
            Finding(problem["message"], problem["remedy"], file=Path(path).name, row=problem["row"])
        )
    return tuple(
        Sheet(Path(path).name, s["name"], _with_gap(s["rows"], s["after"], s["left_out"]), s["encoding"], s["separator"],
              tuple(s["remarks"]), s["left_out"])
        for s in sheets
    )  # fmt: skip


def _with_gap(rows: list[list[Any]], after: int, left_out: int) -> list[list[Cell]]:
    """The rows as cells, with empty ones where a glance leaves some out."""
    cells = [[_from_plain(cell) for cell in row] for row in rows]
    return [*cells[:after], *([] for _ in range(left_out)), *cells[after:]] if left_out else cells


_STOPPED: Final = {
    "memory": ("Die Datei braucht beim Lesen zu viel Speicher.", "Lassen Sie sich eine kleinere Tabelle geben oder speichern Sie sie als CSV."),
    "time": ("Das Lesen der Datei dauert zu lange und wurde abgebrochen.", "Speichern Sie die Tabelle neu oder als CSV."),
    "crash": ("Die Datei ist beschädigt; sie lässt sich nicht lesen.", "Fordern Sie sie neu an oder speichern Sie sie in der Tabellenkalkulation neu."),
}  # fmt: skip


def _refused(path: Path, message: str, remedy: str, row: int | None = None) -> DeliveryError:
    return DeliveryError(Finding(message, remedy, file=path.name, row=row))


def parse_sheets(
    path: str,
    *,
    encoding: str,
    separator: str,
    sheet: str,
    matching: str,
    every: bool,
    at_a_glance: bool = False,
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Parse a file into plain data, or say what is wrong with it; runs in the reading process."""
    place = Path(path)
    try:
        content = place.read_bytes()
        if not content.strip():
            raise _refused(place, "Die Datei ist leer.", "Fordern Sie sie neu an.")
        content = _only_member(place, content)
        if _is_workbook(place, content):
            sheets = _workbook(place, content, sheet, matching, every, at_a_glance)
        elif content.lstrip()[:1] in (b"[", b"{") and place.suffix.lower() == ".json":
            sheets = [(_json(place, content), glance.Gap())]
        else:
            sheets = [_csv(place, content, encoding, separator, at_a_glance)]
    except DeliveryError as error:
        finding = error.findings[0]
        return [], {"message": finding.message, "remedy": finding.remedy, "row": finding.row}
    except OSError:
        return [], {
            "message": "Die Datei lässt sich nicht öffnen.",
            "remedy": "Prüfen Sie Zugriffsrechte und Netzlaufwerk.",
            "row": None,
        }
    return [
        {**s.__dict__, "rows": [[_to_plain(cell) for cell in row] for row in s.rows], "after": gap.after, "left_out": gap.rows}
        for s, gap in sheets
    ], None  # fmt: skip


def _to_plain(cell: Cell) -> object:
    return (cell.isoformat(),) if isinstance(cell, date) else cell


def _from_plain(cell: Any) -> Cell:
    return date.fromisoformat(cell[0]) if isinstance(cell, tuple) else cell


def _only_member(path: Path, content: bytes) -> bytes:
    """The text table that an archive holds and nothing else, as statistical offices send it; else the content itself."""
    if not content.startswith(b"PK\x03\x04") or path.suffix.lower() != ".zip":
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            tables = [m for m in members if Path(m.filename).suffix.lower() in TEXTS]
            if len(tables) != 1:
                raise _refused(
                    path,
                    f"Das Archiv enthält {len(tables)} Tabellen; gelesen wird eines mit genau einer.",
                    "Entpacken Sie es und legen Sie die gesuchte Tabelle in den Ordner.",
                )
            if tables[0].file_size > LARGEST_UNPACKED:
                raise _bursting(path)
            with archive.open(tables[0]) as member:
                found = member.read(LARGEST_UNPACKED + 1)
    except DAMAGED_ARCHIVE as error:
        raise _refused(
            path, "Das Archiv ist abgeschnitten oder beschädigt.", "Fordern Sie es neu an."
        ) from error
    if len(found) > LARGEST_UNPACKED:
        raise _bursting(path)
    return found


def _is_workbook(path: Path, content: bytes) -> bool:
    """Whether a file is a workbook: by what it is, since many workbooks are named .csv and the other way round."""
    packed, old = content.startswith(b"PK\x03\x04"), content.startswith(b"\xd0\xcf\x11\xe0")
    if path.suffix.lower() in WORKBOOKS and not (packed or old):
        if content.lstrip()[:1] in (b"<", b"\xef"):
            raise _refused(path, "Die Datei heißt wie eine Arbeitsmappe, ist aber eine Webseite oder XML.",
                           "Öffnen Sie sie in der Tabellenkalkulation und speichern Sie sie als XLSX.")  # fmt: skip
        raise _refused(path, "Die Arbeitsmappe ist abgeschnitten oder beschädigt.", "Fordern Sie sie neu an.")
    return packed or old


def _csv(
    path: Path, content: bytes, encoding: str, separator: str, at_a_glance: bool
) -> tuple[Sheet, glance.Gap]:
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(path, content)
    text, used = _decode(path, content, encoding)
    separator = separator or _separator(text)
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=separator)
    try:
        found, gap = (
            glance.lines(reader, source, text, separator) if at_a_glance else (list(reader), glance.Gap())
        )
    except csv.Error as error:
        raise _refused(path, f"Die Datei lässt sich ab Zeile {reader.line_num} nicht lesen ({error}).",
                       "Öffnen Sie sie in einem Texteditor und prüfen Sie die Anführungszeichen.", reader.line_num) from error  # fmt: skip
    rows: list[list[Cell]] = [list(row) for row in found]
    return Sheet(path.name, "", rows, used, separator), gap


def _json(path: Path, content: bytes) -> Sheet:
    """A list of objects as a table, nested names joined by points; where it stands in the document does not matter."""
    try:
        records = _records_in(json.loads(content.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise _refused(
            path,
            "Die Datei ist kein lesbares JSON (abgeschnitten oder beschädigt).",
            "Fordern Sie sie neu an.",
        ) from error
    flat = [dict(_flattened(record)) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    if not names:
        raise _refused(
            path, "Das JSON enthält keine Liste von Zeilen.", "Fordern Sie die Zahlen als CSV oder XLSX an."
        )
    return Sheet(path.name, "", [list(names), *([record.get(name) for name in names] for record in flat)])


def _records_in(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, list):
        return [entry for entry in document if isinstance(entry, dict)]
    if isinstance(document, dict):
        return max((_records_in(value) for value in document.values()), key=len, default=[])
    return []


def _flattened(record: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            yield f"{prefix}{name}", _plain(value)


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            found = packed.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _refused(
            path, "Die gepackte Datei ist abgeschnitten oder beschädigt.", "Fordern Sie sie neu an."
        ) from error
    if len(found) > LARGEST_UNPACKED:
        raise _bursting(path)
    return found


def _bursting(path: Path) -> DeliveryError:
    return _refused(
        path,
        f"Die gepackte Datei entfaltet sich auf mehr als {LARGEST_UNPACKED // 1024**2} MB.",
        "Sie wird nicht geöffnet. Fragen Sie nach, ob sie wirklich von der liefernden Stelle kommt.",
    )


def _decode(path: Path, content: bytes, encoding: str) -> tuple[str, str]:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if (
        b"\0" in content
        and not marked
        and encoding.lower().replace("-", "") not in ("utf16", "utf16le", "utf16be")
    ):
        place = content.index(b"\0")
        row = content[:place].count(b"\n") + 1 if place > 4096 else None
        raise _refused(path, "Die Datei ist keine Texttabelle (sie enthält Binärdaten).", "Speichern Sie die Tabelle als CSV oder XLSX.", row)  # fmt: skip
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise _refused(path, f"Die Kodierung „{encoding}“ gibt es nicht.",
                       "Entfernen Sie „encoding“ aus dem Rezept oder nennen Sie die richtige (utf-8, cp1252).") from error  # fmt: skip
    candidates = ["utf-16"] if marked else [encoding] if encoding else ["utf-8-sig", "cp1252"]
    problem = UnicodeDecodeError("utf-8", b"", 0, 0, "")
    for candidate in candidates:
        try:
            text = content.decode("utf-8-sig" if candidate.lower() in ("utf-8", "utf8") else candidate)
        except UnicodeDecodeError as error:
            problem = error
            continue
        if candidate == "cp1252" and not encoding and _UMLAUTS_OF_DOS.search(text):
            break
        return text, candidate
    if not encoding and not marked:
        return _guessed(content)
    row = content[: problem.start].count(b"\n") + 1
    raise _refused(path, f"Die Datei ist nicht in {candidates[-1]} gespeichert; Umlaute würden falsch gelesen.",
                   "Entfernen Sie „encoding“ aus dem Rezept oder nennen Sie die richtige Kodierung (utf-8, cp1252).", row) from problem  # fmt: skip


def _guessed(content: bytes) -> tuple[str, str]:
    """The text of an older program's file: DOS or Macintosh, whichever makes better German."""
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=["cp850", "mac_roman", "cp437"]).best()
    encoding = best.encoding if best is not None else "cp850"
    return content.decode(encoding, errors="replace"), encoding


def _separator(text: str) -> str:
    """The separator that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    scores = {mark: _evenness([line.count(mark) for line in lines]) for mark in (";", ",", "\t", "|")}
    return max(scores, key=lambda mark: scores[mark])


def _evenness(counts: list[int]) -> tuple[int, int]:
    number, lines = Counter(count for count in counts if count).most_common(1)[0] if any(counts) else (0, 0)
    return lines, number


def _workbook(
    path: Path, content: bytes, sheet: str, matching: str, every: bool, at_a_glance: bool
) -> list[tuple[Sheet, glance.Gap]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

    remarks = _looked_into(path, content)
    gaps: dict[str, glance.Gap] = {}
    try:
        if at_a_glance and content.startswith(b"PK"):
            content, gaps = glance.workbook(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        there = workbook.sheet_names
        names = _chosen(path, there, sheet, matching, every)
        tables = [(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    except PasswordError as error:
        raise _refused(
            path, "Die Arbeitsmappe ist mit einem Kennwort geschützt.", "Entfernen Sie den Schutz in Excel."
        ) from error
    except WorksheetNotFound as error:
        known = ", ".join(f"„{name}“" for name in there)
        raise _refused(
            path,
            f"Das Blatt „{sheet}“ gibt es nicht; vorhanden: {known}.",
            "Passen Sie „sheet“ im Rezept an.",
        ) from error
    except (CalamineError, IndexError, *DAMAGED_ARCHIVE) as error:
        # An encrypted XLSX is an old container that holds the packed one: no parser can tell more.
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
            raise _refused(
                path,
                "Die Arbeitsmappe ist mit einem Kennwort geschützt.",
                "Entfernen Sie den Schutz in Excel.",
            ) from error
        raise _refused(
            path, "Die Arbeitsmappe ist abgeschnitten oder beschädigt.", "Fordern Sie sie neu an."
        ) from error
    return [
        (
            Sheet(path.name, name, [[_plain(cell) for cell in row] for row in rows], remarks=remarks),
            gaps.get(name, glance.Gap()),
        )
        for name, rows in tables
    ]


def _chosen(path: Path, there: list[str], sheet: str, matching: str, every: bool) -> list[str]:
    if not there:
        raise _refused(path, "Die Arbeitsmappe enthält kein Tabellenblatt.", "Fordern Sie sie neu an.")
    if every:
        return there
    if not matching:
        return [sheet or there[0]]
    names = [name for name in there if re.search(matching, name)]
    if not names:
        known = ", ".join(f"„{name}“" for name in there)
        raise _refused(
            path,
            f"Kein Blatt passt zu „{matching}“; vorhanden: {known}.",
            "Passen Sie „sheets“ im Rezept an.",
        )
    return names


def _looked_into(path: Path, content: bytes) -> tuple[str, ...]:
    """What the container tells before anything is parsed; refuses one that would burst."""
    if not content.startswith(b"PK"):
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            members = container.infolist()
    except DAMAGED_ARCHIVE as error:
        raise _refused(
            path, "Die Arbeitsmappe ist abgeschnitten oder beschädigt.", "Fordern Sie sie neu an."
        ) from error
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise _bursting(path)
    macros = any(
        "vbaProject" in member.filename or member.filename.startswith("Basic/") for member in members
    )
    return (
        ("Die Arbeitsmappe enthält Makros; sie werden nicht ausgeführt, gelesen werden nur die Zellen.",)
        if macros
        else ()
    )


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
