"""Wörter der englischen Oberfläche: sammelt, was übersetzt werden kann, und schreibt den Katalog neu.

Aufruf: `.venv/bin/python tools/words.py`. Neue Wörter stehen danach ohne Übersetzung in `django.po`; nach dem Übersetzen
noch einmal aufrufen, damit `django.mo` (was die Site liest) dazu passt. `tests/house/test_english.py` prüft beides.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

HOUSE = Path(__file__).resolve().parent.parent
SOURCE = HOUSE / "src"
# what a reader without a log-in sees (sozialraum_web.portal.language.ROOMS) and all it is made of
ROOMS = (
    "sozialraum",
    "sozialraum_ui",
    "sozialraum_web/atlas",
    "sozialraum_web/monitoring",
    "sozialraum_web/portal",
)
CATALOGUE = SOURCE / "sozialraum_web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
GERMAN_ONLY = {"sozialraum_ui/templates/sozialraum_ui/stil.html"}  # the style sheet of those who build pages
COMPILED = CATALOGUE.with_suffix(".mo")
KEYWORDS = {
    "say": None,
    "mark": None,
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
PLACES = re.compile(r"%\(\w+\)s|\{\w*(?:![rsa])?(?::[^}]*)?\}")

Message = str | tuple[str, ...]


def collect(source: Path = SOURCE) -> dict[Message, list[str]]:
    """Every text that can be translated, with the files it stands in."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize  # needs settings

    found: dict[Message, list[str]] = {}
    for room in ROOMS:
        for path in sorted((source / room).rglob("*")):
            name = path.relative_to(source).as_posix()
            if name in GERMAN_ONLY:
                continue
            if path.suffix == ".py":
                content = path.read_bytes()
            elif path.suffix == ".html":
                content = templatize(path.read_text("utf-8"), origin=str(path)).encode()
            else:
                continue
            for _, message, _, _ in extract("python", io.BytesIO(content), KEYWORDS):
                files = found.setdefault(message if isinstance(message, str) else tuple(message), [])
                if name not in files:
                    files.append(name)
    found.pop("", None)
    return found


def places(text: str) -> list[str]:
    """The named places of a text, sorted: `{name}` and `%(name)s`."""
    return sorted(PLACES.findall(text))


def saved(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is kept, or an empty one."""
    if not path.is_file():
        return Catalog(locale="en", project="sozialraum", version="0", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def renewed(before: Catalog, found: dict[Message, list[str]]) -> Catalog:
    """A catalogue of exactly the found texts, keeping the translations there are."""
    after = Catalog(locale="en", project="sozialraum", version="0", fuzzy=False)
    after.creation_date = after.revision_date = before.creation_date
    for message, files in sorted(found.items(), key=lambda item: (item[1][0], str(item[0]))):
        kept = before.get(message if isinstance(message, str) else message[0])
        after.add(
            message,
            string=kept.string if kept else "",
            locations=[(file, None) for file in files],
            flags=(),
        )
    return after


def main() -> int:
    """Write both files and say how many words still wait for a translation."""
    catalogue = renewed(saved(), collect())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=False)
    with COMPILED.open("wb") as file:
        write_mo(file, catalogue)
    waiting = [message for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} Texte, {len(waiting)} ohne Übersetzung: {CATALOGUE.relative_to(HOUSE)}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
