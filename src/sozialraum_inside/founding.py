"""Founding a municipality: its first kommune.toml from a few answers (Kommune anlegen)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import tomlkit

from sozialraum import scaffold
from sozialraum.errors import Finding, SozialraumError
from sozialraum_inside.names import identifier

KINDS: Final = ("Stadt", "Gemeinde", "Kreis", "Städteregion")
LANDS: Final = (
    "Baden-Württemberg", "Bayern", "Berlin", "Brandenburg", "Bremen", "Hamburg", "Hessen", "Mecklenburg-Vorpommern",
    "Niedersachsen", "Nordrhein-Westfalen", "Rheinland-Pfalz", "Saarland", "Sachsen", "Sachsen-Anhalt",
    "Schleswig-Holstein", "Thüringen",
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What a person answers when a municipality is founded."""

    name: str
    ags: str
    kind: str = "Stadt"
    land: str = ""
    office: str = ""


def found(answers: Answers) -> dict[str, bytes]:
    """The first files of a municipality folder; raises SozialraumError with everything that is missing."""
    wrong = []
    name, ags = answers.name.strip(), answers.ags.replace(" ", "")
    if not name:
        wrong.append(Finding("Der Name der Kommune fehlt.", column="name"))
    if not re.fullmatch(r"\d{5}|\d{8}|\d{12}", ags):
        wrong.append(
            Finding("Der amtliche Schlüssel hat 5 (Kreis), 8 (Gemeinde) oder 12 Ziffern.",
                    "Schreiben Sie ihn mit führender Null, zum Beispiel 05315000.", column="ags", value=answers.ags)
        )  # fmt: skip
    if answers.kind not in KINDS:
        wrong.append(Finding("Es fehlt, was für eine Kommune es ist.", column="kind"))
    if wrong:
        raise SozialraumError(wrong)
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            "Diese Datei beschreibt die Kommune. Die Datenwerkstatt schreibt sie; Anleitung: docs/anleitungen/kommune.md."
        )
    )
    document.add(tomlkit.nl())
    document["kommune"] = {
        "id": identifier(name, joint="-", otherwise="kommune"),
        "name": name,
        "ags": ags,
        "kind": answers.kind,
        "land": answers.land,
    }
    document["stelle"] = {"name": answers.office.strip() or f"{answers.kind} {name}"}
    document["gebiete"] = tomlkit.table()
    document["kennzahlen"] = {"active": []}
    document["freigabe"] = {"audience": "öffentlich"}
    return {
        "kommune.toml": tomlkit.dumps(document).encode(),
        "korrekturen.toml": scaffold.CORRECTIONS.encode(),
        "lieferungen/LIESMICH.txt": scaffold.RECIPES.encode(),
    }
