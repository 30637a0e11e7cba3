"""Everything that goes wrong at a desk: one clear German sentence, and what is finished stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sozialraum.cli import main
from sozialraum.errors import SozialraumError
from sozialraum.products.report import batch, compose, design, templates, texts
from sozialraum.products.report.content import Note
from sozialraum.products.report.holding import Holding, hold


def made(
    held: Holding, probe: Path, output: Path, areas: list[str], format: str = "html", **more: object
) -> batch.Written:
    chosen = templates.find("gebietsprofil")
    level, version = compose.place_of(held, chosen)
    job = batch.Job(probe, chosen, level, version, format, **more)  # type: ignore[arg-type]
    return batch.write(job, held, compose.orders(held, chosen, level, version, areas), output)


def test_an_unknown_chapter_names_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "meine.toml"
    file.write_text(
        '[bericht]\ntitel = "Mein Bericht"\n[[kapitel]]\nart = "wetter"\n[[kapitel]]\nart = "portraet"\nfarbe = "rot"\n'
    )
    with pytest.raises(SozialraumError) as caught:
        templates.find(str(file))
    messages = [str(finding) for finding in caught.value.findings]
    assert len(messages) == 2
    assert "„wetter“ gibt es nicht" in messages[0]
    assert "portraet" in messages[0]
    assert "„farbe“ ist nicht bekannt" in messages[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Titel"),
        ("[bericht", "nicht lesbar"),
        ('[bericht]\ntitel = "x"\n', "keine Kapitel"),
        ('[bericht]\ntitel = "x"\nje = "mond"\n[[kapitel]]\nart = "text"\n', "„je“ ist nicht bekannt"),
        (
            '[bericht]\ntitel = "x"\n[[kapitel]]\nart = "text"\n[[kapitel]]\nart = "text"\n',
            "Zwei Kapitel heißen",
        ),
        ('[bericht]\ntitel = "x"\nje = "kommune"\n[[kapitel]]\nart = "nachweis"\n', "braucht ein Gebiet"),
    ],
)
def test_a_template_that_cannot_be_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "v.toml"
    file.write_text(text)
    with pytest.raises(SozialraumError, match=words):
        templates.find(str(file))


def test_an_unknown_template_area_level_or_version(held: Holding) -> None:
    with pytest.raises(SozialraumError, match="Mitgeliefert sind"):
        templates.find("../../etc/passwd")
    chosen = templates.find("gebietsprofil")
    level, version = compose.place_of(held, chosen)
    with pytest.raises(SozialraumError, match="gibt es auf dieser Ebene nicht") as caught:
        compose.orders(held, chosen, level, version, ["9999", "0101", "8888"])
    assert len(caught.value.findings) == 2
    with pytest.raises(SozialraumError, match="Die Ebene"):
        compose.place_of(held, chosen, "planet")
    with pytest.raises(SozialraumError, match="Gebietsstand"):
        compose.place_of(held, chosen, "", "1900")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[logo]\ndatei = "fehlt.svg"\nalternativtext = "Wappen"\n', "Das Logo fehlt"),
        ('[schrift]\nfamilie = "Stadtschrift"\ndateien = ["fehlt.ttf"]\n', "Die Schriftdatei fehlt"),
        ('[schrift]\nfamilie = "Comic Sans"\n', "gibt es in den genannten Dateien nicht"),
        ('[farben]\nakzent = "#ffff00"\n', "zu hell"),
        ('[farben]\nakzent = "blau"\n', "nicht lesbar"),
        ('[farben]\nrand = "#000000"\n', "nicht bekannt"),
        ("[farben", "nicht lesbar"),
    ],
)
def test_a_design_that_cannot_be_is_told(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "gestaltung.toml"
    file.write_text(text)
    with pytest.raises(SozialraumError, match=words):
        design.read(file)


def test_a_design_with_logo_and_colour_shows_in_every_format(
    held: Holding, probe: Path, tmp_path: Path
) -> None:
    (tmp_path / "wappen.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    )
    file = tmp_path / "gestaltung.toml"
    file.write_text(
        '[farben]\nakzent = "#7a1c4b"\n[logo]\ndatei = "wappen.svg"\nalternativtext = "Wappen"\n[absender]\nname = "Amt für Soziales"\n'
    )
    look = design.read(file)
    for format in ("pdf", "docx", "html"):
        done = made(held, probe, tmp_path / format, ["0101"], format, design=look)
        assert done.files[0].stat().st_size > 5000
    assert "#7a1c4b" in (tmp_path / "html" / "gebietsprofil_0101.html").read_text()
    assert "Amt für Soziales" in (tmp_path / "html" / "gebietsprofil_0101.html").read_text()


def test_an_area_without_data_is_a_page_that_says_so(held: Holding) -> None:
    level, version = compose.place_of(held, templates.find("gebietsprofil"))
    bare = Holding(held.release, held.catalogue, {})
    document = compose.document(
        bare, templates.find("gebietsprofil"), compose.Order("x", "0101"), level=level, version=version
    )
    notes = [block for block in document.blocks() if isinstance(block, Note)]
    assert any("keine Zahlen" in note.text for note in notes)


def test_an_indicator_all_suppressed_keeps_its_row_and_draws_nothing(held: Holding) -> None:
    from dataclasses import replace

    hidden = {
        key: {
            id: tuple(
                replace(row, value=None, lower=None, upper=None, numerator=None, status="suppressed")
                for row in rows
            )
            for id, rows in found.items()
        }
        for key, found in held._by_area.items()
    }
    poor = Holding(held.release, held.catalogue, hidden)
    for name in (
        "gebietsprofil",
        "sozialbericht",
        "gebietsnachweis",
        "veraenderung",
        "vorlage",
        "kurzbericht",
    ):
        chosen = templates.find(name)
        level, version = compose.place_of(poor, chosen)
        order = compose.orders(poor, chosen, level, version)[0]
        document = compose.document(poor, chosen, order, level=level, version=version)
        from sozialraum.products.report import pdf

        assert pdf.write(document, design.Design()).startswith(b"%PDF")


def test_a_full_disk_keeps_what_is_finished_and_the_next_run_goes_on(
    held: Holding, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = batch._put, [0]

    def full(path: Path, content: bytes) -> None:
        count[0] += path.suffix == ".html"
        if count[0] == 3:
            raise OSError(28, "Kein Speicherplatz")
        real(path, content)

    monkeypatch.setattr(batch, "_put", full)
    areas = ["0101", "0102", "0103", "0104"]
    with pytest.raises(SozialraumError, match="2 von 4 Dateien sind fertig"):
        made(held, probe, tmp_path / "aus", areas)
    monkeypatch.setattr(batch, "_put", real)
    assert sorted(path.name for path in (tmp_path / "aus").glob("*.html")) == [
        "gebietsprofil_0101.html",
        "gebietsprofil_0102.html",
    ]
    done = made(held, probe, tmp_path / "aus", areas)
    assert done.kept == 2
    assert len(list((tmp_path / "aus").glob("*.html"))) == 4
    assert not list((tmp_path / "aus").glob(".*teil"))


def test_a_finished_file_that_was_changed_or_is_of_an_older_template_is_made_again(
    held: Holding, probe: Path, tmp_path: Path
) -> None:
    first = made(held, probe, tmp_path, ["0101", "0102"])
    content = first.files[0].read_bytes()
    first.files[0].write_text("verändert")
    again = made(held, probe, tmp_path, ["0101", "0102"])
    assert (again.kept, again.files[0].read_bytes()) == (1, content)
    own = texts.Texts({("portraet", "0101"): texts.OwnText("portraet", "0101", "Neu.")})
    assert made(held, probe, tmp_path, ["0101", "0102"], texts=own).kept == 1


def test_an_interrupted_run_leaves_whole_files_only(probe: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from sozialraum.products.report import batch\n"
        "real, n = batch._put, []\n"
        "def put(path, content):\n"
        "    n.append(path.suffix)\n"
        "    if n.count('.html') == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(path, content)\n"
        "batch._put = put\n"
        "from sozialraum.cli import main\n"
        f"main(['report', {str(probe)!r}, '--output', {str(tmp_path)!r}, '--format', 'html', '--processes', '1'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ}, capture_output=True, check=False, timeout=120
    )
    assert done.returncode < 0
    assert [path.name for path in tmp_path.glob("*.html")] == ["gebietsprofil_0101.html"] or len(
        list(tmp_path.glob("*.html"))
    ) == 1
    assert (
        main(["report", str(probe), "--output", str(tmp_path), "--format", "html", "--processes", "1"]) == 0
    )
    assert len(list(tmp_path.glob("*.html"))) == 12


def test_a_changed_release_makes_no_report(
    probe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    copy = shutil.copytree(probe, tmp_path / "kopie")
    with (copy / "werte.csv").open("a") as file:
        file.write("x\n")
    assert main(["report", str(copy), "--output", str(tmp_path / "aus")]) == 1
    assert "werte.csv" in capsys.readouterr().err
    assert not (tmp_path / "aus").exists()


def test_own_texts_survive_a_new_data_year(held: Holding, probe: Path, tmp_path: Path) -> None:
    import probestadt

    folder = tmp_path / "texte"
    (folder / "portraet").mkdir(parents=True)
    (folder / "portraet" / "0101.md").write_text(
        "Datenstand: 2023-12-31\nDie Quote liegt bei {{sgb2_quote}}. Das Haus der Familie ist seit Mai offen.\n\n- erster Punkt\n- zweiter Punkt\n"
    )
    (folder / "unbekannt.md").write_text("Text ohne Kapitel")
    newer = probestadt.write(tmp_path / "neu", probestadt.Town(release="2026-01", offset=0.5))
    pages = []
    for release in (probe, newer):
        output = tmp_path / release.name
        assert (
            main(
                [
                    "report",
                    str(release),
                    "--output",
                    str(output),
                    "--area",
                    "0101",
                    "--format",
                    "html",
                    "--texts",
                    str(folder),
                ]
            )
            == 0
        )
        pages.append((output / "gebietsprofil_0101.html").read_text())
    for page in pages:
        assert "Das Haus der Familie ist seit Mai offen." in page
        assert "erster Punkt" in page
        assert "zum Datenstand 31.12.2023 geschrieben" in page
        assert "{{" not in page
    quotes = [page.split("Die Quote liegt bei ")[1].split(".")[0] for page in pages]
    assert quotes[0] != quotes[1]
    assert folder.joinpath("portraet/0101.md").exists()


def test_texts_nobody_prints_are_told(held: Holding, tmp_path: Path) -> None:
    (tmp_path / "wetter.md").write_text("Sonne")
    (tmp_path / "portraet").mkdir()
    (tmp_path / "portraet" / "9999.md").write_text("Niemandsland")
    (tmp_path / "index.md").write_text("{{gibt_es_nicht}}")
    (tmp_path / "kaputt.md").write_bytes(b"\xff\xfe\xfa")
    (tmp_path / "ueberblick.md").write_text("Datenstand: gestern\nText")
    found, findings = texts.read(tmp_path)
    assert len(findings) == 2
    chosen = templates.find("gebietsprofil")
    level, version = compose.place_of(held, chosen)
    hints = [str(hint) for hint in compose.unused(held, chosen, level, version, found)]
    assert len(hints) == 3


def test_a_thousand_areas_make_a_thousand_orders_in_a_moment(held: Holding) -> None:
    from dataclasses import replace

    from sozialraum.products.catalogue import Area

    level, version = compose.place_of(held, templates.find("gebietsprofil"))
    areas = tuple(Area(f"{number:05d}", f"Gebiet {number}", level.id, version) for number in range(1000))
    many = Holding(held.release, replace(held.catalogue, areas=(*held.catalogue.areas, *areas)), {})
    chosen = templates.find("gebietsprofil")
    orders = compose.orders(many, chosen, level, version)
    assert len(orders) >= 1000
    assert len({order.name for order in orders}) == len(orders)


def test_codes_from_outside_never_leave_the_folder(held: Holding) -> None:
    assert compose.file_part("../../etc/x y") == "______etc_x_y"


def test_json_for_machines(probe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(
            ["report", str(probe), "--output", str(tmp_path), "--area", "0101", "--format", "html", "--json"]
        )
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["files"][0].endswith("gebietsprofil_0101.html")
    assert main(["report-templates", "--json"]) == 0
    assert "sozialbericht" in json.loads(capsys.readouterr().out)["templates"]


def test_many_processes_write_the_same_bytes_as_one(held: Holding, probe: Path, tmp_path: Path) -> None:
    assert hold(probe).fingerprint == held.fingerprint
    for name, processes in (("eins", "1"), ("zwei", "2")):
        assert main(["report", str(probe), "--output", str(tmp_path / name), "--processes", processes]) == 0
    for path in (tmp_path / "eins").iterdir():
        assert (tmp_path / "zwei" / path.name).read_bytes() == path.read_bytes(), path.name


def test_vendored_fonts_are_what_the_manifest_says() -> None:
    import hashlib
    import tomllib

    for package in tomllib.loads((design.FONTS / "vendor.toml").read_text("utf-8"))["package"]:
        folder = design.FONTS / f"{package['folder']}-{package['version']}"
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert found == package["files"]
        assert "OPEN FONT LICENSE" in (folder / "LICENSE").read_text("utf-8")
