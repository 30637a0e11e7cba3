"""Metadata of KomMonitor: drafts of catalogue entries for indicators that a town has described there (Übernahme)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sozialraum.areas import normal_name

OPEN = "???"
_POLARITY = {"Oranges": "higher_worse", "Reds": "higher_worse", "OrRd": "higher_worse", "YlOrRd": "higher_worse", "Greens": "higher_better"}  # fmt: skip


def described(path: Path) -> list[Mapping[str, Any]]:
    """The indicators that a file of KomMonitor describes; empty when it is another file."""
    if path.suffix.lower() != ".json":
        return []
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, OSError, RecursionError):
        return []
    blocks = content if isinstance(content, list) else [content]
    return [b for b in blocks if isinstance(b, dict) and isinstance(b.get("indicatorName"), str)]


def drafts(blocks: list[Mapping[str, Any]]) -> str:
    """A file for `kennzahlen/`: what KomMonitor knows filled in, what it does not know marked with `???`."""
    return "\n".join("\n".join(_draft(block)) for block in blocks)


def _draft(block: Mapping[str, Any]) -> Iterator[str]:
    about = block.get("metadata")
    about = about if isinstance(about, dict) else {}
    mapping = block.get("defaultClassificationMapping")
    colours = mapping.get("colorBrewerSchemeName") if isinstance(mapping, dict) else ""
    name = str(block["indicatorName"])
    yield f"[{_identifier(str(block.get('abbreviation') or name))}]"
    for key, text in (
        ("label", name),
        ("short", block.get("abbreviation")),
        ("definition", about.get("description") or block.get("processDescription")),
        ("caveat", block.get("interpretation")),
        ("unit", block.get("unit")),
    ):
        if text or key != "short":
            yield f"{key} = {_quoted(str(text or OPEN))}"
    precision = block.get("precision")
    yield f"decimals = {precision if isinstance(precision, int) else 1}"
    yield f"headline = {'true' if block.get('isHeadlineIndicator') is True else 'false'}"
    yield f"polarity = {_quoted(_POLARITY.get(str(colours), 'neutral'))}"
    yield f"topic = {_quoted(OPEN)}  # {_comment(str(block.get('topicReference') or ''))}"
    yield f"source = {_quoted(OPEN)}  # {_comment(str(about.get('datasource') or ''))}"
    yield f"kind = {_quoted('count' if str(block.get('indicatorType', '')).endswith('ABSOLUTE') else 'share')}"
    yield f"numerator = {{ variable = {_quoted(OPEN)} }}"
    yield f"denominator = {{ variable = {_quoted(OPEN)} }}"
    yield ""


def _identifier(text: str) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in normal_name(text)).strip("_")
    return "_".join(part for part in plain.split("_") if part) or "kennzahl"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
