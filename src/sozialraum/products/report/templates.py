"""Templates of reports as stored analyses in TOML: chapters with settings, reorderable (Vorlagen)."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum.errors import Finding, SozialraumError
from sozialraum.products.report.chapters import KINDS
from sozialraum.products.report.subject import Settings

SHIPPED = Path(__file__).parent / "templates"
PER = ("gebiet", "kommune", "kennzahl")
_HEAD = {
    "titel",
    "untertitel",
    "je",
    "ebene",
    "stand",
    "verzeichnis",
    "titelseite",
    "texte",
    "beschreibung",
    "kennzahlen",
}
_CHAPTER = {"art", "id", "titel", "seite", "leer", "einleitung"}


@dataclass(frozen=True)
class ChapterPlan:
    """One chapter of a template: its kind, heading, settings; `id` names its own texts."""

    kind: str
    id: str
    title: str
    settings: Settings
    new_page: bool = False
    show_empty: bool = False


@dataclass(frozen=True)
class Template:
    """A report to be made again with every release: for one, some or all areas, for the town, or per indicator."""

    id: str
    title: str
    per: str
    chapters: tuple[ChapterPlan, ...]
    subtitle: str = ""
    level: str = ""
    version: str = ""
    contents: bool = False
    cover: bool = False
    description: str = ""
    indicators: tuple[str, ...] = ()
    fingerprint: str = ""


def shipped() -> dict[str, Template]:
    """The templates that come with the software, by id."""
    return {path.stem: read(path) for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str) -> Template:
    """A shipped template by id, or one from a file; raises SozialraumError with what is wrong."""
    path = Path(name)
    if path.suffix == ".toml":
        return read(path)
    known = SHIPPED / f"{name}.toml"
    if not known.is_file() or "/" in name:
        names = ", ".join(sorted(item.stem for item in SHIPPED.glob("*.toml")))
        raise SozialraumError(
            Finding(
                f"Eine Vorlage „{name}“ gibt es nicht.",
                f"Mitgeliefert sind: {names}. Eine eigene Vorlage nennen Sie mit ihrer Datei (….toml).",
            )
        )
    return read(known)


def read(path: Path) -> Template:
    """Read a template file; every finding at once."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SozialraumError(
            Finding("Die Vorlage gibt es nicht.", "Prüfen Sie den Pfad.", file=str(path))
        ) from None
    except UnicodeDecodeError as error:
        raise SozialraumError(
            Finding(
                "Die Vorlage ist nicht in UTF-8 geschrieben.", "Speichern Sie sie als UTF-8.", file=path.name
            )
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SozialraumError(
            Finding(
                f"Die Vorlage ist nicht lesbar: {error}.",
                "Prüfen Sie Anführungszeichen und Klammern.",
                file=path.name,
            )
        ) from error
    return parse(data, path.stem, file=path.name)


def arranged(template: Template, ids: Sequence[str]) -> Template:
    """The same template with some of its chapters, in the given order; unknown ids are left out."""
    known = {plan.id: plan for plan in template.chapters}
    chosen = tuple(known[id] for id in dict.fromkeys(ids) if id in known)
    if not chosen or chosen == template.chapters:
        return template
    mark = hashlib.sha256(f"{template.fingerprint} {[plan.id for plan in chosen]}".encode()).hexdigest()
    return replace(template, chapters=chosen, fingerprint=mark)


def parse(data: Mapping[str, Any], id: str, *, file: str = "") -> Template:
    """A template from plain data; raises SozialraumError with every finding at once."""
    head, chapters = data.get("bericht"), data.get("kapitel")
    findings: list[Finding] = []
    if not isinstance(head, Mapping) or not head.get("titel"):
        findings.append(Finding("Der Vorlage fehlt der Block [bericht] mit einem Titel.", "Ergänzen Sie: [bericht] titel = \"…\".", file=file))  # fmt: skip
        head = {}
    if not isinstance(chapters, Sequence) or not chapters:
        findings.append(Finding("Die Vorlage hat keine Kapitel.", "Ergänzen Sie mindestens einen Block [[kapitel]].", file=file))  # fmt: skip
        chapters = []
    findings += _strange(head, _HEAD, "[bericht]", file)
    per = str(head.get("je", "gebiet"))
    if per not in PER:
        findings.append(
            Finding("„je“ ist nicht bekannt.", f"Möglich: {', '.join(PER)}.", file=file, value=per)
        )
    plans = [_chapter(dict(one), number, per, file, findings) for number, one in enumerate(chapters, 1)]
    findings += _doubled([plan for plan in plans if plan], file)
    if findings:
        raise SozialraumError(findings)
    return Template(
        id=id,
        title=str(head["titel"]),
        per=per,
        chapters=tuple(plan for plan in plans if plan),
        subtitle=str(head.get("untertitel", "")),
        level=str(head.get("ebene", "")),
        version=str(head.get("stand", "")),
        contents=bool(head.get("verzeichnis", False)),
        cover=bool(head.get("titelseite", False)),
        description=str(head.get("beschreibung", "")),
        indicators=tuple(str(item) for item in head.get("kennzahlen", ())),
        fingerprint=hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest(),
    )


def _chapter(
    given: dict[str, Any], number: int, per: str, file: str, findings: list[Finding]
) -> ChapterPlan | None:
    kind = str(given.get("art", ""))
    place = f"Kapitel {number}"
    if kind not in KINDS:
        findings.append(
            Finding(
                f"{place}: Ein Kapitel der Art „{kind}“ gibt es nicht.",
                f"Möglich sind: {', '.join(sorted(KINDS))}.",
                file=file,
                value=kind,
            )
        )
        return None
    known = KINDS[kind]
    findings += _strange(given, _CHAPTER | set(known.takes), f"{place} ({kind})", file)
    if known.needs_area and per != "gebiet":
        findings.append(
            Finding(
                f"{place}: „{kind}“ braucht ein Gebiet.",
                'Setzen Sie im Block [bericht] je = "gebiet".',
                file=file,
            )
        )
    settings = {name: value for name, value in given.items() if name not in _CHAPTER}
    return ChapterPlan(
        kind,
        str(given.get("id", kind)),
        str(given.get("titel", known.title)),
        Settings(settings),
        new_page=bool(given.get("seite", False)),
        show_empty=str(given.get("leer", "weglassen")) == "zeigen",
    )


def _strange(given: Mapping[str, Any], known: set[str], place: str, file: str) -> list[Finding]:
    return [
        Finding(
            f"{place}: Die Einstellung „{name}“ ist nicht bekannt.",
            f"Möglich: {', '.join(sorted(known))}.",
            file=file,
        )
        for name in given
        if name not in known
    ]


def _doubled(plans: Sequence[ChapterPlan], file: str) -> list[Finding]:
    ids = [plan.id for plan in plans]
    return [
        Finding(
            f"Zwei Kapitel heißen „{id}“.",
            "Geben Sie jedem Kapitel eine eigene id: eigene Texte hängen daran.",
            file=file,
        )
        for id in dict.fromkeys(ids)
        if ids.count(id) > 1
    ]
