"""Towns that have little yet: no release, no geometry, one year, an index that rates nothing, no indicators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import probestadt
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring import services

PAGES = (
    "",
    "atlas/",
    "gebiete/",
    "gebiete/bezirk/0101/",
    "kennzahlen/",
    "index/",
    "daten/",
    "methoden/",
    "hilfe/",
)


def bring_in(folder: Path, town: probestadt.Town) -> None:
    """Sign and import a release of the town."""
    owner = services.municipality(town.id, town.name, "Stadt")
    services.trust_key(owner, probestadt.public_key(town))
    services.import_release(probestadt.write(folder, town))


@pytest.fixture
def bare(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One year, no geometry, an index without a rated area."""
    geometry, catalogue = probestadt.geometry, probestadt.catalogue

    def flat(town: probestadt.Town) -> dict[str, Any]:
        found = geometry(town)
        return {**found, "features": [{**item, "geometry": None} for item in found["features"]]}

    def unmapped(town: probestadt.Town) -> dict[str, Any]:
        found = catalogue(town)
        for version in found["versions"]:
            for level in version["levels"]:
                level["mapped"] = False
        return found

    monkeypatch.setattr(probestadt, "PERIODS", ["2024-12-31"])
    monkeypatch.setattr(probestadt, "OLD_PERIODS", [])
    monkeypatch.setattr(probestadt, "geometry", flat)
    monkeypatch.setattr(probestadt, "catalogue", unmapped)
    monkeypatch.setattr(probestadt, "index_rows", lambda town: [])
    bring_in(tmp_path, probestadt.Town("kahlstadt", "Kahlstadt", "05999007"))
    return "/kahlstadt/"


@pytest.fixture
def silent(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Areas without a single indicator."""
    catalogue = probestadt.catalogue

    def without(town: probestadt.Town) -> dict[str, Any]:
        return {**catalogue(town), "indicators": [], "indices": []}

    monkeypatch.setattr(probestadt, "catalogue", without)
    bring_in(tmp_path, probestadt.Town("stummstadt", "Stummstadt", "05999008"))
    return "/stummstadt/"


@pytest.mark.parametrize(
    "page", [*PAGES, "gebiete/stadtteil/03/", "kennzahlen/arbeitslosenanteil/", "index/lage_2024/"]
)
def test_a_bare_town_has_every_page(bare: str, get: Callable[..., Any], page: str) -> None:
    response = get(bare + page)
    assert response.status_code == 200
    assert '<svg class="chart map"' not in response.text_content


def test_a_bare_town_says_what_is_missing(bare: str, get: Callable[..., Any]) -> None:
    said = {
        "": "Noch ohne Karte",
        "atlas/": "Für diese Ebene gibt es keine Karte",
        "kennzahlen/arbeitslosenanteil/": "nur für einen Zeitpunkt",
        "index/lage_2024/": "kein Gebiet bewertet",
        "gebiete/": "keine Geometrie",
    }
    for page, words in said.items():
        assert words in get(bare + page).text_content, page


@pytest.mark.parametrize("page", [page for page in PAGES if page != "atlas/"])
def test_a_town_without_indicators_has_pages(silent: str, get: Callable[..., Any], page: str) -> None:
    assert get(silent + page).status_code == 200


def test_a_town_without_indicators_says_so(silent: str, get: Callable[..., Any]) -> None:
    assert "Noch keine Kennzahlen" in get(silent).text_content
    assert "Noch kein Index" in get(silent + "index/").text_content
    assert "keine Zahlen, die gezeigt werden dürfen" in get(silent + "gebiete/bezirk/0101/").text_content
    atlas = get(silent + "atlas/")
    assert atlas.status_code == 404
    assert "enthält keine Kennzahlen" in atlas.text_content


def test_a_town_without_a_release(db: None, get: Callable[..., Any]) -> None:
    Municipality.objects.create(slug="neustadt", name="Neustadt", kind="Stadt")
    response = get("/neustadt/")
    assert response.status_code == 404
    assert "noch keine öffentliche Freigabe" in response.text_content
    assert 'href="/neustadt/"' not in get("/").text_content
