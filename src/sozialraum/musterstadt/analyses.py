"""The stored analyses of Musterstadt: one of each kind, with the way from its household survey to a poverty rate per area."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sozialraum.musterstadt.folder import write_text


def write_analyses(folder: Path) -> None:
    """Write `analysen/*.toml`."""
    (folder / "analysen").mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        write_text(folder / "analysen" / name, text)


_SURVEY: Final = """file = "befragung/haushaltsbefragung_2024.csv"
area = "Bezirk"
stratum = "Stadtteil"
weight = "Gewicht"
adults = "Personen ab 14"
children = "Kinder unter 14"
income = "Nettoeinkommen im Monat"
"""

FILES: Final = {
    "armut.toml": f"""# Von der Haushaltsbefragung zur Armutsgefährdungsquote je Bezirk: docs/anleitungen/armut-je-quartier.md

[armut_je_bezirk]
label = "Armutsgefährdung in den Bezirken"
kind = "small_areas"
question = "Wie hoch ist die Armutsgefährdungsquote in jedem Statistischen Bezirk?"
level = "bezirk"
indicators = ["sgb2_quote", "anteil_alleinerziehende"]

[armut_je_bezirk.parameters]
{_SURVEY}
[armut_in_der_stadt]
label = "Armut und Ungleichheit in Musterstadt"
kind = "poverty"
level = "bezirk"

[armut_in_der_stadt.parameters]
{_SURVEY}""",
    "raum.toml": """# Muster im Raum. Was die Angaben bedeuten: docs/anleitungen/analysen.md

[sgb2_muster]
label = "Liegen Bezirke mit ähnlicher SGB-II-Quote beieinander?"
kind = "moran"
level = "bezirk"
indicator = "sgb2_quote"

[alleinwohnende_haeufungen]
label = "Wo liegen Bezirke mit vielen oder wenigen Einpersonenhaushalten beieinander?"
kind = "hot_spots"
level = "bezirk"
indicator = "anteil_einpersonenhaushalte"

[wohnsegregation_sgb2]
label = "Wie ungleich verteilen sich Menschen mit SGB-II-Leistungen?"
kind = "segregation"
level = "bezirk"
indicator = "sgb2_quote"
parameters = { compare = "2015-12-31" }

[gebietstypen]
label = "Gebietstypen nach Alter, Haushalt und sozialer Lage"
kind = "typology"
level = "bezirk"
indicators = ["anteil_u18", "anteil_65plus", "sgb2_quote", "anteil_einpersonenhaushalte", "wohndauer_5_jahre"]
parameters = { types = 4 }

[wie_rosenhoehe]
label = "Welche Bezirke ähneln Rosenhöhe-Mitte?"
kind = "similar_areas"
level = "bezirk"
indicators = ["anteil_u18", "anteil_65plus", "sgb2_quote", "anteil_einpersonenhaushalte", "wohndauer_5_jahre"]
parameters = { area = "082" }
""",
    "werte.toml": """# Entwicklung, kleine Zahlen, Ungleichheit.

[sgb2_entwicklung]
label = "Wo steigt, wo sinkt die SGB-II-Quote?"
kind = "trend"
level = "bezirk"
indicator = "sgb2_quote"

[sterberate_geglaettet]
label = "Sterberate, über drei Jahre zusammengefasst"
kind = "smoothing"
level = "bezirk"
indicator = "sterberate"
parameters = { method = "pooled", years = 3 }

[uebergewicht_nach_lage]
label = "Übergewicht bei der Einschulung nach sozialer Lage der Stadtteile"
kind = "inequality"
level = "stadtteil"
indicator = "seu_uebergewicht"
parameters = { by = "sgb2_quote", groups = 5 }
""",
}
