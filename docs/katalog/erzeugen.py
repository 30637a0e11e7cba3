"""Writes kennzahlen.md from the shipped catalogue: every indicator, variable, source and profile as readers see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sozialraum import periods
from sozialraum.catalogue import Catalogue, Indicator, Kind, Rule, Selection, Source, Variable, shipped
from sozialraum.catalogue.model import BY_AGE

TARGET = Path(__file__).with_name("kennzahlen.md")
HEAD = """# Kennzahlen, Merkmale, Quellen, Profile

Diese Seite wird mit `.venv/bin/python docs/katalog/erzeugen.py` aus dem mitgelieferten Katalog erzeugt; Änderungen gehören in die
TOML-Blöcke. Ihre Kommune kann eigene Blöcke ergänzen: [Neue Kennzahl](../anleitungen/neue-kennzahl.md).
"""
POLARITY = {
    "higher_worse": "hoher Wert: Belastung",
    "higher_better": "hoher Wert: günstig",
    "neutral": "wird nicht bewertet",
}


def page(catalogue: Catalogue) -> str:
    """The whole page."""
    topics = sorted(catalogue.topics.values(), key=lambda topic: topic.order)
    parts = [HEAD, "## Kennzahlen"]
    for topic in topics:
        chosen = [i for i in catalogue.indicators.values() if i.topic == topic.id]
        if chosen:
            parts += [f"### {topic.label}", *(_indicator(i, catalogue) for i in chosen)]
    parts += ["## Merkmale", _table(("Merkmal", "Name", "wer oder was", "Quelle", "Teil von"), map(_variable, catalogue.variables.values()))]  # fmt: skip
    parts += ["## Quellen", *(_source(source) for source in catalogue.sources.values())]
    parts += ["## Geheimhaltungsprofile", *(_rule(rule) for rule in catalogue.rules.values())]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _indicator(indicator: Indicator, catalogue: Catalogue) -> str:
    source = catalogue.sources[indicator.source]
    facts = [
        ("Auf Englisch", indicator.english),
        ("Definition", indicator.definition),
        ("Rechnung", _formula(indicator)),
        ("Einheit", indicator.unit or "–"),
        ("Bewertung", POLARITY[indicator.polarity.value]),
        ("Wer gezählt wird", _concepts(indicator, catalogue)),
        ("Kleinste Ebene", indicator.smallest_level),
        ("Zusammenfassen", "fertiger Wert, wird nicht zusammengefasst" if indicator.published else "Zähler und Nenner werden addiert, nie Anteile gemittelt"),
        ("Geheimhaltung", f"Profil `{source.profile}`"),
        ("Quelle", f"[{source.label}](#{_anchor(source.label)})"),
        ("Bruch der Reihe", "; ".join(f"ab {periods.label(b.period)}: {b.reason}" for b in indicator.breaks)),
        ("Was die Kennzahl nicht sagt", indicator.caveat),
        ("Literatur", indicator.literature),
    ]  # fmt: skip
    return f"**{indicator.label}** (`{indicator.id}`)\n\n" + _facts(facts)


def _concepts(indicator: Indicator, catalogue: Catalogue) -> str:
    """The population concepts of numerator and denominator, each once."""
    chosen = [
        catalogue.variables[s.variable].concept for s in (indicator.numerator, indicator.denominator) if s
    ]
    return "; ".join(dict.fromkeys(chosen))


def _formula(indicator: Indicator) -> str:
    if indicator.published:
        return "fertiger Wert der Quelle"
    if indicator.kind is Kind.CHANGE:
        return f"Veränderung von `{indicator.of}` in {indicator.years} Jahren"
    if indicator.kind in BY_AGE:
        what = "Sterbetafel" if indicator.kind is Kind.LIFE_EXPECTANCY else "standardisierte Rate (ESP 2013)"
        return f"{what} aus `{indicator.events}` und `{indicator.persons}` nach Alter: {', '.join(indicator.ages)}"
    top, bottom = _selected(indicator.numerator), _selected(indicator.denominator)
    if not bottom:
        return top
    factor = f" × {indicator.per:g}" if indicator.per != 1 else ""
    return f"{top} / {bottom}{factor}"


def _selected(selection: Selection | None) -> str:
    return f"`{selection.key}`" if selection else ""


def _variable(variable: Variable) -> Sequence[str]:
    part_of = f"`{variable.subset_of}`" if variable.subset_of else ""
    return f"`{variable.id}`", variable.label, variable.concept, f"`{variable.source}`", part_of


def _source(source: Source) -> str:
    facts = [
        ("Liefert", source.provider),
        ("Rechtsgrundlage", source.legal_basis),
        ("Gezählt wird", source.population_concept),
        ("Rhythmus", source.rhythm),
        ("Profil", ", ".join(f"`{name}`" for name in source.profiles)),
        ("Weitergabe", source.redistribution),
        ("Lizenz", source.licence),
        ("Quellenangabe", source.citation),
    ]
    return f"### {source.label}\n\nOrdnername: `{source.id}`\n\n" + _facts(facts)


def _rule(rule: Rule) -> str:
    facts = [
        ("Kleinste gezeigte Fallzahl", str(rule.minimum_count)),
        ("Kleinster Nenner", str(rule.minimum_denominator or "–")),
        ("Kleinstes Gebiet (Personen)", str(rule.minimum_population or "–")),
        ("Rest zum Ganzen geschützt", _yes(rule.complement)),
        ("Null geschützt", _yes(rule.zero_is_disclosive)),
        ("Alle von allen geschützt", _yes(rule.whole_is_disclosive)),
        ("Summen offen um", f"{rule.magnitude_percent:g} %"),
        ("Eine Gruppe für alle geschützt", _yes(rule.group_disclosure)),
        (
            "Dominanz",
            f"{rule.dominance_n} Beteiligte über {rule.dominance_k:g} %" if rule.dominance_n else "",
        ),
        ("p-Prozent-Regel", f"{rule.p_percent:g} %" if rule.p_percent else ""),
        ("Einzige Beteiligte bedacht", _yes(rule.singletons)),
        ("Schon veröffentlicht", _yes(rule.published)),
        ("Erläuterung", rule.note),
        ("Grundlage", rule.citation),
    ]
    return f"### {rule.label}\n\nName im Katalog: `{rule.id}`\n\n" + _facts(facts)


def _yes(flag: bool) -> str:
    return "ja" if flag else "nein"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {text}" for name, text in facts if text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines: Iterator[Sequence[str]] = iter([head, ["---"] * len(head), *rows])
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _anchor(heading: str) -> str:
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


if __name__ == "__main__":
    TARGET.write_text(page(shipped()), "utf-8")
