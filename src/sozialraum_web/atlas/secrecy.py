"""Disclosure control in words a resident understands (Warum ist hier etwas gesperrt?)."""

from __future__ import annotations

from sozialraum.products.catalogue import Profile


def explanation(profile: Profile, hidden: int, every: int) -> list[str]:
    """The rules of a source and what they hid; every hidden cell looks alike, whatever hid it."""
    if profile.published:
        return [
            "Diese Werte hat die Quelle bereits selbst veröffentlicht. Sie werden unverändert gezeigt.",
        ]
    rules = [_rule(profile), *_further(profile)]
    return [rule for rule in rules if rule] + ([_hidden(hidden, every)] if every else [])


def _rule(profile: Profile) -> str:
    if profile.minimum_count > 1:
        return (
            f"Zahlen von 1 bis unter {profile.minimum_count} werden nicht gezeigt, "
            "weil sich dahinter einzelne Menschen verbergen können."
        )
    return ""


def _further(profile: Profile) -> list[str]:
    texts = []
    if profile.minimum_population:
        texts.append(
            f"Für Gebiete mit weniger als {profile.minimum_population} Einwohnerinnen und Einwohnern "
            "werden keine Anteile gezeigt."
        )
    if profile.minimum_denominator:
        texts.append(
            f"Anteile brauchen mindestens {profile.minimum_denominator} Personen in der Bezugsgröße."
        )
    if profile.complement:
        texts.append("Auch wer den Rest zählt, soll niemanden erkennen: Das gilt ebenso für die Gegenzahl.")
    if profile.zero_is_disclosive:
        texts.append("Auch die Null wird geschützt.")
    texts.append(
        "Damit sich ein gesperrter Wert nicht aus Summen zurückrechnen lässt, werden weitere Werte gesperrt. "
        "Beide sehen gleich aus; ein Punkt sagt nicht, ob ein Wert klein oder groß ist. Gesperrt heißt nie null."
    )
    return texts


def _hidden(hidden: int, every: int) -> str:
    if not hidden:
        return "Bei dieser Kennzahl ist in dieser Freigabe nichts gesperrt."
    share = 100 * hidden / every
    text = "unter 1" if share < 1 else f"{share:.0f}"
    return f"Bei dieser Kennzahl sind in dieser Freigabe {hidden} von {every} Werten gesperrt ({text} %)."
