"""A formula as mathematics that browsers and screen readers read (MathML)."""

from __future__ import annotations

from sozialraum.products import draw
from sozialraum.products.catalogue import Indicator
from sozialraum.products.draw import Markup, escape

QUOTIENTS = ("share", "rate", "ratio", "mean")


def mathml(indicator: Indicator) -> Markup | None:
    """`per · numerator / denominator` as MathML; None where the catalogue gives no quotient."""
    if indicator.kind not in QUOTIENTS or not indicator.numerator or not indicator.denominator:
        return None
    fraction = f"<mfrac>{_words(indicator.numerator)}{_words(indicator.denominator)}</mfrac>"
    factor = f"<mn>{escape(draw.whole(indicator.per))}</mn><mo>·</mo>" if indicator.per != 1 else ""
    return Markup(
        f'<math display="block"><mrow>{_words(indicator.name)}<mo>=</mo>{factor}{fraction}</mrow></math>'
    )


def _words(text: str) -> str:
    return f"<mtext>{escape(text)}</mtext>"
