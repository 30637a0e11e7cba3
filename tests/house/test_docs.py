"""The handbook cannot be wrong without a red test: links, TOML, command lines, and every worked number.

Invisible remarks in the pages say what a block is:

    <!-- prüfen: rezept|analyse|kennzahlen|merkmale|quellen|profile|index|kommune|korrekturen|toml -->   before a TOML block
    <!-- datei: PATH -->             the block is the file docs/einstieg/PATH, word for word
    <!-- datei-inhalt: NAME -->      a delivered table, followed by <!-- rezept-beispiel --> and <!-- ergebnis -->
    <!-- rechnen: METHOD -->         a table whose figures are computed again
    <!-- felder: NAME --> and others tables that must be complete
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import re
import runpy
import shlex
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp
import worked_effects
import worked_estimation
import worked_index
import worked_rates
import worked_spatial

from sozialraum import catalogue, cli, municipality, pipeline
from sozialraum.address_files import AddressBlock
from sozialraum.analyses import definition as analyses
from sozialraum.analyses.definition import Analysis
from sozialraum.analyses.kinds import KINDS, parameters_of
from sozialraum.areas import Area, Geography, Level
from sozialraum.catalogue.model import Indicator, Rule, Source, Variable
from sozialraum.catalogue.recipe import Index, Recipe
from sozialraum.corrections import Correction
from sozialraum.counting import Keys, Plan, count
from sozialraum.counts import sum_by
from sozialraum.crosswalk_files import CrosswalkBlock
from sozialraum.disclosure.audit import Demand, attack, audit
from sozialraum.disclosure.system import System
from sozialraum.indicators.classes import limits
from sozialraum.indicators.compute import change
from sozialraum.indicators.intervals import INTERVALS, wilson
from sozialraum.indicators.ranks import rank_ranges
from sozialraum.indices.chain import Inputs, calculate
from sozialraum.indices.classify import by_limits
from sozialraum.indices.normalise import z_score
from sozialraum.indices.sensitivity import stability
from sozialraum.municipality import (
    AreaCorrection,
    AreasBlock,
    ComparatorBlock,
    Identity,
    LevelBlock,
    ReleaseBlock,
    Settings,
    VersionBlock,
)
from sozialraum.recoding import Crosswalk, cleaned, recode
from sozialraum.registers import Columns, Seclusion, Tally
from sozialraum.release import Release
from sozialraum.sources import gitter, recipes, register, tabelle
from sozialraum.sources.rows import settled
from sozialraum.sources.signs import DEFAULT_SIGNS
from sozialraum.tables import COUNTS_COLUMNS, COUNTS_KEY, LABELS, SIGNS, TOTAL, VALUES_COLUMNS, Status

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
EXAMPLE = DOCS / "einstieg" / "beispielheim"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- reading pages -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A fenced block, a table or a quotation, with the remark before it."""

    page: Path
    line: int
    kind: str
    text: str
    remark: str = ""

    @property
    def id(self) -> str:
        return f"{name_of(self.page)}:{self.line}"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A table as one dict per row, without backticks."""
        lines = [_cells(line) for line in self.text.splitlines()]
        return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def blocks_of(page: Path) -> Iterator[Block]:
    lines = page.read_text("utf-8").splitlines()
    remark, at = "", 0
    while at < len(lines):
        line, start = lines[at], at
        if match := re.fullmatch(r"<!-- (.+) -->", line.strip()):
            remark = match[1]
        elif line.startswith("```"):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].startswith("```"))
            yield Block(page, start + 1, line[3:], "\n".join(lines[at + 1 : end]) + "\n", remark)
            remark, at = "", end
        elif line.startswith(("|", ">")):
            end = next((i for i in range(at, len(lines)) if not lines[i].startswith(line[0])), len(lines))
            kind = "table" if line[0] == "|" else "quote"
            yield Block(page, start + 1, kind, "\n".join(lines[at:end]), remark)
            remark, at = "", end - 1
        elif line.strip():
            remark = ""
        at += 1


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def marked(remark: str) -> list[Block]:
    found = [block for block in BLOCKS if block.remark.partition(":")[0] == remark]
    assert found, f"no block is marked {remark!r}"
    return found


def the(remark: str) -> Block:
    (block,) = [block for block in BLOCKS if block.remark == remark]
    return block


def number(text: str) -> float:
    return float(text.replace(".", "").replace(",", ".")) if text else math.nan


def same(shown: str, computed: float) -> bool:
    """Whether a printed figure is the computed one, rounded to the printed decimals."""
    if not shown or math.isnan(computed):
        return not shown and math.isnan(computed)
    decimals = len(shown.partition(",")[2])
    return abs(number(shown) - computed) <= 0.5 * 10**-decimals + 1e-9


def column(block: Block, name: str) -> list[float]:
    return [number(row[name]) for row in block.rows]


def column_is(block: Block, name: str, computed: Any) -> None:
    shown = [row[name] for row in block.rows]
    wrong = [
        (s, float(c))
        for s, c in zip(shown, np.asarray(computed, float), strict=True)
        if not same(s, float(c))
    ]
    assert not wrong, f"{block.id}, {name}: {wrong}"


# --- links -----------------------------------------------------------------------------------------------------------


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))


def _anchors(page: Path) -> set[str]:
    """Anchors of the headings, as the usual forges make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.S | re.M)
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", text, flags=re.M):
        plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).strip().lower()
        anchor = "".join(c for c in plain if c.isalnum() or c in " -_").replace(" ", "-")
        found.add(anchor if anchor not in found else f"{anchor}-1")
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    wrong = []
    for image, target in re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", _without_code(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if image:
            continue
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in _anchors(there)):
            wrong.append(target)
    assert not wrong


IMAGES = [
    (page.parent / target, alt)
    for page in PAGES
    for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", page.read_text("utf-8"))
]


def test_images_are_described() -> None:
    assert IMAGES
    folders = (DOCS / "bilder", DOCS / "bilder" / "methoden")
    assert all(len(alt) > 40 and path.resolve().parent in folders for path, alt in IMAGES)


def test_images_are_there() -> None:
    missing = [name_of(path) for path, _ in IMAGES if not path.exists()]
    if missing and not any((DOCS / "bilder").glob("*.png")):
        pytest.skip("Bilder werden von der laufenden Site aufgenommen und fehlen noch")
    assert not missing


def test_every_page_is_reached_from_the_handbook() -> None:
    text = (DOCS / "README.md").read_text("utf-8") + (DOCS / "katalog" / "README.md").read_text("utf-8")
    missing = [
        name_of(page)
        for page in PAGES
        if DOCS in page.parents and page.name != "README.md" and page.name not in text
    ]
    assert not missing


# --- TOML ------------------------------------------------------------------------------------------------------------

RECORDS = {
    "rezept-index": Recipe,
    "kennzahlen": Indicator,
    "merkmale": Variable,
    "quellen": Source,
    "profile": Rule,
    "index": Index,
}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind == "toml"], ids=lambda b: b.id)
def test_toml_parses(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", marked("prüfen"), ids=lambda b: b.id)
def test_toml_examples_are_valid(block: Block, tmp_path: Path) -> None:
    kind = block.remark.partition(": ")[2]
    content = tomllib.loads(block.text)
    if kind in RECORDS:
        for name, fields in content.items():
            RECORDS[kind].model_validate({"id": name, **catalogue.loader.with_preset(fields)})
    elif kind == "rezept":
        (tmp_path / "rezept.toml").write_text(block.text, "utf-8")
        assert recipes.read_recipes(tmp_path / "rezept.toml")
    elif kind == "gitter":
        (tmp_path / "rezept.toml").write_text(block.text, "utf-8")
        assert gitter.read_grids(tmp_path / "rezept.toml")
    elif kind == "register":
        (tmp_path / "rezept.toml").write_text(block.text, "utf-8")
        assert register.read_registers(tmp_path / "rezept.toml")
    elif kind == "korrekturen":
        assert [Correction.model_validate(entry) for entry in content["korrektur"]]
    elif kind == "kommune":
        _check_municipality(content, block.text, tmp_path)
    elif kind == "analyse":
        for name, fields in content.items():
            parameters_of(Analysis.model_validate({"id": name, **fields}))
    else:
        assert kind == "toml"


def _check_municipality(content: Mapping[str, Any], text: str, folder: Path) -> None:
    """Read the settings as the software does, with a tiny table in place of each file of areas."""
    levels = [level for version in content["gebiete"]["versionen"] for level in version["ebenen"]]
    for level in levels:
        if "file" in level:
            text = text.replace(level["file"], f"{level['file']}.csv")
            path = folder / f"{level['file']}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                f"{level.get('code', 'code')};{level.get('name', 'name')};parent\n01;Eins;01\n", "utf-8"
            )
    (folder / "kommune.toml").write_text(text, "utf-8")
    assert municipality.read(folder).geographies


def test_every_key_of_a_recipe_is_explained() -> None:
    text = (DOCS / "anleitungen" / "rezepte.md").read_text("utf-8")
    keys = [*recipes.Recipe.model_fields, *recipes.Column.model_fields]
    assert not [key for key in keys if f"`{key}`" not in text and f"{key} =" not in text]


@pytest.mark.parametrize(
    ("record", "page"),
    [
        (Indicator, "neue-kennzahl.md"),
        (Variable, "neue-kennzahl.md"),
        (Index, "index.md"),
        (Correction, "korrekturen.md"),
        *(
            (block, "kommune.md")
            for block in (Settings, Identity, AreasBlock, VersionBlock, ComparatorBlock, ReleaseBlock)
        ),
        (LevelBlock, "gebiete.md"),
        (AreaCorrection, "gebiete.md"),
        (CrosswalkBlock, "gebiete.md"),
        (gitter.Grid, "formate.md"),
        *((block, "armut-je-quartier.md") for block in (analyses.Survey, analyses.SmallAreas)),
        *(
            (block, "analysen.md")
            for block in (
                Analysis,
                analyses.Pattern,
                analyses.HotSpots,
                analyses.Segregated,
                analyses.Types,
                analyses.Smooth,
                analyses.Series,
                analyses.Slope,
                analyses.Likeness,
                analyses.Start,
                analyses.Control,
                analyses.Funnel,
            )
        ),
        *((block, "register.md") for block in (register.Register, Columns, Tally, Seclusion, AddressBlock)),
    ],
)
def test_every_key_of_a_block_is_explained(record: type[Any], page: str) -> None:
    text = (DOCS / "anleitungen" / page).read_text("utf-8")
    fields = record.model_fields.items()
    keys = {info.alias or name for name, info in fields} - {"id"}  # the heading of the block
    assert not [key for key in keys if not re.search(rf"`\[*(\w+\.)*{key}[`.\]]", text)]


def test_every_kind_of_analysis_is_explained() -> None:
    text = (DOCS / "anleitungen" / "analysen.md").read_text("utf-8")
    assert not [name for name, kind in KINDS.items() if f"| `{name}` | {kind.question}" not in text]


def test_every_key_of_a_profile_is_explained() -> None:
    text = (DOCS / "methoden" / "geheimhaltung.md").read_text("utf-8")
    words = {"id", "label", "note", "citation"}
    assert not [key for key in set(Rule.model_fields) - words if f"`{key}`" not in text]


def test_every_setting_of_the_site_is_explained() -> None:
    source = (ROOT / "src" / "sozialraum_web" / "settings.py").read_text("utf-8")
    shown = {row["Variable"].strip("`") for row in the("einstellungen").rows}
    assert shown == set(re.findall(r"SOZIALRAUM_[A-Z]+", source))


# --- commands ----------------------------------------------------------------------------------------------------------


def _commands() -> Iterator[tuple[str, str]]:
    for block in BLOCKS:
        if block.kind in ("sh", "console", "ini", "text"):
            for line in block.text.splitlines():
                if match := re.match(r"(?:\$ |ExecStart=\S*/)?(sozialraum [a-z].*)", line):
                    yield block.id, match[1]
    for page in PAGES:
        for line in re.findall(r"`(sozialraum [a-z][^`]*)`", page.read_text("utf-8")):
            yield name_of(page), line


@pytest.mark.parametrize(("place", "line"), sorted(set(_commands())))
def test_command_lines_are_understood(place: str, line: str) -> None:
    tokens = shlex.split(line)[1:]
    if len(tokens) == 1 and tokens[0] in cli.app:
        return  # only the name of a command
    cli.app.parse_args(tokens, exit_on_error=False, print_error=False)


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), flags=re.M)
    }
    assert {"demo", "test"} <= named
    assert not [target for target in named if f"\n{target}:" not in makefile]


# --- the example town ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", marked("datei"), ids=lambda b: b.id)
def test_shown_files_are_the_files(block: Block) -> None:
    path = block.page.parent / block.remark.partition(": ")[2]
    assert path.read_text("utf-8") == block.text


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    folder = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOZIALRAUM_CONFIG", str(folder / "config"))
        shutil.copytree(EXAMPLE, folder / "beispielheim")
        yield pipeline.release(municipality.read(folder / "beispielheim"), "erste").release


def test_the_own_town_comes_out_as_shown(example: Release) -> None:
    block = the("freigabe: beispielheim sgb2_quote")
    values = pq.read_table(example.values).to_pandas()
    rows = values[values["indicator"] == "sgb2_quote"].reset_index(drop=True)
    assert [row["Gebiet"] for row in block.rows] == rows["area"].tolist()
    assert [row["Zustand"] for row in block.rows] == rows["status"].tolist()
    for name, field in (("Zähler", "numerator"), ("Nenner", "denominator"), ("Wert", "value")):
        column_is(block, name, rows[field])


def test_the_own_town_prints_what_is_shown(example: Release) -> None:
    text = (DOCS / "einstieg" / "eigene-kommune.md").read_text("utf-8")
    record = example.protocol
    assert f"{record['cells']} Zellen, gesperrt {record['hidden']} (" in text


@pytest.mark.slow
def test_the_first_hour_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command inside Musterstadt, one after the other; what hiding finds may differ between versions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOZIALRAUM_CONFIG", str(tmp_path / "config"))
    ran = 0
    for block in BLOCKS:
        if block.page.name != "musterstadt.md" or block.kind != "console":
            continue
        command, *shown = block.text.splitlines()
        tokens = shlex.split(command)[2:]
        if tokens[0] not in ("trust", "import", "serve"):
            assert cli.main(tokens) == 0
            printed = capsys.readouterr().out.splitlines()
            is_search = tokens[0] in ("release", "audit")
            assert [_masked(line, digits=is_search) for line in printed] == [
                _masked(line, digits=is_search) for line in shown
            ]
            ran += 1
    assert ran == 8


def _masked(line: str, *, digits: bool) -> str:
    line = re.sub(r"Schlüssel ([0-9a-f]{4} ?){8}", "Schlüssel", line)
    return re.sub(r"\d+", "0", line) if digits else line


# --- recipes ---------------------------------------------------------------------------------------------------------------

LEVELS = (
    Level("bezirk", "Bezirk", "Bezirke", 0),
    Level("stadtteil", "Stadtteil", "Stadtteile", 1),
    Level("kommune", "Stadt", "Stadt", 2),
)
AREAS = (
    *(Area(code, f"Bezirk {code}", "bezirk", "01") for code in ("011", "012", "013")),
    Area("nz", "nicht zuordenbar", "bezirk", "nz"),
    Area("01", "Mitte", "stadtteil", "05999000"),
    Area("nz", "nicht zuordenbar", "stadtteil", "05999000"),
    Area("05999000", "Musterstadt", "kommune", ""),
)
GEOGRAPHY = Geography("2024", "Gebietsstand 2024", LEVELS, AREAS, valid_from="2015-01-01")
FIELDS = {
    "Gebiet": "area", "Merkmal": "variable", "Kennzahl": "indicator", "Zeitraum": "period", "Alter": "age",
    "Geschlecht": "sex", "Zahl": "count", "Zustand": "status",
}  # fmt: skip


def _recipe_examples() -> Iterator[Any]:
    page = [block for block in BLOCKS if block.page.name == "rezepte.md"]
    for at, block in enumerate(page):
        if block.remark.startswith("datei-inhalt"):
            following = page[at + 3] if at + 3 < len(page) else None
            finding = following.text.removeprefix("> ") if following and following.remark == "befund" else ""
            yield pytest.param(block, page[at + 1], page[at + 2], finding, id=block.id)


@pytest.mark.parametrize(("delivered", "recipe", "result", "finding"), list(_recipe_examples()))
def test_recipes_read_as_shown(
    delivered: Block, recipe: Block, result: Block, finding: str, tmp_path: Path
) -> None:
    assert (recipe.remark, result.remark) == ("rezept-beispiel", "ergebnis")
    (tmp_path / "rezept.toml").write_text(recipe.text, "utf-8")
    path = tmp_path / delivered.remark.partition(": ")[2]
    path.write_text(delivered.text, "utf-8")
    (read,) = recipes.read_recipes(tmp_path / "rezept.toml")
    assert path in tmp_path.glob(read.files)
    rows, findings = tabelle.read(path, read, [GEOGRAPHY], catalogue.shipped())
    rows, unsettled = settled(rows)
    findings += unsettled
    assert [told.message for told in findings] == ([finding] if finding else [])
    assert len(rows) == len(result.rows)
    for name in result.rows[0]:
        if name == "Zahl":
            column_is(result, name, rows["count"])
        else:
            shown = [TOTAL if row[name] == "alle" else row[name] for row in result.rows]
            assert shown == rows[FIELDS[name]].astype(str).tolist()


SUMS = {
    "Summe nicht geliefert": (Status.MISSING, math.nan),
    "zählt als 0": (Status.OK, 5.0),
    "Summe gesperrt": (Status.SUPPRESSED, math.nan),
    "bleibt weg": (Status.OK, 5.0),
}


@pytest.mark.parametrize("row", the("zeichen").rows, ids=lambda row: row["Zeichen"])
def test_signs_mean_what_is_shown(row: dict[str, str]) -> None:
    sign = "" if row["Zeichen"] == "(leer)" else row["Zeichen"].strip("`")
    assert DEFAULT_SIGNS[sign] == row["Zustand"]
    count = 0.0 if DEFAULT_SIGNS[sign] is Status.NONE else math.nan
    key = dict.fromkeys(COUNTS_KEY, "")
    parts = [
        {**key, "count": 5.0, "status": Status.OK},
        {**key, "count": count, "status": DEFAULT_SIGNS[sign]},
    ]
    total = sum_by(pd.DataFrame(parts), COUNTS_KEY).iloc[0]
    status, expected = SUMS[row["in der Summe"]]
    assert total["status"] == status
    assert total["count"] == expected or (math.isnan(expected) and math.isnan(total["count"]))


def test_all_signs_are_shown() -> None:
    shown = {"" if row["Zeichen"] == "(leer)" else row["Zeichen"].strip("`") for row in the("zeichen").rows}
    named = {"–": "-", "—": "-", "…": "...", "X": "x"}
    assert set(DEFAULT_SIGNS) == shown | set(named)
    assert all(DEFAULT_SIGNS[sign] == DEFAULT_SIGNS[like] for sign, like in named.items())


# --- methods -----------------------------------------------------------------------------------------------------------------


def _intervals(block: Block) -> None:
    method = block.remark.partition(": ")[2]
    result = INTERVALS[method](column(block, "x"), column(block, "n"))
    names = list(block.rows[0])[2:]
    for name, computed in zip(names, result, strict=True):
        column_is(block, name, computed * (100 if "%" in names[0] else 1000))


def _change(block: Block) -> None:
    rows = block.rows
    for row in rows:
        now = Status.OK if row["jetzt"] else Status.SUPPRESSED
        place = {"area": "01", "level": "bezirk", "version": "2024", "indicator": "base"}
        place |= {"lower": math.nan, "upper": math.nan}
        values = pd.DataFrame(
            [
                {**place, "period": "2022", "value": number(row["früher"]), "status": Status.OK},
                {**place, "period": "2024", "value": number(row["jetzt"]), "status": now},
            ]
        )
        words = {"label": "x", "definition": "x", "topic": "x", "source": "x"}
        parts = {"numerator": {"variable": "a"}, "denominator": {"variable": "b"}}
        base = Indicator.model_validate({"id": "base", "kind": row["Art"], **words, **parts})
        wanted = Indicator.model_validate({"id": "c", "kind": "change", "of": "base", "years": 2, **words})
        (result,) = change(values, wanted, base).to_dict("records")
        assert result["status"] == row["Zustand"]
        assert same(row["Veränderung"], result["value"])


def _rank_ranges(block: Block) -> None:
    interval = wilson(column(block, "x"), column(block, "n"))
    for name, computed in zip(("Wert %", "untere %", "obere %"), interval, strict=True):
        column_is(block, name, computed * 100)
    places = rank_ranges(*interval)
    column_is(block, "Platz von", places.first)
    column_is(block, "bis", places.last)


def _limits(block: Block) -> None:
    for row in block.rows:
        computed = limits([number(text) for text in row["Werte"].split()])
        assert [number(text) for text in row["Grenzen"].split()] == list(computed)


def _components(block: Block) -> np.ndarray:
    return np.column_stack([column(block, "x1"), column(block, "x2")])


def _index(block: Block) -> None:
    classes = catalogue.shipped().indices["mss_2021"].classes.status
    for ddof in (0, 1):
        total = z_score(_components(block), ddof=ddof).sum(axis=1)
        score = total / total.std(ddof=ddof)
        column_is(block, f"S (ddof {ddof})", total)
        column_is(block, f"Index (ddof {ddof})", score)
        assert [row[f"Klasse (ddof {ddof})"] for row in block.rows] == by_limits(score, classes)


def _stability(block: Block) -> None:
    classes = catalogue.shipped().indices["mss_2021"].classes
    recipe = Recipe(id="beispiel", label="", components=[{"indicator": "x1"}, {"indicator": "x2"}], classes=classes, spread="sample_sd", minimum_areas=5)  # fmt: skip
    table = pd.DataFrame(_components(block), columns=recipe.names)
    result = stability(calculate(Inputs(table), recipe))
    for name, computed in zip(("Rang", "von", "bis", "Stabilität"), result, strict=True):
        column_is(block, name, computed)


def _suppression(block: Block) -> None:
    table = the("tafel: sperrung")
    names = list(table.rows[0])
    cells = {(row[names[0]], name): number(row[name]) for row in table.rows for name in names[1:]}
    inner = [place for place in cells if "zusammen" not in place]
    rows = np.array([[_holds(place, atom) for atom in inner] for place in cells], dtype=float)
    atoms = np.array([cells[atom] for atom in inner])
    assert (rows @ atoms == list(cells.values())).all()
    keys = tuple(" ".join(place) for place in cells)
    target = keys.index("A unter 18")
    for row in block.rows:
        wanted = {part.strip() for part in row["gesperrt"].split(",")}
        assert wanted <= set(keys)
        hidden = np.array([key in wanted for key in keys])
        system = _system(rows, atoms, keys, target)
        assert audit(system, hidden).verdict == row["Prüfung"]
        open_end = Demand(np.array([1e6]), np.array([-np.inf]), np.array([np.inf]))
        known = ~hidden
        found = attack(system.cells[known], system.values[known], system.cells[[target]], demand=open_end)
        assert same(row["die 2 liegt zwischen"], found.lower[0])
        assert same(row["und"], found.upper[0])


def _holds(place: tuple[str, str], atom: tuple[str, str]) -> bool:
    return all(one in ("zusammen", other) for one, other in zip(place, atom, strict=True))


def _system(rows: np.ndarray, atoms: np.ndarray, keys: tuple[str, ...], target: int) -> System:
    primary = np.arange(len(keys)) == target
    return System(
        atoms=atoms,
        cells=sp.csr_matrix(rows),
        keys=keys,
        publishable=np.ones(len(keys), dtype=bool),
        fixed=np.zeros(len(keys), dtype=bool),
        primary=primary,
        width=np.where(primary, 3.0, 0.0),
        reach=np.where(primary, 3.0, 0.0),
        floor=np.full(len(keys), np.inf),
        weight=np.ones(len(keys)),
    )


def _recoding(block: Block) -> None:
    shares = the("tafel: umstieg").rows
    old = the("tafel: alte zahlen")
    table = pd.DataFrame(
        {"from": row["alt"], "to": row["neu"], "share": number(row["Anteil"])} for row in shares
    )
    crosswalk = Crosswalk("alt", "neu", "bezirk", "population", cleaned(table, "population"))
    place = {**dict.fromkeys(COUNTS_KEY, TOTAL), "level": "bezirk", "version": "alt"}
    counts = pd.DataFrame(
        {**place, "area": row["Gebiet"], "count": number(row["Zahl"]), "status": row["Zustand"]}
        for row in old.rows
    )
    result = recode(counts, crosswalk).sort_values("area")
    assert [row["Gebiet"] for row in block.rows] == result["area"].tolist()
    assert [row["Zustand"] for row in block.rows] == result["status"].tolist()
    column_is(block, "Zahl", result["count"])
    assert result["count"].sum() == counts["count"].sum()


def _counting(block: Block) -> None:
    """Each row of the table is one person in an area of their own."""
    people = [f"{number};{row['Geburtsdatum']};{row['Einzug']}\n" for number, row in enumerate(block.rows)]
    tallies = (
        Tally(variable="altersjahre", sum="age"),
        Tally(variable="wohndauer_ab_5", age="5+", years_resident="5+"),
    )
    keys = Keys("area", {str(number): str(number) for number in range(len(people))})
    columns = Columns(birth_date="born", moved_in="in")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.csv"
        path.write_text("area;born;in\n" + "".join(people), "utf-8")
        found = count(Plan(path, columns, tallies, keys, date(2024, 12, 31), ("0+",)))
    persons = found.persons.sort_values("area")
    column_is(block, "Alter", persons["0"])
    column_is(block, "Wohndauer mindestens 5 Jahre", persons["1"])


METHODS: dict[str, Callable[[Block], None]] = {
    "wilson": _intervals, "byar": _intervals, "exact": _intervals, "veränderung": _change, "rangspannen": _rank_ranges,
    "klassengrenzen": _limits, "index": _index, "stabilität": _stability, "sperrung": _suppression,
    "umrechnen": _recoding, "auszählen": _counting, **worked_estimation.METHODS, **worked_index.METHODS,
    **worked_spatial.METHODS, **worked_rates.METHODS, **worked_effects.METHODS,
}  # fmt: skip


@pytest.mark.parametrize("block", marked("rechnen"), ids=lambda b: b.id)
def test_worked_examples(block: Block) -> None:
    METHODS[block.remark.partition(": ")[2]](block)


def test_every_method_has_a_worked_example() -> None:
    assert {block.remark.partition(": ")[2] for block in marked("rechnen")} == set(METHODS)


@pytest.mark.parametrize("block", marked("python"), ids=lambda b: b.id)
def test_python_examples_give_what_they_show(block: Block) -> None:
    """The last line is an expression, and its value stands behind it as a remark."""
    code, _, shown = block.text.rstrip().splitlines()[-1].partition("  # ")
    scope: dict[str, Any] = {}
    exec("\n".join(block.text.rstrip().splitlines()[:-1]), scope)
    assert eval(code, scope) == eval(shown)


def test_figures_of_the_methods_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS / "methoden")
    scripts = sorted((DOCS / "methoden").glob("bilder*.py"))
    figures = {name: draw for path in scripts for name, draw in runpy.run_path(str(path))["FIGURES"].items()}
    old = [
        name
        for name, draw in figures.items()
        if not _is(DOCS / "bilder" / "methoden" / f"{name}.svg", draw())
    ]
    assert not old, "erneuern mit: for f in docs/methoden/bilder*.py; do .venv/bin/python $f; done"


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


METHOD_PAGES = sorted({block.page for block in marked("rechnen")})


@pytest.mark.parametrize("page", METHOD_PAGES, ids=name_of)
def test_method_pages_share_their_headings(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), flags=re.M)
    wanted = ["Frage", "Formel", "Voraussetzungen", "Grenzen", "Literatur"]
    assert [w for w in wanted if any(heading.startswith(w) for heading in headings)] == wanted
    assert (headings[0], headings[-1]) == ("Frage", "Literatur")


# --- the library ---------------------------------------------------------------------------------------------------------------


def _signatures() -> Iterator[tuple[str, str]]:
    module = ""
    for line in (DOCS / "methoden" / "schnittstelle.md").read_text("utf-8").splitlines():
        if match := re.fullmatch(r"### `([\w.]+)`", line):
            module = match[1]
        elif match := re.fullmatch(r"- `(\w+\(.*)`", line):
            yield module, match[1]


@pytest.mark.parametrize(("module", "shown"), sorted(_signatures()), ids=lambda text: text.partition("(")[0])
def test_signatures_are_those_of_the_code(module: str, shown: str) -> None:
    name = shown.partition("(")[0]
    function = inspect.unwrap(getattr(importlib.import_module(module), name))
    # Postponed annotations are texts; the reader sees them without quotes.
    signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(function)))
    assert shown == name + signature


STATISTICS = ("indicators", "estimation", "spatial", "effects")


@pytest.mark.parametrize("package", STATISTICS)
def test_every_function_of_the_statistics_is_listed(package: str) -> None:
    listed = {(module, shown.partition("(")[0]) for module, shown in _signatures()}
    missing = []
    for path in sorted((ROOT / "src" / "sozialraum" / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
        module = importlib.import_module(name)
        missing += [
            f"{name}.{function}"
            for function, value in vars(module).items()
            if inspect.isfunction(value)
            and value.__module__ == name
            and not function.startswith("_")
            and (name, function) not in listed
        ]
    assert not missing


def test_the_example_of_the_library_runs() -> None:
    (block,) = marked("nachrechnen")
    scope: dict[str, Any] = {}
    exec(block.text, scope)
    assert scope["wilson"](12, 100).value == pytest.approx(0.12)


# --- catalogue and release format ------------------------------------------------------------------------------------------------


def test_the_catalogue_page_is_current() -> None:
    script = DOCS / "katalog" / "erzeugen.py"
    expected = runpy.run_path(str(script))["page"](catalogue.shipped())
    current = (DOCS / "katalog" / "kennzahlen.md").read_text("utf-8")
    assert current == expected, "erneuern mit: .venv/bin/python docs/katalog/erzeugen.py"


def _named(block: Block) -> set[str]:
    first = next(iter(block.rows[0]))
    return {name for row in block.rows for name in re.findall(r"`([\w.\[\]-]+)`", row[first])}


@pytest.mark.parametrize(
    ("remark", "columns"), [("spalten: werte", VALUES_COLUMNS), ("spalten: grundzahlen", COUNTS_COLUMNS)]
)
def test_columns_are_listed(remark: str, columns: tuple[str, ...]) -> None:
    assert _named(the(remark)) == set(columns)


def test_states_are_listed_in_their_order() -> None:
    shown = [(r["`status`"].strip("`"), r["Zeichen"].strip("`"), r["Bedeutung"]) for r in the("vorrang").rows]
    assert shown == [(s.value, SIGNS[s], LABELS[s]) for s in Status]


def test_states_are_explained_to_readers() -> None:
    shown = {row["Zustand"]: row["Zeichen"].strip("`") for row in the("zustände").rows}
    assert shown == {s.value: SIGNS[s] for s in Status if s is not Status.OK}


def test_files_of_a_release_are_listed(example: Release) -> None:
    assert {path.name for path in example.path.iterdir()} == _named(the("dateien der freigabe"))


def test_fields_of_the_record_are_listed(example: Release) -> None:
    protocol = json.loads((example.path / "protokoll.json").read_text("utf-8"))
    assert set(protocol) == {name.removesuffix("[]") for name in _named(the("felder: protokoll.json"))}
    told = the("felder: protokoll.json").text
    assert not [name for part in ("audit", "signature") for name in protocol[part] if f"`{name}" not in told]


def test_fields_of_the_catalogue_are_listed(example: Release) -> None:
    content = json.loads((example.path / "katalog.json").read_text("utf-8"))
    block = the("felder: katalog.json")
    assert set(content) == {name.split("[")[0] for name in _named(block)}
    rows = {row["Feld"].strip("`"): row["Bedeutung"] for row in block.rows}
    for part in ("areas", "topics", "sources", "variables", "states"):
        assert not [name for name in content[part][0] if f"`{name}`" not in rows[f"{part}[]"]]
    assert not [
        name for name in content["sources"][0]["profile"] if f"`{name}`" not in rows["sources[].profile"]
    ]
    version = content["versions"][0]
    assert not [name for name in version if f"`{name}" not in rows["versions[]"]]
    assert not [name for name in version["levels"][0] if f"`{name}`" not in rows["versions[].levels[]"]]
    assert {name for i in content["indicators"] for name in i} == _named(the("felder: indicators"))


def test_fields_of_an_index_are_listed() -> None:
    """The example town has no index: compared with what the release writes about one."""
    from sozialraum import publication

    source = inspect.getsource(publication._index)
    named = {name.removesuffix("[]") for name in _named(the("felder: indices"))}
    assert not [name for name in named if f'"{name}"' not in source]
    described = set(re.findall(r'^        "(\w+)":', source, flags=re.M)) | set(
        re.findall(r'"(\w+)"', source.partition("include=")[2].partition("}")[0])
    )
    assert described == named


# --- manners ---------------------------------------------------------------------------------------------------------------------


def test_decisions_are_numbered_and_dated() -> None:
    pages = sorted((DOCS / "entscheidungen").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert re.match(rf"# {page.name[:4]} .+\n\n\d{{1,2}}\. \w+ 20\d\d\n", text)
        assert all(f"\n## {heading}\n" in text for heading in ("Lage", "Entscheidung", "Folgen", "Verworfen"))


def test_pages_name_no_path_of_a_machine() -> None:
    wrong = [name_of(p) for p in PAGES if re.search(r"/(?:home|root|work|tmp|Users)/", p.read_text("utf-8"))]
    assert not wrong


def test_pages_are_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("kein Git-Arbeitsordner")
    listed = subprocess.run(
        ["git", "check-ignore", *(str(page) for page in PAGES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not listed.stdout
