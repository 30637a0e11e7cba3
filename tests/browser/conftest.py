"""The real server on a made-up town, a real browser, and axe-core from npm."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
import probestadt

CHROMIUM = Path(os.environ.get("SOZIALRAUM_CHROMIUM", "/usr/bin/chromium"))
SERVE = """
import sys
from pathlib import Path
from sozialraum_web.commands import serve
if __name__ == "__main__":
    serve(Path(sys.argv[1]), [Path(path) for path in sys.argv[3:]], port=int(sys.argv[2]), demo=True)
"""


class Server:
    """A running site: its address and what it printed."""

    def __init__(self, address: str, output: str) -> None:
        self.address, self.output = address, output

    def password(self, email: str) -> str:
        """The demo password of a person."""
        found = re.search(rf"{re.escape(email)}\s+(\S+)", self.output)
        assert found
        return found[1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, release: Path, **settings: str) -> Iterator[Server]:
    """The command a town uses, on a free port and a data folder `daten`; ended by its own process id."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium (SOZIALRAUM_CHROMIUM)")
    port = _free_port()
    script, log = folder / "start.py", folder / "ausgabe.txt"
    script.write_text(SERVE, encoding="utf-8")
    with log.open("w") as handle:
        process = subprocess.Popen(
            [sys.executable, str(script), str(folder / "daten"), str(port), str(release)],
            stdout=handle,
            stderr=subprocess.STDOUT,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith(("SOZIALRAUM_", "DJANGO_"))},
                **settings,
            },
        )
    try:
        _wait(f"http://127.0.0.1:{port}/", process, log)
        yield Server(f"http://127.0.0.1:{port}", log.read_text(encoding="utf-8"))
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One site for all walks that only read."""
    folder = tmp_path_factory.mktemp("server")
    with running(folder, probestadt.write(folder / "freigaben")) as found:
        yield found


@pytest.fixture
def fresh_site(tmp_path: Path) -> Callable[..., AbstractContextManager[Server]]:
    """Starts a site of its own on a release, for walks that write."""
    return partial(running, tmp_path)


def _wait(address: str, process: subprocess.Popen[Any], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text(encoding="utf-8"))
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the server did not answer within a minute")


@pytest.fixture(params=[1440, 390], ids=["breit", "schmal"])
def width(request: pytest.FixtureRequest) -> int:
    """A desk and a phone."""
    return int(request.param)


@pytest.fixture
def page(chromium: Any, width: int) -> Iterator[Any]:
    """A fresh page that must end without a script error or a refused resource."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert [problem for problem in problems if "404 (Not Found)" not in problem] == []
