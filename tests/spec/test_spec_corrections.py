"""Korrekturen: bekannte Fehler werden aufgeschrieben, nie in der Lieferung geändert."""

from __future__ import annotations

from pathlib import Path

import pytest

import kleinstadt
from sozialraum import municipality
from sozialraum.deliveries import Deliveries, read_all

CORRECTION = """\
[[korrektur]]
source = "ba_arbeitsmarkt"
variable = "arbeitslose"
area = "011"
period = "2024-12-31"
reason = "Zahlendreher, bestätigt am 12.02.2025"
author = "Statistikstelle"
date = "2025-02-12"
"""


def corrected(town: Path, more: str) -> Deliveries:
    kleinstadt.put(town, "korrekturen.toml", CORRECTION + more)
    return read_all(municipality.read(town))


def unemployed(read: Deliveries, area: str = "011") -> list[float]:
    rows = read.counts[(read.counts["variable"] == "arbeitslose") & (read.counts["period"] == "2024-12-31")]
    return list(rows.loc[rows["area"] == area, "count"])


def test_a_correction_replaces_one_cell(town: Path) -> None:
    """Eine Korrektur ersetzt genau eine Zelle, wenn dort steht, was sie erwartet."""
    read = corrected(town, "expect = 61\nvalue = 16\n")

    assert read.findings == []
    assert unemployed(read) == [16]


def test_a_correction_that_no_longer_fits_is_refused(town: Path) -> None:
    """Liefert die Quelle inzwischen etwas anderes, wird die Korrektur abgewiesen."""
    read = corrected(town, "expect = 60\nvalue = 16\n")

    assert [f.message for f in read.findings] == ["Korrektur 1: Erwartet wurde 60, geliefert ist 61."]
    assert unemployed(read) == [61]


def test_a_correction_removes_one_of_two_rows(town: Path) -> None:
    """Steht ein Gebiet zweimal in der Lieferung, entfernt eine Korrektur die falsche Zeile."""
    delivered = kleinstadt.unemployed_csv() + "011;Altstadt;99\n"
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    read = corrected(town, 'action = "remove"\nexpect = 99\n')

    assert read.findings == []
    assert unemployed(read) == [61]


def test_a_correction_may_name_the_row(town: Path) -> None:
    """Bei zwei gleichen Zeilen nennt die Korrektur die Zeile."""
    kleinstadt.put(
        town,
        "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv",
        kleinstadt.unemployed_csv() + "011;Altstadt;61\n",
    )
    read = corrected(town, 'action = "remove"\nrow = 9\n')

    assert read.findings == []
    assert unemployed(read) == [61]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (CORRECTION.replace('reason = "Zahlendreher, bestätigt am 12.02.2025"\n', "") + "value = 16\n", "reason"),
        (CORRECTION + 'action = "ersetzen"\nvalue = 16\n', "action"),
        (CORRECTION, "value"),
        (CORRECTION + 'value = "sechzehn"\n', "value"),
        (CORRECTION + "value = -4\n", "negativ"),
        (CORRECTION + "wert = 16\n", "wert"),
        (CORRECTION.replace('"011"', '"014"') + "value = 16\n", "0 Zellen"),
        (CORRECTION.replace('area = "011"\n', "") + "value = 16\n", "area"),
    ],
)  # fmt: skip
def test_an_unclear_correction_is_refused_in_german(town: Path, entry: str, told: str) -> None:
    """Eine unklare Korrektur wird abgewiesen; was fehlt, wird gesagt."""
    kleinstadt.put(town, "korrekturen.toml", entry)
    read = read_all(municipality.read(town))

    assert read.findings
    assert all(f.file == "korrekturen.toml" and f.remedy for f in read.findings)
    assert told in " ".join(f.message for f in read.findings)
    assert unemployed(read) == [61]
