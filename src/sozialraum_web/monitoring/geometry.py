"""Borders of a release made ready for drawing, once at import (Kartenvorbereitung)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sozialraum.products.catalogue import Catalogue, Version
from sozialraum.products.draw import AreaInput, LevelInput, lay_out


def prepare(folder: Path, catalogue: Catalogue, target: Path) -> list[str]:
    """Write one drawing file per Gebietsstand with geometry to `target`; returns their version ids."""
    file = folder / "gebiete.geojson"
    features = json.loads(file.read_text(encoding="utf-8"))["features"] if file.exists() else []
    target.mkdir(parents=True, exist_ok=True)
    return [version.id for version in catalogue.versions if _draw(version, features, target)]


def _draw(version: Version, features: Iterable[Mapping[str, Any]], target: Path) -> bool:
    own = [item for item in features if item["properties"].get("version") == version.id]
    if not any(item.get("geometry") for item in own):
        return False
    levels = [LevelInput(level.id, _areas(own, level.id)) for level in version.levels]
    atlas = lay_out([level for level in levels if level.areas])
    (target / f"{version.id}.json").write_text(atlas.to_json(), encoding="utf-8")
    return True


def _areas(features: Iterable[Mapping[str, Any]], level: str) -> list[AreaInput]:
    return [
        AreaInput(
            str(item["properties"]["code"]),
            str(item["properties"].get("name") or ""),
            str(item["properties"].get("parent") or ""),
            item["geometry"],
        )
        for item in features
        if item["properties"].get("level") == level and item.get("geometry")
    ]
