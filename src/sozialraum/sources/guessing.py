"""What the words of a table say: ages, sexes, nationalities, periods, and which variable a column may hold (Spaltennamen deuten).

Every answer is a suggestion for a person to confirm, with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from sozialraum import periods
from sozialraum.areas import normal_name
from sozialraum.catalogue import Catalogue, Variable
from sozialraum.sources.heading import letters
from sozialraum.sources.recipes import is_age
from sozialraum.spreadsheet import Cell, Sheet, text_of

Sureness = Literal["sicher", "wahrscheinlich", "unsicher"]


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


def listed(texts: Sequence[str], most: int = 5) -> str:
    """Texts in a sentence, the first few and how many more."""
    shown = ", ".join(f"„{text}“" for text in texts[:most])
    return f"{shown} und {len(texts) - most} weitere" if len(texts) > most else shown


def toml_text(text: str) -> str:
    """A text as TOML writes it; with a literal string where it holds backslashes."""
    if "\\" in text and "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def escaped(text: str) -> str:
    """A text as a pattern that finds exactly it, readable: only signs with a meaning are escaped."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


# -- groups of persons ---------------------------------------------------------------------------------------------------

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
_OLDEST: Final = 130
# U8 and U9 are medical check-ups of children, not ages.
_CHECK_UP: Final = re.compile(r"u\s?[1-9]a?", re.IGNORECASE)
_AGE_AT_THE_END: Final = re.compile(
    r"(?P<rest>.*?)[\s,(]+(?P<age>(?:unter|ab)\s*\d+|\d+\s*(?:bis unter|bis|-|–)\s*\d+|\d+\s*(?:Jahre\s*)?und älter|\d+\+)"
    r"(?:\s*Jahren?)?\)?",
    re.IGNORECASE,
)


def sex(text: str) -> str:
    """`m` or `w` for the words of German tables; `insgesamt` for all; empty when it is no sex."""
    return _SEX.get(text.casefold(), "insgesamt" if is_all(text) else "")


def nationality(text: str) -> str:
    """`deutsch` or `nichtdeutsch`; `insgesamt` for all; empty when it is no nationality."""
    return _NATIONALITY.get(text.casefold(), "insgesamt" if is_all(text) else "")


def is_all(text: str) -> bool:
    """Whether a text means everybody."""
    return text.casefold() in ("insgesamt", "gesamt", "zusammen", "alle")


def age(text: str) -> str:
    """An age band in the words of German tables: `unter 3`, `3 bis unter 6`, `18-24`, `65 und älter`, `<6`."""
    found = _age(text)
    years = [int(number) for number in re.findall(r"\d+", found)]
    return found if all(year <= _OLDEST for year in years) and years == sorted(years) else ""


def _age(text: str) -> str:
    plain_text = re.sub(r"\s*(jahre?n?|j\.|lebensjahre?)\s*$", "", text.strip(), flags=re.IGNORECASE)
    plain_text = re.sub(r"^(im alter von|altersgruppe|alter)\s*", "", plain_text, flags=re.IGNORECASE)
    if match := re.fullmatch(r"(?:unter|<|u)\s*(\d+)", plain_text, re.IGNORECASE):
        return f"0-{int(match[1]) - 1}" if int(match[1]) else ""
    if match := re.fullmatch(
        r"(\d+)\s*(?:bis unter|b\. u\.|-\s*<|-u|bis <)\s*(\d+)", plain_text, re.IGNORECASE
    ):
        return f"{int(match[1])}-{int(match[2]) - 1}"
    if match := re.fullmatch(r"(\d+)\s*(?:bis|-|–)\s*(\d+)", plain_text, re.IGNORECASE):
        return f"{int(match[1])}-{int(match[2])}"
    if match := re.fullmatch(
        r"(?:ab|über|>=?)?\s*(\d+)\s*(?:\+|(?:Jahre )?und älter|u\.\s?ä\.|und mehr|u\. älter)?",
        plain_text,
        re.IGNORECASE,
    ):
        opened = plain_text != match[1]
        return f"{int(match[1])}+" if opened else str(int(match[1]))
    return "insgesamt" if is_all(plain_text) else ""


# -- what a column of figures holds --------------------------------------------------------------------------------------


def guess(name: str, catalogue: Catalogue | None, about: str = "") -> Guess:
    """What a column of figures may hold, from the parts of its name; where they only name a group, from what stands above."""
    dims: dict[str, str] = {}
    rest: list[str] = []
    period = ""
    for part in re.split(r" / |, |;", name):
        band, dated = age(part), date_within(part)
        if (found := sex(part)) and found != "insgesamt":
            dims["sex"] = found
        elif (found := nationality(part)) and found != "insgesamt":
            dims["nationality"] = found
        elif dated and not (band and band == part):
            period = dated.period
            rest.append(part.replace(dated.text, "").strip())
        elif band and band != "insgesamt" and is_age(band) and not part.isdigit() and not _CHECK_UP.fullmatch(part):  # fmt: skip
            dims["age"] = band
        elif match := _AGE_AT_THE_END.fullmatch(part):
            dims["age"] = age(match["age"])
            rest.append(match["rest"])
        elif not is_all(part):
            rest.append(part)
    dims = {key: text for key, text in dims.items() if text}
    own = " ".join(rest).strip() or ("" if dims or period else name)
    last = rest[-1] if rest else ""
    similar = similar_variables(_with_ages(own, dims) if own else "", catalogue, about, last) if catalogue else ()  # fmt: skip
    if catalogue and similar and "age" in dims and _knows_its_age(catalogue.variables[similar[0]], dims["age"]):  # fmt: skip
        del dims["age"]
    return Guess(name, dims, period, similar[0] if similar else "", similar)


def _with_ages(own: str, dims: Mapping[str, str]) -> str:
    """A column's words with the years of its ages, as identifiers of variables write them: `ab 5`, `u3`, `15 24`."""
    years = re.findall(r"\d+", dims.get("age", ""))
    below = [f"u{int(years[1]) + 1}"] if len(years) == 2 and years[0] == "0" else []
    return " ".join(
        [own, *below, *years, *([f"{years[0]}plus"] if dims.get("age", "").endswith("+") else [])]
    )


def _knows_its_age(variable: Variable, band: str) -> bool:
    """Whether a variable is about an age by definition and is not divided by age: `wohndauer_ab_5`, `kita_u3`."""
    low, *high = (int(year) for year in re.findall(r"\d+", band))
    wanted = {high[0] + 1} if high and low == 0 else {low, *high}
    return (
        "age" not in variable.dimensions and {int(year) for year in re.findall(r"\d+", variable.id)} == wanted
    )


def without_lone_periods(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """Guesses whose names tell a period only where several do: one year in a name is part of the name."""
    if len({known.period for known in guesses if known.period}) >= 2:
        return tuple(guesses)
    return tuple(replace(known, period="") if known.period else known for known in guesses)


def _stems(text: str) -> list[str]:
    return [word if len(word) < 5 else word[:6] for word in normal_name(text).split()]


_OF_AGES: Final = frozenset(("unter", "jahren", "jahre", "aelter"))


def _is_number(word: str) -> bool:
    """Whether a word only tells an age: `15`, `u3`, `65plus`."""
    return bool(re.fullmatch(r"u?\d+(plus)?", word))


def similar_variables(own: str, catalogue: Catalogue, about: str = "", last: str = "") -> tuple[str, ...]:
    """Variables of the catalogue that share words with a column's name, best first; rare words count more than common ones.

    An abbreviation such as NEF in the `last` part of the name decides. What stands around the table (`about`: its title, its sheet, its file) decides between equals, and alone where the
    column says nothing.
    """
    words = {
        variable.id: (
            set(_stems(f"{variable.label} {variable.id.replace('_', ' ')}")),
            set(_stems(variable.concept.partition(":")[0] if ":" in variable.concept else "")),
        )
        for variable in catalogue.variables.values()
    }
    frequency = Counter(word for label, short in words.values() for word in label | short)
    around = set(_stems(about))
    # Titles name the ages of their columns, too: years and the words around them say nothing of the statistic.
    mine = set(_stems(own)) or {word for word in around if len(word) > 3 and word.isalpha()} - _OF_AGES
    scored = []
    for variable, (label, short) in words.items():
        words_met = {w for w in mine & (label | short) if not _is_number(w)}
        direct = sum(frequency[w] ** -0.5 for w in words_met) + sum(1.0 for w in mine & short)
        direct += bool(direct) * 0.5 * len((mine & label) - words_met)
        indirect = sum(frequency[w] ** -0.5 for w in around & (label | short))
        # Words of the label that the column does not say speak against it, those said nowhere most of all.
        direct += 3.0 * len(set(_stems(last)) & short)
        direct += 5.0 * (normal_name(own) == normal_name(variable.replace("_", " ")))
        said = len(label & mine) / max(len(label), 1)
        heard = len(label & (mine | around)) / max(len(label), 1)
        if direct:
            scored.append((-(direct + 0.2 * indirect) * (0.2 + 0.6 * said + 0.2 * heard), variable))
    return tuple(name for _, name in sorted(scored)[:3])


# -- periods -------------------------------------------------------------------------------------------------------------

_DAY: Final = re.compile(
    r"\d{1,2}\.\s*(?:\d{1,2}\.\s*|[A-Za-zä]+\s+)\d{4}|(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\s+\d{4}|[1-4]\. Quartal \d{4}"
)
_SCHOOL_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}/\d{2}(?!\d)")
_YEAR: Final = re.compile(r"(?<![\d.,/-])(?:19|20)\d{2}(?![\d.,/-])")


_REPORTED: Final = re.compile(
    r"(Berichtsmonat|Berichtsjahr|Berichtsquartal|Berichtszeitraum|Berichtsstand|Stichtag)\b\W*((?:\w|[. ])*?(?:19|20)\d{2})\b",
    re.IGNORECASE,
)


class Dated(NamedTuple):
    """A date found in a text: as written, as period, and how texts of the same form are found and read."""

    text: str
    period: str
    pattern: str
    form: str


def date_within(text: str) -> Dated | None:
    """The first date, month, quarter, school year or year in a text; a year alone is taken as its last day."""
    if (match := _DAY.search(text)) and is_period(found := periods.from_german(match[0])):
        return Dated(match[0], found, f"({_as_pattern(match[0])})", "{0}")
    if (match := _SCHOOL_YEAR.search(text)) and is_period(match[0]):
        return Dated(match[0], match[0], r"(\d{4}/\d\d)", "{0}")
    if match := _YEAR.search(text):
        return Dated(match[0], f"{match[0]}-12-31", r"(\d{4})", "{0}-12-31")
    return None


def periods_above(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, str, str]]:
    """Reporting periods that the rows above a table name as such: number of the row, the words, the period."""
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if not (named := _REPORTED.search(text_of(cell))):
                continue
            if found := date_within(named[2]):
                yield number, named[0].strip(), found.period


def is_year(cell: Cell) -> bool:
    """Whether a cell holds a year and nothing else."""
    return bool(re.fullmatch(r"(19|20)\d{2}", text_of(cell)))


def is_period(text: str) -> bool:
    """Whether a text is a period in its own form, such as `2024-Q4`."""
    try:
        periods.parse(text)
    except ValueError:
        return False
    return True


def find_period(
    sheet: Sheet,
    names: Sequence[str],
    body: Sequence[Sequence[Cell]],
    figures: Sequence[int],
    top: int,
    file: str,
) -> tuple[str, list[Reason], int | None]:
    """The TOML of `period`, why, and the column it stands in, if any.

    Looked for in a column, the names of the columns of figures, the name of the sheet, the cells above the table, the name
    of the file.
    """
    in_column = _period_column(names, body, figures)
    if in_column is not None:
        return in_column
    with_year = [names[i] for i in figures if guess(names[i], None).period]
    if len({guess(name, None).period for name in with_year}) >= 2:
        return (
            "",
            [Reason("Zeitraum", f"Jede Zahlenspalte nennt ihren Zeitraum ({listed(with_year, 3)}).")],
            None,
        )
    if found := date_within(sheet.name):
        rule = f"{{ sheet = '{found.pattern}'{_form(found)} }}"
        return rule, [_found_reason(f"Das Blatt heißt „{sheet.name}“", found)], None
    for number, row in enumerate(sheet.rows[: top - 1], start=1):
        for place, cell in enumerate(row):
            if (match := _DAY.search(text_of(cell))) and (found := date_within(match[0])):
                reference = f"{letters(place)}{number}"
                rule = f"{{ cell = \"{reference}\", matching = '{found.pattern}' }}"
                return rule, [_found_reason(f"In Zelle {reference} steht „{match[0]}“", found)], None
    return _period_of_file(file)


def _period_column(
    names: Sequence[str], body: Sequence[Sequence[Cell]], figures: Sequence[int]
) -> tuple[str, list[Reason], int] | None:
    """The column that tells the period of each row: called so, or holding nothing but days."""
    for place, name in enumerate(names):
        texts = [text_of(row[place]) for row in body if place < len(row) and text_of(row[place])]
        called = bool(re.search(r"jahr|stichtag|datum|monat|zeit|periode", name, re.IGNORECASE))
        if called and texts and all(is_year(text) for text in texts):
            return f"{{ column = {toml_text(name)}, as = '{{0}}-12-31' }}", [_year_reason(name)], place
        days = place not in figures and all(_DAY.fullmatch(text) for text in texts)
        if texts and (days or (called and all(is_period(periods.from_german(text)) for text in texts))):
            told = Reason("Zeitraum", f"Der Zeitraum steht in Spalte „{name}“.")
            return f"{{ column = {toml_text(name)} }}", [told], place
    return None


def _form(found: Dated) -> str:
    return "" if found.form == "{0}" else f", as = '{found.form}'"


def _found_reason(where: str, found: Dated) -> Reason:
    if found.form != "{0}":
        return Reason("Zeitraum", f"{where}; der Stichtag 31.12. ist angenommen.", "wahrscheinlich")
    if re.fullmatch(r"\d{4}-\d\d", found.period):
        more = "Gelten die Zahlen zum letzten Tag des Monats und sollen zu einem Jahresende passen, nennen Sie den Tag mit „as“."
        return Reason("Zeitraum", f"{where}, ein Monat. {more}", "wahrscheinlich")
    return Reason("Zeitraum", f"{where}.", "wahrscheinlich")


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
    return '"???"', [Reason("Zeitraum", "Kein Zeitraum gefunden; tragen Sie ihn ein.", "unsicher")], None
