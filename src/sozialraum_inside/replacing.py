"""A mended file that comes instead of an earlier delivery of the same source (Ersetzte Lieferung)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sozialraum.deliveries import RECIPE
from sozialraum.errors import Finding, SozialraumError

UNDECIDED: Final = "?"  # nobody has said yet whether the file replaces another
YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def candidates(folder: Path, source: str) -> tuple[str, ...]:
    """The deliveries of a source that a new file may replace, by name; none for a source without deliveries."""
    place = folder / "lieferungen" / source
    files = place.glob("*") if source and place.is_dir() else ()
    return tuple(sorted(path.name for path in files if path.is_file() and path.name != RECIPE))


def suggested(names: Sequence[str], target: str, known_figures: int) -> str:
    """The delivery a file most likely replaces: the only one whose name speaks of the same years.

    `known_figures` counts the figures of the file that the last run already had; without any the file comes beside the
    others. Returns an empty text where nothing speaks for a replacement, or several would fit.
    """
    if not known_figures:
        return ""
    if target in names:
        return target
    years = YEAR.findall(target)
    fitting = [name for name in names if years and YEAR.findall(name) == years]
    return fitting[0] if len(fitting) == 1 else ""


def doubtful(same: int, changed: int, named: bool) -> bool:
    """Whether a file known by its shape alone probably counts something else: most figures that were there would change.

    `same` and `changed` count figures of the last run, `named` says whether the name of the file fits the recipe, too.
    """
    return not named and changed > same


def chosen(names: Sequence[str], name: str) -> str:
    """The delivery a person chose, empty for none; raises SozialraumError when it is not among the deliveries (any more)."""
    if name == UNDECIDED:
        raise SozialraumError(
            Finding(
                "Es fehlt, ob diese Datei eine frühere ersetzt.",
                "Wählen Sie es unten; zählt sie etwas anderes, legen Sie selbst fest, was.",
            )
        )
    if name and name not in names:
        raise SozialraumError(
            Finding(
                f"Die Lieferung „{name[:80]}“, die ersetzt werden soll, gibt es nicht mehr.",
                "Wählen Sie neu, was die Datei ersetzt.",
            )
        )
    return name
