"""Four ways in which a Kreis and its towns share an installation, ready to set up (Mandantenmodelle)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from sozialraum.errors import Finding, SozialraumError
from sozialraum_web.accounts.models import Municipality


@dataclass(frozen=True)
class Preset:
    """What a model means: whether there is a Kreis, whether it manages accounts, whether it opens its data."""

    name: str
    label: str
    text: str
    district: bool
    hosted: bool = False
    opens_data: bool = False


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("einzeln", "Einzelne Kommune", "Eine Kommune mit eigenen Freigaben, eigener Planung und eigenen Konten.", district=False),
        Preset("gastgeber", "Kreis als Gastgeber", "Jede Gemeinde hat eigene Freigaben und Planung; der Kreis betreibt die Installation und verwaltet Konten mit.", district=True, hosted=True),
        Preset("kreisdaten", "Gemeinsame Kreisdaten", "Der Kreis gibt die Zahlen für alle Gemeinden frei; ihre Verwaltungen lesen sie und planen selbst.", district=True, opens_data=True),
        Preset("gemischt", "Gemischt", "Der Kreis öffnet seine Zahlen und verwaltet Konten mit; Gemeinden können dazu eigene Freigaben zeigen.", district=True, hosted=True, opens_data=True),
    )
}  # fmt: skip


@transaction.atomic
def set_up(
    name: str, towns: Mapping[str, str], district: tuple[str, str] | None = None
) -> list[Municipality]:
    """Make the municipalities of a model; existing ones are tied in and keep everything. `towns`: address → name.

    Raises SozialraumError with everything that is wrong; then nothing is written.
    """
    found = _wrong(name, towns, district)
    if found:
        raise SozialraumError(found)
    preset = PRESETS[name]
    top = _municipality(*district, kind="Kreis") if district is not None else None
    if top is not None:
        top.opens_data = preset.opens_data
        top.save()
    made = [_municipality(slug, label) for slug, label in towns.items()]
    for town in made:
        town.district, town.hosted = top, preset.hosted
        town.save()
    return [*([top] if top else []), *made]


def _wrong(name: str, towns: Mapping[str, str], district: tuple[str, str] | None) -> list[Finding]:
    if name not in PRESETS:
        return [Finding(f"Das Modell „{name}“ gibt es nicht.", f"Möglich sind: {', '.join(PRESETS)}.")]
    preset, found = PRESETS[name], []
    if preset.district and district is None:
        found.append(
            Finding(
                f"Zum Modell „{preset.label}“ gehört ein Kreis.",
                "Nennen Sie ihn mit --district adresse=Name.",
            )
        )
    if not preset.district and district is not None:
        found.append(Finding(f"Das Modell „{preset.label}“ hat keinen Kreis.", "Lassen Sie --district weg."))
    if not towns:
        found.append(Finding("Es ist keine Gemeinde genannt.", "Nennen Sie jede mit --town adresse=Name."))
    if not preset.district and len(towns) > 1:
        found.append(Finding(f"Das Modell „{preset.label}“ hat genau eine Kommune."))
    for slug in (*towns, *([district[0]] if district else [])):
        try:
            Municipality(slug=slug, name=slug).clean_fields(exclude=["district"])
        except ValidationError as error:
            found.append(Finding(" ".join(error.messages), value=slug))
    if district is not None and district[0] in towns:
        found.append(Finding("Der Kreis kann nicht zugleich Gemeinde sein.", value=district[0]))
    return found


def _municipality(slug: str, name: str, kind: str = "") -> Municipality:
    row = Municipality.objects.filter(slug=slug).first()
    return row or Municipality(slug=slug, name=name or slug, kind=kind)
