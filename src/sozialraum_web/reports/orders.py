"""From the site's records to the library's words: template, own texts, preview (Bestellung)."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring.access import Place
from sozialraum_web.reports.models import OwnText, design_file, reports_folder

if TYPE_CHECKING:
    from sozialraum.products.report.templates import Template
    from sozialraum.products.report.texts import Texts

PREVIEWS = 30  # so many are kept per municipality
SECONDS = 60


def template_of(id: str, chapters: Sequence[str] = ()) -> Template:
    """A shipped template with the chosen chapters in the chosen order; raises SozialraumError for an unknown one."""
    from sozialraum.products.report import templates

    return templates.arranged(
        templates.shipped().get(id) or templates.find(id.replace(".toml", "")), chapters
    )


def texts_of(municipality: Municipality, template: str) -> Texts:
    """The own texts of a municipality for a template."""
    from sozialraum.products.report import texts

    rows = OwnText.objects.filter(municipality=municipality, template=template)
    return texts.Texts(
        {(row.chapter, row.area): texts.OwnText(row.chapter, row.area, row.text, row.period) for row in rows}
    )


def preview(place: Place, order: Mapping[str, Any]) -> str:
    """Make the pages of a report as pictures in a process of its own; returns the key they lie under.

    The same release, order, texts and design give the same key, and then nothing is made again. Raises RuntimeError
    with the words of the finding.
    """
    slug = place.municipality.slug
    texts = [
        [row.chapter, row.area, row.text, row.period]
        for row in OwnText.objects.filter(municipality=place.municipality, template=order["template"])
    ]
    design = design_file(slug)
    task = {
        **order,
        "release": str(place.release.folder),
        "texts": texts,
        "design": str(design or ""),
        "state": place.release.commitment,
        "look": design.read_text("utf-8") if design else "",
    }
    key = hashlib.sha256(json.dumps(task, sort_keys=True).encode()).hexdigest()[:32]
    folder = preview_folder(slug, key)
    if not (folder / "seiten.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "sozialraum.products.report.preview", str(folder)],
            input=json.dumps(task).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            words = done.stderr.decode("utf-8", "replace").strip()
            raise RuntimeError(words if done.returncode == 1 else "Die Vorschau ist nicht gelungen.")
        _forget(folder.parent)
    return key


def preview_folder(slug: str, key: str) -> Path:
    """Where the pages of a preview lie."""
    return reports_folder() / slug / "vorschau" / key


def pages(slug: str, key: str) -> list[str]:
    """What stands on each page of a preview, in words."""
    told: list[str] = json.loads((preview_folder(slug, key) / "seiten.json").read_text("utf-8"))
    return told


def _forget(folder: Path) -> None:
    """Old previews go."""
    known = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in known[PREVIEWS:]:
        shutil.rmtree(path, ignore_errors=True)
