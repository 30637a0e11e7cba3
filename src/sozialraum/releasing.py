"""What a release must satisfy before it is signed, and what it says of itself (Freigabe, Protokoll)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sozialraum
from sozialraum import journal
from sozialraum import release as releases
from sozialraum.disclosure import Protected, reader
from sozialraum.disclosure.gate import in_words
from sozialraum.disclosure.history import Earlier
from sozialraum.disclosure.methods import Blurring
from sozialraum.errors import DisclosureError, Finding, ReleaseError, Severity, raise_if_errors
from sozialraum.municipality import Municipality

TOO_MUCH_HIDDEN = Finding(
    "Das Verfahren ist für diese Tabellen nicht geeignet: In gesperrten Zellen stehen mehr als 20 Prozent aller Fälle.",
    "Fassen Sie Gebiete oder Gruppen zusammen, veröffentlichen Sie weniger Tabellen oder wählen Sie Runden ([geheimhaltung.verfahren]).",
    severity=Severity.WARNING,
)


def check_name(name: str) -> None:
    if (
        not name
        or name.startswith(".")
        or any(c not in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_." for c in name)
    ):
        raise ReleaseError(
            Finding(
                "Der Name der Freigabe darf nur Buchstaben ohne Umlaute, Ziffern, Punkt, Binde- und Unterstrich enthalten.",
                "Wählen Sie zum Beispiel 2025-03.",
                value=name,
            )
        )


def existing(municipality: Municipality, name: str, inputs: str) -> releases.Release:
    """The release of that name, when it was made from the same inputs and still verifies."""
    path = municipality.releases / name
    raise_if_errors(releases.verify(path, None), ReleaseError)
    if journal.inputs_of(municipality, name) != inputs:
        raise _taken(name, "gibt es schon, aus anderen Eingaben")
    return releases.read(path)


def refuse_second_use(municipality: Municipality, name: str, inputs: str) -> None:
    """A name whose release was given away and is gone from the folder is used again for the same inputs only."""
    if journal.inputs_of(municipality, name) not in ("", inputs):
        raise _taken(name, "wurde schon gegeben, aus anderen Eingaben; ihr Ordner fehlt")


def _taken(name: str, why: str) -> ReleaseError:
    remedy = "Eine Freigabe wird nie geändert: Wählen Sie einen neuen Namen."
    return ReleaseError(Finding(f"Die Freigabe „{name}“ {why}.", remedy, file=f"freigaben/{name}"))


def edited_editions(municipality: Municipality) -> list[Finding]:
    """Index editions that an earlier release has published and that have been changed since."""
    findings = []
    for path in sorted(municipality.releases.glob("*/katalog.json")):
        published = {i["id"]: i.get("digest", "") for i in json.loads(path.read_text("utf-8"))["indices"]}
        for name, index in municipality.catalogue.indices.items():
            if published.get(name) and published[name] != index.digest():
                findings.append(
                    Finding(
                        f"Die Index-Ausgabe [{name}] ist in der Freigabe „{path.parent.name}“ veröffentlicht und seither geändert worden.",
                        "Stellen Sie sie wieder her, und legen Sie die Änderung als neue Ausgabe daneben.",
                        file=f"indizes/{name}.toml",
                    )
                )
    return findings


def refuse_computable(protected: Protected, katalog: Mapping[str, Any]) -> None:
    """The last look before signing: read the tables as a stranger would, also what suppliers hid, and compute."""
    cells = reader.seen_in(protected.values, protected.counts, katalog)
    found = reader.attack(cells, katalog).exact
    if found:
        raise DisclosureError(
            [
                Finding(
                    f"Ein gesperrter Wert ließe sich errechnen: {in_words(key)} ({key.period}).",
                    "Es wird nichts freigegeben. Veröffentlichen Sie weniger Tabellen oder fordern Sie die Zahl bei der liefernden Stelle an.",
                )
                for key in found
            ]
        )


def blurring(municipality: Municipality, earlier: Sequence[Earlier]) -> Blurring | None:
    """The chosen methods with the secret of this municipality; nothing when everything is suppressed where needed."""
    chosen = {name: m for name, m in municipality.methods.items() if m.method != "sperren"}
    if not chosen:
        return None
    kept: dict[str, float] = {}
    for release in earlier:
        kept |= release.rounded
    return Blurring(chosen, journal.secret(municipality.journal / "zellschluessel.key"), kept)


def protocol(municipality: Municipality, protected: Protected, katalog: Mapping[str, Any]) -> dict[str, Any]:
    rules = {s["profile"]["id"]: s["profile"] for s in katalog["sources"]}
    record = protected.record
    return {
        "format": "sozialraum-protokoll/1",
        "release": katalog["release"],
        "municipality": {"id": municipality.id, "name": municipality.name, "ags": municipality.ags},
        "created": katalog["created"],
        "software": f"sozialraum {sozialraum.__version__}",
        "audience": municipality.audience,
        "office": katalog["office"],
        "rules": [rules[name] for name in sorted(rules)],
        **record,
        "audit": {
            **record["audit"],
            "earlier_releases": sorted(set(journal.released_names(municipality)) - {katalog["release"]}),
        },
    }
