"""Taking a view along: its address, an embedded copy, picture, files, citation (Teilen, Einbetten, Laden)."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.words import Words, mark, say
from sozialraum_ui.parts import Link
from sozialraum_web.atlas.frame import address
from sozialraum_web.atlas.view import View

FILE_KINDS = Words({"csv": "CSV", "xlsx": mark("Excel"), "parquet": mark("Parquet"), "gpkg": "GeoPackage"})
PICTURES = Words({"karte": mark("Karte"), "rangfolge": mark("Rangfolge"), "zeit": mark("Zeitverlauf")})


@dataclass(frozen=True)
class Share:
    """What a reader can take away from this view; `files` is empty where the source forbids it."""

    link: str
    embed: str
    pictures: list[tuple[str, Link, Link]]
    files: list[Link]
    closed: str
    citation: str


def share(view: View) -> Share:
    """Everything to take along from a view."""
    place, state = view.place, view.state
    query = state.query(profil="", ansicht="")
    plain = state.query(pins="", profil="", ansicht="")
    source = place.catalogue.source_of(state.indicator)
    base = address(place, "atlas", "bild").rstrip("/")
    return Share(
        link=state.query(freigabe=place.release.name),
        embed=address(place, "atlas", "einbetten") + query,
        pictures=[
            (label, Link("SVG", f"{base}/{kind}.svg{query}"), Link("PNG", f"{base}/{kind}.png{query}"))
            for kind, label in PICTURES.items()
        ],
        files=[Link(label, address(place, "daten").rstrip("/") + f"/auswahl.{kind}{plain}") for kind, label in FILE_KINDS.items()]
        if source.open
        else [],
        closed="" if source.open else source.label,
        citation=citation(view),
    )  # fmt: skip


def citation(view: View) -> str:
    """How to cite this data state: office, indicator, level, period, release, check sum."""
    place, state = view.place, view.state
    office = place.catalogue.office.name or place.catalogue.town.name
    return say(
        "{office}: {label}, {level}, {moment}. Sozialraummonitoring {town}, Freigabe {release} vom {created}, Prüfsumme {commitment}.",
        office=office,
        label=state.indicator.label,
        level=state.level.plural or state.level.label,
        moment=view.moment,
        town=place.catalogue.town.name,
        release=place.release.name,
        created=f"{place.release.created:%d.%m.%Y}",
        commitment=place.release.commitment[:16],
    )
