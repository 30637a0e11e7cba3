"""Files as a small town receives them: areas with boundaries, a workbook with title, totals and footnote, an old CSV."""

from __future__ import annotations

from pathlib import Path

import openpyxl

import kleinstadt


def write(folder: Path) -> Path:
    """Write all files into a folder; returns it."""
    areas = kleinstadt.bezirke()
    for area in areas:
        properties = area["properties"]
        assert isinstance(properties, dict)
        properties["stadtteil"] = kleinstadt.STADTTEILE[properties["parent"]]
    (folder / "bezirke.geojson").write_text(kleinstadt.collection(areas), "utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Bestand"
    sheet.append(["Einwohnerinnen und Einwohner der Kleinstadt am 31.12.2024"])
    sheet.append([])
    sheet.append(["Bezirk", "", "Bevölkerung"])
    sheet.append(["Schlüssel", "Name", "unter 15", "15 bis unter 65", "65 und älter"])
    for code, (young, middle, old, _) in kleinstadt.PEOPLE.items():
        # The spreadsheet has eaten the leading zeros.
        head = ["nicht zuordenbar", ""] if code == "nz" else [int(code), kleinstadt.BEZIRKE[code]]
        sheet.append([*head, young, middle, old])
    sheet.append(["Insgesamt", "", *(sum(p[i] for p in kleinstadt.PEOPLE.values()) for i in range(3))])
    sheet.append(["Quelle: Melderegister"])
    book.save(folder / "Einwohner_2024.xlsx")
    rows = [f"{code};{p[3]}" for code, p in kleinstadt.PEOPLE.items() if code != "nz"]
    (folder / "arbeitslose_2024.csv").write_text(
        "\n".join(["Bezirk;Arbeitslose 31.12.2024", *rows, "nicht zuordenbar;12"]), "cp1252"
    )
    return folder
