"""A town's own list of measures, read without forcing a structure on it: headings, rows, what each column means (Liste lesen)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from sozialraum.spreadsheet import Cell, text_of

MOST_ROWS: Final = 5000
LONGEST: Final = 2000

# what a column may mean, and the words that suggest it
MEANINGS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "titel": (
        "Maßnahme",
        ("maßnahme", "massnahme", "projekt", "titel", "bezeichnung", "vorhaben", "angebot"),
    ),
    "text": ("Beschreibung", ("beschreibung", "inhalt", "kurzbeschreibung", "erläuterung")),
    "zustaendig": (
        "Zuständig",
        ("zuständig", "federführung", "amt", "verantwortlich", "träger", "fachbereich"),
    ),
    "zielgruppe": ("Zielgruppe", ("zielgruppe", "für wen", "adressat")),
    "gebiet": ("Gebiet", ("wo", "gebiet", "ort", "stadtteil", "quartier", "bezirk", "raum", "sozialraum")),
    "kosten": ("Kosten", ("kosten", "mittel", "budget", "euro", "finanzierung", "betrag")),
    "stand": ("Stand", ("stand", "status", "umsetzung", "sachstand")),
    "laufzeit": ("Laufzeit", ("laufzeit", "zeitraum", "dauer", "beginn", "von", "termin")),
    "feld": ("Handlungsfeld", ("handlungsfeld", "themenfeld", "bereich", "thema")),
    "": ("nur aufbewahren", ()),
}
FEWEST_HEADINGS: Final = 2
ALIKE: Final = 0.84

STATUSES: Final = (
    ("aufgegeben", ("aufgegeben", "eingestellt", "gestrichen")),
    ("beendet", ("abgeschlossen", "beendet", "fertig", "erledigt")),
    ("beschlossen", ("bewilligt", "beschlossen", "genehmigt")),
    ("geplant", ("beantragt", "geplant", "in planung", "vorbereitung")),
    ("umsetzung", ("läuft", "laufend", "umsetzung", "pausiert", "aktiv")),
    ("betrieb", ("betrieb", "dauerhaft", "verstetigt")),
    ("idee", ("idee", "vorschlag")),
)


@dataclass(frozen=True)
class Listing:
    """The table in a sheet: row of the headings (from 1), headings, rows as texts with their number and group heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, str, tuple[str, ...]], ...]
    first: int


@dataclass(frozen=True)
class Entry:
    """What was understood of a row, and what was not, in words."""

    row: int
    title: str
    text: str = ""
    organisation: str = ""
    target_group: str = ""
    area_keys: tuple[str, ...] = ()
    euros: float | None = None
    status: str = "idee"
    start: date | None = None
    end: date | None = None
    field_title: str = ""
    notes: tuple[str, ...] = ()
    original: Mapping[str, str] = field(default_factory=dict)


def find(rows: Sequence[Sequence[Cell]]) -> Listing | None:
    """The table in a sheet: the first row whose cells look like headings, and everything below; None without one."""
    for number, cells in enumerate(rows[:40]):
        texts = [text_of(cell).strip() for cell in cells]
        known = [text for text in texts if meaning_of(text)]
        if len(known) >= FEWEST_HEADINGS and len({meaning_of(text) for text in known}) >= FEWEST_HEADINGS:
            return _below(rows, number, texts)
    return None


def _below(rows: Sequence[Sequence[Cell]], head: int, headings: Sequence[str]) -> Listing:
    """Rows below the headings; a row with one filled cell is a heading of its own over those that follow."""
    width = max(index for index, text in enumerate(headings) if text) + 1
    names = _unique([headings[index] or f"Spalte {index + 1}" for index in range(width)])
    found: list[tuple[int, str, tuple[str, ...]]] = []
    group = ""
    for number in range(head + 1, len(rows)):
        texts = tuple(text_of(cell).strip()[:LONGEST] for cell in [*rows[number], *[None] * width][:width])
        filled = [text for text in texts if text]
        if len(filled) == 1 and width > FEWEST_HEADINGS:
            group = filled[0]
        elif filled:
            found.append((number + 1, group, texts))
    return Listing(tuple(names), tuple(found), head + 1)


def _unique(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, free = 1, name
        while free in found:
            number += 1
            free = f"{name} ({number})"
        found.append(free)
    return found


def meaning_of(heading: str) -> str:
    """What a heading most likely means, empty when it says nothing known."""
    words = re.findall(r"[a-zäöüß]+", heading.lower())
    for key, (_label, hints) in MEANINGS.items():
        if any(hint in words or (hint in heading.lower() and " " in hint) for hint in hints):
            return key
    return next((key for key, (_label, hints) in MEANINGS.items() if any(len(hint) > 4 and hint in heading.lower() for hint in hints)), "")  # fmt: skip


def mapping_of(headings: Sequence[str]) -> dict[str, str]:
    """A first proposal: each meaning is given to the first heading that suggests it."""
    taken: set[str] = set()
    proposed = {}
    for heading in headings:
        meaning = meaning_of(heading)
        proposed[heading] = meaning if meaning not in taken else ""
        taken.add(meaning)
    return proposed


def entries(
    listing: Listing, mapping: Mapping[str, str], areas: Mapping[str, Sequence[tuple[str, str]]]
) -> list[Entry]:
    """Rows with a title as entries; `areas` maps names and codes in lower case to (key, name)."""
    column = {meaning: listing.headings.index(head) for head, meaning in mapping.items() if meaning and head in listing.headings}  # fmt: skip
    if "titel" not in column:
        return []
    return [
        _entry(number, group, texts, column, listing.headings, areas)
        for number, group, texts in listing.rows
        if texts[column["titel"]]
    ]


def _entry(
    number: int,
    group: str,
    texts: Sequence[str],
    column: Mapping[str, int],
    headings: Sequence[str],
    areas: Mapping[str, Sequence[tuple[str, str]]],
) -> Entry:
    def cell(meaning: str) -> str:
        return texts[column[meaning]] if meaning in column else ""

    notes: list[str] = []
    keys, unknown = places(cell("gebiet"), areas)
    if unknown:
        notes.append(f"Gebiet „{', '.join(unknown)}“ nicht erkannt")
    amount = euros(cell("kosten"))
    if amount is None and cell("kosten"):
        notes.append(f"Kosten „{cell('kosten')}“ nicht als Betrag erkannt")
    status = status_of(cell("stand"))
    if not status and cell("stand"):
        notes.append(f"Stand „{cell('stand')}“ nicht erkannt, als Idee übernommen")
    start, end = span(cell("laufzeit"))
    if start is None and end is None and cell("laufzeit"):
        notes.append(f"Laufzeit „{cell('laufzeit')}“ nicht als Datum erkannt")
    title = re.sub(r"^handlungsfeld\s+", "", group, flags=re.IGNORECASE)
    original = {head: text for head, text in zip(headings, texts, strict=True) if text}
    return Entry(
        number, cell("titel")[:300], cell("text"), organisation_of(cell("zustaendig")), cell("zielgruppe")[:200], tuple(keys),
        amount, status or "idee", start, end, (cell("feld") or title)[:120], tuple(notes), original,
    )  # fmt: skip


def organisation_of(text: str) -> str:
    """A name without number of the office and introducing words: `51 / Jugendamt` is `Jugendamt`."""
    plain = re.sub(r"^(träger|amt)\s*:\s*", "", text, flags=re.IGNORECASE)
    plain = re.sub(r"^\d[\d.]*\s*/?\s*(?=[A-Za-zÄÖÜ])", "", plain).strip()
    return (plain or text).strip()[:200]


def euros(text: str) -> float | None:
    """The first amount in a text, in euros: `ca. 120 T€ p. a.`, `210.000,00 EUR`, `9.600`; None without one."""
    found = re.search(r"(\d{1,3}(?:[.\s]\d{3})+|\d+)(?:,(\d{1,2}))?\s*(t€|tsd|teur|t€|mio)?", text.lower())
    if not found:
        return None
    whole = float(re.sub(r"[.\s]", "", found[1])) + (float(f"0.{found[2]}") if found[2] else 0.0)
    factor = {"mio": 1_000_000.0}.get(found[3] or "", 1000.0 if found[3] else 1.0)
    return whole * factor


def status_of(text: str) -> str:
    """The state a word means, empty when none."""
    low = text.lower()
    return next((status for status, words in STATUSES if any(word in low for word in words)), "")


def span(text: str) -> tuple[date | None, date | None]:
    """Start and end as far as the text says: `1.1.2022 - 31.12.2026`, `2023–2025`, `ab Q3/2024`, `2025 ff.`."""
    low = text.lower()
    days = [date(int(year), int(month), int(day)) for day, month, year in re.findall(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text) if _valid(day, month)]  # fmt: skip
    if days:
        return days[0], days[1] if len(days) > 1 else None
    open_end = any(word in low for word in ("ab ", "seit", "ff"))
    quarter = re.search(r"q([1-4])\s*/\s*(\d{4})", low)
    if quarter:
        start = date(int(quarter[2]), 3 * int(quarter[1]) - 2, 1)
        return start, None if open_end else _quarter_end(start)
    month = re.search(r"\b(\d{1,2})/(\d{2}|\d{4})\b", low)
    if month and 1 <= int(month[1]) <= 12 and "schuljahr" not in low:
        return date(_century(month[2]), int(month[1]), 1), None
    school = re.search(r"schuljahr\s*(\d{2,4})\s*/\s*(\d{2,4})", low)
    if school:
        return date(_century(school[1]), 8, 1), date(_century(school[2]), 7, 31)
    years = [int(year) for year in re.findall(r"\b(20\d{2})\b", text)]
    if not years:
        return None, None
    return date(years[0], 1, 1), None if open_end else date(years[-1], 12, 31)


def _valid(day: str, month: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= (
        28 if int(month) == 2 else 30 if int(month) in (4, 6, 9, 11) else 31
    )


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _quarter_end(start: date) -> date:
    return date(start.year, start.month + 2, 30)


WHOLE: Final = ("gesamt", "stadtweit", "alle", "ganze", "kommune", "überall", "-")


def places(text: str, areas: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[list[str], list[str]]:
    """Keys of the areas a text names, and what it names besides; the whole municipality needs no key."""
    low = text.lower().strip()
    if not low or any(low.startswith(word) or low == word for word in WHOLE):
        return [], []
    keys: list[str] = []
    unknown: list[str] = []
    plain = re.sub(r"\([^)]*\)", "", low).replace("schwerpunkt", "")
    for part in re.split(r"[,;+/&]| und ", plain):
        word = part.strip()
        if not word:
            continue
        found = areas.get(word) or areas.get(_without_code(word)) or _alike(word, areas)
        if found:
            keys += [key for key, _name in found[:1] if key not in keys]
        else:
            unknown.append(word)
    return keys, unknown


def _without_code(word: str) -> str:
    return re.sub(r"^\d+\s+", "", word)


def _alike(word: str, areas: Mapping[str, Sequence[tuple[str, str]]]) -> Sequence[tuple[str, str]]:
    if word.isdigit():
        return ()
    best = max(areas, key=lambda name: SequenceMatcher(None, word, name).ratio(), default="")
    return areas[best] if best and SequenceMatcher(None, word, best).ratio() >= ALIKE else ()
