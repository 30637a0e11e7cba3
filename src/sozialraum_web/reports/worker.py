"""The process that makes ordered reports and ends: `python -m sozialraum_web.reports.worker` (Herstellung)."""

from __future__ import annotations

import os


def main() -> None:
    """Work off what waits, behind everything else the machine does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum_web.settings")
    import django

    django.setup()
    from sozialraum_web.reports import making

    os.nice(10)
    making.work_off()


if __name__ == "__main__":
    main()
