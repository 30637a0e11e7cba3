"""A glance at a long table (Überblick): its front and its end, without reading what lies between (workbook or text)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, TypeVar
from xml.etree import ElementTree

# So many cells of the front, at least and at most so many rows of it, and the rows of the end.
CELLS: Final = 160_000
ROWS: Final = (2_000, 20_000)
END: Final = 400

_LONG: Final = 4 * 1024**2  # bytes of a sheet from which it is shortened
_PIECE: Final = 1024**2
_NAMES: Final = {"r": "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"}
_ROW_END: Final = re.compile(rb"</((?:\w+:)?)row>")
_ROW_NUMBER: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"")
_REFERENCE: Final = re.compile(rb"(<(?:\w+:)?(?:row|c)\b[^>]*?\br=\")([A-Z]*)(\d+)(\")")
_DIMENSION: Final = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
Row = TypeVar("Row")
if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True)
class Gap:
    """Where a glance leaves rows out: after how many, and how many."""

    after: int = 0
    rows: int = 0


def front(width: int) -> int:
    """How many rows of the front a glance takes."""
    return min(max(CELLS // max(width, 1), ROWS[0]), ROWS[1])


def shortened(rows: list[Row], width: int) -> tuple[list[Row], Gap]:
    """A list of rows without its middle."""
    first = front(width)
    gap = len(rows) - first - END
    return (rows[:first] + rows[-END:], Gap(first, gap)) if gap > 0 else (rows, Gap())


def lines(reader: Reader, source: io.StringIO, text: str, separator: str) -> tuple[list[list[str]], Gap]:
    """The rows that a reader has of a text, without the middle; raises csv.Error.

    Where quotes or breaks of another kind may join lines, all of it is read and the middle left out afterwards.
    """
    rows = list(islice(reader, ROWS[0]))
    width = max(map(len, rows), default=1)
    rows += islice(reader, front(width) - len(rows))
    rest = text[source.tell() :]
    there = rest.count("\n") + (bool(rest) and not rest.endswith("\n"))
    if '"' in rest or rest.count("\r") != rest.count("\r\n") or there <= END:
        return shortened([*rows, *reader], width)
    start = len(rest.removesuffix("\n"))
    for _ in range(END):
        start = rest.rindex("\n", 0, start)
    last = list(csv.reader(io.StringIO(rest[start + 1 :], newline=""), delimiter=separator))
    return rows + last, Gap(len(rows), there - len(last))


def workbook(content: bytes) -> tuple[bytes, dict[str, Gap]]:
    """A packed workbook (XLSX) whose long sheets lost their middle, and where, by name of the sheet.

    Rows of the end are numbered on from the front. A sheet that is written in another way stays as it is.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        named = {member: name for name, member in _sheets(archive)}
        found = {}
        for member, name in named.items():
            if archive.getinfo(member).file_size > _LONG and (short := _sheet(archive, member)):
                found[member] = (name, *short)
        if not found:
            return content, {}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
            for info in archive.infolist():
                kept = found[info.filename][1] if info.filename in found else archive.read(info)
                target.writestr(info.filename, kept)
    return packed.getvalue(), {name: gap for name, _, gap in found.values()}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The names of the sheets and the members that hold them."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  (in the bounded process)
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    there = set(archive.namelist())
    for entry in book.iterfind(".//{*}sheets/{*}sheet"):
        target = targets.get(entry.get(_NAMES["r"]), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in there:
            yield entry.get("name", ""), member


def _sheet(archive: zipfile.ZipFile, member: str) -> tuple[bytes, Gap] | None:
    """The XML of a sheet with its first and last rows, and what lies between; None where it is not long or not clear."""
    with archive.open(member) as source:
        head = source.read(_PIECE)
        first = _ROW_END.search(head)
        if first is None:
            return None
        mark, prefix = first.group(), first[1]
        wanted = front(head[: first.end()].count(b"<" + prefix + b"c "))
        head, rest = _front_of(source, head, mark, wanted)
        tail, between = _end_of(source, rest, mark)
    if not tail or not between:
        return None
    before, after = _ROW_NUMBER.findall(head[-_PIECE:]), _ROW_NUMBER.search(tail)
    last, shift = wanted, between
    if before and after:
        last = int(before[-1])
        shift = int(after[1]) - last - 1
        tail = _REFERENCE.sub(lambda m: m[1] + m[2] + str(int(m[3]) - shift).encode() + m[4], tail)
    closing = b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
    return (_DIMENSION.sub(b"", head, count=1) + tail + closing, Gap(last, shift)) if shift > 0 else None


def _front_of(source: IO[bytes], piece: bytes, mark: bytes, rows: int) -> tuple[bytes, bytes]:
    """All up to the end of so many rows, and what was read beyond; nothing beyond where there are fewer."""
    pieces: list[bytes] = []
    rest = piece
    while True:
        whole, rest = _at_last(rest, mark)
        there = whole.count(mark)
        if there >= rows:
            place = 0
            for _ in range(rows):
                place = whole.index(mark, place) + len(mark)
            return b"".join([*pieces, whole[:place]]), whole[place:] + rest
        pieces.append(whole)
        rows -= there
        more = source.read(_PIECE)
        if not more:
            return b"".join([*pieces, rest]), b""
        rest += more


def _end_of(source: IO[bytes], rest: bytes, mark: bytes) -> tuple[bytes, int]:
    """The last rows, and how many lie before them."""
    pieces: deque[tuple[bytes, int]] = deque()
    kept = between = 0
    more = rest
    rest = b""
    while more:
        whole, rest = _at_last(rest + more, mark)
        pieces.append((whole, whole.count(mark)))
        kept += pieces[-1][1]
        while kept - pieces[0][1] >= END:
            gone = pieces.popleft()[1]
            kept, between = kept - gone, between + gone
        more = source.read(_PIECE)
    tail, place = b"".join(piece for piece, _ in pieces), 0
    for _ in range(kept - END):
        place = tail.index(mark, place) + len(mark)
    return tail[place:], between + max(kept - END, 0)


def _at_last(piece: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """Split after the last mark."""
    place = piece.rfind(mark)
    place = place + len(mark) if place >= 0 else 0
    return piece[:place], piece[place:]
