"""The protocol of a release as one printable page in German, without anything loaded from elsewhere (Protokollblatt)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from sozialraum.release import Release

STYLE = """\
@page { size: A4; margin: 18mm; }
body { font: 11pt/1.45 "Fira Sans", "Segoe UI", Arial, sans-serif; color: #1a1a1a; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
p { margin: .3rem 0 .6rem; } .quiet { color: #4d4d4d; }
.verdict { border-left: .5rem solid #0b6e4f; background: #eef6f2; padding: .7rem 1rem; margin: 1rem 0; }
.verdict.failed { border-color: #a4262c; background: #fbeeee; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #c9c9c9; }
td.number, th.number { text-align: right; } tr { break-inside: avoid; }
code { font-size: .85em; overflow-wrap: anywhere; }
@media (max-width: 40rem) { table { font-size: .92rem; } }
"""

RULE_WORDS = {
    "minimum_count": "Fallzahlen von 1 bis unter {} gesperrt",
    "minimum_denominator": "kein Zähler bei einem Nenner unter {}",
    "minimum_population": "keine Kennzahl in Gebieten unter {} Personen",
    "complement": "auch der Rest zum Ganzen",
    "zero_is_disclosive": "auch null",
    "whole_is_disclosive": "auch „alle von allen“",
    "group_disclosure": "auch eine Gruppe, die alle eines Gebiets umfasst",
    "dominance_n": "Summen, die die {} größten Beteiligten fast ausmachen",
    "p_percent": "Summen, deren größter Beitrag auf {} % schätzbar wäre",
    "singletons": "auch gegen das Wissen einzelner Beteiligter",
}


def page(release: Release, inside: Mapping[str, Any] | None = None) -> str:
    """The page as HTML; `inside` is the journal's record of the release, which adds what only the releasing office may see."""
    protocol, town = release.protocol, release.protocol["municipality"]
    parts = [
        f"<h1>Protokoll der Geheimhaltung</h1><p>{escape(town['name'])}, Freigabe {escape(release.name)} vom "
        f"{_day(protocol['created'])}. Freigegeben von {escape(protocol['office']['name'] or 'der Kommune')}.</p>",
        _verdict(protocol),
        _section("Was gesperrt wurde", _figures(protocol)),
        _section("Regeln", _rules(protocol["rules"])),
        _section("Verfahren", _methods(protocol.get("methods", ()))),
        _section("Der Angriff, gegen den geprüft wurde", _audit(protocol["audit"])),
        _section("Gesperrte Werte je Kennzahl", _by_indicator(release)),
        _section("Nur für die freigebende Stelle", _inside(inside)) if inside else "",
        _section("Fassung und Unterschrift", _seal(protocol)),
    ]
    title = f"Protokoll {town['name']} {release.name}"
    return (
        f'<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n" + "\n".join(p for p in parts if p) + "\n</main>\n</body>\n</html>\n"
    )  # fmt: skip


def failed(protocol: Mapping[str, Any]) -> bool:
    """Whether so much is hidden that suppression is no suitable method for these figures."""
    return str(protocol.get("hidden_share_of_persons", "")).startswith("über")


def _verdict(protocol: Mapping[str, Any]) -> str:
    if failed(protocol):
        return (
            '<div class="verdict failed"><strong>Verfahren nicht geeignet.</strong> In gesperrten Zellen stehen mehr als 20 Prozent aller Fälle. '
            "Die Werte sind nachweislich geschützt, aber die Tabelle sagt zu wenig: Fassen Sie Gebiete oder Gruppen zusammen oder runden Sie.</div>"
        )
    if not protocol["cells"]:
        return '<div class="verdict">Alle Zahlen haben ihre Quellen schon veröffentlicht; es war nichts zu schützen.</div>'
    return (
        f'<div class="verdict"><strong>Prüfung {escape(protocol["audit"]["verdict"])}.</strong> '
        "Kein gesperrter Wert lässt sich aus dieser und allen früheren Freigaben enger eingrenzen, als die Regeln erlauben.</div>"
    )


def _figures(protocol: Mapping[str, Any]) -> str:
    share = f"{100 * protocol['hidden_share_of_cells']:.1f} %".replace(".", ",")
    width = protocol["audit"]["smallest_width"] or "es ist nichts gesperrt"
    return _facts(
        [
            ("Zahlen, die gedruckt würden", _number(protocol["cells"])),
            ("davon gesperrt", f"{_number(protocol['hidden'])} ({share})"),
            ("Anteil der Fälle darin", protocol["hidden_share_of_persons"]),
            ("Kleinste Spanne eines gesperrten Werts", width),
            ("Können auch Nullen gesperrt sein?", "ja" if protocol["zeros_may_be_hidden"] else "nein"),
        ]
    ) + (
        '<p class="quiet">Wie viele Zahlen wegen einer Regel und wie viele zu deren Schutz gesperrt sind, wird nicht veröffentlicht: '
        "Daraus ließen sich kleine Zahlen ableiten.</p>"
    )


def _rules(rules: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for rule in rules:
        demands = [words.format(_plain(rule[name])) for name, words in RULE_WORDS.items() if rule.get(name)]
        said = (
            "schon veröffentlicht, wird unverändert weitergegeben"
            if rule["published"]
            else "; ".join(demands)
        )
        rows.append((rule["label"], said, rule["citation"]))
    return _table(("Profil", "verlangt", "Grundlage"), rows)


def _methods(methods: Sequence[Mapping[str, Any]]) -> str:
    if not methods:
        return "<p>Zellsperrung: kleine Zahlen und so viele weitere, dass sich keine errechnen lässt.</p>"
    rows = [(line["variable"], line["label"], f"höchstens {line['deviation']}") for line in methods]
    return "<p>Zellsperrung, dazu für einzelne Merkmale:</p>" + _table(
        ("Merkmal", "Verfahren", "Abweichung"), rows
    )


def _audit(audit: Mapping[str, Any]) -> str:
    known = "".join(f"<li>{escape(text)}</li>" for text in audit["assumptions"])
    earlier = ", ".join(audit["earlier_releases"]) or "keine"
    return f"<p>Angenommen wird eine Person, die Folgendes weiß:</p><ul>{known}</ul>" + _facts(
        [
            ("Verfahren", audit["method"]),
            ("Frühere Freigaben im Angriff", earlier),
            ("Optimierungen", _number(audit["lps"])),
            ("Rechenzeit der Prüfung", f"{audit['seconds']:g} s".replace(".", ",")),
            ("Größter Rechenfehler", f"{audit['largest_residual']:.1e}"),
            ("Löser", audit["solver"] or "–"),
        ]
    )


def _by_indicator(release: Release) -> str:
    labels = {i["id"]: i["label"] for i in release.catalogue["indicators"]}
    hidden = release.protocol["hidden_by_indicator"]
    if not hidden:
        return "<p>Kein Wert einer Kennzahl ist gesperrt.</p>"
    rows = [
        (labels.get(name, name), _number(count))
        for name, count in sorted(hidden.items(), key=lambda x: -x[1])
    ]
    return _table(("Kennzahl", "gesperrte Werte"), rows, numbers=(1,))


def _inside(record: Mapping[str, Any]) -> str:
    facts = [
        ("erstgesperrt (Regeln)", _number(record["primary"])),
        ("zweitgesperrt (Schutz)", _number(record["secondary"])),
        ("angegriffene Werte", _number(record["checked"])),
        (
            "Anteil der Fälle in gesperrten Zellen",
            f"{100 * record['hidden_share_of_persons']:.2f} %".replace(".", ","),
        ),
        ("Dauer von Sperrung und Prüfung", f"{record['seconds']:g} s".replace(".", ",")),
    ]
    tables = _table(
        ("Merkmal", "Zahlen", "erstgesperrt", "zweitgesperrt"),
        [(t["variable"], *(_number(t[name]) for name in ("cells", "primary", "secondary"))) for t in record.get("tables", ())],
        numbers=(1, 2, 3),
    )  # fmt: skip
    return (
        "<p><strong>Nicht weitergeben:</strong> Diese Angaben stehen nur im Journal.</p>"
        + _facts(facts)
        + tables
    )


def _seal(protocol: Mapping[str, Any]) -> str:
    facts = [("Software", protocol["software"]), ("Reichweite", protocol["audience"])]
    facts += [("Fingerabdruck des Schlüssels", protocol["signature"]["fingerprint"])]
    facts += [("Festlegung des Startwerts (SHA-256)", protocol["commitment"] or "–")]
    if protocol.get("key_commitment"):
        facts.append(
            ("Festlegung des Schlüssels für Runden und Überlagern (SHA-256)", protocol["key_commitment"])
        )
    return _facts(facts)


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{content}\n</section>"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(text))}</td></tr>' for name, text in facts
    )
    return f"<table>{rows}</table>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    kind = [' class="number"' if i in numbers else "" for i in range(len(head))]
    top = "".join(f'<th scope="col"{k}>{escape(text)}</th>' for k, text in zip(kind, head, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{k}>{escape(str(text))}</td>" for k, text in zip(kind, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _plain(value: object) -> str:
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def _day(created: str) -> str:
    return f"{created[8:10]}.{created[5:7]}.{created[:4]}"
