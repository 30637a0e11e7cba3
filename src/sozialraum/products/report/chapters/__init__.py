"""Chapters of reports: a function from a subject and settings to blocks, under its name (Kapitel)."""

from sozialraum.products.report.chapters import area, closing, sheets, town, typology
from sozialraum.products.report.chapters.kind import Kind

KINDS: dict[str, Kind] = {**area.KINDS, **town.KINDS, **typology.KINDS, **sheets.KINDS, **closing.KINDS}

__all__ = ["KINDS", "Kind"]
