"""Identifiers made from what people write: small letters without umlauts (Kennungen)."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final[dict[str, str | int | None]] = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}


def identifier(text: str, *, joint: str = "_", otherwise: str = "ohne_namen") -> str:
    """An id such as `statistischer_bezirk`; `otherwise` where no letter is left."""
    plain = text.strip().casefold().translate(str.maketrans(_PLAIN))
    return re.sub(r"[^a-z0-9]+", joint, plain).strip(joint) or otherwise
