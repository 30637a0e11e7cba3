"""Writes rechte.md from the predicates of the site: who may do what, as the software answers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TARGET = Path(__file__).with_name("rechte.md")


def main() -> None:
    """Ask every predicate for every role and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOZIALRAUM_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum_web.settings"
        import django

        django.setup()
        from sozialraum_web.portal.rights import handbook

        TARGET.write_text(handbook(), encoding="utf-8")


if __name__ == "__main__":
    main()
