"""Musterstadt from delivery to release: what the commands write, refuse and find (Von der Lieferung bis zur Freigabe)."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sozialraum import municipality, pipeline, publication
from sozialraum import release as releases
from sozialraum.cli import main
from sozialraum.disclosure import gate
from sozialraum.errors import DisclosureError
from sozialraum.tables import COUNTS_COLUMNS, VALUES_COLUMNS, Status

FIRST, SECOND = "2025-03", "2025-06"
FILES = {
    "werte.parquet", "werte.csv", "grundzahlen.parquet", "gebiete.gpkg", "gebiete.geojson", "hierarchie.csv", "umstieg.csv",
    "katalog.json", "protokoll.json", "datapackage.json", "LIESMICH.md", "vergleich.parquet", "strassen.parquet",
}  # fmt: skip


def values_of(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "werte.parquet").to_pandas()


def told(command: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(command)
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out + printed.err


# -- what is written -------------------------------------------------------------------------------------------------


def test_the_release_has_exactly_these_files(released: Path) -> None:
    assert {path.name for path in released.iterdir()} == FILES


def test_tables_have_exactly_these_columns(released: Path) -> None:
    values, counts = (pq.read_table(released / name) for name in ("werte.parquet", "grundzahlen.parquet"))

    assert tuple(values.column_names) == VALUES_COLUMNS
    assert tuple(counts.column_names) == COUNTS_COLUMNS
    kinds = {name: str(values.schema.field(name).type) for name in VALUES_COLUMNS}
    assert {n for n, kind in kinds.items() if kind == "double"} == {
        "numerator",
        "denominator",
        "value",
        "lower",
        "upper",
    }
    assert set(kinds.values()) == {"double", "string"}
    assert sum(values[name].null_count for name, kind in kinds.items() if kind == "string") == 0


def test_csv_and_parquet_say_the_same(released: Path) -> None:
    table = values_of(released)
    with (released / "werte.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == len(table)
    assert list(rows[0]) == list(VALUES_COLUMNS)
    assert [row["area"] for row in rows] == list(table["area"])
    assert sum(row["value"] == "" for row in rows) == int(table["value"].isna().sum())


def test_what_is_hidden_is_empty_and_never_zero(released: Path) -> None:
    table = values_of(released)
    hidden = table[table["status"] == Status.SUPPRESSED]

    assert len(hidden) > 50
    assert hidden[["numerator", "value", "lower", "upper"]].isna().all(axis=None)
    assert set(hidden["class"]) == {""}
    counts = pq.read_table(released / "grundzahlen.parquet").to_pandas()
    assert counts.loc[counts["status"] == Status.SUPPRESSED, "count"].isna().all()
    assert not counts.loc[counts["status"] != Status.SUPPRESSED, "count"].isin([1, 2]).any()


def test_every_gap_has_a_state(released: Path) -> None:
    table = values_of(released)
    gaps = table["value"].isna()

    assert set(table["status"]) <= {status.value for status in Status}
    assert set(table.loc[gaps, "status"]) <= {Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL}
    assert not set(table.loc[~gaps, "status"]) & {Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL}


def test_one_count_has_one_state_in_the_whole_release(released: Path) -> None:
    """A denominator that is empty in one indicator is empty in all, and in Grundzahlen."""
    table, catalogue = values_of(released), json.loads((released / "katalog.json").read_text("utf-8"))
    shown: dict[tuple[str, ...], set[bool]] = {}
    place = ["version", "period", "level", "area"]
    for indicator in catalogue["indicators"]:
        rows = table[
            (table["indicator"] == indicator["id"])
            & ~table["status"].isin([Status.MISSING, Status.NOT_MEANINGFUL])
        ]
        for column, key in indicator.get("counts", {}).items():
            for row in rows[[*place, column]].itertuples(index=False, name=None):
                shown.setdefault((*row[:4], key), set()).add(row[4] == row[4])
    mixed = [key for key, states in shown.items() if len(states) > 1]

    assert len(shown) > 500
    assert mixed == []


def test_inside_and_release_agree_where_both_show(small: Path) -> None:
    key = ["area", "level", "version", "period", "indicator"]
    inside = values_of(small / "werte").set_index(key)["value"]
    outside = values_of(small / "freigaben" / FIRST).set_index(key)["value"].dropna()

    both = inside.reindex(outside.index)
    assert len(outside) > 200
    assert (both == outside).all()


def test_areas_in_geojson_geopackage_and_hierarchy_agree(released: Path) -> None:
    features = json.loads((released / "gebiete.geojson").read_text("utf-8"))["features"]
    layers = {str(name) for name, _ in pyogrio.list_layers(released / "gebiete.gpkg")}
    with (released / "hierarchie.csv").open(encoding="utf-8", newline="") as file:
        hierarchy = list(csv.DictReader(file))

    assert {(f["properties"]["level"], f["properties"]["version"]) for f in features} == {
        ("bezirk", "2024"),
        ("stadtteil", "2024"),
        ("kommune", "2024"),
    }
    assert layers == {"bezirk_2024", "stadtteil_2024", "kommune_2024"}
    assert list(hierarchy[0]) == ["area", "version", "hierarchy", "parent"]
    codes = {f["properties"]["code"] for f in features}
    assert {row["area"] for row in hierarchy} <= codes | {"nz"}
    assert all(
        -180 < x < 180
        for f in features[:3]
        for x in (
            f["geometry"]["coordinates"][0][0][0][0]
            if f["geometry"]["type"] == "MultiPolygon"
            else f["geometry"]["coordinates"][0][0][0],
        )
    )


def test_catalogue_and_protocol_name_office_rules_and_audit(released: Path) -> None:
    catalogue, protocol = (
        json.loads((released / name).read_text("utf-8")) for name in ("katalog.json", "protokoll.json")
    )

    assert catalogue["format"] == "sozialraum-katalog/1"
    assert protocol["format"] == "sozialraum-protokoll/1"
    assert protocol["audit"]["verdict"] == "bestanden"
    assert protocol["audience"] == "öffentlich"
    assert protocol["office"]["name"] == "Statistikstelle Musterstadt"
    assert protocol["zeros_may_be_hidden"] is True
    assert protocol["hidden"] > 0
    assert set(protocol["checksums"]) == FILES - {"protokoll.json"}
    assert len(protocol["commitment"]) == 64
    assert not {"inside", "salt", "seed", "primary", "secondary", "checked"} & {*protocol, *protocol["audit"]}
    assert {"einwohnerzahl", "arbeitslosenanteil"} <= {i["id"] for i in catalogue["indicators"]}


def test_nothing_secret_lies_in_the_release_or_beside_it(small: Path) -> None:
    """The seed stays in the journal, the private key outside of the folder."""
    record = json.loads((small / "journal" / "freigaben" / f"{FIRST}.json").read_text("utf-8"))
    text = "".join(
        path.read_text("utf-8")
        for path in (small / "freigaben" / FIRST).iterdir()
        if path.suffix in (".json", ".md")
    )

    assert record["salt"] not in text
    assert not [p for p in small.rglob("*") if p.is_file() and b"PRIVATE KEY" in p.read_bytes()[:200]]


# -- audit -----------------------------------------------------------------------------------------------------------


def test_the_release_holds_from_outside_and_with_the_inner_values(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small / "freigaben" / FIRST
    code, text = told(["audit", str(path)], capsys)
    assert (code, "0 errechnet" in text) == (0, True)

    code, text = told(["audit", str(path), "--values", str(small / "werte"), "--json"], capsys)
    assert code == 0
    assert "alle nachgewiesen" in json.loads(text)["summary"]


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("place", ["begin", "middle", "end"])
def test_a_changed_file_is_found(
    released: Path, name: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content = bytearray((released / name).read_bytes())
    if place == "end":
        content += b"\n"
    else:
        content[{"begin": 0, "middle": len(content) // 2}[place]] ^= 0x01
    (released / name).write_bytes(content)

    code, text = told(["audit", str(released)], capsys)
    assert code == 1
    assert text.startswith("Fehler: ")
    assert releases.verify(released, None)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_found(released: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (released / name).unlink()

    code, text = told(["audit", str(released)], capsys)
    assert code == 1
    assert name in text


@pytest.mark.parametrize("name", ["mehr.csv", ".versteckt", "unter/mehr.csv"])
def test_an_extra_file_is_found(released: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (released / name).parent.mkdir(exist_ok=True)
    (released / name).write_text("a\n", "utf-8")

    code, text = told(["audit", str(released)], capsys)
    assert (code, "gehört nicht zur unterschriebenen Freigabe" in text) == (1, True)


def changed_protocol(folder: Path, **changes: object) -> None:
    path = folder / "protokoll.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text("utf-8")), **changes}, indent=1, ensure_ascii=False) + "\n",
        "utf-8",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": {}}, {"signature": None}, {"signature": "x"}, {"checksums": {}}, {"checksums": []}, {"checksums": None},
        {"signature": {"public_key": "zz", "value": "00"}}, {"signature": {"public_key": "00" * 32, "value": "00" * 64}},
        {"audience": "intern"}, {"release": "andere"}, {"format": "x"},
    ],
)  # fmt: skip
def test_a_protocol_that_was_written_anew_is_found(released: Path, changes: dict[str, object]) -> None:
    known = releases.read(released).public_key
    changed_protocol(released, **changes)

    assert releases.verify(released, {known})


def test_another_key_is_unknown_and_cannot_hide_a_change(released: Path) -> None:
    """Who changes a value and signs again is found by the key."""
    original = releases.read(released).public_key
    assert releases.verify(released, {original}) == []
    stranger = Ed25519PrivateKey.generate()
    table = pq.read_table(released / "werte.parquet").slice(1)
    pq.write_table(table, released / "werte.parquet")
    protocol = json.loads((released / "protokoll.json").read_text("utf-8"))
    (released / "protokoll.json").unlink()
    releases._seal(
        released, {k: v for k, v in protocol.items() if k not in ("signature", "checksums")}, stranger
    )

    assert releases.verify(released, None) == []
    unknown = releases.verify(released, {original})
    assert ["nicht bekannt" in f.message for f in unknown] == [True]
    assert "trust" in unknown[0].remedy
    assert unknown[0].value == releases.fingerprint(releases.public_hex(stranger))


def test_a_signature_of_another_key_is_wrong(released: Path) -> None:
    protocol = json.loads((released / "protokoll.json").read_text("utf-8"))
    content = releases.signed_content(protocol)
    changed_protocol(
        released,
        signature={**protocol["signature"], "value": Ed25519PrivateKey.generate().sign(content).hex()},
    )

    assert any("Unterschrift passt nicht" in f.message for f in releases.verify(released, None))


def test_a_value_that_leaked_is_computed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If one hidden cell is printed after all, an audit computes its neighbours or tells that it contradicts the proof."""
    path = own / "freigaben" / FIRST
    counts = pq.read_table(own / "werte" / "grundzahlen.parquet").to_pandas()
    protected = pq.read_table(path / "grundzahlen.parquet").to_pandas()
    key = list(COUNTS_COLUMNS[:-2])
    truth = counts.set_index(key)["count"]
    hidden = protected["status"] == Status.SUPPRESSED
    shown = hidden & (protected["variable"] == "arbeitslose") & (protected["level"] == "bezirk")
    last = protected.index[shown][0]
    protected.loc[last, "count"] = truth[tuple(protected.loc[last, key])]
    protected.loc[last, "status"] = Status.OK
    pq.write_table(publication.arrow(protected, COUNTS_COLUMNS), path / "grundzahlen.parquet")
    protocol = json.loads((path / "protokoll.json").read_text("utf-8"))
    (path / "protokoll.json").unlink()
    key_file = Ed25519PrivateKey.generate()
    releases._seal(path, {k: v for k, v in protocol.items() if k not in ("signature", "checksums")}, key_file)

    code, text = told(["audit", str(path), "--values", str(own / "werte")], capsys)
    assert code == 1
    assert "nicht nachweislich geschützt" in text or "errechnen" in text


# -- a second release ------------------------------------------------------------------------------------------------


def test_the_same_name_again_is_unchanged(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in (small / "freigaben" / FIRST).iterdir()}
    code, text = told(["release", str(small), "--name", FIRST], capsys)

    assert (code, "unverändert" in text) == (0, True)
    assert {path.name: path.read_bytes() for path in (small / "freigaben" / FIRST).iterdir()} == before


@pytest.mark.parametrize(
    "what", ["kommune.toml", "korrekturen.toml", "kennzahlen/neu.toml", "lieferungen/ba_sgb2/neu.txt"]
)
def test_other_inputs_under_the_same_name_are_refused(
    own: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with (own / what).open("a", encoding="utf-8") as file:
        file.write("# anders\n")
    code, text = told(["release", str(own), "--name", FIRST], capsys)

    assert (code, "gibt es schon, aus anderen Eingaben" in text) == (1, True)
    assert releases.verify(own / "freigaben" / FIRST, None) == []


def test_a_tampered_release_is_not_called_unchanged(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "freigaben" / FIRST / "LIESMICH.md").write_text("anders", "utf-8")
    code, text = told(["release", str(own), "--name", FIRST], capsys)

    assert (code, "Prüfsumme" in text) == (1, True)


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", "März", "a b", "x" * 300])
def test_a_name_that_is_no_folder_is_refused(
    own: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = told(["release", str(own), "--name", name], capsys)

    assert code == 1
    assert {path.name for path in (own / "freigaben").iterdir()} == {FIRST}


def test_a_name_is_not_used_twice_even_when_its_folder_is_gone(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(own / "freigaben" / FIRST)
    (own / "kennzahlen" / "neu.toml").write_text("# anders\n", "utf-8")
    code, text = told(["release", str(own), "--name", FIRST], capsys)

    assert (code, "wurde schon gegeben" in text) == (1, True)


def test_a_second_release_of_a_corrected_delivery(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was printed before stays known: both releases together give nothing away, and a correction changes a figure."""
    values = values_of(own / "freigaben" / FIRST)
    rows = values[
        (values["indicator"] == "arbeitslosenanteil")
        & (values["level"] == "bezirk")
        & (values["status"] == Status.OK)
    ]
    row = rows[rows["period"] == "2024-12-31"].iloc[0]
    (own / "korrekturen.toml").write_text(
        f'[[korrektur]]\nsource = "ba_arbeitsmarkt"\nvariable = "arbeitslose"\narea = "{row["area"]}"\nperiod = "2024-12-31"\n'
        f'expect = {row["numerator"]:.0f}\nvalue = {row["numerator"] - 1:.0f}\nreason = "doppelt gezählt"\n', "utf-8")  # fmt: skip
    assert main(["run", str(own)]) == 0
    assert main(["release", str(own), "--name", SECOND]) == 0
    first, second = (own / "freigaben" / name for name in (FIRST, SECOND))
    capsys.readouterr()

    assert json.loads((second / "protokoll.json").read_text("utf-8"))["audit"]["earlier_releases"] == [FIRST]
    code, text = told(["audit", str(second), "--earlier", str(first)], capsys)
    assert code == 0, text
    code, text = told(["audit", str(second), "--earlier", str(first), "--values", str(own / "werte")], capsys)
    assert code == 0, text


# -- the gate stays shut ---------------------------------------------------------------------------------------------


def test_nothing_is_released_when_the_proof_fails(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A method that hides only the first cells is found by the attacker, and no file appears."""
    for what in ("freigaben", "journal"):
        shutil.rmtree(own / what)
    monkeypatch.setattr(gate, "suppress", lambda system, **_: system.primary & system.publishable)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    code, text = told(["release", str(own), "--name", FIRST], capsys)

    assert code == 1
    assert "nicht nachweislich geschützt" in text
    assert "Es wird nichts freigegeben" in text
    assert not (own / "freigaben").exists()
    assert not (own / "journal" / "freigaben").exists()


def test_a_method_that_hides_nothing_is_found(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(gate, "suppress", lambda system, **_: np.zeros(len(system.keys), dtype=bool))
    with pytest.raises(DisclosureError):
        pipeline.protected_values(pipeline.run(municipality.read(own)))


@pytest.fixture(scope="module")
def protected(small: Path) -> gate.Protected:
    """What the gate lets through, for tests of what is written afterwards."""
    return pipeline.protected_values(pipeline.run(municipality.read(small)))


@pytest.mark.parametrize("moment", ["fill", "seal", "rename"])
def test_an_interruption_leaves_nothing_half_written(
    own: Path, protected: gate.Protected, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while writing, sealing or naming: no release, no record, and the next run cleans up."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    target = {
        "fill": (publication, "_write_geopackage"),
        "seal": (releases, "_seal"),
        "rename": (Path, "rename"),
    }[moment]
    monkeypatch.setattr(pipeline, "protected_values", lambda *_, **__: protected)
    with monkeypatch.context() as broken:
        broken.setattr(*target, stop)
        assert main(["release", str(own), "--name", SECOND]) == 1
    assert [path.name for path in (own / "freigaben").iterdir()] == [FIRST]
    assert not (own / "journal" / "freigaben" / f"{SECOND}.json").exists()

    # What a killed process leaves behind has no name and does no harm.
    left = own / "freigaben" / f".{SECOND}.4711.partial"
    left.mkdir()
    (left / "werte.csv").write_text("halb", "utf-8")
    assert main(["release", str(own), "--name", SECOND]) == 0
    assert {path.name for path in (own / "freigaben").iterdir()} == {FIRST, SECOND}
    assert releases.verify(own / "freigaben" / SECOND, None) == []


# -- export ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "gpkg", "geojson", "svg", "kommonitor", "dcat"])
def test_every_format_is_exported(
    small: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = told(
        ["export", str(small / "freigaben" / FIRST), "--format", form, "--output", str(tmp_path), "--json"],
        capsys,
    )

    assert code == 0
    files = [Path(name) for name in json.loads(text)["files"]]
    assert files
    assert all(path.stat().st_size > 0 for path in files)


def test_formulas_in_names_and_notes_are_defused(small: Path, tmp_path: Path) -> None:
    """Whatever a supplier writes into a name or a note, no spreadsheet program runs it."""
    evil = '=HYPERLINK("http://example.org";"Klick")'
    release = shutil.copytree(small / "freigaben" / FIRST, tmp_path / "r")
    table = pq.read_table(release / "werte.parquet").to_pandas()
    table.loc[0, ["notes", "class"]] = [evil, "+1+1"]
    pq.write_table(publication.arrow(table, VALUES_COLUMNS), release / "werte.parquet")
    catalogue = json.loads((release / "katalog.json").read_text("utf-8"))
    catalogue["indicators"][0]["label"] = evil
    (release / "katalog.json").write_text(json.dumps(catalogue), "utf-8")
    publication.write_csv(publication.arrow(table, VALUES_COLUMNS), release / "werte.csv")
    for form in ("csv", "xlsx"):
        assert main(["export", str(release), "--format", form, "--output", str(tmp_path / form)]) == 0

    for path in (*(tmp_path / "csv").glob("*.csv"), release / "werte.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [
            c
            for c in cells
            if c[:1] in ("=", "+", "@")
            or (c[:1] == "-" and len(c) > 1 and not c[1:].replace(".", "").replace("e-", "").isdigit())
        ]
    book = openpyxl.load_workbook(next((tmp_path / "xlsx").glob("*.xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_sources_for_display_only_are_not_exported(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own / "freigaben" / FIRST / "katalog.json"
    catalogue = json.loads(path.read_text("utf-8"))
    for source in catalogue["sources"]:
        if source["id"] == "ba_arbeitsmarkt":
            source["redistribution"] = "nur Darstellung"
    path.write_text(json.dumps(catalogue), "utf-8")
    code, text = told(["export", str(path.parent), "--format", "csv", "--output", str(tmp_path)], capsys)

    assert code == 0
    assert "nur zur Darstellung überlassen" in text
    written = pd.read_csv(next(tmp_path.glob("*_werte.csv")))
    assert "arbeitslosenanteil" not in set(written["indicator"])
    assert "einwohnerzahl" in set(written["indicator"])


@pytest.mark.slow
def test_the_whole_town_of_twelve_thousand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All sources, all years, a small population: nothing hidden can be computed, and no warning stays."""
    folder = tmp_path / "musterstadt"
    assert main(["new", str(folder), "--example", "musterstadt", "--population", "12000"]) == 0
    for command in (["check"], ["run"], ["release", "--name", FIRST]):
        assert main([command[0], str(folder), *command[1:]]) == 0
    capsys.readouterr()
    code, text = told(["audit", str(folder / "freigaben" / FIRST), "--values", str(folder / "werte")], capsys)

    assert code == 0, text
    assert "0 errechnet" in text
