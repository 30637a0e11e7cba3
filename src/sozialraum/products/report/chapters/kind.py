"""What a chapter is: a function with its usual heading and the settings it takes (Kapitelart)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sozialraum.products.report.content import Block
from sozialraum.products.report.subject import Settings, Subject


@dataclass(frozen=True)
class Part:
    """A section of a chapter with a heading of its own: a topic, an area, an indicator."""

    id: str
    title: str
    blocks: Sequence[Block]
    new_page: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of chapter: what it builds, its usual heading, the settings it takes, its sections, whether it needs an area."""

    build: Callable[[Subject, Settings], list[Block]]
    title: str
    takes: tuple[str, ...] = ()
    parts: Callable[[Subject, Settings], Iterable[Part]] | None = None
    needs_area: bool = False
