"""What a table is: its heading, areas, period, numbers and signs recognised, a recipe drafted with reasons (Tabelle verstehen).

Everything here looks at cells and answers with plain records: the command prints them, a screen can mark the cells.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from sozialraum import periods
from sozialraum.areas import Geography, normal_name
from sozialraum.catalogue import Catalogue
from sozialraum.sources.heading import column_names, letters, plain
from sozialraum.sources.recipes import Recipe, is_age
from sozialraum.sources.signs import DEFAULT_SIGNS, read_number
from sozialraum.spreadsheet import Cell, Sheet, text_of

Sureness = Literal["sicher", "wahrscheinlich", "unsicher"]
LOOK: Final = 400  # rows that are looked at closely
_TOTALS: Final = re.compile(r"insgesamt|gesamt|summe|zusammen|total|stadt|kreis|land|alle", re.IGNORECASE)
_NOTE: Final = re.compile(
    r"quelle|©|\(c\)|hinweis|anmerkung|erläuterung|zeichenerklärung|\*\)|\d\)|stand:|erstell", re.IGNORECASE
)
_KEY: Final = re.compile(r"schl(ü|ue)ss|^(id|nr|nummer|code|ags|ars|raumid|raum_id|kennziffer|key|schluessel)$|[_ ](id|nr|key)$|^(plr|bzr|pgr|stt|statbez)", re.IGNORECASE)  # fmt: skip
_SEX: Final = {
    "m": "m",
    "männlich": "m",
    "männer": "m",
    "mann": "m",
    "w": "w",
    "weiblich": "w",
    "frauen": "w",
    "frau": "w",
}
_NATIONALITY: Final = {"deutsch": "deutsch", "deutsche": "deutsch", "nichtdeutsch": "nichtdeutsch", "nichtdeutsche": "nichtdeutsch", "ausländer": "nichtdeutsch", "ausländisch": "nichtdeutsch", "ausländische": "nichtdeutsch", "ausländer/innen": "nichtdeutsch"}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One decision of a draft: about what, in a sentence, and how sure it is."""

    about: str
    sentence: str
    sure: Sureness = "sicher"


@dataclass(frozen=True)
class Guess:
    """One column of figures: its name, what it seems to hold, and why."""

    column: str
    dims: Mapping[str, str] = field(default_factory=dict)
    period: str = ""
    variable: str = ""
    similar: tuple[str, ...] = ()


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


def understand(
    sheet: Sheet, geographies: Sequence[Geography] = (), catalogue: Catalogue | None = None, *, file: str = ""
) -> Draft | None:
    """Draft how a sheet is to be read; None when it holds no table of figures.

    With the municipality's areas the key column and its level are recognised by what the cells hold, not by their name.
    """
    rows = sheet.rows
    start = _first_row_of_figures(rows)
    if start is None:
        return None
    heading = _heading_rows(rows, start)
    names = column_names([rows[number - 1] for number in heading])
    body = [list(row) for row in rows[start - 1 : start - 1 + LOOK]]
    key, found, reasons = _area_column(names, body, geographies)
    end = _last_row(rows, start, key)
    body = body[: end - start + 1]
    form = _number_form(body, key)
    figures = [i for i in range(len(names)) if i != key and _is_figures(body, i, form)]
    dims, recode, told = _dimension_columns(names, body, key, figures)
    period, period_told, in_column = _period(sheet, names, body, figures, heading[0], file)
    taken = {key, *(names.index(name) for name in dims.values())} | (
        {in_column} if in_column is not None else set()
    )
    columns = [i for i in figures if i not in taken and names[i] and not _is_name_column(names[i])]
    about = " ".join(text_of(cell) for row in rows[: heading[-1]] for cell in row if isinstance(cell, str))
    guesses = tuple(_guess(names[i], catalogue, f"{about} {sheet.name} {file}") for i in columns)
    texts = [text_of(row[key]) for row in body if key < len(row)]
    outside = _outside(texts, found, geographies)
    signs = _signs(body, columns, form)
    reasons = [
        Reason("Kopf", _heading_sentence(heading, names)),
        *reasons, *period_told, *told, *_form_reason(form), *outside.reasons,
    ]  # fmt: skip
    if end < len(rows):
        reasons.append(
            Reason("Ende", f"Die Tabelle endet in Zeile {end}; darunter stehen Fußnoten.", "wahrscheinlich")
        )
    return Draft(
        sheet=sheet.name, heading=heading, first_row=start, last_row=end, area=_column_name(names, key),
        area_by=found.by, area_pattern=found.pattern, area_width=found.width, level=found.level, version=found.version,
        period=period, decimal=form[0], thousands=form[1], totals=outside.totals, not_assignable=outside.lost,
        skipped=outside.skipped, ends_before=_notes(rows, end), dimensions=dims, recode=recode, columns=guesses,
        signs=signs.known, unknown=signs.unknown, reasons=tuple(reasons), fingerprint=fingerprint(names),
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
    if _is_period(periods.from_german(text)) and not _is_year(text):
        return False
    return bool(
        re.fullmatch(r"[(\[]?[+-]?\s*[\d. \u202f]*[,.]?\d+[)\]]?\s*[pser]?", text, re.ASCII)
    ) and bool(re.search(r"\d", text))


def _is_year(cell: Cell) -> bool:
    return bool(re.fullmatch(r"(19|20)\d{2}", text_of(cell)))


def _first_row_of_figures(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row (1-based) whose shape goes on below it: a text or key, then figures."""
    shapes = []
    for row in rows[:LOOK]:
        cells = [cell for cell in row if text_of(cell)]
        counted = [cell for cell in cells if _looks_like_figure(cell) and not _is_year(cell)]
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
        first = next((text_of(cell) for cell in row if text_of(cell)), "")
        has_figures = any(_looks_like_figure(cell) for i, cell in enumerate(row) if i != key)
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
    names: Sequence[str], body: Sequence[Sequence[Cell]], geographies: Sequence[Geography]
) -> tuple[int, _Found, list[Reason]]:
    texts = [[text_of(row[i]) for row in body if i < len(row) and text_of(row[i])] for i in range(len(names))]
    best = max(
        ((place, _matched(texts[place], geographies)) for place in range(len(names)) if texts[place]),
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
    if not texts or all(_is_year(text) for text in texts):
        return -5.0
    words = sum(not _looks_like_figure(text) for text in texts) / len(texts)
    return (
        3.5 * bool(_KEY.search(plain(name)))
        + 2.0
        * bool(re.search(r"gebiet|bezirk|stadtteil|raum|quartier|ort|gemeinde|viertel", name, re.IGNORECASE))
        + 2.0 * bool(_pattern_of(texts))
        + words
        + len(set(texts)) / len(texts)
        - 2.0 * bool(re.search(r"jahr|woche|monat|zeit|datum|lfd|zeile|zei_|tab", name, re.IGNORECASE))
    )


def _matched(texts: Sequence[str], geographies: Sequence[Geography]) -> _Found:
    """How many cells of a column name areas of which level, as keys, keys without zeros, parts of a text, or names."""
    found = _Found()
    for geography in geographies:
        for level in geography.levels[:-1]:
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
                    if share - 0.005 * bool(pad) > found.share:
                        found = _Found(
                            "key", pattern, pad, level.id, geography.version, share - 0.005 * bool(pad)
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
    lost = tuple(
        t for t in others if re.search(r"nicht zu|sonstig|unbekannt|ohne|außerhalb|^9{2,}$", t, re.IGNORECASE)
    )
    totals = tuple(t for t in others if t not in lost and (_TOTALS.search(t) or re.fullmatch(r"0+", t)))
    skipped = tuple(t for t in others if t not in lost and t not in totals)
    reasons = []
    if lost:
        reasons.append(
            Reason("räumlich nicht zuordenbar", f"Ohne Gebiet: {_listed(lost)}.", "wahrscheinlich")
        )
    if totals:
        reasons.append(Reason("Summen", f"Summenzeilen zum Prüfen: {_listed(totals)}.", "wahrscheinlich"))
    if skipped:
        reasons.append(Reason("unbekannte Gebiete", f"{len(skipped)} Texte nennen kein Gebiet dieser Ebene: {_listed(skipped)}.", "unsicher"))  # fmt: skip
    return _Outside(totals, lost, skipped, reasons)


def _is_area(text: str, found: _Found, geography: Geography | None) -> bool:
    if geography is None:
        return True
    if found.by == "name":
        return bool(geography.codes_named(found.level, text))
    match = re.search(found.pattern, text) if found.pattern else None
    key = match["area"] if match else text
    return (found.level, key.zfill(found.width)) in geography.by_code


def _listed(texts: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(f"„{text}“" for text in texts[:most])
    return f"{shown} und {len(texts) - most} weitere" if len(texts) > most else shown


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
) -> tuple[dict[str, str], dict[str, dict[str, str]], list[Reason]]:
    """Columns of a long table that hold ages, sexes, nationalities, with a translation of their words."""
    dims: dict[str, str] = {}
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
        for dimension, translate in (("sex", _sex), ("nationality", _nationality), ("age", _age)):
            words = {text: translate(text) for text in texts}
            if dimension not in dims and all(words.values()) and len(texts) > 1:
                dims[dimension] = _column_name(names, place)
                if any(word != text for text, word in words.items()):
                    recode[dimension] = words
                told.append(
                    Reason(
                        "Gliederung", f"Spalte „{name}“ unterscheidet {_GERMAN[dimension]}: {_listed(texts)}."
                    )
                )
                break
    return dims, recode, told


_GERMAN: Final = {"sex": "nach Geschlecht", "nationality": "nach Staatsangehörigkeit", "age": "nach Alter"}


def _sex(text: str) -> str:
    return _SEX.get(text.casefold(), "insgesamt" if _is_all(text) else "")


def _nationality(text: str) -> str:
    return _NATIONALITY.get(text.casefold(), "insgesamt" if _is_all(text) else "")


def _is_all(text: str) -> bool:
    return text.casefold() in ("insgesamt", "gesamt", "zusammen", "alle")


def _age(text: str) -> str:
    """An age band in the words of German tables: `unter 3`, `3 bis unter 6`, `18-24`, `65 und älter`, `<6`."""
    plain_text = re.sub(r"\s*(jahre?n?|j\.|lebensjahre?)\s*$", "", text.strip(), flags=re.IGNORECASE)
    plain_text = re.sub(r"^(im alter von|altersgruppe|alter)\s*", "", plain_text, flags=re.IGNORECASE)
    if match := re.fullmatch(r"(?:unter|<|u)\s*(\d+)", plain_text, re.IGNORECASE):
        return f"0-{int(match[1]) - 1}"
    if match := re.fullmatch(
        r"(\d+)\s*(?:bis unter|b\. u\.|-\s*<|-u|bis <)\s*(\d+)", plain_text, re.IGNORECASE
    ):
        return f"{match[1]}-{int(match[2]) - 1}"
    if match := re.fullmatch(r"(\d+)\s*(?:bis|-|–)\s*(\d+)", plain_text, re.IGNORECASE):
        return f"{int(match[1])}-{int(match[2])}"
    if match := re.fullmatch(
        r"(?:ab|über|>=?)?\s*(\d+)\s*(?:\+|und älter|u\.\s?ä\.|und mehr|u\. älter)?",
        plain_text,
        re.IGNORECASE,
    ):
        opened = plain_text != match[1]
        return f"{match[1]}+" if opened else match[1]
    return "insgesamt" if _is_all(plain_text) else ""


def _guess(name: str, catalogue: Catalogue | None, about: str = "") -> Guess:
    """What a column of figures may hold, from the parts of its name; where they only name a group, from what stands above."""
    dims: dict[str, str] = {}
    rest: list[str] = []
    period = ""
    for part in re.split(r" / |, |;", name):
        age, sex, nationality = _age(part), _sex(part), _nationality(part)
        dated = _DAY.search(part)
        german = periods.from_german(dated[0] if dated else part)
        if sex and sex != "insgesamt":
            dims["sex"] = sex
        elif nationality and nationality != "insgesamt":
            dims["nationality"] = nationality
        elif _is_year(part):
            period = f"{part}-12-31"
        elif dated or _is_period(german):
            period = german
            rest.append(part.replace(dated[0], "") if dated else "")
        elif age and age != "insgesamt" and is_age(age) and not part.isdigit():
            dims["age"] = age
        elif not _is_all(part):
            rest.append(part)
    own = " ".join(rest).strip() or ("" if dims or period else name)
    similar = _similar_variables(own or about, catalogue) if catalogue else ()
    return Guess(name, dims, period, similar[0] if similar else "", similar)


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except ValueError:
        return False
    return True


def _similar_variables(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Variables of the catalogue whose label or concept shares words with a column's name, best first."""
    words = set(normal_name(text).split())
    scored = []
    for variable in catalogue.variables.values():
        label = set(normal_name(f"{variable.label} {variable.id.replace('_', ' ')}").split())
        common = sum(
            1
            for word in words
            for known in label
            if len(word) > 3 and (word.startswith(known[:6]) or known.startswith(word[:6]))
        )
        if common:
            scored.append((-common / max(len(label), 1), variable.id))
    return tuple(name for _, name in sorted(scored)[:3])


# -- the period ---------------------------------------------------------------------------------------------------------

_DAY: Final = re.compile(
    r"\d{1,2}\.\s*(?:\d{1,2}\.\s*|[A-Za-zä]+\s+)\d{4}|(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\s+\d{4}|[1-4]\. Quartal \d{4}"
)


def _period(
    sheet: Sheet,
    names: Sequence[str],
    body: Sequence[Sequence[Cell]],
    figures: Sequence[int],
    top: int,
    file: str,
) -> tuple[str, list[Reason], int | None]:
    """The TOML of `period`, why, and the column it stands in, if any."""
    for place, name in enumerate(names):
        texts = [text_of(row[place]) for row in body if place < len(row) and text_of(row[place])]
        if texts and re.search(r"jahr|stichtag|datum|monat|zeit|periode", name, re.IGNORECASE):
            if all(_is_year(text) for text in texts):
                return f"{{ column = {_toml(name)}, as = '{{0}}-12-31' }}", [_year_reason(name)], place
            if all(_is_period(periods.from_german(text)) for text in texts):
                return (
                    f"{{ column = {_toml(name)} }}",
                    [Reason("Zeitraum", f"Der Zeitraum steht in Spalte „{name}“.")],
                    place,
                )
    with_year = [names[i] for i in figures if _guess(names[i], None).period]
    if with_year:
        return (
            "",
            [Reason("Zeitraum", f"Jede Zahlenspalte nennt ihren Zeitraum ({_listed(with_year, 3)}).")],
            None,
        )
    for number, row in enumerate(sheet.rows[: top - 1], start=1):
        for place, cell in enumerate(row):
            match = _DAY.search(text_of(cell))
            if match:
                reference = f"{letters(place)}{number}"
                rule = f"{{ cell = \"{reference}\", matching = '({_as_pattern(match[0])})' }}"
                return (
                    rule,
                    [Reason("Zeitraum", f"In Zelle {reference} steht „{match[0]}“.", "wahrscheinlich")],
                    None,
                )
    return _period_of_file(file)


def _as_pattern(text: str) -> str:
    """A pattern for texts of the same form: digits and the name of the month may change."""
    if re.search(r"[A-Za-zä]{3,}", text) and "Quartal" not in text:
        return r"\d{1,2}\.\s*\w+ \d{4}" if text[0].isdigit() else r"\w+ \d{4}"
    return r"[1-4]\. Quartal \d{4}" if "Quartal" in text else r"\d{1,2}\.\s*\d{1,2}\.\s*\d{4}"


def _year_reason(name: str) -> Reason:
    return Reason(
        "Zeitraum",
        f"Das Jahr steht in Spalte „{name}“; der Stichtag 31.12. ist angenommen.",
        "wahrscheinlich",
    )


def _period_of_file(file: str) -> tuple[str, list[Reason], int | None]:
    if match := re.search(r"(20\d{2})-(\d{2})-(\d{2})", file):
        return (
            "{ file = '(\\d{4}-\\d{2}-\\d{2})' }",
            [Reason("Zeitraum", f"Der Dateiname nennt {match[0]}.", "wahrscheinlich")],
            None,
        )
    if match := re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", file):
        before = re.escape(file[: match.start()])[-12:].lstrip("\\")
        rule = f"{{ file = '{before}(\\d{{4}})', as = '{{0}}-12-31' }}"
        return (
            rule,
            [
                Reason(
                    "Zeitraum",
                    f"Der Dateiname nennt {match[0]}; der Stichtag 31.12. ist angenommen.",
                    "unsicher",
                )
            ],
            None,
        )
    return '""', [Reason("Zeitraum", "Kein Zeitraum gefunden; tragen Sie ihn ein.", "unsicher")], None


# -- the draft as text --------------------------------------------------------------------------------------------------


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _toml_list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(_toml(text) for text in texts) + "]"


def _words(words: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in words.items()) + " }"


def recipe_text(draft: Draft, file: str, *, separator: str = "", encoding: str = "") -> str:
    """The draft as `rezept.toml`, with its reasons as remarks and `???` where a person must decide."""
    lines = [f"# {reason.about} ({reason.sure}): {reason.sentence}" for reason in draft.reasons]
    if draft.unknown:
        lines.append(
            f"# Nicht verstanden: {_listed(draft.unknown, 8)}; erklären Sie die Zeichen unter signs."
        )
    lines += ["[[tabelle]]", f"files = {_toml(_file_pattern(file))}"]
    lines += [f"sheet = {_toml(draft.sheet)}"] if draft.sheet else []
    lines += [f"encoding = {_toml(encoding)}"] if encoding not in ("", "utf-8-sig") else []
    lines += [f"separator = {_toml(separator)}"] if separator not in ("", ";") else []
    lines.append(_heading_line(draft))
    if draft.first_row != draft.heading[-1] + 1:
        lines.append(f"first_row = {draft.first_row}")
    lines += [f"level = {_toml(draft.level or '???')}", f"area = {_toml(draft.area)}"]
    lines += ['area_by = "name"'] if draft.area_by == "name" else []
    lines += [f"area_pattern = '{draft.area_pattern}'"] if draft.area_pattern else []
    lines += [f"area_width = {draft.area_width}"] if draft.area_width else []
    lines += [f"period = {draft.period}"] if draft.period else []
    lines += _lists(draft)
    if draft.decimal != ",":
        lines += [f"decimal = {_toml(draft.decimal)}", f"thousands = {_toml(draft.thousands)}"]
    if draft.dimensions:
        lines.append(f"dimensions = {_words(draft.dimensions)}")
    lines += [f"recode.{name} = {_words(words)}" for name, words in draft.recode.items()]
    lines += ["spalten = [", *(f"  {line}" for line in _column_lines(draft.columns)), "]"]
    return "\n".join(lines) + "\n"


def _heading_line(draft: Draft) -> str:
    if len(draft.heading) == 1:
        return f"header_row = {draft.heading[0]}"
    return f"header_rows = {list(draft.heading)}"


def _lists(draft: Draft) -> list[str]:
    parts = {
        "total_rows": draft.totals,
        "not_assignable": draft.not_assignable,
        "skip_rows": draft.skipped,
        "ends_before": draft.ends_before,
    }
    return [f"{key} = {_toml_list(texts)}" for key, texts in parts.items() if texts]


def _column_lines(guesses: Sequence[Guess]) -> list[str]:
    """One line per column; columns whose whole name is a date or year are described together by a pattern."""
    names = [guess.column for guess in guesses]
    for pattern, period in ((r"31\.12\.(\d{4})", "{0}-12-31"), (r"(\d{4})", "{0}-12-31")):
        if len(names) > 2 and all(re.fullmatch(pattern, name) for name in names):
            return [
                f"{{ matching = '{pattern}', variable = {_toml(guesses[0].variable or '???')}, period = {_toml(period)} }},"
            ]
    return [_column_line(guess) for guess in guesses]


def _column_line(guess: Guess) -> str:
    parts = {"column": guess.column, "variable": guess.variable or "???", **guess.dims}
    if guess.period:
        parts["period"] = guess.period
    other = f"  # oder {', '.join(guess.similar[1:])}" if len(guess.similar) > 1 else ""
    return "{ " + ", ".join(f"{key} = {_toml(text)}" for key, text in parts.items()) + " }," + other


def _file_pattern(file: str) -> str:
    """A pattern for the next deliveries: the year or date in the name may change."""
    return re.sub(r"(?<!\d)(?:19|20)\d{2}(?:[-_]?\d{2}){0,2}(?!\d)", "*", file, count=1)
