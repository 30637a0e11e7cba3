"""Korrekturen: bekannte Fehler werden aufgeschrieben, nie in der Lieferung geändert."""

from __future__ import annotations

from pathlib import Path

import pytest

import kleinstadt
from sozialraum import municipality
from sozialraum.deliveries import Deliveries, read_all
from sozialraum.errors import errors_of

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


# -- rows that were refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expect"),
    [("-48", "-48"), ("-48", '"-48"'), ("k. A.", '"k. A."'), ("48,5", "48.5"), ("05.03.2024", '"05.03.2024"'), ("", None)],
)  # fmt: skip
def test_a_figure_that_cannot_stand_is_mended(town: Path, cell: str, expect: str | None) -> None:
    """Negativ, gebrochen, unbekanntes Zeichen, Datum statt Zahl: Eine Korrektur nennt, was gilt; sonst bleibt der Fehler."""
    delivered = kleinstadt.unemployed_csv({"011": cell})
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    assert not cell or errors_of(read_all(municipality.read(town)).findings)

    read = corrected(town, "value = 48\n" + (f"expect = {expect}\n" if expect else ""))
    assert not errors_of(read.findings)
    assert unemployed(read) == [48]


def test_a_refused_figure_is_only_mended_when_it_is_still_there(town: Path) -> None:
    """Auch bei einer abgewiesenen Zahl hält die Korrektur an, wenn inzwischen etwas anderes geliefert ist."""
    kleinstadt.put(
        town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", kleinstadt.unemployed_csv({"011": "-47"})
    )
    read = corrected(town, "value = 48\nexpect = -48\n")

    assert "Erwartet wurde -48, geliefert ist „-47“." in read.findings[0].message
    assert any("nicht negativ" in f.message for f in read.findings)


REASSIGN = """\
[[korrektur]]
source = "ba_arbeitsmarkt"
action = "reassign"
area = "014"
new_area = "012"
period = "2024-12-31"
reason = "Tippfehler der liefernden Stelle, am Telefon bestätigt"
"""


def test_a_wrong_key_is_mended_for_its_whole_row(town: Path) -> None:
    """Ein falscher Schlüssel wird mit `reassign` berichtigt, für alle Zahlen der Zeile; die Zahlen bleiben."""
    delivered = kleinstadt.unemployed_csv().replace("012;Neustadt", "014;Neustadt")
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    assert [f.value for f in errors_of(read_all(municipality.read(town)).findings)] == ["014"]

    kleinstadt.put(town, "korrekturen.toml", REASSIGN)
    read = read_all(municipality.read(town))
    assert not errors_of(read.findings)
    assert unemployed(read, "012") == [35]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (REASSIGN.replace('"012"', '"019"'), "Das Gebiet 019 gibt es auf dieser Ebene nicht"),
        (REASSIGN.replace('"014"', '"017"'), "Sie trifft keine Zeile"),
        (REASSIGN.replace('new_area = "012"\n', ""), "braucht „source“ und „new_area“"),
        (REASSIGN + "value = 3\n", "ändert nur das Gebiet"),
        (CORRECTION + 'value = 3\nnew_area = "012"\n', "„new_area“ gehört zu"),
    ],
)
def test_a_reassignment_that_does_not_fit_is_refused(town: Path, entry: str, told: str) -> None:
    delivered = kleinstadt.unemployed_csv().replace("012;Neustadt", "014;Neustadt")
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    kleinstadt.put(town, "korrekturen.toml", entry)

    assert told in " ".join(f.message for f in read_all(municipality.read(town)).findings)


def test_two_rows_of_one_wrong_key_need_their_number(town: Path) -> None:
    """Steht ein falscher Schlüssel in zwei Zeilen, nennt die Korrektur die Zeile."""
    delivered = kleinstadt.unemployed_csv().replace("012;N", "014;N").replace("013;H", "014;H")
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    kleinstadt.put(town, "korrekturen.toml", REASSIGN)
    assert "2 Zeilen statt einer" in " ".join(f.message for f in read_all(municipality.read(town)).findings)

    both = REASSIGN + "row = 3\n" + REASSIGN.replace('"012"', '"013"') + "row = 4\n"
    kleinstadt.put(town, "korrekturen.toml", both)
    read = read_all(municipality.read(town))
    assert not errors_of(read.findings)
    assert (unemployed(read, "012"), unemployed(read, "013")) == ([35], [48])


def with_total(town: Path, total: int, cell: str = "61") -> None:
    delivered = kleinstadt.unemployed_csv({"011": cell}) + f"Insgesamt;;{total}\n"
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", delivered)
    recipe = kleinstadt.UNEMPLOYED_RECIPE.replace("level =", 'total_rows = ["Insgesamt"]\nlevel =')
    kleinstadt.put(town, "lieferungen/ba_arbeitsmarkt/rezept.toml", recipe)


def test_a_total_is_compared_after_the_corrections(town: Path) -> None:
    """Passt die Summenzeile erst nach der Korrektur einer Zelle, ist alles gut."""
    with_total(town, 224, cell="610")
    told = errors_of(read_all(municipality.read(town)).findings)
    assert [("Summenzeile (224)" in f.message, f.row) for f in told] == [(True, 9)]

    read = corrected(town, "value = 61\nexpect = 610\n")
    assert not errors_of(read.findings)
    assert unemployed(read) == [61]


def test_a_wrong_total_is_corrected_like_any_cell(town: Path) -> None:
    """Ist die Summenzeile selbst falsch, steht das in der Korrektur: entfernt oder ersetzt."""
    with_total(town, 244)
    assert errors_of(read_all(municipality.read(town)).findings)

    for entry in ('action = "remove"\nexpect = 244\n', "value = 224\nexpect = 244\n"):
        kleinstadt.put(town, "korrekturen.toml", CORRECTION.replace('"011"', '"Insgesamt"') + entry)
        read = read_all(municipality.read(town))
        assert not errors_of(read.findings)
        assert set(read.counts["area"]) <= {*kleinstadt.BEZIRKE, "nz"}
    kleinstadt.put(town, "korrekturen.toml", CORRECTION.replace('"011"', '"Insgesamt"') + "value = 225\n")
    assert errors_of(read_all(municipality.read(town)).findings)
