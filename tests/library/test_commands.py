"""The commands: exit codes 0, 1 and 2, German sentences, machine output, nothing overwritten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kleinstadt
from sozialraum.cli import main
from sozialraum.release import verify


@pytest.mark.parametrize(
    "command",
    [["frei"], ["check"], ["check", "a", "b"], ["release", ".", "--nam", "x"], ["export", ".", "--format", "doc"], ["new", "x", "--population", "viele"], ["--nichts"]],
)  # fmt: skip
def test_wrong_use_ends_with_2(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("Der Aufruf ist nicht verständlich")
    assert "--help" in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("command", [["--help"], ["check", "--help"], ["--version"], []])
def test_help_ends_with_0(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    assert capsys.readouterr().out


def test_new_leaves_a_folder_alone_that_is_not_empty(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in town.rglob("*") if path.is_file()}
    for more in ([], ["--example", "musterstadt"]):
        assert main(["new", str(town), *more]) == 1
        assert "nicht leer" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in town.rglob("*") if path.is_file()} == before


def test_a_new_folder_tells_what_is_still_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", str(tmp_path / "neu")]) == 0
    assert main(["check", str(tmp_path / "neu")]) == 1
    assert "Die Gebietsdatei fehlt" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["check"], ["run"], ["release"], ["audit"], ["export", "--format", "csv"]]
)
def test_a_folder_that_does_not_exist(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command[0], str(tmp_path / "fehlt"), *command[1:]]) == 1
    assert capsys.readouterr().err.startswith("Fehler: ")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (town / "werte").write_text("im Weg", "utf-8")

    assert main(["run", str(town)]) == 1
    assert "Datei- oder Netzzugriff" in capsys.readouterr().err
    assert (town / "werte").read_text("utf-8") == "im Weg"


def test_the_whole_path_for_machines(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["check"], ["run"], ["release", "--name", "a"]):
        assert main([command[0], str(town), *command[1:], "--json"]) == 0
        printed = capsys.readouterr()
        assert isinstance(json.loads(printed.out), dict)
        assert printed.err == ""
    assert main(["audit", str(town / "freigaben/a"), "--values", str(town / "werte"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    assert main(["release", str(town), "--name", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] is True


def test_a_killed_release_does_no_harm(town: Path) -> None:
    """Killed without warning at any moment: no half release has a name, and the same command succeeds afterwards."""
    command = [sys.executable, "-m", "sozialraum.cli", "release", str(town), "--name", "a"]
    for seconds in (1.5, 2.5, 3.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ), start_new_session=True)  # fmt: skip
        time.sleep(seconds)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done = town / "freigaben" / "a"
        assert not done.exists() or verify(done, None) == []
    assert main(["release", str(town), "--name", "a"]) == 0
    assert verify(town / "freigaben" / "a", None) == []
    assert [path.name for path in (town / "freigaben").iterdir()] == ["a"]


def test_a_release_that_was_recorded_but_never_named_is_made_good(town: Path) -> None:
    """The power fails between the journal and the folder: the same inputs may use the name, others may not."""
    assert main(["release", str(town), "--name", "a"]) == 0
    (town / "freigaben" / "a").rename(town / "freigaben" / ".a.4711.partial")

    assert main(["release", str(town), "--name", "a"]) == 0
    assert [path.name for path in (town / "freigaben").iterdir()] == ["a"]
    kleinstadt.put(town, "kennzahlen/neu.toml", "# anders\n")
    assert main(["release", str(town), "--name", "a"]) == 1


def test_an_index_without_its_components_is_told(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An index whose components were not delivered hinders nothing else, and is told by run and release."""
    kleinstadt.put(
        town, "indizes/lage.toml",
        '[lage]\nlabel = "Lage"\nedition = "1"\nlevel = "bezirk"\nperiod = "2024-12-31"\n'
        'components = [{ indicator = "sgb2_quote" }, { indicator = "arbeitslosenanteil" }]\n[[lage.classes.status]]\nlabel = "x"\n',
    )  # fmt: skip
    for command in (["run"], ["release", "--name", "a"]):
        assert main([command[0], str(town), *command[1:]]) == 0
        assert (
            "Hinweis: Index [lage]: Für „sgb2_quote“ liegt in keinem Gebiet ein Wert vor"
            in capsys.readouterr().err
        )


def test_an_index_of_another_period_is_told(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kleinstadt.put(
        town, "indizes/lage.toml",
        '[lage]\nlabel = "Lage"\nedition = "1"\nlevel = "bezirk"\nperiod = "2020-12-31"\n'
        'components = [{ indicator = "arbeitslosenanteil" }]\n[[lage.classes.status]]\nlabel = "x"\n',
    )  # fmt: skip
    assert main(["release", str(town), "--name", "a"]) == 0
    assert "Zum 31.12.2020 liegt auf der Ebene „bezirk“ kein Baustein vor" in capsys.readouterr().err
