"""A draft as text: `rezept.toml` with its reasons as remarks and `???` where a person must decide (Entwurf schreiben)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sozialraum.sources.guessing import Guess, date_within, escaped, listed, toml_text
from sozialraum.sources.inspection import Draft


def recipe_text(draft: Draft, file: str, *, separator: str = "", encoding: str = "") -> str:
    """The draft as `rezept.toml`, with its reasons as remarks and `???` where a person must decide."""
    lines = [f"# {reason.about} ({reason.sure}): {reason.sentence}" for reason in draft.reasons]
    if draft.unknown:
        lines.append(f"# Nicht verstanden: {listed(draft.unknown, 8)}; erklären Sie die Zeichen unter signs.")
    lines += ["[[tabelle]]", f"files = {toml_text(_file_pattern(file))}"]
    lines += [f"sheets = {toml_text(draft.sheets)}"] if draft.sheets else []
    lines += [f"sheet = {toml_text(draft.sheet)}"] if draft.sheet and not draft.sheets else []
    lines += [f"encoding = {toml_text(encoding)}"] if encoding not in ("", "utf-8-sig") else []
    lines += [f"separator = {toml_text(separator)}"] if separator not in ("", ";") else []
    lines.append(_heading_line(draft))
    if draft.first_row != draft.heading[-1] + 1:
        lines.append(f"first_row = {draft.first_row}")
    lines += [f"level = {toml_text(draft.level or '???')}", f"area = {toml_text(draft.area)}"]
    lines += ['area_by = "name"'] if draft.area_by == "name" else []
    lines += [f"area_pattern = '{draft.area_pattern}'"] if draft.area_pattern else []
    lines += [f"area_width = {draft.area_width}"] if draft.area_width else []
    lines += [f"period = {draft.period}"] if draft.period else []
    lines += _lists(draft)
    if draft.decimal != ",":
        lines += [f"decimal = {toml_text(draft.decimal)}", f"thousands = {toml_text(draft.thousands)}"]
    if draft.dimensions:
        lines.append(f"dimensions = {_words(draft.dimensions)}")
    lines += [f"recode.{name} = {_words(words)}" for name, words in draft.recode.items()]
    lines += ["spalten = [", *(f"  {line}" for line in _column_lines(draft.columns)), "]"]
    return "\n".join(lines) + "\n"


def _toml_list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(toml_text(text) for text in texts) + "]"


def _words(words: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{toml_text(k)} = {toml_text(v)}" for k, v in words.items()) + " }"


def _heading_line(draft: Draft) -> str:
    if len(draft.heading) == 1:
        return f"header_row = {draft.heading[0]}"
    return f"header_rows = {list(draft.heading)}"


def _lists(draft: Draft) -> list[str]:
    parts = {
        "total_rows": draft.totals,
        "not_assignable": draft.not_assignable,
        "skip_rows": draft.skipped,
        "fill_down": draft.fill_down,
        "ends_before": draft.ends_before,
    }
    lines = [f"{key} = {_toml_list(texts)}" for key, texts in parts.items() if texts]
    chosen = ", ".join(f"{toml_text(k)} = {_toml_list(v)}" for k, v in draft.only_rows.items())
    return lines + ([f"only_rows = {{ {chosen} }}"] if chosen else [])


def _column_lines(guesses: Sequence[Guess]) -> list[str]:
    """One line per column; columns that differ in their date alone are described together by a pattern."""
    alike: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[Guess]] = {}
    for guess in guesses:
        alike.setdefault((*_pattern(guess), guess.variable, tuple(guess.dims.items())), []).append(guess)
    lines = []
    for (pattern, form, *_), group in alike.items():
        if pattern and len(group) > 1:
            lines.append(_line({"matching": pattern, "variable": group[0].variable or "???", **group[0].dims, "period": form}, group[0]))  # fmt: skip
        else:
            lines += [_line({"column": g.column, "variable": g.variable or "???", **g.dims, **({"period": g.period} if g.period else {})}, g) for g in group]  # fmt: skip
    return lines


def _pattern(guess: Guess) -> tuple[str, str]:
    """How columns of the same kind for other dates are found, and the form of their period; empty without a date."""
    found = date_within(guess.column) if guess.period else None
    if found is None:
        return "", ""
    before, _, after = guess.column.partition(found.text)
    if found.text.startswith("31.12."):
        return rf"{escaped(before)}31\.12\.(\d{{4}}){escaped(after)}", "{0}-12-31"
    if found.form == "{0}" and "/" not in found.text:
        return "", ""
    return f"{escaped(before)}{found.pattern}{escaped(after)}", found.form


def _line(parts: Mapping[str, str], guess: Guess) -> str:
    other = f"  # oder {', '.join(guess.similar[1:])}" if len(guess.similar) > 1 else ""
    return "{ " + ", ".join(f"{key} = {toml_text(text)}" for key, text in parts.items()) + " }," + other


def _file_pattern(file: str) -> str:
    """A pattern for the next deliveries: the year or date in the name may change."""
    return re.sub(r"(?<!\d)(?:19|20)\d{2}(?:[-_]?\d{2}){0,2}(?!\d)", "*", file, count=1)
