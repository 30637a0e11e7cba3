"""A file appears whole or not at all (unterbrechungssicheres Schreiben)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def replace_file(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a file beside its place, then put it there at once; an interruption leaves the old one whole.

    What `write` raises is passed on, and nothing is left behind. Returns the path.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}.partial")
    try:
        write(partial)
        return partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
