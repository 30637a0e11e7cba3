"""Who decides what: the bodies of a municipality as a tree, drawn and told (Organisationsbild)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sozialraum.products.draw import Markup, escape
from sozialraum_web.bodies.models import Body

WIDTH, HEIGHT, GAP_X, GAP_Y = 232, 76, 20, 44
LETTERS = 28


@dataclass
class Branch:
    """A body with those that report to it."""

    body: Body
    below: list[Branch] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """How many boxes stand side by side below."""
        return max(1, sum(branch.columns for branch in self.below))


def tree(bodies: Sequence[Body]) -> list[Branch]:
    """Bodies below the one they report to; one whose superior is not among them stands on top."""
    branches = {body.pk: Branch(body) for body in bodies}
    tops: list[Branch] = []
    for body in bodies:
        above = branches.get(body.parent_id) if body.parent_id else None
        (above.below if above is not None else tops).append(branches[body.pk])
    return tops


def drawing(tops: Sequence[Branch], label: str) -> Markup:
    """The tree as SVG; the list beside it says the same in words."""
    columns = sum(branch.columns for branch in tops) or 1
    depth = max((_depth(branch) for branch in tops), default=1)
    width = columns * (WIDTH + GAP_X) - GAP_X
    height = depth * (HEIGHT + GAP_Y) - GAP_Y
    parts: list[str] = []
    start = 0
    for branch in tops:
        _place(branch, start, 0, parts)
        start += branch.columns
    return Markup(
        f'<svg class="org" viewBox="-2 -2 {width + 4} {height + 4}" width="{width + 4}" role="img" aria-label="{escape(label)}">'
        + "".join(parts)
        + "</svg>"
    )


def _depth(branch: Branch) -> int:
    return 1 + max((_depth(below) for below in branch.below), default=0)


def _place(branch: Branch, first: int, row: int, parts: list[str]) -> float:
    """Draw a branch whose boxes begin at a column; returns where its own box has its middle."""
    middle = (first + branch.columns / 2) * (WIDTH + GAP_X) - GAP_X / 2
    top = row * (HEIGHT + GAP_Y)
    start = first
    for below in branch.below:
        x = _place(below, start, row + 1, parts)
        start += below.columns
        half = top + HEIGHT + GAP_Y / 2
        parts.insert(
            0,
            f'<path class="org-line" d="M{middle:g} {top + HEIGHT}V{half:g}H{x:g}V{top + HEIGHT + GAP_Y}"/>',
        )
    body, left = branch.body, middle - WIDTH / 2
    lines = _wrapped(body.title)
    text = "".join(
        f'<tspan x="{left + 12:g}" dy="{0 if number == 0 else 18}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    parts.append(
        f'<g><rect class="org-box" x="{left:g}" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>'
        f'<text class="org-name" y="{top + 24}">{text}</text>'
        f'<text class="org-note" x="{left + 12:g}" y="{top + HEIGHT - 12}">{escape(body.rhythm[:34])}</text></g>'
    )
    return middle


def _wrapped(text: str) -> list[str]:
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], lines[1][: LETTERS - 1] + "…"]
    return [line if len(line) <= LETTERS + 2 else line[: LETTERS + 1] + "…" for line in lines]
