"""Every output of Musterstadt against somebody who looks for what was hidden (Angriffe auf alles Veröffentlichte).

The strongest leak is a true figure that stands somewhere: so all hidden figures are known here from inside, and every file and
page is searched for them. What can be computed is attacked with the tables themselves.
"""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from django.conf import settings as site_settings
from django.test import Client

from sozialraum import journal, municipality, pipeline
from sozialraum import release as releases
from sozialraum.cli import main
from sozialraum.disclosure import ledger
from sozialraum.disclosure.reader import attack_release
from sozialraum.products import union
from sozialraum.products.catalogue import Indicator
from sozialraum.products.values import Value
from sozialraum.tables import Status

FIRST = "2025-03"
KEY = ["indicator", "version", "level", "area", "period"]
FIGURES = ["value", "lower", "upper"]
FORMATS = ("csv", "parquet", "xlsx", "gpkg", "geojson", "svg", "kommonitor", "dcat")


@pytest.fixture(scope="module")
def shown(small: Path) -> pd.DataFrame:
    """VALUES of the release."""
    return pq.read_table(small / "freigaben" / FIRST / "werte.parquet").to_pandas()


@pytest.fixture(scope="module")
def hidden(small: Path, shown: pd.DataFrame) -> pd.DataFrame:
    """The rows that the release hides, with their true figures from inside."""
    inside = pq.read_table(small / "werte" / "werte.parquet").to_pandas()
    suppressed = shown.loc[shown["status"] == Status.SUPPRESSED, KEY]
    return suppressed.merge(inside, on=KEY).dropna(subset=["value"])


@pytest.fixture(scope="module")
def secrets(hidden: pd.DataFrame, shown: pd.DataFrame) -> frozenset[str]:
    """True hidden figures to nine digits, as a program would write them; not those that also stand in the open."""
    public = {_digits(v) for column in FIGURES for v in shown[column].dropna()}
    found = {_digits(v) for column in FIGURES for v in hidden[column].dropna() if v == v}
    return frozenset(text for text in found - public if len(text.replace(".", "").lstrip("0")) >= 8)


def _digits(value: float) -> str:
    return repr(float(value))[:10]


def leaks(content: bytes, secrets: frozenset[str]) -> list[str]:
    """The secrets that stand in a text, with point or comma."""
    there = set(re.findall(rb"\d+\.\d+", content.replace(b",", b".")))
    return sorted(
        text for text in secrets if any(number.startswith(text.encode()) for number in _like(there, text))
    )


def _like(numbers: set[bytes], text: str) -> Iterator[bytes]:
    return (number for number in numbers if number[:4] == text.encode()[:4])


def texts_of(path: Path) -> Iterator[bytes]:
    """What can be read in a file, packed or not."""
    if path.suffix == ".parquet":
        yield pq.read_table(path).to_pandas().to_csv().encode()
    elif path.suffix in {".xlsx", ".docx", ".pptx", ".zip"}:
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif path.suffix == ".pdf":
        yield subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True).stdout
    else:
        yield path.read_bytes()


def nothing_leaks(folder: Path, secrets: frozenset[str]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        for text in texts_of(path):
            assert leaks(text, secrets) == [], path.name


def test_the_search_finds_what_it_looks_for(secrets: frozenset[str]) -> None:
    """Without this, an empty search would prove nothing."""
    assert len(secrets) > 20
    one = sorted(secrets)[0]
    assert leaks(f'{{"value": {one}1234}}'.encode(), secrets) == [one]
    assert leaks(f"<td>{one.replace('.', ',')}</td>".encode(), secrets) == [one]
    assert leaks(b'{"value": 1.5}', secrets) == []


def test_no_file_of_the_release_holds_a_hidden_figure(small: Path, secrets: frozenset[str]) -> None:
    nothing_leaks(small / "freigaben" / FIRST, secrets)


def test_no_export_holds_a_hidden_figure(small: Path, tmp_path: Path, secrets: frozenset[str]) -> None:
    for kind in FORMATS:
        assert (
            main(
                [
                    "export",
                    str(small / "freigaben" / FIRST),
                    "--format",
                    kind,
                    "--output",
                    str(tmp_path / kind),
                ]
            )
            == 0
        )
    nothing_leaks(tmp_path, secrets)


def test_the_workbook_hides_no_cells(small: Path, tmp_path: Path) -> None:
    assert (
        main(["export", str(small / "freigaben" / FIRST), "--format", "xlsx", "--output", str(tmp_path)]) == 0
    )
    [path] = tmp_path.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    assert not book.defined_names
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(column.hidden for column in sheet.column_dimensions.values())
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.comment is None
                assert cell.number_format != ";;;"


def test_hidden_rows_bring_no_figure_to_compute_with(shown: pd.DataFrame) -> None:
    """Neither value, limits nor numerator: no rate times its denominator, no width of an interval, no class."""
    rows = shown[shown["status"] == Status.SUPPRESSED]
    assert len(rows)
    assert rows[["value", "lower", "upper", "numerator"]].isna().all(axis=None)
    assert (rows["class"] == "").all()


def test_changes_and_indices_of_hidden_values_are_hidden(small: Path, shown: pd.DataFrame) -> None:
    """An index component, a rank bound, a change: nothing derived stands where a part of it is hidden."""
    catalogue = releases.read(small / "freigaben" / FIRST).catalogue
    suppressed = shown[shown["status"] == Status.SUPPRESSED]
    places = set(suppressed[["indicator", "level", "area", "period"]].itertuples(index=False, name=None))
    figures = shown.dropna(subset=["value"])
    for index in catalogue["indices"]:
        mine = figures[figures["indicator"].isin([f"{index['id']}_status", f"{index['id']}_status_rank"])]
        for component in index["components"]:
            for area in mine["area"]:
                assert (component["indicator"], index["level"], area, index["period"]) not in places
    for indicator in catalogue["indicators"]:
        if indicator["kind"] == "change":
            mine = figures[figures["indicator"] == indicator["id"]]
            for row in mine[["level", "area", "period"]].itertuples(index=False, name=None):
                assert (indicator["of"], *row) not in places


def test_nothing_is_computed_from_the_whole_release(small: Path) -> None:
    """Subtraction over levels, ages, numerators and denominators, all at once."""
    attacked = attack_release(releases.read(small / "freigaben" / FIRST))
    assert attacked.hidden > 0
    assert attacked.exact == ()


@pytest.mark.slow
def test_two_releases_give_no_difference(own: Path) -> None:
    """A second release of fewer figures, attacked with the first one in hand."""
    settings = (own / "kommune.toml").read_text("utf-8")
    used = json.loads((own / "freigaben" / FIRST / "katalog.json").read_text("utf-8"))["indicators"]
    names = [i["id"] for i in used if not i["index"] and i["kind"] != "change"][::2]
    chosen = "active = [" + ", ".join(f'"{name}"' for name in names) + "]"
    text = re.sub(r"(\[kennzahlen\]\n)(active = \[[^\]]*\]\n)?", rf"\g<1>{chosen}\n", settings)
    text = re.sub(r"(\[indizes\]\n)active = \[[^\]]*\]\n", r"\g<1>", text)
    (own / "kommune.toml").write_text(text, "utf-8")
    for path in (own / "indizes").glob("*.toml"):
        path.unlink()
    assert main(["release", str(own), "--name", "2025-06"]) == 0
    first, second = (releases.read(own / "freigaben" / name) for name in (FIRST, "2025-06"))
    assert attack_release(second, [first]).exact == ()
    assert attack_release(first, [second]).exact == ()


def test_custom_areas_of_the_site_hide_what_a_part_hides(small: Path, shown: pd.DataFrame) -> None:
    """An own area is made of printed counts only; one hidden part hides it."""
    blocks = {i["id"]: i for i in releases.read(small / "freigaben" / FIRST).catalogue["indicators"]}
    rows = shown[shown["level"] == "bezirk"].copy()
    names = set(rows.loc[rows["status"] == Status.SUPPRESSED, "indicator"])
    fields = Indicator.__dataclass_fields__
    seen = 0
    for name in sorted(names)[:10]:
        if blocks[name]["index"] or blocks[name]["kind"] == "change":
            continue
        indicator = _reading(blocks[name], fields)
        mine = rows[rows["indicator"] == name]
        mine = mine[mine["period"] == mine["period"].max()]
        values = [_value(row) for row in mine.to_dict("records")]
        for part in combinations(values, 2):
            if any(v.status == Status.SUPPRESSED for v in part):
                result = union.aggregate(list(part), indicator, "eigen", "bezirk")
                assert (result.value, result.numerator, result.lower) == (None, None, None)
                seen += 1
    assert seen


def _reading(block: dict[str, Any], fields: Any) -> Any:
    """An indicator with just what an aggregate asks of it."""
    from types import SimpleNamespace

    return SimpleNamespace(**{**dict.fromkeys(fields), **block})


def _value(row: dict[str, Any]) -> Value:
    numbers = {"numerator", "denominator", "value", "lower", "upper"}
    clean = {k: (None if k in numbers and pd.isna(v) else v) for k, v in row.items()}
    return Value(**{("class_" if k == "class" else k): v for k, v in clean.items()})


@pytest.mark.slow
def test_custom_areas_from_inner_counts_are_tested_against_the_release(small: Path) -> None:
    """Every hidden count of a district together with each neighbour: what is answered leaves all protected."""
    town = municipality.read(small)
    result = pipeline.run(town)
    plan = result.plan
    earlier = journal.earlier_releases(town)
    first = sorted(key for key in earlier[0].hidden if "|bezirk|" in key)[0]
    version, period, level, area, key = first.split("|", 4)
    alone = ledger.request(
        [ledger.Request(version, period, level, (area,), key)], result.delivered.counts, plan, earlier
    )
    if not alone.allowed:
        assert alone.reason
        return
    assert alone.granted is not None
    assert alone.values


# -- reports and the site --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_report_holds_a_hidden_figure(
    small: Path, tmp_path: Path, secrets: frozenset[str], hidden: pd.DataFrame
) -> None:
    area = hidden.loc[hidden["level"] == "bezirk", "area"].iloc[0]
    for kind in ("pdf", "xlsx", "html", "docx", "pptx"):
        command = [
            "report",
            str(small / "freigaben" / FIRST),
            "--output",
            str(tmp_path / kind),
            "--area",
            area,
            "--format",
            kind,
            "--level",
            "bezirk",
        ]
        assert main(command) == 0
    nothing_leaks(tmp_path, secrets)


@pytest.fixture(scope="module")
def site(
    small: Path, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Client]:
    """The site with Musterstadt, in a data folder of its own."""
    from sozialraum_web.monitoring import services

    folder = tmp_path_factory.mktemp("daten")
    patch = pytest.MonkeyPatch()
    patch.setattr(site_settings, "DATA", folder)
    (folder / "statisch").mkdir()
    patch.setattr(site_settings, "STATIC_ROOT", folder / "statisch")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    patch.setattr(site_settings, "STORAGES", {**site_settings.STORAGES, "staticfiles": plain})
    release = releases.read(small / "freigaben" / FIRST)
    with django_db_blocker.unblock():
        owner = services.municipality(
            release.municipality, release.catalogue["municipality"]["name"], "Stadt"
        )
        services.trust_key(owner, release.public_key)
        services.import_release(release.path)
        yield Client()
    patch.undo()


@pytest.mark.slow
@pytest.mark.django_db
def test_no_page_holds_a_hidden_figure(
    site: Client, small: Path, secrets: frozenset[str], hidden: pd.DataFrame
) -> None:
    """Source, tooltips, charts, tables, downloads: where something is hidden, its figure does not stand on the page."""
    base = f"/{releases.read(small / 'freigaben' / FIRST).municipality}/"
    areas = hidden.loc[hidden["level"] == "bezirk", "area"].drop_duplicates().head(4)
    indicators = hidden["indicator"].drop_duplicates().head(8)
    pages = [
        "",
        "atlas/",
        "atlas/teppich/",
        "atlas/teppich.xlsx",
        "atlas/verteilung/",
        "atlas/zusammenhang/",
        "index/",
        "daten/",
        "daten/auswahl.csv",
        "daten/katalog.json",
        "daten/protokoll.json",
    ]
    pages += [f"gebiete/bezirk/{area}/" for area in areas]
    pages += [f"kennzahlen/{name}/" for name in indicators]
    pages += [f"atlas/?kennzahl={name}" for name in indicators]
    pages += [f"atlas/bild/karte.svg?kennzahl={name}" for name in indicators[:3]]
    pages += [f"atlas/eigenes-gebiet/?gebiete={','.join(areas[:2])}"]
    read = 0
    for page in pages:
        answer = site.get(base + page)
        if answer.status_code != 200:
            continue
        read += 1
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if content[:2] == b"PK":
            place = small.parent / "seite.xlsx"
            place.write_bytes(content)
            parts = list(texts_of(place))
        else:
            parts = [content]
        for part in parts:
            assert leaks(part, secrets) == [], page
    assert read >= len(pages) // 2
