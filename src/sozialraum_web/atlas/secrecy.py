"""Disclosure control in words a resident understands (Warum ist hier etwas gesperrt?)."""

from __future__ import annotations

from sozialraum.products.catalogue import Profile
from sozialraum.words import say


def explanation(profile: Profile, hidden: int, every: int) -> list[str]:
    """The rules of a source and what they hid; every hidden cell looks alike, whatever hid it."""
    if profile.published:
        return [
            say("Diese Werte hat die Quelle bereits selbst veröffentlicht. Sie werden unverändert gezeigt."),
        ]
    rules = [_rule(profile), *_further(profile)]
    return [rule for rule in rules if rule] + ([_hidden(hidden, every)] if every else [])


def _rule(profile: Profile) -> str:
    if profile.minimum_count > 1:
        return say(
            "Zahlen von 1 bis unter {minimum_count} werden nicht gezeigt, weil sich dahinter einzelne Menschen verbergen können.",
            minimum_count=profile.minimum_count,
        )
    return ""


def _further(profile: Profile) -> list[str]:
    texts = []
    if profile.minimum_population:
        texts.append(
            say(
                "Für Gebiete mit weniger als {minimum_population} Einwohnerinnen und Einwohnern werden keine Anteile gezeigt.",
                minimum_population=profile.minimum_population,
            )
        )
    if profile.minimum_denominator:
        texts.append(
            say(
                "Anteile brauchen mindestens {minimum_denominator} Personen in der Bezugsgröße.",
                minimum_denominator=profile.minimum_denominator,
            )
        )
    if profile.complement:
        texts.append(
            say("Auch wer den Rest zählt, soll niemanden erkennen: Das gilt ebenso für die Gegenzahl.")
        )
    if profile.zero_is_disclosive:
        texts.append(say("Auch die Null wird geschützt."))
    texts.append(
        say(
            "Damit sich ein gesperrter Wert nicht aus Summen zurückrechnen lässt, werden weitere Werte gesperrt. "
            "Beide sehen gleich aus; ein Punkt sagt nicht, ob ein Wert klein oder groß ist. Gesperrt heißt nie null."
        )
    )
    return texts


def _hidden(hidden: int, every: int) -> str:
    if not hidden:
        return say("Bei dieser Kennzahl ist in dieser Freigabe nichts gesperrt.")
    share = 100 * hidden / every
    text = say("unter 1") if share < 1 else f"{share:.0f}"
    return say(
        "Bei dieser Kennzahl sind in dieser Freigabe {hidden} von {every} Werten gesperrt ({text_} %).",
        hidden=hidden,
        every=every,
        text_=text,
    )
