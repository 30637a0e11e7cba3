"""From a template and a release to documents: chapters in order, own texts beside the generated ones (Zusammenstellung)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sozialraum import periods
from sozialraum.errors import Finding, Severity, SozialraumError
from sozialraum.products import layers
from sozialraum.products.catalogue import Area, Level
from sozialraum.products.report import figures
from sozialraum.products.report.chapters import KINDS
from sozialraum.products.report.content import Block, Chapter, Document, Note
from sozialraum.products.report.design import Design
from sozialraum.products.report.holding import Holding
from sozialraum.products.report.subject import Settings, Subject
from sozialraum.products.report.templates import ChapterPlan, Template
from sozialraum.products.report.texts import Texts


@dataclass(frozen=True)
class Order:
    """One document to be made: for an area, an indicator, or (both empty) the town."""

    name: str
    area: str = ""
    indicator: str = ""


def place_of(holding: Holding, template: Template, level: str = "", version: str = "") -> tuple[Level, str]:
    """Level and Gebietsstand of a report: as asked, else the template's, else the finest level of today."""
    catalogue = holding.catalogue
    wanted = version or template.version or catalogue.current_version
    try:
        known = catalogue.version(wanted)
    except KeyError:
        names = ", ".join(item.id for item in catalogue.versions)
        raise SozialraumError(
            Finding(f"Den Gebietsstand „{wanted}“ enthält die Freigabe nicht.", f"Enthalten sind: {names}.")
        ) from None
    asked = level or template.level
    if not asked:
        return known.levels[0], known.id
    found = known.level(asked)
    if found is None:
        names = ", ".join(f"{item.id} ({item.label})" for item in known.levels)
        raise SozialraumError(
            Finding(f"Die Ebene „{asked}“ enthält die Freigabe nicht.", f"Enthalten sind: {names}.")
        )
    return found, known.id


def orders(
    holding: Holding, template: Template, level: Level, version: str, areas: Sequence[str] = ()
) -> list[Order]:
    """The documents a template asks for; `areas` narrows it, unknown codes are told all at once."""
    catalogue = holding.catalogue
    if template.per == "kommune":
        return [Order(template.id)]
    if template.per == "kennzahl":
        chosen = template.indicators or tuple(item.id for item in catalogue.plain_indicators)
        return [Order(f"{template.id}_{id}", indicator=id) for id in chosen if id in catalogue.indicators]
    members = {area.code: area for area in catalogue.members(level.id, version)}
    unknown = [code for code in areas if code not in members]
    if unknown:
        raise SozialraumError(
            [
                Finding(
                    "Ein Gebiet mit diesem Schlüssel gibt es auf dieser Ebene nicht.",
                    f"Ebene {level.label}, Gebietsstand {version}. Beispiele: {', '.join(list(members)[:3])}.",
                    value=code,
                )
                for code in unknown
            ]
        )
    chosen_areas = [members[code] for code in areas] if areas else list(members.values())
    return [Order(f"{template.id}_{file_part(area.code)}", area=area.code) for area in chosen_areas]


def file_part(code: str) -> str:
    """A code as part of a file name; whatever is no letter, digit, dash becomes an underscore."""
    return re.sub(r"[^\w-]", "_", code)


def document(
    holding: Holding,
    template: Template,
    order: Order,
    *,
    level: Level,
    version: str,
    texts: Texts | None = None,
    design: Design | None = None,
    earlier: Holding | None = None,
) -> Document:
    """One report as plain content; the same input gives the same content, byte for byte."""
    catalogue, design = holding.catalogue, design or Design()
    area = _area(holding, level, version, order.area) if order.area else None
    subject = Subject(holding, level, version, texts or Texts(), area, earlier)
    if order.indicator:
        template = _for_indicator(template, order.indicator)
    name = (
        area.name
        if area
        else catalogue.indicators[order.indicator].label
        if order.indicator
        else subject.town
    )
    locator, locator_alt = figures.location(subject)
    chapters = tuple(chapter for plan in template.chapters for chapter in _chapters(subject, plan))
    return Document(
        title=name if (area or order.indicator) else f"{template.title} {subject.town}",
        kind=template.title,
        subject=name,
        subtitle=template.subtitle or (f"{level.label} {area.code}, {subject.town}" if area else ""),
        author=design.sender or catalogue.office.name or subject.town,
        date=catalogue.created[:10],
        data_state=f"Datenstand {periods.label(state)}" if (state := data_state(holding)) else "",
        release=f"Freigabe {catalogue.release}",
        fingerprint=holding.fingerprint,
        chapters=chapters,
        name=order.name,
        contents=template.contents,
        cover=template.cover,
        locator=locator,
        locator_alt=locator_alt,
        foot=design.foot,
        internal=catalogue.audience != "öffentlich",
    )


def data_state(holding: Holding) -> str:
    """The newest day or year of any indicator; school years and pooled years name no day."""
    plain = (periods.PeriodKind.DATE, periods.PeriodKind.YEAR)
    every = {period for item in holding.catalogue.plain_indicators for period in item.periods}
    days = {period for period in every if periods.parse(period).kind in plain}
    return max(days or every, key=periods.parse, default="")


def _area(holding: Holding, level: Level, version: str, code: str) -> Area:
    found = holding.catalogue.area(level.id, code, version)
    if found is None:
        raise ValueError(f"unknown area {code!r}")
    return found


def _for_indicator(template: Template, indicator: str) -> Template:
    """The same template with every chapter set to one indicator."""
    plans = tuple(
        replace(plan, settings=Settings({**plan.settings.values, "kennzahl": indicator}))
        if "kennzahl" in KINDS[plan.kind].takes
        else plan
        for plan in template.chapters
    )
    return replace(template, chapters=plans)


def _chapters(subject: Subject, plan: ChapterPlan) -> Iterable[Chapter]:
    """A chapter with its parts; without content it is left out or says what is missing."""
    kind = KINDS[plan.kind]
    blocks: list[Block] = [*kind.build(subject, plan.settings), *own_blocks(subject, plan.id)]
    parts = list(kind.parts(subject, plan.settings)) if kind.parts else []
    if not blocks and not parts:
        if not plan.show_empty:
            return
        blocks = [_missing(subject, plan)]
    yield Chapter(plan.id, plan.title, blocks, new_page=plan.new_page)
    for number, part in enumerate(parts):
        # the first section stands under the heading of its chapter
        fresh = part.new_page and (number > 0 or bool(blocks))
        yield Chapter(f"{plan.id}-{part.id}", part.title, part.blocks, depth=2, new_page=fresh)


def _missing(subject: Subject, plan: ChapterPlan) -> Note:
    where = f"texte/{plan.id}/{subject.area.code}.md" if subject.area else f"texte/{plan.id}.md"
    if plan.kind == "text":
        return Note(
            f"Hier steht ein eigener Text der Planung; er liegt noch nicht vor ({where}).", "Was fehlt"
        )
    return Note(
        f"Zu diesem Teil enthält die Freigabe für {subject.place.name} keine Zahlen, und ein eigener Text liegt noch nicht vor ({where}).",
        "Was fehlt",
    )


def own_blocks(subject: Subject, chapter: str) -> list[Block]:
    """The planners' own texts of a chapter, with today's figures in their placeholders."""
    code = subject.area.code if subject.area else ""
    found: list[Block] = []
    for text in subject.texts.of(chapter, code):
        found += text.blocks(lambda name: _spoken(subject, name), data_state(subject.holding))
    return found


def _spoken(subject: Subject, indicator: str) -> str | None:
    for entry in subject.entries:
        if entry.indicator.id == indicator:
            return layers.spoken(entry.value, entry.indicator)
    return None


def unused(holding: Holding, template: Template, level: Level, version: str, texts: Texts) -> list[Finding]:
    """Own texts that no chapter or area of this report takes, and placeholders without an indicator."""
    chapters = {plan.id for plan in template.chapters}
    codes = {area.code for area in holding.catalogue.members(level.id, version)}
    found = []
    for (chapter, area), text in texts.found.items():
        if chapter not in chapters:
            found.append(_hint(f"Kein Kapitel der Vorlage heißt „{chapter}“; dieser Text erscheint nicht.", f"Kapitel: {', '.join(sorted(chapters))}.", text.file))  # fmt: skip
        elif area and area not in codes:
            found.append(_hint(f"Ein Gebiet „{area}“ hat die Ebene {level.label} nicht; dieser Text erscheint nicht.", "", text.file))  # fmt: skip
        found += [
            _hint(
                f"Der Platzhalter „{name}“ ist keine Kennzahl der Freigabe und bleibt stehen.", "", text.file
            )
            for name in text.placeholders
            if name not in holding.catalogue.indicators
        ]
    return found


def _hint(message: str, remedy: str, file: str) -> Finding:
    return Finding(message, remedy, file=file, severity=Severity.WARNING)
