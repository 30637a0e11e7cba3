"""What stands around every page of a municipality: names, navigation, data state, chain, footer (Rahmen)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sozialraum import periods
from sozialraum.products.catalogue import Area, Catalogue, Indicator, Source, load_protocol
from sozialraum.words import say
from sozialraum_ui import parts
from sozialraum_ui.parts import Link
from sozialraum_web.atlas import health
from sozialraum_web.monitoring.access import Place


def address(place: Place, *segments: str, **query: str) -> str:
    """An address inside the municipality; empty query values are left out."""
    path = place.base + "".join(f"{segment}/" for segment in segments)
    filled = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(filled)}" if filled else path


def area_address(place: Place, area: Area) -> str:
    """Profile of an area."""
    stand = "" if area.version == place.catalogue.current_version else area.version
    return address(place, "gebiete", area.level, area.code, stand=stand)


def indicator_address(place: Place, indicator: Indicator) -> str:
    """Page of an indicator."""
    return address(place, "kennzahlen", indicator.id)


def frame(
    place: Place,
    current: str,
    *,
    trail: Iterable[tuple[str, str]] = (),
    chain: tuple[str, dict[str, tuple[str, str]]] | None = None,
    sources: Iterable[Source] = (),
) -> dict[str, Any]:
    """Template context of a page; `trail` is the way from the start page, last entry without address."""
    crumbs = [Link(say("Start"), place.base), *(Link(label, url, current=not url) for label, url in trail)]
    return {
        "municipality": parts.Municipality(
            place.catalogue.town.name,
            place.catalogue.town.kind,
            place.base,
            say("Sozialplanung und Sozialraummonitoring"),
            place.catalogue.town.synthetic,
        ),
        "navigation": parts.navigation(place.base, current),
        "data_state": data_state(place),
        "breadcrumb": crumbs if len(crumbs) > 1 else [],
        "chain": parts.chain(chain[0], chain[1]) if chain else [],
        "footer_sources": list(dict.fromkeys(source_note(source) for source in sources)),
        "footer_links": footer_links(place),
        "place": place,
        "catalogue": place.catalogue,
        "internal": not place.release.is_public,
    }


def footer_links(place: Place) -> parts.FooterLinks:
    """The pages a municipality must offer on every page."""
    return parts.FooterLinks(
        accessibility=address(place, "barrierefreiheit"),
        report_barrier=address(place, "barrierefreiheit", "melden"),
        privacy=address(place, "datenschutz"),
        imprint=address(place, "impressum"),
        contacts=address(place, "ansprechpersonen"),
        methods=address(place, "methoden"),
        open_data=address(place, "daten"),
        help=address(place, "hilfe"),
    )


def data_state(place: Place) -> parts.DataState:
    """Which release these figures come from."""
    catalogue = place.catalogue
    version = catalogue.version()
    finest = version.levels[0]
    latest = catalogue.latest_period
    return parts.DataState(
        release=place.release.name + ("" if place.release.is_public else " (intern)"),
        data_until=periods.label(latest) if latest else "",
        version=version.label,
        areas=f"{finest.areas} {finest.plural or finest.label}",
        audit=audit_text(place),
        health=health.in_words(catalogue, date.today()),  # noqa: DTZ011 - a day, not a moment
        url=address(place, "daten"),
        protocol_url=address(place, "methoden") + "#freigabe",
    )


def audit_text(place: Place) -> str:
    """The verdict of the audit in a word or two."""
    verdict = str((load_protocol(place.release.folder).get("audit") or {}).get("verdict", ""))
    return (
        say("{verdict}: kein gesperrter Wert rückrechenbar", verdict=say("bestanden"))
        if verdict == "bestanden"
        else verdict
    )


def source_note(source: Source) -> parts.SourceNote:
    """A source as the footer cites it."""
    return parts.SourceNote(
        source.citation or f"{source.label}, {source.provider}".strip(", "), source.licence
    )


def used_sources(catalogue: Catalogue, indicators: Iterable[Indicator]) -> list[Source]:
    """The sources behind some indicators, each once."""
    return list({item.source: catalogue.source_of(item) for item in indicators}.values())
