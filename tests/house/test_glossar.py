"""The glossary names only what is there: every code name is an identifier in src/, unless it says "folgt"."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "GLOSSAR.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Begriff")
]


@pytest.fixture(scope="session")
def identifiers() -> set[str]:
    found = {path.name for path in (ROOT / "src").iterdir()}
    for path in (ROOT / "src").rglob("*.py"):
        with path.open("rb") as file:
            found |= {
                token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME
            }
    return found


def test_the_glossary_is_read() -> None:
    assert len(ROWS) > 55
    assert all(len(row) == 3 and all(row) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_name_exists_or_follows(row: list[str], identifiers: set[str]) -> None:
    names = re.findall(r"`(\w+)`", row[1])
    assert names, f"„{row[0]}“ nennt keinen Namen"
    if "folgt" not in row[1]:
        assert not [name for name in names if name not in identifiers]


def test_terms_are_listed_once() -> None:
    terms = [row[0] for row in ROWS]
    assert len(terms) == len(set(terms))
