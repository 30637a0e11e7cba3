"""What a table is: its heading, areas, period, numbers and signs recognised, a recipe drafted with reasons (Tabelle verstehen).

Everything here looks at cells and answers with plain records: the command prints them, a screen can mark the cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sozialraum import periods
from sozialraum.areas import Geography, normal_name
from sozialraum.catalogue import Catalogue
from sozialraum.sources.guessing import (
    Guess,
    Reason,
    age,
    find_period,
    guess,
    is_period,
    is_year,
    listed,
    nationality,
    sex,
    without_lone_periods,
)
from sozialraum.sources.heading import column_names, letters, plain
from sozialraum.sources.recipes import Recipe
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import Cell, Sheet, text_of

LOOK: Final = 400  # rows that are looked at closely
MANY: Final = 20_000  # rows of the whole table whose keys and signs are looked at
_LOST: Final = re.compile(
    r"nicht (zu|ermittel)|keine zuordnung|sonstig|unbekannt|ohne\b|auswärt|außerhalb|^o\.? ?f\.? ?w\.?$|^o\. ?a\.|^k\. ?a\.|^9{2,}$",
    re.IGNORECASE,
)
_PLACES: Final = re.compile(r"gebiet|bezirk|stadtteil|raum|quartier|ort|gemeinde|viertel", re.IGNORECASE)
_WRITTEN_SIGNS: Final = frozenset(DEFAULT_SIGNS) - {""}
_PARTIAL: Final = re.compile(r"zwischensumme|darunter|davon", re.IGNORECASE)
_TOTALS: Final = re.compile(r"insgesamt|gesamt|summe|zusammen|total|stadt|kreis|land|alle", re.IGNORECASE)
_NOTE: Final = re.compile(
    r"quelle|©|\(c\)|hinweis|anmerkung|erläuterung|zeichenerklärung|\*\)|\d\)|stand:|erstell", re.IGNORECASE
)
_KEY: Final = re.compile(r"schl(ü|ue)ss|^(id|nr\.?|nummer|code|ags|ars|raumid|raum_id|kennziffer|key|schluessel)$|[_ ](id|nr|key)$|^(plr|bzr|pgr|stt|statbez)", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What a sheet seems to be: everything a recipe says, with reasons, and what was not understood."""

    sheet: str
    heading: tuple[int, ...]
    first_row: int
    last_row: int
    area: str
    area_by: str = "key"
    area_pattern: str = ""
    area_width: int = 0
    level: str = ""
    version: str = ""
    period: str = ""
    decimal: str = ","
    thousands: str = "."
    totals: tuple[str, ...] = ()
    not_assignable: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    ends_before: tuple[str, ...] = ()
    dimensions: Mapping[str, str] = field(default_factory=dict)
    recode: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: tuple[Guess, ...] = ()
    signs: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    fingerprint: str = ""
    sheets: str = ""
    fill_down: tuple[str, ...] = ()
    only_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hints:
    """What a person says of a sheet where the guess was wrong: rows (1-based), and the letters of the column with the areas."""

    heading: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    area: str = ""


def understand(
    sheet: Sheet, geographies: Sequence[Geography] = (), catalogue: Catalogue | None = None, *, file: str = "",
    hints: Hints | None = None,
) -> Draft | None:  # fmt: skip
    """Draft how a sheet is to be read; None when it holds no table of figures.

    With the municipality's areas the key column and its level are recognised by what the cells hold, not by their name.
    What `hints` say is taken as it is, and the rest is drafted around it.
    """
    rows, hints = sheet.rows, hints or Hints()
    start = hints.first_row or (max(hints.heading) + 1 if hints.heading else _first_row_of_figures(rows))
    if start is None or start > len(rows):
        return None
    heading = tuple(n for n in hints.heading if n < start) or _heading_rows(rows, start)
    names = column_names([rows[number - 1] for number in heading])
    body = [list(row) for row in rows[start - 1 : start - 1 + LOOK]]
    key, found, reasons = _area_column(names, body, geographies, hints.area)
    end = min(hints.last_row, len(rows)) if hints.last_row >= start else _last_row(rows, start, key)
    body = body[: end - start + 1]
    form = _number_form(body, key)
    figures = [i for i in range(len(names)) if i != key and _is_figures(body, i, form)]
    dims, recode, told = _dimension_columns(names, body, key, figures)
    period, period_told, in_column = find_period(sheet, names, body, figures, heading[0], file)
    taken = {key, *dims} | ({in_column} if in_column is not None else set())
    columns = [i for i in _with_signs(body, figures) if i not in taken and names[i] and not _is_name_column(names[i])]  # fmt: skip
    about = " ".join(text_of(cell) for row in rows[: heading[-1]] for cell in row if isinstance(cell, str))
    guesses = without_lone_periods(
        [guess(names[i], catalogue, f"{about} {sheet.name} {file}") for i in columns]
    )
    whole = rows[start - 1 : min(end, start - 1 + MANY)]
    texts = [text_of(row[key]) for row in whole if key < len(row)]
    outside = _outside(texts, found, geographies)
    signs = _signs(whole, columns, form)
    only_rows, list_told = _several_lists(names, body, taken, columns)
    fill_down = _merged_downwards(names, body, key, columns)
    reasons = [
        Reason("Kopf", _heading_sentence(heading, names)),
        *reasons, *period_told, *told, *_form_reason(form), *list_told, *outside.reasons,
    ]  # fmt: skip
    if fill_down:
        reasons.append(Reason("verbundene Zellen", f"In Spalte „{fill_down[0]}“ gilt ein Eintrag auch für die leeren Zeilen darunter.", "wahrscheinlich"))  # fmt: skip
    if end < len(rows):
        reasons.append(
            Reason("Ende", f"Die Tabelle endet in Zeile {end}; darunter stehen Fußnoten.", "wahrscheinlich")
        )
    return Draft(
        sheet=sheet.name, heading=heading, first_row=start, last_row=end, area=_column_name(names, key),
        area_by=found.by, area_pattern=found.pattern, area_width=found.width, level=found.level, version=found.version,
        period=period, decimal=form[0], thousands=form[1], totals=outside.totals, not_assignable=outside.lost,
        skipped=outside.skipped, ends_before=_notes(rows, end),
        dimensions={d: _column_name(names, place) for place, d in dims.items()}, recode=recode, columns=guesses,
        signs=signs.known, unknown=signs.unknown, reasons=tuple(reasons), fingerprint=fingerprint(names),
        fill_down=fill_down, only_rows=only_rows,
    )  # fmt: skip


def fingerprint(names: Sequence[str]) -> str:
    """What two deliveries of one kind have in common: the names of their columns, years and dates aside."""
    return " | ".join(re.sub(r"\d+", "#", normal_name(name)) for name in names if name)


def matches(sheet: Sheet, recipe: Recipe) -> bool:
    """Whether a stored recipe reads this sheet: all its columns are there."""
    from sozialraum.sources.heading import read_heading

    heading, _ = read_heading(sheet.rows, recipe)
    return heading is not None


# -- where the table stands ---------------------------------------------------------------------------------------------


def _looks_like_figure(cell: Cell) -> bool:
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        return False
    if isinstance(cell, (int, float)):
        return True
    text = text_of(cell)
    if is_period(periods.from_german(text)) and not is_year(text):
        return False
    return bool(
        re.fullmatch(r"[(\[]?[+-]?\s*[\d. \u202f]*[,.]?\d+[)\]]?\s*[pser]?", text, re.ASCII)
    ) and bool(re.search(r"\d", text))


def _first_row_of_figures(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row (1-based) whose shape goes on below it: a text or key, then figures."""
    shapes = []
    for row in rows[:LOOK]:
        cells = [cell for cell in row if text_of(cell)]
        counted = [cell for cell in cells if _looks_like_figure(cell) and not is_year(cell)]
        shapes.append((len(cells), len(counted)))
    widest = Counter(numbers for filled, numbers in shapes if numbers and filled > 1).most_common()
    if not widest:
        return None
    # Most rows of the table carry about as many figures as the commonest row.
    typical = max(widest, key=lambda item: (item[1], item[0]))[0]
    enough = max(1, typical // 2)
    for place, (filled, numbers) in enumerate(shapes):
        later = [n for _, n in shapes[place + 1 : place + 4]]
        goes_on = not later or any(n >= enough for n in later)
        if filled > 1 and numbers >= enough and goes_on and not _counts_columns(rows[place]):
            return place + 1
    return None


def _counts_columns(row: Sequence[Cell]) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3, …"""
    texts = [text_of(cell) for cell in row if text_of(cell)]
    return len(texts) > 2 and texts in (
        [str(i) for i in range(1, len(texts) + 1)],
        [str(i) for i in range(len(texts))],
    )


def _heading_rows(rows: Sequence[Sequence[Cell]], start: int) -> tuple[int, ...]:
    """The rows directly above the figures that name columns: at least two texts, not a title, not a row of units alone."""
    found: list[int] = []
    for number in range(start - 1, max(start - 7, 0), -1):
        row = list(rows[number - 1])
        texts = [text_of(cell) for cell in row if text_of(cell)]
        if not texts or _counts_columns(row):
            if found:
                break
            continue
        if len(texts) < 2 and found:
            break
        found.append(number)
        if _names_everything(rows, found, start):
            break
    return tuple(reversed(found)) or (max(start - 1, 1),)


def _names_everything(rows: Sequence[Sequence[Cell]], heading: list[int], start: int) -> bool:
    """Whether these rows already give every column of figures a name of its own."""
    names = column_names([rows[number - 1] for number in reversed(heading)])
    width = max(len(rows[start - 1]), 1)
    filled = [i for i in range(min(width, len(names))) if text_of(rows[start - 1][i])]
    there = [names[i] for i in filled if names[i]]
    return len(there) == len(filled) and len(set(there)) == len(there)


def _heading_sentence(heading: tuple[int, ...], names: Sequence[str]) -> str:
    where = f"Zeile {heading[0]}" if len(heading) == 1 else f"den Zeilen {heading[0]} bis {heading[-1]}"
    unnamed = sum(1 for name in names if not name)
    more = f"; {unnamed} Spalten haben keinen Namen" if unnamed else ""
    return f"Die Spaltennamen stehen in {where}{more}."


def _last_row(rows: Sequence[Sequence[Cell]], start: int, key: int) -> int:
    """The last row of the table: before the footnotes, which have text at their front and no figures."""
    last = start
    for number in range(start, len(rows) + 1):
        row = rows[number - 1]
        if not row:
            continue
        first = next((text_of(cell) for cell in row if text_of(cell)), "")
        cells = [cell for i, cell in enumerate(row) if i != key]
        has_figures = any(_looks_like_figure(cell) or text_of(cell) in _WRITTEN_SIGNS for cell in cells)
        if first and _NOTE.match(first) and not has_figures:
            return last
        if has_figures:
            last = number
    return last


def _notes(rows: Sequence[Sequence[Cell]], end: int) -> tuple[str, ...]:
    for below in rows[end:]:
        first = next((text_of(cell) for cell in below if text_of(cell)), "")
        if first:
            return (first[:24].strip(),)
    return ()


# -- which column names the area ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    by: str = "key"
    pattern: str = ""
    width: int = 0
    level: str = ""
    version: str = ""
    share: float = 0.0


_PATTERNS: Final = (
    ("", 1.0),
    (r"^(?P<area>\d[\d.]*)\s*[-–]?\s+\D", 0.99),
    (r"\((?P<area>\d+)\)\s*$", 0.98),
)


def _area_column(
    names: Sequence[str], body: Sequence[Sequence[Cell]], geographies: Sequence[Geography], said: str = ""
) -> tuple[int, _Found, list[Reason]]:
    texts = [[text_of(row[i]) for row in body if i < len(row) and text_of(row[i])] for i in range(len(names))]
    chosen = next((i for i in range(len(names)) if letters(i) == said), None)
    if chosen is not None:
        told = Reason(
            "Gebiet", f"Das Gebiet steht in Spalte „{_column_name(names, chosen)}“, wie Sie gesagt haben."
        )
        return chosen, _matched(texts[chosen], geographies, names[chosen]), [told]
    best = max(
        (
            (place, _matched(texts[place], geographies, names[place]))
            for place in range(len(names))
            if texts[place]
        ),
        # Names may leave out what the keys tell (totals, cases without area): the fuller column wins.
        key=lambda item: item[1].share * len(texts[item[0]]),
        default=(0, _Found()),
    )
    if best[1].share >= 0.3:
        return best[0], best[1], [_area_reason(names, *best, geographies)]
    place = max(range(len(names)), key=lambda i: (_likeness(names[i], texts[i]), -i))
    sentence = f"Das Gebiet steht vermutlich in Spalte „{_column_name(names, place)}“"
    sentence += "; ihre Texte passen aber zu keiner Ebene der Kommune." if geographies else "."
    pattern = _pattern_of(texts[place])
    return place, _Found(pattern=pattern), [Reason("Gebiet", sentence, "unsicher")]


def _pattern_of(texts: Sequence[str]) -> str:
    """The pattern that finds a key in nearly all cells of a column; empty when they hold keys or names alone."""
    few = texts[:50]
    return next(
        (p for p, _ in _PATTERNS[1:] if few and sum(bool(re.search(p, t)) for t in few) >= 0.9 * len(few)), ""
    )


def _likeness(name: str, texts: Sequence[str]) -> float:
    """How much a column looks like one of areas, when nothing is known about them."""
    if not texts or all(is_year(text) for text in texts):
        return -5.0
    words = sum(not _looks_like_figure(text) for text in texts) / len(texts)
    return (
        3.5 * bool(_KEY.search(plain(name)))
        + 2.0 * bool(_PLACES.search(name))
        + 2.0 * bool(_pattern_of(texts))
        + words
        + len(set(texts)) / len(texts)
        - 2.0 * bool(re.search(r"jahr|woche|monat|zeit|datum|lfd|zeile|zei_|tab", name, re.IGNORECASE))
    )


def _matched(texts: Sequence[str], geographies: Sequence[Geography], name: str) -> _Found:
    """How many cells of a column name areas of which level, as keys, keys without zeros, parts of a text, or names."""
    found = _Found()
    # Small counts look like keys that lost their zeros: such a match counts less where the column is not called a key.
    doubt = 0.005 if _KEY.search(plain(name)) or _PLACES.search(name) else 0.3
    for geography in geographies:
        for level in geography.levels:
            codes = set(geography.codes(level.id))
            width = max(map(len, codes), default=0)
            for pattern, weight in _PATTERNS:
                keys = (
                    [m["area"] if (m := re.search(pattern, t)) else "" for t in texts]
                    if pattern
                    else list(texts)
                )
                for pad in (0, width):
                    share = weight * sum(key.zfill(pad) in codes for key in keys if key) / len(texts)
                    if share - doubt * bool(pad) > found.share:
                        found = _Found(
                            "key", pattern, pad, level.id, geography.version, share - doubt * bool(pad)
                        )
            share = 0.97 * sum(len(geography.codes_named(level.id, text)) == 1 for text in texts) / len(texts)
            if share > found.share:
                found = _Found("name", "", 0, level.id, geography.version, share)
    return found


def _area_reason(names: Sequence[str], place: int, found: _Found, geographies: Sequence[Geography]) -> Reason:
    geography = next(g for g in geographies if g.version == found.version)
    how = "Schlüsseln" if found.by == "key" else "Namen"
    sentence = f"Spalte „{_column_name(names, place)}“ enthält Gebiete der Ebene „{geography.level(found.level).label}“, erkannt an {how}"
    sentence += f" ({100 * found.share:.0f} % der Zeilen)."
    if found.width:
        sentence += " Den Schlüsseln fehlen führende Nullen."
    if found.pattern:
        sentence += " Schlüssel und Name stehen in einer Zelle."
    return Reason("Gebiet", sentence, "sicher" if found.share > 0.9 else "wahrscheinlich")


def _column_name(names: Sequence[str], place: int) -> str:
    name = names[place]
    return name if name and names.count(name) == 1 else f"#{letters(place)}"


@dataclass(frozen=True)
class _Outside:
    totals: tuple[str, ...]
    lost: tuple[str, ...]
    skipped: tuple[str, ...]
    reasons: list[Reason]


def _outside(texts: Sequence[str], found: _Found, geographies: Sequence[Geography]) -> _Outside:
    """Cells of the area column that name no area: totals, what cannot be placed, and the rest."""
    geography = next((g for g in geographies if g.version == found.version), None)
    others = (
        list(dict.fromkeys(t for t in texts if t and not _is_area(t, found, geography))) if geography else []
    )
    lost = tuple(t for t in others if _LOST.search(t) and not _PARTIAL.search(t))
    totals = tuple(
        t
        for t in others
        if t not in lost and not _PARTIAL.search(t) and (_TOTALS.search(t) or re.fullmatch(r"0+", t))
    )
    skipped = tuple(t for t in others if t not in lost and t not in totals)
    reasons = []
    if lost:
        reasons.append(Reason("räumlich nicht zuordenbar", f"Ohne Gebiet: {listed(lost)}.", "wahrscheinlich"))
    if totals:
        reasons.append(Reason("Summen", f"Summenzeilen zum Prüfen: {listed(totals)}.", "wahrscheinlich"))
    if skipped:
        reasons.append(Reason("unbekannte Gebiete", f"{len(skipped)} Texte nennen kein Gebiet dieser Ebene: {listed(skipped)}.", "unsicher"))  # fmt: skip
    return _Outside(totals, lost, skipped, reasons)


def _is_area(text: str, found: _Found, geography: Geography | None) -> bool:
    if geography is None:
        return True
    if found.by == "name":
        return bool(geography.codes_named(found.level, text))
    match = re.search(found.pattern, text) if found.pattern else None
    key = match["area"] if match else text
    return (found.level, key.zfill(found.width)) in geography.by_code


# -- figures, signs, dimensions -----------------------------------------------------------------------------------------


def _number_form(body: Sequence[Sequence[Cell]], key: int) -> tuple[str, str]:
    """Decimal and thousands marks that read most cells; German when nothing speaks against it."""
    texts = [
        text_of(cell) for row in body for i, cell in enumerate(row) if i != key and isinstance(cell, str)
    ]
    texts = [
        text for text in texts if re.search(r"\d", text) and re.fullmatch(r"[+-]?\s*[\d., \u202f]+", text)
    ]
    forms = ((",", "."), (".", ","), (".", ""))
    scores = [
        sum(read_number(t, DEFAULT_SIGNS, decimal=d, thousands=th) is not None for t in texts)
        for d, th in forms
    ]
    # "1.234" is read by both; a figure such as "12.5" or ".707" only with a point.
    return forms[max(range(len(forms)), key=lambda i: (scores[i], -i))]


def _form_reason(form: tuple[str, str]) -> list[Reason]:
    if form == (",", "."):
        return []
    return [
        Reason("Zahlen", f"Dezimalzeichen ist „{form[0]}“, wie in englischen Tabellen.", "wahrscheinlich")
    ]


def _read(cell: Cell, form: tuple[str, str]) -> bool:
    return read_number(cell, DEFAULT_SIGNS, decimal=form[0], thousands=form[1]) is not None


def _is_figures(body: Sequence[Sequence[Cell]], place: int, form: tuple[str, str]) -> bool:
    cells = [row[place] for row in body if place < len(row) and text_of(row[place])]
    readable = sum(_read(cell, form) for cell in cells)
    numeric = sum(_looks_like_figure(cell) for cell in cells)
    return bool(cells) and numeric > 0 and readable >= 0.5 * len(cells)


def _is_name_column(name: str) -> bool:
    return bool(_KEY.search(name)) or normal_name(name) in (
        "jahr",
        "stichtag",
        "lfd nr",
        "nr",
        "datum",
        "plz",
    )


@dataclass(frozen=True)
class _Signs:
    known: Mapping[str, int]
    unknown: tuple[str, ...]


def _signs(body: Sequence[Sequence[Cell]], columns: Sequence[int], form: tuple[str, str]) -> _Signs:
    known: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for row in body:
        for i in columns:
            text = text_of(row[i]) if i < len(row) else ""
            if text in DEFAULT_SIGNS:
                known[text or "(leer)"] += 1
            elif text and not _read(row[i], form):
                unknown[text] += 1
    return _Signs(dict(known.most_common()), tuple(text for text, _ in unknown.most_common(8)))


def _dimension_columns(
    names: Sequence[str], body: Sequence[Sequence[Cell]], key: int, figures: Sequence[int]
) -> tuple[dict[int, str], dict[str, dict[str, str]], list[Reason]]:
    """Columns of a long table that hold ages, sexes, nationalities, by their place, with a translation of their words."""
    dims: dict[int, str] = {}
    recode: dict[str, dict[str, str]] = {}
    told: list[Reason] = []
    for place, name in enumerate(names):
        texts = list(
            dict.fromkeys(text_of(row[place]) for row in body if place < len(row) and text_of(row[place]))
        )
        if (
            place == key
            or not texts
            or len(texts) > 130
            or (place in figures and not re.match("alter", name, re.IGNORECASE))
        ):
            continue
        for dimension, translate in (("sex", sex), ("nationality", nationality), ("age", age)):
            words = {text: translate(text) for text in texts}
            if dimension not in dims.values() and all(words.values()) and len(texts) > 1:
                dims[place] = dimension
                if any(word != text for text, word in words.items()):
                    recode[dimension] = words
                told.append(
                    Reason(
                        "Gliederung", f"Spalte „{name}“ unterscheidet {_GERMAN[dimension]}: {listed(texts)}."
                    )
                )
                break
    return dims, recode, told


def _with_signs(body: Sequence[Sequence[Cell]], figures: Sequence[int]) -> list[int]:
    """The columns of figures, and those between them that hold nothing but signs for figures."""
    if not figures:
        return []
    found = list(figures)
    for place in range(min(figures), max((len(row) for row in body), default=0)):
        texts = [text_of(row[place]) for row in body if place < len(row)]
        if place not in found and any(texts) and all(text in DEFAULT_SIGNS for text in texts):
            found.append(place)
    return sorted(found)


def _several_lists(
    names: Sequence[str], body: Sequence[Sequence[Cell]], taken: set[int], columns: Sequence[int]
) -> tuple[dict[str, tuple[str, ...]], list[Reason]]:
    """A column whose words tell several statistics apart that stand below each other: the first is chosen."""

    def repeated(places: Sequence[int]) -> float:
        keys = [tuple(text_of(row[i]) if i < len(row) else "" for i in places) for row in body]
        return 1 - len(set(keys)) / len(keys) if keys else 0.0

    if repeated(sorted(taken)) < 0.3:
        return {}, []
    for place, name in enumerate(names):
        texts = list(dict.fromkeys(text_of(row[place]) for row in body if place < len(row)))
        is_word = name and place not in taken and place not in columns and 1 < len(texts) <= 20 and all(texts)
        if is_word and repeated(sorted({*taken, place})) < 0.05:
            sentence = f"Unter „{name}“ stehen mehrere Statistiken: {listed(texts, 8)}. Für jede gibt es eine eigene [[tabelle]]."
            return {name: (texts[0],)}, [Reason("mehrere Statistiken", sentence, "wahrscheinlich")]
    return {}, []


def _merged_downwards(
    names: Sequence[str], body: Sequence[Sequence[Cell]], key: int, columns: Sequence[int]
) -> tuple[str, ...]:
    """The column of areas where a text stands once for several rows with figures."""
    with_figures = [row for row in body if any(i < len(row) and text_of(row[i]) for i in columns)]
    empty = sum(key >= len(row) or not text_of(row[key]) for row in with_figures)
    return (_column_name(names, key),) if with_figures and empty >= 0.3 * len(with_figures) else ()


_GERMAN: Final = {"sex": "nach Geschlecht", "nationality": "nach Staatsangehörigkeit", "age": "nach Alter"}
