"""From a file in the tray to a delivery, in one change that can be taken back (Lieferung übernehmen)."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path

from sozialraum.deliveries import RECIPE, REGISTER, checksum
from sozialraum.errors import Finding, SozialraumError, errors_of
from sozialraum.files import replace_file
from sozialraum.municipality import Municipality
from sozialraum_inside import changes, replacing
from sozialraum_inside.intake import Known, look, target_name, try_out
from sozialraum_inside.tray import Received, discard


def take_over(
    folder: Path,
    file: Received,
    source: str,
    text: str,
    pattern: str,
    *,
    replaces: str = "",
    who: str = "",
    reason: str = "",
) -> changes.Event:
    """Put a file among the deliveries of a source, with its recipe where that is new; raises SozialraumError when it is there.

    `replaces` names an earlier delivery that goes in the same change; it comes back when the change is undone.
    """
    place = folder / "lieferungen" / source
    for path in sorted(place.glob("*")) if place.is_dir() else []:
        if (
            path.is_file()
            and path.name != RECIPE
            and path.stat().st_size == file.size
            and checksum(path) == file.sha256
        ):
            raise SozialraumError(
                Finding(
                    f"Genau diese Datei wurde schon übernommen, als „{path.name}“.",
                    "Nehmen Sie sie aus dem Eingangskorb.",
                    file=file.name,
                )
            )
    name = _name(place, file, pattern, replaces)
    files: dict[str, bytes | Path | None] = {f"lieferungen/{source}/{name}": file.path}
    if text:
        known = place / RECIPE
        before = known.read_text("utf-8") if known.exists() else ""
        files[f"lieferungen/{source}/{RECIPE}"] = f"{before.rstrip()}\n\n{text}".lstrip().encode()
    told = f"„{name}“ als Lieferung übernommen ({source})"
    if replaces:
        if replaces != name:
            files[f"lieferungen/{source}/{replaces}"] = None
        told += f", ersetzt „{replaces}“"
    event = changes.apply(folder, files, "lieferung", told, who=who, reason=reason)
    forget_removed(folder, event)
    return event


def forget_removed(folder: Path, event: changes.Event) -> None:
    """After a delivery was taken back or replaced: its checksum is forgotten, so that another file may bear its name."""
    path = folder / "journal" / REGISTER
    gone = {
        t.path.removeprefix("lieferungen/")
        for t in event.files
        if t.path.startswith("lieferungen/") and t.before
    }
    if not gone or not path.exists():
        return
    known = json.loads(path.read_text("utf-8"))
    kept = {name: digest for name, digest in known.items() if name not in gone}
    if kept != known:
        content = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
        replace_file(path, lambda place: place.write_text(content, "utf-8"))


def settle(folder: Path, file: Received, municipality: Municipality) -> str:
    """Take over a file that stored recipes know, without asking; returns why not, empty when it was done.

    A workbook whose sheets are read by several recipes of one source is taken over once.
    """
    try:
        seen, _ = look(file, municipality)
        if any(s.rivals for s in seen):
            return (
                "Mehrere Rezepte lesen diese Tabelle, und der Dateiname entscheidet nicht, welches sie meint."
            )
        known = [s.known for s in seen if s.known]
        if not known:
            return "Kein Rezept kennt diese Tabelle."
        if len({(k.source, k.files) for k in known}) > 1:
            return "Rezepte verschiedener Lieferungen lesen diese Tabelle."
        for each in known:
            if why := _why_a_person(folder, file, each, municipality):
                return why
        take_over(folder, file, known[0].source, "", known[0].files)
    except SozialraumError as error:
        return str(error.findings[0]) if error.findings else "Die Datei lässt sich nicht lesen."
    discard(folder, file.id)
    return ""


def _why_a_person(folder: Path, file: Received, known: Known, municipality: Municipality) -> str:
    """Why a recognised file still needs somebody to look at it; empty when it does not."""
    trial = try_out(file, known.recipes, municipality)
    if trial.blocked:
        first = next(iter(errors_of(trial.findings)), None)
        return f"Beim Lesen auf Probe: {first}" if first else "Auf Probe gelesen ergibt sie keine Zahl."
    standing, target = replacing.candidates(folder, known.source), target_name(file, known.files)
    # Nothing is replaced, and nothing counted twice, without somebody having looked.
    if old := replacing.suggested(standing, target, trial.same + len(trial.changed)):
        return f"Sie ersetzt vermutlich die Lieferung „{old}“. Öffnen Sie die Datei und entscheiden Sie."
    if there := trial.same + len(trial.changed):
        return (
            f"{there} ihrer Zahlen sind schon da. Öffnen Sie die Datei und entscheiden Sie, was sie ersetzt."
        )
    return ""


def _name(place: Path, file: Received, pattern: str, replaces: str) -> str:
    """The name among the deliveries; raises SozialraumError where the recipe would read no file of a free name."""
    free = _free_name(place, target_name(file, pattern))
    if fnmatch(free, pattern):
        return free
    # The recipe reads one name only: the new file takes that of the old one, which the journal keeps.
    if replaces and fnmatch(replaces, pattern):
        return replaces
    raise SozialraumError(
        Finding(
            f"Das Rezept liest nur die eine Datei „{pattern}“, und die liegt schon da.",
            "Wählen Sie, dass diese Datei sie ersetzt; zählt sie etwas anderes, legen Sie selbst fest, was.",
            file=file.name,
        )
    )


def _free_name(place: Path, name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    tried, number = name, 2
    while (place / tried).exists():
        tried = f"{stem} ({number}){dot}{ending}"
        number += 1
    return tried
