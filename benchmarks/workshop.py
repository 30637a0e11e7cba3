"""The Datenwerkstatt under load (python -m benchmarks.workshop [--json]).

A CSV of 200 MB and an XLSX of 20 MB are inspected as the sheet page does it; then each page answers over Berlin when
$SOZIALRAUM_BERLIN_KOMMUNE names its municipality folder (default build/berlin, made by `make berlin`), else over Musterstadt.
Medians. No peer publishes such figures, and none has these pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from benchmarks.lines import Line, median_of, tell

BERLIN = Path(os.environ.get("SOZIALRAUM_BERLIN_KOMMUNE", "build/berlin"))
CSV_BYTES = 200 * 1024**2
XLSX_BYTES = 20 * 1024**2
ROUNDS = 5
PAGES = (
    "/",
    "/gebiete/",
    "/lieferungen/",
    "/werte/",
    "/kennzahlen/",
    "/index/",
    "/analysen/",
    "/korrekturen/",
    "/freigabe/",
    "/journal/",
)


def large_csv(path: Path) -> Path:
    """A table of 200 MB in the long form of statistical offices."""
    block = "".join(
        f"{code:08d};{2005 + code % 20};{age}-{age + 4};{code * age % 977}\n"
        for code in range(1, 5000)
        for age in range(0, 100, 5)
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("Raumbezug;Jahr;Alter;Anzahl\n")
        while file.tell() < CSV_BYTES:
            file.write(block)
    return path


def large_xlsx(path: Path) -> Path:
    """A workbook of about 20 MB."""
    rows = 1_000_000
    while True:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        sheet = book.add_worksheet("Bestand")
        sheet.write_row(0, 0, ["Schlüssel", "Jahr", "Alter", "Anzahl"])
        for row in range(1, min(rows, 1_040_000)):
            sheet.write_row(row, 0, [row % 5000, 2024, row % 90, row * 7919 % 1_000_003])
        book.close()
        if path.stat().st_size >= XLSX_BYTES or rows >= 1_040_000:
            return path
        rows = int(rows * XLSX_BYTES / path.stat().st_size * 1.02)


def inspections(folder: Path, place: Path) -> Iterator[Line]:
    """From the file in the tray to the marked sheet or the words that say why not."""
    from sozialraum import municipality
    from sozialraum.errors import SozialraumError
    from sozialraum_inside import intake, tray

    town = municipality.read(folder)
    for name, make in (("Bestand.csv", large_csv), ("Bestand.xlsx", large_xlsx)):
        path = make(place / name)
        with path.open("rb") as handle:
            file = tray.receive(folder, name, iter(lambda handle=handle: handle.read(1 << 20), b""))  # type: ignore[misc]
        said = ""
        started = time.perf_counter()
        try:
            intake.look(file, town)
        except SozialraumError as error:
            said = str(error.findings[0])
        yield Line(
            f"{path.stat().st_size / 1024**2:.0f} MB {name} ansehen",
            time.perf_counter() - started,
            5.0,
            note=said,
        )
        tray.discard(folder, file.id)


def pages(folder: Path, place: Path) -> Iterator[Line]:
    """Each page as the server answers it, after the first time."""
    from sozialraum_inside import work

    os.environ |= {
        "SOZIALRAUM_FOLDER": str(folder),
        "SOZIALRAUM_DOOR": str(place / "tuer"),
        "DJANGO_SETTINGS_MODULE": "sozialraum_inside.settings",
    }
    (place / "tuer").mkdir(exist_ok=True)
    import django

    django.setup()
    from django.test import Client

    from sozialraum_inside import door

    work.compute(folder, {}, lambda *_: None)
    client = Client(headers={"host": "127.0.0.1"})
    client.get(f"/eintreten/{door.new_token(place / 'tuer')}/")
    name = folder.name
    for address in PAGES:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        yield Line(f"{name}: {address}", median_of(lambda address=address: client.get(address), ROUNDS), 0.3)  # type: ignore[misc]


def lines() -> Iterator[Line]:
    """All lines."""
    from sozialraum import musterstadt

    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        if (BERLIN / "kommune.toml").exists():
            folder = place / "berlin"
            shutil.copytree(BERLIN, folder, ignore=shutil.ignore_patterns("freigaben", "werkstatt"))
        else:
            folder = musterstadt.write(place / "musterstadt", population=60_000)
        yield from pages(folder, place)
        yield from inspections(folder, place)


if __name__ == "__main__":
    tell(list(lines()))
