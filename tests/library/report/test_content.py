"""What reports say: figures from the release only, nothing hidden, no sentence that fits two areas, every template accessible."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import tags

from conftest import documents
from sozialraum import periods
from sozialraum.products import draw
from sozialraum.products.report import pdf, prose, templates
from sozialraum.products.report.content import Bullets, Document, Figure, KeyFigures, Paragraph, Table
from sozialraum.products.report.design import Design
from sozialraum.products.report.holding import Holding
from sozialraum.tables import Status

NUMBER = re.compile(r"\d[\d.,\u202f]*\d|\d")
TEMPLATES = sorted(templates.shipped())


def told(document: Document) -> list[str]:
    """Generated running text: sentences and lists, not remarks or the planners' words."""
    found = []
    for block in document.blocks():
        if isinstance(block, Paragraph) and not block.own:
            found.append(block.text)
        if isinstance(block, Bullets) and not block.own:
            found += block.items
        if isinstance(block, KeyFigures):
            found += [f"{one.value} {one.note}" for one in block.figures]
    return found


def known_numbers(held: Holding) -> set[str]:
    """Every way in which the release's own figures, dates and counts of areas may be written."""
    found: set[str] = set()
    texts = [held.catalogue.release, held.fingerprint]
    for versions in held._by_area.values():
        for indicator, series in versions.items():
            digits = (
                held.catalogue.indicators[indicator].decimals if indicator in held.catalogue.indicators else 1
            )
            for value in series:
                for figure in (value.value, value.lower, value.upper):
                    if value.shown and figure is not None:
                        found |= {draw.number(figure, places).lstrip("−+") for places in (0, digits)}
                        if indicator.endswith("stability"):
                            found.add(draw.number(100 * figure, 0))
                texts.append(periods.label(value.period))
                texts.append(str(periods.parse(value.period).end.year))
    catalogue = held.catalogue
    texts += [f"{area.name} {area.code}" for area in catalogue.areas]
    texts += [f"{item.label} {item.name} {item.definition}" for item in catalogue.indicators.values()]
    texts += [f"{index.title} {index.description}" for index in catalogue.indices.values()]
    texts += [version.label for version in catalogue.versions]
    for text in texts:
        found |= set(NUMBER.findall(text))
    most = max(level.areas for version in catalogue.versions for level in version.levels)
    return (
        found
        | {draw.whole(number) for number in range(max(most, len(catalogue.plain_indicators)) + 1)}
        | {"95", "18", "65"}
    )


def derived(held: Holding) -> set[str]:
    """Quartiles of the areas, ages in per cent, change of the population: computed from released figures."""
    found: set[str] = set()
    for version in held.catalogue.versions:
        for level in version.levels:
            for (indicator, _), spread in held.spreads(version.id, level.id).items():
                digits = (
                    held.catalogue.indicators[indicator].decimals
                    if indicator in held.catalogue.indicators
                    else 1
                )
                found |= {draw.number(one, digits).lstrip("−+") for one in (spread.q25, spread.q75)}
            for area in held.catalogue.members(level.id, version.id):
                for indicator, series in held.of_area(area).items():
                    shown = [row.value for row in series if row.shown and row.value]
                    if indicator.startswith(("einwohner", "bevoelkerung")):
                        found |= {draw.number(abs(100 * (shown[-1] / one - 1)), 1) for one in shown}
                ages = held.age_table("einwohner", area)
                bands = prose_bands(held, area)
                for low, high in ((0, 18), (18, 65), (65, 200)):
                    inside = [band for band in bands if low <= band.start and (band.end or 199) < high]
                    parts = [part for band in inside for part in (band.left, band.right)]
                    if ages.cells and None not in parts:
                        found.add(draw.number(sum(part or 0 for part in parts), 1))
    protocol = held.release.protocol
    return found | {draw.whole(protocol.get(name) or 0) for name in ("hidden", "cells")}


def prose_bands(held: Holding, area: object) -> list[draw.Band]:
    from sozialraum.products import ages

    table = held.age_table("einwohner", area)  # type: ignore[arg-type]
    return ages.bands(table, None) if table.cells else []


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_number_in_running_text_comes_from_the_release(held: Holding, template: str) -> None:
    known = known_numbers(held) | derived(held)
    for document in documents(held, template):
        for text in told(document):
            strange = [
                number
                for number in NUMBER.findall(text)
                if number not in known and number.rstrip(".,") not in known
            ]
            assert strange == [], text


def test_the_number_test_can_fail(held: Holding) -> None:
    assert "77,77" not in known_numbers(held) | derived(held)


@pytest.mark.parametrize("template", ["gebietsprofil", "gebietsprofil-berlin", "gebietsnachweis"])
def test_no_paragraph_reads_the_same_for_two_areas(held: Holding, template: str) -> None:
    seen: dict[str, str] = {}
    for document in documents(held, template):
        for block in document.blocks():
            for text in (
                [block.text]
                if isinstance(block, Paragraph)
                else block.items
                if isinstance(block, Bullets)
                else []
            ):
                if text.startswith(f"Freigabe {held.catalogue.release}"):
                    continue  # the colophon is the same by intent
                assert seen.setdefault(text, document.name) == document.name, text


def test_hidden_figures_never_show_anywhere(held: Holding) -> None:
    """Rewrite the release with absurd figures behind every hidden row: no document may change."""
    poisoned = poison(held)
    for template in (
        "gebietsprofil",
        "gebietsnachweis",
        "kurzbericht",
        "veraenderung",
        "vorlage",
        "sozialbericht",
    ):
        for clean, dirty in zip(documents(held, template), documents(poisoned, template), strict=True):
            assert clean == dirty, template


def poison(held: Holding) -> Holding:
    """The same release whose hidden rows carry figures they should not have."""
    areas = {
        key: {
            indicator: tuple(
                replace(row, value=98765.4, lower=98765.3, upper=98765.5, numerator=98765.0)
                if row.status in (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL)
                else row
                for row in series
            )
            for indicator, series in found.items()
        }
        for key, found in held._by_area.items()
    }
    return Holding(held.release, held.catalogue, areas)


def test_a_hidden_figure_stands_as_its_sign(held: Holding) -> None:
    signs = 0
    for document in documents(held, "gebietsprofil"):
        for block in document.blocks():
            if isinstance(block, Table):
                for row in block.rows:
                    for cell in row.cells:
                        signs += cell.text == "."
    assert signs > 0


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_makes_an_accessible_pdf(held: Holding, template: str) -> None:
    document = documents(held, template)[0]
    data = pdf.write(document, Design())
    assert tags.problems(data) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_passes_the_open_validator(held: Holding, template: str, tmp_path: object) -> None:
    from pdfua import validate

    file = tmp_path / "a.pdf"  # type: ignore[operator]
    file.write_bytes(pdf.write(documents(held, template)[0], Design()))
    assert [str(finding.message) for finding in validate(str(file)).findings] == []


def test_every_drawing_has_an_alternative_text_with_figures(held: Holding) -> None:
    for template in TEMPLATES:
        for document in documents(held, template):
            for block in document.blocks():
                if isinstance(block, Figure):
                    assert len(block.alt) > 20
                    assert re.search(r"\d", block.alt), block.alt


def test_berlins_fourteen_parts_say_what_is_missing(held: Holding) -> None:
    document = documents(held, "gebietsprofil-berlin")[0]
    assert len(document.chapters) == 15
    mobility = next(chapter for chapter in document.chapters if chapter.id == "mobilitaet")
    assert "liegt noch nicht vor (texte/mobilitaet/" in mobility.blocks[0].text  # type: ignore[union-attr]


def test_findings_come_first_in_the_great_report(held: Holding) -> None:
    titles = [chapter.id for chapter in documents(held, "sozialbericht")[0].chapters]
    assert titles[:2] == ["befunde", "empfehlungen"]
    assert titles.index("methode") < titles.index("stadtueberblick") < titles.index("anhang")


def test_words_stay_neutral(held: Holding) -> None:
    forbidden = re.compile(
        r"Problem(?:viertel|gebiet|bezirk)|Brennpunkt|schlecht|\bBürger\b|Einwohner\b", re.IGNORECASE
    )
    for template in TEMPLATES:
        for document in documents(held, template):
            for text in told(document):
                assert not forbidden.search(text), text


def test_age_in_words_adds_up(held: Holding) -> None:
    bands = [
        draw.Band(0, 17, 10.0, 10.0, 9.0, 9.0),
        draw.Band(18, 64, 30.0, 30.0, 31.0, 31.0),
        draw.Band(65, None, 10.0, 10.0, 10.0, 10.0),
    ]

    class Here:
        place = held.catalogue.whole
        town = "Probestadt"

    paragraph = prose.age(Here(), bands, "2024-12-31")  # type: ignore[arg-type]
    assert paragraph is not None
    assert "unter 18 Jahre 20,0" in paragraph.text
    assert "18 bis unter 65 Jahre 60,0" in paragraph.text
