"""Looking at a file before it is a delivery: which recipe knows it, or which one it would need (Tabelle ansehen)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum import catalogue as catalogues
from sozialraum import municipality as municipalities
from sozialraum.deliveries import RECIPE
from sozialraum.errors import DeliveryError, Finding, SozialraumError
from sozialraum.municipality import Municipality
from sozialraum.sources import kommonitor
from sozialraum.sources.drafting import recipe_text
from sozialraum.sources.guessing import Reason, escaped
from sozialraum.sources.inspection import Draft, matches, understand
from sozialraum.sources.recipes import read_recipes
from sozialraum.spreadsheet import Sheet, read_sheets, text_of


@dataclass(frozen=True)
class Seen:
    """What a file is: the stored recipes that read it, and a draft for each sheet that none of them knows."""

    file: Path
    known: tuple[str, ...]
    drafts: tuple[Draft, ...]
    recipes: tuple[str, ...]
    previews: tuple[str, ...]
    indicators: str = ""

    @property
    def text(self) -> str:
        """For a person: recognised, or drafted with reasons."""
        parts = [f"Erkannt: {name} liest diese Datei." for name in self.known]
        for draft, preview, recipe in zip(self.drafts, self.previews, self.recipes, strict=True):
            title = f"Blatt „{draft.sheet}“" if draft.sheet else self.file.name
            parts += [title, preview, "Entwurf für rezept.toml (??? bitte ergänzen):", "", recipe]
        if self.indicators:
            parts += [
                "Metadaten aus KomMonitor. Entwurf für kennzahlen/ (??? bitte ergänzen):",
                "",
                self.indicators,
            ]
        if not parts:
            parts = [f"{self.file.name}: keine Tabelle mit Zahlen gefunden."]
        return "\n".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """For machines: every decision of each draft."""
        drafts = [{**asdict(d), "recipe": r} for d, r in zip(self.drafts, self.recipes, strict=True)]
        found = {"file": str(self.file), "known": list(self.known), "drafts": drafts}
        return found | ({"indicators": self.indicators} if self.indicators else {})

    def write(self, folder: Path) -> Path:
        """Write the drafts as `rezept.toml` into the folder of a source; an existing recipe is never overwritten."""
        path = folder / RECIPE
        if path.exists():
            raise DeliveryError(
                Finding(
                    "Dort liegt schon ein Rezept; es wird nicht überschrieben.",
                    "Ergänzen Sie den Entwurf von Hand als weitere [[tabelle]].",
                    file=str(path),
                )
            )
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.recipes), "utf-8")
        return path


def look(file: Path, *, sheet: str = "", folder: Path | None = None) -> Seen:
    """Look at a file; with a municipality's folder its areas, variables and stored recipes are known.

    Raises DeliveryError when the file cannot be read at all.
    """
    described = kommonitor.described(file)
    if described:
        return Seen(file, (), (), (), (), kommonitor.drafts(described))
    municipality = municipalities.read(folder) if folder is not None else None
    sheets = read_sheets(file, sheet=sheet, every=not sheet, at_a_glance=True)
    known = _known(file, sheets, municipality) if municipality else []
    catalogue = municipality.catalogue if municipality else catalogues.shipped()
    geographies = municipality.geographies if municipality else ()
    seen = [] if known else [(s, understand(s, geographies, catalogue, file=file.name)) for s in sheets]
    found = list(_one_per_kind([(s, draft) for s, draft in seen if draft is not None]))
    return Seen(
        file,
        tuple(known),
        tuple(draft for _, draft in found),
        tuple(recipe_text(d, file.name, separator=s.separator, encoding=s.encoding) for s, d in found),
        tuple(_preview(s, d) for s, d in found),
    )


def _one_per_kind(seen: Sequence[tuple[Sheet, Draft]]) -> Iterator[tuple[Sheet, Draft]]:
    """Sheets of one form whose names differ in digits alone are one recipe: a sheet for each year, for instance."""
    kinds: dict[tuple[str, str, tuple[int, ...]], list[tuple[Sheet, Draft]]] = {}
    for sheet, draft in seen:
        kind = (draft.fingerprint, re.sub(r"\d+", "#", sheet.name), draft.heading)
        kinds.setdefault(kind, []).append((sheet, draft))
    for group in kinds.values():
        sheet, draft = group[0]
        if len(group) > 1:
            pattern = "^" + re.sub(r"\d+", r"\\d+", escaped(sheet.name)) + "$"
            told = Reason("Blätter", f"{len(group)} Blätter haben dieselbe Form; ein Rezept liest sie alle.")
            draft = replace(draft, sheets=pattern, reasons=(told, *draft.reasons))
        yield sheet, draft


def _known(file: Path, sheets: Sequence[Sheet], municipality: Municipality) -> list[str]:
    """The stored recipes whose columns are all in the file: next year's delivery of a known kind."""
    found = []
    for path in sorted(municipality.deliveries.glob(f"*/{RECIPE}")):
        try:
            recipes = read_recipes(path)
        except SozialraumError:
            continue
        for number, recipe in enumerate(recipes, start=1):
            if any(matches(sheet, recipe) for sheet in sheets):
                fits = (
                    ""
                    if file.match(recipe.files)
                    else f"; benennen Sie sie so, dass sie zu „{recipe.files}“ passt"
                )
                found.append(f"lieferungen/{path.parent.name}/{RECIPE}, Tabelle {number}{fits}")
    return found


def _preview(sheet: Sheet, draft: Draft, width: int = 22, columns: int = 5) -> str:
    """The heading and the first rows, as the draft sees them."""
    first = min(draft.heading)
    numbers = [*draft.heading, *range(draft.first_row, draft.first_row + 3)]
    lines = []
    for number in numbers:
        if number > len(sheet.rows):
            break
        cells = [text_of(cell).replace("\n", " ")[:width] for cell in sheet.rows[number - 1][:columns]]
        mark = "Kopf " if number in draft.heading else "Zahl "
        lines.append(f"  {mark}{number:>4} | " + " | ".join(cells))
    more = len(sheet.rows[first - 1]) - columns if first <= len(sheet.rows) else 0
    lines.append(
        f"  … {more} weitere Spalten, Tabelle bis Zeile {draft.last_row}"
        if more > 0
        else f"  … bis Zeile {draft.last_row}"
    )
    return "\n".join(lines)
