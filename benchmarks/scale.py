"""The whole path on Berlin's open data: check, run, release with audit, in a fresh folder (python -m benchmarks.scale)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.lines import Line, tell

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("SOZIALRAUM_TESTDATEN", ROOT.parent / "shared" / "data"))


def berlin(folder: Path) -> list[Line]:
    """Seconds of each command and of all three together."""
    subprocess.run([sys.executable, ROOT / "beispiele/build.py", "berlin", DATA, folder], check=True)
    environment = {**os.environ, "SOZIALRAUM_CONFIG": str(folder.parent / "config")}
    seconds = {}
    for words in (["check"], ["run"], ["release", "--name", "berlin"]):
        started = time.perf_counter()
        command = [sys.executable, "-m", "sozialraum.cli", words[0], str(folder), *words[1:]]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        seconds[words[0]] = time.perf_counter() - started
    note = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
    return [
        Line(
            "Berlin check + run + release, 21 Kennzahlen, 4 Indexausgaben",
            sum(seconds.values()),
            60,
            note=note,
        )
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        tell(berlin(Path(temporary) / "berlin"))
