"""Musterstadt, the synthetic town: people, map and deliveries from one seed, to try out, learn and test."""

from __future__ import annotations

from pathlib import Path

from sozialraum.errors import Finding, SozialraumError

POPULATION = 60_000
SEED = 2024
SMALLEST_POPULATION = 5_000

__all__ = ["POPULATION", "SEED", "write"]


def write(folder: Path, *, population: int = POPULATION, seed: int = SEED) -> Path:
    """Write the folder of Musterstadt with about `population` residents in the last year; returns the folder.

    The same population and seed give the same bytes. Raises SozialraumError when the folder is not empty or the
    town would be too small.
    """
    from sozialraum.musterstadt import deliveries, offices
    from sozialraum.musterstadt import folder as settings
    from sozialraum.musterstadt.counts import count_all

    folder = Path(folder)
    _check(folder, population)
    tables = count_all(population, seed)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_settings(folder)
    settings.write_areas(folder)
    deliveries.write_all(folder / "lieferungen", tables)
    offices.write_offices(folder / "lieferungen", tables)
    settings.write_correction(folder, *deliveries.mistake(tables))
    return folder


def _check(folder: Path, population: int) -> None:
    if population < SMALLEST_POPULATION:
        raise SozialraumError(
            Finding(
                f"Musterstadt braucht mindestens {SMALLEST_POPULATION:,} Personen.".replace(",", "."),
                "Wählen Sie eine größere Bevölkerung.",
                value=str(population),
            )
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SozialraumError(
            Finding(
                f"Der Ordner „{folder.name}“ ist nicht leer.",
                "Nennen Sie einen neuen Ordner; vorhandene Dateien werden nicht überschrieben.",
                file=str(folder),
            )
        )
