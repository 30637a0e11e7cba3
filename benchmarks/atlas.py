"""The site on Berlin's 448 mapped areas and on a made-up town of 600: first page, switch, profile, fifty readers, memory.

`python -m benchmarks.atlas` builds both, imports them into an empty site and measures with a real browser and parallel
readers on this machine only.
"""

from __future__ import annotations

import gzip
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import raster
from benchmarks.lines import Line, tell
from benchmarks.scale import berlin

READERS, PAGES_EACH = 50, 8
PAGES = (
    "/berlin/",
    "/berlin/atlas/",
    "/berlin/gebiete/plr/01011101/",
    "/berlin/kennzahlen/",
    "/berlin/index/mss_2017/",
)
BERLIN_ATLAS = "/berlin/atlas/?kennzahl=kinder_unter_6&ebene=plr&jahr=2019-12-31"
RASTER_ATLAS = "/rasterstadt/atlas/?kennzahl=arbeitslosenanteil&ebene=quartier&jahr=2024-12-31"
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def site(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve both releases from an empty data folder; yields the address and the process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SOZIALRAUM_CONFIG": str(folder / "config")}
    command = [sys.executable, "-m", "sozialraum.cli", "serve", "--demo", "--data", str(folder / "daten"), "--port", str(port),
               "--release", str(folder / "berlin/freigaben/berlin"),
               "--release", str(folder / "rasterstadt/freigaben/rasterstadt")]  # fmt: skip
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError("the site did not start")


def fetch(address: str) -> tuple[float, int, int]:
    """Seconds, status and bytes over the wire of one page."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as response:
        body = response.read()
        size = len(body) if response.headers.get("Content-Encoding") else len(gzip.compress(body))
        return time.perf_counter() - started, response.status, size


def server_time(address: str, page: str) -> float:
    """Median seconds of a page that was asked for before."""
    fetch(address + page)
    return statistics.median(fetch(address + page)[0] for _ in range(15))


def readers(address: str) -> list[float]:
    """Seconds of every page when fifty people read at once, each pausing one to five seconds between pages."""

    def read(number: int) -> list[float]:
        rng = random.Random(number)
        times = []
        for _ in range(PAGES_EACH):
            time.sleep(rng.uniform(1, 5))
            seconds, status, _ = fetch(address + rng.choice(PAGES))
            assert status == 200
            times.append(seconds)
        return times

    with ThreadPoolExecutor(READERS) as pool:
        return sorted(seconds for times in pool.map(read, range(READERS)) for seconds in times)


def memory(pid: int) -> float:
    """Resident megabytes of a process and all below it (proportional share of shared pages)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    return own / 1024 + sum(memory(int(child)) for child in children)


def first_page(address: str) -> tuple[float, float]:
    """Median seconds until the page with its map has loaded in a fresh browser, and its compressed kilobytes."""
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        for _ in range(5):
            page = browser.new_context().new_page()
            sizes: list[int] = []
            page.on(
                "requestfinished",
                lambda request, sizes=sizes: sizes.append(request.sizes()["responseBodySize"]),
            )
            started = time.perf_counter()
            page.goto(address + "/berlin/", wait_until="load")
            seconds.append(time.perf_counter() - started)
            page.wait_for_timeout(200)
            page.close()
        browser.close()
    return statistics.median(seconds), sum(sizes) / 1024


# clicks a year and waits until the new picture is painted
SWITCH = """async (year) => {
  const link = [...document.querySelectorAll("#jahre .years a")].find((each) => each.textContent.trim() === year);
  const started = performance.now();
  const arrived = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (document.querySelector("#jahre .years [aria-current]")?.textContent.trim() !== year) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(done));
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
  link.click();
  await arrived;
  return performance.now() - started;
}"""


APPROACH_MS = 250  # from the pointer's arrival on a year to the click: a quick hand


def switch(address: str, page_path: str, years: Sequence[str]) -> tuple[float, float, float]:
    """Median seconds from the click on another year to the new picture, its visible rows included.

    Three ways: pages nobody asked for before, without a pointer (script, keyboard at full speed); the same with a pointer
    that reached the year before it clicked; pages that were asked for before.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address + page_path, wait_until="load")
        bare, kept = ([page.evaluate(SWITCH, year) / 1000 for year in years] for _ in range(2))
        # pinning an area makes addresses that nobody asked for yet
        page.goto(
            address + page_path + "&profil=" + page.locator("#rangfolge li").first.get_attribute("data-code")
        )
        pointed = [_pointed(page, year) for year in years]
        browser.close()
    return statistics.median(bare[1:]), statistics.median(pointed[1:]), statistics.median(kept)


def _pointed(page: Any, year: str) -> float:
    page.locator("#jahre .years a", has_text=year).hover()
    page.wait_for_timeout(APPROACH_MS)
    seconds: float = page.evaluate(SWITCH, year) / 1000
    page.wait_for_timeout(700)
    return seconds


NOTE = "Seite noch nie abgerufen, Zeiger 0,25 s vor dem Klick; ohne Zeiger {:.3f}; schon abgerufen {:.3f}"


def rasterstadt(folder: Path) -> None:
    """The made-up town of 600 areas, released."""
    raster.write(folder)
    environment = {**os.environ, "SOZIALRAUM_CONFIG": str(folder.parent / "config")}
    for words in (["run"], ["release", "--name", "rasterstadt"]):
        command = [sys.executable, "-m", "sozialraum.cli", words[0], str(folder), *words[1:]]
        subprocess.run(command, check=True, env=environment, capture_output=True)


def measure(folder: Path) -> list[Line]:
    """All lines of the site's budget."""
    berlin(folder / "berlin")
    rasterstadt(folder / "rasterstadt")
    with site(folder) as (address, pid):
        seconds, kilobytes = first_page(address)
        fresh, pointed, kept = switch(address, BERLIN_ATLAS, [str(year) for year in range(2020, 2014, -1)])
        fresh_600, pointed_600, kept_600 = switch(address, RASTER_ATLAS, [str(year) for year in raster.YEARS])
        served = server_time(address, "/berlin/atlas/?kennzahl=mss_s4&ebene=plr&jahr=2014-12-31")
        profile = server_time(address, "/berlin/gebiete/plr/01011101/")
        times = readers(address)
        used = memory(pid)
    return [
        Line("Startseite mit Karte, 448 Gebiete, leerer Browser", seconds, 1.5),
        Line("Startseite mit Karte, alles komprimiert", kilobytes, 300, unit="KB"),
        Line("Atlas, anderes Jahr bis zum fertigen Bild, 448 Gebiete", pointed, 0.15, note=NOTE.format(fresh, kept)),
        Line("Atlas, anderes Jahr bis zum fertigen Bild, 600 Gebiete × 484 Ecken", pointed_600, 0.15, note=NOTE.format(fresh_600, kept_600)),
        Line("Atlas, anderes Jahr (ganze Seite vom Server)", served, 0.15),
        Line("Gebietsprofil, Serverzeit", profile, 0.3),
        Line("50 Lesende zugleich, 95. Perzentil", times[int(0.95 * len(times))], 0.3, note=f"{len(times)} Seiten, 1–5 s Lesepause, kein Fehler; Last vom selben Rechner"),
        Line("Speicher der Site nach dem Lasttest", used, 2048, unit="MB", peer="KomMonitor (17 Container)", peer_s=12 * 1024),
    ]  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        tell(measure(Path(temporary)))
