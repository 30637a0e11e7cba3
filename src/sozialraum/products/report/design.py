"""The look of a town in one file: colours, logo, fonts, sender (Gestaltung)."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum.errors import Finding, SozialraumError
from sozialraum.products.draw import svg

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Fira Sans"
READABLE = 4.5  # contrast of text against white, WCAG 2.2 AA
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FORMATS = {".svg": "svg", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}
_FONT_FILES = (".ttf", ".otf")
_COLOURS = {"akzent": "accent", "text": "ink", "nebentext": "muted", "linie": "line", "flaeche": "tint"}
_TEXT_COLOURS = ("akzent", "text", "nebentext")
_KNOWN = {
    "farben": set(_COLOURS),
    "schrift": {"familie", "dateien"},
    "logo": {"datei", "alternativtext"},
    "absender": {"name", "fusszeile"},
}


@dataclass(frozen=True)
class Logo:
    """A picture of the sender; empty bytes where there is none."""

    data: bytes = b""
    format: str = "svg"
    alt: str = ""


@dataclass(frozen=True)
class Design:
    """How reports look; without a file the look of the site."""

    accent: str = svg.AREA
    ink: str = svg.INK
    muted: str = svg.MUTED
    line: str = svg.LINE
    tint: str = "#f2f4f8"
    family: str = FAMILY
    font_folders: tuple[Path, ...] = ()
    logo: Logo = Logo()
    sender: str = ""
    foot: str = ""

    @property
    def colours(self) -> dict[str, str]:
        """All colours by name, with those of a judgement, which no town may change: they carry meaning."""
        own = {name: str(getattr(self, name)) for name in ("accent", "ink", "muted", "line", "tint")}
        return {**own, "worse": svg.WORSE, "better": svg.BETTER}

    @property
    def fingerprint(self) -> str:
        """A checksum over everything that shows."""
        fonts = [
            (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
            for folder in self.font_folders
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in _FONT_FILES
        ]
        told = (self.colours, self.family, fonts, self.logo, self.sender, self.foot)
        return hashlib.sha256(repr(told).encode()).hexdigest()


def read(path: Path | None) -> Design:
    """Read `gestaltung.toml`; raises SozialraumError with every finding at once.

    Colours of text must reach a contrast of 4.5 against white; files lie beside the design.
    """
    if path is None:
        return Design()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SozialraumError(
            Finding("Die Datei der Gestaltung gibt es nicht.", "Prüfen Sie den Pfad.", file=str(path))
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SozialraumError(
            Finding(
                f"Die Gestaltung ist nicht lesbar: {error}.",
                "Prüfen Sie Anführungszeichen und Klammern.",
                file=path.name,
            )
        ) from error
    findings = [*_unknown(data, path.name)]
    design = _colours(Design(), data.get("farben", {}), path.name, findings)
    design = _fonts(design, data.get("schrift", {}), path, findings)
    design = _logo(design, data.get("logo", {}), path, findings)
    sender = data.get("absender", {})
    design = replace(design, sender=str(sender.get("name", "")), foot=str(sender.get("fusszeile", "")))
    if findings:
        raise SozialraumError(findings)
    return design


def _unknown(data: Mapping[str, Any], file: str) -> list[Finding]:
    wrong = [f"[{name}]" for name in data if name not in _KNOWN]
    wrong += [
        f"{block}.{name}"
        for block, known in _KNOWN.items()
        for name in data.get(block, {})
        if name not in known
    ]
    return [
        Finding(
            f"„{name}“ ist in der Gestaltung nicht bekannt.",
            "Bekannt sind: "
            + "; ".join(f"[{block}] {', '.join(sorted(known))}" for block, known in _KNOWN.items())
            + ".",
            file=file,
        )
        for name in wrong
    ]


def _colours(design: Design, given: Mapping[str, Any], file: str, findings: list[Finding]) -> Design:
    found: dict[str, Any] = {}
    for german, name in _COLOURS.items():
        if german not in given:
            continue
        colour = str(given[german])
        if not _COLOUR.fullmatch(colour):
            findings.append(Finding(f"Die Farbe „{german}“ ist nicht lesbar.", "Schreiben Sie sie als #12527a.", file=file, value=colour))  # fmt: skip
        elif german in _TEXT_COLOURS and contrast(colour) < READABLE:
            findings.append(
                Finding(
                    f"Die Farbe „{german}“ ist als Schrift auf Weiß zu hell.",
                    "Wählen Sie einen dunkleren Ton: Berichte müssen barrierefrei sein (Kontrast mindestens 4,5 : 1).",
                    file=file,
                    value=colour,
                )
            )
        else:
            found[name] = colour.lower()
    return replace(design, **found)


def contrast(colour: str) -> float:
    """Contrast of a colour against white after WCAG: 1 for white, 21 for black."""

    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _fonts(design: Design, given: Mapping[str, Any], path: Path, findings: list[Finding]) -> Design:
    files = [path.parent / str(name) for name in given.get("dateien", [])]
    family = str(given.get("familie", FAMILY))
    for file in files:
        if not file.is_file():
            findings.append(Finding("Die Schriftdatei fehlt.", "Legen Sie sie neben die Gestaltung.", file=path.name, value=file.name))  # fmt: skip
        elif file.suffix.lower() not in _FONT_FILES:
            findings.append(Finding("Diese Schriftdatei kann nicht eingebettet werden.", "Nötig ist eine TTF- oder OTF-Datei.", file=path.name, value=file.name))  # fmt: skip
    if findings:
        return design
    folders = tuple(dict.fromkeys(file.parent for file in files))
    if family not in families(folders):
        findings.append(
            Finding(
                f"Die Schrift „{family}“ gibt es in den genannten Dateien nicht.",
                f"Vorhanden: {', '.join(sorted(families(folders)))}. Schriften des Rechners werden nicht benutzt, damit jeder Rechner dasselbe schreibt.",
                file=path.name,
            )
        )
    return replace(design, family=family, font_folders=folders)


def families(folders: tuple[Path, ...] = ()) -> set[str]:
    """The font families that may be embedded: those shipped here and those of the town."""
    import typst

    paths: list[Any] = [str(FONTS), *(str(folder) for folder in folders)]
    return set(typst.Fonts(include_system_fonts=False, font_paths=paths).families())


def _logo(design: Design, given: Mapping[str, Any], path: Path, findings: list[Finding]) -> Design:
    if not given:
        return design
    file = path.parent / str(given.get("datei", ""))
    alt = str(given.get("alternativtext", "")).strip()
    if not file.is_file():
        findings.append(Finding("Das Logo fehlt.", "Legen Sie die Datei neben die Gestaltung oder streichen Sie den Block [logo].", file=path.name, value=file.name))  # fmt: skip
    elif file.suffix.lower() not in _FORMATS:
        findings.append(Finding("Das Logo hat ein unbekanntes Format.", "Nötig ist SVG, PNG oder JPG.", file=path.name, value=file.name))  # fmt: skip
    elif not alt:
        findings.append(Finding("Dem Logo fehlt der Alternativtext.", "Ergänzen Sie alternativtext = \"Wappen der Stadt …\".", file=path.name))  # fmt: skip
    else:
        return replace(design, logo=Logo(file.read_bytes(), _FORMATS[file.suffix.lower()], alt))
    return design
