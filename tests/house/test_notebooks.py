"""The notebooks of the handbook run from top to bottom and give what they show."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted(DOCS.rglob("*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    content = json.loads(path.read_text("utf-8"))
    assert content["nbformat"] == 4
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"]


def ran(source: str, scope: dict[str, Any]) -> str | None:
    """Run a cell as a notebook does: what its last line is worth, if it is an expression."""
    tree = ast.parse(source)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "cell", "exec"), scope)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), scope)
    return repr(eval(compile(ast.Expression(last.value), "cell", "eval"), scope))


@pytest.mark.testdata
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_shows(
    path: Path, references: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOZIALRAUM_REFERENZEN", str(references))
    scope: dict[str, Any] = {}
    shown = 0
    for cell in cells(path):
        result = ran("".join(cell["source"]), scope)
        outputs = ["".join(output["data"]["text/plain"]) for output in cell["outputs"]]
        assert outputs == ([] if result is None else [result]), "".join(cell["source"])
        shown += len(outputs)
    assert shown >= 3


def test_there_are_notebooks_and_the_handbook_names_them() -> None:
    assert NOTEBOOKS
    text = (DOCS / "README.md").read_text("utf-8")
    assert not [path.name for path in NOTEBOOKS if path.name not in text]
