"""Planners' own texts: files beside the template, by chapter and area, kept when the data move on (eigene Texte)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sozialraum import periods
from sozialraum.errors import Finding, Severity
from sozialraum.products.report.content import Block, Bullets, Heading, Note, Paragraph

SUFFIX = ".md"
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
_STATE = re.compile(r"\A\s*(?:stand|Stand|Datenstand)\s*:\s*(\S+)[ \t]*(?:\n|\Z)")
_BULLET = re.compile(r"[-*] +")


@dataclass(frozen=True)
class OwnText:
    """One text file: for which chapter and area (empty: all), of which data state its author wrote."""

    chapter: str
    area: str
    text: str
    state: str = ""
    file: str = ""

    def blocks(self, figure: Callable[[str], str | None], latest: str) -> Iterator[Block]:
        """The text as blocks; `{{kennzahl}}` becomes the released figure of today.

        A text written for an earlier data state says so: it stays, and the reader knows.
        """
        for part in re.split(r"\n\s*\n", self.text.strip()):
            lines = [line.strip() for line in part.splitlines() if line.strip()]
            if lines and all(_BULLET.match(line) for line in lines):
                yield Bullets(
                    [self._filled(_BULLET.sub("", line, count=1), figure) for line in lines], own=True
                )
            elif lines and lines[0].startswith("#"):
                yield Heading(self._filled(lines[0].lstrip("# "), figure))
                if lines[1:]:
                    yield Paragraph(self._filled(" ".join(lines[1:]), figure), own=True)
            elif lines:
                yield Paragraph(self._filled(" ".join(lines), figure), own=True)
        if self.state and _end(self.state) < _end(latest):
            yield Note(
                f"Dieser Text wurde zum Datenstand {periods.label(self.state)} geschrieben; die Zahlen des Berichts reichen bis "
                f"{periods.label(latest)}.",
                "Eigener Text",
            )

    @staticmethod
    def _filled(text: str, figure: Callable[[str], str | None]) -> str:
        return _PLACEHOLDER.sub(lambda match: figure(match[1]) or match[0], text)

    @property
    def placeholders(self) -> list[str]:
        """The indicators the text names."""
        return _PLACEHOLDER.findall(self.text)


def _end(period: str) -> str:
    return periods.parse(period).end.isoformat()


@dataclass(frozen=True)
class Texts:
    """All own texts of a template."""

    found: Mapping[tuple[str, str], OwnText] = field(default_factory=dict)

    def of(self, chapter: str, area: str = "") -> list[OwnText]:
        """The texts of a chapter: first what holds for all areas, then the area's own."""
        keys = [(chapter, "")] + ([(chapter, area)] if area else [])
        return [self.found[key] for key in keys if key in self.found]

    def fingerprint(self, area: str = "") -> str:
        """A checksum over what a report of this area (or of all, without one) would print."""
        told = sorted(
            (key, text.text, text.state)
            for key, text in self.found.items()
            if not area or key[1] in ("", area)
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()


def read(folder: Path | None) -> tuple[Texts, list[Finding]]:
    """Read `KAPITEL.md` and `KAPITEL/GEBIET.md` below a folder; findings name files that cannot be read."""
    if folder is None:
        return Texts(), []
    if not folder.is_dir():
        return Texts(), [
            Finding(
                "Den Ordner mit eigenen Texten gibt es nicht.",
                "Prüfen Sie den Pfad.",
                file=str(folder),
            )
        ]
    found: dict[tuple[str, str], OwnText] = {}
    findings = []
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        parts = path.relative_to(folder).with_suffix("").parts
        if len(parts) > 2:
            findings.append(
                Finding(
                    "Der Text liegt zu tief und wird nicht gelesen.",
                    "Legen Sie ihn als KAPITEL.md oder KAPITEL/GEBIET.md ab.",
                    file=path.name,
                    severity=Severity.WARNING,
                )
            )
            continue
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            findings.append(
                Finding(
                    "Der Text ist nicht in UTF-8 geschrieben.", "Speichern Sie ihn als UTF-8.", file=path.name
                )
            )
            continue
        key = (parts[0], parts[1] if len(parts) == 2 else "")
        found[key] = parse(text, *key, file=path.name)
        if found[key].state and not _readable(found[key].state):
            findings.append(
                Finding(
                    "Der Datenstand in der ersten Zeile ist nicht lesbar.",
                    "Schreiben Sie ihn als Jahr oder Datum, zum Beispiel „Datenstand: 2024-12-31“.",
                    file=path.name,
                    value=found[key].state,
                )
            )
    return Texts(found), findings


def _readable(state: str) -> bool:
    try:
        periods.parse(state)
    except ValueError:
        return False
    return True


def parse(text: str, chapter: str, area: str = "", *, file: str = "") -> OwnText:
    """A text with an optional first line `Datenstand: 2024-12-31`."""
    match = _STATE.match(text)
    state = match[1] if match else ""
    return OwnText(chapter, area, text[match.end() :] if match else text, state, file)
