"""Pages of a report as pictures, in a process of its own: `python -m sozialraum.products.report.preview FOLDER` (Vorschau).

Reads the order as JSON from standard input; writes `1.png`, `2.png` … and `seiten.json` with the words of each page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.errors import SozialraumError
from sozialraum.products.report import compose, design, holding, pdf, templates
from sozialraum.products.report.content import Chapter, Document
from sozialraum.products.report.texts import OwnText, Texts

CHAPTERS = 8  # of a long report
PAGES = 8


def make(task: Mapping[str, Any], folder: Path) -> None:
    """Write the first pages of the ordered report; raises SozialraumError for what a person can mend."""
    held = holding.hold(Path(task["release"]), verified=True)
    template = templates.arranged(templates.find(task["template"]), task.get("chapters", ()))
    level, version = compose.place_of(held, template, task.get("level", ""), task.get("version", ""))
    order = compose.orders(held, template, level, version, list(task.get("areas", ()))[:1])[0]
    texts = Texts(
        {(chapter, area): OwnText(chapter, area, text, state) for chapter, area, text, state in task["texts"]}
    )
    look = design.read(Path(task["design"]) if task.get("design") else None)
    whole = compose.document(held, template, order, level=level, version=version, texts=texts, design=look)
    pictures = pdf.pages(_beginning(whole), look)[:PAGES]
    for number, picture in enumerate(pictures, 1):
        (folder / f"{number}.png").write_bytes(picture)
    titles = ", ".join(chapter.title for chapter in whole.chapters[:CHAPTERS])
    words = [
        f"Seite {number} der Vorschau: {whole.title}. Kapitel: {titles}."
        for number in range(1, len(pictures) + 1)
    ]
    (folder / "seiten.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")


def _beginning(document: Document) -> Document:
    """A long report without what a preview would never show."""
    chapters: list[Chapter] = list(document.chapters[:CHAPTERS])
    return replace(document, chapters=tuple(chapters)) if len(document.chapters) > CHAPTERS else document


def main() -> int:
    """Run as a program: 0 when fine, 1 with the words of a finding."""
    try:
        make(json.loads(sys.stdin.read()), Path(sys.argv[1]))
    except SozialraumError as error:
        print(str(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
