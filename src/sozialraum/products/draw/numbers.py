"""Figures as readers write them: decimal comma (in English a point), thin spaces, signs of official statistics."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from sozialraum.tables import LABELS, SIGNS, Status
from sozialraum.words import Words, language, mark, say

THIN = "\u202f"  # narrow no-break space: keeps figure and unit, and the groups of three, on one line
NO_BREAK = "\u00a0"
MINUS = "\u2212"
DASH = "–"

STATUS_SIGNS: dict[str, str] = {str(status): sign for status, sign in SIGNS.items()}
STATUS_WORDS: dict[str, str] = Words({str(status): label for status, label in LABELS.items()})

STATUS_SHORT: dict[str, str] = Words(
    {
        "ok": "",
        "none": mark("null"),
        "missing": mark("fehlt"),
        "suppressed": mark("gesperrt"),
        "unreliable": mark("unsicher"),
        "estimated": mark("geschätzt"),
        "provisional": mark("vorläufig"),
        "not_meaningful": mark("nicht sinnvoll"),
    }
)


def rounded(value: float, decimals: int) -> Decimal:
    """Commercial rounding of the shortest decimal that means `value` (2.5 → 3, not 2)."""
    result = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def with_unit(figure: str, unit: str) -> str:
    """Figure and unit on one line: a thin space before a sign (%), a full one before a word."""
    gap = NO_BREAK if unit[:1].isalpha() else THIN
    return f"{figure}{gap}{unit}" if unit else figure


def number(value: float, decimals: int = 1, *, unit: str = "", sign: bool = False) -> str:
    """`1234.56` as `1 234,6`, in English `1 234.6`; `sign` writes the plus of a change."""
    return _number(value, decimals, unit, sign, "," if language() == "de" else ".")


@lru_cache(maxsize=32_768)
def _number(value: float, decimals: int, unit: str, sign: bool, point: str) -> str:
    amount = rounded(value, decimals)
    grouped = f"{abs(amount):,.{decimals}f}".translate(str.maketrans(",.", f"{THIN}{point}"))
    lead = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
    return with_unit(f"{lead}{grouped}", unit)


def whole(value: float) -> str:
    """A count: `45674` as `45 674`."""
    return number(value, 0)


def value_text(
    value: float | None, status: str = "ok", *, decimals: int = 1, unit: str = "", sign: bool = False
) -> str:
    """A figure with its sign: `15,0 s`, or the sign alone where no figure may stand (`.`, `–`, `...`, `x`).

    `sign` writes the plus of a change.
    """
    state = Status(status)
    if state is Status.NONE or not state.has_value:
        return state.sign
    if value is None:
        return Status.MISSING.sign
    figure = number(value, decimals, unit=unit, sign=sign)
    return f"{figure}{THIN}{state.sign}" if state.sign else figure


def range_text(low: str, high: str) -> str:
    """Two figures as a span; with a minus in them a dash would be misread."""
    if low == high:
        return low
    return say("{low} bis {high}", low=low, high=high) if MINUS in low + high else f"{low}{DASH}{high}"


def interval_text(lower: float | None, upper: float | None, decimals: int = 1) -> str:
    """`35,9–38,5`; empty where there is no interval."""
    if lower is None or upper is None:
        return ""
    low, high = number(lower, decimals), number(upper, decimals)
    return f"{low}{DASH}{high}" if low == high else range_text(low, high)


def rank_text(lower: float | None, upper: float | None) -> str:
    """A rank as a span, `3–5`, or one number where both ends agree."""
    if lower is None or upper is None:
        return ""
    return range_text(whole(lower), whole(upper))


def status_word(status: str) -> str:
    """The state of a figure in words."""
    return STATUS_WORDS[status]


def status_note(status: str) -> str:
    """Sign and word for a legend or a note: `. = gesperrt (Statistikgeheimnis)`."""
    sign = STATUS_SIGNS[status]
    return f"{sign} = {STATUS_WORDS[status]}" if sign else STATUS_WORDS[status]


def date_text(iso: str) -> str:
    """`2020-12-31` as `31.12.2020`; anything else stays as it is."""
    parts = iso[:10].split("-")
    return ".".join(reversed(parts)) if [len(part) for part in parts] == [4, 2, 2] else iso
