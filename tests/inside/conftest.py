"""The Datenwerkstatt as a person starts it: the real command on a free port, and a real browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest


class Workshop:
    """A running Datenwerkstatt: its folder, its address, and the address that opens it once."""

    def __init__(self, folder: Path, address: str, entrance: str, config: Path) -> None:
        self.folder, self.address, self.entrance, self.config = folder, address, entrance, config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def open_workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Workshop]]:
    """Start the Datenwerkstatt over a folder; all are ended with the tests."""
    running: list[subprocess.Popen[bytes]] = []
    config = tmp_path_factory.mktemp("werkstatt-config")

    def start(folder: Path) -> Workshop:
        port, log = _free_port(), tmp_path_factory.mktemp("log") / "ausgabe.txt"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SOZIALRAUM_", "DJANGO_"))}
        with log.open("wb") as handle:
            process = subprocess.Popen(
                [sys.executable, "-m", "sozialraum.cli", "inside", str(folder), "--port", str(port), "--no-browser"],
                stdout=handle, stderr=subprocess.STDOUT, env={**environment, "SOZIALRAUM_CONFIG": str(config)},
            )  # fmt: skip
        running.append(process)
        _wait(f"http://127.0.0.1:{port}/", process, log)
        found = re.search(r"http://\S+/eintreten/\S+", log.read_text("utf-8"))
        assert found
        return Workshop(folder, f"http://127.0.0.1:{port}", found[0], config)

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text("utf-8"))
        try:
            with urlopen(address, timeout=2):
                return
        except HTTPError:
            return  # the door is shut, but somebody answers
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the Datenwerkstatt did not answer within a minute")


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh page that must end without a script error or a refused resource."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert [p for p in problems if not re.search(r"status of 4(03|04|09|22)", p)] == []
