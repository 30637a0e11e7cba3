"""Profiles, batches and the great report (python -m benchmarks.reports [--json]).

Berlin's release is taken from $SOZIALRAUM_BERLIN (default build/berlin/freigaben/berlin, made by `make berlin`); without it the
batch is left out. Musterstadt's release from $SOZIALRAUM_MUSTERSTADT (default build/demo/musterstadt/freigaben/2025-03). The
peer sets the HTML of the same profile with WeasyPrint, where that is installed.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf

from benchmarks.lines import Line, tell
from sozialraum.products.report import batch, compose, holding, html, pdf, templates
from sozialraum.products.report.content import Document
from sozialraum.products.report.design import Design
from sozialraum.products.report.holding import Holding

MUSTERSTADT = Path(os.environ.get("SOZIALRAUM_MUSTERSTADT", "build/demo/musterstadt/freigaben/2025-03"))
BERLIN = Path(os.environ.get("SOZIALRAUM_BERLIN", "build/berlin/freigaben/berlin"))
PROFILES = 20
PAGES = 40


def documents(held: Holding, template: str, number: int) -> list[Document]:
    """The first documents of a template."""
    chosen = templates.find(template)
    level, version = compose.place_of(held, chosen)
    orders = compose.orders(held, chosen, level, version)[:number]
    return [compose.document(held, chosen, order, level=level, version=version) for order in orders]


def profiles(held: Holding) -> Iterator[Line]:
    """One profile with map and charts: composed and written, fonts at hand."""
    documents(held, "gebietsprofil", 1)
    pdf.write(documents(held, "gebietsprofil", 1)[0], Design())
    times = []
    found = documents(held, "gebietsprofil", PROFILES)
    spent = time.process_time()
    for document in found[1:]:
        started = time.perf_counter()
        pdf.write(document, Design())
        times.append(time.perf_counter() - started)
    spent = (time.process_time() - spent) / len(times)
    started = time.perf_counter()
    documents(held, "gebietsprofil", PROFILES)
    composing = (time.perf_counter() - started) / PROFILES
    peer, measured = weasyprint(found[1])
    yield Line(
        "Gebietsprofil als PDF/UA, Mittel",
        statistics.mean(times) + composing,
        0.1,
        peer="WeasyPrint (gleiche Seite, ohne Zeilenköpfe)",
        peer_s=peer,
        peer_measured=measured,
        # on a busy machine the wall says little
        note=f"Rechenzeit {spent:.3f} s",
    )


def weasyprint(document: Document) -> tuple[float, bool]:
    """The seconds WeasyPrint needs for the same page; the published figure where it is not installed."""
    try:
        import weasyprint as peer
    except (ImportError, OSError):
        return 0.9, False
    page = html.write(document, Design()).decode()
    times = []
    for _ in range(3):
        started = time.perf_counter()
        peer.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times), True


def great_report(held: Holding) -> Line:
    """A report of about forty pages."""
    document = documents(held, "sozialbericht", 1)[0]
    started = time.perf_counter()
    # forty pages: everything but the profiles of most areas
    kept, areas = [], 0
    for chapter in document.chapters:
        areas += chapter.id.startswith("profile-")
        if not chapter.id.startswith("profile-") or areas <= 12:
            kept.append(chapter)
    spent = time.process_time()
    data = pdf.write(replace(document, chapters=tuple(kept)), Design())
    spent = time.process_time() - spent
    seconds = time.perf_counter() - started
    with pikepdf.open(io.BytesIO(data)) as opened:
        pages = len(opened.pages)
    return Line(f"Sozialbericht, {pages} Seiten", seconds, 3.0, note=f"Rechenzeit {spent:.3f} s")


def berlin() -> Iterator[Line]:
    """448 profiles with map on all cores, start of the processes and reading of the release included."""
    chosen = templates.find("gebietsprofil")
    for case, level, version, budget in (
        ("448 Profile Berlin mit Karte", "plr", "lor_bis2020", 60.0),
        ("542 Profile Berlin ohne Karte", "plr", "lor_2021", 60.0),
    ):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            held = holding.hold(BERLIN)
            place, stand = compose.place_of(held, chosen, level, version)
            orders = compose.orders(held, chosen, place, stand)
            batch.write(
                batch.Job(BERLIN, chosen, place, stand),
                held,
                orders,
                Path(folder),
                processes=os.cpu_count() or 1,
            )
            seconds = time.perf_counter() - started
        most = max(
            resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        yield Line(case, seconds, budget, note=f"größter Prozess {most / 1024:.0f} MiB")


def lines() -> Iterator[Line]:
    """Everything that can be measured here."""
    if MUSTERSTADT.is_dir():
        held = holding.hold(MUSTERSTADT)
        yield from profiles(held)
        yield great_report(held)
    if BERLIN.is_dir():
        yield from berlin()


if __name__ == "__main__":
    found = list(lines())
    if not found:
        sys.exit("Es fehlt eine Freigabe: make demo-data oder make berlin.")
    tell(found)
