"""Reporting periods (Berichtszeiträume): key dates, years, quarters, months, school years, pooled years."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sozialraum.words import language, say


class PeriodKind(StrEnum):
    """What sort of time a figure speaks of."""

    DATE = "Stichtag"
    YEAR = "Jahr"
    QUARTER = "Quartal"
    MONTH = "Monat"
    SCHOOL_YEAR = "Schuljahr"
    POOLED = "zusammengefasste Jahre"


@dataclass(frozen=True, order=True)
class Period:
    """A span of time with its text form; periods sort by their end, then by their start."""

    end: date
    start: date
    text: str
    kind: PeriodKind

    def __str__(self) -> str:
        return self.text


_FORMS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = (
    (PeriodKind.DATE, re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)),
    (PeriodKind.QUARTER, re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    (PeriodKind.MONTH, re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    (PeriodKind.SCHOOL_YEAR, re.compile(r"(\d{4})/(\d{2})", re.ASCII)),
    (PeriodKind.POOLED, re.compile(r"(\d{4})-(\d{4})", re.ASCII)),
    (PeriodKind.YEAR, re.compile(r"(\d{4})", re.ASCII)),
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Read a period from its text form.

    Accepts `2024-12-31`, `2024`, `2024-Q4`, `2024-12`, `2023/24`, `2020-2022`.
    Raises ValueError for anything else, and for dates that do not exist.
    """
    for kind, form in _FORMS:
        match = form.fullmatch(text)
        if match:
            start, end = _span(kind, [int(part) for part in match.groups()])
            return Period(end, start, text, kind)
    raise ValueError(f"not a period: {text!r}")


def _span(kind: PeriodKind, parts: list[int]) -> tuple[date, date]:
    year = parts[0]
    match kind:
        case PeriodKind.DATE:
            day = date(*parts)
            return day, day
        case PeriodKind.QUARTER:
            month = 3 * parts[1]
            return date(year, month - 2, 1), _month_end(year, month)
        case PeriodKind.MONTH:
            return date(year, parts[1], 1), _month_end(year, parts[1])
        case PeriodKind.SCHOOL_YEAR:
            if (year + 1) % 100 != parts[1]:
                raise ValueError(f"a school year spans two following years, not {year}/{parts[1]:02d}")
            return date(year, 8, 1), date(year + 1, 7, 31)
        case PeriodKind.POOLED:
            if parts[1] <= year:
                raise ValueError(f"pooled years must run forward, not {year}-{parts[1]}")
            return date(year, 1, 1), date(parts[1], 12, 31)
        case _:
            return date(year, 1, 1), date(year, 12, 31)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


_MONTHS = (
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
)
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})", re.ASCII)
_GERMAN_DAY = re.compile(r"(?:(\d{1,2})\.\s*)?([A-Za-zä]+)\s+(\d{4})")
_GERMAN_QUARTER = re.compile(r"([1-4])\.\s*(?:Quartal|Vj\.?|Vierteljahr)\s*(\d{4})", re.ASCII)


def from_german(text: str) -> str:
    """The text form of a period as German tables write it; other texts stay as they are.

    `31.12.2024` and `31. Dezember 2024` become `2024-12-31`, `Dezember 2024` `2024-12`, `4. Quartal 2024` `2024-Q4`.
    """
    text = text.strip()
    if match := _GERMAN_DATE.fullmatch(text):
        return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    if match := _GERMAN_QUARTER.fullmatch(text):
        return f"{match[2]}-Q{match[1]}"
    match = _GERMAN_DAY.fullmatch(text)
    if match and match[2].casefold() in _MONTHS:
        month = f"{match[3]}-{_MONTHS.index(match[2].casefold()) + 1:02d}"
        return f"{month}-{int(match[1]):02d}" if match[1] else month
    return text


def earlier(text: str, years: int) -> str:
    """The text of the same kind of period `years` before: `2023/24` becomes `2021/22`."""
    period = parse(text)
    if period.kind is PeriodKind.SCHOOL_YEAR:
        first = period.start.year - years
        return f"{first}/{(first + 1) % 100:02d}"
    moved = re.sub(r"\d{4}", lambda year: str(int(year[0]) - years), text)
    if period.kind is PeriodKind.DATE and (period.end.month, period.end.day) == (2, 29):
        moved = f"{moved[:4]}-02-28"
    return moved


def label(text: str) -> str:
    """The period as a reader writes it: `31.12.2024`, `4. Quartal 2024`, `2020 bis 2022`; in English `31 Dec 2024`."""
    period = parse(text)
    match period.kind:
        case PeriodKind.DATE:
            return period.end.strftime("%d.%m.%Y" if language() == "de" else "%d %b %Y")
        case PeriodKind.QUARTER:
            return say("{quarter}. Quartal {year}", quarter=text[-1], year=text[:4])
        case PeriodKind.MONTH:
            return period.end.strftime("%m/%Y")
        case PeriodKind.SCHOOL_YEAR:
            return say("Schuljahr {year}", year=text)
        case PeriodKind.POOLED:
            first, last = text.split("-")
            return say("{first} bis {last}", first=first, last=last)
        case _:
            return text
