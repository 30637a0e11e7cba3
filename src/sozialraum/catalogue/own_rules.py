"""The one file in which a municipality writes down its own disclosure rules (geheimhaltung.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sozialraum.catalogue.loader import Catalogue, in_german, read_toml
from sozialraum.catalogue.model import Rule
from sozialraum.errors import CatalogueError, Finding, raise_if_errors

OWN_RULES = "geheimhaltung.toml"
SOURCES = "quellen"


def with_own_rules(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with what `geheimhaltung.toml` of a municipality changes; without the file unchanged.

    A block [profil] names only what differs; a demand that becomes weaker needs `citation`, the rule it rests on.
    [quellen] assigns profiles to sources; of several the strictest demand counts. Raises CatalogueError with all findings.
    """
    path = folder / OWN_RULES
    if not path.exists():
        return catalogue
    findings: list[Finding] = []
    content = read_toml(path)
    assigned = content.pop(SOURCES, {})
    rules = {name: _rule(name, block, catalogue.rules.get(name), findings) for name, block in content.items()}
    known = {**catalogue.rules, **{name: rule for name, rule in rules.items() if rule is not None}}
    sources = {**catalogue.sources, **_assigned(assigned, catalogue, known, findings)}
    raise_if_errors(findings, CatalogueError)
    return replace(catalogue, rules=known, sources=sources)


def _rule(name: str, block: Any, before: Rule | None, findings: list[Finding]) -> Rule | None:
    if not isinstance(block, dict):
        findings.append(_wrong(f"„{name}“ ist kein Block.", f"Schreiben Sie [{name}] darüber."))
        return None
    try:
        rule = Rule.model_validate({**(before.model_dump() if before else {}), "id": name, **block})
    except ValidationError as error:
        findings += [_wrong(f"[{name}] {sentence}") for sentence in in_german(error)]
        return None
    weaker = rule.loosened(before) if before else ()
    if weaker and not str(block.get("citation", "")).strip():
        findings.append(
            _wrong(
                f"[{name}] verlangt weniger als das mitgelieferte Profil ({', '.join(weaker)}).",
                "Nennen Sie unter citation die Satzung, Dienstanweisung oder den Vertrag, auf die sich das stützt.",
            )
        )
    return rule


def _assigned(
    block: Any, catalogue: Catalogue, rules: Mapping[str, Rule], findings: list[Finding]
) -> dict[str, Any]:
    """Sources with the profiles that the file gives them."""
    found = {}
    for name, chosen in block.items() if isinstance(block, dict) else ():
        profiles = (chosen,) if isinstance(chosen, str) else chosen
        if name not in catalogue.sources:
            findings.append(
                _wrong(f"[{SOURCES}]: Die Quelle „{name}“ gibt es nicht.", "Prüfen Sie die Schreibweise.")
            )
        elif not isinstance(profiles, list | tuple) or not profiles or not all(p in rules for p in profiles):
            findings.append(
                _wrong(
                    f"[{SOURCES}]: „{name}“ nennt ein Profil, das es nicht gibt.",
                    f"Es gibt: {', '.join(sorted(rules))}. Ohne Profil wird nichts freigegeben.",
                )
            )
        else:
            found[name] = catalogue.sources[name].model_copy(update={"profile": tuple(profiles)})
    return found


def _wrong(message: str, remedy: str = "Siehe docs/anleitungen/geheimhaltung.md.") -> Finding:
    return Finding(message, remedy, file=OWN_RULES)
