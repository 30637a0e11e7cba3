"""Musterstadt, the synthetic town: people, map and deliveries from one seed, to try out, learn and test."""

from __future__ import annotations

from pathlib import Path

from sozialraum.errors import Finding, SozialraumError

POPULATION = 60_000
SEED = 2024
SMALLEST_POPULATION = 5_000

__all__ = ["POPULATION", "SEED", "write", "write_secluded"]


def write(folder: Path, *, population: int = POPULATION, seed: int = SEED) -> Path:
    """Write the folder of Musterstadt with about `population` residents in the last year; returns the folder.

    The same population and seed give the same bytes. Raises SozialraumError when the folder is not empty or the
    town would be too small.
    """
    import numpy as np

    from sozialraum.musterstadt import analyses, deliveries, offices, planning, streets
    from sozialraum.musterstadt import folder as settings
    from sozialraum.musterstadt.counts import counted_town

    folder = Path(folder)
    _check(folder, population)
    tables, town = counted_town(population, seed)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_settings(folder)
    settings.write_areas(folder)
    streets.write_streets(folder)
    analyses.write_analyses(folder)
    deliveries.write_all(folder / "lieferungen", tables)
    offices.write_offices(folder / "lieferungen", tables)
    settings.write_correction(folder, *deliveries.mistake(tables))
    chance = np.random.default_rng([seed, 4])
    planning.write_survey(folder, chance, town)
    planning.write_places(folder, chance)
    planning.write_measures(folder)
    return folder


def write_secluded(folder: Path, *, population: int = POPULATION, seed: int = SEED) -> Path:
    """Write Musterstadt with a walled-off office: person records instead of tables of residents, and an area reform.

    Raises SozialraumError like `write`.
    """
    import shutil

    import numpy as np

    from sozialraum.musterstadt import secluded
    from sozialraum.musterstadt.counts import simulate

    folder = write(folder, population=population, seed=seed)
    for source in ("einwohnerregister", "haushaltegenerierung"):
        shutil.rmtree(folder / "lieferungen" / source)
    for recipe in (folder / "lieferungen").glob("*/rezept.toml"):
        text = recipe.read_text("utf-8").replace("[[tabelle]]\n", '[[tabelle]]\nversion = "2024"\n')
        recipe.write_text(text, encoding="utf-8", newline="\n")
    chance = np.random.default_rng([seed, 3])
    directory = secluded.make_directory(chance)
    secluded.write_directory(folder, directory)
    secluded.write_old_areas(folder)
    for town, movements in simulate(population, seed):
        address = secluded.write_year(folder, chance, town, movements, directory)
        if town.year == secluded.REFORM - 1:
            secluded.write_crosswalk(folder, secluded.crosswalk(address, directory))
    source_recipe = folder / "lieferungen" / "einwohnerregister" / "rezept.toml"
    source_recipe.write_text(secluded.RECIPE, encoding="utf-8", newline="\n")
    kommune = folder / "kommune.toml"
    kommune.write_text(secluded.settings(kommune.read_text("utf-8")), encoding="utf-8", newline="\n")
    (folder / "LIESMICH.md").write_text(secluded.WORD, encoding="utf-8", newline="\n")
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
