"""A small release in memory, and its profiles as documents and files."""

from __future__ import annotations

from pathlib import Path

import pytest

import probestadt
from sozialraum.products.report import compose, holding, templates
from sozialraum.products.report.content import Document
from sozialraum.products.report.holding import Holding


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release folder of Probestadt."""
    return probestadt.write(tmp_path_factory.mktemp("freigabe"), probestadt.Town())


@pytest.fixture(scope="session")
def held(probe: Path) -> Holding:
    """The release in memory."""
    return holding.hold(probe)


@pytest.fixture(scope="session")
def profiles(held: Holding) -> list[Document]:
    """The profile of every area."""
    return documents(held, "gebietsprofil")


def documents(held: Holding, template: str) -> list[Document]:
    """Every document of a shipped template."""
    chosen = templates.find(template)
    level, version = compose.place_of(held, chosen)
    orders = compose.orders(held, chosen, level, version)
    return [compose.document(held, chosen, order, level=level, version=version) for order in orders]
